//! Log-format strings, where `%[…]` holds a sample expression (manual, section 8.2.4).

use super::expression::Expression;

/// A piece of a log-format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text as it is.
    Text(String),
    /// `%[expression]`.
    Sample(Expression),
    /// A variable such as `%ci` or an expression that cannot be read.
    Unknown,
}

/// A log-format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// The pieces in order.
    pub(crate) pieces: Vec<Piece>,
}

impl Format {
    /// Reads a log-format string; never fails, since what cannot be read is only unknown.
    pub(crate) fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            literal.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                literal.push('%');
                rest = after;
                continue;
            }
            let flags_end = match rest.strip_prefix('{') {
                Some(_) => rest.find('}').map_or(rest.len(), |end| end + 1),
                None => 0,
            };
            rest = &rest[flags_end..];
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            if let Some(after) = rest.strip_prefix('[') {
                let end = closing_bracket(after);
                let expression = end.and_then(|end| Expression::parse(after[..end].trim()));
                pieces.push(expression.map_or(Piece::Unknown, Piece::Sample));
                rest = end.map_or("", |end| &after[end + 1..]);
            } else {
                let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
                pieces.push(alias(&rest[..name]));
                rest = &rest[name..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        pieces.shrink_to_fit();
        Self { pieces }
    }

    /// What HAProxy would read between the brackets of `%[…]`, each; `None` where one does not close, or its expression
    /// cannot be read.
    pub(crate) fn samples(text: &str) -> Vec<Option<Expression>> {
        let mut samples = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                rest = after;
                continue;
            }
            if rest.starts_with('{') {
                rest = rest.find('}').map_or("", |end| &rest[end + 1..]);
            }
            let Some(after) = rest.strip_prefix('[') else { continue };
            let end = closing_bracket(after);
            samples.push(end.and_then(|end| Expression::parse(after[..end].trim())));
            rest = end.map_or("", |end| &after[end + 1..]);
        }
        samples
    }

    /// The expressions in order.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Sample(expression) => Some(expression),
            _ => None,
        })
    }
}

/// The log variables that a request decides.
fn alias(name: &str) -> Piece {
    let fetch = match name {
        "HM" => "method",
        "HP" => "path",
        "HPO" => "path",
        "HU" => "pathq",
        "HQ" => "query",
        _ => return Piece::Unknown,
    };
    Expression::parse(fetch).map_or(Piece::Unknown, Piece::Sample)
}

/// Where the bracket that closes an expression stands: quotes and nested brackets do not close it.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'(', None) => depth += 1,
            (b')', None) => depth -= 1,
            (b']', None) if depth <= 0 => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_split_into_pieces() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let sample = |text: &str| Piece::Sample(Expression::parse(text).expect("an expression"));
        for (format, expected) in [
            ("/new", vec![text("/new")]),
            ("/app%[path]?%[query]", vec![text("/app"), sample("path"), text("?"), sample("query")]),
            ("%%a%ci", vec![text("%a"), Piece::Unknown]),
            ("%{+Q}[path]", vec![sample("path")]),
            (r#"%[path,regsub("[0-9]+","")]"#, vec![sample(r#"path,regsub("[0-9]+","")"#)]),
        ] {
            assert_eq!(Format::parse(format).pieces, expected, "{format}");
        }
    }
}
