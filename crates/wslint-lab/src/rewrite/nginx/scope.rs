//! What one has to know about all files before any of them is changed: names, listening addresses, and which files
//! are read inside of `http`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_syntax::nginx::{BlockKind, DirectiveId, Options, Tree, parse};

use super::address;
use crate::rewrite::copied::{Listen, relative};
use crate::{Error, Reading, Setup};

/// The folder that relative paths are relative to, and that the copy's folder stands for.
pub(super) const PREFIX: &str = "/etc/nginx";

/// A file of the setup.
pub(super) struct Source {
    /// Its number in the setup.
    pub(super) index: usize,
    /// Relative to the prefix.
    pub(super) path: PathBuf,
    pub(super) tree: Tree,
}

/// All files, and what they say together.
pub(super) struct Scope {
    /// The first is the main file.
    pub(super) sources: Vec<Source>,
    pub(super) listens: Vec<Listen>,
    /// Addresses of [`Self::listens`] that are for UDP only.
    pub(super) datagrams: HashSet<String>,
    /// The names of `upstream` blocks.
    pub(super) upstreams: HashSet<String>,
    /// What `set` and `map` give each variable, as far as it is literal.
    pub(super) variables: HashMap<String, Vec<String>>,
    /// What includes read, where that is known.
    reading: Option<Reading>,
}

impl Source {
    /// The directive's name.
    pub(super) fn name(&self, id: DirectiveId) -> String {
        String::from_utf8_lossy(&self.tree.name(id)).into_owned()
    }

    /// The values of its arguments.
    pub(super) fn arguments(&self, id: DirectiveId) -> Vec<String> {
        self.tree.args(id).map(|value| String::from_utf8_lossy(&value).into_owned()).collect()
    }

    /// Whether the directive is an entry of a table, so that its name is data.
    pub(super) fn is_data(&self, id: DirectiveId) -> bool {
        let block = self.tree.parent(id).and_then(|parent| self.tree.block(parent));
        block.is_some_and(|block| block.kind == BlockKind::Data)
    }

    /// The directives that name no entry of a table.
    pub(super) fn directives(&self) -> impl Iterator<Item = DirectiveId> {
        self.tree.ids().filter(|&id| !self.is_data(id))
    }
}

impl Scope {
    /// Reads the files of a setup.
    pub(super) fn read(setup: &Setup) -> Result<Self, Error> {
        let mut sources = Vec::new();
        for (index, (path, bytes)) in setup.files.iter().enumerate() {
            let path = relative(path, PREFIX)?;
            sources.push(Source { index, path, tree: parse(bytes.as_slice(), Options::default()).tree });
        }
        let mut scope = Self {
            sources,
            listens: Vec::new(),
            datagrams: HashSet::new(),
            upstreams: HashSet::new(),
            variables: HashMap::new(),
            reading: setup.reading.clone(),
        };
        scope.collect();
        Ok(scope)
    }

    fn collect(&mut self) {
        for source in &self.sources {
            for id in source.directives() {
                let arguments = source.arguments(id);
                match (source.name(id).as_str(), arguments.as_slice()) {
                    ("listen", [_, ..]) => {
                        if let Some((listen, tcp)) = address::listen(&arguments) {
                            add_listen(&mut self.listens, &mut self.datagrams, listen, tcp);
                        }
                    }
                    ("upstream", [name]) => {
                        self.upstreams.insert(name.clone());
                    }
                    ("set", [name, value]) => {
                        self.variables.entry(name.clone()).or_default().push(value.clone());
                    }
                    ("map", [_, name]) => {
                        let values = source.tree.children(id).filter_map(|entry| source.tree.arg(entry, 0));
                        let values = values.map(|value| String::from_utf8_lossy(&value).into_owned());
                        self.variables.entry(name.clone()).or_default().extend(values);
                    }
                    _ => {}
                }
            }
        }
        self.variables.retain(|_, values| values.iter().all(|value| !value.contains('$')));
    }

    /// Whether the address of an upstream may be what a client sends.
    pub(super) fn asks_client(&self) -> bool {
        let mut passes = self.sources.iter().flat_map(|source| {
            let passes = source.directives().filter(|&id| source.name(id).ends_with("_pass"));
            passes.filter_map(|id| source.arguments(id).into_iter().next())
        });
        passes.any(|value| {
            // A capture may stand for any part of an address.
            let authority = &value[address::authority(&value)];
            let mut variables = authority.split('$').skip(1);
            let captures = variables.any(|variable| variable.starts_with(|c: char| c.is_ascii_digit()));
            captures || (value.contains('$') && self.values(&value).is_none())
        })
    }

    /// Where the copy has what the configuration writes as `path`. A relative path counts from the folder of the
    /// main file, which is also what [`PREFIX`] stands for.
    pub(super) fn place(&self, path: &str) -> Option<PathBuf> {
        let place = relative(Path::new(path), PREFIX).ok()?;
        let main = self.sources.first().and_then(|main| main.path.parent()).unwrap_or(Path::new(""));
        let in_prefix = Path::new(path).is_relative() || Path::new(path).starts_with(PREFIX);
        Some(if in_prefix { main.join(place) } else { place })
    }

    /// The files that an include reads; `None` where they are not at hand.
    pub(super) fn included(&self, source: &Source, include: DirectiveId) -> Option<Vec<&Source>> {
        match &self.reading {
            Some(reading) => {
                let place = (source.index, source.tree.statement(include).range().start);
                let files = reading.includes.get(&place)?;
                Some(files.iter().filter_map(|&file| self.sources.get(file)).collect())
            }
            None => {
                let pattern = source.arguments(include).into_iter().next().unwrap_or_default();
                let files: Vec<&Source> = self.matching(&pattern).collect();
                (!files.is_empty()).then_some(files)
            }
        }
    }

    /// Whether it is known what includes read.
    pub(super) fn is_known(&self) -> bool {
        self.reading.is_some()
    }

    /// The files that the pattern of an include matches.
    fn matching(&self, pattern: &str) -> impl Iterator<Item = &Source> {
        let pattern =
            self.place(pattern).and_then(|pattern| glob::Pattern::new(&pattern.to_string_lossy()).ok());
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
        self.sources.iter().filter(move |source| {
            pattern.as_ref().is_some_and(|pattern| pattern.matches_path_with(&source.path, options))
        })
    }

    /// Whether a block, or a file that is included right in it, has a directive called `name`.
    pub(super) fn has(&self, source: &Source, block: DirectiveId, name: &str) -> bool {
        self.any(source, source.tree.children(block), name, 0)
    }

    fn any(
        &self,
        source: &Source,
        mut directives: impl Iterator<Item = DirectiveId>,
        name: &str,
        depth: usize,
    ) -> bool {
        // nginx itself gives up on a cycle only when it runs out of files; it is refused either way.
        const DEEPEST: usize = 16;
        directives.any(|id| match source.name(id).as_str() {
            found if found == name => true,
            "include" if depth < DEEPEST => self.included(source, id).into_iter().flatten().any(|file| {
                self.any(file, &mut file.tree.roots() as &mut dyn Iterator<Item = _>, name, depth + 1)
            }),
            _ => false,
        })
    }

    /// The values that `value` can have up to a variable that holds a URI: each variable replaced by each literal
    /// that the files give it. None if another variable is not known.
    pub(super) fn values(&self, value: &str) -> Option<Vec<String>> {
        const URI: &[&str] = &["uri", "request_uri", "document_uri", "is_args", "args", "query_string"];
        let Some(at) = value.find('$') else { return Some(vec![value.to_owned()]) };
        let rest = &value[at + 1..];
        let (name, after) = match rest.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let length =
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                rest.split_at(length)
            }
        };
        let schemes = ["http".to_owned(), "https".to_owned()];
        let known = match self.variables.get(&format!("${name}")) {
            Some(known) => known.as_slice(),
            None if name == "scheme" => &schemes,
            None if URI.contains(&name) || name.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Some(vec![value[..at].to_owned()]);
            }
            None => return None,
        };
        let ends = self.values(after)?;
        let join = |middle: &String, end: &String| format!("{}{middle}{end}", &value[..at]);
        Some(known.iter().flat_map(|middle| ends.iter().map(move |end| join(middle, end))).collect())
    }
}

/// Adds a listening address once; what two directives say about it is put together.
fn add_listen(listens: &mut Vec<Listen>, datagrams: &mut HashSet<String>, listen: Listen, tcp: bool) {
    if tcp {
        datagrams.remove(&listen.address);
    }
    match listens.iter_mut().find(|present| present.address == listen.address) {
        Some(present) => present.tls |= listen.tls,
        None => {
            if !tcp {
                datagrams.insert(listen.address.clone());
            }
            listens.push(listen);
        }
    }
}
