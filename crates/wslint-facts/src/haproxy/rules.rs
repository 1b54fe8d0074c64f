//! Running the rule lists: conditions are decided, actions change the request or end its way.

use fancy_regex::Regex;

use super::action::{Action, Part, Rule, Stage};
use super::condition::{Asked, Condition, Term, Test};
use super::convert::dollar_references;
use super::format::{Format, Piece};
use super::journey::{Answer, End};
use super::pattern::{Method, Pattern};
use super::proxy::ProxyId;
use super::sample::{Sample, evaluate};
use super::walk::{Walk, answered};
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
            Action::SetTimeout { name, milliseconds } => {
                self.set_timeouts.retain(|(set, ..)| set != name);
                self.set_timeouts.push((name.clone(), *milliseconds, site));
                self.step(what, Some(site), format!("`timeout {name}` is set for this request"));
            }
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
            Action::SetUri(..) | Action::ReplaceUri(..) => self.rewrite_uri(&rule.action, site),
            _ => self.rewrite_header(&rule.action, site),
        }
        None
    }

    fn rewrite_uri(&mut self, action: &Action, site: Site) {
        let before = self.message.target();
        match action {
            Action::SetUri(part, format) => {
                let value = self.write(format, None);
                self.set_part(*part, value);
            }
            Action::ReplaceUri(part, regex, format) => {
                let value = match part {
                    Part::Path => self.message.path.clone(),
                    Part::PathQuery => self.message.target(),
                    Part::Uri | Part::Query => self.message.uri(),
                };
                let replaced = value.and_then(|value| self.replace(&value, regex, format));
                match replaced {
                    Some(Replaced::No) => return,
                    Some(Replaced::To(value)) => self.set_part(*part, Some(value)),
                    None => self.set_part(*part, None),
                }
            }
            _ => return,
        }
        let after = self.message.target();
        if before != after || after.is_none() {
            self.message.uri_site = Some(site);
            let shown = after.unwrap_or_else(|| "something that is not known".to_owned());
            self.step("http-request", Some(site), format!("the request target becomes `{shown}`"));
        }
    }

    fn set_part(&mut self, part: Part, value: Option<String>) {
        match part {
            Part::Path => self.message.path = value,
            Part::PathQuery => self.message.set_target(value),
            Part::Uri => self.message.set_uri(value),
            Part::Query => {
                self.message.query = value.map(|query| {
                    let query = query.trim_start_matches('?');
                    (!query.is_empty()).then(|| query.to_owned())
                });
            }
        }
    }

    fn rewrite_header(&mut self, action: &Action, site: Site) {
        let name = match action {
            Action::SetHeader(name, format) => {
                let value = self.write(format, None);
                self.message.set(name, value);
                name.clone()
            }
            Action::AddHeader(name, format) => {
                let value = self.write(format, None);
                self.message.add(name, value);
                name.clone()
            }
            Action::DelHeader(pattern, method) => {
                let gone = self.matching_headers(pattern, *method);
                for name in &gone {
                    self.message.remove(name);
                    self.message.header_sites.insert(name.clone(), site);
                }
                if gone.iter().any(|name| is_telling(name)) {
                    self.step("http-request", Some(site), format!("`{}` is removed", gone.join("`, `")));
                }
                return;
            }
            Action::ReplaceHeader { name, regex, format, each } => {
                let mut changed = false;
                for index in 0..self.message.headers.len() {
                    let header = &self.message.headers[index];
                    if !header.name.eq_ignore_ascii_case(name) {
                        continue;
                    }
                    let Some(value) = header.value.clone() else { continue };
                    let replaced = self.replace_value(&value, regex, format, *each);
                    changed |= replaced.as_ref() != Some(&value);
                    self.message.headers[index].value = replaced;
                }
                if !changed {
                    return;
                }
                name.clone()
            }
            _ => return,
        };
        let lower = name.to_ascii_lowercase();
        if is_telling(&lower) {
            self.step("http-request", Some(site), format!("`{name}` is changed"));
        }
        self.message.header_sites.insert(lower, site);
    }

    /// The names of the header fields that `del-header` takes. Inside HAProxy names are in lower case, so a
    /// pattern with capitals matches none (measured).
    fn matching_headers(&self, pattern: &str, method: Method) -> Vec<String> {
        let exact = method == Method::Str;
        let pattern = Pattern::new(pattern.to_owned());
        let mut names = Vec::new();
        for header in &self.message.headers {
            let name = header.name.to_ascii_lowercase();
            let value = super::sample::Value::Text(name.clone());
            if pattern.matches(method, exact, &value) == Some(true) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn replace_value(&self, value: &str, regex: &str, format: &Format, each: bool) -> Option<String> {
        let parts: Vec<&str> = if each { value.split(',').map(str::trim).collect() } else { vec![value] };
        let mut results = Vec::with_capacity(parts.len());
        for part in parts {
            match self.replace(part, regex, format)? {
                Replaced::No => results.push(part.to_owned()),
                Replaced::To(result) => results.push(result),
            }
        }
        Some(results.join(", "))
    }

    /// `replace-*`: where the expression matches, the whole value becomes the format with its references.
    fn replace(&self, value: &str, regex: &str, format: &Format) -> Option<Replaced> {
        let regex = Regex::new(regex).ok()?;
        let Some(captures) = regex.captures(value).ok()? else { return Some(Replaced::No) };
        let written = self.write(format, None)?;
        let mut result = String::new();
        captures.expand(&dollar_references(&written), &mut result);
        Some(Replaced::To(result))
    }

    /// Runs the response rules over the 101 that a handshake gets: those of the backend, then the frontend's.
    pub(crate) fn response(
        &mut self,
        frontend: ProxyId,
        backend: ProxyId,
        answer: &mut Answer,
    ) -> Option<End> {
        let config = self.config;
        let both = if frontend == backend { vec![backend] } else { vec![backend, frontend] };
        for proxy in both {
            let mut lineage: Vec<ProxyId> = config.lineage(proxy).collect();
            lineage.reverse();
            for owner in lineage {
                let section = config.proxy(owner);
                for rule in section.rules.iter().filter(|rule| rule.stage == Stage::HttpResponse) {
                    let statement = &section.statements[rule.statement];
                    let site = statement.site();
                    if !self.holds(rule.condition.as_ref(), owner, Some(101)) {
                        continue;
                    }
                    match &rule.action {
                        Action::Accept => break,
                        Action::Answer { keyword, status } => {
                            self.step("http-response", Some(site), format!("`{keyword}` replaces the 101"));
                            return Some(answered(keyword, *status, Some(site)));
                        }
                        Action::Foreign => answer.unsure = true,
                        action => self.alter_answer(action, site, answer),
                    }
                }
            }
        }
        None
    }

    /// `Upgrade` and `Connection` must stay in a 101; HAProxy repairs `Sec-WebSocket-Accept` (measured ≥ 2.4).
    fn alter_answer(&mut self, action: &Action, site: Site, answer: &mut Answer) {
        let harm = match action {
            Action::DelHeader(name, Method::Str) => is_upgrade_header(name).then_some(true),
            Action::DelHeader(pattern, method) => {
                let pattern = Pattern::new(pattern.clone());
                let hit = ["upgrade", "connection"].into_iter().any(|name| {
                    let value = super::sample::Value::Text(name.to_owned());
                    pattern.matches(*method, false, &value) == Some(true)
                });
                hit.then_some(true)
            }
            Action::SetHeader(name, format) => is_upgrade_header(name).then(|| {
                let wanted = if name.eq_ignore_ascii_case("upgrade") { "websocket" } else { "upgrade" };
                !plain_text(format).to_ascii_lowercase().contains(wanted)
            }),
            Action::ReplaceHeader { name, regex, format, .. } => is_upgrade_header(name).then(|| {
                let (value, wanted) = match name.eq_ignore_ascii_case("upgrade") {
                    true => ("websocket", "websocket"),
                    false => ("Upgrade", "upgrade"),
                };
                let hits = Regex::new(regex).is_ok_and(|regex| regex.is_match(value).unwrap_or(false));
                hits && !plain_text(format).to_ascii_lowercase().contains(wanted)
            }),
            _ => None,
        };
        if harm == Some(true) {
            self.step("http-response", Some(site), "the 101 loses what makes it a handshake".to_owned());
            answer.altered.get_or_insert(site);
        }
    }

    /// Whether a condition holds; no condition always does.
    pub(crate) fn holds(
        &mut self,
        condition: Option<&Condition>,
        owner: ProxyId,
        status: Option<u16>,
    ) -> bool {
        let Some(condition) = condition else { return true };
        let any = condition
            .alternatives
            .iter()
            .any(|terms| terms.iter().all(|term| self.term(term, owner, status)));
        any != condition.unless
    }

    fn term(&mut self, term: &Term, owner: ProxyId, status: Option<u16>) -> bool {
        let holds = match &term.asked {
            Asked::Anonymous(test) => self.test(test, status),
            Asked::Named(name) => self.named(name, owner, status),
        };
        holds != term.negated
    }

    /// Tests of one name are alternatives. A name that nobody defines makes HAProxy refuse the configuration.
    fn named(&mut self, name: &str, owner: ProxyId, status: Option<u16>) -> bool {
        let config = self.config;
        let section = config.proxy(owner);
        if let Some(indices) = section.acl_names.get(name) {
            return indices.iter().any(|&index| {
                let acl = &section.acls[index];
                let undecided = section.statements[acl.statement].undecided;
                (!undecided || self.guess(&format!("line {}", section.statements[acl.statement].line.0)))
                    && self.test(&acl.test, status)
            });
        }
        match Test::predefined(name) {
            Some(test) => self.test(&test, status),
            None => self.guess(name),
        }
    }

    /// Decides a test, or asks the oracle.
    pub(crate) fn test(&mut self, test: &Test, status: Option<u16>) -> bool {
        match self.decide(test, status) {
            Some(answer) => answer,
            None => self.guess(&test.words),
        }
    }

    /// Decides a test; `None` where it cannot be decided.
    fn decide(&self, test: &Test, status: Option<u16>) -> Option<bool> {
        if test.unknown {
            return None;
        }
        let expression = test.expression.as_ref()?;
        if test.method == Method::Found
            && expression.converters.is_empty()
            && let Some(name) = test.header()
            && self.message.header(&name).next().is_some()
        {
            // The field is there, whatever it holds.
            return Some(true);
        }
        let sample = self.sample(expression, status);
        let values = match sample {
            Sample::Unknown => return None,
            Sample::Missing => return Some(false),
            Sample::Values(values) => values,
        };
        if test.method == Method::Found {
            return Some(true);
        }
        let mut patterns: Vec<std::borrow::Cow<'_, Pattern>> =
            test.patterns.iter().map(std::borrow::Cow::Borrowed).collect();
        for file in &test.files {
            let content = String::from_utf8_lossy(self.root.pattern_files.get(file)?).into_owned();
            patterns.extend(
                content
                    .lines()
                    .map(str::trim_start)
                    .filter(|line| !line.is_empty() && !line.starts_with('#'))
                    .map(|line| std::borrow::Cow::Owned(Pattern::new(line.to_owned()))),
            );
        }
        if patterns.is_empty() {
            return match test.method {
                Method::Bool => {
                    Some(values.iter().any(|value| value.integer().is_some_and(|number| number != 0)))
                }
                // Without a pattern there is nothing that a value could match.
                _ => Some(false),
            };
        }
        let mut undecided = false;
        for value in &values {
            for pattern in &patterns {
                match pattern.matches(test.method, test.ignore_case, value) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => undecided = true,
                }
            }
        }
        (!undecided).then_some(false)
    }

    /// Evaluates an expression.
    pub(crate) fn sample(&self, expression: &super::expression::Expression, status: Option<u16>) -> Sample {
        let files = |name: &str| self.root.pattern_files.get(name).map(Vec::as_slice);
        // Nothing has failed yet: every server that is in use is up.
        let servers = |name: &str| {
            let backend = self.config.backend(name)?;
            let count =
                |server: &super::server::Server| if server.settings.usable() { server.count } else { 0 };
            Some(self.config.proxy(backend).servers.iter().map(count).sum())
        };
        evaluate(expression, &self.view(status, &files, &servers))
    }

    /// Writes a log-format string; `None` where a part of it cannot be known.
    pub(crate) fn write(&self, format: &Format, status: Option<u16>) -> Option<String> {
        let mut written = String::new();
        for piece in &format.pieces {
            match piece {
                Piece::Text(text) => written.push_str(text),
                Piece::Sample(expression) => written.push_str(&self.sample(expression, status).written()?),
                Piece::Unknown => return None,
            }
        }
        Some(written)
    }
}

/// What `replace-*` did.
enum Replaced {
    /// The expression did not match.
    No,
    /// The value is now this.
    To(String),
}

fn is_upgrade_header(name: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
}

/// The header fields whose change is a step worth telling.
fn is_telling(name: &str) -> bool {
    matches!(name, "upgrade" | "connection" | "host") || name.starts_with("sec-websocket-")
}

/// The text of a format without what is computed.
fn plain_text(format: &Format) -> String {
    let text = format.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        _ => "",
    });
    text.collect()
}
