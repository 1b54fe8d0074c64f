//! The form of a suppression: `# wslint: ignore[rule-id, …] reason`.

/// What a comment says to wslint.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said<'t> {
    /// These rules are accepted, for this reason, which may be missing.
    Ignore(Vec<&'t str>, &'t str),
    /// It speaks to wslint, but not so that it could be understood.
    Unclear,
}

/// Reads a comment with its `#`. `None` for one that speaks to somebody else.
pub(super) fn read(comment: &str) -> Option<Said<'_>> {
    let rest = comment.trim_start_matches(['#', ' ', '\t']).strip_prefix("wslint:")?;
    Some(ignore(rest).unwrap_or(Said::Unclear))
}

fn ignore(text: &str) -> Option<Said<'_>> {
    let list = text.trim_start().strip_prefix("ignore")?.trim_start().strip_prefix('[')?;
    let (ids, reason) = list.split_once(']')?;
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let reason = reason.trim_start_matches([':', '-', '—', ' ', '\t']).trim_end();
    (!ids.is_empty()).then_some(Said::Ignore(ids, reason))
}

#[cfg(test)]
mod tests {
    use super::{Said, read};

    #[test]
    fn comments_are_read() {
        let ignore = |ids: &[&'static str], reason| Some(Said::Ignore(ids.to_vec(), reason));
        for (comment, said) in [
            (
                "# wslint: ignore[nginx/http10] the backend speaks 1.0",
                ignore(&["nginx/http10"], "the backend speaks 1.0"),
            ),
            ("## wslint:ignore[a, b,]: why\r", ignore(&["a", "b"], "why")),
            ("#wslint: ignore[a] — why", ignore(&["a"], "why")),
            ("# wslint: ignore[a]", ignore(&["a"], "")),
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
