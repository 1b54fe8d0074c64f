//! Running the rule lists: conditions are decided, actions change the request or end its way.

use fancy_regex::Regex;

use super::journey::{Answer, End};
use super::walk::{Walk, answered};
use crate::haproxy::acl::format::{Format, Piece};
use crate::haproxy::acl::pattern::{Method, Pattern};
use crate::haproxy::acl::sample::{Sample, Value};
use crate::haproxy::config::action::{Action, Rule, Stage};
use crate::haproxy::config::proxy::ProxyId;
use crate::project::Site;

/// Whether a request can be read where a test asks for a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It can.
    Yes,
    /// In `mode tcp` without waiting it may not have arrived yet: the outcome differs from run to run (measured).
    Perhaps,
    /// It never can: TLS passes through.
    No,
}

/// How a list of rules ends.
pub(crate) enum Verdict {
    /// The request goes on.
    Pass,
    /// `switch-mode http` was met.
    SwitchedToHttp,
    /// The request ends here.
    End(End),
}

impl Walk<'_, '_> {
    /// Runs the rules of one list: those of named `defaults` first, then the proxy's own.
    pub(crate) fn rules(&mut self, proxy: ProxyId, stage: Stage) -> Verdict {
        let config = self.config;
        let mut lineage: Vec<ProxyId> = config.lineage(proxy).collect();
        lineage.reverse();
        for owner in lineage {
            let section = config.proxy(owner);
            for rule in section.rules.iter().filter(|rule| rule.stage == stage) {
                let statement = &section.statements[rule.statement];
                if statement.undecided && !self.guess(&format!("line {}", statement.line.0)) {
                    continue;
                }
                if !self.holds(rule.condition.as_ref(), owner, None) {
                    continue;
                }
                match self.act(rule, statement.site()) {
                    Some(Verdict::Pass) => return Verdict::Pass,
                    Some(verdict) => return verdict,
                    None => {}
                }
            }
        }
        Verdict::Pass
    }

    /// Carries out one rule. `None` where the next rule follows.
    fn act(&mut self, rule: &Rule, site: Site) -> Option<Verdict> {
        let what = match rule.stage {
            Stage::TcpConnection | Stage::TcpContent => "tcp-request",
            Stage::HttpRequest => "http-request",
            Stage::Redirect => "redirect",
            Stage::HttpResponse => "http-response",
            Stage::HttpAfterResponse => "http-after-response",
        };
        match &rule.action {
            Action::Accept => return Some(Verdict::Pass),
            Action::Nothing => {}
            Action::Answer { keyword, status } => {
                let shown =
                    status.map_or_else(|| "a status that is not known".to_owned(), |code| code.to_string());
                self.step(what, Some(site), format!("`{keyword}` answers {shown}"));
                return Some(Verdict::End(answered(keyword, *status, Some(site))));
            }
            Action::Redirect { status, to_tls, target } => {
                let empty = target
                    .as_ref()
                    .is_some_and(|target| self.write(target, None).is_some_and(|target| target.is_empty()));
                if !empty {
                    self.step(what, Some(site), format!("the client is redirected with {status}"));
                    return Some(Verdict::End(End::Answered {
                        keyword: "redirect",
                        status: Some(*status),
                        site: Some(site),
                        to_tls: *to_tls,
                        sent_to: None,
                    }));
                }
            }
            Action::Drop { keyword } => {
                self.step(what, Some(site), format!("`{keyword}`: the client gets no answer"));
                return Some(Verdict::End(End::Dropped { keyword, site: Some(site) }));
            }
            Action::SwitchToHttp => {
                self.step(what, Some(site), "the connection is handled as HTTP from here on".to_owned());
                return Some(Verdict::SwitchedToHttp);
            }
            Action::Foreign => return Some(Verdict::End(End::Foreign)),
            Action::SetTimeout { name, milliseconds, expression } => {
                let computed = expression.as_ref().map(|expression| self.sample(expression, None));
                let milliseconds = match (milliseconds, computed) {
                    // Where there is no value nothing is set (measured).
                    (None, Some(Sample::Missing)) => return None,
                    (None, Some(Sample::Values(values))) => values
                        .last()
                        .and_then(Value::integer)
                        .and_then(|milliseconds| u64::try_from(milliseconds).ok()),
                    (milliseconds, _) => *milliseconds,
                };
                self.set_timeouts.retain(|(set, ..)| set != name);
                self.set_timeouts.push((name.clone(), milliseconds, site));
                self.step(what, Some(site), format!("`timeout {name}` is set for this request"));
            }
            Action::SetDestination => self.connection.readdressed = true,
            Action::SetVariable(name, expression) => {
                let sample =
                    expression.as_ref().map_or(Sample::Unknown, |expression| self.sample(expression, None));
                self.message.variables.insert(name.clone(), sample);
            }
            Action::SetVariableFormat(name, format) => {
                let sample = self.write(format, None).map_or(Sample::Unknown, Sample::text);
                self.message.variables.insert(name.clone(), sample);
            }
            Action::UnsetVariable(name) => {
                self.message.variables.insert(name.clone(), Sample::Missing);
            }
            Action::SetMethod(format) => {
                let method = self.write(format, None);
                let shown = method.as_deref().unwrap_or("something that is not known");
                self.step(what, Some(site), format!("the server gets the method `{shown}`"));
                self.message.sent_method = method;
            }
            Action::SetUri(..) | Action::ReplaceUri(..) => self.rewrite_uri(&rule.action, site),
            _ => self.rewrite_header(&rule.action, site),
        }
        None
    }

    /// Runs the response rules over the 101 that a handshake gets: those of the backend, then the frontend's, and
    /// after both what runs over every response.
    pub(crate) fn response(
        &mut self,
        frontend: ProxyId,
        backend: ProxyId,
        answer: &mut Answer,
    ) -> Option<End> {
        let both = if frontend == backend { vec![backend] } else { vec![backend, frontend] };
        let mut changed = None;
        for stage in [Stage::HttpResponse, Stage::HttpAfterResponse] {
            for &proxy in &both {
                match self.response_list(proxy, stage, answer) {
                    Some(end @ End::Answered { keyword: "set-status", .. }) => changed = Some(end),
                    Some(end) => return Some(end),
                    None => {}
                }
            }
        }
        changed
    }

    /// One list of response rules over the 101. A status that is set stands in for the 101, and the list goes on.
    fn response_list(&mut self, proxy: ProxyId, stage: Stage, answer: &mut Answer) -> Option<End> {
        let config = self.config;
        let what = if stage == Stage::HttpResponse { "http-response" } else { "http-after-response" };
        let mut lineage: Vec<ProxyId> = config.lineage(proxy).collect();
        lineage.reverse();
        let mut changed = None;
        for owner in lineage {
            let section = config.proxy(owner);
            for rule in section.rules.iter().filter(|rule| rule.stage == stage) {
                let site = section.statements[rule.statement].site();
                if !self.holds(rule.condition.as_ref(), owner, Some(101)) {
                    continue;
                }
                match &rule.action {
                    Action::Accept => return changed,
                    Action::Answer { keyword, status } => {
                        self.step(what, Some(site), format!("`{keyword}` replaces the 101"));
                        return Some(answered(keyword, *status, Some(site)));
                    }
                    Action::Redirect { status, .. } => {
                        self.step(what, Some(site), format!("a redirect with {status} replaces the 101"));
                        return Some(answered("redirect", Some(*status), Some(site)));
                    }
                    Action::SetStatus(status) => {
                        self.step(what, Some(site), "the 101 gets another status".to_owned());
                        changed = Some(answered("set-status", *status, Some(site)));
                    }
                    Action::Foreign => answer.unsure = true,
                    action => self.alter_answer(action, site, answer),
                }
            }
        }
        changed
    }

    /// `Upgrade` and `Connection` must stay in a 101; HAProxy repairs `Sec-WebSocket-Accept` (measured ≥ 2.4).
    fn alter_answer(&mut self, action: &Action, site: Site, answer: &mut Answer) {
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
                let regex = regex.as_deref().and_then(|regex| Regex::new(regex).ok());
                let hits = regex.is_some_and(|regex| regex.is_match(value).unwrap_or(false));
                hits && is_without(format, token_of(name))
            }),
            _ => None,
        };
        if let Some(header) = harmed {
            self.step("http-response", Some(site), "the 101 loses what makes it a handshake".to_owned());
            answer.altered.get_or_insert((header, site));
        }
    }
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
