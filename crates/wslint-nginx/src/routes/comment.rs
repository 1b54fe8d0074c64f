//! What people say of a location beside it: a comment that speaks of WebSockets is a hint, and no more than that.

use crate::config::{ContextId, Line};
use crate::model::Model;
use wslint_model::Site;
use wslint_syntax::Span;

/// How many lines of comments above a location are read.
const MOST_LINES: usize = 5;

/// What a comment calls WebSockets.
const WORDS: [&str; 3] = ["websocket", "web socket", "web-socket"];

/// What turns the meaning of a comment around.
const DENIALS: [&str; 5] = ["no ", "not ", "without", "disable", "n't"];

/// The comment right above a location, or at the head of its block, that says that it is for WebSockets.
pub(super) fn speaks_of_websockets(model: &Model<'_>, level: ContextId) -> Option<Site> {
    let config = model.config();
    let opener = config.context(level).opener?;
    above(model, opener).or_else(|| {
        let first = config.context(level).lines.first().copied().filter(|first| first.file == opener.file)?;
        above(model, first)
    })
}

fn above(model: &Model<'_>, line: Line) -> Option<Site> {
    let config = model.config();
    let tree = config.tree(line);
    let source = tree.source();
    let mut rest = &source[..config.site(line).span.start as usize];
    for _ in 0..MOST_LINES {
        let end = memchr::memrchr(b'\n', rest)?;
        rest = &rest[..end];
        let start = memchr::memrchr(b'\n', rest).map_or(0, |feed| feed + 1);
        let text = String::from_utf8_lossy(&rest[start..]);
        let comment = text.trim().strip_prefix('#')?;
        if says_so(comment) {
            let from = start + (text.len() - text.trim_start().len());
            return Some(Site { file: line.file, span: Span::new(from, end) });
        }
    }
    None
}

/// Whether a comment is a sentence about WebSockets, and no line that is switched off.
fn says_so(comment: &str) -> bool {
    let comment = comment.to_ascii_lowercase();
    let code = comment.contains([';', '{', '}', '$']);
    !code
        && WORDS.iter().any(|word| comment.contains(word))
        && !DENIALS.iter().any(|denial| comment.contains(denial))
}

#[cfg(test)]
mod tests {
    use super::says_so;

    #[test]
    fn sentences_are_told_from_lines_that_are_switched_off() {
        for said in [" WebSocket support", " the web socket of the editor", "websockets: live updates"] {
            assert!(says_so(said), "{said}");
        }
        for other in
            [" no websocket here", " location /websocket {", " proxy_pass http://websocket;", " pages"]
        {
            assert!(!says_so(other), "{other}");
        }
    }
}
