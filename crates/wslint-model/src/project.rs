//! What was read from disk, as plain data: parsed files, which of them are roots, and what each include names.
//! Loading it is the command's work; this crate only looks at it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::host::Host;
use crate::proxy::Proxy;
use crate::route::Route;
use crate::service::Services;
use crate::site::{FileId, Site};
use crate::version::Version;
use wslint_syntax::Span;
use wslint_syntax::nginx::DirectiveId;
use wslint_syntax::{LineIndex, haproxy, nginx};

/// A parsed file. It is parsed once, however often it is included.
#[derive(Debug)]
pub struct File {
    /// The path as people should read it: relative to the working directory, with `/`.
    pub path: String,
    /// The tree.
    pub content: Content,
    /// Whether the file holds template placeholders, so that words may be unknown.
    pub template: bool,
    /// What holds the text, where it is no file of its own.
    pub host: Option<Host>,
}

/// The tree of a file.
#[derive(Debug)]
pub enum Content {
    /// An nginx file. Looks at the same text at different times share its tree.
    Nginx(Arc<nginx::Tree>),
    /// A HAProxy file.
    Haproxy(haproxy::Tree),
    /// A file that neither proxy reads: one of the deployment, or one that holds text which a proxy does.
    Beside(Text),
}

/// A file that neither proxy reads, for the places in it.
#[derive(Debug)]
pub struct Text {
    bytes: Vec<u8>,
    lines: LineIndex,
}

impl Text {
    /// A file with these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { lines: LineIndex::new(&bytes), bytes }
    }
}

impl File {
    /// A file of its own.
    pub fn new(path: impl Into<String>, content: Content, template: bool) -> Self {
        Self { path: path.into(), content, template, host: None }
    }

    /// Whether a program makes its text of what stands in other files.
    pub fn is_generated(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.generated)
    }

    /// Whether the proxy may refuse what stands at a span: it is written by people, or copied from what they wrote.
    pub fn may_be_refused(&self, span: Span) -> bool {
        let maker = self.host.as_ref().and_then(|host| host.maker.as_ref());
        maker.map_or(!self.is_generated(), |maker| maker.copies(span))
    }

    /// Whether a program made its text for a host; not known of text that people write.
    pub fn is_made_for(&self, host: &str) -> Option<bool> {
        self.host.as_ref()?.maker.as_ref()?.serves(host)
    }

    /// The version of the proxy that reads it, where the program that makes it brings its own.
    pub fn proxy_version(&self) -> Option<Version> {
        self.host.as_ref()?.maker.as_ref()?.version
    }

    /// The proxy that reads it, if any does.
    pub fn proxy(&self) -> Option<Proxy> {
        match &self.content {
            Content::Nginx(_) => Some(Proxy::Nginx),
            Content::Haproxy(_) => Some(Proxy::Haproxy),
            Content::Beside(_) => None,
        }
    }

    /// Whether it is a file as people have it, which neither proxy reads.
    pub fn is_beside(&self) -> bool {
        matches!(self.content, Content::Beside(_))
    }

    /// The file's bytes.
    pub fn source(&self) -> &[u8] {
        match &self.content {
            Content::Nginx(tree) => tree.source(),
            Content::Haproxy(tree) => tree.source(),
            Content::Beside(text) => &text.bytes,
        }
    }

    /// The file's line index.
    pub fn lines(&self) -> &LineIndex {
        match &self.content {
            Content::Nginx(tree) => tree.line_index(),
            Content::Haproxy(tree) => tree.line_index(),
            Content::Beside(text) => &text.lines,
        }
    }
}

/// Everything that one run looks at.
#[derive(Debug, Default)]
pub struct Project {
    /// All files, each once.
    pub files: Vec<File>,
    /// What a proxy would be started with: each root is one configuration.
    pub roots: Vec<Root>,
    /// What the deployment tells of the upstreams.
    pub services: Services,
    /// What is told of objects and never reaches a configuration, each a route of its own.
    pub objects: Vec<Route>,
}

impl Project {
    /// The file behind an id.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// How many files proxies read.
    pub fn configurations(&self) -> usize {
        self.files.iter().filter(|file| file.proxy().is_some()).count()
    }

    /// Where people find what stands at a site: there, or where the host of the file's text holds it.
    pub fn written(&self, site: Site) -> Site {
        self.file(site.file).host.as_ref().map_or(site, |host| host.site(site.span))
    }

    /// What stands at a site of a host as text of a file that it holds.
    pub fn held(&self, site: Site) -> Option<Site> {
        let held = self.files.iter().enumerate().filter_map(|(number, file)| {
            let host = file.host.as_ref().filter(|host| host.file == site.file)?;
            Some(Site { file: FileId(number as u32), span: host.map.text_from(site.span)? })
        });
        let mut held = held;
        held.next()
    }

    /// The bytes at a site.
    pub fn text(&self, site: Site) -> &[u8] {
        &self.file(site.file).source()[site.span.range()]
    }

    /// The nginx tree of a file, or `None` for any other.
    pub fn nginx(&self, id: FileId) -> Option<&nginx::Tree> {
        match &self.file(id).content {
            Content::Nginx(tree) => Some(tree),
            Content::Haproxy(_) | Content::Beside(_) => None,
        }
    }

    /// The HAProxy tree of a file, or `None` for any other.
    pub fn haproxy(&self, id: FileId) -> Option<&haproxy::Tree> {
        match &self.file(id).content {
            Content::Haproxy(tree) => Some(tree),
            Content::Nginx(_) | Content::Beside(_) => None,
        }
    }
}

/// One configuration that a proxy could be started with, or a fragment of one.
#[derive(Clone, Debug)]
pub enum Root {
    /// nginx: a main file, or a fragment in an assumed context.
    Nginx(NginxRoot),
    /// HAProxy: one or more files, read in order.
    Haproxy(HaproxyRoot),
}

impl Root {
    /// The proxy that reads it.
    pub fn proxy(&self) -> Proxy {
        match self {
            Self::Nginx(_) => Proxy::Nginx,
            Self::Haproxy(_) => Proxy::Haproxy,
        }
    }

    /// All files of the configuration.
    pub fn files(&self) -> HashSet<FileId> {
        match self {
            Self::Haproxy(root) => root.files.iter().copied().collect(),
            Self::Nginx(root) => {
                let included = root.includes.values().flat_map(Include::files);
                included.chain([&root.main]).copied().collect()
            }
        }
    }
}

/// An nginx configuration: its main file and what each include names.
#[derive(Clone, Debug)]
pub struct NginxRoot {
    /// The file that nginx would be started with, or the fragment.
    pub main: FileId,
    /// Where the main file's statements stand. [`NginxContext::Main`] is a whole configuration.
    pub context: NginxContext,
    /// For each `include` directive: what it names.
    pub includes: HashMap<(FileId, DirectiveId), Include>,
}

/// The context that a file's top-level statements stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NginxContext {
    /// A whole configuration.
    Main,
    /// A fragment that an unseen `http {}` includes.
    Http,
    /// A fragment that an unseen `server {}` includes.
    Server,
    /// A fragment that an unseen `location {}` (or any other level) includes.
    Location,
    /// A fragment that an unseen `stream {}` includes.
    Stream,
}

/// What an `include` names.
#[derive(Clone, Debug)]
pub enum Include {
    /// These files, in nginx's order; empty for a glob that matches nothing.
    Files(Vec<FileId>),
    /// Likely these: what is not in them may stand in others, which are not at hand.
    Likely(Vec<FileId>),
    /// A file that is not at hand, and whose name says what packages put into it.
    Shipped,
    /// A file that is not at hand: what it could set is unknown.
    Unknown,
}

impl Include {
    /// The files that are read for it.
    pub fn files(&self) -> &[FileId] {
        match self {
            Self::Files(files) | Self::Likely(files) => files,
            Self::Shipped | Self::Unknown => &[],
        }
    }
}

/// A HAProxy configuration: its files in the order of `-f`.
#[derive(Clone, Debug, Default)]
pub struct HaproxyRoot {
    /// The files.
    pub files: Vec<FileId>,
    /// Whether the files make a whole configuration; a fragment's missing parts are unknown.
    pub whole: bool,
    /// The content of the map and pattern files at hand, by the name that the configuration gives them
    /// (the HAProxy crate lists the names). What a file that is not here would say is unknown.
    pub pattern_files: HashMap<String, Vec<u8>>,
}
