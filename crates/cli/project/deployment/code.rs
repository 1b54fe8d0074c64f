//! Where the code of a service takes handshakes. Code is text here, read through the one door and never run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wslint_code::{Code, Declared, File, Heartbeat, Place, Set, Transports};
use wslint_deploy::link::{Says, normal};
use wslint_deploy::manifest;
use wslint_model::choices::Polls;
use wslint_model::duration::in_words;
use wslint_model::product::Framework;
use wslint_model::{Endpoint, Keeping, Mark, Service, product};

use super::around::Around;
use super::ground::Ground;
use crate::files::{Limits, Search, walk};

/// How many endpoints of one service are kept.
const MOST_ENDPOINTS: usize = 64;

/// How many files and folders of one service are listed.
const LIMITS: Limits = Limits { entries: 200_000, files: 4_000, beside: 0, hosts: 0, depth: 32, hidden: 0 };

/// What the code in the folder of a service says, whose Dockerfile has this name there: its endpoints, and what is likely of a server that takes handshakes at
/// any path.
pub(super) fn read(
    around: &Around,
    (folder, dockerfile): (&Path, Option<&str>),
    ground: &mut Ground<'_>,
    service: &mut Service,
) -> Option<Mark> {
    let files = files(around, (folder, dockerfile), ground)?;
    let given: Vec<File<'_>> =
        files.iter().map(|(_, path, text)| File { path: path.as_str(), text: text.as_str() }).collect();
    let Code { mut declared, any_path, unknown } = wslint_code::read(&given);
    service.complete = unknown.is_empty()
        && declared.len() <= MOST_ENDPOINTS
        && !files.iter().any(|(_, _, text)| names_usual_path(text));
    declared.truncate(MOST_ENDPOINTS);
    let mark = |ground: &mut Ground<'_>, place: &Place, words: String| {
        let (path, _, text) = &files[place.file];
        ground.mark((path, text.as_bytes()), place.span, words)
    };
    for declared in &declared {
        let words = format!("this is an endpoint of `{}`", service.name);
        let marks = vec![mark(ground, &declared.place, words)];
        let beat = match &declared.heartbeat {
            Set::To(Heartbeat::Every(silence), place) => {
                let words = format!("`{}` is told to ping every {}", service.name, in_words(*silence));
                Some(mark(ground, place, words))
            }
            Set::To(Heartbeat::Off, place) => {
                Some(mark(ground, place, "this switches its heartbeat off".to_owned()))
            }
            Set::Not | Set::Unknown(_) => None,
        };
        service.endpoints.push(Endpoint { beat, ..endpoint(declared, marks) });
    }
    let [only] = any_path.as_slice() else { return None };
    let framework = only.product.and_then(Framework::named)?;
    if service.framework.is_some() || !declared.is_empty() {
        return None;
    }
    service.heartbeat = match only.heartbeat {
        Set::To(Heartbeat::Every(silence), _) => Some(product::Heartbeat { silence, certain: false }),
        _ => service.heartbeat,
    };
    Some(mark(ground, &only.place, format!("{} takes handshakes here", framework.title())))
}

/// Whether code has the usual path of Socket.IO among its literals, whatever it does with it: it may answer there as well.
fn names_usual_path(text: &str) -> bool {
    ["'/socket.io", "\"/socket.io", "`/socket.io"].iter().any(|literal| text.contains(literal))
}

fn endpoint(declared: &Declared, marks: Vec<Mark>) -> Endpoint {
    let (heartbeat, keeping) = match declared.heartbeat {
        Set::Not => (None, Keeping::Usual),
        Set::To(Heartbeat::Every(silence), _) => (Some(silence), Keeping::Usual),
        Set::To(Heartbeat::Off, _) => (None, Keeping::Off),
        Set::Unknown(_) => (None, Keeping::Unknown),
    };
    Endpoint {
        framework: declared.product.and_then(Framework::named),
        heartbeat,
        keeping,
        polls: match declared.transports {
            Transports::PollingAndWebsocket => None,
            Transports::WebsocketOnly => Some(Polls::Never),
            // Clients may poll, and nobody knows whether they begin with it.
            Transports::Unknown => Some(Polls::Fallback),
        },
        marks,
        ..Endpoint::at(&declared.path.literal)
    }
}

/// The code of a folder that belongs to no image which is made of a folder below, nearest the top first: where each file
/// lies, its path below the folder, and its text. `None` if there is more than is read.
fn files(
    around: &Around,
    (folder, dockerfile): (&Path, Option<&str>),
    ground: &mut Ground<'_>,
) -> Option<Vec<(PathBuf, String, String)>> {
    let others = folders_below(around, folder, dockerfile);
    let is_other = |path: &Path| others.iter().any(|other| path.starts_with(other));
    let is_code = |path: &Path| {
        let name =
            path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        wslint_code::reads(&name) || manifest::is_manifest(&name)
    };
    let search = Search {
        may_be: &is_code,
        beside: &|_| false,
        hosts: &|_| false,
        likely_is: &|_| false,
        must_be: &|_| false,
        leaves_out: &|path, is_folder| {
            ground.configuration.exclude.leaves_out(path, is_folder) || is_folder && is_other(path)
        },
        skips: &|name| {
            ["node_modules", "__pycache__", ".venv", "venv", ".tox", ".terraform"]
                .iter()
                .any(|skipped| name == *skipped)
        },
        ignore_files: !ground.configuration.no_ignore_files,
        limits: LIMITS,
    };
    let found = walk(folder, ground.territory, &search);
    if found.limit.is_some() {
        ground.budget.spent = true;
        return None;
    }
    let mut paths = found.files;
    paths.sort_by_key(|path| path.components().count());
    let mut files = Vec::new();
    for path in paths {
        let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let bytes = ground.read(&path);
        if ground.budget.spent {
            return None;
        }
        let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
        files.push((path, below, text));
    }
    Some(files)
}

/// The folders below one that other images are made of, or whose Dockerfiles make them: what lies beside the Dockerfile
/// of another image is its own.
fn folders_below(around: &Around, folder: &Path, dockerfile: Option<&str>) -> BTreeSet<PathBuf> {
    let own = dockerfile.map(|name| normal(&folder.join(name)));
    let mut below = BTreeSet::new();
    for source in &around.sources {
        let Says::Compose(compose) = &source.says else { continue };
        let here = source.path.parent().unwrap_or(&source.path);
        for build in compose.services.iter().filter_map(|unit| unit.build.as_ref()) {
            let context = normal(&here.join(&build.context.text));
            let dockerfile = build.dockerfile.as_ref().map(|word| normal(&context.join(&word.text)));
            let beside = dockerfile.as_ref().and_then(|path| path.parent()).map(Path::to_owned);
            for other in [Some(context), beside].into_iter().flatten() {
                let holds_own = own.as_ref().is_some_and(|own| own.starts_with(&other));
                if other != folder && other.starts_with(folder) && !holds_own {
                    below.insert(other);
                }
            }
        }
    }
    below
}
