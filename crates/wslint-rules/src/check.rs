//! Rules × routes → findings.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use wslint_model::{
    Cause, Edit, Fact, Mark, Origin, Proxy, Role, Route, Settings, Site, choices, questions, traffic,
};

use crate::catalogue::{Answers, Catalogue};
use crate::condition::{self, Condition};
use crate::finding::{Confidence, Finding};
use crate::rule::{Rule, Severity, Trigger};
use crate::rules::Rules;
use crate::said::Said;
use crate::scope::Scope;

/// More labels than these beside the primary one make a snippet hard to read.
const MOST_MARKS: usize = 4;

impl Rules {
    /// Checks routes, which may be of both proxies, with the selected rules. The findings come by file, place and
    /// rule. What rests on weak evidence is never more than a note, and what fails some handshakes on a
    /// certain endpoint, while others are known to succeed, never more than a warning.
    pub fn check(
        &self,
        routes: &[Route],
        settings: &Settings,
        selected: impl Fn(&Rule) -> bool,
    ) -> Vec<Finding<'_>> {
        let mut check = self.checking(settings, selected, usize::MAX);
        for (index, route) in routes.iter().enumerate() {
            check.route(index, route, |_| None);
        }
        check.findings()
    }

    /// Begins to check routes that come one by one. No more findings than `most` are kept.
    pub fn checking<'r, 's>(
        &'r self,
        settings: &'s Settings,
        selected: impl Fn(&Rule) -> bool,
        most: usize,
    ) -> Checking<'r, 's> {
        let asked = |number, rule| Asked { number, rule, is_told: true };
        let of = |proxy| -> Vec<_> {
            let rules = self.of(proxy).filter(|(_, rule)| selected(rule));
            rules.map(|(number, rule)| asked(number, rule)).collect()
        };
        let objects = self.of_objects().filter(|(_, rule)| selected(rule));
        Checking {
            rules: self,
            nginx: of(Proxy::Nginx),
            haproxy: of(Proxy::Haproxy),
            objects: objects.map(|(number, rule)| asked(number, rule)).collect(),
            settings,
            found: Found {
                findings: Vec::new(),
                by_place: HashMap::default(),
                labels: HashSet::default(),
                hasher: RandomState::default(),
                most,
                left_out: None,
            },
        }
    }

    /// Whether particular rules, selected or not, tell an error of the route that a general one speaks of, or point at
    /// the same place. A rule that is never more than a note explains nothing, and somebody's own rule takes nothing away:
    /// a pull request may bring it.
    fn tell_more(&self, general: &Hit<'_, '_>, answers: &Answers<'_>) -> bool {
        let particular =
            self.of(general.route.proxy).filter(|(_, rule)| !rule.general && rule.file.is_none());
        let mut hits =
            particular.filter_map(|(_, rule)| Hit::of(rule, general.route, general.index, answers));
        hits.any(|hit| {
            hit.severity == Severity::Error
                || hit.rule.severity > Severity::Info && hit.primary.site == general.primary.site
        })
    }
}

/// A selected rule.
struct Asked<'r> {
    number: usize,
    rule: &'r Rule,
    /// Whether its findings have words.
    is_told: bool,
}

/// Selected rules, and what they have said so far of routes that come one by one.
pub struct Checking<'r, 's> {
    rules: &'r Rules,
    nginx: Vec<Asked<'r>>,
    haproxy: Vec<Asked<'r>>,
    objects: Vec<Asked<'r>>,
    settings: &'s Settings,
    found: Found<'r>,
}

impl<'r> Checking<'r, '_> {
    /// The same without the words of the findings of other rules than these: whoever only wants their places, or counts them,
    /// needs none.
    #[must_use]
    pub fn telling(mut self, told: impl Fn(&Rule) -> bool) -> Self {
        let all = self.nginx.iter_mut().chain(&mut self.haproxy).chain(&mut self.objects);
        all.for_each(|asked| asked.is_told = told(asked.rule));
        self
    }

    /// Checks the route of this index. `edits` gives those of a rule for it.
    pub fn route(&mut self, index: usize, route: &Route, edits: impl Fn(&Rule) -> Option<Vec<Edit>>) {
        // Most routes of a large tree carry no WebSocket traffic and answer nothing.
        if route.facts.iter().next().is_none() {
            return;
        }
        let rules = match route.proxy {
            Proxy::Nginx => &self.nginx,
            Proxy::Haproxy => &self.haproxy,
        };
        let answers = Catalogue::of(Scope::Proxy(route.proxy)).answers(&route.facts);
        for &Asked { number, rule, is_told } in rules {
            let Some(hit) = Hit::of(rule, route, index, &answers) else { continue };
            if rule.general && self.rules.tell_more(&hit, &answers) {
                continue;
            }
            let words = Words { is_told, settings: self.settings, answers: &answers };
            if let Some(finding) = self.found.add(number, hit, words) {
                finding.add_edits(edits(rule));
            }
        }
    }

    /// Checks what is told of an object, which is the route of this index.
    pub fn object(&mut self, index: usize, route: &Route) {
        let answers = Catalogue::of(Scope::Kubernetes).answers(&route.facts);
        for &Asked { number, rule, is_told } in &self.objects {
            if let Some(hit) = Hit::of(rule, route, index, &answers) {
                self.found.add(number, hit, Words { is_told, settings: self.settings, answers: &answers });
            }
        }
    }

    /// What a rule says of a place so far, if no route that comes later changes its words and its marks: those are of the first
    /// one of which it says the worst.
    pub fn settled(&self, rule: &Rule, place: Site) -> Option<&Finding<'r>> {
        let numbered = self.nginx.iter().chain(&self.haproxy).chain(&self.objects);
        let number = numbered.into_iter().find(|asked| asked.rule.id == rule.id)?.number;
        let at = *self.found.by_place.get(&(number, place))?;
        self.found.findings.get(at).filter(|finding| finding.severity == rule.worst())
    }

    /// The place of the first finding that was not kept, if there were too many.
    pub fn left_out(&self) -> Option<Site> {
        self.found.left_out
    }

    /// The findings, by file, place and rule.
    pub fn findings(self) -> Vec<Finding<'r>> {
        self.found.sorted()
    }
}

/// A rule that fires on a route.
struct Hit<'r, 'f> {
    rule: &'r Rule,
    trigger: &'r Trigger,
    route: &'f Route,
    index: usize,
    severity: Severity,
    confidence: Confidence,
    primary: Mark,
    /// The other facts that the rule tested, in the order in which their places should be labelled.
    tested: Vec<&'f Fact>,
}

impl<'r, 'f> Hit<'r, 'f> {
    fn of(rule: &'r Rule, route: &'f Route, index: usize, answers: &Answers<'f>) -> Option<Self> {
        let trigger = rule.trigger.as_ref()?;
        if !condition::all_hold(&trigger.when, answers) || condition::any_vetoes(&trigger.unless, answers) {
            return None;
        }
        let adjust = trigger.adjust.iter().find(|adjust| condition::all_hold(&adjust.when, answers));
        let severity = adjust.map_or(rule.severity, |adjust| adjust.severity);
        let severity = if some_are_served(route) { severity.min(Severity::Warning) } else { severity };
        let (severity, confidence) = match route.facts.value(&questions::WEBSOCKET) {
            Some(traffic::Confidence::Weak) => (Severity::Info, Confidence::Low),
            Some(traffic::Confidence::Certain) => (severity, Confidence::High),
            _ => (severity, Confidence::Medium),
        };
        let tests = trigger.when.iter().chain(adjust.into_iter().flat_map(|adjust| &adjust.when));
        Some(Self {
            rule,
            trigger,
            route,
            index,
            severity,
            confidence,
            primary: primary(route, answers[trigger.at]),
            tested: tested(tests, answers),
        })
    }

    /// The places beside the primary one: what else decides the fact that is pointed at, then what decides the
    /// other facts, then what speaks for WebSocket traffic.
    fn marks(&self, answers: &Answers<'f>) -> Vec<Mark> {
        let pointed_at = answers[self.trigger.at].into_iter().flat_map(|fact| &fact.cause.marks);
        let tested = self.tested.iter().filter_map(|fact| fact.cause.marks.first());
        let mut marks: Vec<Mark> = Vec::new();
        for mark in pointed_at.chain(tested) {
            let seen = mark.site == self.primary.site || marks.iter().any(|other| other.site == mark.site);
            if !seen && marks.len() < MOST_MARKS {
                marks.push(mark.clone());
            }
        }
        marks
    }
}

/// Whether handshakes on a certain endpoint are known to succeed, on this route or another, though not all of them. A proxy
/// that does not start serves none.
fn some_are_served(route: &Route) -> bool {
    if route.facts.fact(&questions::REJECTED).is_some() {
        return false;
    }
    let sometimes = route.facts.value(&questions::HANDSHAKE) == Some(choices::Handshake::Sometimes);
    let declared = route.facts.value(&questions::DECLARED) == Some(true);
    sometimes && declared || route.facts.value(&questions::WORKS_ELSEWHERE) == Some(true)
}

fn primary(route: &Route, at: Option<&Fact>) -> Mark {
    let cause = at.map(|fact| &fact.cause);
    match cause.and_then(|cause| cause.marks.first()) {
        Some(mark) => mark.clone(),
        None => Mark { site: route.site, role: standing_in(route.proxy, cause) },
    }
}

/// The words under the route's own line, where no line of the config decides the fact.
fn standing_in(proxy: Proxy, cause: Option<&Cause>) -> Role {
    match cause.map(|cause| &cause.origin) {
        Some(Origin::Default(version)) => Role::Says(format!(
            "no line is in force here, so the default of {} {version} applies",
            proxy.title()
        )),
        Some(Origin::Declared) => Role::Says("declared as a WebSocket endpoint".to_owned()),
        _ => Role::Routed,
    }
}

fn tested<'f, 'c>(tests: impl Iterator<Item = &'c Condition>, answers: &Answers<'f>) -> Vec<&'f Fact> {
    let websocket = Catalogue::of(Scope::Any).slot(questions::WEBSOCKET.name());
    let mut slots: Vec<usize> = tests.map(|condition| condition.slot).collect();
    // A stable sort: only the evidence moves, to the end.
    slots.sort_by_key(|slot| Some(*slot) == websocket);
    slots.into_iter().filter_map(|slot| answers[slot]).collect()
}

/// The findings so far, by rule and place.
struct Found<'r> {
    findings: Vec<Finding<'r>>,
    by_place: HashMap<(usize, Site), usize, RandomState>,
    /// The findings with the hashes of the labels of their routes, of which one may have thousands.
    labels: HashSet<(usize, u64), RandomState>,
    hasher: RandomState,
    most: usize,
    left_out: Option<Site>,
}

impl<'r> Found<'r> {
    /// Adds what a rule says of a route to the finding of its place; none if no more of them are kept.
    fn add<'f>(&mut self, rule: usize, hit: Hit<'r, 'f>, words: Words<'_, 'f>) -> Option<&mut Finding<'r>> {
        let Some(&at) = self.by_place.get(&(rule, hit.primary.site)) else {
            if self.findings.len() >= self.most {
                self.left_out.get_or_insert(hit.primary.site);
                return None;
            }
            self.by_place.insert((rule, hit.primary.site), self.findings.len());
            self.labels.insert((self.findings.len(), self.hasher.hash_one(&hit.route.label)));
            self.findings.push(Finding {
                rule: hit.rule,
                severity: hit.severity,
                confidence: hit.confidence,
                message: words.of(&hit.trigger.message, &hit),
                help: words.of(&hit.trigger.help, &hit),
                marks: hit.marks(words.answers),
                primary: hit.primary,
                routes: vec![hit.route.label.clone()],
                route_indexes: vec![hit.index],
                proxy: hit.route.proxy,
                edits: Some(Vec::new()),
            });
            return self.findings.last_mut();
        };
        // The words are those of the route that suffers most.
        let worse = hit.severity > self.findings[at].severity;
        let finding = &mut self.findings[at];
        if worse {
            finding.severity = hit.severity;
            finding.message = words.of(&hit.trigger.message, &hit);
            finding.help = words.of(&hit.trigger.help, &hit);
            finding.marks = hit.marks(words.answers);
            finding.primary = hit.primary;
        }
        finding.confidence = finding.confidence.max(hit.confidence);
        finding.route_indexes.push(hit.index);
        let new = self.labels.insert((at, self.hasher.hash_one(&hit.route.label)));
        if new || !finding.routes.contains(&hit.route.label) {
            finding.routes.push(hit.route.label.clone());
        }
        Some(finding)
    }

    fn sorted(mut self) -> Vec<Finding<'r>> {
        self.findings.sort_by(|one, other| {
            let key = |finding: &Finding<'r>| (finding.primary.site, finding.rule.id.as_str());
            key(one).cmp(&key(other))
        });
        self.findings
    }
}

/// What the words of a finding are made of.
#[derive(Clone, Copy)]
struct Words<'a, 'f> {
    is_told: bool,
    settings: &'a Settings,
    answers: &'a Answers<'f>,
}

impl Words<'_, '_> {
    fn of(&self, said: &Said, hit: &Hit<'_, '_>) -> String {
        if !self.is_told {
            return String::new();
        }
        let template = said.checked();
        template.map_or_else(
            |_| String::new(),
            |template| template.render(hit.route, self.answers, self.settings),
        )
    }
}
