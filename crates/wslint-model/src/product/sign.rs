//! Paths that tell of a product.

use crate::choices::Confidence;
use crate::segment;

/// A path that tells of a product.
#[derive(Debug)]
pub(super) struct PathSign {
    /// The segments of the whole path in lower case: `*` stands for anything within one, `**` for any number of them.
    pub(super) segments: &'static [&'static str],
    /// Whether the path has to end with a slash; else it may.
    pub(super) slash: bool,
    /// How sure the path is by itself.
    pub(super) confidence: Confidence,
    /// The place of the product among all.
    pub(super) product: usize,
}

/// Whether a path in lower case, cut at its slashes, is one that a pattern, cut alike, describes.
pub(super) fn matches(pattern: &[&str], segments: &[&str]) -> bool {
    // `**` may stand for more or less: where the rest does not fit, it takes one segment more.
    let (mut rest, mut at, mut retry) = (0, 0, None);
    loop {
        match pattern.get(rest) {
            Some(&"**") => {
                rest += 1;
                retry = Some((rest, at));
                continue;
            }
            Some(part) if segments.get(at).is_some_and(|segment| segment::is(part, segment)) => {
                (rest, at) = (rest + 1, at + 1);
                continue;
            }
            None if at == segments.len() => return true,
            _ => {}
        }
        match retry {
            Some((after, from)) if from < segments.len() => {
                retry = Some((after, from + 1));
                (rest, at) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn paths_are_those_that_patterns_describe() {
        let check = |pattern: &'static str, path: &'static str| {
            let cut = |text: &'static str| text.split('/').filter(|one| !one.is_empty()).collect::<Vec<_>>();
            matches(&cut(pattern), &cut(path))
        };
        assert!(check("/api/websocket", "/api/websocket"));
        assert!(!check("/api/websocket", "/ha/api/websocket"));
        assert!(check("**/cable", "/cable"));
        assert!(check("**/cable", "/a/b/cable/"));
        assert!(!check("**/cable", "/cable/x"));
        assert!(check("**/socket.io/**", "/socket.io"));
        assert!(check("**/socket.io/**", "/a/socket.io/b/c"));
        assert!(!check("**/socket.io/**", "/a/socket.iox/"));
        assert!(check("**/cool/**/ws", "/cool/a/b/ws"));
        assert!(check("**/cool/**/ws", "/x/cool/ws"));
        assert!(!check("**/cool/**/ws", "/cool/a/ws/b"));
        assert!(check("**/a/b/**", "/a/a/b"));
        assert!(check("**/stable-*/**", "/stable-4f/x"));
        assert!(check("**/user/*/lab", "/hub/user/me/lab"));
        assert!(!check("**/user/*/lab", "/user/lab"));
    }
}
