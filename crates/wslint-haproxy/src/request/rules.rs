//! Running the rule lists: conditions are decided, actions change the request or end its way.

use super::stop::{Answer, Stop};
use super::walk::Walk;
use crate::acl::sample::{Sample, Value};
use crate::config::action::{Action, Location, Redirect, Rule, Stage};
use crate::config::proxy::ProxyId;
use crate::statement::Statement;
use wslint_model::Site;
use wslint_model::length::{self, shortened};
use wslint_model::way::Obstacle;

/// How many lines are told that may keep a 101 from the client.
const MOST_DOUBTS: usize = 16;

/// How a list of rules ends.
pub(crate) enum Verdict {
    /// The request goes on.
    Pass,
    /// `switch-mode http` was met.
    SwitchedToHttp,
    /// The request ends here.
    End(Stop),
}

/// A rule with its section.
type Owned<'c> = (ProxyId, &'c Rule);

/// What the rules below an `allow` mean for whom it does not take.
enum Below {
    /// They change nothing.
    Nothing,
    /// They refuse everybody.
    Refusal,
    /// Anything else.
    Other,
}

impl Walk<'_, '_> {
    /// Runs the rules of one list: those of named `defaults` first, then the proxy's own.
    pub(crate) fn rules(&mut self, proxy: ProxyId, stage: Stage) -> Verdict {
        let config = self.config;
        let mut owners: Vec<ProxyId> = config.ruled(proxy).collect();
        owners.reverse();
        let of_owner = |owner: ProxyId| config.proxy(owner).rules.iter().map(move |rule| (owner, rule));
        let all = owners.into_iter().flat_map(of_owner);
        let list: Vec<Owned<'_>> = all.filter(|(_, rule)| rule.stage == stage).collect();
        for (index, &(owner, rule)) in list.iter().enumerate() {
            let statement = &config.proxy(owner).statements[rule.statement];
            let meets = match self.meets(owner, rule, None) {
                Some(meets) => meets,
                None => self.settle(owner, rule, statement, &list[index + 1..]),
            };
            if meets && let Some(verdict) = self.act(rule, statement) {
                return verdict;
            }
            if changes_fields(&rule.action) && self.message.is_too_large() {
                let what = list_of(rule.stage);
                let note = "the request becomes too large to be followed".to_owned();
                self.step(what, Some(statement.site()), note);
                return Verdict::End(Stop::Unknown);
            }
        }
        Verdict::Pass
    }

    /// Runs a list of which only its end matters.
    pub(crate) fn stage(&mut self, proxy: ProxyId, stage: Stage) -> Option<Stop> {
        match self.rules(proxy, stage) {
            Verdict::End(stop) => Some(stop),
            _ => None,
        }
    }

    /// Whether a rule is carried out; `None` where that cannot be decided.
    pub(crate) fn meets(&self, owner: ProxyId, rule: &Rule, status: Option<u16>) -> Option<bool> {
        let statement = &self.config.proxy(owner).statements[rule.statement];
        match (self.in_force(statement), self.decided(rule.condition.as_ref(), owner, status)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// Whether a rule is carried out, where that cannot be decided. What refuses some clients is not what the others
    /// meet: it is taken as not matching. Anything else is tried both ways, where it makes a difference.
    fn settle(
        &mut self,
        owner: ProxyId,
        rule: &Rule,
        statement: &Statement<'_>,
        below: &[Owned<'_>],
    ) -> bool {
        match &rule.action {
            Action::Nothing | Action::ExpectProxy | Action::Agent => false,
            action if refuses(action) => {
                let doubt = rule.condition.as_ref().and_then(|condition| self.lone_doubt(condition, owner));
                let words = || assumption(statement, rule.stage, "does not match");
                match doubt {
                    // Whatever asks the same test gets the same answer.
                    Some((test, answer)) => {
                        self.oracle.presume(&test, answer, words, Some(statement.site()));
                    }
                    None => self.oracle.assume(words(), Some(statement.site())),
                }
                false
            }
            Action::Accept => match self.below(below) {
                Below::Nothing => false,
                Below::Refusal => {
                    self.assume(statement, rule.stage, "matches");
                    true
                }
                Below::Other => self.ask_meets(owner, rule, statement, None),
            },
            // What a script does is not known in any case.
            Action::Script => true,
            Action::SetVariable(name, _)
            | Action::SetVariableFormat(name, _)
            | Action::UnsetVariable(name) => {
                self.message.variables.insert(name, Sample::Unknown);
                false
            }
            action if self.blur_header(action, statement.site()) => false,
            _ => self.ask_meets(owner, rule, statement, None),
        }
    }

    /// Stores a variable. What a converter changes too, at a time that is not followed, is not known.
    fn keep_variable(&mut self, name: &str, sample: Sample) {
        let changes = self.config.converter_variables.contains(name);
        self.message.variables.insert(name, if changes { Sample::Unknown } else { sample });
    }

    /// Asks the oracle whether a rule is carried out.
    pub(crate) fn ask_meets(
        &mut self,
        owner: ProxyId,
        rule: &Rule,
        statement: &Statement<'_>,
        status: Option<u16>,
    ) -> bool {
        self.ask_in_force(statement) && self.holds(rule.condition.as_ref(), owner, status)
    }

    /// Takes for granted whether a rule matches.
    pub(crate) fn assume(&mut self, statement: &Statement<'_>, stage: Stage, how: &str) {
        self.oracle.assume(assumption(statement, stage, how), Some(statement.site()));
    }

    fn below(&self, rules: &[Owned<'_>]) -> Below {
        let mut below = Below::Nothing;
        for &(owner, rule) in rules {
            let meets = self.meets(owner, rule, None);
            match &rule.action {
                _ if meets == Some(false) => {}
                Action::Nothing | Action::ExpectProxy | Action::Agent => {}
                Action::Accept if meets == Some(true) => break,
                Action::Accept => {}
                action if refuses(action) && meets.is_none() => {}
                action if refuses(action) && rule.condition.is_none() => return Below::Refusal,
                action => {
                    below = Below::Other;
                    if meets == Some(true) && ends(action) {
                        break;
                    }
                }
            }
        }
        below
    }

    /// Carries out one rule. `None` where the next rule follows.
    fn act(&mut self, rule: &Rule, statement: &Statement<'_>) -> Option<Verdict> {
        let site = statement.site();
        let what = list_of(rule.stage);
        match &rule.action {
            Action::Accept => return Some(Verdict::Pass),
            Action::Nothing | Action::ExpectProxy | Action::SetStatus(_) => {}
            Action::Answer { keyword, status, page } => {
                let shown =
                    status.map_or_else(|| "a status that is not known".to_owned(), |code| code.to_string());
                self.step(what, Some(site), format_args!("`{keyword}` answers {shown}"));
                let answer = Answer { page: page.clone(), ..Answer::fixed(keyword, *status, Some(site)) };
                return Some(Verdict::End(answer.into()));
            }
            Action::Redirect(redirect) => {
                let location = self.location(redirect);
                if !(redirect.ignores_empty && location.as_deref() == Some("")) {
                    let status = redirect.status;
                    self.step(what, Some(site), format_args!("the client is redirected with {status}"));
                    let answer = Answer::redirect("redirect", status, Some(site), location);
                    return Some(Verdict::End(answer.into()));
                }
            }
            Action::Drop { keyword } => {
                self.step(what, Some(site), format_args!("`{keyword}`: the client gets no answer"));
                return Some(Verdict::End(Stop::Dropped { by: keyword, site: Some(site) }));
            }
            Action::SwitchToHttp => {
                self.step(what, Some(site), "the connection is handled as HTTP from here on");
                return Some(Verdict::SwitchedToHttp);
            }
            Action::Service => return Some(Verdict::End(Stop::Unknown)),
            Action::Script => {
                self.assume(statement, rule.stage, "lets the request pass");
                self.doubt_script(statement, rule.stage, "request");
            }
            Action::Agent => {}
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
                self.step(what, Some(site), format_args!("`timeout {name}` is set for this request"));
            }
            Action::SetDestination => self.connection.readdressed = true,
            Action::SetSource(expression) => {
                let sample =
                    expression.as_ref().map_or(Sample::Unknown, |expression| self.sample(expression, None));
                self.connection.client = match sample {
                    // Where there is no value the address stays (manual, "set-src").
                    Sample::Missing => self.connection.client,
                    sample => sample.written().and_then(|address| address.parse().ok()),
                };
            }
            Action::SetVariable(name, expression) => {
                let sample =
                    expression.as_ref().map_or(Sample::Unknown, |expression| self.sample(expression, None));
                self.keep_variable(name, sample);
            }
            Action::SetVariableFormat(name, format) => {
                let sample = self.write(format, None).map_or(Sample::Unknown, Sample::text);
                self.keep_variable(name, sample);
            }
            Action::UnsetVariable(name) => self.keep_variable(name, Sample::Missing),
            Action::SetMethod(format) => {
                let method = self.write(format, None);
                let shown = method.as_deref().map_or("something that is not known".into(), shortened);
                self.step(what, Some(site), format_args!("the server gets the method `{shown}`"));
                self.message.sent_method = method;
                self.message.method_site = Some(site);
            }
            Action::SetUri(..) | Action::ReplaceUri(..) => self.rewrite_uri(&rule.action, site),
            Action::SetHeader(..)
            | Action::AddHeader(..)
            | Action::DelHeader(..)
            | Action::ReplaceHeader { .. } => self.rewrite_header(&rule.action, site),
        }
        None
    }

    /// Where a redirect leads; `None` where that cannot be known.
    pub(crate) fn location(&self, redirect: &Redirect) -> Option<String> {
        let target = || {
            let mut target = self.message.path.clone()?;
            if redirect.appends_slash && !target.ends_with('/') {
                target.push('/');
            }
            match self.message.query.as_ref()? {
                Some(query) if !redirect.drops_query => length::concat([&target, "?", query]),
                _ => Some(target),
            }
        };
        match &redirect.to {
            Location::Address(format) => self.write(format, None),
            Location::Prefix(format) => match self.write(format, None)?.as_str() {
                "/" => target(),
                prefix => length::concat([prefix, &target()?]),
            },
            Location::Scheme(format) => {
                let host = self.message.first_header("host")??;
                length::concat([&self.write(format, None)?, "://", &host, &target()?])
            }
            Location::Missing => None,
        }
    }

    /// What a script does is not known.
    pub(crate) fn doubt_script(&mut self, statement: &Statement<'_>, stage: Stage, with: &str) {
        let in_tcp = matches!(stage, Stage::TcpConnection | Stage::TcpSession | Stage::TcpContent);
        let at = if in_tcp { 2 } else { 1 };
        let words = format!(
            "what `{}` does with the {with} is not in the configuration",
            shortened(statement.word(at))
        );
        self.doubt(words, statement.site());
    }

    /// Notes what may keep a 101 from the client: the first of such lines stand for all.
    pub(crate) fn doubt(&mut self, words: String, site: Site) {
        if self.reply.obstacles.len() >= MOST_DOUBTS {
            return;
        }
        let cause = Some(super::set_at(site));
        self.reply.obstacles.push(Obstacle { certain: false, words, cause });
    }
}

/// What is taken for granted of a rule, in words.
fn assumption(statement: &Statement<'_>, stage: Stage, how: &str) -> String {
    let action = match stage {
        Stage::Redirect => 0,
        Stage::TcpConnection | Stage::TcpSession | Stage::TcpContent => 2,
        Stage::HttpRequest | Stage::HttpResponse | Stage::HttpAfterResponse => 1,
    };
    format!("`{}` {how}", statement.shown(action..))
}

/// Whether an action refuses: it answers with an error, or not at all.
pub(crate) fn refuses(action: &Action) -> bool {
    match action {
        Action::Drop { .. } => true,
        Action::Answer { status, .. } => status.is_some_and(|status| status >= 400),
        _ => false,
    }
}

/// Whether an action may change header fields: a target in the absolute form sets `Host`.
fn changes_fields(action: &Action) -> bool {
    matches!(
        action,
        Action::SetUri(..)
            | Action::ReplaceUri(..)
            | Action::SetHeader(..)
            | Action::AddHeader(..)
            | Action::DelHeader(..)
            | Action::ReplaceHeader { .. }
    )
}

/// What a step calls the list of a rule.
fn list_of(stage: Stage) -> &'static str {
    match stage {
        Stage::TcpConnection | Stage::TcpSession | Stage::TcpContent => "tcp-request",
        Stage::HttpRequest => "http-request",
        Stage::Redirect => "redirect",
        Stage::HttpResponse => "http-response",
        Stage::HttpAfterResponse => "http-after-response",
    }
}

/// Whether an action ends the list.
fn ends(action: &Action) -> bool {
    matches!(action, Action::Drop { .. } | Action::Answer { .. } | Action::Redirect(_) | Action::Service)
}
