//! Compose files: the services, the names that they have in their network, and what each of them starts.
//!
//! Read is what the Compose Specification says of `services`, as far as it tells who answers at which name.

use wslint_syntax::Span;

use crate::unit::{Build, Port, Unit};
use crate::word::Word;
use crate::yaml::{self, Complaint, Document, Id, Limits, Node};

/// What a compose file says.
#[derive(Clone, Debug, Default)]
pub struct Compose {
    /// The services, in their order.
    pub services: Vec<Unit>,
    /// For each service, the files and folders of this repository that lie in it under another name.
    pub mounts: Vec<(usize, Word)>,
    /// What is wrong with the file.
    pub complaints: Vec<Complaint>,
}

/// How many services of one file are read.
const MOST_SERVICES: usize = 2_000;

/// Reads a compose file. One without `services` says nothing.
pub fn read(bytes: &[u8]) -> Compose {
    let yaml::File { documents, complaints } = yaml::load(bytes, Limits::USUAL);
    let mut compose = Compose { complaints, ..Compose::default() };
    let Some(document) = documents.first() else { return compose };
    let Some(services) = document.root().and_then(|root| document.get(root, "services")) else {
        return compose;
    };
    for &(name, service) in document.entries(services).iter().take(MOST_SERVICES) {
        let Some(name) = Word::of(document, name) else { continue };
        let (unit, mounts) = read_service(document, services, name, service);
        let at = compose.services.len();
        compose.mounts.extend(mounts.into_iter().map(|mount| (at, mount)));
        compose.services.push(unit);
    }
    for &(_, service) in document.entries(services).iter().take(MOST_SERVICES) {
        let links = document.get(service, "links").map_or(&[][..], |links| document.items(links));
        links.iter().for_each(|&link| name_by_link(document, link, &mut compose.services));
    }
    compose
}

/// `service:alias` is another name of a service.
fn name_by_link(document: &Document, link: Id, services: &mut [Unit]) {
    let Some((name, alias)) = document.word(link).and_then(|link| link.split_once(':')) else { return };
    if let Some(unit) = services.iter_mut().find(|unit| unit.name.text == name) {
        unit.names.push(Word::new(alias, document.span(link)));
    }
}

fn read_service(document: &Document, services: Id, name: Word, service: Id) -> (Unit, Vec<Word>) {
    // One step: what a service takes over from another one of this file. Other files are read elsewhere.
    let extends = document.get(service, "extends");
    let base = extends.and_then(|extends| {
        let name = document.word(extends).or_else(|| {
            let here = document.get(extends, "file").is_none();
            document.get(extends, "service").filter(|_| here).and_then(|id| document.word(id))
        })?;
        document.get(services, name)
    });
    let get =
        |key: &str| document.get(service, key).or_else(|| base.and_then(|base| document.get(base, key)));
    let mut names = vec![name.clone()];
    let own = ["container_name", "hostname"].iter().filter_map(|key| get(key));
    names.extend(own.filter_map(|id| Word::of(document, id)));
    for &(_, network) in get("networks").map_or(&[][..], |networks| document.entries(networks)) {
        let aliases = document.get(network, "aliases");
        names.extend(
            aliases
                .map_or(&[][..], |aliases| document.items(aliases))
                .iter()
                .filter_map(|&id| Word::of(document, id)),
        );
    }
    let words = |key: &str| get(key).map_or_else(Vec::new, |id| Word::command(document, id));
    let ports = get("ports").map_or(&[][..], |ports| document.items(ports));
    let volumes = get("volumes").map_or(&[][..], |volumes| document.items(volumes));
    let unit = Unit {
        names,
        image: get("image").and_then(|id| Word::of(document, id)),
        build: get("build").and_then(|id| build(document, id)),
        entrypoint: words("entrypoint"),
        command: words("command"),
        published: ports.iter().filter_map(|&id| port(document, id)).collect(),
        on_machine: get("network_mode").and_then(|id| document.word(id)) == Some("host"),
        extends: extends.and_then(|id| other_file(document, id)),
        incomplete: extends.is_some() && base.is_none(),
        name,
    };
    (unit, volumes.iter().filter_map(|&id| mount(document, id)).collect())
}

/// The file and the service of `extends`, where it names another file.
fn other_file(document: &Document, extends: Id) -> Option<(Word, Word)> {
    let word = |key: &str| document.get(extends, key).and_then(|id| Word::of(document, id));
    Some((word("file")?, word("service")?))
}

fn build(document: &Document, id: Id) -> Option<Build> {
    match document.node(id) {
        Node::Scalar { .. } => {
            Some(Build { context: Word::of(document, id)?, dockerfile: None, target: None })
        }
        Node::Mapping(_) => {
            let word = |key: &str| document.get(id, key).and_then(|id| Word::of(document, id));
            let here = || Word::new(".", document.span(id));
            let inline = document.get(id, "dockerfile_inline").is_some();
            (!inline).then(|| Build {
                context: word("context").unwrap_or_else(here),
                dockerfile: word("dockerfile"),
                target: word("target"),
            })
        }
        Node::Sequence(_) => None,
    }
}

/// `8080:80`, `127.0.0.1:8080:80/tcp`, or the long form.
fn port(document: &Document, id: Id) -> Option<Port> {
    let number = |key: &str| document.get(id, key).and_then(|id| document.word(id))?.parse().ok();
    match document.node(id) {
        Node::Scalar { text, .. } => {
            let text = text.strip_suffix("/tcp").unwrap_or(text);
            let (outside, inside) = text.rsplit_once(':')?;
            let outside = outside.rsplit(':').next().unwrap_or(outside);
            Some(Port { outside: outside.parse().ok()?, inside: inside.parse().ok()? })
        }
        Node::Mapping(_) => Some(Port { outside: number("published")?, inside: number("target")? }),
        Node::Sequence(_) => None,
    }
}

/// The place in this repository that a volume shows in a container.
fn mount(document: &Document, id: Id) -> Option<Word> {
    let (source, span): (&str, Span) = match document.node(id) {
        Node::Scalar { text, .. } => (text.split(':').next()?, document.span(id)),
        Node::Mapping(_) => {
            let source = document.get(id, "source")?;
            (document.word(source)?, document.span(source))
        }
        Node::Sequence(_) => return None,
    };
    (source.starts_with('.') || source.contains('/')).then(|| Word::new(source, span))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::unit::Port;

    #[test]
    fn services_have_names_images_and_commands() {
        let text = "x-base: &base {image: 'app:1'}\nservices:\n  web:\n    <<: *base\n    container_name: shop_web\n    \
                    networks: {inner: {aliases: [api, v1.api]}}\n    command: sh -c 'a && daphne x'\n    \
                    ports: ['127.0.0.1:8080:80', {published: 9000, target: '9001'}, '3000']\n  \
                    built: {build: {context: ./app, dockerfile: D, target: prod}, entrypoint: [/e.sh, x]}\n  \
                    other: {extends: {service: built}, hostname: o}\n  far: {extends: {file: x.yml, service: y}}\n  \
                    nginx: {image: nginx, volumes: ['./conf/n.conf:/etc/nginx/nginx.conf:ro', data:/data], links: \
                    ['web:shop', built], network_mode: host}\n";
        let compose = read(text.as_bytes());
        let [web, built, other, far, nginx] = &compose.services[..] else { panic!("{compose:?}") };
        let words = |words: &[crate::Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        assert_eq!(words(&web.names), ["web", "shop_web", "api", "v1.api", "shop"]);
        assert_eq!(web.image.as_ref().map(|word| word.text.as_str()), Some("app:1"));
        assert_eq!(words(&web.command), ["sh", "-c", "a && daphne x"]);
        assert_eq!(web.published, [Port { outside: 8080, inside: 80 }, Port { outside: 9000, inside: 9001 }]);
        let build = built.build.as_ref().expect("it is built");
        assert_eq!((build.context.text.as_str(), &text[build.context.span.range()]), ("./app", "./app"));
        assert_eq!(other.build, built.build);
        assert_eq!(words(&other.names), ["other", "o"]);
        assert!(far.incomplete && !other.incomplete);
        assert_eq!(compose.mounts.len(), 1);
        assert_eq!((compose.mounts[0].0, compose.mounts[0].1.text.as_str()), (4, "./conf/n.conf"));
        assert!(nginx.build.is_none() && nginx.on_machine && !web.on_machine);
    }

    #[test]
    fn what_is_no_compose_file_says_nothing() {
        for text in
            ["", "services: [a]\n", "services: {web: }\n", "version: 2\n", "- a\n", "services: {web: [1]}"]
        {
            let compose = read(text.as_bytes());
            assert!(
                compose.services.iter().all(|unit| unit.image.is_none() && unit.build.is_none()),
                "{text}"
            );
        }
    }
}
