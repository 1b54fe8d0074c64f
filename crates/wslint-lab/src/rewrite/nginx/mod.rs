//! The copy of an nginx configuration.

mod address;
mod code;
mod directive;
mod fragment;
mod level;
mod scope;
mod stock;
mod upstream;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub(super) use address::upstream_address;

use self::directive::Editor;
use self::scope::Scope;
use crate::program::Program;
use crate::rewrite::copied::{Copy, FileCopy, Listen};
use crate::rewrite::edit::Piece;
use crate::{Error, Kind, Level, Setup};

/// The copy of a setup's files, fragments completed.
pub(super) fn copy(setup: &Setup, program: &Program) -> Result<Copy, Error> {
    let scope = Scope::read(setup)?;
    let mut editor = Editor::new(&scope, program);
    let mut files = Vec::new();
    let mut fragment_listens = None;
    for (index, source) in scope.sources.iter().enumerate() {
        let level = match &setup.reading {
            _ if index > 0 => Level::Main,
            Some(reading) => reading.level,
            None => level::level(source),
        };
        let mut edits = editor.edits(source, level);
        let pieces = fragment::complete(source, level, &mut edits, &editor);
        if level.needs_server() && !source.tree.roots().any(|id| source.name(id) == "listen") {
            fragment_listens = Some(level::listen());
        }
        files.push(FileCopy { path: source.path.clone(), pieces });
    }
    let stock = editor.stock().map(|(path, text)| FileCopy { path, pieces: vec![Piece::text(text)] });
    files.extend(stock.collect::<Vec<_>>());
    let mut listens: Vec<Listen> = scope.listens.clone();
    let implicit = fragment_listens.or(editor.implicit_listen.take());
    if let Some(listen) =
        implicit.filter(|listen| listens.iter().all(|known| known.address != listen.address))
    {
        listens.push(listen);
    }
    let datagrams = scope.datagrams.clone();
    let asks_client = scope.asks_client();
    let Editor { upstreams, left_out, .. } = editor;
    Ok(Copy { kind: Kind::Nginx, files, listens, datagrams, peers: upstreams.peers, left_out, asks_client })
}

/// How nginx is called. One process is enough, unless it has to reload: then it needs a master.
pub(super) fn arguments(copy: &Copy, folder: &Path, check: bool, reloads: bool) -> Vec<OsString> {
    let master = if reloads { "on" } else { "off" };
    let mut directives = format!("daemon off; master_process {master}; pid {}/nginx.pid;", folder.display());
    // Workers of a root's master would otherwise be nobody, who may not enter the private folder, and whom a root of a
    // container of users may give nothing to.
    if rustix::process::geteuid().is_root() {
        directives.push_str(" user root;");
    }
    let main: PathBuf = folder.join(&copy.files[0].path);
    let mut arguments: Vec<OsString> = vec!["-p".into(), folder.into(), "-c".into(), main.into()];
    arguments.extend(["-e".into(), "stderr".into(), "-g".into(), directives.into()]);
    if check {
        arguments.push("-t".into());
    }
    arguments
}
