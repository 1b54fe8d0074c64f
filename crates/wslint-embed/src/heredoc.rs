//! Heredocs: where they begin, by what they are ended, and the lines between.

use std::collections::HashSet;

use wslint_syntax::Span;

/// A heredoc of a shell or of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heredoc {
    /// The operator with the delimiter.
    pub(crate) operator: Span,
    /// Whether the delimiter is quoted, so that the text is what it is.
    pub(crate) quoted: bool,
    /// Whether tabs at the beginning of lines go.
    pub(crate) strips: bool,
    /// The lines between.
    pub(crate) body: Span,
    /// Whether a line ends it.
    pub(crate) ends: bool,
    /// The command line that it belongs to.
    pub(crate) command: Span,
    /// The quote that was open where it began.
    pub(crate) within: Option<u8>,
}

/// How many heredocs of a file are read.
const MOST: usize = 10_000;

/// The heredocs of a script, in their order.
pub(crate) fn all(bytes: &[u8]) -> Vec<Heredoc> {
    let found = scan(bytes, true);
    match found {
        // A quote that nothing closes was none: what seemed to stand in it did not.
        (_, Some(_)) => scan(bytes, false).0,
        (found, None) => found,
    }
}

fn scan(bytes: &[u8], quotes: bool) -> (Vec<Heredoc>, Option<u8>) {
    let mut found: Vec<Heredoc> = Vec::new();
    let mut open: Option<u8> = None;
    // Delimiters that no line from somewhere on is.
    let mut endless: HashSet<(Vec<u8>, bool)> = HashSet::new();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST {
        let start = at;
        let end = command_end(bytes, start);
        let line = &bytes[start..end];
        let (operators, quote) = operators(line, if quotes { open } else { None });
        open = quote;
        at = (end + 1).min(bytes.len());
        if bytes.get(end).is_none() {
            break;
        }
        for (span, delimiter, quoted, within) in operators {
            let strips = line.get(span.start as usize + 2) == Some(&b'-');
            let key = (delimiter, strips);
            let (body_end, next, ends, closes) =
                body(bytes, at, &key.0, strips, within, endless.contains(&key));
            if !ends && within.is_none() {
                endless.insert(key);
            }
            let place = |offset: u32| start + offset as usize;
            found.push(Heredoc {
                operator: Span::new(place(span.start), place(span.end)),
                quoted,
                strips,
                body: Span::new(at, body_end),
                ends,
                command: Span::new(start, end),
                within,
            });
            at = next;
            if closes {
                open = None;
            }
        }
    }
    (found, open)
}

/// Where a command line ends: its line, or the last of those that a backslash joins.
fn command_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    loop {
        end = memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |found| end + found);
        let joined =
            bytes[start..end].ends_with(b"\\") && !bytes[start..end].trim_ascii_start().starts_with(b"#");
        if end >= bytes.len() || !joined {
            return end;
        }
        end += 1;
    }
}

/// An operator of a line: its place, its delimiter, whether that is quoted, and the quote that is open there.
type Operator = (Span, Vec<u8>, bool, Option<u8>);

/// The operators of a line, and the quote that is open at its end.
fn operators(line: &[u8], mut open: Option<u8>) -> (Vec<Operator>, Option<u8>) {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let byte = line[at];
        match byte {
            b'\\' if open != Some(b'\'') => at += 1,
            b'#' if open.is_none() && (at == 0 || line[at - 1].is_ascii_whitespace()) => {
                // A comment ends with its line, of which a command may have several.
                at += memchr::memchr(b'\n', &line[at..]).unwrap_or(line.len() - at);
                continue;
            }
            b'\'' | b'"' => match open {
                None => open = Some(byte),
                Some(quote) if quote == byte => open = None,
                Some(_) => {}
            },
            b'<' if line[at..].starts_with(b"<<<") => at += 2,
            b'<' if line[at..].starts_with(b"<<") => {
                if let Some((length, delimiter, quoted)) = delimiter(&line[at + 2..], open) {
                    found.push((Span::new(at, at + 2 + length), delimiter, quoted, open));
                    at += 2 + length;
                    continue;
                }
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    (found, open)
}

/// The delimiter behind `<<`: how many bytes it takes, the word, and whether it is quoted.
fn delimiter(text: &[u8], open: Option<u8>) -> Option<(usize, Vec<u8>, bool)> {
    let dash = usize::from(text.first() == Some(&b'-'));
    let blanks = text[dash..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut at = dash + blanks;
    let mut word = Vec::new();
    let mut quoted = false;
    // Within quotes of the same kind these stand behind a backslash, or end them: `'"'"'EOF'"'"'`.
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\'' | b'"' if open == Some(byte) => break,
            b'\\' | b'\'' | b'"' => quoted = true,
            _ if byte.is_ascii_alphanumeric() || b"_-.!+".contains(&byte) => word.push(byte),
            _ => break,
        }
        at += 1;
    }
    let first = word.first()?;
    (first.is_ascii_alphabetic() || matches!(first, b'_' | b'!' | b'-')).then_some((at, word, quoted))
}

/// The end of the lines of a heredoc, where the next line begins, whether a line ends it, and whether that line closes the
/// quotes around it as well.
fn body(
    bytes: &[u8],
    start: usize,
    delimiter: &[u8],
    strips: bool,
    within: Option<u8>,
    endless: bool,
) -> (usize, usize, bool, bool) {
    let mut loose = None;
    let mut at = start;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        let next = (end + 1).min(bytes.len());
        let line = bytes[at..end].strip_suffix(b"\r").unwrap_or(&bytes[at..end]);
        let own = match strips {
            true => &line[line.iter().take_while(|&&byte| byte == b'\t').count()..],
            false => line,
        };
        if own == delimiter {
            return (at, next, true, false);
        }
        let trimmed = line.trim_ascii();
        if let Some(quote) = within
            && trimmed.strip_prefix(delimiter).is_some_and(|rest| rest.first() == Some(&quote))
        {
            return (at, next, true, true);
        }
        if trimmed == delimiter && loose.is_none() {
            loose = Some((at, next));
            // Nothing better comes.
            if endless {
                break;
            }
        }
        at = next;
    }
    // An indented delimiter ends nothing in a shell, but shows what was meant.
    match loose {
        Some((end, next)) => (end, next, false, false),
        None => (bytes.len(), bytes.len(), false, false),
    }
}

/// Whether a text has an operator that begins a heredoc.
pub(crate) fn holds(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"<<").any(|at| {
        let before = at > 0 && bytes[at - 1] == b'<';
        !before && delimiter(&bytes[at + 2..], None).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::all;

    #[track_caller]
    fn check(script: &str, expected: &[(&str, bool, bool)]) {
        let found = all(script.as_bytes());
        let found: Vec<(&str, bool, bool)> =
            found.iter().map(|here| (&script[here.body.range()], here.quoted, here.ends)).collect();
        assert_eq!(found, expected, "{script}");
    }

    #[test]
    fn heredocs_end_at_their_delimiter() {
        check("cat <<EOF > f\na\nEOF\nb\n", &[("a\n", false, true)]);
        check("cat <<'EOF' > f\na\n EOF\nEOF\n", &[("a\n EOF\n", true, true)]);
        check("cat <<-\\E\n\ta\n\tE\n", &[("\ta\n", true, true)]);
        check("cat <<A <<\"B\"\na\nA\nb\nB\n", &[("a\n", false, true), ("b\n", true, true)]);
        check("cat <<EOF \\\n > f\na\nEOF\n", &[("a\n", false, true)]);
        check("x <<< EOF\necho $((1 << 2))\n# cat <<EOF\n", &[]);
    }

    #[test]
    fn what_nothing_ends_goes_to_the_end() {
        check("cat <<EOF\na\nb", &[("a\nb", false, false)]);
        check("cat <<EOF\na\n  EOF\nb", &[("a\n", false, false)]);
    }

    #[test]
    fn quotes_around_are_known() {
        let script =
            "ssh host \"cat > f <<'EOF'\na\nEOF\"\nbash -c 'cat > g <<EOF\nb\n  EOF'\ncat <<X\nc\nX\n";
        let found = all(script.as_bytes());
        let within: Vec<_> = found.iter().map(|here| (&script[here.body.range()], here.within)).collect();
        assert_eq!(within, [("a\n", Some(b'"')), ("b\n", Some(b'\'')), ("c\n", None)]);
        check("echo it's\ncat <<EOF\na\nEOF\n", &[("a\n", false, true)]);
    }
}
