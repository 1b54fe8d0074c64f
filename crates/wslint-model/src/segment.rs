//! Segments of paths, against what the tables of traffic and products say.

/// Whether a segment is one that a pattern describes, which holds one `*` at most, for anything.
pub(crate) fn is(pattern: &str, segment: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == segment,
        Some((before, after)) => {
            segment.len() >= before.len() + after.len()
                && segment.starts_with(before)
                && segment.ends_with(after)
        }
    }
}
