//! What holds of sections and not of single ways: looked for once, however many ways lead through them.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;

use foldhash::fast::FixedState;

use crate::acl::condition::Term;
use crate::config::Config;
use crate::config::action::{Action, Rule};
use crate::config::proxy::{ProxyId, Target};
use crate::refusal::{Complaint, Fault};
use crate::routes::{evidence, probe};
use crate::statement::Statement;

/// What is looked for in a section, the first of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sought {
    /// A rule that denies by a variable.
    DenialByVariable,
    /// A line that limits bandwidth.
    BandwidthLimit,
    /// A rule that takes the client's address from elsewhere.
    SetSource,
    /// A line that reads `X-Forwarded-For`.
    ForwardedFor,
    /// A computed name of a backend that tells something.
    ComputedBackend,
    /// A setting of HTTP.
    HttpSetting,
    /// A rule that asks for a part of the request.
    RequestTest,
}

/// What was looked for, by keys that routes ask for again and again.
type Known<K, V> = HashMap<K, V, FixedState>;

/// The configuration as all its routes see it.
pub(crate) struct Shared<'c, 'p> {
    config: &'c Config<'p>,
    complaints: &'c [Complaint],
    places: RefCell<Known<(Sought, ProxyId), Option<usize>>>,
    /// For each map file a key and what it stands for that is no backend, if there is one.
    unknown_names: RefCell<Known<String, Option<(String, String)>>>,
    /// The hosts that the rules of sections name.
    hosts: RefCell<Known<ProxyId, Rc<HashSet<String>>>>,
    takes_plain: OnceCell<TakesPlain>,
    limits_bandwidth: OnceCell<bool>,
    sets_source: OnceCell<bool>,
    asks_for_passwords: OnceCell<bool>,
    complaints_of: OnceCell<Complaints>,
}

/// The backends that ways lead to which say nothing of WebSockets.
#[derive(Default)]
struct TakesPlain {
    named: HashSet<String>,
    own: HashSet<ProxyId>,
    any: bool,
}

/// The first complaints of each fault, by the sections whose lines they are about.
#[derive(Default)]
struct Complaints {
    of_sections: HashMap<ProxyId, Vec<usize>>,
    /// All of them, with their sections.
    all: HashMap<Fault, Vec<(usize, Option<ProxyId>)>>,
}

/// More complaints of one fault in one section say nothing more.
const MOST_OF_SECTION: usize = 4;

impl<'c, 'p> Shared<'c, 'p> {
    /// A configuration, and what HAProxy complains about when it loads it.
    pub(crate) fn new(config: &'c Config<'p>, complaints: &'c [Complaint]) -> Self {
        Self {
            config,
            complaints,
            places: RefCell::default(),
            unknown_names: RefCell::default(),
            hosts: RefCell::default(),
            takes_plain: OnceCell::new(),
            limits_bandwidth: OnceCell::new(),
            sets_source: OnceCell::new(),
            asks_for_passwords: OnceCell::new(),
            complaints_of: OnceCell::new(),
        }
    }

    /// Where something is in a section; `find` is asked once.
    pub(super) fn place(
        &self,
        sought: Sought,
        section: ProxyId,
        find: impl FnOnce() -> Option<usize>,
    ) -> Option<usize> {
        once(&self.places, &(sought, section), find)
    }

    /// The first line that is what is sought, of a section or of the nearest `defaults` above it that has one.
    pub(super) fn place_above(
        &self,
        sought: Sought,
        section: ProxyId,
        is: impl Fn(&Statement<'p>) -> bool,
    ) -> Option<(ProxyId, usize)> {
        let place = |id: ProxyId| {
            let lines = &self.config.proxy(id).statements;
            self.place(sought, id, || lines.iter().position(&is))
        };
        let what = format!("{sought:?}");
        let holder = self.config.nearest(section, &what, |_, id| place(id).is_some())?;
        Some((holder, place(holder)?))
    }

    /// The hosts that the rules of a section name; `find` is asked once.
    pub(super) fn hosts(
        &self,
        section: ProxyId,
        find: impl FnOnce() -> HashSet<String>,
    ) -> Rc<HashSet<String>> {
        once(&self.hosts, &section, || Rc::new(find()))
    }

    /// What a map file says that is no backend, with its key; `find` is asked once.
    pub(super) fn unknown_name(
        &self,
        file: &str,
        find: impl FnOnce() -> Option<(String, String)>,
    ) -> Option<(String, String)> {
        once(&self.unknown_names, file, find)
    }

    /// Whether a way that says nothing of WebSockets leads to a backend.
    pub(super) fn takes_plain_requests(&self, backend: ProxyId) -> bool {
        let known = self.takes_plain.get_or_init(|| TakesPlain::of(self.config));
        let name = self.config.proxy(backend).name.as_str();
        known.any || known.named.contains(name) || known.own.contains(&backend)
    }

    /// Whether any line may limit bandwidth: what each such line has in it stands somewhere.
    pub(super) fn may_limit_bandwidth(&self) -> bool {
        let signs: [&[u8]; 2] = [b"bwlim-", b"set-bandwidth-limit"];
        *self.limits_bandwidth.get_or_init(|| self.config.may_hold(&signs))
    }

    /// Whether any rule may take the client's address from elsewhere.
    pub(super) fn may_set_source(&self) -> bool {
        *self.sets_source.get_or_init(|| self.config.may_hold(&[b"set-src"]))
    }

    /// Whether any rule asks for a password.
    pub(super) fn asks_for_passwords(&self) -> bool {
        let asks = |rule: &Rule| matches!(rule.action, Action::Answer { keyword: "auth", .. });
        let sections = || self.config.proxies.iter();
        *self.asks_for_passwords.get_or_init(|| sections().any(|section| section.rules.iter().any(asks)))
    }

    /// Whether HAProxy complains about nothing.
    pub(super) fn has_no_complaints(&self) -> bool {
        self.complaints.is_empty()
    }

    /// The complaints that tell most of a way: those about lines of its sections, then the first of all others.
    pub(super) fn complaints(&self, sections: &HashSet<ProxyId>) -> Vec<&'c Complaint> {
        let known = self.complaints_of.get_or_init(|| Complaints::of(self.config, self.complaints));
        let near = sections.iter().filter_map(|section| known.of_sections.get(section)).flatten();
        let mut near: Vec<usize> = near.copied().collect();
        near.sort_unstable();
        let far = known.all.values().flat_map(|all| {
            let elsewhere = |section: &Option<ProxyId>| section.is_none_or(|id| !sections.contains(&id));
            let others = all.iter().filter(move |(_, section)| elsewhere(section));
            others.take(MOST_OF_SECTION).map(|(index, _)| *index)
        });
        let mut far: Vec<usize> = far.collect();
        far.sort_unstable();
        near.into_iter().chain(far).map(|index| &self.complaints[index]).collect()
    }
}

/// What is known under a key; `find` is asked for it once.
fn once<Q, V: Clone>(known: &RefCell<Known<Q::Owned, V>>, key: &Q, find: impl FnOnce() -> V) -> V
where
    Q: ?Sized + Eq + Hash + ToOwned<Owned: Eq + Hash>,
{
    if let Some(value) = known.borrow().get(key) {
        return value.clone();
    }
    let value = find();
    known.borrow_mut().insert(key.to_owned(), value.clone());
    value
}

impl TakesPlain {
    fn of(config: &Config<'_>) -> Self {
        let mut takes = Self::default();
        for frontend in config.frontends() {
            let section = config.proxy(frontend);
            match config.value(frontend, "default_backend") {
                Some((target, _)) => takes.named.extend(target.map(str::to_owned)),
                None => takes.own.extend([frontend]),
            }
            for switch in &section.switches {
                let site = section.statements[switch.statement].site();
                let says_nothing = |terms: &[Term]| {
                    let tests = probe::positive_tests(section, terms);
                    evidence::of_tests(&tests, site).is_none()
                };
                let known = match &switch.target {
                    Target::Named(name) => takes.named.contains(name.as_str()),
                    Target::Dynamic(_) | Target::Unknown => takes.any,
                };
                let alternatives = probe::alternatives(switch.condition.as_ref());
                if known || !(alternatives.is_empty() || alternatives.into_iter().any(says_nothing)) {
                    continue;
                }
                match &switch.target {
                    Target::Named(name) => takes.named.extend([name.clone()]),
                    Target::Dynamic(_) | Target::Unknown => takes.any = true,
                }
            }
        }
        takes
    }
}

impl Complaints {
    fn of(config: &Config<'_>, complaints: &[Complaint]) -> Self {
        let mut known = Self::default();
        if complaints.is_empty() {
            return known;
        }
        let mut counts: HashMap<(Fault, Option<ProxyId>), usize> = HashMap::new();
        for (index, complaint) in complaints.iter().enumerate() {
            let section = config.section_at(complaint.site);
            let section = section.filter(|&id| config.line_at(id, complaint.site).is_some());
            let count = counts.entry((complaint.fault, section)).or_default();
            if *count == MOST_OF_SECTION {
                continue;
            }
            *count += 1;
            if let Some(section) = section {
                known.of_sections.entry(section).or_default().push(index);
            }
            known.all.entry(complaint.fault).or_default().push((index, section));
        }
        known
    }
}
