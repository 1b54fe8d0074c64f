//! What comes back: the pages of HAProxy's own answers, and the rules over responses.

use super::rules::refuses;
use super::set_at;
use super::stop::{Answer, Stop};
use super::walk::Walk;
use crate::acl::format::{Format, Piece};
use crate::acl::pattern::{Method, Pattern};
use crate::acl::sample::Value;
use crate::config::action::{Action, Page, Stage};
use crate::config::proxy::ProxyId;
use crate::statement::Statement;
use wslint_model::way::{Damage, Flaw, Obstacle};
use wslint_model::{Site, regular};

impl Walk<'_, '_> {
    /// The page that the configuration has in the place of HAProxy's own for a status: `errorloc` redirects, and the
    /// empty file of the old idiom `errorfile 503 /dev/null` closes the connection without an answer (measured). The
    /// backend's pages stand before the frontend's.
    pub(crate) fn error_page(&mut self, frontend: ProxyId, backend: Option<ProxyId>, answer: Answer) -> Stop {
        let (Some(status), by, site) = (answer.status, answer.by, answer.site) else { return answer.into() };
        let moved = |status, line: &Statement<'_>| {
            Answer::redirect(by, status, site, line.known(2).map(str::to_owned))
        };
        let (words, at, replaced) = match &answer.page {
            Page::Fixed => return answer.into(),
            Page::File(path) if path == "/dev/null" => (EMPTY, site, Stop::Dropped { by, site }),
            Page::File(_) => return answer.into(),
            Page::Standard | Page::Unparsed => {
                let Some(line) = self.page_of_status(frontend, backend, status) else { return answer.into() };
                match line.word(0) {
                    "errorloc" | "errorloc302" => {
                        ("redirects with 302", Some(line.site()), moved(302, line).into())
                    }
                    "errorloc303" => ("redirects with 303", Some(line.site()), moved(303, line).into()),
                    "errorfile" if line.word(2) == "/dev/null" => {
                        (EMPTY, Some(line.site()), Stop::Dropped { by, site })
                    }
                    _ => return answer.into(),
                }
            }
        };
        self.step("error page", at, format_args!("in the place of {status} HAProxy {words}"));
        replaced
    }

    /// The line that sets the page for a status.
    fn page_of_status(
        &self,
        frontend: ProxyId,
        backend: Option<ProxyId>,
        status: u16,
    ) -> Option<&Statement<'_>> {
        let config = self.config;
        let code = status.to_string();
        [backend, Some(frontend)].into_iter().flatten().find_map(|section| {
            config
                .paged(section)
                .find_map(|owner| config.proxy(owner).error_pages().rev().find(|line| line.word(1) == code))
        })
    }

    /// `http-response` rules over the 101 that a handshake gets: those of the backend, then the frontend's.
    pub(crate) fn response(&mut self, frontend: ProxyId, backend: ProxyId) -> Option<Answer> {
        let mut response = Response { status: Some(SWITCHED), site: None };
        for proxy in both(Some(backend), frontend) {
            let answer = self.response_list(proxy, Stage::HttpResponse, &mut response);
            if answer.is_some() {
                return answer;
            }
        }
        self.keep(&response);
        None
    }

    /// `http-after-response` rules over any response that leaves, HAProxy's own among them (measured). Without an
    /// answer of HAProxy's it is the 101.
    pub(crate) fn after_response(
        &mut self,
        frontend: ProxyId,
        backend: Option<ProxyId>,
        answer: Option<&mut Answer>,
    ) {
        let status = match &answer {
            Some(Answer { page: Page::Unparsed, .. }) => return,
            Some(answer) => answer.status,
            None => self.replaced_status.map_or(Some(SWITCHED), |(status, _)| status),
        };
        let mut response = Response { status, site: None };
        for proxy in both(backend, frontend) {
            self.response_list(proxy, Stage::HttpAfterResponse, &mut response);
        }
        match answer {
            Some(answer) if response.site.is_some() => answer.status = response.status,
            Some(_) => {}
            None => self.keep(&response),
        }
    }

    /// Keeps the status that a list of rules has set.
    fn keep(&mut self, response: &Response) {
        if let Some(site) = response.site {
            self.replaced_status = Some((response.status, site));
        }
    }

    /// What it means for the handshake that the client gets another status than the upstream's 101.
    pub(crate) fn reply_with_status(&mut self) {
        match self.replaced_status {
            None | Some((Some(SWITCHED), _)) => {}
            Some((Some(status), site)) => {
                self.reply.status = Some(status);
                let words = format!("the client gets {status} in the place of the 101");
                self.reply.obstacles.push(Obstacle { certain: true, words, cause: Some(set_at(site)) });
            }
            Some((None, site)) => self.doubt("the status that the client gets is not known".to_owned(), site),
        }
    }

    /// One list of response rules. A status that is set is what the following rules see.
    fn response_list(&mut self, proxy: ProxyId, stage: Stage, response: &mut Response) -> Option<Answer> {
        let config = self.config;
        let what = if stage == Stage::HttpResponse { "http-response" } else { "http-after-response" };
        let mut owners: Vec<ProxyId> = config.ruled(proxy).collect();
        owners.reverse();
        for owner in owners {
            let section = config.proxy(owner);
            for rule in section.rules.iter().filter(|rule| rule.stage == stage) {
                let statement = &section.statements[rule.statement];
                let site = statement.site();
                // What a status that is not known would decide stays undecided.
                let status = response.status?;
                let harm = harm(&rule.action).filter(|_| status == SWITCHED);
                match self.meets(owner, rule, Some(status)) {
                    Some(true) => {}
                    Some(false) => continue,
                    None if refuses(&rule.action) => {
                        self.assume(statement, stage, "does not match");
                        continue;
                    }
                    None if harm.is_none() && !decides(&rule.action) => continue,
                    None => {
                        if !self.ask_meets(owner, rule, statement, Some(status)) {
                            continue;
                        }
                    }
                }
                match &rule.action {
                    Action::Accept => return None,
                    Action::Answer { keyword, status: given, .. } => {
                        self.step(what, Some(site), format_args!("`{keyword}` replaces the {status}"));
                        return Some(Answer::fixed(keyword, *given, Some(site)));
                    }
                    Action::Redirect(redirect) => {
                        let given = redirect.status;
                        self.step(
                            what,
                            Some(site),
                            format_args!("a redirect with {given} replaces the {status}"),
                        );
                        let location = self.location(redirect);
                        return Some(Answer::redirect("redirect", given, Some(site), location));
                    }
                    Action::SetStatus(given) => {
                        self.step(what, Some(site), format_args!("the {status} gets another status"));
                        *response = Response { status: *given, site: Some(site) };
                    }
                    Action::Script => self.doubt_script(statement, stage, "answer"),
                    _ => {}
                }
                if let Some(header) = harm {
                    // HAProxy repairs `Sec-WebSocket-Accept` (measured ≥ 2.4).
                    self.step(what, Some(site), "the 101 loses what makes it a handshake");
                    let damage = Damage { header, flaw: Flaw::Lost, for_all: true };
                    // One line is enough to tell of each header.
                    if self.reply.damage.iter().all(|(known, _)| *known != damage) {
                        self.reply.damage.push((damage, set_at(site)));
                    }
                }
            }
        }
        None
    }
}

/// The header of a 101 that an action takes away or spoils: `Upgrade` and `Connection` must stay.
fn harm(action: &Action) -> Option<&'static str> {
    match action {
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
    }
}

/// Whether an action decides what becomes of the answer, beside its headers.
fn decides(action: &Action) -> bool {
    matches!(
        action,
        Action::Accept | Action::Answer { .. } | Action::Redirect(_) | Action::SetStatus(_) | Action::Script
    )
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
