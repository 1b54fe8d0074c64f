//! Files that hold the text of configurations: each text becomes a file of the project, and those that lie together where
//! they are deployed can include each other.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use memchr::memmem::find;
use wslint_embed::{Embedded, Format, Placed, Read, may_hold, place, read, read_made};
use wslint_kubernetes::objects;
use wslint_model::{FileId, Host, Maker, Mapped, NginxContext, Proxy};
use wslint_syntax::Span;

use super::charts::joined;
use super::host_file::HostFile;
use super::loader::{Fragment, Loader};
use crate::escape::shown_path;
use crate::files::ReadError;
use crate::project::detect::{detect, proxy_by_name};
use crate::project::dump::Dump;
use crate::project::file_kind;
use crate::project::nginx_roots::has_routes;
use crate::project::problem::{Place, Problem};
use crate::project::store::{NOWHERE, strip_here};

/// A text that a program makes of what stands in a file.
pub(super) struct Generated {
    /// The file that says what is made.
    pub(super) host: FileId,
    /// Where it begins to.
    pub(super) opens: Span,
    /// What the text is called where the program writes it.
    pub(super) name: String,
    /// The proxy that reads it.
    pub(super) proxy: Proxy,
    /// The text, in which each piece has a place of the host.
    pub(super) mapped: Mapped,
    /// The program.
    pub(super) maker: Maker,
}

/// How many texts of all files are read. Repositories that consist of nothing else have some thousand.
const MOST_TEXTS: usize = 10_000;

/// How many files that may mount ConfigMaps are looked at.
const MOST_MOUNTING: usize = 5_000;

impl Loader<'_> {
    /// Takes a file that may hold texts; whether any of them is configuration.
    pub(super) fn take_host(&mut self, path: &Path, format: Format, named: bool) -> Result<bool, ReadError> {
        let (bytes, taken) = match self.store.untaken(path)? {
            Ok(bytes) => (bytes, None),
            Err(file) if self.hosts.iter().any(|host| host.file == file) => return Ok(true),
            // The values of a chart, which its templates asked for.
            Err(file) => match self.store.project.file(file) {
                known if known.is_beside() => (known.source().to_owned(), Some(file)),
                _ => return Ok(false),
            },
        };
        let routes = self.take_manifest(path, format, &bytes, named);
        if !named && !may_hold(&bytes) {
            return Ok(routes);
        }
        let chart = self.chart_of(path, &bytes);
        let file = taken.unwrap_or_else(|| self.store.next());
        let read = match joined(chart.as_deref(), &bytes, file) {
            Some(source) => read_made(format, &source, file),
            None => read(format, &bytes, file),
        };
        let read = configurations(read);
        if read.texts.is_empty() && !named {
            return Ok(routes);
        }
        let holds = !read.texts.is_empty();
        if holds {
            if taken.is_none() {
                self.store.open_host(path, bytes)?;
            }
            self.hosts.push(HostFile { file, path: path.to_owned(), read, owners: BTreeMap::new(), named });
        }
        Ok(holds || routes)
    }

    /// The same of standard input.
    pub(super) fn take_host_of_stdin(&mut self, name: &str, bytes: &[u8], format: Format) -> bool {
        let file = self.store.next();
        let read = configurations(read(format, bytes, file));
        if read.texts.is_empty() && !objects::may_route(bytes) {
            return false;
        }
        self.store.add_host(PathBuf::from(NOWHERE), name.to_owned(), bytes.to_owned());
        let routes = self.take_manifest_of_stdin(file, format);
        if read.texts.is_empty() {
            return routes;
        }
        self.hosts.push(HostFile {
            file,
            path: PathBuf::from(name),
            read,
            owners: BTreeMap::new(),
            named: true,
        });
        true
    }

    /// Makes files of the project of all texts.
    pub(super) fn take_texts(&mut self) {
        let hosts = std::mem::take(&mut self.hosts);
        for host in &hosts {
            if host.named {
                self.certain.insert(host.file);
            }
            for complaint in &host.read.complaints {
                let site = wslint_model::Site { file: host.file, span: complaint.span };
                let problem = Problem::note("embedded", Place::Site(site), complaint.words.clone());
                self.store.tell(problem);
            }
        }
        let mounting = self.mounting(&hosts);
        let mut files: Vec<(&Path, &Read)> =
            hosts.iter().map(|host| (host.path.as_path(), &host.read)).collect();
        files.extend(mounting.iter().map(|(path, read)| (path.as_path(), read)));
        let mut room = MOST_TEXTS;
        for group in place(&files) {
            if group.len() > room {
                let message = format!(
                    "more than {MOST_TEXTS} configurations stand in other files: the rest is not read"
                );
                // What is left out may be what a proxy reads, whoever named the file of the first text.
                let first = group.first().map(|placed| shown_path(strip_here(&hosts[placed.file].path)));
                self.store.tell(
                    Problem::error("embedded-limit", Place::Path(first.unwrap_or_default()), message)
                        .help("lint the parts of this tree one by one"),
                );
                break;
            }
            room -= group.len();
            self.take_group(&hosts, &group);
        }
        self.hosts = hosts;
    }

    /// The files that mount a ConfigMap or Secret which holds configuration.
    fn mounting(&self, hosts: &[HostFile]) -> Vec<(PathBuf, Read)> {
        let folders = hosts.iter().flat_map(|host| &host.read.texts).filter_map(Embedded::folder);
        let names: BTreeSet<&str> =
            folders.map(|folder| folder.name.as_str()).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let Ok(names) = AhoCorasick::new(names) else { return Vec::new() };
        let hosts: HashSet<&Path> = hosts.iter().map(|host| host.path.as_path()).collect();
        let known = |path: &Path| hosts.contains(path);
        let candidates =
            self.beside.iter().filter(|path| Format::by_name(path) == Some(Format::Yaml) && !known(path));
        let mut found = Vec::new();
        for (path, _) in candidates.zip(0..MOST_MOUNTING) {
            let Ok(bytes) = self.store.bytes(path) else { continue };
            // In a template a name may be anything.
            let names_one = find(&bytes, b"{{").is_some() || names.is_match(&bytes);
            if find(&bytes, b"volumeMounts").is_some() && names_one {
                let mut read = read(Format::Yaml, &bytes, FileId(u32::MAX));
                read.texts.clear();
                found.push((path.clone(), read));
            }
        }
        found
    }

    /// Makes files of texts that lie together.
    fn take_group(&mut self, hosts: &[HostFile], group: &[Placed]) {
        let first = self.store.next();
        let mut names = Vec::new();
        let mut taken = Vec::new();
        for placed in group {
            let host = &hosts[placed.file];
            let text = &host.read.texts[placed.text];
            let Some(proxy) = proxy_of(&placed.name, &text.mapped.text) else { continue };
            let Mapped { text: bytes, map } = text.mapped.clone();
            let held = Host {
                file: host.owners.get(&placed.text).copied().unwrap_or(host.file),
                name: placed.name.clone(),
                opens: text.opens,
                map,
                writing: text.writing.clone(),
                slips: text.slips.clone(),
                generated: false,
                maker: None,
            };
            let file = self.store.parse_text(bytes, proxy, held);
            names.push(PathBuf::from(&placed.name));
            taken.push((file, proxy, host.named));
        }
        let outside = group.first().and_then(|placed| hosts[placed.file].path.parent());
        let outside = outside.map(Path::to_owned).unwrap_or_default();
        self.sort_in_texts(first, names, outside, taken);
    }

    /// Takes texts that a program makes of what stands in hosts; those of one call lie together.
    pub(super) fn take_generated(&mut self, texts: Vec<Generated>) {
        let first = self.store.next();
        let mut names = Vec::new();
        let mut taken = Vec::new();
        let outside = texts.first().map(|text| self.store.paths[text.host.0 as usize].clone());
        let outside = outside.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        for Generated { host, opens, name, proxy, mapped: Mapped { text, map }, maker } in texts {
            names.push(PathBuf::from(&name));
            let writing = Err("a program makes it of what stands there");
            let held = Host {
                file: host,
                name,
                opens,
                map,
                writing,
                slips: Vec::new(),
                generated: true,
                maker: Some(maker),
            };
            taken.push((self.store.parse_text(text, proxy, held), proxy, false));
        }
        self.sort_in_texts(first, names, outside, taken);
    }

    /// Decides what texts are that lie together, as [`sort_in`](Self::sort_in) does for files.
    fn sort_in_texts(
        &mut self,
        first: FileId,
        names: Vec<PathBuf>,
        outside: PathBuf,
        taken: Vec<(FileId, Proxy, bool)>,
    ) {
        if taken.is_empty() {
            return;
        }
        let folders: Vec<PathBuf> =
            names.iter().map(|name| name.parent().map(Path::to_owned).unwrap_or_default()).collect();
        self.dumps.push(Dump::of_container(first, names, outside));
        for ((file, proxy, named), folder) in taken.into_iter().zip(folders) {
            if named {
                self.certain.insert(file);
            }
            match proxy {
                Proxy::Haproxy => {
                    // Texts that lie elsewhere are no part of the same configuration.
                    let key = PathBuf::from(format!("{}:{}", first.0, folder.display()));
                    self.found_haproxy.entry(key).or_default().push(file);
                }
                Proxy::Nginx => match self.context(file) {
                    Some(NginxContext::Main) => drop(self.follow(file, &folder, NginxContext::Main)),
                    Some(_) => self.fragments.push(Fragment { file, named: true }),
                    None if self.includes(file) => self.fragments.push(Fragment { file, named: true }),
                    None => self.left.silent.push(file),
                },
            }
        }
    }

    /// Says that a file which the user names holds no configuration.
    pub(super) fn holds_none(&mut self, path: &Path, format: Format) {
        let other = self.store.bytes(path).ok().and_then(|bytes| other_program(&bytes));
        let message = match other {
            Some(program) => format!("{program} is not read: it configures neither nginx nor HAProxy"),
            None => format!("no nginx or HAProxy configuration stands in it, which is {}", format.title()),
        };
        let place = Place::Path(shown_path(strip_here(path)));
        self.store.problems.push(Problem::error("no-configuration", place, message).help(
            "wslint reads ConfigMaps, Helm values, compose files, cloud-init, heredocs and their like; docs/embedded.md has all of them",
        ));
    }
}

/// The program that a file configures, by words that little else has.
fn other_program(bytes: &[u8]) -> Option<&'static str> {
    let holds = |words: &[&str]| words.iter().all(|word| find(bytes, word.as_bytes()).is_some());
    let programs: [(&str, &[&str]); 6] = [
        ("Envoy's configuration", &["static_resources"]),
        ("Envoy's configuration", &["envoy.filters"]),
        ("Traefik's configuration", &["entryPoints"]),
        ("Traefik's configuration", &["traefik"]),
        ("Caddy's configuration", &["reverse_proxy"]),
        ("Apache's configuration", &["ProxyPass "]),
    ];
    programs.into_iter().find(|(_, words)| holds(words)).map(|(program, _)| program)
}

/// What is read, with those texts only that are configuration.
pub(super) fn configurations(mut read: Read) -> Read {
    read.texts.retain(|text| proxy_of(&text.name, &text.mapped.text).is_some());
    read
}

/// The proxy that a text configures: it tells, or else the place where it will lie.
pub(super) fn proxy_of(name: &str, text: &[u8]) -> Option<Proxy> {
    if file_kind::by_text(text).is_some() {
        return None;
    }
    let by_name = || {
        let path = Path::new(name);
        let options = wslint_syntax::nginx::Options { templates: true, ..Default::default() };
        // A place alone says little: what stands there must be about requests.
        proxy_by_name(path).filter(|proxy| {
            path.has_root()
                && *proxy == Proxy::Nginx
                && file_kind::by_name(path).is_none()
                && has_routes(&wslint_syntax::nginx::parse(text.to_vec(), options).tree)
        })
    };
    detect(text).or_else(by_name)
}
