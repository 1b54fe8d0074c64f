//! The statements of sections, and the lines that open them.

use std::borrow::Cow;

use super::reader::{Flow, OpenSection, Reader, Statement};
use crate::haproxy::environment::Value;
use crate::haproxy::error::SyntaxErrorKind;
use crate::haproxy::sections::{opens_section, takes_prefix};
use crate::haproxy::tree::{Force, LineKind, Prefix};

impl Reader<'_> {
    /// The number of the first empty argument, from version 3.3 on, which refuses it (`readcfgfile()`).
    fn empty_argument(&self, statement: &Statement) -> Option<usize> {
        if self.options.version < (3, 3, 0) {
            return None;
        }
        let words = &self.words.words[statement.first..];
        words.iter().position(|word| !word.unknown && self.words.text(self.source, word).is_empty())
    }

    /// [ "no" / "default" ] keyword *word, where the keyword may open a section
    pub(super) fn keyword(&mut self, statement: &Statement, force: Force) -> Flow {
        if let Some(at) = self.empty_argument(statement) {
            let error = self.word_error(SyntaxErrorKind::EmptyArgument, statement, at).with_number(at);
            if self.refuse(error, force) {
                self.stopped_statement(statement);
                return Flow::Next;
            }
        }
        let (prefix, skipped) = match self.word(statement, 0) {
            b"no" => (Some(Prefix::No), 1),
            // Without a word after it, `default` stays where it is, and is the keyword.
            b"default" => (Some(Prefix::Default), usize::from(!self.word(statement, 1).is_empty())),
            _ => (None, 0),
        };
        let unknown = self.is_unknown(statement, skipped);
        if prefix.is_some() && !unknown && !takes_prefix(self.word(statement, skipped)) {
            let error = self.word_error(SyntaxErrorKind::Negation, statement, 0);
            self.refuse(error, force);
        }
        if !unknown && opens_section(self.word(statement, skipped), self.options.version) {
            return self.header(statement, prefix, skipped);
        }
        if self.section.is_none() && !unknown {
            let error = self.word_error(SyntaxErrorKind::OutOfSection, statement, skipped);
            let error = error.with_text(self.word(statement, skipped));
            if self.refuse(error, force) {
                self.push_after(statement, prefix, skipped, LineKind::Keyword, Force::Dead);
                return Flow::Next;
            }
        }
        self.change_environment(statement, skipped, force);
        self.push_after(statement, prefix, skipped, LineKind::Keyword, force);
        self.end_of_statement()
    }

    /// The first line of a section. What is undecided inside of it counts from here: a section that a template
    /// may leave out is read as if it were there.
    fn header(&mut self, statement: &Statement, prefix: Option<Prefix>, skipped: usize) -> Flow {
        let force = self.branches.force();
        self.conditions = self.conditions_at(statement);
        self.open_section(statement, skipped, force);
        self.push_after(statement, prefix, skipped, LineKind::Section, force);
        self.end_of_statement()
    }

    fn end_of_statement(&self) -> Flow {
        if self.doomed && self.section.is_some() { Flow::Abort } else { Flow::Next }
    }

    fn open_section(&mut self, statement: &Statement, skipped: usize, force: Force) {
        let keyword = self.word(statement, skipped);
        let name = match self.word(statement, skipped + 1) {
            b"" => keyword,
            name => name,
        };
        let known = force == Force::InForce && !self.is_unknown(statement, skipped + 1);
        self.section = Some(OpenSection {
            global: keyword == b"global",
            name: if known { Value::Set(Cow::Owned(name.to_vec())) } else { Value::Unknown },
        });
    }

    /// `setenv` and its kin in `global`.
    fn change_environment(&mut self, statement: &Statement, skipped: usize, force: Force) {
        let keyword = self.word(statement, skipped);
        if !matches!(keyword, b"setenv" | b"presetenv" | b"unsetenv" | b"resetenv")
            || !self.section.as_ref().is_some_and(|section| section.global)
        {
            return;
        }
        let words = &self.words.words[statement.first + skipped..];
        let words: Vec<Option<&[u8]>> =
            words.iter().map(|word| (!word.unknown).then(|| self.words.text(self.source, word))).collect();
        self.environment.apply(&words, force == Force::InForce);
    }
}
