//! One `defaults`, `frontend`, `backend` or `listen` section with its statements sorted by what they are for.

use std::sync::{Arc, OnceLock};

use super::action::{Action, Rule};
use super::bind::Bind;
use super::held::Held;
use super::server::{Server, ServerSettings, ServerTails};
use crate::acl::condition::Condition;
use crate::acl::format::Format;
use crate::acl::screen::Screen;
use crate::acl::test::{Acl, Heads, Test};
use crate::statement::Statement;

/// Index of a section in [`super::config::Config::proxies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProxyId(pub(crate) usize);

/// What a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Values for the sections below it.
    Defaults,
    /// It listens.
    Frontend,
    /// It has servers.
    Backend,
    /// It does both.
    Listen,
}

impl Kind {
    /// Whether the section listens.
    pub(crate) fn is_frontend(self) -> bool {
        matches!(self, Self::Frontend | Self::Listen)
    }

    /// Whether the section has servers.
    pub(crate) fn is_backend(self) -> bool {
        matches!(self, Self::Backend | Self::Listen)
    }

    /// The keyword of the section.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Defaults => "defaults",
            Self::Frontend => "frontend",
            Self::Backend => "backend",
            Self::Listen => "listen",
        }
    }
}

/// Where a `use_backend` rule leads.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// To the backend of that name.
    Named(String),
    /// To the backend whose name the format yields.
    Dynamic(Format),
    /// A placeholder hides it.
    Unknown,
}

/// A `use_backend` rule.
#[derive(Clone, Debug)]
pub(crate) struct Switch {
    /// Where it leads.
    pub(crate) target: Target,
    /// When; always without one.
    pub(crate) condition: Option<Condition>,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
}

/// A `use-server` rule.
#[derive(Clone, Debug)]
pub(crate) struct UseServer {
    /// The server's name, perhaps a format.
    pub(crate) server: Format,
    /// When.
    pub(crate) condition: Option<Condition>,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
}

/// What was read of the lines of other sections, which mostly say the same.
#[derive(Debug, Default)]
pub(crate) struct Alike<'p> {
    /// The first words of tests.
    pub(crate) heads: Heads,
    /// The words of server lines.
    servers: ServerTails<'p>,
}

/// The keywords of the lists of rules.
const RULES: [&str; 5] = ["http-request", "http-response", "http-after-response", "redirect", "tcp-request"];

/// A section.
#[derive(Clone, Debug)]
pub(crate) struct Proxy<'p> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its name; empty for anonymous `defaults`.
    pub(crate) name: String,
    /// The line that opens it.
    pub(crate) header: Statement<'p>,
    /// The `defaults` that it inherits from.
    pub(crate) base: Option<ProxyId>,
    /// Whether the base is named with `from`.
    pub(crate) explicit_base: bool,
    /// Its lines.
    pub(crate) statements: Vec<Statement<'p>>,
    /// Where each plain setting stands, by its key and then in order: `timeout tunnel`, `option forwardfor`, `mode`.
    settings: Vec<(Box<str>, usize)>,
    /// The named tests.
    pub(crate) acls: Vec<Acl>,
    /// The places of the named tests, by name and then in order.
    acls_by_name: Vec<usize>,
    /// The rules of all lists, in the order of the text.
    pub(crate) rules: Vec<Rule>,
    /// The `use_backend` rules.
    pub(crate) switches: Vec<Switch>,
    /// Which of them a request may meet, where they are many: made when it is asked for.
    screen: OnceLock<Screen>,
    /// The `use-server` rules.
    pub(crate) use_servers: Vec<UseServer>,
    /// Where it listens.
    pub(crate) binds: Vec<Bind>,
    /// Its servers.
    pub(crate) servers: Vec<Server>,
    /// The places of those that take new requests: found when they are asked for.
    usable: OnceLock<Box<[u32]>>,
    /// How many servers these are.
    different: OnceLock<usize>,
    /// Whether it works in `mode http`: found when it is asked for.
    http: OnceLock<bool>,
    /// A line whose keyword, or whose timeout's name, a placeholder hides: it may set any timeout.
    hidden_timeout: Option<usize>,
    /// The places of the lines that set pages for statuses.
    error_pages: Vec<usize>,
    /// Whether an SPOE agent or a Lua script may set variables.
    pub(crate) foreign_variables: bool,
    /// What `default-server` lines set, for the sections that inherit them.
    pub(crate) server_defaults: Arc<ServerSettings>,
}

impl<'p> Proxy<'p> {
    /// Sorts the statements of a section. `server_defaults` are those of its base.
    pub(crate) fn read(
        kind: Kind,
        header: Statement<'p>,
        statements: Vec<Statement<'p>>,
        base: Option<ProxyId>,
        explicit_base: bool,
        server_defaults: Arc<ServerSettings>,
        alike: &mut Alike<'p>,
    ) -> Self {
        let name = header.word(1);
        let name = if kind == Kind::Defaults && name == "from" { String::new() } else { name.to_owned() };
        let mut proxy = Self {
            kind,
            name,
            header,
            base,
            explicit_base,
            statements: Vec::new(),
            settings: Vec::new(),
            acls: Vec::new(),
            acls_by_name: Vec::new(),
            rules: Vec::new(),
            switches: Vec::new(),
            screen: OnceLock::new(),
            use_servers: Vec::new(),
            binds: Vec::new(),
            servers: Vec::new(),
            usable: OnceLock::new(),
            different: OnceLock::new(),
            http: OnceLock::new(),
            hidden_timeout: None,
            error_pages: Vec::new(),
            foreign_variables: false,
            server_defaults,
        };
        proxy.reserve(&statements);
        for (index, statement) in statements.iter().enumerate() {
            proxy.sort(statement, index, alike);
        }
        proxy.statements = statements;
        proxy.settings.sort_by(|(one, _), (other, _)| one.cmp(other));
        proxy.settings.shrink_to_fit();
        proxy.acls_by_name.extend(0..proxy.acls.len());
        proxy.acls_by_name.sort_by_key(|&index| &*proxy.acls[index].name);
        proxy.tell_held();
        // What is expected of some clients only is what those clients send.
        let expects_header = |rule: &Rule| {
            matches!(rule.action, Action::ExpectProxy)
                && rule.condition.is_none()
                && !proxy.statements[rule.statement].undecided
        };
        if proxy.rules.iter().any(expects_header) {
            proxy.binds.iter_mut().for_each(|bind| bind.accept_proxy = true);
        }
        proxy
    }

    /// Makes room for what the statements will become: lists that grow take twice what they need, and more while they do.
    fn reserve(&mut self, statements: &[Statement<'p>]) {
        let (mut acls, mut rules, mut switches, mut use_servers, mut binds, mut servers) = (0, 0, 0, 0, 0, 0);
        for statement in statements {
            match statement.word(0) {
                "acl" => acls += 1,
                "use_backend" => switches += 1,
                "use-server" => use_servers += 1,
                "bind" => binds += 1,
                "server" | "server-template" => servers += 1,
                keyword => rules += usize::from(RULES.contains(&keyword)),
            }
        }
        self.acls.reserve_exact(acls);
        self.acls_by_name.reserve_exact(acls);
        self.rules.reserve_exact(rules);
        self.switches.reserve_exact(switches);
        self.use_servers.reserve_exact(use_servers);
        self.binds.reserve_exact(binds);
        self.servers.reserve_exact(servers);
    }

    /// Tells the tests of variables what these hold.
    fn tell_held(&mut self) {
        let held = Held::of(&self.rules);
        self.acls.iter_mut().for_each(|acl| held.tell(&mut acl.test));
        let of_rules = self.rules.iter_mut().map(|rule| &mut rule.condition);
        let of_switches = self.switches.iter_mut().map(|switch| &mut switch.condition);
        let of_servers = self.use_servers.iter_mut().map(|rule| &mut rule.condition);
        let conditions = of_rules.chain(of_switches).chain(of_servers);
        conditions.flatten().for_each(|condition| held.tell_condition(condition));
    }

    fn sort(&mut self, statement: &Statement<'p>, index: usize, alike: &mut Alike<'p>) {
        let Alike { heads, servers } = alike;
        let hides = |index: usize| statement.words.get(index).is_some_and(|word| word.unknown);
        if hides(0) || statement.word(0) == "timeout" && hides(1) {
            self.hidden_timeout = Some(index);
        }
        match statement.word(0) {
            "acl" => {
                let test = Test::parse(statement, 2, statement.words.len(), heads);
                self.acls.push(Acl::new(statement.word(1), test, index));
            }
            "use_backend" => {
                let target = match statement.known(1) {
                    None => Target::Unknown,
                    Some(name) if name.contains('%') => Target::Dynamic(Format::parse(name)),
                    Some(name) => Target::Named(name.to_owned()),
                };
                let condition = Condition::find(statement, 2, heads);
                self.switches.push(Switch { target, condition, statement: index });
            }
            "use-server" => {
                let server = Format::parse(statement.word(1));
                let condition = Condition::find(statement, 2, heads);
                self.use_servers.push(UseServer { server, condition, statement: index });
            }
            "bind" => self.binds.push(Bind::parse(statement, index)),
            "server" | "server-template" => {
                let like = self.servers.last().map_or(&self.server_defaults, |last| &last.settings);
                self.servers.push(Server::parse(statement, index, &self.server_defaults, like, servers));
            }
            "default-server" => Arc::make_mut(&mut self.server_defaults).apply(statement, 1),
            keyword if RULES.contains(&keyword) && statement.word(1) != "inspect-delay" => {
                let rule = Rule::parse(statement, index, heads);
                let action = rule.as_ref().map(|rule| &rule.action);
                self.foreign_variables |= matches!(action, Some(Action::Script | Action::Agent));
                self.rules.extend(rule);
            }
            keyword => {
                if keyword.starts_with("errorf") || keyword.starts_with("errorl") {
                    self.error_pages.push(index);
                }
                self.foreign_variables |= keyword == "filter" && statement.word(1) == "spoe";
                let key = match keyword {
                    "timeout" | "option" | "tcp-request" | "stats" | "stick" | "hash-type" | "http-check"
                    | "filter" | "compression" | "rate-limit" => {
                        [keyword, " ", statement.word(1)].concat().into()
                    }
                    _ => keyword.into(),
                };
                self.settings.push((key, index));
            }
        }
    }

    /// The places of the tests of a name among the [`acls`](Self::acls), in order; `None` where there is none.
    pub(crate) fn acls_named(&self, name: &str) -> Option<&[usize]> {
        let name_of = |&index: &usize| &*self.acls[index].name;
        let from = self.acls_by_name.partition_point(|index| name_of(index) < name);
        let count = self.acls_by_name[from..].partition_point(|index| name_of(index) == name);
        (count > 0).then(|| &self.acls_by_name[from..from + count])
    }

    /// Which `use_backend` rules a request may meet; `None` where they are so few that each may be asked.
    pub(crate) fn screen(&self) -> Option<&Screen> {
        const FEW: usize = 16;
        (self.switches.len() > FEW).then(|| {
            self.screen.get_or_init(|| {
                let named = |name: &str| {
                    let lines = self.acls_named(name).into_iter().flatten();
                    lines.map(|&index| &self.acls[index].test).collect()
                };
                Screen::of(self.switches.iter().map(|switch| switch.condition.as_ref()), named)
            })
        })
    }

    /// The places of the servers that take new requests; `find` is asked once.
    pub(super) fn usable(&self, find: impl FnOnce() -> Box<[u32]>) -> &[u32] {
        self.usable.get_or_init(find)
    }

    /// How many servers these are at least; `find` is asked once.
    pub(super) fn different(&self, find: impl FnOnce() -> usize) -> usize {
        *self.different.get_or_init(find)
    }

    /// Whether it works in `mode http`; `find` is asked once.
    pub(super) fn works_in_http(&self, find: impl FnOnce() -> bool) -> bool {
        *self.http.get_or_init(find)
    }

    /// The keys of its plain settings.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|(key, _)| &**key)
    }

    /// Whether a placeholder may hide any timeout.
    pub(super) fn hides_timeouts(&self) -> bool {
        self.hidden_timeout.is_some()
    }

    /// The statements of a plain setting in this section alone, in order.
    pub(crate) fn own(&self, key: &str) -> impl DoubleEndedIterator<Item = &Statement<'p>> {
        /// So many are looked at one by one, which mostly tells by their lengths alone.
        const FEW: usize = 16;
        let is_key = |(other, _): &(Box<str>, usize)| **other == *key;
        let from = match self.settings.len() {
            ..=FEW => self.settings.iter().position(is_key).unwrap_or(self.settings.len()),
            _ => self.settings.partition_point(|(other, _)| **other < *key),
        };
        let count = match self.settings.get(from) {
            Some(first) if is_key(first) => self.settings[from..].partition_point(is_key),
            _ => 0,
        };
        self.settings[from..from + count].iter().map(|&(_, index)| &self.statements[index])
    }

    /// The lines that set pages for statuses in this section alone, in order.
    pub(crate) fn error_pages(&self) -> impl DoubleEndedIterator<Item = &Statement<'p>> {
        self.error_pages.iter().map(|&index| &self.statements[index])
    }

    /// The line that sets a timeout, known by the key of its setting, in this section alone, or the one that may do so.
    pub(super) fn own_timeout(&self, key: &str) -> Option<&Statement<'p>> {
        let hidden = || self.hidden_timeout.map(|index| &self.statements[index]);
        self.own(key).next_back().or_else(hidden)
    }

    /// The label of the section: `backend app`, `defaults`.
    pub(crate) fn label(&self) -> String {
        if self.name.is_empty() {
            self.kind.keyword().to_owned()
        } else {
            format!("{} {}", self.kind.keyword(), self.name)
        }
    }
}
