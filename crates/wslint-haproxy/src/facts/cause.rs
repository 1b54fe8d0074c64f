//! Causes as facts word them, and answers that runs agree on.

use crate::routes::ways::Ways;
use wslint_model::{Answer, Cause, Facts, Known, Origin, Question, Role, Site};

/// A line that sets a value.
pub(super) fn set_at(site: Site) -> Cause {
    Cause::at(Origin::Set, site, Role::SetHere)
}

/// A place with words of its own.
pub(super) fn says(origin: Origin, site: Site, words: impl Into<String>) -> Cause {
    Cause::at(origin, site, Role::Says(words.into()))
}

/// Answers a question about the runs of a request where they agree, and with what is not known where they differ or
/// are too many.
pub(super) fn answer_agreed<T: Answer, A: Into<Known<T>>>(
    facts: &mut Facts,
    ways: &Ways,
    question: &'static Question<T>,
    answers: impl IntoIterator<Item = Option<(A, Cause)>>,
) {
    match ways.runs.complete {
        true => facts.answer_agreed(question, answers),
        false => facts.answer_unknown(question),
    }
}
