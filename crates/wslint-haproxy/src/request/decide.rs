//! Deciding conditions, and evaluating expressions and formats on the request as it stands.

use super::walk::Walk;
use crate::acl::condition::{Asked, Condition, Term};
use crate::acl::expression::Expression;
use crate::acl::fetch::evaluate;
use crate::acl::format::{Format, Piece};
use crate::acl::pattern::{Method, Pattern};
use crate::acl::pattern_index::{Compared, Lines};
use crate::acl::sample::{Sample, Value};
use crate::acl::screen::Filed;
use crate::acl::test::{Acl, Test};
use crate::config::proxy::{Proxy, ProxyId};
use crate::config::server::Server;
use crate::statement::Statement;
use wslint_model::length::Growing;

impl Walk<'_, '_> {
    /// Whether a condition holds; no condition always does. Of what cannot be decided only that is asked which
    /// decides the rest.
    pub(crate) fn holds(
        &mut self,
        condition: Option<&Condition>,
        owner: ProxyId,
        status: Option<u16>,
    ) -> bool {
        if let Some(decided) = self.decided(condition, owner, status) {
            return decided;
        }
        let alternatives = condition.map_or(&[][..], |condition| &condition.alternatives);
        let any = alternatives.iter().any(|terms| {
            self.all(terms, owner, status) != Some(false)
                && terms.iter().all(|term| self.ask(term, owner, status))
        });
        any != condition.is_some_and(|condition| condition.unless)
    }

    /// Whether a condition holds; `None` where the request as it stands does not decide it.
    pub(crate) fn decided(
        &self,
        condition: Option<&Condition>,
        owner: ProxyId,
        status: Option<u16>,
    ) -> Option<bool> {
        let Some(condition) = condition else { return Some(true) };
        let any = any(condition.alternatives.iter().map(|terms| self.all(terms, owner, status)));
        any.map(|any| any != condition.unless)
    }

    /// The only test that a condition rests on, in words, and the answer with which the condition does not hold; `None`
    /// where it rests on several.
    pub(crate) fn lone_doubt(&self, condition: &Condition, owner: ProxyId) -> Option<(String, bool)> {
        let open = condition.alternatives.iter().filter(|terms| self.all(terms, owner, None) != Some(false));
        let mut doubts = open.flatten().filter(|term| self.term(term, owner, None).is_none());
        let term = doubts.next().filter(|_| doubts.next().is_none())?;
        let words = match &term.asked {
            Asked::Anonymous(braces) => braces.words.to_string(),
            Asked::Named(name) => {
                let section = self.config.proxy(owner);
                let lines = section.acls_named(name)?.iter().map(|&index| &section.acls[index]);
                let mut doubts = lines.filter(|acl| self.known_acl(acl, section, None).is_none());
                let acl = doubts.next().filter(|_| doubts.next().is_none())?;
                let line = &section.statements[acl.statement];
                self.in_force(line)?;
                acl.words(line).to_owned()
            }
        };
        Some((words, condition.unless != term.negated))
    }

    /// Whether all terms hold. One that does not settles it, wherever it stands.
    fn all(&self, terms: &[Term], owner: ProxyId, status: Option<u16>) -> Option<bool> {
        any(terms.iter().map(|term| self.term(term, owner, status).map(|holds| !holds))).map(|any| !any)
    }

    fn term(&self, term: &Term, owner: ProxyId, status: Option<u16>) -> Option<bool> {
        let holds = match &term.asked {
            Asked::Anonymous(braces) => self.known(&braces.test, status, || &braces.words),
            Asked::Named(name) => self.named(name, owner, status),
        };
        holds.map(|holds| holds != term.negated)
    }

    /// Tests of one name are alternatives. A name that nobody defines makes HAProxy refuse the configuration.
    fn named(&self, name: &str, owner: ProxyId, status: Option<u16>) -> Option<bool> {
        let section = self.config.proxy(owner);
        if let Some(indices) = section.acls_named(name) {
            return any(indices.iter().map(|&index| {
                let acl = &section.acls[index];
                match (
                    self.in_force(&section.statements[acl.statement]),
                    self.known_acl(acl, section, status),
                ) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }));
        }
        match Test::predefined(name) {
            Some(test) => self.known(&test, status, || name),
            None => self.oracle.answered(name),
        }
    }

    /// Decides the test of one line of a section.
    fn known_acl(&self, acl: &Acl, section: &Proxy<'_>, status: Option<u16>) -> Option<bool> {
        self.known(&acl.test, status, || acl.words(&section.statements[acl.statement]))
    }

    /// Decides a test, perhaps by what was answered before to these words.
    fn known<'t>(&self, test: &Test, status: Option<u16>, words: impl FnOnce() -> &'t str) -> Option<bool> {
        self.decide(test, status).or_else(|| self.oracle.answered_to(words))
    }

    /// Whether HAProxy acts on a line; `None` in a branch of an `.if` that is not decided.
    pub(crate) fn in_force(&self, line: &Statement<'_>) -> Option<bool> {
        match &line.branch {
            None => Some(true),
            Some(branch) => self.oracle.answered(&branch.condition).map(|holds| holds == branch.holds),
        }
    }

    fn ask(&mut self, term: &Term, owner: ProxyId, status: Option<u16>) -> bool {
        if let Some(holds) = self.term(term, owner, status) {
            return holds;
        }
        let holds = match &term.asked {
            Asked::Anonymous(braces) => self.guess(&braces.words),
            Asked::Named(name) => self.ask_named(name, owner, status),
        };
        holds != term.negated
    }

    fn ask_named(&mut self, name: &str, owner: ProxyId, status: Option<u16>) -> bool {
        let config = self.config;
        let section = config.proxy(owner);
        let Some(indices) = section.acls_named(name) else { return self.guess(name) };
        indices.iter().any(|&index| {
            let acl = &section.acls[index];
            let line = &section.statements[acl.statement];
            let known = self.known_acl(acl, section, status);
            known != Some(false)
                && self.ask_in_force(line)
                && known.unwrap_or_else(|| self.guess(acl.words(line)))
        })
    }

    /// Whether HAProxy acts on a line, or asks the oracle.
    pub(crate) fn ask_in_force(&mut self, line: &Statement<'_>) -> bool {
        match &line.branch {
            None => true,
            Some(branch) => self.guess(&branch.condition) == branch.holds,
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
            && test.held.is_none()
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
        let files = self.contents(&test.files)?;
        let mut undecided = false;
        let mut meets = |pattern: &Pattern| {
            values.iter().any(|value| {
                let answer = pattern.matches(test.method, test.ignore_case, value);
                undecided |= answer.is_none();
                answer == Some(true)
            })
        };
        let met = test.patterns.iter().any(&mut meets)
            || files.into_iter().any(|(file, content)| {
                let answer = self.in_file(file, content, (test.method, test.ignore_case), &values);
                undecided |= answer.is_none();
                answer == Some(true)
            });
        if met { Some(true) } else { (!undecided).then_some(false) }
    }

    /// The content of pattern files; `None` where one is not at hand.
    fn contents<'f>(&self, files: &'f [String]) -> Option<Vec<(&'f str, &'_ [u8])>> {
        let content = |file: &'f String| Some((file.as_str(), self.root.pattern_files.get(file)?.as_slice()));
        files.iter().map(content).collect()
    }

    /// Whether a pattern file has one of these values; `None` where that cannot be decided.
    fn in_file(
        &self,
        file: &str,
        content: &[u8],
        (method, ignore_case): (Method, bool),
        values: &[Value],
    ) -> Option<bool> {
        let compared = Compared { file: file.to_owned(), lines: Lines::Patterns, method, ignore_case };
        self.config.pattern_index.meets(compared, content, values)
    }

    /// The `use_backend` rules that may take the request, in order; the others do not for certain.
    pub(crate) fn possible_switches(&self, frontend: ProxyId) -> Vec<usize> {
        let section = self.config.proxy(frontend);
        let Some(screen) = section.screen() else { return (0..section.switches.len()).collect() };
        let in_files = |Filed { files, method, ignore_case }: &Filed, values: &[Value]| {
            self.contents(files).is_none_or(|contents| {
                contents.into_iter().any(|(file, content)| {
                    self.in_file(file, content, (*method, *ignore_case), values) != Some(false)
                })
            })
        };
        screen.possible(|expression| self.sample(expression, None), in_files)
    }

    /// `set-var` and `set-var-fmt` of `global` set variables of the whole process.
    pub(super) fn set_process_variables(&mut self) {
        for line in &self.config.global {
            let sample = match line.word(0) {
                "set-var" => line.known(2).and_then(Expression::parse).map(|value| self.sample(&value, None)),
                "set-var-fmt" => {
                    line.known(2).and_then(|text| self.write(&Format::parse(text), None)).map(Sample::text)
                }
                _ => continue,
            };
            self.message.variables.insert(line.word(1), sample.unwrap_or(Sample::Unknown));
        }
    }

    /// Evaluates an expression.
    pub(crate) fn sample(&self, expression: &Expression, status: Option<u16>) -> Sample {
        let files = |name: &str| self.root.pattern_files.get(name).map(Vec::as_slice);
        // Nothing has failed yet: every server that is in use is up.
        let servers = |name: &str| {
            if let Some((backend, name)) = name.split_once('/') {
                let backend = self.config.backend(backend)?;
                let servers = &self.config.proxy(backend).servers;
                let server = servers.iter().find(|server| *server.name == *name)?;
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

/// Whether any of these holds; `None` where none does for certain and one may.
fn any(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut doubt = false;
    for one in all {
        match one {
            Some(true) => return Some(true),
            Some(false) => {}
            None => doubt = true,
        }
    }
    (!doubt).then_some(false)
}
