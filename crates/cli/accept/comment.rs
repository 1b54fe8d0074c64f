//! The form of a suppression: `# wslint: ignore[rule-id, …] reason`, or `ignore-file` for a whole file, and where the comments of template languages stand,
//! which are none of the configuration.

use std::collections::BTreeSet;

use wslint_syntax::Span;

/// How comments of Jinja, Go, Handlebars and ERB begin and end.
const TEMPLATES: [(&[u8], &[u8]); 5] =
    [(b"{#", b"#}"), (b"{{/*", b"*/"), (b"{{- /*", b"*/"), (b"{{!", b"}}"), (b"<%#", b"%>")];

/// How far the end of such a comment is looked for, in bytes.
const LONGEST: usize = 1024;

/// What every comment to wslint begins with.
pub(super) const ADDRESS: &[u8] = b"wslint:";

/// The comments of a template in one line each that speak to wslint, without what opens and closes them.
pub(super) fn in_template(source: &[u8]) -> impl Iterator<Item = Span> {
    memchr::memmem::find_iter(source, ADDRESS).filter_map(|at| {
        let head = trim_blanks(&source[..at]);
        let head = trim_blanks(head.strip_suffix(b"--").or(head.strip_suffix(b"-")).unwrap_or(head));
        let (_, close) = TEMPLATES.iter().find(|(open, _)| head.ends_with(open))?;
        let window = &source[at..source.len().min(at + LONGEST)];
        let length = memchr::memmem::find(window, close)?;
        (!window[..length].contains(&b'\n')).then_some(Span::new(at, at + length))
    })
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
    &text[..end.map_or(0, |last| last + 1)]
}

/// In place of a reason that is still to be written.
const UNFILLED: &str = "why?";

/// A comment that accepts rules for this reason, or for one that is still to be written.
pub(crate) fn written(rules: &BTreeSet<String>, reason: &str) -> String {
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let reason = if reason.is_empty() { UNFILLED } else { reason };
    format!("# wslint: ignore[{}] {reason}", rules.join(", "))
}

/// Whether a line begins with a comment, of the configuration or of a template.
pub(super) fn begins(line: &[u8], template: bool) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"#") || (template && TEMPLATES.iter().any(|(open, _)| line.starts_with(open)))
}

/// What a comment says to wslint.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said<'t> {
    /// These rules are accepted there, for this reason, which may be missing.
    Ignore(Reach, Vec<&'t str>, &'t str),
    /// It speaks to wslint, but not so that it could be understood.
    Unclear,
}

/// What a suppression speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The line behind which it stands, or the next one.
    Line,
    /// The file that it stands in.
    File,
}

/// Reads a comment with its `#`. `None` for one that speaks to somebody else.
pub(super) fn read(comment: &str) -> Option<Said<'_>> {
    let rest = comment.trim_start_matches(['#', ' ', '\t']).strip_prefix("wslint:")?;
    Some(ignore(rest).unwrap_or(Said::Unclear))
}

fn ignore(text: &str) -> Option<Said<'_>> {
    let rest = text.trim_start().strip_prefix("ignore")?;
    let (reach, rest) = rest.strip_prefix("-file").map_or((Reach::Line, rest), |rest| (Reach::File, rest));
    let list = rest.trim_start().strip_prefix('[')?;
    let (ids, reason) = list.split_once(']')?;
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let marks = [':', '-', '—', ' ', '\t', '\r'];
    let reason = reason.trim_matches(marks);
    let reason = if reason == UNFILLED { "" } else { reason };
    (!ids.is_empty()).then_some(Said::Ignore(reach, ids, reason))
}

#[cfg(test)]
mod tests {
    use super::{Reach, Said, in_template, read};

    #[test]
    fn comments_of_templates_are_found_in_one_line() {
        for (text, inner) in [
            ("a;\n  {# wslint: ignore[a] why #}\n", Some("wslint: ignore[a] why ")),
            ("{#- wslint: ignore[a] why -#}", Some("wslint: ignore[a] why -")),
            ("{{/* wslint: ignore[a] why */}}", Some("wslint: ignore[a] why ")),
            ("{{- /* wslint: ignore[a] why */ -}}", Some("wslint: ignore[a] why ")),
            ("{{!-- wslint: ignore[a] why --}}", Some("wslint: ignore[a] why --")),
            ("<%# wslint: ignore[a] why -%>", Some("wslint: ignore[a] why -")),
            ("{# wslint: ignore[a]\n why #}", None),
            ("# wslint: ignore[a] why", None),
            ("{# see wslint: ignore[a] why #}", None),
        ] {
            let found: Vec<&str> = in_template(text.as_bytes()).map(|span| &text[span.range()]).collect();
            assert_eq!(found, Vec::from_iter(inner), "{text}");
        }
    }

    #[test]
    fn comments_are_read() {
        let ignore = |ids: &[&'static str], reason| Some(Said::Ignore(Reach::Line, ids.to_vec(), reason));
        for (comment, said) in [
            (
                "# wslint: ignore[nginx/http10] the backend speaks 1.0",
                ignore(&["nginx/http10"], "the backend speaks 1.0"),
            ),
            ("## wslint:ignore[a, b,]: why\r", ignore(&["a", "b"], "why")),
            ("#wslint: ignore[a] — why", ignore(&["a"], "why")),
            ("# wslint: ignore[a]", ignore(&["a"], "")),
            ("# wslint: ignore[a] why?", ignore(&["a"], "")),
            ("# wslint: ignore-file[a] why", Some(Said::Ignore(Reach::File, vec!["a"], "why"))),
            ("# wslint: ignore-line[a] why", Some(Said::Unclear)),
            ("# wslint: ignore[] why", Some(Said::Unclear)),
            ("# wslint: ignore[a why", Some(Said::Unclear)),
            ("# wslint: ignore a", Some(Said::Unclear)),
            ("# wslint: disable[a] why", Some(Said::Unclear)),
            ("# see wslint: ignore[a] why", None),
            ("# wslint is nice", None),
            ("", None),
        ] {
            assert_eq!(read(comment), said, "{comment}");
        }
    }
}
