//! Where the code of a service takes handshakes. Code is text here, read through the one door and never run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use wslint_code::{Code, Declared, File, Heartbeat, Set, Transports};
use wslint_deploy::link::{Says, normal};
use wslint_model::choices::Polls;
use wslint_model::duration::in_words;
use wslint_model::product::Framework;
use wslint_model::{Endpoint, Keeping, Mark, Service, product};

use super::around::Around;
use super::ground::{CodeText, Ground};
use super::packages::Packages;
use super::texts;

/// How many endpoints of one service are kept.
const MOST_ENDPOINTS: usize = 64;

/// Where the code of a service lies.
pub(super) struct Place<'p> {
    /// Its folder.
    pub(super) folder: &'p Path,
    /// The Dockerfile there that its image is made by, where it is not called so.
    pub(super) dockerfile: Option<&'p str>,
    /// The folder of the deployment, in which its clients lie.
    pub(super) top: &'p Path,
}

/// What the code in the folder of a service says: its endpoints, and what is likely of a server that takes handshakes at
/// any path.
pub(super) fn read(
    around: &Around,
    place: &Place<'_>,
    packages: &Packages,
    ground: &mut Ground<'_>,
    service: &mut Service,
) -> Option<Mark> {
    let own = files(around, place, ground)?;
    let mut clients = Vec::new();
    let mut code = read_texts(&own, &clients);
    if code.declared.iter().any(|one| one.transports != Transports::WebsocketOnly || !one.clients.is_empty())
    {
        clients = clients_beside(place, &own, ground);
        code = read_texts(&own, &clients);
    }
    let Code { mut declared, any_path, unknown } = code;
    service.complete = unknown.is_empty()
        && declared.len() <= MOST_ENDPOINTS
        && !own.iter().any(|(_, _, text)| names_usual_path(text));
    declared.truncate(MOST_ENDPOINTS);
    let mark = |ground: &mut Ground<'_>, place: &wslint_code::Place, words: String| {
        let (path, _, text) = own.iter().chain(&clients).nth(place.file)?;
        Some(ground.mark((path, text.as_bytes()), place.span, words))
    };
    for declared in &declared {
        let words = format!("this is an endpoint of `{}`", service.name);
        let marks = mark(ground, &declared.place, words).into_iter().collect();
        let beat = match &declared.heartbeat {
            Set::To(Heartbeat::Every(silence), place) => {
                let words = format!("`{}` is told to ping every {}", service.name, in_words(*silence));
                mark(ground, place, words)
            }
            Set::To(Heartbeat::Off, place) => {
                mark(ground, place, "this switches its heartbeat off".to_owned())
            }
            Set::Not | Set::Unknown(_) => None,
        };
        let asked = asked(declared).and_then(|(place, words)| mark(ground, place, words));
        service.endpoints.push(Endpoint { beat, asked, ..endpoint(declared, packages, marks) });
    }
    if service.framework.is_none() && service.heartbeat.is_none() {
        service.heartbeat = usual_heartbeat(&declared);
    }
    let [only] = any_path.as_slice() else { return None };
    let framework = packages.pinned(only.product.and_then(Framework::named)?);
    if service.framework.is_some() || !declared.is_empty() {
        return None;
    }
    service.heartbeat = match only.heartbeat {
        Set::To(Heartbeat::Every(silence), _) => Some(product::Heartbeat { silence, certain: false }),
        _ => service.heartbeat,
    };
    mark(ground, &only.place, format!("{} takes handshakes here", framework.title()))
}

/// The heartbeat of the server on which all of these usually run. It is likely, so that it accuses nobody.
fn usual_heartbeat(declared: &[Declared]) -> Option<product::Heartbeat> {
    let usual = |one: &Declared| Framework::named(wslint_code::usual_server(one.framework)?);
    let first = declared.first().and_then(usual)?;
    let beat = first.heartbeat().filter(|_| declared.iter().all(|one| usual(one) == Some(first)))?;
    Some(product::Heartbeat { certain: false, ..beat })
}

fn read_texts(own: &[CodeText], clients: &[CodeText]) -> Code {
    fn given(texts: &[CodeText]) -> Vec<File<'_>> {
        texts.iter().map(|(_, path, text)| File { path: path.as_str(), text: text.as_str() }).collect()
    }
    wslint_code::read(&given(own), &given(clients))
}

/// The code that says by which transports clients come: the setting of the server, or else the clients.
fn asked(declared: &Declared) -> Option<(&wslint_code::Place, String)> {
    let words = match declared.transports {
        Transports::WebsocketOnly => "by WebSocket only",
        Transports::PollingAndWebsocket => "by polls as well",
        Transports::Unknown => return None,
    };
    let set = declared.settings.iter().find(|setting| setting.name == "transports");
    let set = set.map(|setting| (&setting.place, format!("the server lets clients come {words}")));
    let client = || Some((declared.clients.first()?, format!("this client comes {words}")));
    match declared.transports {
        Transports::WebsocketOnly => set.or_else(client),
        _ => client().or(set),
    }
}

/// Whether code has the usual path of Socket.IO among its literals, whatever it does with it: it may answer there as well.
fn names_usual_path(text: &str) -> bool {
    ["'/socket.io", "\"/socket.io", "`/socket.io"].iter().any(|literal| text.contains(literal))
}

fn endpoint(declared: &Declared, packages: &Packages, marks: Vec<Mark>) -> Endpoint {
    let (heartbeat, keeping) = match declared.heartbeat {
        Set::Not => (None, Keeping::Usual),
        Set::To(Heartbeat::Every(silence), _) => (Some(silence), Keeping::Usual),
        Set::To(Heartbeat::Off, _) => (None, Keeping::Off),
        Set::Unknown(_) => (None, Keeping::Unknown),
    };
    Endpoint {
        framework: declared.product.and_then(Framework::named).map(|framework| packages.pinned(framework)),
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

/// The code of a folder that belongs to no image which is made of a folder below, nearest the top first. `None` if there is
/// more than is read.
fn files(around: &Around, place: &Place<'_>, ground: &mut Ground<'_>) -> Option<Vec<CodeText>> {
    let others = folders_below(around, place);
    let is_other = |path: &Path| others.iter().any(|other| path.starts_with(other));
    let paths = texts::below(place.folder, &is_other, ground);
    ground.budget.spent |= paths.is_none();
    let mut files = Vec::new();
    for path in paths? {
        let text = texts::text(&path, place.folder, &mut ground.budget, ground.territory);
        if ground.budget.spent {
            return None;
        }
        files.extend(text);
    }
    Some(files)
}

/// The code of a deployment that is none of a service's own, which may ask for its endpoints; none of it if there is more
/// than is read.
fn clients_beside(place: &Place<'_>, own: &[CodeText], ground: &mut Ground<'_>) -> Vec<CodeText> {
    let top = place.top.to_owned();
    let clients = match ground.clients.remove(&top) {
        Some(clients) => clients,
        None => Rc::new(texts::all_below(&top, ground).unwrap_or_default()),
    };
    ground.clients.insert(top, Rc::clone(&clients));
    let own: BTreeSet<&Path> = own.iter().map(|(path, ..)| path.as_path()).collect();
    clients.iter().filter(|(path, ..)| !own.contains(path.as_path())).cloned().collect()
}

/// The folders below one that other images are made of, or whose Dockerfiles make them: what lies beside the Dockerfile
/// of another image is its own.
fn folders_below(around: &Around, place: &Place<'_>) -> BTreeSet<PathBuf> {
    let folder = place.folder;
    let own = place.dockerfile.map(|name| normal(&folder.join(name)));
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
