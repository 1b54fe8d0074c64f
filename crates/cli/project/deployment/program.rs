//! What is known of one program: by its image, or by the folder that its image is made of.

use std::path::{Component, Path, PathBuf};

use wslint_deploy::command::{Server, server, server_of_script};
use wslint_deploy::dockerfile::Started;
use wslint_deploy::link::{Program, Says, normal};
use wslint_deploy::{Word, dockerfile, image, manifest};
use wslint_model::product::{Framework, Heartbeat, Kind};
use wslint_model::{Endpoint, Mark, Role, Service, Site};

use super::around::Around;
use super::code;
use super::ground::{Ground, Read};
use super::packages::Packages;

/// A server and the place that names it.
struct Found {
    server: Server,
    /// The file, where it is not the source of the program.
    file: Option<Read>,
}

/// What is known of a program, if anything is that a route could gain by.
pub(super) fn describe(
    around: &Around,
    program: &Program,
    called: Site,
    ground: &mut Ground<'_>,
) -> Option<Service> {
    let name = program.unit.name.text.clone();
    let words = format!("requests are handed to `{name}` here");
    let called = Mark { site: called, role: Role::Says(words) };
    let mut service = Service { name, called: Some(called), ..Service::default() };
    let mut chain = chain(around, program, ground);
    let product = program.unit.image.as_ref().and_then(|word| Some((image::product(&word.text)?, word)));
    if let Some((product, word)) = product {
        let (path, bytes) = last_source(around, program);
        let words = format!("this image is {}", product.title());
        let mark = ground.mark((path, bytes), word.span, words);
        service.heartbeat = product.heartbeat();
        install(&mut service, product, &mark);
        chain.insert(0, mark);
    } else if let Some(folder) = &program.folder {
        of_folder(around, program, folder, ground, &mut service, &mut chain);
    } else if program.command_known
        && let Some(server) = server_of(&program.unit.entrypoint, &program.unit.command)
    {
        take_server(around, program, Found { server, file: None }, ground, &mut service, &mut chain);
    }
    let tells = service.framework.is_some()
        || service.heartbeat.is_some()
        || service.accepts_http10
        || !service.endpoints.is_empty();
    if !tells {
        return None;
    }
    tell(&service, &chain, ground);
    service.marks = chain;
    Some(service)
}

/// The lines that lead to a program, the nearest to it first.
fn chain(around: &Around, program: &Program, ground: &mut Ground<'_>) -> Vec<Mark> {
    let marks = program.places.iter().enumerate().rev().map(|(at, (source, span))| {
        let words = match at {
            0 if matches!(around.sources[*source].says, Says::Machine(_)) => {
                "this listens on the port of the upstream"
            }
            0 => "the upstream is this service",
            _ => "its selector chooses this workload",
        };
        ground.mark(around.source(*source), *span, words.to_owned())
    });
    marks.collect()
}

fn last_source<'a>(around: &'a Around, program: &Program) -> (&'a Path, &'a [u8]) {
    program.places.last().map_or((Path::new(""), &[]), |(source, _)| around.source(*source))
}

/// What is installed as it is takes handshakes where it always does, below a folder that its settings name.
fn install(service: &mut Service, product: Framework, mark: &Mark) {
    service.framework = Some(product);
    if product.record().kind == Kind::Product {
        service.based = true;
        service.endpoints = endpoints_of(product, mark);
    }
}

/// Where a product takes handshakes. What is left of it without them decides how bad it is that one fails, so that
/// those of which this is not known are left out. `0` stands for what a client may choose.
fn endpoints_of(product: Framework, mark: &Mark) -> Vec<Endpoint> {
    if product.without_websocket().is_none() {
        return Vec::new();
    }
    let record = product.record();
    // A path whose first segment is anything may be any path.
    let expected = |path: &&&str| !path.starts_with("/*") && !record.optional.contains(path);
    let paths = record.endpoints.iter().filter(expected);
    paths
        .map(|path| Endpoint {
            framework: Some(product),
            marks: vec![mark.clone()],
            ..Endpoint::at(path.replace('*', "0"))
        })
        .collect()
}

/// What the folder says that an image is made of.
fn of_folder(
    around: &Around,
    program: &Program,
    folder: &Path,
    ground: &mut Ground<'_>,
    service: &mut Service,
    chain: &mut Vec<Mark>,
) {
    if let Some(build) = &program.unit.build {
        let words = "its image is made of this folder".to_owned();
        let span = build.context.span;
        chain.insert(0, ground.mark(last_source(around, program), span, words));
    }
    let own = own_folder(program, folder, ground);
    let packages = Packages::read(&own, folder, ground);
    let found = match program.unit.build {
        Some(_) => server_of_folder(program, folder, ground),
        None => server_of(&program.unit.entrypoint, &program.unit.command)
            .map(|server| Found { server, file: None }),
    };
    if let Some(found) = found.filter(|_| program.command_known) {
        let pinned = packages.pinned(found.server.framework);
        let server = Server { framework: pinned, ..found.server };
        take_server(around, program, Found { server, ..found }, ground, service, chain);
    }
    if service.framework.is_none() {
        chain.splice(0..0, packages.likely(ground, service));
    }
    if !ground.configuration.no_code {
        let dockerfile = program.unit.build.as_ref().and_then(|build| build.dockerfile.as_ref());
        let dockerfile = dockerfile.filter(|_| own == folder).map(|word| word.text.as_str());
        let top = last_source(around, program).0.parent();
        let place = code::Place { folder: &own, dockerfile, top: top.unwrap_or(folder) };
        let any_path = code::read(around, &place, &packages, ground, service);
        chain.splice(0..0, any_path);
    }
}

/// The folder of a program in the one that its image is made of: that of its Dockerfile, if a manifest lies beside it. A
/// repository of many programs may be the context of each of their images.
fn own_folder(program: &Program, folder: &Path, ground: &Ground<'_>) -> PathBuf {
    let dockerfile = program.unit.build.as_ref().and_then(|build| build.dockerfile.as_ref());
    let below = dockerfile.and_then(|word| normal(&folder.join(&word.text)).parent().map(Path::to_owned));
    let holds_manifest = |below: &PathBuf| {
        let names = ground.territory.list(below).unwrap_or_default();
        names.iter().any(|(name, _)| manifest::is_manifest(&name.to_string_lossy()))
    };
    below
        .filter(|below| below.starts_with(folder) && holds_manifest(below))
        .unwrap_or_else(|| folder.to_owned())
}

/// The server that an image starts which is made of a folder.
fn server_of_folder(program: &Program, folder: &Path, ground: &mut Ground<'_>) -> Option<Found> {
    let build = program.unit.build.as_ref()?;
    let name = build.dockerfile.as_ref().map_or("Dockerfile", |word| word.text.as_str());
    let path = normal(&folder.join(name));
    let read = ground.read(&path).map(|bytes| Read { path, bytes });
    let target = build.target.as_ref().map(|word| word.text.as_str());
    let started =
        read.as_ref().and_then(|read| dockerfile::read(&read.bytes).started(target)).unwrap_or_default();
    let own = &program.unit;
    // What a deployment starts in place of the entry point is not handed what the image hands to its own.
    let (entrypoint, handed) = match own.entrypoint.is_empty() {
        true => (&started.entrypoint, &started.command),
        false => (&own.entrypoint, &own.command),
    };
    let (command, of_image) = match own.command.is_empty() {
        true => (handed, own.entrypoint.is_empty()),
        false => (&own.command, false),
    };
    if let Some(server) = server_of(entrypoint, command) {
        let in_image = of_image || own.command.is_empty() && own.entrypoint.is_empty();
        return Some(Found { file: read.filter(|_| in_image), server });
    }
    let base = read.as_ref().and_then(|read| read.path.parent()).map(Path::to_owned);
    if entrypoint.is_empty() && command.is_empty() {
        return of_base(&started, read);
    }
    let scripts = entrypoint.iter().chain(command).filter(|word| word.text.ends_with(".sh"));
    for script in scripts {
        for folder in [Some(folder), base.as_deref()].into_iter().flatten() {
            if let Some(read) = script_below(folder, &script.text, ground) {
                let text = String::from_utf8_lossy(&read.bytes).into_owned();
                return Some(Found { server: server_of_script(&text)?, file: Some(read) });
            }
        }
    }
    None
}

/// The product that an image starts which is made from the product's own one, and says nothing else of what it starts.
fn of_base(started: &Started, read: Option<Read>) -> Option<Found> {
    let from = started.from.as_ref()?;
    let framework = image::product(&from.text)?;
    Some(Found { server: Server { framework, span: from.span, heartbeat: None }, file: read })
}

/// The server of a command with its entry point, or of the command that an entry point is handed.
fn server_of(entrypoint: &[Word], command: &[Word]) -> Option<Server> {
    let whole: Vec<Word> = entrypoint.iter().chain(command).cloned().collect();
    server(&whole).or_else(|| server(command))
}

/// The script that an image has at a path, as it lies in the folder that the image is made of: by the longest end of
/// the path that is there.
fn script_below(folder: &Path, script: &str, ground: &mut Ground<'_>) -> Option<Read> {
    let parts: Vec<Component<'_>> =
        Path::new(script).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    (0..parts.len()).find_map(|from| {
        let path = folder.join(parts[from..].iter().collect::<PathBuf>());
        let bytes = ground.read(&path)?;
        Some(Read { path, bytes })
    })
}

fn take_server(
    around: &Around,
    program: &Program,
    found: Found,
    ground: &mut Ground<'_>,
    service: &mut Service,
    chain: &mut Vec<Mark>,
) {
    let Found { server, file } = found;
    let Server { framework, span, heartbeat } = server;
    let words = format!("{} is started here", framework.title());
    let mark = match &file {
        Some(Read { path, bytes }) => ground.mark((path, bytes), span, words),
        None => ground.mark(last_source(around, program), span, words),
    };
    service.heartbeat = match heartbeat {
        None => framework.heartbeat(),
        Some(set) => set.map(Heartbeat::declared),
    };
    install(service, framework, &mark);
    chain.insert(0, mark);
}

/// Notes what serves an upstream, and because of which lines.
fn tell(service: &Service, chain: &[Mark], ground: &mut Ground<'_>) {
    let places: Vec<String> = chain
        .iter()
        .chain(&service.called)
        .map(|mark| format!("{} ({})", ground.place(mark.site), mark.role))
        .collect();
    let what = service.framework.map_or("what serves it is not certain", Framework::title);
    ground.told.push(format!("service {}: {what}, by {}", service.name, places.join(", ")));
    for endpoint in &service.endpoints {
        let marks = endpoint.marks.iter().chain(&endpoint.asked).chain(&endpoint.beat);
        let places: Vec<String> =
            marks.map(|mark| format!("{} ({})", ground.place(mark.site), mark.role)).collect();
        let words = format!("service {}: endpoint {}, by {}", service.name, endpoint.path, places.join(", "));
        ground.told.push(words);
    }
}
