//! What a file names: paths, in `use` and elsewhere, and methods that are called.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, ItemImpl, ItemMod, ItemUse, Macro, Path, Visibility};

use super::methods::{Owner, owner_of};
use super::modules::{Import, Modules, imports};

/// Something that a file names.
pub(crate) struct Mention {
    /// The module that it stands in.
    pub(crate) module: usize,
    /// The type of `Self` there.
    pub(crate) owner: Option<Owner>,
    pub(crate) named: What,
}

/// What is named.
pub(crate) enum What {
    /// A name that `use` brings in.
    Import(Import),
    /// A path in the code.
    Path(Vec<String>),
    /// A method that is called, on `self` or on something else.
    Call { of_self: bool, name: String },
}

/// All that a file of a crate names.
pub(crate) fn mentions(modules: &Modules, file: usize) -> Vec<Mention> {
    let source = &modules.files[file];
    let mut finder = Finder { modules, module: source.module, owner: None, found: Vec::new() };
    source.items.iter().for_each(|item| finder.visit_item(item));
    finder.found
}

struct Finder<'m> {
    modules: &'m Modules,
    module: usize,
    owner: Option<Owner>,
    found: Vec<Mention>,
}

impl Finder<'_> {
    fn add(&mut self, named: What) {
        self.found.push(Mention { module: self.module, owner: self.owner.clone(), named });
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
                    let is_called = matches!(
                        tokens.get(at + 1),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
                    );
                    match begin.checked_sub(1).filter(|&dot| is(dot, '.')) {
                        None => self.add(What::Path(path)),
                        Some(dot) if is_called => {
                            let receiver = dot.checked_sub(1).map(|at| &tokens[at]);
                            let of_self = matches!(receiver, Some(TokenTree::Ident(name)) if name == "self");
                            self.add(What::Call { of_self, name: path.swap_remove(0) });
                        }
                        Some(_) => {}
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
        if let Some(inner) = self.modules.inside(outer, item) {
            self.module = inner;
            visit::visit_item_mod(self, item);
        }
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        imports(&item.tree, public).into_iter().for_each(|import| self.add(What::Import(import)));
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let owner = owner_of(self.modules, self.module, &item.self_ty);
        let outer = std::mem::replace(&mut self.owner, owner);
        visit::visit_item_impl(self, item);
        self.owner = outer;
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.add(What::Path(path.segments.iter().map(|segment| segment.ident.to_string()).collect()));
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let of_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        self.add(What::Call { of_self, name: call.method.to_string() });
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
    }
}
