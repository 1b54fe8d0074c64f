//! What one run of a request through the configuration came to.

use crate::haproxy::acl::message::Message;
use crate::haproxy::config::action::Page;
use crate::haproxy::config::proxy::ProxyId;
use crate::project::Site;
use crate::trace::Steps;

/// How a request reached one frontend and left it.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// The section that took the connection.
    pub(crate) frontend: ProxyId,
    /// The index of its `bind` line; `None` where it has none that could be read.
    pub(crate) bind: Option<usize>,
    /// The index of the `use_backend` rule that was taken; `None` for `default_backend` or own servers.
    pub(crate) switch: Option<usize>,
    /// The section whose servers were asked.
    pub(crate) backend: Option<ProxyId>,
    /// Whether the request was handled as HTTP on this hop.
    pub(crate) http: bool,
    /// The idle limit of this hop.
    pub(crate) limit: Option<Limit>,
}

/// After which silence a hop cuts a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Milliseconds, [`crate::NEVER`] for none; `None` where it cannot be known.
    pub(crate) milliseconds: Option<u64>,
    /// The setting: `timeout tunnel`, `timeout client`.
    pub(crate) by: Option<String>,
    /// Its line.
    pub(crate) site: Option<Site>,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The request is sent to a server.
    Sent {
        /// The address, where it is one and known.
        upstream: Option<String>,
        /// Whether HAProxy speaks HTTP/2 to the server for this request; `None` where the server, or a connection
        /// that is there already, decides.
        over_h2: Option<bool>,
        /// Whether what the server line does with the request depends on requests before it.
        unsure: bool,
    },
    /// HAProxy answers.
    Answered {
        /// The keyword or the reason: `deny`, `redirect`, `monitor-uri`, `no backend` …
        keyword: &'static str,
        /// The status, if known.
        status: Option<u16>,
        /// The line that decides.
        site: Option<Site>,
        /// Whether a redirect sends the client to `https`.
        to_tls: bool,
        /// Where the text of the answer comes from.
        page: Page,
        /// The server that was asked before a response rule replaced its answer; the inner `None` where it is one
        /// of several.
        sent_to: Option<Option<String>>,
    },
    /// The connection is closed or hangs.
    Dropped {
        /// The keyword or the reason: `reject`, `silent-drop`, `no listener` …
        keyword: &'static str,
        /// The line that decides.
        site: Option<Site>,
    },
    /// Something outside the configuration decides (a Lua service).
    Foreign,
}

/// HAProxy answers with a text of its own.
pub(crate) fn answered(keyword: &'static str, status: Option<u16>, site: Option<Site>) -> End {
    End::Answered { keyword, status, site, to_tls: false, page: Page::Fixed, sent_to: None }
}

/// HAProxy answers with a page for the status.
pub(crate) fn failed(keyword: &'static str, status: u16, site: Option<Site>, page: Page) -> End {
    End::Answered { keyword, status: Some(status), site, to_tls: false, page, sent_to: None }
}

/// What the response rules do to the 101 of a handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The header `Upgrade` or `Connection` that a rule takes from the response or changes, and the rule.
    pub(crate) altered: Option<(&'static str, Site)>,
    /// Whether it cannot be known what a rule writes.
    pub(crate) unsure: bool,
}

/// One run.
#[derive(Clone, Debug)]
pub(crate) struct Journey {
    /// The decisions in order.
    pub(crate) steps: Steps,
    /// The frontends passed, the client's first.
    pub(crate) hops: Vec<Hop>,
    /// How it ends.
    pub(crate) end: End,
    /// The request at the end, as it is sent.
    pub(crate) message: Message,
    /// What becomes of the response.
    pub(crate) answer: Answer,
}

impl Journey {
    /// The hop with the shortest idle limit; `None` where one of them cannot be known.
    pub(crate) fn shortest(&self) -> Option<&Limit> {
        let limits: Vec<&Limit> = self.hops.iter().map(|hop| hop.limit.as_ref()).collect::<Option<_>>()?;
        if limits.iter().any(|limit| limit.milliseconds.is_none()) {
            return None;
        }
        limits.into_iter().min_by_key(|limit| limit.milliseconds)
    }

    /// The last hop.
    pub(crate) fn last(&self) -> Option<&Hop> {
        self.hops.last()
    }
}
