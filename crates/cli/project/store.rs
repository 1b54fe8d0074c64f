//! The files of a run: each is read once and parsed once, whatever names it goes by and however often it is included.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use wslint_model::{Content, File, FileId, Host, Mark, Project, Proxy, Role, Site, Text, Version};
use wslint_nginx::MAX_BLOCK_DEPTH;
use wslint_syntax::{Span, TooMany, haproxy, nginx};

use super::detect::{BYTE_ORDER_MARK, HEAD, is_wide};
use super::file_names::is_template;
use super::problem::{Level, Place, Problem};
use crate::escape::shown_path;
use crate::files::{Entry, Identity, LARGEST_FILE, ReadError, Territory};

/// What the readers need to know beside the bytes.
#[derive(Debug)]
pub(crate) struct ReaderOptions {
    /// Environment variables that HAProxy sees. All others are unknown.
    pub(crate) environment: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The HAProxy whose rules decide the branches of `.if`.
    pub(crate) haproxy_version: Version,
}

/// What is at hand in place of what lies on disk.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// Bytes that stand for those of files, which is how fixes are tried before they are written.
    pub(crate) bytes: HashMap<Identity, Rc<Vec<u8>>>,
    /// Files that were parsed before, by their paths. One whose bytes are still the same is not parsed again.
    pub(crate) known: HashMap<PathBuf, Known>,
}

/// A file of nginx in which nothing was wrong.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Its tree.
    pub(crate) tree: Arc<nginx::Tree>,
    /// Whether it holds template placeholders.
    pub(crate) template: bool,
}

impl FromIterator<(Identity, Rc<Vec<u8>>)> for Overlay {
    fn from_iter<T: IntoIterator<Item = (Identity, Rc<Vec<u8>>)>>(bytes: T) -> Self {
        Self { bytes: bytes.into_iter().collect(), known: HashMap::new() }
    }
}

/// The path of what lies in no file of its own, so that nothing is written there.
pub(crate) const NOWHERE: &str = "-";

/// The files that were read so far.
#[derive(Debug)]
pub(crate) struct Store<'o> {
    /// The parsed files, and later the roots.
    pub(crate) project: Project,
    /// Where each parsed file lies, by its id. What lies in no file of its own lies at `-`.
    pub(crate) paths: Vec<PathBuf>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// How many bytes the files have.
    pub(crate) size: u64,
    options: ReaderOptions,
    territory: Rc<Territory>,
    overlay: &'o Overlay,
    parsed: HashMap<Identity, FileId>,
    by_path: HashMap<PathBuf, FileId>,
    raw: HashMap<Identity, Vec<u8>>,
    /// How many problems of each kind there were.
    told: HashMap<&'static str, usize>,
    /// The files of which an error was told.
    wrong: HashSet<FileId>,
}

/// How many problems of a kind are told.
const MOST_OF_A_KIND: usize = 1000;

impl<'o> Store<'o> {
    /// An empty store, which reads nothing but what lies in the territory.
    pub(crate) fn new(options: ReaderOptions, territory: Rc<Territory>, overlay: &'o Overlay) -> Self {
        Self {
            project: Project::default(),
            paths: Vec::new(),
            problems: Vec::new(),
            size: 0,
            options,
            territory,
            overlay,
            parsed: HashMap::new(),
            by_path: HashMap::new(),
            raw: HashMap::new(),
            told: HashMap::new(),
            wrong: HashSet::new(),
        }
    }

    /// Adds what is told about an include. Of very many of a kind the first ones are told: a file may hold nothing else.
    /// The first error of each file is told in any case, since what makes so many may be files that no proxy reads.
    pub(crate) fn tell(&mut self, problem: Problem) {
        let told = self.told.entry(problem.code).or_default();
        *told += 1;
        let first = problem.level == Level::Error
            && match problem.place {
                Place::Site(site) => self.wrong.insert(site.file),
                Place::Path(_) => true,
            };
        if *told <= MOST_OF_A_KIND || first {
            self.problems.push(problem);
        }
    }

    /// The id of the file at `path`, if it was parsed under this or another name.
    pub(crate) fn parsed(&self, path: &Path) -> Option<FileId> {
        if let Some(&id) = self.by_path.get(path) {
            return Some(id);
        }
        self.parsed.get(&self.territory.enter_file(path).ok()?.identity).copied()
    }

    /// The bytes of a file, kept until it is parsed.
    pub(crate) fn peek(&mut self, path: &Path) -> Result<&[u8], ReadError> {
        let entry = self.territory.enter_file(path)?;
        let bytes = self.read(&entry)?;
        Ok(self.raw.entry(entry.identity).or_insert(bytes))
    }

    /// Looks at the beginning of a file that may be anything, of any size, and of which more may follow. What was read
    /// with it as a whole is kept until it is parsed.
    pub(crate) fn look<T>(&mut self, path: &Path, at: impl FnOnce(&[u8], bool) -> T) -> Result<T, ReadError> {
        let entry = self.territory.enter_file(path)?;
        if let Some(bytes) = self.overlay.bytes.get(&entry.identity) {
            return Ok(at(bytes, false));
        }
        let head = entry.head(HEAD as u64)?;
        let seen = at(&head, head.len() == HEAD);
        if head.len() < HEAD {
            self.raw.insert(entry.identity, head);
        }
        Ok(seen)
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        match self.overlay.bytes.get(&entry.identity) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => entry.read(LARGEST_FILE),
        }
    }

    /// Forgets bytes that turned out not to be configuration.
    pub(crate) fn forget(&mut self, path: &Path) {
        if let Ok(entry) = self.territory.enter_file(path) {
            self.raw.remove(&entry.identity);
        }
    }

    /// Reads and parses the file at `path`, once.
    pub(crate) fn open(&mut self, path: &Path, proxy: Proxy) -> Result<FileId, ReadError> {
        let entry = self.territory.enter_file(path)?;
        if let Some(&id) = self.parsed.get(&entry.identity) {
            return Ok(id);
        }
        let bytes = match self.raw.remove(&entry.identity) {
            Some(bytes) => bytes,
            None => self.read(&entry)?,
        };
        let id = self.parse(path.to_owned(), shown_path(strip_here(path)), bytes, proxy);
        self.parsed.insert(entry.identity, id);
        self.by_path.insert(path.to_owned(), id);
        Ok(id)
    }

    /// Parses bytes that lie in no file of their own: standard input, a part of a dump.
    pub(crate) fn parse_loose(&mut self, name: &str, bytes: Vec<u8>, proxy: Proxy) -> FileId {
        self.parse(PathBuf::from(NOWHERE), name.to_owned(), bytes, proxy)
    }

    /// The id that the next file gets.
    pub(crate) fn next(&self) -> FileId {
        FileId(self.project.files.len() as u32)
    }

    /// The bytes of a file, which are not kept.
    pub(crate) fn bytes(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.read(&self.territory.enter_file(path)?)
    }

    /// The same of a file that was not taken yet, or else its id.
    pub(crate) fn untaken(&self, path: &Path) -> Result<Result<Vec<u8>, FileId>, ReadError> {
        let entry = self.territory.enter_file(path)?;
        match self.parsed.get(&entry.identity) {
            Some(&id) => Ok(Err(id)),
            None => self.read(&entry).map(Ok),
        }
    }

    /// Adds the file at a path, whose bytes these are, as one that neither proxy reads.
    pub(crate) fn open_host(&mut self, path: &Path, bytes: Vec<u8>) -> Result<FileId, ReadError> {
        let entry = self.territory.enter_file(path)?;
        let id = self.add_host(path.to_owned(), shown_path(strip_here(path)), bytes);
        self.raw.remove(&entry.identity);
        self.parsed.insert(entry.identity, id);
        self.by_path.insert(path.to_owned(), id);
        Ok(id)
    }

    /// Adds a file that neither proxy reads.
    pub(crate) fn add_host(&mut self, path: PathBuf, shown: String, bytes: Vec<u8>) -> FileId {
        let id = self.next();
        self.size += bytes.len() as u64;
        self.project.files.push(File::new(shown, Content::Beside(Text::new(bytes)), false));
        self.paths.push(path);
        id
    }

    /// Parses a text that stands in a host.
    pub(crate) fn parse_text(&mut self, text: Vec<u8>, proxy: Proxy, host: Host) -> FileId {
        let path = self.paths[host.file.0 as usize].clone();
        let shown = format!("{}:{}", self.project.file(host.file).path, host.name);
        let id = self.parse(path, shown, text, proxy);
        self.project.files[id.0 as usize].host = Some(host);
        id
    }

    fn parse(&mut self, path: PathBuf, shown: String, bytes: Vec<u8>, proxy: Proxy) -> FileId {
        let id = FileId(self.project.files.len() as u32);
        self.size += bytes.len() as u64;
        let known = self.overlay.known.get(&path).filter(|known| known.tree.source() == bytes);
        if let Some(Known { tree, template }) = known.filter(|_| proxy == Proxy::Nginx) {
            self.project.files.push(File::new(shown, Content::Nginx(Arc::clone(tree)), *template));
            self.paths.push(path);
            return id;
        }
        if bytes.starts_with(BYTE_ORDER_MARK) {
            self.problems.push(byte_order_mark(id, proxy));
        }
        // What the readers make of wide characters says nothing more about them.
        let wide = is_wide(&bytes);
        if wide {
            self.problems.push(wide_characters(Place::Site(Site { file: id, span: Span::new(0, 0) })));
        }
        let (content, template) = match proxy {
            Proxy::Nginx => {
                let templates = nginx::looks_templated(&bytes) || is_template(Path::new(&shown));
                let options = nginx::Options { templates, ..nginx::Options::default() };
                let (parse, too_many) = nginx::parse_bounded(bytes, options);
                // nginx stops at the first error; what the reader meets behind it may only follow from it.
                let first = parse.errors.first().filter(|_| !wide);
                self.problems.extend(first.map(|error| nginx_error(id, error)));
                self.problems.extend(too_deep(id, &parse.tree));
                self.problems.extend(too_many.map(|too_many| statement_limit(id, too_many)));
                (Content::Nginx(Arc::new(parse.tree)), parse.template)
            }
            Proxy::Haproxy => {
                let Version(major, minor, patch) = self.options.haproxy_version;
                let template = haproxy::looks_templated(&bytes);
                // What is wrong in such a template may be right in what is made of it.
                let rendered = template && haproxy::reshapes(&bytes);
                let options = haproxy::Options {
                    environment: self.options.environment.clone(),
                    unset: haproxy::Unset::Unknown,
                    version: (major, minor, patch),
                    file_name: shown.clone().into_bytes(),
                    templates: template,
                };
                let (parse, too_many) = haproxy::parse_bounded(bytes, &options);
                self.problems.extend(too_many.map(|too_many| statement_limit(id, too_many)));
                // No template engine takes a NUL out, behind which nothing is read.
                let stays =
                    |kind: haproxy::SyntaxErrorKind| !rendered || kind == haproxy::SyntaxErrorKind::StrayNul;
                let errors = parse.errors.iter().filter(|error| stays(error.kind) && !wide);
                self.problems.extend(errors.map(|error| haproxy_error(id, error)));
                (Content::Haproxy(parse.tree), template)
            }
        };
        self.project.files.push(File::new(shown, content, template));
        self.paths.push(path);
        id
    }
}

/// The code of the problem that a file does not end with a line feed.
pub(crate) const MISSING_LF: &str = "missing-line-feed";

/// Both proxies take the mark for a part of the first word, which no directive and no section is called then.
fn byte_order_mark(file: FileId, proxy: Proxy) -> Problem {
    let message = format!(
        "the file begins with a byte order mark, which {} reads as part of the first word",
        proxy.title()
    );
    Problem::error("byte-order-mark", place(file, Span::new(0, BYTE_ORDER_MARK.len())), message)
        .help("save it as UTF-8 without the mark")
}

/// Both proxies read bytes, of which UTF-16 and UTF-32 have too many.
pub(crate) fn wide_characters(place: Place) -> Problem {
    Problem::error("encoding", place, "it is UTF-16 or UTF-32, and both proxies read bytes")
        .help("save it as UTF-8 without a byte order mark")
}

fn nginx_error(file: FileId, error: &nginx::SyntaxError) -> Problem {
    let marks = error.cause.map(|cause| {
        let (span, words) = match cause {
            nginx::Cause::Opened(span) => (span, "opened here"),
            nginx::Cause::NotEnded(span) => (span, "no `;` ends this directive"),
        };
        Mark { site: Site { file, span }, role: Role::Says(words.to_owned()) }
    });
    Problem::error("syntax", place(file, error.span), error.to_string())
        .help("nginx refuses to start with this file; `nginx -t` says the same")
        .marks(marks.into_iter().collect())
}

/// Real configurations have some three blocks within each other; nginx itself crashes on many thousands.
fn too_deep(file: FileId, tree: &nginx::Tree) -> Option<Problem> {
    let first = tree.first_deeper_than(MAX_BLOCK_DEPTH)?;
    let message = format!("blocks nest more than {MAX_BLOCK_DEPTH} deep here: the rest is not looked into");
    Some(
        Problem::error("nesting-limit", place(file, tree.statement(first)), message)
            .help("close the blocks that should not stand in each other"),
    )
}

fn statement_limit(file: FileId, too_many: TooMany) -> Problem {
    let TooMany { at, what, most } = too_many;
    let message =
        format!("{most} {} are too many for a file of this size: the rest is not read", what.as_str());
    Problem::error("statement-limit", place(file, at), message)
        .help("no file that people or programs write is so dense; lint its parts one by one")
}

fn haproxy_error(file: FileId, error: &haproxy::SyntaxError) -> Problem {
    let missing_line_feed = error.kind == haproxy::SyntaxErrorKind::MissingLf;
    let problem = Problem::error(
        if missing_line_feed { MISSING_LF } else { "syntax" },
        place(file, error.span),
        error.to_string(),
    );
    if missing_line_feed {
        problem.help("end the file with a line feed; HAProxy refuses it otherwise")
    } else {
        problem.help("HAProxy refuses to start with this file; `haproxy -c` says the same")
    }
}

fn place(file: FileId, span: Span) -> Place {
    Place::Site(Site { file, span })
}

/// The path without a leading `./`.
pub(crate) fn strip_here(path: &Path) -> &Path {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest,
        _ => path,
    }
}
