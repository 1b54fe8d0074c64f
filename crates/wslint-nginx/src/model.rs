//! The nginx model of one configuration: what later questions look up again and again, found once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::fast::RandomState;

use super::config::admission::{self, Admission};
use super::config::conditions::Condition;
use super::config::fronts::{self, Front};
use super::config::handshake_lines::{HandshakeLines, Numbered};
use super::config::header_lines::{HeaderLines, HeaderLists};
use super::config::heads::Heads;
use super::config::limits::Limits;
use super::config::listen::{self, Listen};
use super::config::listeners::Listeners;
use super::config::location::LocationLevel;
use super::config::makers::Makers;
use super::config::named_pages;
use super::config::names::Directive;
use super::config::rewrites;
use super::config::slips::{self, Slips};
use super::config::tables::Tables;
use super::config::upstream::{self, Pool};
use super::config::{self, Config, ContextId, ContextKind, Line};
use wslint_model::{NginxRoot, Project, Settings, Version};

/// A name in lower case, as nearly all are written.
fn lower(name: &str) -> Cow<'_, str> {
    match name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(name.to_lowercase()),
    }
}

/// What is known of the server that was asked for last: the routes of one are looked at together.
#[derive(Debug)]
struct Last<V>(Mutex<Option<(ContextId, V)>>);

impl<V> Default for Last<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Last<V> {
    /// What is known of a server; `find` is asked for it, unless it was the last one.
    fn of(&self, server: ContextId, find: impl FnOnce() -> V) -> V {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((of, known)) if *of == server => known.clone(),
            _ => last.insert((server, find())).1.clone(),
        }
    }
}

/// One nginx configuration, ready to be looked up. What requests make of it is not its affair.
#[derive(Debug)]
pub(crate) struct Model<'p> {
    config: Config<'p>,
    settings: &'p Settings,
    version: Version,
    tables: Tables,
    stream_tables: Tables,
    http: Listeners,
    stream: Listeners,
    pools: HashMap<String, Pool, RandomState>,
    stream_pools: HashMap<String, Pool, RandomState>,
    /// For each level its locations: most have none, so an empty entry is small.
    locations: Vec<OnceLock<Box<LocationLevel>>>,
    header_lists: HeaderLists<'p>,
    /// The sockets of a server.
    listens: Last<Arc<[Listen]>>,
    fronts: OnceLock<Vec<Front>>,
    /// The server that takes the requests of a server.
    shadow: Last<Option<ContextId>>,
    handshake_lines: OnceLock<HandshakeLines>,
    named_pages: OnceLock<HashMap<ContextId, Vec<Line>>>,
    slips: OnceLock<Slips<'p>>,
    /// The lines of the rewrite module of the levels that have many which ask for a path.
    rewrites: OnceLock<HashMap<ContextId, Heads>>,
    conditions: OnceLock<HashMap<ContextId, Condition>>,
    limits: OnceLock<Limits>,
    admissions: OnceLock<HashMap<ContextId, Admission>>,
    makers: OnceLock<Makers>,
    assigned: OnceLock<HashSet<String>>,
    foreign: OnceLock<HashSet<String>>,
}

impl<'p> Model<'p> {
    /// Reads the effective config of a root. `project` holds the root's files.
    pub(crate) fn new(project: &'p Project, root: &NginxRoot, settings: &'p Settings) -> Self {
        let config = config::expand(project, root);
        let locations = config.contexts().map(|_| OnceLock::new()).collect();
        Self {
            settings,
            version: settings.version_of(project.file(root.main).proxy_version(), settings.nginx_version),
            tables: Tables::new(&config),
            stream_tables: Tables::of_stream(&config),
            http: Listeners::new(&config, ContextKind::Server),
            stream: Listeners::new(&config, ContextKind::StreamServer),
            pools: upstream::pools(&config, ContextKind::Upstream),
            stream_pools: upstream::pools(&config, ContextKind::StreamUpstream),
            locations,
            header_lists: HeaderLists::default(),
            listens: Last::default(),
            fronts: OnceLock::new(),
            shadow: Last::default(),
            handshake_lines: OnceLock::new(),
            named_pages: OnceLock::new(),
            slips: OnceLock::new(),
            rewrites: OnceLock::new(),
            conditions: OnceLock::new(),
            limits: OnceLock::new(),
            admissions: OnceLock::new(),
            makers: OnceLock::new(),
            assigned: OnceLock::new(),
            foreign: OnceLock::new(),
            config,
        }
    }

    pub(crate) fn config(&self) -> &Config<'p> {
        &self.config
    }

    pub(crate) fn settings(&self) -> &'p Settings {
        self.settings
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The tables of `http {}`.
    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables of `stream {}`.
    pub(crate) fn stream_tables(&self) -> &Tables {
        &self.stream_tables
    }

    /// The variables that `set` and named groups assign anywhere.
    pub(crate) fn assigned(&self) -> &HashSet<String> {
        self.assigned.get_or_init(|| config::assigned(&self.config))
    }

    /// The variables that directives of modules may define.
    pub(crate) fn defined_by_modules(&self) -> &HashSet<String> {
        self.foreign.get_or_init(|| config::defined_by_modules(&self.config))
    }

    pub(crate) fn http_listeners(&self) -> &Listeners {
        &self.http
    }

    pub(crate) fn stream_listeners(&self) -> &Listeners {
        &self.stream
    }

    /// The `listen` lines of a server.
    pub(crate) fn listens(&self, server: ContextId) -> Arc<[Listen]> {
        self.listens.of(server, || listen::listens(&self.config, server).into())
    }

    /// The upstream of this name.
    pub(crate) fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.get(lower(name).as_ref())
    }

    /// The upstream of this name in `stream {}`.
    pub(crate) fn stream_pool(&self, name: &str) -> Option<&Pool> {
        self.stream_pools.get(lower(name).as_ref())
    }

    /// The lines of the rewrite module of a level by the paths that they ask for, where those are many.
    pub(crate) fn rewrites(&self, level: ContextId) -> Option<&Heads> {
        let all = self.rewrites.get_or_init(|| {
            let levels = self.config.contexts().map(|(level, _)| level);
            levels.filter_map(|level| Some((level, rewrites::rewrites(&self.config, level)?))).collect()
        });
        all.get(&level)
    }

    /// The condition of the `if` that opens a level.
    pub(crate) fn condition(&self, level: ContextId) -> Option<&Condition> {
        let all = self.conditions.get_or_init(|| {
            let openers =
                self.config.contexts().filter_map(|(level, context)| Some((level, context.opener?)));
            let ifs = openers.filter(|(_, line)| line.name == Some(Directive::If));
            ifs.map(|(level, line)| (level, Condition::read(&self.config, line))).collect()
        });
        all.get(&level)
    }

    /// What the directives of `http {}` make that has a name.
    pub(crate) fn makers(&self) -> &Makers {
        self.makers.get_or_init(|| Makers::of(&self.config))
    }

    /// What `limit_req` and `limit_conn` come to, by the levels that their lines stand at.
    pub(crate) fn limits(&self) -> &Limits {
        self.limits.get_or_init(|| Limits::of(&self.config))
    }

    /// What the lines of `allow` and `deny` in force at a level say of a client whose address is not known.
    pub(crate) fn admission_of_unknown(&self, level: ContextId) -> Admission {
        let all = self.admissions.get_or_init(|| Admission::of_unknown(&self.config));
        let holder = self.config.place_of_lists(level, &admission::LIST);
        holder.ok().and_then(|holder| all.get(&holder).copied()).unwrap_or(Admission::Allowed(false))
    }

    /// The locations of a level, read when first asked for.
    pub(crate) fn locations(&self, level: ContextId) -> &LocationLevel {
        self.locations[level.0 as usize].get_or_init(|| Box::new(LocationLevel::new(&self.config, level)))
    }

    /// The list of `proxy_set_header` that is in force at a level.
    pub(crate) fn header_lines(&self, level: ContextId) -> Arc<HeaderLines<'p>> {
        self.header_lists.at(&self.config, level)
    }

    /// The lines in force at a level of a list for the client's response that are about a header, with their numbers in the
    /// list: `add_header`, `proxy_hide_header` or `proxy_pass_header`.
    pub(crate) fn lines_about(&self, level: ContextId, list: Directive, header: &'static str) -> &[Numbered] {
        let all = self.handshake_lines.get_or_init(|| HandshakeLines::of(&self.config));
        let holder = self.config.place_of_list(level, list);
        holder.map_or(&[], |holder| all.about(holder, list, header))
    }

    /// The servers of `stream {}` that hand connections to servers of `http {}`.
    pub(crate) fn fronts(&self) -> &[Front] {
        self.fronts.get_or_init(|| fronts::fronts(&self.config, &self.http, |name| self.stream_pool(name)))
    }

    /// The server that takes the requests for a name of another one, if any does.
    pub(crate) fn shadow_of(&self, server: ContextId) -> Option<ContextId> {
        let first = || self.http.shadows_of(&self.config, server).into_iter().flatten().next();
        self.shadow.of(server, first)
    }

    /// The `error_page` lines in force at a level that lead to named locations.
    pub(crate) fn named_pages(&self, level: ContextId) -> &[Line] {
        let all = self.named_pages.get_or_init(|| named_pages::named_pages(&self.config));
        let holder = self.config.place_of_list(level, Directive::ErrorPage);
        holder.and_then(|holder| all.get(&holder)).map_or(&[], Vec::as_slice)
    }

    /// The lines that the dollar signs of the file around the configuration break.
    pub(crate) fn slips(&self) -> &Slips<'p> {
        self.slips.get_or_init(|| slips::slips(&self.config))
    }
}
