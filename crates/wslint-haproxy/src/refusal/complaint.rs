//! What HAProxy complains about.

use wslint_model::{Site, spelling};

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The version does not know the keyword or option any more.
    Removed,
    /// The version does not know the word yet.
    TooNew,
    /// An option of a proxy without the capability: refused since 3.2, ignored before.
    OptionInWrongSection,
    /// A keyword that the section does not take.
    Misplaced,
    /// A keyword, option, mode or algorithm that no version knows.
    UnknownWord,
    /// An ACL, a backend or a `defaults` section that nobody defines.
    Undefined,
    /// A time above 24.8 days.
    TimeTooLong,
    /// A time that cannot be read.
    TimeUnreadable,
    /// `set-timeout` where it cannot work.
    SetTimeout,
    /// A frontend in `mode http` that leads to a backend in `mode tcp`.
    ModeMismatch,
    /// Two sections or servers of one name.
    Duplicate,
}

impl Fault {
    /// Whether a line is wrong by itself. The branches of a template stand side by side in it, and one of them may bring
    /// what another one lacks.
    pub(super) fn is_of_one_line(self) -> bool {
        matches!(
            self,
            Self::Removed
                | Self::OptionInWrongSection
                | Self::TimeTooLong
                | Self::TimeUnreadable
                | Self::SetTimeout
        )
    }

    /// What to do about a line for which no rule of its own says so.
    pub(crate) fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Misplaced => Some("move this line to a section that takes it, or delete it"),
            Self::TooNew => Some("delete this line, or run a version of HAProxy that has it"),
            Self::UnknownWord => Some("put right in this line what the message names, or delete the line"),
            Self::Duplicate => Some("give one of the two another name, or delete it"),
            Self::Removed
            | Self::OptionInWrongSection
            | Self::Undefined
            | Self::TimeTooLong
            | Self::TimeUnreadable
            | Self::SetTimeout
            | Self::ModeMismatch => None,
        }
    }

    /// Whether another version would take the line.
    pub(crate) fn is_of_version(self) -> bool {
        matches!(self, Self::Removed | Self::TooNew)
    }
}

/// A line that HAProxy complains about.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    /// What is wrong.
    pub(crate) fault: Fault,
    /// The line.
    pub(crate) site: Site,
    /// What is wrong, in a clause.
    pub(crate) words: String,
    /// Whether HAProxy refuses to start; it only warns otherwise.
    pub(crate) fatal: bool,
}

/// The end of what is said of a word that is none of the known ones: the one that was likely meant.
pub(super) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    spelling::nearest(word, known).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}
