//! The pieces of a template: text, and actions between braces.

use memchr::memmem;
use wslint_syntax::Span;

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text that is printed as it is.
    Text(Span),
    /// An action.
    Action(Action<'t>),
}

/// What stands between braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Action<'t> {
    /// The bytes, with the braces.
    pub(super) span: Span,
    /// What stands between them, without the dashes.
    pub(super) words: &'t str,
    /// Whether blanks before it go.
    pub(super) trims_before: bool,
    /// Whether blanks behind it go.
    pub(super) trims_behind: bool,
    /// Whether nothing else stands on its lines.
    pub(super) alone: bool,
}

/// How many pieces of a template are told apart. Large charts have some hundred.
const MOST: usize = 100_000;

/// Cuts a template; none of one with an action that nothing ends.
pub(super) fn tokens(template: &[u8]) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(open) = memmem::find(&template[at..], b"{{").map(|found| at + found) {
        let close = memmem::find(&template[open..], b"}}").map(|found| open + found + 2)?;
        if open > at {
            tokens.push(Token::Text(Span::new(at, open)));
        }
        let inner = std::str::from_utf8(&template[open + 2..close - 2]).ok()?;
        let before = inner.strip_prefix('-');
        let words = before.unwrap_or(inner);
        let behind = words.strip_suffix('-');
        let start = template[..open].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let end = memchr::memchr(b'\n', &template[close..]).map_or(template.len(), |feed| close + feed);
        let blank = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_whitespace);
        tokens.push(Token::Action(Action {
            span: Span::new(open, close),
            words: behind.unwrap_or(words).trim(),
            trims_before: before.is_some(),
            trims_behind: behind.is_some(),
            alone: blank(&template[start..open]) && blank(&template[close..end]),
        }));
        at = close;
        if tokens.len() > MOST {
            return None;
        }
    }
    if at < template.len() {
        tokens.push(Token::Text(Span::new(at, template.len())));
    }
    Some(tokens)
}

impl Action<'_> {
    /// The word of an action that opens or ends a block: `if`, `with`, `range`, `else`, `end`, `define`, `block`.
    pub(super) fn control(&self) -> Option<&str> {
        let word = self.words.split_whitespace().next()?;
        ["if", "with", "range", "else", "end", "define", "block"].into_iter().find(|control| *control == word)
    }

    /// What stands behind its first word.
    pub(super) fn argument(&self) -> &str {
        self.words.split_once(char::is_whitespace).map_or("", |(_, argument)| argument.trim())
    }
}

/// For each piece that opens a block, or turns one by `else`, the number of the `end` that belongs to it; for what nothing
/// ends, the number behind the last piece.
pub(super) fn ends(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut ends = vec![tokens.len(); tokens.len()];
    let mut open: Vec<Vec<usize>> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Action(action) = token else { continue };
        match action.control() {
            Some("else") => open.iter_mut().last().into_iter().for_each(|block| block.push(at)),
            Some("end") => open.pop().unwrap_or_default().into_iter().for_each(|start| ends[start] = at),
            Some(_) => open.push(vec![at]),
            None => {}
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::{Token, ends, tokens};

    #[test]
    fn templates_are_cut_into_text_and_actions() {
        let template = b"a: {{- .x -}} b\n  {{ if y }}\n{{ end }}";
        let tokens = tokens(template).expect("it is a template");
        let shown: Vec<String> = tokens
            .iter()
            .map(|token| match token {
                Token::Text(span) => String::from_utf8_lossy(&template[span.range()]).into_owned(),
                Token::Action(action) => format!(
                    "<{}{}{}{}>",
                    if action.trims_before { "-" } else { "" },
                    action.words,
                    if action.trims_behind { "-" } else { "" },
                    if action.alone { " alone" } else { "" }
                ),
            })
            .collect();
        assert_eq!(shown, ["a: ", "<-.x->", " b\n  ", "<if y alone>", "\n", "<end alone>"]);
        assert_eq!(ends(&tokens)[3], 5);
    }

    #[test]
    fn what_nothing_ends_is_no_template() {
        assert_eq!(tokens(b"a {{ b"), None);
    }
}
