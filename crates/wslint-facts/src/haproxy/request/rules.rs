//! Running the rule lists: conditions are decided, actions change the request or end its way.

use super::journey::End;
use super::walk::Walk;
use crate::haproxy::acl::sample::{Sample, Value};
use crate::haproxy::config::action::{Action, Page, Rule, Stage};
use crate::haproxy::config::proxy::ProxyId;
use crate::length::shortened;
use crate::project::Site;

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

    /// Runs a list of which only its end matters.
    pub(in crate::haproxy) fn stage(&mut self, proxy: ProxyId, stage: Stage) -> Option<End> {
        match self.rules(proxy, stage) {
            Verdict::End(end) => Some(end),
            _ => None,
        }
    }

    /// Carries out one rule. `None` where the next rule follows.
    fn act(&mut self, rule: &Rule, site: Site) -> Option<Verdict> {
        let what = match rule.stage {
            Stage::TcpConnection | Stage::TcpSession | Stage::TcpContent => "tcp-request",
            Stage::HttpRequest => "http-request",
            Stage::Redirect => "redirect",
            Stage::HttpResponse => "http-response",
            Stage::HttpAfterResponse => "http-after-response",
        };
        match &rule.action {
            Action::Accept => return Some(Verdict::Pass),
            Action::Nothing => {}
            Action::Answer { keyword, status, page } => {
                let shown =
                    status.map_or_else(|| "a status that is not known".to_owned(), |code| code.to_string());
                self.step(what, Some(site), format!("`{keyword}` answers {shown}"));
                return Some(Verdict::End(End::Answered {
                    keyword,
                    status: *status,
                    site: Some(site),
                    to_tls: false,
                    page: page.clone(),
                    sent_to: None,
                }));
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
                        page: Page::Fixed,
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
                        .filter(|value| !value.is_of_file())
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
                self.message.variables.insert(name, sample);
            }
            Action::SetVariableFormat(name, format) => {
                let sample = self.write(format, None).map_or(Sample::Unknown, Sample::text);
                self.message.variables.insert(name, sample);
            }
            Action::UnsetVariable(name) => {
                self.message.variables.insert(name, Sample::Missing);
            }
            Action::SetMethod(format) => {
                let method = self.write(format, None);
                let shown = method.as_deref().map_or("something that is not known".into(), shortened);
                self.step(what, Some(site), format!("the server gets the method `{shown}`"));
                self.message.sent_method = method;
            }
            Action::SetUri(..) | Action::ReplaceUri(..) => self.rewrite_uri(&rule.action, site),
            _ => self.rewrite_header(&rule.action, site),
        }
        if self.message.is_too_large() {
            self.step(what, Some(site), "the request becomes too large to be followed".to_owned());
            return Some(Verdict::End(End::Foreign));
        }
        None
    }
}
