//! Facts: every answer is of its question's kind and stands at a place, and the same text gives the same answers.

use wslint_model::{Entry, Fact, Kind, Proxy, Value};
use wslint_rules::builtin;

use crate::subject::Subject;

/// The routes of a text, their answers, and what the rules make of them.
///
/// # Panics
/// Where an answer is of another kind than its question, a place lies outside of the file, or the same text gives other
/// answers or findings when it is read again.
pub fn facts(proxy: Proxy, text: &[u8]) {
    let seen = look(proxy, text);
    assert_eq!(seen, look(proxy, text), "the same text gives the same answers");
}

/// Everything that is said of a text, in words.
fn look(proxy: Proxy, text: &[u8]) -> Vec<String> {
    let subject = Subject::new(proxy, text);
    let routes = subject.model().routes();
    let mut seen = Vec::new();
    for route in &routes {
        assert_eq!(route.proxy, proxy);
        assert!(subject.holds(route.site), "{route:?}");
        seen.push(format!("{} {}", route.label, route.path));
        for (question, fact) in route.facts.iter() {
            assert!(is_of_kind(question, fact), "{}: {fact:?}", question.name);
            assert!(fact.cause.marks.iter().all(|mark| subject.holds(mark.site)), "{fact:?}");
            seen.push(format!("{}: {fact:?}", question.name));
        }
    }
    for finding in builtin().check(&routes, &subject.settings, |_| true) {
        assert!(subject.holds(finding.primary.site), "{finding:?}");
        assert!(finding.marks.iter().all(|mark| subject.holds(mark.site)), "{finding:?}");
        assert!(!finding.routes.is_empty() && !finding.message.is_empty(), "{finding:?}");
        seen.push(format!("{} {:?} {}", finding.rule.id, finding.primary.site, finding.message));
    }
    seen
}

fn is_of_kind(question: &Entry, fact: &Fact) -> bool {
    match (&fact.value, &question.kind) {
        (Value::Unknown, _)
        | (Value::Flag(_), Kind::Flag)
        | (Value::Duration(_), Kind::Duration)
        | (Value::Number(_), Kind::Number)
        | (Value::Text(_), Kind::Text) => true,
        (Value::Choice(word), Kind::Choice(words)) => words.iter().any(|known| known.word == *word),
        _ => false,
    }
}
