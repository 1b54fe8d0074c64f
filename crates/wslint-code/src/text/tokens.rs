//! A text as tokens: which of them stand where, and which brackets belong together.

use super::language::Language;
use super::lexer;
use super::token::{Kind, Token};

/// No token: what does not close, or is not enclosed.
const NONE: u32 = u32::MAX;

/// Tokens of a source that belong together, such as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A text as tokens.
pub(crate) struct Tokens<'a> {
    pub(crate) text: &'a str,
    pub(crate) language: Language,
    tokens: Vec<Token>,
    /// The bracket that belongs to the one at this place.
    partner: Vec<u32>,
    /// The bracket around each token.
    outer: Vec<u32>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, language: Language) -> Self {
        let tokens = lexer::tokens(language, text);
        let (partner, outer) = brackets(&tokens);
        Self { text, language, tokens, partner, outer }
    }

    pub(super) fn all(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// A token as it is written; nothing behind the last.
    pub(crate) fn raw(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.span()])
    }

    /// Whether a token, which is no string, is written so.
    pub(crate) fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| !matches!(token.kind, Kind::Text(_))) && self.raw(at) == word
    }

    /// Whether the tokens from a place on are written so.
    pub(crate) fn are(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.is(at + i, word))
    }

    /// Whether the tokens before a place are written so.
    pub(crate) fn precede(&self, at: usize, words: &[&str]) -> bool {
        at.checked_sub(words.len()).is_some_and(|start| self.are(start, words))
    }

    /// Whether a token is the first of its line.
    pub(crate) fn starts_line(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.first)
    }

    /// How many bytes stand before the first token of the line of a token, which is that token for most callers.
    pub(crate) fn indent(&self, at: usize) -> usize {
        let start = self.tokens.get(at).map_or(self.text.len(), |token| token.start as usize);
        start - memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |line| line + 1)
    }

    pub(crate) fn word(&self, at: usize) -> Option<&'a str> {
        self.tokens.get(at).filter(|token| token.kind == Kind::Word).map(|_| self.raw(at))
    }

    /// The bracket that belongs to one, or the end of the file.
    pub(crate) fn close(&self, open: usize) -> usize {
        match self.partner.get(open) {
            Some(&partner) if partner != NONE => partner as usize,
            _ => self.tokens.len(),
        }
    }

    /// The bracket that belongs to a closing one.
    pub(crate) fn opened_by(&self, close: usize) -> Option<usize> {
        self.partner
            .get(close)
            .filter(|open| **open != NONE && (**open as usize) < close)
            .map(|open| *open as usize)
    }

    /// The bracket around a token.
    pub(crate) fn outer(&self, at: usize) -> Option<usize> {
        self.outer.get(at).filter(|open| **open != NONE).map(|open| *open as usize)
    }

    /// What stands between a bracket and its partner.
    pub(crate) fn inside(&self, open: usize) -> Part {
        Part { start: open + 1, end: self.close(open) }
    }
}

/// Which brackets belong together, and which one is around each token.
fn brackets(tokens: &[Token]) -> (Vec<u32>, Vec<u32>) {
    let mut partner = vec![NONE; tokens.len()];
    let mut outer = vec![NONE; tokens.len()];
    let mut open: Vec<(u32, u8)> = Vec::new();
    for (at, token) in (0_u32..).zip(tokens) {
        outer[at as usize] = open.last().map_or(NONE, |(at, _)| *at);
        match token.kind {
            Kind::Mark(mark @ (b'(' | b'[' | b'{')) => open.push((at, mark)),
            Kind::Mark(mark @ (b')' | b']' | b'}')) => {
                let wanted = match mark {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                if let Some(&(start, found)) = open.last()
                    && found == wanted
                {
                    open.pop();
                    partner[at as usize] = start;
                    partner[start as usize] = at;
                    outer[at as usize] = open.last().map_or(NONE, |(at, _)| *at);
                }
            }
            _ => {}
        }
    }
    (partner, outer)
}
