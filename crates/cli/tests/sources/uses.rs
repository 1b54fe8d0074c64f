//! Which files of a crate use which, and by what they name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, ItemImpl, ItemMod, ItemUse, Macro, Path, Visibility};

use super::methods::{Methods, Owner, owner_of};
use super::modules::{Modules, imports};

/// For each file and each that it uses, what it names there first.
pub(crate) type Uses = BTreeMap<(usize, usize), String>;

/// Finds what the files of a crate use of each other.
pub(crate) fn uses(modules: &Modules, methods: &Methods) -> Uses {
    let mut uses = Uses::new();
    let mut calls = BTreeSet::new();
    for file in &modules.files {
        let module = file.module;
        let mut finder = Finder { modules, methods, module, owner: None, uses: &mut uses, calls: &mut calls };
        file.items.iter().for_each(|item| finder.visit_item(item));
    }
    let reach: Vec<BTreeSet<usize>> = (0..modules.files.len()).map(|file| reached(file, &uses)).collect();
    for (module, name) in calls {
        let file = modules.all[module].file;
        let called = methods.called(modules, module, &name, &reach[file]).filter(|called| *called != file);
        called.into_iter().for_each(|called| {
            uses.entry((file, called)).or_insert_with(|| format!(".{name}()"));
        });
    }
    uses
}

/// The files that a file uses, directly or over others.
fn reached(from: usize, uses: &Uses) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for &(_, next) in uses.range((file, 0)..(file + 1, 0)).map(|(pair, _)| pair) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

struct Finder<'m> {
    modules: &'m Modules,
    methods: &'m Methods,
    module: usize,
    /// The type of `Self`.
    owner: Option<Owner>,
    uses: &'m mut Uses,
    /// The methods that are called on values of which the type is not written, with the modules that call them.
    calls: &'m mut BTreeSet<(usize, String)>,
}

impl Finder<'_> {
    fn add(&mut self, file: usize, what: impl FnOnce() -> String) {
        let own = self.modules.all[self.module].file;
        if file != own {
            self.uses.entry((own, file)).or_insert_with(what);
        }
    }

    fn add_path(&mut self, path: &[String]) {
        if let ([first, method], Some(owner)) = (path, &self.owner)
            && first == "Self"
        {
            let file = self.methods.beside(owner, method);
            return file.into_iter().for_each(|file| self.add(file, || path.join("::")));
        }
        // A name alone is one of this module, or an import, which counts where it is written.
        if let [name] = path {
            let handed_out = |import: &&super::modules::Import| import.public && import.name == *name;
            let import = self.modules.all[self.module].imports.iter().find(handed_out).cloned();
            return import.into_iter().for_each(|import| self.add_path(&import.path));
        }
        let named = self.modules.named(self.module, path);
        let method = named.item.as_ref().zip(named.rest.first());
        let beside = method.and_then(|(owner, method)| self.methods.beside(owner, method));
        for file in named.files.into_iter().chain(beside) {
            self.add(file, || path.join("::"));
        }
    }

    fn add_method(&mut self, of_self: bool, name: &str) {
        match self.owner.as_ref().filter(|_| of_self) {
            Some(owner) => {
                let file = self.methods.beside(owner, name);
                file.into_iter().for_each(|file| self.add(file, || format!(".{name}()")));
            }
            None => {
                self.calls.insert((self.module, name.to_owned()));
            }
        }
    }

    /// What a macro is given: its paths and calls.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let begin = at;
                    let mut path = vec![first.to_string()];
                    while is(at + 1, ':')
                        && is(at + 2, ':')
                        && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                    {
                        path.push(next.to_string());
                        at += 3;
                    }
                    let called = matches!(
                        tokens.get(at + 1),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
                    );
                    let behind_dot = begin.checked_sub(1).is_some_and(|dot| is(dot, '.'));
                    if behind_dot && called {
                        let of_self = matches!(
                            begin.checked_sub(2).map(|at| &tokens[at]),
                            Some(TokenTree::Ident(receiver)) if receiver == "self"
                        );
                        self.add_method(of_self, &path[0]);
                    } else if !behind_dot {
                        self.add_path(&path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let outer = self.module;
        if item.content.is_some()
            && let Some(&inner) = self.modules.all[outer].children.get(&item.ident.to_string())
        {
            self.module = inner;
            visit::visit_item_mod(self, item);
        }
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        for import in imports(&item.tree, public) {
            let mut path = import.path;
            if import.name == "*" {
                path.push(import.name);
            }
            let named = self.modules.named(self.module, &path);
            for file in named.files {
                // A module hands out what lies in it without using it.
                if !(public && self.modules.lies_in(self.modules.files[file].module, self.module)) {
                    self.add(file, || path.join("::"));
                }
            }
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let owner = owner_of(self.modules, self.module, &item.self_ty);
        let outer = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_impl(self, item);
        self.owner = outer;
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add_path(&segments);
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let of_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        self.add_method(of_self, &call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
    }
}
