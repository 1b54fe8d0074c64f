//! Commands of a shell: which file one writes what it reads to, and which variables a script gives values.

use std::cell::RefCell;
use std::collections::HashMap;

use wslint_syntax::Span;

use crate::variables::name;

/// How many variables of a script are looked for. Of more it is not known whether it sets them.
const MOST_VARIABLES: usize = 200;

/// The variables that a script sets or asks for outside of some of its lines.
pub(crate) struct Variables<'b> {
    bytes: &'b [u8],
    /// What the lines of a heredoc say does not count.
    body: Span,
    known: RefCell<HashMap<String, bool>>,
}

impl<'b> Variables<'b> {
    /// The variables of a script, less what stands in a part of it.
    pub(crate) fn of(bytes: &'b [u8], body: Span) -> Self {
        Self { bytes, body, known: RefCell::default() }
    }

    /// Whether the script may give a variable a value.
    pub(crate) fn sets(&self, variable: &str) -> bool {
        let mut known = self.known.borrow_mut();
        if let Some(&known) = known.get(variable) {
            return known;
        }
        let sets = known.len() >= MOST_VARIABLES || is_set(self.bytes, variable, self.body);
        known.insert(variable.to_owned(), sets);
        sets
    }
}

/// Whether a script gives a variable a value, or asks for it outside of a heredoc's lines.
fn is_set(bytes: &[u8], variable: &str, body: Span) -> bool {
    memchr::memmem::find_iter(bytes, variable.as_bytes()).any(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let rest = &bytes[at + variable.len()..];
        let whole = name(&bytes[at..]) == variable
            && before.is_none_or(|byte| {
                !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b'/')
            });
        if !whole || body.range().contains(&at) {
            return false;
        }
        let line_start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |found| found + 1);
        let first = bytes[line_start..at].trim_ascii_start();
        let declares = ["read", "for", "export", "local", "declare", "typeset"].iter();
        let declared = declares.into_iter().any(|word| first.starts_with(word.as_bytes()));
        (rest.starts_with(b"=") && before != Some(b'$')) || declared
    })
}

/// The file that a command writes what it reads to.
pub(crate) fn target(command: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(command);
    let words = words(&text);
    let path = |word: &str| {
        let word: String = word.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
        (!word.is_empty() && word != "/dev/null" && !word.starts_with('&')).then_some(word)
    };
    let redirected = words.iter().enumerate().find_map(|(at, word)| {
        let rest =
            word.strip_prefix(">>").or_else(|| word.strip_prefix(">|")).or_else(|| word.strip_prefix('>'))?;
        path(if rest.is_empty() { words.get(at + 1)? } else { rest })
    });
    let teed = || {
        let tee = words.iter().position(|word| word.rsplit('/').next() == Some("tee"))?;
        let arguments = words[tee + 1..].iter().take_while(|word| !matches!(**word, "|" | ";" | "&&" | "||"));
        arguments.filter(|word| !word.starts_with(['-', '<', '>'])).find_map(|word| path(word))
    };
    let copied = || words.iter().find_map(|word| path(word.strip_prefix("of=")?));
    teed().or(redirected).or_else(copied)
}

/// The words of a command line, with redirections as words of their own.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        match word.find('>') {
            Some(at)
                if at > 0
                    && word[..at].chars().all(|c| c.is_ascii_alphanumeric() || "'\"<-_".contains(c)) =>
            {
                words.extend([&word[..at], &word[at..]]);
            }
            _ => words.push(word),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_file_that_is_written_is_found() {
        for (command, file) in [
            ("cat > /etc/nginx/a.conf <<EOF", Some("/etc/nginx/a.conf")),
            ("cat <<EOF >/etc/nginx/a.conf", Some("/etc/nginx/a.conf")),
            ("cat <<'EOF'>>\"$D/a.conf\"", Some("$D/a.conf")),
            ("cat <<EOF | sudo tee /etc/nginx/a.conf > /dev/null", Some("/etc/nginx/a.conf")),
            ("tee -a a.conf <<EOF", Some("a.conf")),
            ("sudo tee /a.conf >/dev/null <<EOF", Some("/a.conf")),
            ("kubectl apply -f - <<EOF", None),
        ] {
            assert_eq!(target(command.as_bytes()).as_deref(), file, "{command}");
        }
    }
}
