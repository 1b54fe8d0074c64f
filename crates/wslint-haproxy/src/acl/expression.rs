//! Sample expressions: a fetch method and converters, `req.hdr(host),lower,field(1,:)` (manual, section 7).

/// One function of an expression: a fetch method or a converter, with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    /// The name as written.
    pub(crate) name: String,
    /// The arguments, unquoted.
    pub(crate) args: Vec<String>,
}

impl Call {
    /// The argument at an index; empty beyond the last.
    pub(crate) fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }
}

/// A fetch method and what its sample goes through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Expression {
    /// Where the sample comes from.
    pub(crate) fetch: Call,
    /// What it goes through, in order.
    pub(crate) converters: Vec<Call>,
}

impl Expression {
    /// Reads an expression; `None` where parentheses or quotes do not close.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut calls = Vec::new();
        let mut rest = text;
        loop {
            let (call, after) = parse_call(rest)?;
            calls.push(call);
            if after.is_empty() {
                break;
            }
            rest = after.strip_prefix(',')?;
            // A comma at the end is taken for nothing (measured).
            if rest.is_empty() {
                break;
            }
        }
        let mut calls = calls.into_iter();
        let fetch = calls.next()?;
        // Collected into a list of its own: what `calls` has reserved is much more than most expressions need.
        Some(Self { fetch, converters: Vec::from_iter(calls.by_ref()) })
    }
}

/// Reads `name` or `name(arg,arg)` and returns what follows it.
fn parse_call(text: &str) -> Option<(Call, &str)> {
    let end = text.find(['(', ',']).unwrap_or(text.len());
    let name = text[..end].to_owned();
    if !text[end..].starts_with('(') {
        return Some((Call { name, args: Vec::new() }, &text[end..]));
    }
    let (args, after) = parse_args(&text[end + 1..])?;
    Some((Call { name, args }, after))
}

/// Reads arguments up to the closing parenthesis. Quotes and backslashes follow the configuration's own
/// (manual, section 2.2, "quoting in expressions").
fn parse_args(text: &str) -> Option<(Vec<String>, &str)> {
    let mut args = Vec::new();
    let mut arg = String::new();
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => match chars.next() {
                Some((_, escaped @ ('\\' | '"' | '\'' | ' ' | ',' | '(' | ')'))) => arg.push(escaped),
                Some((_, other)) => {
                    arg.push('\\');
                    arg.push(other);
                }
                None => arg.push('\\'),
            },
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (',', None) => args.push(std::mem::take(&mut arg)),
            (')', None) => {
                if !arg.is_empty() || !args.is_empty() {
                    args.push(arg);
                }
                return Some((args, &text[at + 1..]));
            }
            (c, _) => arg.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let expression = Expression::parse(text).unwrap_or_else(|| panic!("{text} does not parse"));
        let calls = std::iter::once(&expression.fetch).chain(&expression.converters);
        let calls: Vec<_> = calls.map(|call| (call.name.as_str(), call.args.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, args)| (*name, args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(calls, expected, "{text}");
    }

    #[test]
    fn expressions_split_into_calls() {
        check("path", &[("path", &[])]);
        check(
            "req.hdr(host),lower,field(1,:)",
            &[("req.hdr", &["host"]), ("lower", &[]), ("field", &["1", ":"])],
        );
        check(r#"path,regsub("^/a(/|$)","/b",g)"#, &[("path", &[]), ("regsub", &["^/a(/|$)", "/b", "g"])]);
        check(r"path,regsub('^/x\.y,z',)", &[("path", &[]), ("regsub", &[r"^/x\.y,z", ""])]);
        check("nbsrv()", &[("nbsrv", &[])]);
        check("path,lower,", &[("path", &[]), ("lower", &[])]);
        assert_eq!(Expression::parse("hdr(host"), None);
        assert_eq!(Expression::parse("hdr(host)x"), None);
    }
}
