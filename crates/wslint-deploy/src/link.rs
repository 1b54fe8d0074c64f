//! Which program a name leads to that a proxy's configuration hands requests to.
//!
//! A repository may hold many deployments. Those count that mount the configuration or build an image of its folder;
//! without such, the nearest above it, or those of the only folder that has any. Where they disagree, what they disagree
//! about is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use wslint_syntax::Span;

use crate::command::{Server, server};
use crate::compose::Compose;
use crate::image::{product, reference};
use crate::kubernetes::Kubernetes;
use crate::unit::Unit;

/// A file that tells of a deployment.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it lies: absolute.
    pub path: PathBuf,
    /// What it says.
    pub says: Says,
}

/// What a file of a deployment says.
#[derive(Clone, Debug)]
pub enum Says {
    /// It is a compose file.
    Compose(Compose),
    /// It holds Kubernetes objects.
    Kubernetes(Kubernetes),
    /// It starts programs of the machine, or is code that listens on a port of it.
    Machine(Vec<Local>),
}

/// A program that a machine starts without containers.
#[derive(Clone, Debug)]
pub struct Local {
    /// What is started. The code of a package that listens has no command.
    pub unit: Unit,
    /// The folder of its code, where that is known.
    pub folder: Option<PathBuf>,
}

/// A program that a name leads to.
#[derive(Clone, Debug)]
pub struct Program {
    /// The places that name it, each in the source of that number: the way from the name to the program.
    pub places: Vec<(usize, Span)>,
    /// What is started. What the sources disagree about is left out.
    pub unit: Unit,
    /// Whether what it starts is known, as far as a deployment says it.
    pub command_known: bool,
    /// The folder that its image is made of.
    pub folder: Option<PathBuf>,
}

/// The program that answers at a name, and a port if one is written, for the configuration at `config`.
pub fn program(sources: &[Source], config: &Path, host: &str, port: Option<u16>) -> Option<Program> {
    let (groups, contained) = near(sources, config);
    let named = |unit: &Unit| is_named(unit, host);
    // In a container the address of the machine is that of the container.
    let reached = host == OF_DOCKER || is_local(host) && !contained;
    let local = port.filter(|_| reached);
    let published = |unit: &Unit| local.is_some_and(|port| is_published(unit, port));
    for group in groups {
        let mut found: Vec<(usize, &Unit)> = Vec::new();
        for (at, compose) in group {
            let units = compose.services.iter().filter(|unit| named(unit) || published(unit));
            found.extend(units.map(|unit| (at, unit)));
        }
        if !found.is_empty() {
            return merged(sources, &found);
        }
    }
    match local {
        Some(port) => of_machine(sources, port),
        None => of_kubernetes(sources, config, host, port),
    }
}

/// The only program of the whole repository that listens on a port of the machine. Several places may tell of it: what
/// starts it, and its code.
fn of_machine(sources: &[Source], port: u16) -> Option<Program> {
    let mut found: Vec<(usize, &Local)> = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        match &source.says {
            Says::Compose(compose) if compose.services.iter().any(|unit| is_published(unit, port)) => {
                return None;
            }
            Says::Machine(locals) => {
                found.extend(
                    locals.iter().filter(|local| is_published(&local.unit, port)).map(|local| (at, local)),
                );
            }
            Says::Compose(_) | Says::Kubernetes(_) => {}
        }
    }
    let folders: BTreeSet<&PathBuf> = found.iter().filter_map(|(_, local)| local.folder.as_ref()).collect();
    let started = found.iter().filter(|(_, local)| !local.unit.command.is_empty());
    let mut servers: Vec<_> = started.clone().map(|(_, local)| server(&local.unit.command)).collect();
    servers.dedup_by(|one, other| {
        let known = |server: &Option<Server>| server.as_ref().map(|one| (one.framework, one.heartbeat));
        known(one) == known(other)
    });
    if folders.len() > 1 || servers.len() > 1 {
        return None;
    }
    let (at, local) = started.clone().next().or(found.first())?;
    Some(Program {
        places: vec![(*at, local.unit.name.span)],
        unit: local.unit.clone(),
        command_known: true,
        folder: folders.into_iter().next().cloned(),
    })
}

/// Whether a port of the machine leads to a program: it is published, or what it is listens there by default in the
/// network of the machine.
fn is_published(unit: &Unit, port: u16) -> bool {
    let listens = || {
        let product = unit.image.as_ref().and_then(|image| product(&image.text));
        product.is_some_and(|product| product.record().ports.contains(&port))
    };
    unit.published.iter().any(|one| one.outside == port) || unit.on_machine && listens()
}

/// Whether a name is one of a program: its own, that of its tasks in a swarm, or that of the first of its containers, which
/// Docker Compose makes of the names of project and service.
fn is_named(unit: &Unit, host: &str) -> bool {
    let own = host.strip_prefix("tasks.").unwrap_or(host);
    let of_container = |mark: char| {
        let rest = host.strip_suffix(&format!("{mark}{}{mark}1", unit.name.text));
        rest.is_some_and(|project| !project.is_empty())
    };
    unit.names.iter().any(|name| name.text.eq_ignore_ascii_case(own))
        || of_container('_')
        || of_container('-')
}

/// The name of the machine in its containers.
const OF_DOCKER: &str = "host.docker.internal";

/// Whether a name means the machine that asks, or the machine of its container.
pub fn is_local(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]", OF_DOCKER].contains(&host)
}

/// The compose files of one folder, each with its number.
type Group<'s> = Vec<(usize, &'s Compose)>;

/// The compose files that a configuration may belong to, those of the likeliest folder first, and whether one of them
/// shows the configuration in a container with a network of its own.
fn near<'s>(sources: &'s [Source], config: &Path) -> (Vec<Group<'s>>, bool) {
    let mut folders: BTreeMap<&Path, Group<'s>> = BTreeMap::new();
    let mut holding = BTreeSet::new();
    let mut contained = false;
    for (at, source) in sources.iter().enumerate() {
        let Says::Compose(compose) = &source.says else { continue };
        let folder = folder_of(source);
        folders.entry(folder).or_default().push((at, compose));
        for unit in showing(source, compose, config) {
            holding.insert(folder);
            contained |= !unit.on_machine;
        }
    }
    let mounted = !holding.is_empty();
    let only = folders.len() == 1;
    // An overriding file beside one that mounts the configuration belongs to it.
    let belongs = |folder: &Path| match mounted {
        true => holding.contains(folder),
        false => only || config.starts_with(folder),
    };
    folders.retain(|folder, _| belongs(folder));
    // Of the folders above a configuration the deepest one comes last in this order.
    let groups: Vec<Group<'s>> = match mounted {
        true => vec![folders.into_values().flatten().collect()],
        false => folders.into_values().rev().collect(),
    };
    (groups, contained)
}

/// The services of a compose file that show a configuration in their container, or whose image is made of its folder. A
/// folder that the compose file itself lies in says nothing: everything lies there.
fn showing<'s>(source: &Source, compose: &'s Compose, config: &Path) -> Vec<&'s Unit> {
    let folder = folder_of(source);
    let inside = |path: &str| {
        let place = beside(source, path);
        config.starts_with(&place) && !folder.starts_with(&place)
    };
    let built = |unit: &&Unit| unit.build.as_ref().is_some_and(|build| inside(&build.context.text));
    let mounts = compose.mounts.iter().filter(|(_, mount)| inside(&mount.text));
    mounts.map(|(at, _)| &compose.services[*at]).chain(compose.services.iter().filter(built)).collect()
}

fn folder_of(source: &Source) -> &Path {
    source.path.parent().unwrap_or(&source.path)
}

/// A path as a file calls it that lies beside it.
fn beside(source: &Source, path: &str) -> PathBuf {
    normal(&folder_of(source).join(path))
}

/// A path without `.` and `..`, by its words alone.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// How many folders two paths have in common from the root on.
fn common(one: &Path, other: &Path) -> usize {
    one.components().zip(other.components()).take_while(|(one, other)| one == other).count()
}

/// What several files say of one program, less what they disagree about.
fn merged(sources: &[Source], found: &[(usize, &Unit)]) -> Option<Program> {
    let (_, first) = found.first()?;
    let folders = |&(at, unit): &(usize, &Unit)| {
        let build = unit.build.as_ref()?;
        (!build.context.is_open()).then(|| beside(&sources[at], &build.context.text))
    };
    let mut built: Vec<PathBuf> = found.iter().filter_map(folders).collect();
    built.sort();
    built.dedup();
    let complete = |unit: &Unit| unit.build.is_some() || unit.image.is_some();
    // Of two services with one name in one place nobody knows which answers.
    let several = found.iter().enumerate().any(|(place, (at, unit))| {
        found[..place].iter().any(|(other, there)| other == at && there.name != unit.name)
    });
    if several || built.len() > 1 || !found.iter().any(|(_, unit)| complete(unit)) {
        return None;
    }
    let mut unit = (*first).clone();
    let builder = found.iter().find(|(_, unit)| unit.build.is_some());
    let images =
        found.iter().filter(|(_, unit)| unit.build.is_none()).filter_map(|(_, unit)| unit.image.as_ref());
    let mut names: Vec<&str> = images.clone().map(|image| reference(&image.text).name).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        return None;
    }
    // The image of what is built elsewhere is what is built here.
    unit.image = images.clone().next().cloned();
    if let Some((_, builder)) = builder {
        if images.into_iter().any(|image| product(&image.text).is_some()) {
            return None;
        }
        unit.image = None;
        unit.build.clone_from(&builder.build);
    }
    let texts = |words: &[crate::Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    let agree =
        |of: fn(&Unit) -> &[crate::Word]| found.iter().all(|(_, other)| texts(of(other)) == texts(of(first)));
    let builds = |&(_, unit): &(usize, &Unit)| {
        let build = unit.build.as_ref()?;
        Some((
            build.dockerfile.as_ref().map(|word| word.text.clone()),
            build.target.as_ref().map(|word| word.text.clone()),
        ))
    };
    let ways: Vec<_> = found.iter().filter_map(builds).collect();
    let command_known = agree(|unit| &unit.command)
        && agree(|unit| &unit.entrypoint)
        && found.iter().all(|(_, unit)| !unit.incomplete)
        && ways.iter().all(|way| *way == ways[0]);
    Some(Program {
        places: found.iter().map(|(at, unit)| (*at, unit.name.span)).take(1).collect(),
        unit,
        command_known,
        folder: built.pop(),
    })
}

/// The container that a Service leads to.
fn of_kubernetes(sources: &[Source], config: &Path, host: &str, port: Option<u16>) -> Option<Program> {
    let all = || {
        sources.iter().enumerate().filter_map(|(at, source)| match &source.says {
            Says::Kubernetes(objects) => Some((at, source, objects)),
            Says::Compose(_) | Says::Machine(_) => None,
        })
    };
    let services: Vec<_> = all()
        .flat_map(|(at, source, objects)| objects.services.iter().map(move |service| (at, source, service)))
        .filter(|(_, _, service)| service.is_called(host))
        .collect();
    let nearest = services.iter().map(|(_, source, _)| common(folder_of(source), config)).max()?;
    let mut programs: Vec<(usize, Program)> = Vec::new();
    for (service_at, source, service) in services {
        if common(folder_of(source), config) < nearest {
            continue;
        }
        for (at, workload_source, objects) in all() {
            for workload in &objects.workloads {
                let places = vec![(service_at, service.name.span)];
                let closeness = common(folder_of(workload_source), folder_of(source));
                programs.extend(service.containers(workload, port).into_iter().map(|unit| {
                    let mut places = places.clone();
                    places.push((at, unit.name.span));
                    let program = Program { places, unit: unit.clone(), command_known: true, folder: None };
                    (closeness, program)
                }));
            }
        }
    }
    let closest = programs.iter().map(|(closeness, _)| *closeness).max()?;
    programs.retain(|(closeness, _)| *closeness == closest);
    let name =
        |program: &Program| program.unit.image.as_ref().map(|image| reference(&image.text).name.to_owned());
    let words = |program: &Program| {
        let words = program.unit.entrypoint.iter().chain(&program.unit.command);
        words.map(|word| word.text.clone()).collect::<Vec<_>>()
    };
    let (_, first) = programs.first()?;
    let (image, command) = (name(first), words(first));
    let agreed = programs.iter().all(|(_, program)| name(program) == image);
    let command_known = programs.iter().all(|(_, program)| words(program) == command);
    let (_, program) = programs.into_iter().next().filter(|_| agreed)?;
    Some(Program { command_known, ..program })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wslint_syntax::Span;

    use super::{Local, Says, Source, program};
    use crate::{compose, kubernetes};

    fn compose(path: &str, text: &str) -> Source {
        Source { path: path.into(), says: Says::Compose(compose::read(text.as_bytes())) }
    }

    fn image(sources: &[Source], config: &str, host: &str, port: Option<u16>) -> Option<String> {
        let program = program(sources, Path::new(config), host, port)?;
        program
            .unit
            .image
            .map(|image| image.text)
            .or(program.folder.map(|folder| folder.display().to_string()))
    }

    #[test]
    fn the_nearest_deployment_counts_and_one_that_mounts_the_file_more() {
        let sources = [
            compose("/r/docker-compose.yml", "services: {web: {image: outer}}"),
            compose("/r/a/compose.yml", "services: {web: {image: a}, x: {image: y}}"),
            compose(
                "/r/deploy/compose.yml",
                "services: {web: {image: deploy}, n: {image: nginx, volumes: ['../conf/n.conf:/x']}}",
            ),
        ];
        assert_eq!(image(&sources, "/r/a/nginx/n.conf", "web", None).as_deref(), Some("a"));
        assert_eq!(image(&sources, "/r/b/n.conf", "WEB", None).as_deref(), Some("outer"));
        assert_eq!(image(&sources, "/r/conf/n.conf", "web", None).as_deref(), Some("deploy"));
        assert_eq!(image(&sources, "/r/b/n.conf", "x", None), None);
        for name in ["tasks.x", "a_x_1", "my-app-x-1"] {
            assert_eq!(image(&sources, "/r/a/n.conf", name, None).as_deref(), Some("y"), "{name}");
        }
        for name in ["x_1", "_x_1", "a_x_2", "ax_1", "tasks.y"] {
            assert_eq!(image(&sources, "/r/a/n.conf", name, None), None, "{name}");
        }
    }

    #[test]
    fn what_files_disagree_about_is_not_known() {
        let one =
            compose("/r/compose.yml", "services: {web: {build: ./app, command: daphne x}, db: {image: a:1}}");
        let other = |text: &str| compose("/r/compose.prod.yml", text);
        let known = |text: &str| {
            let sources = [one.clone(), other(text)];
            program(&sources, Path::new("/r/n.conf"), "web", None).map(|program| program.command_known)
        };
        assert_eq!(known("services: {web: {build: app, command: daphne x}}"), Some(true));
        assert_eq!(known("services: {web: {image: registry/app:1, command: daphne x}}"), Some(true));
        assert_eq!(known("services: {web: {command: uvicorn x}}"), Some(false));
        assert_eq!(known("services: {web: {build: ./other}}"), None);
        assert_eq!(known("services: {web: {image: grafana/grafana}}"), None);
        assert_eq!(known("services: {db: {image: a:2}}"), Some(true));
    }

    #[test]
    fn published_ports_lead_to_a_service_from_outside_only() {
        let text = "services: {web: {image: w, ports: ['5100:80']}}";
        let outside = [compose("/r/compose.yml", text)];
        assert_eq!(image(&outside, "/r/n.conf", "127.0.0.1", Some(5100)).as_deref(), Some("w"));
        assert_eq!(image(&outside, "/r/n.conf", "127.0.0.1", Some(80)), None);
        let shared = "services: {h: {image: homeassistant/home-assistant, network_mode: host}}";
        let shared = [compose("/r/compose.yml", shared)];
        assert!(image(&shared, "/r/n.conf", "127.0.0.1", Some(8123)).is_some());
        assert_eq!(image(&shared, "/r/n.conf", "127.0.0.1", Some(80)), None);
        let mounted = format!("{}, n: {{image: nginx, volumes: ['./n.conf:/x']}}}}", &text[..text.len() - 1]);
        let inside = [compose("/r/compose.yml", &mounted)];
        assert_eq!(image(&inside, "/r/n.conf", "127.0.0.1", Some(5100)), None);
        assert_eq!(image(&inside, "/r/n.conf", "host.docker.internal", Some(5100)).as_deref(), Some("w"));
        let beside = [compose("/r/compose.yml", &mounted.replace("nginx,", "nginx, network_mode: host,"))];
        assert_eq!(image(&beside, "/r/n.conf", "127.0.0.1", Some(5100)).as_deref(), Some("w"));
    }

    #[test]
    fn the_only_program_that_listens_on_a_port_answers_there() {
        let machine = |path: &str, command: &str, folder: Option<&str>| {
            let mut units = crate::machine::read("Procfile", command.as_bytes()).expect("it starts programs");
            let locals = units.drain(..).map(|unit| Local { unit, folder: folder.map(Into::into) });
            Source { path: path.into(), says: Says::Machine(locals.collect()) }
        };
        let started = |sources: &[Source]| {
            program(sources, Path::new("/r/n.conf"), "127.0.0.1", Some(8000))
                .map(|program| (program.unit.name.text, program.folder.is_some()))
        };
        let daphne = machine("/r/Procfile", "web: daphne x", None);
        let code = Source {
            path: "/r/app/main.py".into(),
            says: Says::Machine(vec![Local {
                unit: crate::machine::listening(crate::Word::new("app", Span::new(0, 0)), 8000),
                folder: Some("/r/app".into()),
            }]),
        };
        let found = |name: &str, folder| Some((name.to_owned(), folder));
        assert_eq!(started(std::slice::from_ref(&daphne)), found("web", false));
        assert_eq!(started(&[daphne.clone(), code.clone()]), found("web", true));
        assert_eq!(started(std::slice::from_ref(&code)), found("app", true));
        assert_eq!(
            started(&[daphne.clone(), machine("/r/b", "a: /venv/bin/daphne y", None)]),
            found("web", false)
        );
        assert_eq!(started(&[daphne.clone(), machine("/r/b", "a: gunicorn y", None)]), None);
        assert_eq!(started(&[code, machine("/r/b", "a: daphne y", Some("/r/other"))]), None);
        let elsewhere = compose("/r/d/c.yml", "services: {a: {image: x, ports: ['8000:1']}}");
        assert_eq!(started(&[daphne, elsewhere, compose("/r/e/c.yml", "services: {}")]), None);
    }

    #[test]
    fn services_of_kubernetes_lead_to_images() {
        let text = "kind: Service\nmetadata: {name: g}\nspec: {selector: {app: g}, ports: [{port: 80}]}\n---\n\
                    kind: Deployment\nmetadata: {name: g}\nspec: {template: {metadata: {labels: {app: g}}, spec: \
                    {containers: [{image: 'grafana/grafana:11'}]}}}\n";
        let sources = [Source {
            path: "/r/k8s/g.yaml".into(),
            says: Says::Kubernetes(kubernetes::read(text.as_bytes())),
        }];
        let found = program(&sources, Path::new("/r/n.conf"), "g.default.svc", Some(80)).expect("a program");
        assert_eq!(found.places.len(), 2);
        assert_eq!(found.unit.image.expect("an image").text, "grafana/grafana:11");
    }
}
