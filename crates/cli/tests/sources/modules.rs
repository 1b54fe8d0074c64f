//! The modules of one crate, with the names that each defines and imports.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::crates::repository;
use syn::visit::Visit;
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, ItemUse, Lit, Meta, UseTree, Visibility};

/// A file of a crate, read.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) items: Vec<Item>,
    /// The module that the file is.
    pub(crate) module: usize,
}

/// A module: a file, or a part of one.
pub(crate) struct Module {
    /// The number of its file.
    pub(crate) file: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) children: HashMap<String, usize>,
    /// The names of the items that stand in it.
    pub(crate) defined: HashSet<String>,
    pub(crate) imports: Vec<Import>,
}

/// A name that `use` brings into a module.
#[derive(Clone)]
pub(crate) struct Import {
    /// The name, or `*`.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    /// Whether it is handed out again.
    pub(crate) public: bool,
}

/// The modules of one crate.
#[derive(Default)]
pub(crate) struct Modules {
    pub(crate) files: Vec<Source>,
    pub(crate) all: Vec<Module>,
}

impl Modules {
    /// Reads a crate from its root file on. A module without a file is passed over: what a build script makes is no
    /// source.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        let folder = root.parent().unwrap_or(Path::new(""));
        modules.read_file(root, folder, None);
        modules
    }

    /// A module and those around it, the outermost last.
    pub(crate) fn outwards(&self, module: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(module), |&module| self.all[module].parent)
    }

    /// The module that a part of a file is.
    pub(crate) fn inside(&self, module: usize, item: &ItemMod) -> Option<usize> {
        item.content.as_ref()?;
        self.all[module].children.get(&item.ident.to_string()).copied()
    }

    /// A file as a message names it.
    pub(crate) fn told(&self, file: usize) -> String {
        let path = &self.files[file].path;
        path.strip_prefix(repository()).unwrap_or(path).display().to_string()
    }

    /// `folder` is where the files of its children lie.
    fn read_file(&mut self, path: &Path, folder: &Path, parent: Option<usize>) -> Option<usize> {
        let path = path.canonicalize().ok()?;
        let text = std::fs::read_to_string(&path).expect("a source");
        let items =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items;
        let file = self.files.len();
        self.files.push(Source { path, items: Vec::new(), module: self.all.len() });
        let module = self.read_module(&items, file, folder, parent);
        self.files[file].items = items;
        Some(module)
    }

    fn read_module(&mut self, items: &[Item], file: usize, folder: &Path, parent: Option<usize>) -> usize {
        let module = self.all.len();
        self.all.push(Module {
            file,
            parent,
            children: HashMap::new(),
            defined: items.iter().filter_map(name_of).collect(),
            imports: Vec::new(),
        });
        for item in items {
            match item {
                Item::Mod(item) => {
                    let name = item.ident.to_string();
                    let below = folder.join(&name);
                    let child = match &item.content {
                        Some((_, items)) => Some(self.read_module(items, file, &below, Some(module))),
                        None => self.read_child(&name, &item.attrs, folder, file, module),
                    };
                    self.all[module].children.extend(child.map(|child| (name, child)));
                }
                _ => Importer(&mut self.all[module].imports).visit_item(item),
            }
        }
        module
    }

    fn read_child(
        &mut self,
        name: &str,
        attributes: &[Attribute],
        folder: &Path,
        file: usize,
        parent: usize,
    ) -> Option<usize> {
        if let Some(path) = written_path(attributes) {
            let path = self.files[file].path.parent()?.join(path);
            let below = path.parent()?.to_owned();
            return self.read_file(&path, &below, Some(parent));
        }
        let below = folder.join(name);
        let beside = folder.join(format!("{name}.rs"));
        let path = if beside.exists() { beside } else { below.join("mod.rs") };
        self.read_file(&path, &below, Some(parent))
    }
}

/// The path of `#[path = "…"]`.
fn written_path(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// The name that an item defines in its module.
fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}

/// Gathers what every `use` of an item brings in, those in functions too.
struct Importer<'i>(&'i mut Vec<Import>);

impl<'ast> Visit<'ast> for Importer<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.0.extend(imports(&item.tree, !matches!(item.vis, Visibility::Inherited)));
    }
}

/// The names that a `use` brings in.
pub(crate) fn imports(tree: &UseTree, public: bool) -> Vec<Import> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), tree)];
    while let Some((mut path, tree)) = open.pop() {
        let name = match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                open.push((path, &tree.tree));
                continue;
            }
            UseTree::Group(group) => {
                open.extend(group.items.iter().map(|tree| (path.clone(), tree)));
                continue;
            }
            UseTree::Name(tree) if tree.ident == "self" => path.last().cloned().unwrap_or_default(),
            UseTree::Rename(tree) if tree.ident == "self" => tree.rename.to_string(),
            UseTree::Name(tree) => {
                path.push(tree.ident.to_string());
                tree.ident.to_string()
            }
            UseTree::Rename(tree) => {
                path.push(tree.ident.to_string());
                tree.rename.to_string()
            }
            UseTree::Glob(_) => "*".to_owned(),
        };
        found.push(Import { name, path, public });
    }
    found
}
