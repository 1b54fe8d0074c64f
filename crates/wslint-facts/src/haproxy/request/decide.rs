//! Deciding conditions, and evaluating expressions and formats on the request as it stands.

use super::walk::Walk;
use crate::haproxy::acl::condition::{Asked, Condition, Term};
use crate::haproxy::acl::expression::Expression;
use crate::haproxy::acl::fetch::evaluate;
use crate::haproxy::acl::format::{Format, Piece};
use crate::haproxy::acl::pattern::{Method, Pattern};
use crate::haproxy::acl::sample::Sample;
use crate::haproxy::acl::test::Test;
use crate::haproxy::config::proxy::ProxyId;
use crate::haproxy::config::server::Server;
use crate::length::Growing;

impl Walk<'_, '_> {
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
        if test.patterns.is_empty() && test.files.is_empty() {
            return match test.method {
                Method::Bool => {
                    Some(values.iter().any(|value| value.integer().is_some_and(|number| number != 0)))
                }
                // Without a pattern there is nothing that a value could match.
                _ => Some(false),
            };
        }
        let files: Vec<&Vec<u8>> =
            test.files.iter().map(|file| self.root.pattern_files.get(file)).collect::<Option<_>>()?;
        let mut undecided = false;
        let mut meets = |pattern: &Pattern| {
            values.iter().any(|value| {
                let answer = pattern.matches(test.method, test.ignore_case, value);
                undecided |= answer.is_none();
                answer == Some(true)
            })
        };
        let met = test.patterns.iter().any(&mut meets)
            || files.into_iter().any(|content| patterns_of(content).any(|pattern| meets(&pattern)));
        if met { Some(true) } else { (!undecided).then_some(false) }
    }

    /// Evaluates an expression.
    pub(crate) fn sample(&self, expression: &Expression, status: Option<u16>) -> Sample {
        let files = |name: &str| self.root.pattern_files.get(name).map(Vec::as_slice);
        // Nothing has failed yet: every server that is in use is up.
        let servers = |name: &str| {
            if let Some((backend, name)) = name.split_once('/') {
                let backend = self.config.backend(backend)?;
                let servers = &self.config.proxy(backend).servers;
                let server = servers.iter().find(|server| server.name == name)?;
                return Some(usize::from(!self.config.is_down(backend, server)));
            }
            let backend = self.config.backend(name)?;
            let count = |server: &Server| match self.config.takes_requests(backend, server) {
                true => server.count,
                false => 0,
            };
            Some(self.config.proxy(backend).servers.iter().map(count).sum())
        };
        let is_backend = |name: &str| self.config.backend(name).is_some();
        evaluate(expression, &self.view(status, &files, &servers, &is_backend))
    }

    /// Writes a log-format string; `None` where a part of it cannot be known, or it is too long to be followed.
    pub(crate) fn write(&self, format: &Format, status: Option<u16>) -> Option<String> {
        self.joined(format, |expression| self.sample(expression, status).written())
    }

    /// The name that a format comes to, for whoever only looks it up.
    pub(crate) fn name_of(&self, format: &Format) -> Option<String> {
        self.joined(format, |expression| self.sample(expression, None).meant())
    }

    fn joined(&self, format: &Format, text: impl Fn(&Expression) -> Option<String>) -> Option<String> {
        let mut written = Growing::default();
        for piece in &format.pieces {
            match piece {
                Piece::Text(text) => written.push(text)?,
                Piece::Sample(expression) => written.push(&text(expression)?)?,
                Piece::Unknown => return None,
            }
        }
        Some(written.finish())
    }
}

/// The patterns of a file, one a line.
fn patterns_of(content: &[u8]) -> impl Iterator<Item = Pattern> {
    let lines = content.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line));
    let words = lines.map(|line| line.trim_end_matches('\r').trim_start().to_owned());
    words.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Pattern::new)
}
