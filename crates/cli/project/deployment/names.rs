//! The names that configurations have for their upstreams.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use wslint_deploy::link::normal;
use wslint_model::service::split;
use wslint_model::{Content, File, FileId, Project};
use wslint_syntax::Span;

use crate::project::store::NOWHERE;

/// How many names of one file are looked for.
const MOST_NAMES: usize = 2_000;

/// A configuration that calls upstreams by names.
pub(super) struct Caller {
    /// The file.
    pub(super) file: FileId,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// The names, a host and a port if one is written, each with the first place that calls it.
    pub(super) names: BTreeMap<(String, Option<u16>), Span>,
}

/// The configurations that lie in files and hand requests to names, or to ports of their own machine, each read when it is
/// asked for.
pub(super) fn callers(project: &Project, paths: &[PathBuf]) -> impl Iterator<Item = Caller> {
    let files = (0..).map(FileId).zip(&project.files).zip(paths);
    let caller = |((file, content), path): ((FileId, &File), &PathBuf)| {
        let names = match &content.content {
            Content::Nginx(tree) => names(wslint_nginx::called(tree)),
            Content::Haproxy(tree) => names(wslint_haproxy::called(tree)),
            Content::Beside(_) => return None,
        };
        let path = normal(&std::path::absolute(path).ok().filter(|_| path.as_os_str() != NOWHERE)?);
        (!names.is_empty()).then_some(Caller { file, path, names })
    };
    files.filter_map(caller)
}

/// The names among addresses, the first ones.
fn names(called: impl Iterator<Item = (impl AsRef<str>, Span)>) -> BTreeMap<(String, Option<u16>), Span> {
    let mut names = BTreeMap::new();
    for (address, span) in called {
        let (host, port) = split(address.as_ref());
        if tells(host, port) {
            names.entry((host.to_ascii_lowercase(), port)).or_insert(span);
            if names.len() == MOST_NAMES {
                break;
            }
        }
    }
    names
}

/// Whether an address may be that of a program in the same deployment.
fn tells(host: &str, port: Option<u16>) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback() && port.is_some(),
        Err(_) => !host.is_empty() && (host != "localhost" || port.is_some()),
    }
}
