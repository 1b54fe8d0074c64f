//! Where the way of a request ends within HAProxy: what rules, sections and listeners do instead of sending it.

use crate::config::action::Page;
use wslint_model::way::{Connect, End};
use wslint_model::{Known, Site};

/// How a request ends before a server gets it, or after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// HAProxy answers.
    Answered(Answer),
    /// The connection is closed or hangs.
    Dropped {
        /// The keyword or the reason: `reject`, `silent-drop`, `no listener` …
        by: &'static str,
        /// The line that decides.
        site: Option<Site>,
    },
    /// Something outside of the configuration decides: a Lua service, a backend in a file that is not at hand.
    Unknown,
}

/// An answer that HAProxy gives itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The keyword or the reason: `deny`, `redirect`, `monitor-uri`, `no backend` …
    pub(crate) by: &'static str,
    /// The status, if known.
    pub(crate) status: Option<u16>,
    /// The line that decides.
    pub(crate) site: Option<Site>,
    /// Where a redirect leads, if that is known.
    pub(crate) location: Option<String>,
    /// Whether it is a redirect.
    pub(crate) redirects: bool,
    /// Where the text of the answer comes from.
    pub(crate) page: Page,
    /// The server that was asked before a rule over responses replaced its answer.
    pub(crate) asked: Option<Connect>,
}

impl Answer {
    /// An answer with a text of HAProxy's or of the line's own.
    pub(crate) fn fixed(by: &'static str, status: Option<u16>, site: Option<Site>) -> Self {
        Self { by, status, site, location: None, redirects: false, page: Page::Fixed, asked: None }
    }

    /// A redirect.
    pub(crate) fn redirect(
        by: &'static str,
        status: u16,
        site: Option<Site>,
        location: Option<String>,
    ) -> Self {
        Self { location, redirects: true, ..Self::fixed(by, Some(status), site) }
    }

    /// The page for a status.
    pub(crate) fn failed(by: &'static str, status: u16, site: Option<Site>, page: Page) -> Self {
        Self { page, ..Self::fixed(by, Some(status), site) }
    }
}

impl From<Answer> for Stop {
    fn from(answer: Answer) -> Self {
        Self::Answered(answer)
    }
}

impl From<Stop> for End {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Answered(Answer { by, status, site, location, redirects, asked, .. }) => {
                Self::Answered { by, status: Known::from(status), site, location, redirects, asked }
            }
            Stop::Dropped { by, site } => Self::Dropped { by, site, hangs: by == "silent-drop" },
            Stop::Unknown => Self::Unknown,
        }
    }
}
