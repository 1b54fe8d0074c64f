//! Cuts code into tokens. Comments and blanks are left out; what is broken yields tokens all the same.

use memchr::memmem;

use super::language::Language;
use super::strings;
use super::token::{Kind, Token, Written};

/// The tokens of a text that is shorter than 4 GiB.
pub(super) fn tokens(language: Language, text: &str) -> Vec<Token> {
    let mut lexer = Lexer { language, bytes: text.as_bytes(), at: 0, first: true, tokens: Vec::new() };
    if text.starts_with("#!") {
        lexer.skip_line();
    }
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.tokens
}

/// A regular expression or another such literal is no longer than this, so that what does not end is given up soon.
const LONGEST_LITERAL: usize = 2_000;

struct Lexer<'a> {
    language: Language,
    bytes: &'a [u8],
    at: usize,
    /// Whether nothing stands before on this line.
    first: bool,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        match byte {
            b'\n' => {
                self.first = true;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'=' if self.language == Language::Ruby && self.first && self.starts_with(b"=begin") => {
                self.skip_to(b"\n=end");
            }
            b'#' if self.language.has_hash_comments() => self.skip_line(),
            b'/' if !self.language.has_hash_comments() && self.starts_with(b"//") => self.skip_line(),
            b'/' if !self.language.has_hash_comments() && self.starts_with(b"/*") => self.block_comment(),
            _ => self.token(byte),
        }
    }

    fn starts_with(&self, word: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(word)
    }

    fn skip_line(&mut self) {
        self.at =
            memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length);
    }

    /// Goes on behind the next such word.
    fn skip_to(&mut self, word: &[u8]) {
        self.at = memmem::find(&self.bytes[self.at..], word)
            .map_or(self.bytes.len(), |length| self.at + length + word.len());
    }

    fn block_comment(&mut self) {
        self.at += 2;
        if !self.language.nests_comments() {
            return self.skip_to(b"*/");
        }
        let mut depth = 1;
        while depth > 0 && self.at < self.bytes.len() {
            if self.starts_with(b"/*") {
                (depth, self.at) = (depth + 1, self.at + 2);
            } else if self.starts_with(b"*/") {
                (depth, self.at) = (depth - 1, self.at + 2);
            } else {
                self.at += 1;
            }
        }
    }

    fn token(&mut self, byte: u8) {
        if let Some(quoted) = strings::at(self.language, self.bytes, self.at) {
            return self.push(Kind::Text(quoted.written), quoted.end, quoted.inner);
        }
        if let Some(end) = self.sigil(byte) {
            return self.push(Kind::Text(Written::Computed), end, (self.at, end));
        }
        let length =
            |holds: fn(&u8) -> bool| self.bytes[self.at..].iter().take_while(|byte| holds(byte)).count();
        let (kind, length) = match byte {
            b'0'..=b'9' => {
                (Kind::Number, length(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte)))
            }
            _ if is_word(&byte) => (Kind::Word, length(is_word)),
            _ => (Kind::Mark(byte), 1),
        };
        self.push(kind, self.at + length, (self.at, self.at + length));
    }

    fn push(&mut self, kind: Kind, end: usize, inner: (usize, usize)) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let token = Token {
            kind,
            start: place(self.at),
            end: place(end),
            inner: (place(inner.0), place(inner.1)),
            first: self.first,
        };
        self.tokens.push(token);
        self.first = false;
        self.at = end;
    }

    /// Where a regular expression or another literal that is no path ends, if one begins here.
    fn sigil(&self, byte: u8) -> Option<usize> {
        match self.language {
            language if byte == b'/' && language.has_slash_regexes() => {
                if self.follows_value() {
                    return None;
                }
                self.regex()
            }
            Language::Ruby if byte == b'%' && !self.follows_value() => {
                let letter = self.bytes.get(self.at + 1)?;
                let open = self.at + 1 + usize::from(b"wWiIqQr".contains(letter));
                self.delimited(open)
            }
            Language::Elixir if byte == b'~' => {
                let letters =
                    self.bytes[self.at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                (letters > 0).then(|| self.delimited(self.at + 1 + letters))?
            }
            // A character, which may be a quote.
            Language::Elixir if byte == b'?' => {
                let escaped = usize::from(self.bytes.get(self.at + 1) == Some(&b'\\'));
                let end = self.at + 2 + escaped;
                self.bytes.get(self.at + 1 + escaped)?.is_ascii_punctuation().then_some(end)
            }
            _ => None,
        }
    }

    /// Whether what stands before is a value, so that an operator follows.
    fn follows_value(&self) -> bool {
        let Some(before) = self.tokens.last() else { return false };
        match before.kind {
            Kind::Number | Kind::Text(_) => true,
            Kind::Mark(mark) => b")]}".contains(&mark),
            Kind::Word => {
                let word = &self.bytes[before.span()];
                let keywords: [&[u8]; 14] = [
                    b"return", b"typeof", b"case", b"in", b"of", b"do", b"else", b"void", b"delete", b"if",
                    b"and", b"or", b"when", b"unless",
                ];
                !keywords.contains(&word)
            }
        }
    }

    /// The end of a regular expression between slashes on one line.
    fn regex(&self) -> Option<usize> {
        let mut in_class = false;
        let mut at = self.at + 1;
        let bytes = self.near();
        loop {
            match bytes.get(at)? {
                b'\n' => return None,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    /// What stands up to where a literal must have ended.
    fn near(&self) -> &[u8] {
        &self.bytes[..self.bytes.len().min(self.at + LONGEST_LITERAL)]
    }

    /// The end of a literal whose first delimiter stands at a position.
    fn delimited(&self, open: usize) -> Option<usize> {
        if self.bytes.get(open..)?.starts_with(b"\"\"\"") {
            let rest = open + 3;
            let length = memmem::find(&self.bytes[rest..], b"\"\"\"");
            return Some(length.map_or(self.bytes.len(), |length| rest + length + 3));
        }
        let close = match self.bytes.get(open)? {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            other @ (b'/' | b'|' | b'"' | b'\'' | b'!') => *other,
            _ => return None,
        };
        let mut at = open + 1;
        let bytes = self.near();
        loop {
            match bytes.get(at)? {
                b'\\' => at += 1,
                byte if *byte == close => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
