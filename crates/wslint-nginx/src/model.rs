//! The nginx model of one configuration: what later questions look up again and again, found once.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::config::listeners::Listeners;
use super::config::location::LocationLevel;
use super::config::names::Directive;
use super::config::upstream::{self, Pool};
use super::config::{Config, ContextId, ContextKind};
use super::refusal::Refusal;
use super::request::state::State;
use super::routes::Candidate;
use super::variables::tables::Tables;
use wslint_model::{Content, NginxRoot, Project, Settings, Version};

/// One nginx configuration, ready to be asked.
#[derive(Debug)]
pub struct Model<'p> {
    config: Config<'p>,
    settings: &'p Settings,
    tables: Tables,
    stream_tables: Tables,
    assigned: OnceLock<HashSet<String>>,
    http: Listeners,
    stream: Listeners,
    pools: HashMap<String, Pool>,
    stream_pools: HashMap<String, Pool>,
    /// For each level its locations: most have none, so an empty entry is small.
    locations: Vec<OnceLock<Box<LocationLevel>>>,
    refusal: OnceLock<Option<Refusal>>,
    foreign: OnceLock<HashSet<String>>,
    candidates: OnceLock<Vec<Candidate<'p>>>,
}

impl<'p> Model<'p> {
    /// Reads the effective config of a root. `project` holds the root's files.
    pub fn new(project: &'p Project, root: &NginxRoot, settings: &'p Settings) -> Self {
        let config = Config::new(project, root);
        let locations = config.contexts().map(|_| OnceLock::new()).collect();
        Self {
            settings,
            tables: Tables::new(&config),
            stream_tables: Tables::of_stream(&config),
            assigned: OnceLock::new(),
            http: Listeners::new(&config, ContextKind::Server),
            stream: Listeners::new(&config, ContextKind::StreamServer),
            pools: upstream::pools(&config, ContextKind::Upstream),
            stream_pools: upstream::pools(&config, ContextKind::StreamUpstream),
            locations,
            refusal: OnceLock::new(),
            foreign: OnceLock::new(),
            candidates: OnceLock::new(),
            config,
        }
    }

    pub(super) fn config(&self) -> &Config<'p> {
        &self.config
    }

    pub(super) fn settings(&self) -> &'p Settings {
        self.settings
    }

    pub(super) fn version(&self) -> Version {
        self.settings.nginx_version
    }

    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables that a request looks variables up in: those of `http {}`, or of `stream {}` for a connection there.
    pub(super) fn tables_for(&self, state: &State) -> &Tables {
        if state.is_stream { &self.stream_tables } else { &self.tables }
    }

    /// The variables that `set` and named groups assign anywhere.
    pub(super) fn assigned(&self) -> &HashSet<String> {
        self.assigned.get_or_init(|| self.find_assigned())
    }

    pub(super) fn http_listeners(&self) -> &Listeners {
        &self.http
    }

    pub(super) fn stream_listeners(&self) -> &Listeners {
        &self.stream
    }

    /// The upstream of this name.
    pub(super) fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.get(&name.to_lowercase())
    }

    /// The upstream of this name in `stream {}`.
    pub(super) fn stream_pool(&self, name: &str) -> Option<&Pool> {
        self.stream_pools.get(&name.to_lowercase())
    }

    /// The locations of a level, read when first asked for.
    pub(super) fn locations(&self, level: ContextId) -> &LocationLevel {
        self.locations[level.0 as usize].get_or_init(|| Box::new(LocationLevel::new(&self.config, level)))
    }

    /// Variables that directives of modules, which this model does not know, may define: every word of theirs that is
    /// a variable and nothing else.
    pub(super) fn defined_by_modules(&self) -> &HashSet<String> {
        self.foreign.get_or_init(|| {
            let mut names = HashSet::new();
            for file in &self.config.project().files {
                let Content::Nginx(tree) = &file.content else { continue };
                let foreign = tree.ids().filter(|&id| Directive::named(&tree.name(id)).is_none());
                for word in foreign.flat_map(|id| tree.words(id)) {
                    let text = tree.text(word);
                    names.extend(
                        text.strip_prefix(b"$").map(|name| String::from_utf8_lossy(name).into_owned()),
                    );
                }
            }
            names
        })
    }

    /// The requests that stand for the routes with evidence, found when first asked for.
    pub(super) fn candidates(&self) -> &[Candidate<'p>] {
        self.candidates.get_or_init(|| self.find_candidates())
    }

    /// Why nginx would refuse to load the config, found when first asked for.
    pub(super) fn refusal(&self) -> Option<&Refusal> {
        self.refusal.get_or_init(|| self.find_refusal()).as_ref()
    }
}
