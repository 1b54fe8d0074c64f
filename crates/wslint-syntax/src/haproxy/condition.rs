//! The conditions of `.if` and `.elif`.
//!
//! ```text
//! expression = and *( "||" and )
//! and        = term *( "&&" term )
//! term       = *"!" ( integer / "(" expression ")" / predicate [ arguments ] )
//! arguments  = "(" argument *( "," argument ) ")"
//! ```
//!
//! The proxy parses by recursion and gives up at a depth of 1024; here the open parentheses are a list, which
//! counts the same depth, so that no condition can exhaust the stack.

use nom::bytes::complete::{tag, take_while};
use nom::multi::many0_count;
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::environment::Environment;
use super::error::ConditionFault;
use super::options::Options;
use super::predicate::{Predicate, Truth, integer};

/// The deepest recursion of the proxy (`MAX_CFG_RECURSION`).
const MAX_DEPTH: usize = 1024;

/// The proxy decodes an argument into a buffer of `tune.bufsize` bytes, with a NUL after it.
const MAX_ARGUMENT: usize = 16_384 - 1;

type Parsed<'a, T> = IResult<&'a [u8], T>;

/// Answers the condition `text`, the words of the line joined with blanks.
pub(super) fn evaluate(
    text: &[u8],
    environment: &Environment<'_>,
    options: &Options,
) -> Result<Truth, ConditionFault> {
    if text.is_empty() {
        return Ok(Truth::False);
    }
    let (rest, truth) = Reader { environment, options }.expression(text)?;
    if skip_blanks(rest).is_empty() { Ok(truth) } else { Err(ConditionFault::Trailing) }
}

/// What is known of an expression whose end is not reached.
struct Open {
    /// The depth of the proxy's recursion for the expression, its current "and" and that one's term.
    expression: usize,
    and: usize,
    /// The terms before the current "and", and those before the current term in it.
    or_truth: Truth,
    and_truth: Truth,
    /// Whether the term that this parenthesis is in was negated.
    negated: bool,
}

impl Open {
    fn at(depth: usize, negated: bool) -> Self {
        let (or_truth, and_truth) = (Truth::False, Truth::True);
        Self { expression: depth, and: depth + 1, or_truth, and_truth, negated }
    }
}

struct Reader<'a> {
    environment: &'a Environment<'a>,
    options: &'a Options,
}

impl Reader<'_> {
    /// expression = and *( "||" and ), with its parentheses
    fn expression<'t>(&self, text: &'t [u8]) -> Result<(&'t [u8], Truth), ConditionFault> {
        let mut open = vec![Open::at(0, false)];
        let mut rest = text;
        while let Some(level) = open.last_mut() {
            let depth = level.and + 1;
            rest = skip_blanks(rest);
            if rest.is_empty() {
                return Err(ConditionFault::Unparsable);
            }
            if depth >= MAX_DEPTH {
                return Err(ConditionFault::TooDeep);
            }
            let (after, negated) = negations(rest);
            if let Some(inside) = after.strip_prefix(b"(") {
                rest = inside;
                open.push(Open::at(depth + 1, negated));
                continue;
            }
            let (after, truth) = self.operand(after)?;
            rest = after;
            rest = match Self::close(&mut open, rest, if negated { truth.not() } else { truth })? {
                Closed::Operator(rest) => rest,
                Closed::Expression(rest, truth) => return Ok((rest, truth)),
            };
        }
        Err(ConditionFault::Unparsable)
    }

    /// Takes a term that has ended into the expressions that it is in, up to the next operator or the end.
    fn close<'t>(open: &mut Vec<Open>, text: &'t [u8], term: Truth) -> Result<Closed<'t>, ConditionFault> {
        let (mut rest, mut term) = (text, term);
        loop {
            rest = skip_blanks(rest);
            let Some(level) = open.last_mut() else { return Ok(Closed::Expression(rest, term)) };
            level.and_truth = level.and_truth.and(term);
            if let Some(after) = rest.strip_prefix(b"&&") {
                level.and += 1;
                return Ok(Closed::Operator(after));
            }
            level.or_truth = level.or_truth.or(level.and_truth);
            if let Some(after) = rest.strip_prefix(b"||") {
                level.expression += 1;
                (level.and, level.and_truth) = (level.expression + 1, Truth::True);
                return Ok(Closed::Operator(after));
            }
            term = if level.negated { level.or_truth.not() } else { level.or_truth };
            open.pop();
            if !open.is_empty() {
                rest = rest.strip_prefix(b")").ok_or(ConditionFault::Unclosed)?;
            }
        }
    }

    /// operand = integer / predicate [ arguments ]
    fn operand<'t>(&self, text: &'t [u8]) -> Result<(&'t [u8], Truth), ConditionFault> {
        let (after, value) = match integer(text, 0) {
            (_, unread) if unread.len() == text.len() => return self.predicate(text),
            (value, after) => (after, value),
        };
        Ok((after, Truth::from(value != 0)))
    }

    /// predicate = a name, up to a blank or "("
    fn predicate<'t>(&self, text: &'t [u8]) -> Result<(&'t [u8], Truth), ConditionFault> {
        let end = text.iter().position(|byte| matches!(byte, b' ' | b'(')).unwrap_or(text.len());
        let Some(predicate) = Predicate::named(&text[..end], self.options.version) else {
            return Err(ConditionFault::Unparsable);
        };
        let (rest, arguments) = arguments(&text[end..], predicate.arity())?;
        Ok((rest, predicate.holds(&arguments, self.environment, self.options)))
    }
}

enum Closed<'t> {
    /// An operator was read: another term follows.
    Operator(&'t [u8]),
    /// The whole expression has ended.
    Expression(&'t [u8], Truth),
}

/// blanks = *( SP / TAB )
fn blanks(text: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(|byte| matches!(byte, b' ' | b'\t')).parse(text)
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    blanks(text).map_or(text, |(rest, _)| rest)
}

/// negations = *( "!" blanks ); whether they negate
fn negations(text: &[u8]) -> (&[u8], bool) {
    let parsed = many0_count(terminated(tag(&b"!"[..]), blanks)).parse(text);
    parsed.map_or((text, false), |(rest, count)| (rest, count % 2 == 1))
}

/// arguments = "(" argument *( "," argument ) ")"; without a parenthesis there is one empty argument
fn arguments(text: &[u8], arity: usize) -> Result<(&[u8], Vec<Vec<u8>>), ConditionFault> {
    let Some(mut rest) = text.strip_prefix(b"(") else {
        return if arity > 1 { Err(ConditionFault::MissingArguments) } else { Ok((text, vec![Vec::new()])) };
    };
    let mut arguments = Vec::with_capacity(arity);
    loop {
        let (after, found) = argument(rest)?;
        arguments.push(found);
        match after.first() {
            Some(b',') if arguments.len() < arity => rest = &after[1..],
            _ if arguments.len() < arity => return Err(ConditionFault::MissingArguments),
            Some(b')') => return Ok((&after[1..], arguments)),
            _ => return Err(ConditionFault::Unclosed),
        }
    }
}

/// argument = *( byte / "\" byte / quotes ), up to "," or ")" outside of quotes
///
/// This is the second quoting layer: `\\`, `\ `, quotes and `\r \n \t` are escapes outside of single quotes,
/// any other backslash stands for itself. A quote that is not closed reaches to the end.
fn argument(text: &[u8]) -> Result<(&[u8], Vec<u8>), ConditionFault> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if found.len() >= MAX_ARGUMENT {
            break;
        }
        rest = after;
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b'\\', None | Some(b'"')) => {
                let (escaped, length) = match after.first() {
                    None => return Err(ConditionFault::Escape),
                    Some(&byte @ (b'\\' | b' ' | b'"' | b'\'')) => (byte, 1),
                    Some(b'r') => (b'\r', 1),
                    Some(b'n') => (b'\n', 1),
                    Some(b't') => (b'\t', 1),
                    Some(_) => (b'\\', 0),
                };
                found.push(escaped);
                rest = &after[length..];
            }
            (b',' | b')', None) => {
                rest = &text[text.len() - after.len() - 1..];
                return Ok((rest, found));
            }
            _ => found.push(byte),
        }
    }
    match rest.first() {
        None | Some(b',' | b')') => Ok((rest, found)),
        Some(_) => Err(ConditionFault::TooLong),
    }
}
