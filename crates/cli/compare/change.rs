//! How two routes differ.

use wslint_model::Value;
use wslint_rules::Severity;

use super::aspects::{ASPECTS, Aspect, Direction};
use crate::output::{Answer, Line, Served, Verdict};

/// What became of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is in both trees.
    Kept,
    /// It is new.
    New,
    /// It is gone.
    Gone,
}

/// What two routes differ in.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// An answer.
    Aspect(&'static Aspect),
    /// What a rule says.
    Rule(String),
}

impl What {
    /// Its name for machines.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Aspect(aspect) => aspect.question,
            Self::Rule(rule) => rule,
        }
    }

    /// Its name for people.
    pub(crate) fn title(&self) -> &str {
        match self {
            Self::Aspect(aspect) => aspect.title,
            Self::Rule(rule) => rule,
        }
    }
}

/// One difference, with the line on each side that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// What differs.
    pub(crate) what: What,
    /// Whether it is for the worse.
    pub(crate) direction: Direction,
    /// What it was; none where there was no answer.
    pub(crate) old: Option<Value>,
    /// What it is.
    pub(crate) new: Option<Value>,
    /// Why it was so, or what exactly, where the answer alone does not tell.
    pub(crate) old_because: Option<String>,
    /// Why it is so, or what exactly.
    pub(crate) new_because: Option<String>,
    /// The line that made it so.
    pub(crate) old_line: Option<Line>,
    /// The line that makes it so.
    pub(crate) new_line: Option<Line>,
    /// How bad it is by a rule.
    pub(crate) severity: Option<Severity>,
    /// What to type against it, where a rule knows.
    pub(crate) help: Option<String>,
}

/// A route that is not the same in both trees.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// What became of it.
    pub(crate) event: Event,
    /// Whether it is for the worse.
    pub(crate) direction: Direction,
    /// The route of the old tree, or what answered there.
    pub(crate) old: Option<Served>,
    /// The route of the new tree, or what answers there now.
    pub(crate) new: Option<Served>,
    /// The differences, the worse ones first.
    pub(crate) differences: Vec<Difference>,
}

impl Change {
    /// Of a route that is in both trees; none where nothing differs.
    pub(super) fn of(old: Served, new: Served) -> Option<Self> {
        let differences = differences(&old, &new);
        if differences.is_empty() {
            return None;
        }
        let direction = whole(&differences);
        Some(Self { event: Event::Kept, direction, old: Some(old), new: Some(new), differences })
    }

    /// Of a route that is new. `before` is what answered its requests.
    pub(super) fn appeared(before: Option<Served>, new: Served) -> Self {
        let mut differences =
            before.as_ref().map_or_else(Vec::new, |before| what_becomes_of_requests(before, &new));
        let faults = new.verdicts.iter().filter(|verdict| verdict.severity > Severity::Info);
        differences.extend(faults.map(|verdict| appeared(verdict, Direction::Worse)));
        let direction = match (new.is_faulty(), new.word("handshake")) {
            (true, _) | (_, Some("fails" | "sometimes")) => Direction::Worse,
            (false, Some("succeeds")) => Direction::Better,
            _ => Direction::Changed,
        };
        Self { event: Event::New, direction, old: before, new: Some(new), differences }
    }

    /// Of a route that is gone. `after` is what answers its requests now.
    pub(super) fn disappeared(old: Served, after: Option<Served>) -> Self {
        let differences = after.as_ref().map_or_else(Vec::new, |after| what_becomes_of_requests(&old, after));
        let direction = if old.works() { Direction::Worse } else { Direction::Changed };
        Self { event: Event::Gone, direction, old: Some(old), new: after, differences }
    }

    /// The route that people look for: the new one, unless it is gone.
    pub(crate) fn route(&self) -> &Served {
        let (first, second) = match self.event {
            Event::Gone => (&self.old, &self.new),
            Event::Kept | Event::New => (&self.new, &self.old),
        };
        match first.as_ref().or(second.as_ref()) {
            Some(route) => route,
            None => unreachable!("a change is of a route"),
        }
    }
}

/// Of a route that came or went only what becomes of its requests is told.
fn what_becomes_of_requests(old: &Served, new: &Served) -> Vec<Difference> {
    let mut differences = differences(old, new);
    differences.retain(|difference| {
        matches!(difference.what.name(), "handshake" | "handler" | "answer" | "rejected")
    });
    differences
}

/// Whether the whole is for the worse: what becomes of the handshake decides, unless the rules say something new.
fn whole(differences: &[Difference]) -> Direction {
    let is_handshake = |difference: &&Difference| matches!(difference.what, What::Aspect(aspect) if aspect.question == "handshake");
    let by_rule = |difference: &Difference| {
        matches!(difference.what, What::Rule(_)) && difference.direction == Direction::Worse
    };
    let handshake = differences.iter().find(is_handshake).map(|difference| difference.direction);
    let any = |direction| differences.iter().any(|difference| difference.direction == direction);
    match handshake {
        Some(Direction::Better) if !differences.iter().any(by_rule) => Direction::Better,
        _ if any(Direction::Worse) => Direction::Worse,
        _ if any(Direction::Better) => Direction::Better,
        _ => Direction::Changed,
    }
}

fn differences(old: &Served, new: &Served) -> Vec<Difference> {
    let handed_on = old.is_handed_on() && new.is_handed_on();
    let told = ASPECTS.iter().filter(|aspect| handed_on || aspect.is_of_any());
    let mut differences: Vec<Difference> = told.filter_map(|aspect| of_aspect(aspect, old, new)).collect();
    let told: Vec<&str> = differences.iter().map(|difference| difference.what.name()).collect();
    let is_told = |difference: &Difference| matches!(difference.what, What::Aspect(Aspect { told_by: Some(by), .. }) if told.contains(by));
    let kept: Vec<bool> = differences.iter().map(|difference| !is_told(difference)).collect();
    let mut kept = kept.into_iter();
    differences.retain(|_| kept.next().unwrap_or(true));
    if differences.iter().any(|difference| difference.what.name() == "upstream") {
        // Another server has another limit, which is no better or worse one.
        let limits = differences.iter_mut().filter(|difference| difference.what.name() == "server-limit");
        limits.for_each(|difference| difference.direction = Direction::Changed);
    }
    differences.extend(of_verdicts(old, new));
    // A stable sort: what is equally bad stays in the order of the aspects.
    differences.sort_by_key(|difference| match difference.direction {
        Direction::Worse => 0,
        Direction::Better => 1,
        Direction::Changed => 2,
    });
    differences
}

fn of_aspect(aspect: &'static Aspect, old: &Served, new: &Served) -> Option<Difference> {
    let (before, after) = (old.answer(aspect.question), new.answer(aspect.question));
    let (old_value, new_value) = (before.map(|answer| &answer.value), after.map(|answer| &answer.value));
    if aspect.of_both && (before.is_none() || after.is_none()) {
        return None;
    }
    let (old_line, new_line) = deciding(before, after);
    if old_value == new_value {
        // Another one of the same kind: the value stands in the line.
        let by_line = matches!(old_value, Some(Value::Choice(word)) if aspect.by_line.contains(word));
        let differs = old_line.zip(new_line).is_some_and(|(old, new)| !old.says_the_same(new));
        if !by_line || !differs {
            return None;
        }
    }
    let verdicts = [old, new].map(|route| route.answer("idle-verdict").map(|answer| &answer.value));
    let because = |route: &Served| route.text(aspect.because?).map(str::to_owned);
    Some(Difference {
        what: What::Aspect(aspect),
        direction: aspect.direction(old_value, new_value, verdicts, old.polls || new.polls),
        old: old_value.cloned(),
        new: new_value.cloned(),
        old_because: because(old),
        new_because: because(new),
        old_line: old_line.cloned(),
        new_line: new_line.cloned(),
        severity: None,
        help: None,
    })
}

/// The lines that make the difference: of each side the first that the other side does not have as well, or else its first.
fn deciding<'a>(old: Option<&'a Answer>, new: Option<&'a Answer>) -> (Option<&'a Line>, Option<&'a Line>) {
    let lines = |answer: Option<&'a Answer>| answer.map_or(&[][..], |answer| answer.lines.as_slice());
    let (old, new) = (lines(old), lines(new));
    let own = |ours: &'a [Line], theirs: &'a [Line]| {
        ours.iter().find(|line| theirs.iter().all(|other| !line.says_the_same(other))).or(ours.first())
    };
    (own(old, new), own(new, old))
}

/// What the rules say of one side only. What takes the place of something as bad is neither better nor worse, and a note
/// never is.
fn of_verdicts(old: &Served, new: &Served) -> Vec<Difference> {
    let as_bad = |route: &Served, severity| {
        route.verdicts.iter().filter(|verdict| verdict.severity >= severity).count()
    };
    let same = |one: &Verdict, other: &Verdict| one.rule == other.rule && one.severity == other.severity;
    let mut differences = Vec::new();
    for verdict in &new.verdicts {
        if !old.verdicts.iter().any(|other| same(verdict, other)) {
            let more = verdict.severity > Severity::Info
                && as_bad(new, verdict.severity) > as_bad(old, verdict.severity);
            differences.push(appeared(verdict, if more { Direction::Worse } else { Direction::Changed }));
        }
    }
    for verdict in &old.verdicts {
        // Of what fails, or fares elsewhere, less is to be noted.
        let silent = verdict.severity == Severity::Info
            && !(new.is_handed_on() && new.word("handshake") != Some("fails"));
        if !silent && !new.verdicts.iter().any(|other| same(verdict, other)) {
            let fewer = verdict.severity > Severity::Info
                && as_bad(new, verdict.severity) < as_bad(old, verdict.severity);
            differences.push(Difference {
                what: What::Rule(verdict.rule.clone()),
                direction: if fewer { Direction::Better } else { Direction::Changed },
                old: Some(Value::Text(verdict.message.clone())),
                new: None,
                old_because: None,
                new_because: None,
                old_line: Some(verdict.line.clone()),
                new_line: None,
                severity: Some(verdict.severity),
                help: None,
            });
        }
    }
    differences
}

fn appeared(verdict: &Verdict, direction: Direction) -> Difference {
    Difference {
        what: What::Rule(verdict.rule.clone()),
        direction,
        old: None,
        new: Some(Value::Text(verdict.message.clone())),
        old_because: None,
        new_because: None,
        old_line: None,
        new_line: Some(verdict.line.clone()),
        severity: Some(verdict.severity),
        help: Some(verdict.help.clone()),
    }
}
