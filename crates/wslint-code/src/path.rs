//! Paths as routers write them: literal up to where a parameter begins.

/// The path of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// All of the path up to its first parameter; it begins with `/`, and its first segment is whole.
    pub literal: String,
    /// What the path stands for.
    pub kind: PathKind,
    /// The whole path, with `*` for what stands in one segment and `**` for any number of them, as in `products/`.
    pub pattern: String,
}

/// What a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// This one path.
    Exact,
    /// All below it: the literal ends with a slash.
    Folder,
    /// The literal, and parameters behind it.
    Pattern,
}

/// How a router writes the parameters of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `{name}`, `{name:path}`, `<name>`: FastAPI, Spring, Flask, Ktor and many more.
    Braces,
    /// `:name`, `*`: Express, Gin, Phoenix.
    Colons,
    /// A regular expression: Django's `re_path`, Tornado.
    Regex,
}

impl Path {
    /// A path without parameters.
    pub(crate) fn exact(path: &str) -> Option<Self> {
        Self::new(vec![Piece::Text(path.to_owned())])
    }

    /// All below a path.
    pub(crate) fn folder(path: &str) -> Option<Self> {
        let path = path.trim_end_matches('/');
        Self::new(vec![Piece::Text(format!("{path}/")), Piece::Rest])
    }

    /// A path of a router, which may lack its first slash. Nothing where its first segment is not literal, or where it
    /// may stand for paths that cannot be told.
    pub(crate) fn of(written: &str, style: Style) -> Option<Self> {
        Self::new(match style {
            Style::Braces => braces(written)?,
            Style::Colons => colons(written)?,
            Style::Regex => regex(written)?,
        })
    }

    fn new(pieces: Vec<Piece>) -> Option<Self> {
        let mut pattern = String::from("/");
        let mut literal = None;
        let mut rest = false;
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let text = if pattern == "/" { text.trim_start_matches('/') } else { &text };
                    if rest || text.contains(['*', '?', '#', ' ', '\\']) || text.contains(char::is_control) {
                        return None;
                    }
                    pattern.push_str(text);
                }
                Piece::Some => {
                    literal.get_or_insert_with(|| pattern.clone());
                    if !pattern.ends_with('*') {
                        pattern.push('*');
                    }
                }
                Piece::Rest => {
                    if !pattern.ends_with('/') {
                        return None;
                    }
                    rest = true;
                }
            }
        }
        if pattern.contains("//") {
            return None;
        }
        let kind = match (&literal, rest) {
            (Some(_), _) => PathKind::Pattern,
            (None, true) => PathKind::Folder,
            (None, false) => PathKind::Exact,
        };
        let literal = literal.unwrap_or_else(|| pattern.clone());
        // What begins with a parameter has its prefix elsewhere, and `/` tells nothing.
        let is_told = match kind {
            PathKind::Exact => literal.len() > 1,
            PathKind::Folder | PathKind::Pattern => literal[1..].find('/').is_some_and(|end| end > 0),
        };
        if rest {
            pattern.push_str("**");
        }
        is_told.then_some(Self { literal, kind, pattern })
    }
}

/// A piece of a path.
#[derive(Debug)]
enum Piece {
    Text(String),
    /// Something within a segment.
    Some,
    /// Any number of segments, to the end.
    Rest,
}

/// A text up to a sign, and what follows it.
fn cut(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

fn braces(written: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = written;
    while let Some(open) = rest.find(['{', '<', '*']) {
        cut(&mut pieces, &rest[..open]);
        let close = match rest.as_bytes()[open] {
            b'{' => '}',
            b'<' => '>',
            _ => {
                // A glob of Spring: `/ws/**`, `/ws/*`.
                let stars = rest[open..].chars().take_while(|one| *one == '*').count();
                pieces.push(if stars > 1 { Piece::Rest } else { Piece::Some });
                rest = &rest[open + stars..];
                continue;
            }
        };
        let length = rest[open..].find(close)?;
        let name = &rest[open + 1..open + length];
        let takes_all = name.ends_with(":path")
            || name.starts_with("path:")
            || name.starts_with('*')
            || name.ends_with("...")
            || name.ends_with("..")
            || name.contains(":.*");
        pieces.push(if takes_all { Piece::Rest } else { Piece::Some });
        rest = &rest[open + length + 1..];
    }
    cut(&mut pieces, rest);
    Some(pieces)
}

fn colons(written: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = written;
    while let Some(sign) = rest.find([':', '*', '(', '{', '[', '+']) {
        cut(&mut pieces, &rest[..sign]);
        match rest.as_bytes()[sign] {
            b':' => {
                let name = rest[sign + 1..].find('/').unwrap_or(rest.len() - sign - 1);
                let name = &rest[sign..sign + 1 + name];
                // `:name?` may be there or not, and `:name(\\d+)` is a parameter all the same.
                if name.contains(['?', '*', '+']) {
                    return None;
                }
                pieces.push(Piece::Some);
                rest = &rest[sign + name.len()..];
            }
            b'*' => {
                // `*` and `*name` take all that follows.
                pieces.push(Piece::Rest);
                return rest[sign..].find('/').is_none().then_some(pieces);
            }
            _ => return None,
        }
    }
    cut(&mut pieces, rest);
    Some(pieces)
}

/// A regular expression that is a path with groups for its parameters.
fn regex(written: &str) -> Option<Vec<Piece>> {
    let mut rest = written.strip_prefix('^').or_else(|| written.strip_prefix("\\A")).unwrap_or(written);
    for end in ["$", "\\Z", "\\z"] {
        rest = rest.strip_suffix(end).unwrap_or(rest);
    }
    // The slash at the end may be left out: without it is what all such routes take.
    rest = rest.strip_suffix("/?").unwrap_or(rest);
    let bytes = rest.as_bytes();
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut text, mut at) = (String::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'(' => group(bytes, at)?,
            b'[' => class(bytes, at)?,
            b'.' => at + 1,
            b'\\' => match bytes.get(at + 1)? {
                b'w' | b'd' | b'S' | b's' | b'W' | b'D' => at + 2,
                other if other.is_ascii_punctuation() => {
                    text.push(char::from(*other));
                    at += 2;
                    if bytes.get(at).is_some_and(|next| is_quantifier(*next)) {
                        return None;
                    }
                    continue;
                }
                _ => return None,
            },
            b'|' | b'?' | b'*' | b'+' | b'{' | b'}' | b'^' | b'$' => return None,
            _ => {
                let character = rest[at..].chars().next()?;
                text.push(character);
                at += character.len_utf8();
                if bytes.get(at).is_some_and(|next| is_quantifier(*next)) {
                    return None;
                }
                continue;
            }
        };
        cut(&mut pieces, &std::mem::take(&mut text));
        pieces.push(Piece::Some);
        at = quantified(bytes, end)?;
    }
    cut(&mut pieces, &text);
    Some(pieces)
}

fn is_quantifier(byte: u8) -> bool {
    matches!(byte, b'?' | b'*' | b'+' | b'{')
}

/// Behind a quantifier. What may be left out makes the path uncertain.
fn quantified(bytes: &[u8], at: usize) -> Option<usize> {
    let end = match bytes.get(at) {
        Some(b'?') => return None,
        Some(b'*' | b'+') => at + 1,
        Some(b'{') => at + 1 + bytes[at..].iter().position(|byte| *byte == b'}')?,
        _ => return Some(at),
    };
    Some(end + usize::from(bytes.get(end) == Some(&b'?')))
}

/// Behind a group, whatever is in it.
fn group(bytes: &[u8], open: usize) -> Option<usize> {
    let (mut depth, mut at) = (0, open);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'[' => {
                at = class(bytes, at)?;
                continue;
            }
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Behind a class of characters.
fn class(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1 + usize::from(bytes.get(open + 1) == Some(&b'^'));
    // A bracket at the first place is one of the class.
    at += usize::from(bytes.get(at) == Some(&b']'));
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b']' => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Style};

    fn of(written: &str, style: Style) -> Option<String> {
        Path::of(written, style).map(|path| format!("{} {:?}", path.pattern, path.kind))
    }

    #[test]
    fn routers_write_parameters_in_their_ways() {
        let cases = [
            ("/ws", Style::Braces, Some("/ws Exact")),
            ("ws/", Style::Braces, Some("/ws/ Exact")),
            ("/ws/{id}", Style::Braces, Some("/ws/* Pattern")),
            ("ws/<int:id>/", Style::Braces, Some("/ws/*/ Pattern")),
            ("/ws/{rest:path}", Style::Braces, Some("/ws/** Folder")),
            ("/ws/**", Style::Braces, Some("/ws/** Folder")),
            ("/{token}/{id}", Style::Braces, None),
            ("/ws-{id}", Style::Braces, None),
            ("/", Style::Braces, None),
            ("", Style::Braces, None),
            ("/ws/{id", Style::Braces, None),
            ("/ws/:id/x", Style::Colons, Some("/ws/*/x Pattern")),
            ("/ws/*", Style::Colons, Some("/ws/** Folder")),
            ("*", Style::Colons, None),
            ("/:id?", Style::Colons, None),
            (r"ws/room/(?P<name>\w+)/$", Style::Regex, Some("/ws/room/*/ Pattern")),
            (r"^ws/chat/$", Style::Regex, Some("/ws/chat/ Exact")),
            (r"ws/chat/?$", Style::Regex, Some("/ws/chat Exact")),
            (r"ws/[^/]+/x", Style::Regex, Some("/ws/*/x Pattern")),
            (r"(ws|wss)/x", Style::Regex, None),
            (r"ws|wss", Style::Regex, None),
            (r".*", Style::Regex, None),
        ];
        for (written, style, wanted) in cases {
            assert_eq!(of(written, style).as_deref(), wanted, "{written} {style:?}");
        }
    }
}
