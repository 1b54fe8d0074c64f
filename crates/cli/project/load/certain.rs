//! Files that a proxy reads for certain: the user names them, or they are called like what the proxy is started with. Such
//! a file is read, or it is an error that it is not.

use std::path::Path;

use wslint_model::{Content, File, Proxy};
use wslint_syntax::haproxy::LineKind;

use crate::escape::shown_path;
use crate::project::detect::{detect, is_wide, knows_any, proxy_by_name};
use crate::project::file_kind::{self, is_ini, other_format};
use crate::project::file_names::{lies_with_another_program, main_file};
use crate::project::nginx_roots;
use crate::project::problem::{Place, Problem};
use crate::project::store::{strip_here, wide_characters};

/// The proxy that reads a file: its content tells, or else its name.
///
/// # Errors
/// Why the file cannot be read as configuration.
pub(super) fn certain_proxy(path: &Path, bytes: &[u8]) -> Result<Proxy, Problem> {
    let place = || Place::Path(shown_path(strip_here(path)));
    if is_wide(bytes) {
        return Err(wide_characters(place()));
    }
    let main = main_file(path);
    let format = match main {
        // To both proxies the first line of a script is a comment like any other.
        Some(_) => file_kind::by_text(bytes).filter(|_| !bytes.starts_with(b"#!")),
        None => other_format(path, bytes),
    };
    if let Some(format) = format {
        let message = format!("{format} is not read: neither proxy does");
        return Err(Problem::error("no-configuration", place(), message).help(match main {
            Some(_) => "if it belongs to another program, exclude it in wslint.yaml",
            None if format == "a document" => "`--include-docs` reads the examples of documents",
            None => "write that configuration to a file of its own, or pipe it into `wslint -`",
        }));
    }
    let by_name =
        || main.map(|main| main.proxy).or_else(|| proxy_by_name(path).filter(|_| !bytes.is_empty()));
    detect(bytes).or_else(by_name).ok_or_else(|| {
        Problem::error("no-configuration", place(), "neither an nginx nor a HAProxy configuration").help(
            "wslint tells the proxy by the directives; an empty file or one of another program has none",
        )
    })
}

/// Whether a file speaks plainly of another program, whatever it is called. Those that start, watch or rotate the logs of
/// others call what they know about nginx by its name.
pub(super) fn is_of_another_program(path: &Path, bytes: &[u8]) -> bool {
    is_ini(bytes) || (lies_with_another_program(path) && !is_wide(bytes) && detect(bytes).is_none())
}

/// The problem that nothing in a file is known to its proxy, if so: it is of another program, or its encoding hides what
/// stands in it. A file with comments only is one that somebody switched off, unless the proxy is started with it.
pub(super) fn nothing_in_it(file: &File, path: &Path) -> Option<Problem> {
    let main = main_file(path);
    let (empty, known) = match &file.content {
        Content::Nginx(tree) => (tree.is_empty(), knows_any(tree) || nginx_roots::context(tree).is_some()),
        Content::Haproxy(tree) => (
            tree.lines().is_empty(),
            file.template || tree.lines().iter().any(|line| line.kind == LineKind::Section),
        ),
        Content::Beside(_) => return None,
    };
    // There are more modules of nginx than anybody can list.
    let at_home = main.is_none() && path.to_string_lossy().contains("nginx") && !empty;
    let hidden = file.source().contains(&b'\r') && !file.source().contains(&b'\n');
    let started_with = main.is_some_and(|main| !main.template);
    if known || at_home || (empty && !started_with && !hidden) {
        return None;
    }
    let message = if hidden {
        "its lines end in CR alone, which ends no line for the proxies: a comment goes on to the end of the file"
    } else if empty {
        "nothing but comments and blanks stands in it, and the proxy does not start with that"
    } else {
        "nothing in it is known to nginx or HAProxy"
    };
    let place = Place::Path(shown_path(strip_here(path)));
    Some(Problem::error("no-configuration", place, message).help(if hidden {
        "save it with LF at the ends of lines"
    } else {
        "if it belongs to another program, exclude it in wslint.yaml"
    }))
}
