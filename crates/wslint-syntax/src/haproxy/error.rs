//! What the proxy refuses, in its own words.

use std::fmt;

use crate::Span;

/// What is wrong with a line. The wording and the conditions are those of HAProxy 2.6's
/// `readcfgfile()` and `cfg_eval_condition()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyntaxErrorKind {
    /// A quote is not closed on its line.
    UnmatchedQuote,
    /// `${NAME` without a `}`, or a default value that the proxy itself destroys: on the first line of a file
    /// and on lines that outgrow its output buffer it reads the line twice (measured up to 3.5-dev5).
    UnmatchedBrace,
    /// `"$"` or `"$1"`: no name of a variable.
    VariableName,
    /// `\x` without two hexadecimal digits.
    HexSequence,
    /// `${NAME[` without `*]`.
    WordExpansion,
    /// More than 64 words on a line.
    TooManyWords,
    /// Since 3.3: an empty word that would silently end the arguments.
    EmptyArgument,
    /// The condition of `.if` or `.elif` cannot be read.
    Condition(ConditionFault),
    /// The hundredth `.if` inside another.
    NestedTooDeep,
    /// `.elif`, `.else` or `.endif` without an `.if`.
    LoneMacro,
    /// `.elif` or `.else` after `.else`.
    AfterElse,
    /// A word after `.else` or `.endif`.
    MacroArgument,
    /// `.if` without `.endif` in the same file.
    UnterminatedIf,
    /// A word with a leading dot that is no macro.
    UnknownMacro,
    /// A second argument after `.notice` and the like.
    MessageArgument,
    /// `.alert` was reached: the configuration refuses itself.
    Alert,
    /// `no` or `default` before a keyword that does not take it.
    Negation,
    /// A keyword before the first section of the file.
    OutOfSection,
    /// `[]`, or `[` without `]`.
    EmptyScope,
    /// A character in `[name]` that no name may hold.
    ScopeCharacter,
    /// Something after `[name]`.
    AfterScope,
    /// The last line does not end with LF. Versions before 2.4 only warned.
    MissingLf,
    /// A NUL byte in a line that is not the last.
    StrayNul,
    /// Fifty errors: the proxy stops reading.
    TooManyErrors,
}

impl SyntaxErrorKind {
    /// Whether the error counts to the fifty after which the proxy stops.
    pub(super) fn counts(self) -> bool {
        use SyntaxErrorKind as Kind;
        matches!(
            self,
            Kind::UnmatchedQuote
                | Kind::UnmatchedBrace
                | Kind::VariableName
                | Kind::HexSequence
                | Kind::WordExpansion
                | Kind::TooManyWords
                | Kind::EmptyArgument
                | Kind::UnknownMacro
                | Kind::Negation
                | Kind::OutOfSection
        )
    }

    /// Whether the tags of a template elsewhere in the file may be the cause: they may include a section, open
    /// and close blocks, or end the file.
    pub(super) fn templates_cause(self) -> bool {
        use SyntaxErrorKind as Kind;
        matches!(
            self,
            Kind::OutOfSection
                | Kind::UnterminatedIf
                | Kind::LoneMacro
                | Kind::AfterElse
                | Kind::NestedTooDeep
                | Kind::MissingLf
        )
    }
}

/// Why a condition cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionFault {
    /// A term is missing, or is no integer, predicate or parenthesis.
    Unparsable,
    /// Something after the expression.
    Trailing,
    /// A `)` is missing, or a predicate has too many arguments.
    Unclosed,
    /// A predicate has too few arguments.
    MissingArguments,
    /// An argument ends with a backslash.
    Escape,
    /// An argument of more than 16 KiB.
    TooLong,
    /// More than 1024 steps of recursion in the proxy: operators count one, parentheses three.
    TooDeep,
}

impl ConditionFault {
    fn code(self) -> &'static str {
        match self {
            Self::Unparsable => "unparsable",
            Self::Trailing => "trailing",
            Self::Unclosed => "expected )",
            Self::MissingArguments => "missing arguments",
            Self::Escape => "failed to parse",
            Self::TooLong => "too small buffer",
            Self::TooDeep => "depth",
        }
    }
}

/// What an error carries beside its kind and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// Nothing.
    None,
    /// A 1-based position in the line, in bytes, or the number of a word.
    Number(u32),
    /// The word or the message that the proxy quotes.
    Text(&'a [u8]),
}

/// One thing that the proxy refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The line at which the proxy reports it, from 1.
    pub line: u32,
    /// The bytes to point at.
    pub span: Span,
    /// The word that the proxy quotes, as text; empty when it quotes none. Bytes that are not UTF-8 are
    /// replaced.
    pub detail: String,
    pub(super) argument: OwnedArgument,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OwnedArgument {
    None,
    Number(u32),
    Text(Box<[u8]>),
}

impl SyntaxError {
    pub(super) fn new(kind: SyntaxErrorKind, line: u32, span: Span) -> Self {
        Self { kind, line, span, detail: String::new(), argument: OwnedArgument::None }
    }

    pub(super) fn with_number(self, number: usize) -> Self {
        Self { argument: OwnedArgument::Number(u32::try_from(number).unwrap_or(u32::MAX)), ..self }
    }

    pub(super) fn with_text(self, text: &[u8]) -> Self {
        let detail = String::from_utf8_lossy(text).into_owned();
        Self { detail, argument: OwnedArgument::Text(text.into()), ..self }
    }

    /// Names what the message is about, where that is no part of [`Self::argument`].
    pub(super) fn about(self, text: &[u8]) -> Self {
        Self { detail: String::from_utf8_lossy(text).into_owned(), ..self }
    }

    /// What the error carries: a position or a word.
    pub fn argument(&self) -> Argument<'_> {
        match (&self.argument, self.kind) {
            (_, SyntaxErrorKind::Condition(fault)) => Argument::Text(fault.code().as_bytes()),
            (OwnedArgument::None, _) => Argument::None,
            (OwnedArgument::Number(number), _) => Argument::Number(*number),
            (OwnedArgument::Text(text), _) => Argument::Text(text),
        }
    }

    /// A short name of the kind, for machine-readable output.
    pub fn code(&self) -> &'static str {
        match self.kind {
            SyntaxErrorKind::UnmatchedQuote => "quote",
            SyntaxErrorKind::UnmatchedBrace => "brace",
            SyntaxErrorKind::VariableName => "varname",
            SyntaxErrorKind::HexSequence => "hex",
            SyntaxErrorKind::WordExpansion => "expand",
            SyntaxErrorKind::TooManyWords => "toomany",
            SyntaxErrorKind::EmptyArgument => "emptyarg",
            SyntaxErrorKind::Condition(_) => "cond",
            SyntaxErrorKind::NestedTooDeep => "nested",
            SyntaxErrorKind::LoneMacro => "lone",
            SyntaxErrorKind::AfterElse => "afterelse",
            SyntaxErrorKind::MacroArgument => "condarg",
            SyntaxErrorKind::UnterminatedIf => "openif",
            SyntaxErrorKind::UnknownMacro => "baddot",
            SyntaxErrorKind::MessageArgument => "msgarg",
            SyntaxErrorKind::Alert => "alert",
            SyntaxErrorKind::Negation => "negate",
            SyntaxErrorKind::OutOfSection => "outside",
            SyntaxErrorKind::EmptyScope => "scope-empty",
            SyntaxErrorKind::ScopeCharacter => "scope-char",
            SyntaxErrorKind::AfterScope => "scope-after",
            SyntaxErrorKind::MissingLf => "nolf",
            SyntaxErrorKind::StrayNul => "nul",
            SyntaxErrorKind::TooManyErrors => "toomanyerrors",
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &self.detail;
        let number = match self.argument {
            OwnedArgument::Number(number) => number,
            _ => 0,
        };
        match self.kind {
            SyntaxErrorKind::UnmatchedQuote => write!(f, "unmatched quote at position {number}"),
            SyntaxErrorKind::UnmatchedBrace => {
                write!(f, "unmatched brace in environment variable name at position {number}")
            }
            SyntaxErrorKind::VariableName => {
                write!(f, "forbidden first char in environment variable name at position {number}")
            }
            SyntaxErrorKind::HexSequence => {
                write!(f, "truncated or invalid hexadecimal sequence at position {number}")
            }
            SyntaxErrorKind::WordExpansion => {
                write!(f, "truncated or invalid word expansion sequence at position {number}")
            }
            SyntaxErrorKind::TooManyWords => f.write_str("too many words, truncating after word 64"),
            SyntaxErrorKind::EmptyArgument => {
                write!(f, "argument number {number} is empty and marks the end of the argument list")
            }
            SyntaxErrorKind::Condition(fault) => write!(f, "{fault} in '{detail}'"),
            SyntaxErrorKind::NestedTooDeep => f.write_str("too many nested '.if', max is 100"),
            SyntaxErrorKind::LoneMacro => write!(f, "lone '{detail}' with no matching '.if'"),
            SyntaxErrorKind::AfterElse => write!(f, "'{detail}' after '.else' is not permitted"),
            SyntaxErrorKind::MacroArgument => write!(f, "unexpected argument '{detail}'"),
            SyntaxErrorKind::UnterminatedIf => f.write_str("non-terminated '.if' block"),
            SyntaxErrorKind::UnknownMacro => write!(f, "unknown directive '{detail}'"),
            SyntaxErrorKind::MessageArgument => {
                write!(f, "unexpected argument '{detail}', use quotes if the message should contain spaces")
            }
            SyntaxErrorKind::Alert => write!(f, "'{detail}'"),
            SyntaxErrorKind::Negation => f.write_str(
                "negation/default currently supported only for options, log, busy-polling, set-dumpable, \
                 strict-limits, insecure-fork-wanted and numa-cpu-mapping",
            ),
            SyntaxErrorKind::OutOfSection => write!(f, "unknown keyword '{detail}' out of section"),
            SyntaxErrorKind::EmptyScope => f.write_str("empty scope name is forbidden"),
            SyntaxErrorKind::ScopeCharacter => {
                write!(f, "character '{detail}' is not permitted in a scope name")
            }
            SyntaxErrorKind::AfterScope => {
                write!(f, "character '{detail}' is not permitted after scope declaration")
            }
            SyntaxErrorKind::MissingLf => {
                write!(f, "missing LF on last line, file might have been truncated at position {number}")
            }
            SyntaxErrorKind::StrayNul => write!(f, "stray NUL character at position {number}"),
            SyntaxErrorKind::TooManyErrors => write!(f, "too many fatal errors ({number}), stopping now"),
        }
    }
}

impl std::error::Error for SyntaxError {}

impl fmt::Display for ConditionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unparsable => "unparsable conditional expression",
            Self::Trailing => "unexpected character at the end of conditional expression",
            Self::Unclosed => "expected ')' after conditional expression",
            Self::MissingArguments => "missing arguments of a predicate",
            Self::Escape => "failed to parse an argument that ends with a backslash",
            Self::TooLong => "too small buffer size to store a decoded argument",
            Self::TooDeep => "unparsable conditional expression: too many operators or parentheses",
        })
    }
}
