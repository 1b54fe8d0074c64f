//! Methods that stand in another file than their type: nothing imports them, and yet whoever calls one needs that file.

use std::collections::{BTreeSet, HashMap};

use syn::visit::{self, Visit};
use syn::{ImplItem, ItemImpl, ItemMod, Type, Visibility};

use super::modules::Modules;

/// A type: the file that defines it, and its name.
pub(crate) type Owner = (usize, String);

/// A method of a type that the crate defines.
struct Method {
    owner: Owner,
    file: usize,
    /// The module in which it can be called.
    visible: usize,
}

impl Method {
    /// Its file, where that is not the file of the type.
    fn beside(&self) -> Option<usize> {
        (self.file != self.owner.0).then_some(self.file)
    }
}

/// The methods of a crate's own types, by name.
#[derive(Default)]
pub(crate) struct Methods {
    by_name: HashMap<String, Vec<Method>>,
}

impl Methods {
    /// Finds the methods of all types that the crate defines.
    pub(crate) fn of(modules: &Modules) -> Self {
        let mut methods = Self::default();
        for file in &modules.files {
            let mut collector = Collector { modules, module: file.module, methods: &mut methods };
            file.items.iter().for_each(|item| collector.visit_item(item));
        }
        methods
    }

    /// The file of a method of a type, where that is not the file of the type.
    pub(crate) fn beside(&self, owner: &Owner, name: &str) -> Option<usize> {
        self.by_name.get(name)?.iter().find(|method| method.owner == *owner)?.beside()
    }

    /// The same for a call in a module on a value of which the type is not written. `reached` are the files that the
    /// module uses in whatever way, of which the type must be one. Nothing where more than one method may be meant.
    pub(crate) fn called(
        &self,
        modules: &Modules,
        module: usize,
        name: &str,
        reached: &BTreeSet<usize>,
    ) -> Option<usize> {
        let mut methods =
            self.by_name.get(name)?.iter().filter(|method| {
                reached.contains(&method.owner.0) && modules.lies_in(module, method.visible)
            });
        methods.next().filter(|_| methods.next().is_none())?.beside()
    }

    /// All methods that stand in another file than their type: the type, the name and the file.
    pub(crate) fn all_beside(&self) -> impl Iterator<Item = (&Owner, &str, usize)> {
        self.by_name.iter().flat_map(|(name, methods)| {
            methods.iter().filter_map(|method| Some((&method.owner, name.as_str(), method.beside()?)))
        })
    }
}

/// The type that an `impl` is for, where the crate defines it.
pub(crate) fn owner_of(modules: &Modules, module: usize, implemented: &Type) -> Option<Owner> {
    let Type::Path(path) = implemented else { return None };
    let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    modules.named(module, &segments).item
}

struct Collector<'m> {
    modules: &'m Modules,
    module: usize,
    methods: &'m mut Methods,
}

impl Collector<'_> {
    /// The module up to which a method is visible.
    fn visible(&self, visibility: &Visibility) -> usize {
        match visibility {
            Visibility::Public(_) => 0,
            Visibility::Restricted(to) if to.path.is_ident("super") => {
                self.modules.all[self.module].parent.unwrap_or(0)
            }
            Visibility::Restricted(_) => 0,
            Visibility::Inherited => self.module,
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let outer = self.module;
        if let Some(inner) = self.modules.inside(outer, item) {
            self.module = inner;
            visit::visit_item_mod(self, item);
        }
        self.module = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let Some(owner) =
            owner_of(self.modules, self.module, &item.self_ty).filter(|_| item.trait_.is_none())
        else {
            return;
        };
        let file = self.modules.all[self.module].file;
        for item in &item.items {
            if let ImplItem::Fn(function) = item {
                let name = function.sig.ident.to_string();
                let visible = self.visible(&function.vis);
                self.methods.by_name.entry(name).or_default().push(Method {
                    owner: owner.clone(),
                    file,
                    visible,
                });
            }
        }
    }
}
