//! Passwords and tokens in a configuration. Output ends up in the logs of build servers and in chats, so what looks
//! like one is never printed.

use std::ops::Range;

/// Words whose next words are a secret: `user NAME password SECRET`, `proxy_set_header Authorization SECRET`.
const NAMES: &[&str] = &[
    "password",
    "insecure-password",
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
    "secure_link_secret",
];

/// The longest line that is looked at, in bytes; the rest of a longer one counts as secret if its start says so.
const LONGEST: usize = 16 << 10;

/// Where the secret stands in a line, if it holds one. A variable is none.
pub(crate) fn secret(line: &[u8]) -> Option<Range<usize>> {
    let looked_at = &line[..line.len().min(LONGEST)];
    let mut before: &[u8] = b"";
    let mut tells = false;
    for word in words(looked_at) {
        let text = &looked_at[word.clone()];
        if tells {
            let value = text.strip_prefix(b"\"").unwrap_or(text);
            return (!value.starts_with(b"$") && !value.starts_with(b"%[")).then(|| word.start..end(line));
        }
        tells = is_name(text) || (before == b"stats" && text == b"auth");
        before = text;
    }
    None
}

fn is_name(word: &[u8]) -> bool {
    NAMES.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// The end of the line without what closes a directive.
fn end(line: &[u8]) -> usize {
    let line = line.trim_ascii_end();
    line.strip_suffix(b";").unwrap_or(line).len()
}

fn words(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        let length = line[start..].iter().position(u8::is_ascii_whitespace).unwrap_or(line.len() - start);
        at = start + length;
        Some(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::secret;

    fn check(line: &str, expected: Option<&str>) {
        assert_eq!(secret(line.as_bytes()).map(|range| &line[range]), expected, "{line}");
    }

    #[test]
    fn secrets_are_known_by_the_word_before() {
        check("    stats auth admin:hunter2", Some("admin:hunter2"));
        check("  user app insecure-password hunter2 groups g\r", Some("hunter2 groups g"));
        check("proxy_set_header Authorization \"Basic aGk6aG8=\";", Some("\"Basic aGk6aG8=\""));
        check("http-request set-header X-API-Key hunter2 if a", Some("hunter2 if a"));
        check("proxy_set_header Authorization $http_authorization;", None);
        check("http-request set-header authorization %[var(txn.a)]", None);
        check("acl auth http_auth(users)", None);
        check("proxy_set_header Upgrade $http_upgrade;", None);
    }
}
