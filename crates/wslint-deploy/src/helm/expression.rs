//! Expressions that need nothing but values: ways of names, literals, and the functions that change how a value is written.

use wslint_model::Site;
use wslint_syntax::Span;

use super::Values;
use crate::yaml::{Id, Node, Style};

/// What the dot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dot {
    /// The chart as a whole, which has `.Values`.
    Chart,
    /// A value.
    Value(Id),
    /// Nobody can tell.
    Unknown,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A value of the file.
    Value(Id),
    /// A text that stands in the template.
    Literal(String),
    /// A way of names that leads to nothing.
    Nothing,
    /// The expression that a variable stands for, which needs more than values.
    Other(String),
}

/// What names mean at a place of a template.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// What the dot stands for.
    pub(super) dot: Dot,
    /// Variables, the last one of a name last.
    pub(super) variables: &'s [(String, Found)],
    /// The values.
    pub(super) values: &'s Values,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The quote around it.
    pub(super) quote: Option<char>,
    /// Whether it is written as YAML.
    pub(super) yaml: bool,
    /// How far its lines are indented.
    pub(super) indent: Option<usize>,
    /// Whether it begins on a line of its own.
    pub(super) feed: bool,
}

/// Reads an expression; none if it needs more than values.
pub(super) fn read(words: &str, scope: Scope<'_>) -> Option<(Found, Form)> {
    let mut stages = words.split('|').map(str::trim);
    let mut form = Form::default();
    let mut found = first(stages.next()?, scope, &mut form)?;
    for stage in stages {
        let words: Vec<&str> = stage.split_whitespace().collect();
        match words.as_slice() {
            ["default", other] => found = or(found, literal(other)?, scope.values),
            [function] => change(function, &mut form)?,
            ["indent", count] => form.indent = Some(count.parse().ok()?),
            ["nindent", count] => (form.indent, form.feed) = (Some(count.parse().ok()?), true),
            _ => return None,
        }
    }
    (form.indent.is_none_or(|indent| indent <= 64)).then_some((found, form))
}

/// The first stage of a pipeline.
fn first(stage: &str, scope: Scope<'_>, form: &mut Form) -> Option<Found> {
    let words: Vec<&str> = stage.split_whitespace().collect();
    match words.as_slice() {
        [one] => operand(one, scope),
        ["default", other, one] => Some(or(operand(one, scope)?, literal(other)?, scope.values)),
        ["required", .., one] => operand(one, scope),
        [function, one] => {
            change(function, form)?;
            operand(one, scope)
        }
        _ => None,
    }
}

/// A function that leaves a value as it is, or only changes how it is written.
fn change(function: &str, form: &mut Form) -> Option<()> {
    match function {
        "quote" => form.quote = Some('"'),
        "squote" => form.quote = Some('\''),
        "toYaml" => form.yaml = true,
        "toString" | "int" | "int64" | "trim" => {}
        _ => return None,
    }
    Some(())
}

/// The other one in the place of what is empty.
fn or(found: Found, other: String, values: &Values) -> Found {
    match &found {
        Found::Value(id) if is_true(*id, values) => found,
        _ => Found::Literal(other),
    }
}

fn literal(word: &str) -> Option<String> {
    let quoted = ["\"", "'", "`"]
        .iter()
        .find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains('\\')));
    let digits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let number =
        || (word.starts_with(|c: char| c.is_ascii_digit()) && word.bytes().all(digits)).then_some(word);
    quoted.or_else(number).or(matches!(word, "true" | "false").then_some(word)).map(str::to_owned)
}

fn operand(word: &str, scope: Scope<'_>) -> Option<Found> {
    if let Some(text) = literal(word) {
        return Some(Found::Literal(text));
    }
    let values = scope.values;
    let (start, way) = match word.strip_prefix('$') {
        Some(rest) => match rest.strip_prefix('.') {
            Some(way) => (Dot::Chart, way),
            None => {
                let (name, way) = rest.split_once('.').unwrap_or((rest, ""));
                let known = scope.variables.iter().rev().find(|(known, _)| known == name);
                match &known?.1 {
                    Found::Value(id) => (Dot::Value(*id), way),
                    other => return way.is_empty().then(|| other.clone()),
                }
            }
        },
        None => (scope.dot, word.strip_prefix('.')?),
    };
    let mut names = way.split('.').filter(|name| !name.is_empty());
    let mut id = match start {
        Dot::Unknown => return None,
        Dot::Value(id) => id,
        Dot::Chart => match names.next() {
            Some("Values") => values.document.root()?,
            _ => return None,
        },
    };
    for name in names {
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            return None;
        }
        match values.document.get(id, name) {
            Some(inner) => id = inner,
            None => return Some(Found::Nothing),
        }
    }
    Some(Found::Value(id))
}

/// Whether a condition holds of a value; not of what is empty.
pub(super) fn is_true(id: Id, values: &Values) -> bool {
    match values.document.node(id) {
        Node::Scalar { text, style: Style::Plain } => {
            !matches!(text.as_str(), "" | "~" | "null" | "false" | "False" | "0")
        }
        Node::Scalar { text, .. } => !text.is_empty(),
        Node::Sequence(items) => !items.is_empty(),
        Node::Mapping(entries) => !entries.is_empty(),
    }
}

/// An expression with one blank between its words, in which the chart is called by its dot: the name that a chart gives its
/// objects is the same wherever it stands.
pub(super) fn squeezed(words: &str) -> String {
    let words = words.split_whitespace().map(|word| if word == "$" { "." } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a condition is a way of names that leads to what is empty.
pub(super) fn is_off(condition: &str, scope: Scope<'_>) -> bool {
    match read(condition, scope) {
        Some((Found::Value(id), _)) => !is_true(id, scope.values),
        Some((Found::Nothing, _)) => true,
        Some((Found::Literal(_) | Found::Other(_), _)) | None => false,
    }
}

/// The place of a value.
pub(super) fn site(id: Id, values: &Values) -> Site {
    Site { file: values.file, span: values.document.span(id) }
}

/// Where a line of a text in several lines stands, from an offset on.
pub(super) fn line_site(line: &str, from: usize, whole: Site, values: &Values) -> (Site, usize) {
    let written = values.source.get(from..whole.span.end as usize).unwrap_or_default();
    match memchr::memmem::find(written, line.trim().as_bytes()) {
        Some(found) if !line.trim().is_empty() => {
            let start = from + found;
            let span = Span::new(start, start + line.trim().len());
            (Site { span, ..whole }, start + line.trim().len())
        }
        _ => (whole, from),
    }
}
