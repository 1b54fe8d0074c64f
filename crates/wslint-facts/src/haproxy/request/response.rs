//! What comes back: the pages of HAProxy's own answers, and the rules over responses.

use super::journey::{Answer, End, Hop, answered};
use super::walk::Walk;
use crate::haproxy::acl::format::{Format, Piece};
use crate::haproxy::acl::pattern::{Method, Pattern};
use crate::haproxy::acl::sample::Value;
use crate::haproxy::config::action::{Action, Page, Stage};
use crate::haproxy::config::proxy::ProxyId;
use crate::haproxy::statement::Statement;
use crate::project::Site;
use crate::regular;

impl Walk<'_, '_> {
    /// The page that the configuration has in the place of HAProxy's own for a status: `errorloc` redirects, and the
    /// empty file of the old idiom `errorfile 503 /dev/null` closes the connection without an answer (measured). The
    /// backend's pages stand before the frontend's.
    pub(crate) fn error_page(&mut self, hop: &Hop, end: End) -> End {
        let End::Answered { keyword, status: Some(status), site, page, .. } = &end else { return end };
        let (keyword, status, site) = (*keyword, *status, *site);
        let (words, at, replaced) = match page {
            Page::Fixed => return end,
            Page::File(path) if path == "/dev/null" => (EMPTY, site, End::Dropped { keyword, site }),
            Page::File(_) => return end,
            Page::Standard | Page::Unparsed => {
                let Some(line) = self.page_of_status(hop, status) else { return end };
                match line.word(0) {
                    "errorloc" | "errorloc302" => {
                        ("redirects with 302", Some(line.site()), answered(keyword, Some(302), site))
                    }
                    "errorloc303" => {
                        ("redirects with 303", Some(line.site()), answered(keyword, Some(303), site))
                    }
                    "errorfile" if line.word(2) == "/dev/null" => {
                        (EMPTY, Some(line.site()), End::Dropped { keyword, site })
                    }
                    _ => return end,
                }
            }
        };
        self.step("error page", at, format!("in the place of {status} HAProxy {words}"));
        replaced
    }

    /// The line that sets the page for a status.
    fn page_of_status(&self, hop: &Hop, status: u16) -> Option<&Statement<'_>> {
        let config = self.config;
        let code = status.to_string();
        [hop.backend, Some(hop.frontend)].into_iter().flatten().find_map(|section| {
            config.lineage(section).find_map(|owner| {
                let sets = |line: &&Statement<'_>| {
                    line.word(0).starts_with("errorf") || line.word(0).starts_with("errorl")
                };
                let mut lines = config.proxy(owner).statements.iter().rev().filter(sets);
                lines.find(|line| line.word(1) == code)
            })
        })
    }

    /// `http-response` rules over the 101 that a handshake gets: those of the backend, then the frontend's.
    pub(crate) fn response(
        &mut self,
        frontend: ProxyId,
        backend: ProxyId,
        answer: &mut Answer,
    ) -> Option<End> {
        let mut response = Response { status: Some(SWITCHED), site: None };
        for proxy in both(Some(backend), frontend) {
            let end = self.response_list(proxy, Stage::HttpResponse, &mut response, answer);
            if end.is_some() {
                return end;
            }
        }
        response.site.map(|site| answered("set-status", response.status, Some(site)))
    }

    /// `http-after-response` rules over any response that leaves, HAProxy's own among them (measured).
    pub(crate) fn after_response(&mut self, hop: &Hop, end: End, answer: &mut Answer) -> End {
        let status = match &end {
            End::Answered { page: Page::Unparsed, .. } => return end,
            End::Answered { status: Some(status), .. } => *status,
            End::Sent { .. } if self.websocket && hop.http => SWITCHED,
            _ => return end,
        };
        let mut response = Response { status: Some(status), site: None };
        for proxy in both(hop.backend, hop.frontend) {
            self.response_list(proxy, Stage::HttpAfterResponse, &mut response, answer);
        }
        let Some(set_by) = response.site else { return end };
        match end {
            End::Answered { keyword, site, to_tls, page, sent_to, .. } => {
                End::Answered { keyword, status: response.status, site, to_tls, page, sent_to }
            }
            End::Sent { upstream, .. } => End::Answered {
                keyword: "set-status",
                status: response.status,
                site: Some(set_by),
                to_tls: false,
                page: Page::Fixed,
                sent_to: Some(upstream),
            },
            end => end,
        }
    }

    /// One list of response rules. A status that is set is what the following rules see.
    fn response_list(
        &mut self,
        proxy: ProxyId,
        stage: Stage,
        response: &mut Response,
        answer: &mut Answer,
    ) -> Option<End> {
        let config = self.config;
        let what = if stage == Stage::HttpResponse { "http-response" } else { "http-after-response" };
        let mut lineage: Vec<ProxyId> = config.lineage(proxy).collect();
        lineage.reverse();
        for owner in lineage {
            let section = config.proxy(owner);
            for rule in section.rules.iter().filter(|rule| rule.stage == stage) {
                let site = section.statements[rule.statement].site();
                // What a status that is not known would decide stays undecided.
                let status = response.status?;
                if !self.holds(rule.condition.as_ref(), owner, Some(status)) {
                    continue;
                }
                match &rule.action {
                    Action::Accept => return None,
                    Action::Answer { keyword, status: given, .. } => {
                        self.step(what, Some(site), format!("`{keyword}` replaces the {status}"));
                        return Some(answered(keyword, *given, Some(site)));
                    }
                    Action::Redirect { status: given, .. } => {
                        self.step(what, Some(site), format!("a redirect with {given} replaces the {status}"));
                        return Some(answered("redirect", Some(*given), Some(site)));
                    }
                    Action::SetStatus(given) => {
                        self.step(what, Some(site), format!("the {status} gets another status"));
                        *response = Response { status: *given, site: Some(site) };
                    }
                    Action::Foreign => answer.unsure = true,
                    action if status == SWITCHED => self.alter_answer(what, action, site, answer),
                    _ => {}
                }
            }
        }
        None
    }

    /// `Upgrade` and `Connection` must stay in a 101; HAProxy repairs `Sec-WebSocket-Accept` (measured ≥ 2.4).
    fn alter_answer(&mut self, what: &'static str, action: &Action, site: Site, answer: &mut Answer) {
        let harmed = match action {
            Action::DelHeader(name, Method::Str) => handshake_header(name),
            Action::DelHeader(pattern, method) => {
                let pattern = Pattern::new(pattern.clone());
                HANDSHAKE_HEADERS.into_iter().find(|name| {
                    let value = Value::Text(name.to_ascii_lowercase());
                    pattern.matches(*method, *method != Method::Reg, &value) == Some(true)
                })
            }
            Action::SetHeader(name, format) => {
                handshake_header(name).filter(|name| is_without(format, token_of(name)))
            }
            Action::ReplaceHeader { name, regex, format, .. } => handshake_header(name).filter(|name| {
                let value = if *name == UPGRADE { "websocket" } else { "Upgrade" };
                let regex = regex.as_deref().and_then(|regex| regular::compiled(regex, false));
                let hits = regex.is_some_and(|regex| regex.is_match(value).unwrap_or(false));
                hits && is_without(format, token_of(name))
            }),
            _ => None,
        };
        if let Some(header) = harmed {
            self.step(what, Some(site), "the 101 loses what makes it a handshake".to_owned());
            answer.altered.get_or_insert((header, site));
        }
    }
}

/// A response on its way back to the client.
struct Response {
    /// Its status; `None` where it cannot be known.
    status: Option<u16>,
    /// The rule that set the status.
    site: Option<Site>,
}

/// The status of a handshake that succeeds.
const SWITCHED: u16 = 101;

/// What an empty error page comes to.
const EMPTY: &str = "closes the connection without an answer";

/// The sections whose response rules run, in their order.
fn both(backend: Option<ProxyId>, frontend: ProxyId) -> impl Iterator<Item = ProxyId> {
    backend.filter(|&backend| backend != frontend).into_iter().chain([frontend])
}

const UPGRADE: &str = "Upgrade";

/// The headers of a 101 that HAProxy does not write anew.
const HANDSHAKE_HEADERS: [&str; 2] = [UPGRADE, "Connection"];

fn handshake_header(name: &str) -> Option<&'static str> {
    HANDSHAKE_HEADERS.into_iter().find(|header| header.eq_ignore_ascii_case(name))
}

/// What clients look for in a header of a 101.
fn token_of(header: &str) -> &'static str {
    if header == UPGRADE { "websocket" } else { "upgrade" }
}

/// Whether a format is a text without `wanted`. What is computed may hold it.
fn is_without(format: &Format, wanted: &str) -> bool {
    let text: Option<String> = format
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    text.is_some_and(|text| !text.to_ascii_lowercase().contains(wanted))
}
