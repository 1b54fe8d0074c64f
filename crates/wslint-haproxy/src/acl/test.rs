//! Tests: what an ACL line, or the braces of a condition, ask (manual, section 7.1).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use super::expression::{Call, Expression};
use super::pattern::{Method, Pattern};
use crate::keywords::{self, Table};
use crate::statement::Statement;
use wslint_model::Version;

/// The first version in which a converter such as `debug` keeps the type of what it gets; others yield any type.
const KEEPS_TYPE: Version = Version(2, 9, 0);

/// One test: an expression and the patterns that it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// What is tested; `None` where it cannot be read.
    pub(crate) expression: Option<Arc<Expression>>,
    /// What the variable holds that is tested, where a rule of the section tells.
    pub(crate) held: Option<Box<Call>>,
    /// How it is compared.
    pub(crate) method: Method,
    /// Whether the test itself says how it is compared.
    pub(crate) explicit_method: bool,
    /// `-i`.
    pub(crate) ignore_case: bool,
    /// The patterns, of which one must match. Without any the sample itself is the answer.
    pub(crate) patterns: Box<[Pattern]>,
    /// Files of further patterns (`-f`).
    pub(crate) files: Box<[String]>,
    /// Whether a placeholder hides a part of the test.
    pub(crate) unknown: bool,
    /// The index of the first pattern among the statement's words.
    pub(crate) first_pattern: usize,
}

/// A named test of a proxy; tests of one name are alternatives.
#[derive(Clone, Debug)]
pub(crate) struct Acl {
    /// The name, which is case-sensitive.
    pub(crate) name: Box<str>,
    /// The test.
    pub(crate) test: Test,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
    /// The words of the test, made when somebody asks.
    words: OnceLock<Box<str>>,
}

impl Acl {
    /// A test of this name, which is that of a statement.
    pub(crate) fn new(name: &str, test: Test, statement: usize) -> Self {
        Self { name: name.into(), test, statement, words: OnceLock::new() }
    }

    /// The words of its test, which name it to people and to the memory of guesses; a long list is cut short. `line` is its
    /// statement.
    pub(crate) fn words(&self, line: &Statement<'_>) -> &str {
        self.words.get_or_init(|| line.shown(2..).into())
    }
}

/// What the first words of tests say, each read once: most tests of a configuration ask the same few things.
#[derive(Debug, Default)]
pub(crate) struct Heads(HashMap<Box<str>, Head, RandomState>);

/// What the first word of a test says.
#[derive(Clone, Debug)]
struct Head {
    /// What is tested; none where it cannot be read.
    expression: Option<Arc<Expression>>,
    /// How it is compared, where the word says it.
    explicit: Option<Method>,
    /// How it is compared where nothing else says it.
    method: Method,
}

impl Heads {
    fn read(&mut self, word: &str) -> Head {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let head = Head::read(word);
        self.0.insert(word.into(), head.clone());
        head
    }
}

impl Head {
    fn read(word: &str) -> Self {
        let (expression, explicit) = resolve(word);
        let method = explicit.unwrap_or_else(|| default_method(expression.as_ref()));
        Self { expression: expression.map(Arc::new), explicit, method }
    }
}

impl Test {
    /// Reads a test from the words `from..to` of a statement.
    pub(crate) fn parse(statement: &Statement<'_>, from: usize, to: usize, heads: &mut Heads) -> Self {
        let to = to.min(statement.words.len());
        let Head { expression, explicit, method } = heads.read(statement.word(from));
        let mut test = Self {
            method,
            expression,
            held: None,
            explicit_method: explicit.is_some(),
            ignore_case: false,
            patterns: Box::default(),
            files: Box::default(),
            unknown: (from..to).any(|index| statement.known(index).is_none()),
            first_pattern: to,
        };
        let mut files = Vec::new();
        let mut index = from + 1;
        while index < to {
            match statement.word(index) {
                "-i" => test.ignore_case = true,
                "-n" | "-u" => {}
                "-M" => test.unknown = true,
                "-f" => {
                    index += 1;
                    files.push(statement.word(index).to_owned());
                }
                "-m" => {
                    index += 1;
                    test.explicit_method = true;
                    match Method::named(statement.word(index)) {
                        Some(method) => test.method = method,
                        None => test.unknown = true,
                    }
                }
                "--" => {
                    index += 1;
                    break;
                }
                _ => break,
            }
            index += 1;
        }
        if test.method == Method::Str && test.fetch().is_some_and(|call| call.name == "method") {
            // A method is compared as what it is, whatever `-i` says (measured).
            test.ignore_case &= test.explicit_method;
        }
        test.first_pattern = index;
        let mut patterns = Vec::with_capacity(to.saturating_sub(index));
        let mut operator = None;
        for index in index..to {
            let word = statement.word(index);
            let integer = matches!(test.method, Method::Int | Method::Len);
            if integer && matches!(word, "eq" | "ge" | "gt" | "le" | "lt") {
                operator = Some(word);
                continue;
            }
            patterns.push(Pattern::new(match operator {
                Some(operator) => format!("{operator} {word}"),
                None => word.to_owned(),
            }));
        }
        Self { patterns: patterns.into(), files: files.into(), ..test }
    }

    /// The fetch method that is tested.
    pub(crate) fn fetch(&self) -> Option<&Call> {
        self.expression.as_ref().map(|expression| &expression.fetch)
    }

    /// Whether HAProxy does not know how to compare the sample: the test does not say it, neither with `-m` nor by its
    /// name, and the type of the sample has no way of its own. It refuses that with patterns and without any
    /// (`parse_acl_expr` in HAProxy's `acl.c`; measured with 2.6.12).
    pub(crate) fn lacks_method(&self, version: Version) -> bool {
        let Some(expression) = self.expression.as_ref().filter(|_| !self.explicit_method) else {
            return false;
        };
        let Some(last) = expression.converters.last() else {
            let named = !keywords::ACLS.named(&expression.fetch.name).is_empty();
            return !named && is_untyped(yields(expression));
        };
        let loses_type = kind(&keywords::CONVERTERS, last) == "same" && version < KEEPS_TYPE;
        loses_type || is_untyped(yields(expression))
    }

    /// What is tested of the request: the fetch method, or that whose sample the variable holds which is fetched.
    pub(crate) fn subject(&self) -> Option<&Call> {
        self.held.as_deref().or(self.fetch())
    }

    /// The header that is tested, in lower case, where the test is about one.
    pub(crate) fn header(&self) -> Option<String> {
        self.written_header().map(str::to_ascii_lowercase)
    }

    /// The same as it is written.
    pub(crate) fn written_header(&self) -> Option<&str> {
        let call = self.subject()?;
        let name = call.name.strip_prefix("req.").unwrap_or(&call.name);
        let of_header = matches!(name, "hdr" | "fhdr" | "hdr_cnt" | "fhdr_cnt" | "hdr_val");
        (of_header && !call.arg(0).is_empty()).then(|| call.arg(0))
    }
}

/// Some tests carry their matching method in their name: `path_beg`, `hdr_dom(host)`.
fn resolve(word: &str) -> (Option<Expression>, Option<Method>) {
    let end = word.find(['(', ',']).unwrap_or(word.len());
    let (name, rest) = word.split_at(end);
    let suffix = name.rsplit_once('_').map_or("", |(_, suffix)| suffix);
    let alias = keywords::ACLS.named(name).first().filter(|alias| alias.kind == suffix);
    let Some((alias, method)) = alias.and_then(|alias| Some((alias, Method::named(alias.kind)?))) else {
        return (Expression::parse(word), None);
    };
    let expression = Expression::parse(&format!("{}{rest}", alias.fetch));
    // A converter behind the keyword makes its method give way to that of the converter's type (measured).
    let converted = expression.as_ref().is_some_and(|expression| !expression.converters.is_empty());
    (expression, (!converted).then_some(method))
}

/// How a sample is compared when the test does not say: by the type of what the expression yields.
fn default_method(expression: Option<&Expression>) -> Method {
    match expression.map_or("", yields) {
        "sint" => Method::Int,
        "bool" => Method::Bool,
        "addr" | "ipv4" | "ipv6" => Method::Ip,
        _ => Method::Str,
    }
}

/// What an expression yields, in the words of the tables; empty where it is not known. `debug` yields what it gets.
fn yields(expression: &Expression) -> &'static str {
    let converters = expression.converters.iter().rev().map(|call| kind(&keywords::CONVERTERS, call));
    let mut kinds = converters.chain([kind(&keywords::FETCHES, &expression.fetch)]);
    kinds.find(|&kind| kind != "same").unwrap_or_default()
}

/// Whether samples of a type cannot be compared before it is said how.
fn is_untyped(kind: &str) -> bool {
    matches!(kind, "any" | "bin" | "meth")
}

/// What a fetch method or a converter yields; empty where it is not known.
fn kind(table: &Table, call: &Call) -> &'static str {
    table.named(&call.name).first().map_or("", |known| known.kind)
}

/// The ACLs that every proxy knows (manual, section 7.4), as the words of their test.
fn predefined(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "TRUE" => &["always_true"],
        "FALSE" => &["always_false"],
        "LOCALHOST" => &["src", "127.0.0.1/8", "::1"],
        "METH_CONNECT" => &["method", "CONNECT"],
        "METH_DELETE" => &["method", "DELETE"],
        "METH_GET" => &["method", "GET", "HEAD"],
        "METH_HEAD" => &["method", "HEAD"],
        "METH_OPTIONS" => &["method", "OPTIONS"],
        "METH_POST" => &["method", "POST"],
        "METH_PUT" => &["method", "PUT"],
        "METH_TRACE" => &["method", "TRACE"],
        "HTTP" => &["req.proto_http"],
        "HTTP_1.0" => &["req.ver", "1.0"],
        "HTTP_1.1" => &["req.ver", "1.1"],
        "HTTP_2.0" => &["req.ver", "2.0"],
        "HTTP_CONTENT" => &["req.hdr_val(content-length)", "gt", "0"],
        "HTTP_URL_ABS" => &["url_reg", "^[^/:]*://"],
        "HTTP_URL_SLASH" => &["url_beg", "/"],
        "HTTP_URL_STAR" => &["url", "*"],
        "REQ_CONTENT" => &["always_true"],
        "WAIT_END" => &["always_true"],
        "RDP_COOKIE" => &["always_false"],
        _ => return None,
    })
}

impl Test {
    /// The test of a predefined ACL.
    pub(crate) fn predefined(name: &str) -> Option<Self> {
        let words = predefined(name)?;
        let Head { expression, method, .. } = Head::read(words[0]);
        let patterns = match words {
            [_, "gt", number] => [Pattern::new(format!("gt {number}"))].into(),
            [_, patterns @ ..] => patterns.iter().map(|&pattern| Pattern::new(pattern.to_owned())).collect(),
            [] => Box::default(),
        };
        Some(Self {
            expression,
            held: None,
            method,
            explicit_method: true,
            ignore_case: false,
            patterns,
            files: Box::default(),
            unknown: false,
            first_pattern: 0,
        })
    }
}
