//! The preprocessor: `.if` and its kin, `.notice` and its kin.

use super::reader::{Flow, Reader, Statement};
use crate::haproxy::branches::MAX_NESTED;
use crate::haproxy::condition;
use crate::haproxy::error::{ConditionFault, SyntaxErrorKind};
use crate::haproxy::predicate::Truth;
use crate::haproxy::tree::{Force, LineKind};

impl Reader<'_> {
    /// ".if" condition
    pub(super) fn r#if(&mut self, statement: &Statement, force: Force) -> Flow {
        if self.branches.depth() + 1 >= MAX_NESTED {
            return self.abort(statement, SyntaxErrorKind::NestedTooDeep);
        }
        if force == Force::Dead {
            self.branches.open(Truth::False);
            self.push(statement, LineKind::Macro, Force::Dead);
            return Flow::Next;
        }
        match self.condition(statement, force) {
            Ok(truth) => {
                self.branches.open(truth);
                self.push(statement, LineKind::Macro, force);
                Flow::Next
            }
            Err(fault) => self.abort(statement, SyntaxErrorKind::Condition(fault)),
        }
    }

    /// ".elif" condition
    pub(super) fn elif(&mut self, statement: &Statement) -> Flow {
        if self.branches.depth() == 0 {
            return self.abort(statement, SyntaxErrorKind::LoneMacro);
        }
        if self.branches.past_else() {
            return self.abort(statement, SyntaxErrorKind::AfterElse);
        }
        let Some(force) = self.branches.asks_again() else {
            self.branches.next(Truth::False, false);
            self.push(statement, LineKind::Macro, Force::Dead);
            return Flow::Next;
        };
        match self.condition(statement, force) {
            Ok(truth) => {
                self.branches.next(truth, false);
                self.push(statement, LineKind::Macro, force);
                Flow::Next
            }
            Err(fault) => self.abort(statement, SyntaxErrorKind::Condition(fault)),
        }
    }

    /// ".else"
    pub(super) fn r#else(&mut self, statement: &Statement) -> Flow {
        if !self.word(statement, 1).is_empty() {
            return self.macro_argument(statement);
        }
        if self.branches.depth() == 0 {
            return self.abort(statement, SyntaxErrorKind::LoneMacro);
        }
        if self.branches.past_else() {
            return self.abort(statement, SyntaxErrorKind::AfterElse);
        }
        self.branches.next(Truth::True, true);
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Next
    }

    /// ".endif"
    pub(super) fn endif(&mut self, statement: &Statement) -> Flow {
        if !self.word(statement, 1).is_empty() {
            return self.macro_argument(statement);
        }
        if self.branches.depth() == 0 {
            return match self.abort(statement, SyntaxErrorKind::LoneMacro) {
                Flow::Abort => Flow::Break,
                flow => flow,
            };
        }
        self.branches.close();
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Next
    }

    fn abort(&mut self, statement: &Statement, kind: SyntaxErrorKind) -> Flow {
        let error = self.error(kind, statement.span);
        let error = match kind {
            SyntaxErrorKind::Condition(_) => error.about(&self.joined(statement)),
            _ => error.about(self.word(statement, 0)),
        };
        self.push(statement, LineKind::Macro, Force::Dead);
        if self.refuse(error, Force::InForce) { Flow::Abort } else { Flow::Next }
    }

    fn macro_argument(&mut self, statement: &Statement) -> Flow {
        let error = self.word_error(SyntaxErrorKind::MacroArgument, statement, 1);
        let error = error.with_text(self.word(statement, 1));
        self.push(statement, LineKind::Macro, Force::Dead);
        if self.refuse(error, Force::InForce) { Flow::Break } else { Flow::Next }
    }

    /// Answers the condition of a line that is in force or undecided. One that cannot be read is an error only
    /// where the proxy certainly reaches it.
    fn condition(&self, statement: &Statement, force: Force) -> Result<Truth, ConditionFault> {
        if self.words.words[statement.first + 1..].iter().any(|word| word.unknown) {
            return Ok(Truth::Unknown);
        }
        match condition::evaluate(&self.joined(statement), &self.environment, self.options) {
            Err(_) if force == Force::Undecided => Ok(Truth::Unknown),
            result => result,
        }
    }

    /// The condition of a line as the proxy sees it: what it has written after the first word, each NUL,
    /// with which words end, replaced by a blank. Without a second word that is nothing.
    fn joined(&self, statement: &Statement) -> Vec<u8> {
        let words = &self.words.words[statement.first..];
        let mut text = Vec::new();
        for (at, word) in words.iter().enumerate().skip(1) {
            if at > 1 {
                text.push(b' ');
            }
            text.extend_from_slice(self.words.bytes(self.source, word));
        }
        if words.len() > 1 && statement.trailing_blank {
            text.push(b' ');
        }
        for byte in &mut text {
            if *byte == 0 {
                *byte = b' ';
            }
        }
        text
    }

    /// ".notice" / ".warning" / ".alert" / ".diag", each with at most one word
    pub(super) fn message(&mut self, statement: &Statement, force: Force) -> Flow {
        if !self.word(statement, 2).is_empty() {
            let error = self.word_error(SyntaxErrorKind::MessageArgument, statement, 2);
            let error = error.with_text(self.word(statement, 2));
            self.refuse(error, force);
            self.push(statement, LineKind::Notice, Force::Dead);
            return Flow::Next;
        }
        self.push(statement, LineKind::Notice, force);
        if self.word(statement, 0) != b".alert" {
            return Flow::Next;
        }
        let error = self.error(SyntaxErrorKind::Alert, statement.span).with_text(self.word(statement, 1));
        if self.refuse(error, force) { Flow::Abort } else { Flow::Next }
    }

    pub(super) fn unknown_macro(&mut self, statement: &Statement, force: Force) -> Flow {
        let error = self.word_error(SyntaxErrorKind::UnknownMacro, statement, 0);
        let error = error.with_text(self.word(statement, 0));
        if self.refuse(error, force) {
            self.push(statement, LineKind::Macro, Force::Dead);
            return Flow::Break;
        }
        self.push(statement, LineKind::Macro, force);
        Flow::Next
    }
}
