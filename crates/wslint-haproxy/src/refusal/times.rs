//! What HAProxy refuses of times.

use super::complaint::Fault;
use super::found::Found;
use crate::config::duration::{self, BadTime};
use crate::statement::Statement;

impl Found<'_> {
    /// The time that stands as one of the words.
    pub(super) fn time(&mut self, statement: &Statement<'_>, at: usize) {
        if statement.words.get(at).is_some_and(|word| word.unknown) {
            return;
        }
        let text = statement.word(at);
        let (fault, words) = match duration::parse(text) {
            Ok(_) => return,
            Err(BadTime::TooLong) => (
                Fault::TimeTooLong,
                format!("`{text}` is more than 24.8 days, the longest time that HAProxy takes"),
            ),
            Err(BadTime::NotANumber) => {
                (Fault::TimeUnreadable, format!("`{text}` is not a number with a unit"))
            }
            Err(BadTime::BadUnit) => {
                (Fault::TimeUnreadable, format!("the unit of `{text}` is none of `us ms s m h d`"))
            }
        };
        self.say(fault, statement.word_site(at), words);
    }
}
