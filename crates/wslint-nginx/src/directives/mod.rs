//! Every directive that nginx, NGINX Plus and the known modules have, with what nginx checks before it reads the
//! value. The lines stand in `data/nginx`; the build script makes the table.

pub mod context;

use wslint_model::{Arguments, Defaults, Life, Version, spelling};

use self::context::Contexts;

include!(concat!(env!("OUT_DIR"), "/directives.rs"));

/// One line of the tables. A name has several where modules, levels or versions differ.
#[derive(Debug)]
pub struct Spec {
    /// The name, which is case-sensitive.
    pub name: &'static str,
    /// The module: `http_proxy` for nginx's `ngx_http_proxy_module`.
    pub module: &'static str,
    /// Who has it.
    pub owner: Owner,
    /// Where it may stand.
    pub contexts: Contexts,
    /// How many arguments it takes.
    pub arguments: Arguments,
    /// Whether it opens a block.
    pub block: bool,
    /// Whether a second one at the same level is refused.
    pub once: bool,
    /// What its first value must look like.
    pub value: Value,
    /// What a level inherits; none where the directive stands at one level only, or where it is not known.
    pub inherits: Option<Inherits>,
    /// Its values where no line sets it, each with the first version that has it, the oldest first.
    pub defaults: Defaults,
    /// The versions that know it.
    pub life: Life,
}

/// Who has a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// nginx itself.
    Nginx,
    /// NGINX Plus only.
    Plus,
    /// A module that is built or loaded besides, or a fork.
    Module,
}

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything.
    Any,
    /// `on` or `off`.
    Flag,
    /// A time that may be given in milliseconds.
    Milliseconds,
    /// A time of whole seconds.
    Seconds,
    /// A size that fits into memory, with `k` or `m`.
    Size,
    /// A size of a file, with `k`, `m` or `g`.
    Offset,
    /// A size, or variables that make one.
    Rate,
    /// A number without a sign.
    Number,
    /// The same, and not 0.
    Positive,
    /// A number of buffers that is not 0, and their size.
    Buffers,
    /// One of these words, in any case.
    OneOf(&'static [&'static str]),
    /// Nothing but these words, in any case.
    EachOf(&'static [&'static str]),
    /// A version of HTTP.
    HttpVersion,
}

/// What becomes of a directive on the levels below its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inherits {
    /// It holds until a level sets it anew.
    Replace,
    /// All its lines hold until a level has one of its own.
    List,
    /// A level adds its lines to those above.
    Merge,
    /// It holds at its own level only.
    Nothing,
}

/// All lines, sorted by name.
pub fn all() -> &'static [Spec] {
    SPECS
}

/// The lines of a name; none where nobody is known to have it.
pub fn named(name: &[u8]) -> &'static [Spec] {
    let from = SPECS.partition_point(|spec| spec.name.as_bytes() < name);
    let count = SPECS[from..].iter().take_while(|spec| spec.name.as_bytes() == name).count();
    &SPECS[from..from + count]
}

/// The directive of nginx that an unknown name was meant to be: none where the name is known, or where NGINX Plus or a
/// module has one that it may mean as well.
pub fn did_you_mean(name: &str) -> Option<&'static str> {
    if !named(name.as_bytes()).is_empty() {
        return None;
    }
    let names = |of_nginx: bool| {
        let specs = SPECS.iter().filter(move |spec| is_of_nginx(spec.name) == of_nginx);
        spelling::nearest(name, specs.map(|spec| spec.name))
    };
    names(true).filter(|_| names(false).is_none())
}

fn is_of_nginx(name: &str) -> bool {
    named(name.as_bytes()).iter().any(|spec| spec.owner == Owner::Nginx)
}

#[cfg(test)]
mod tests;
