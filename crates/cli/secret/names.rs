//! Names behind which secrets stand: of headers, variables, parameters and directives.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::literal::{looks_random, without_variables};

/// What a name must hold to promise a secret, as one of its words or as two that follow each other.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "authorization",
    "authtoken",
    "accesstoken",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
];

/// Words that make a `key` a secret one when they stand before it.
const BEFORE_KEY: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "auth",
    "admin",
    "master",
    "app",
    "application",
    "client",
    "service",
    "account",
    "subscription",
    "functions",
    "license",
    "licence",
    "encryption",
    "encrypt",
    "signing",
    "sign",
    "hmac",
    "shared",
    "storage",
    "security",
    "function",
    "jwt",
    "session",
];

/// Words at the end of a name that speak about a secret and are none: `$token_name`, `ssl_password_file`.
const ABOUT: &[&str] = &[
    "file",
    "files",
    "path",
    "dir",
    "directory",
    "folder",
    "url",
    "uri",
    "endpoint",
    "name",
    "header",
    "field",
    "host",
    "zone",
    "type",
    "types",
    "hint",
    "ttl",
    "length",
    "len",
    "size",
    "limit",
    "expires",
    "expiry",
    "timeout",
    "valid",
    "validity",
    "invalid",
    "ok",
    "present",
    "missing",
    "required",
    "enabled",
    "check",
    "status",
    "error",
    "location",
    "issuer",
    "algorithm",
    "alg",
    "rate",
    "count",
    "max",
    "min",
    "prefix",
    "suffix",
    "hash",
    "cache",
    "pass",
    "backend",
    "upstream",
    "server",
    "service",
    "leeway",
    "source",
    "mode",
    "format",
    "realm",
    "policy",
];

/// Words that make a `key` one that everybody may know.
const PUBLIC_KEYS: &[&str] =
    &["socket", "cache", "surrogate", "idempotency", "sort", "public", "hash", "partition", "routing"];

/// Of these each statement holds one whose secret is known by a name or by its directive: what the lists above have in
/// common, and the beginnings of what may have another name in it.
const SIGNS: &[&str] = &[
    "passw",
    "passp",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "auth",
    "cookie",
    "sig",
    "hmac",
    "secure_link",
    "tcp-check",
    "env",
    "_param",
    "arg_",
    "args",
    "query",
    "url",
    "uri",
    "body",
    "cook",
    "jwt",
    "session",
    "-pass",
];

/// Whether a statement in these bytes may hold a secret that a name or a directive tells. Most hold none, which one search
/// rules out.
pub(super) fn holds_sign(bytes: &[u8]) -> bool {
    static FOUND: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SIGNS).ok());
    FOUND.as_ref().is_none_or(|signs| signs.is_match(bytes))
}

/// Whether a variable, a parameter or a directive of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let mut holds = false;
    let mut last = "";
    for word in words(name) {
        let key = word.eq_ignore_ascii_case("key") && is_among(last, BEFORE_KEY);
        holds |= key || is_among(word, SECRET);
        last = word;
    }
    (holds || last.eq_ignore_ascii_case("jwt")) && !is_among(last, ABOUT)
}

/// Whether a variable of the environment of this name holds a secret: there `DB_PASS` does too.
pub(super) fn is_secret_variable(name: &str) -> bool {
    is_secret(name) || ends_in(name, &["pass", "pw", "key", "auth"])
}

/// What the names of headers and parameters with credentials end in.
const CREDENTIALS: &[&str] = &["key", "sig", "signature", "auth", "pass", "hmac"];

/// Whether a header of this name carries a secret.
pub(crate) fn is_secret_header(name: &str) -> bool {
    is_secret(name)
        || name.eq_ignore_ascii_case("cookie")
        || (name.len() > "key".len() && ends_in(name, CREDENTIALS))
        || is_session(name)
}

/// Whether a cookie of this name is what its owner is known by.
pub(super) fn is_secret_cookie(name: &str) -> bool {
    is_secret(name) || is_session(name) || ends_in(name, &["auth", "sig", "key", "remember"])
}

/// Where a header sets a cookie that its owner is known by, to a value that says something: behind the `=` of
/// `Set-Cookie "sid=c2Vzc2lvbg; Path=/"`.
pub(super) fn secret_cookie(header: &str, value: &str) -> Option<Range<usize>> {
    let (name, rest) = value.split_once('=').filter(|_| is_set_cookie(header))?;
    let cookie = rest.split(';').next().unwrap_or_default();
    let tells = is_secret_cookie(name) && looks_random(&without_variables(cookie));
    tells.then(|| name.len() + 1..name.len() + 1 + cookie.len())
}

/// Whether a header sets cookies.
pub(super) fn is_set_cookie(header: &str) -> bool {
    header.eq_ignore_ascii_case("set-cookie")
}

/// Whether a name is that of a session: `session`, `X-Session-Id`, `PHPSESSID`.
fn is_session(name: &str) -> bool {
    let mut last = ["", ""];
    for word in words(name) {
        last = [last[1], word];
    }
    let [before, word] = last;
    is_among(word, &["session", "sessionid", "sessid", "phpsessid", "jsessionid", "sid"])
        || is_among(before, &["session", "sess"]) && word.eq_ignore_ascii_case("id")
}

/// Whether a parameter of a query of this name carries a secret.
pub(crate) fn is_secret_parameter(name: &str) -> bool {
    is_secret(name)
        || ends_in(name, CREDENTIALS)
        || words(name).any(|word| word.eq_ignore_ascii_case("streamkey"))
}

/// Whether the last word of a name is one of these, and none speaks of a key that everybody may know.
fn ends_in(name: &str, ends: &[&str]) -> bool {
    words(name).last().is_some_and(|last| is_among(last, ends))
        && !words(name).any(|word| is_among(word, PUBLIC_KEYS))
}

/// Whether a word is one of these in lower case.
fn is_among(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Whether one of these variables, `$name` or `${name}`, in a text holds a secret.
pub(super) fn mentions_secret(text: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.trim_start_matches('{');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        is_secret_of_request(&rest[..end])
    })
}

/// Whether a variable of a request is a header, a parameter or a cookie with a secret, or another secret.
fn is_secret_of_request(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if let Some(header) = lower.strip_prefix("http_") {
        return is_secret_header(header);
    }
    if let Some(cookie) = lower.strip_prefix("cookie_") {
        return is_secret_cookie(cookie);
    }
    match lower.strip_prefix("arg_") {
        Some(parameter) => is_secret_parameter(parameter),
        None => is_secret(&lower),
    }
}

/// The words of a name: apart by anything that is neither letter nor digit, and by capitals.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let end = name.char_indices().nth(LONGEST).map_or(name.len(), |(end, _)| end);
    let parts = name[..end].split(|character: char| !character.is_ascii_alphanumeric());
    parts.flat_map(split_at_capitals)
}

/// The words of a part that holds letters and digits only.
fn split_at_capitals(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let pairs = rest.as_bytes().windows(2);
        let begins = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        let length = pairs.into_iter().position(begins).map_or(rest.len(), |at| at + 1);
        let (word, behind) = rest.split_at(length);
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// No name is longer.
const LONGEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::{is_secret, is_secret_header, is_secret_parameter, is_secret_variable, mentions_secret};

    #[track_caller]
    fn check(test: impl Fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for name in yes {
            assert!(test(name), "{name} promises a secret");
        }
        for name in no {
            assert!(!test(name), "{name} promises none");
        }
    }

    #[test]
    fn names_promise_secrets_by_their_words() {
        check(
            is_secret,
            &[
                "api_key",
                "apiKey",
                "DB_PASSWORD",
                "secure_link_secret",
                "X-Auth-Token",
                "SECRET_KEY_BASE",
                "oidc_client_secret",
            ],
            &[
                "server_tokens",
                "ssl_password_file",
                "proxy_cache_key",
                "ssl_session_ticket_key",
                "token_name",
                "ssl_certificate_key",
                "keepalive",
                "proxy_pass",
                "secret_path",
                "token_valid",
                "tokenizer",
                "monkey",
            ],
        );
        check(
            is_secret_variable,
            &["DB_PASS", "REDIS_PW", "APP_KEY"],
            &["CACHE_KEY", "PATH", "AUTH_USER", "PUBLIC_KEY"],
        );
        check(
            is_secret_header,
            &[
                "X-Internal-Auth",
                "X-Hub-Signature",
                "X-Pass",
                "X-Session-Id",
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "X-Api-Key",
                "Ocp-Apim-Subscription-Key",
                "X-Vault-Token",
            ],
            &[
                "Upgrade",
                "Sec-WebSocket-Key",
                "X-Cache-Key",
                "Set-Cookie",
                "X-Auth-Request-Redirect",
                "X-Session-Affinity",
                "Host",
            ],
        );
        check(
            is_secret_parameter,
            &["token", "sig", "access_key", "key", "apikey", "streamkey"],
            &["sid", "EIO", "transport", "sort_key"],
        );
        check(
            mentions_secret,
            &[
                "$http_authorization",
                "${http_x_api_key}x",
                "$arg_token",
                "$api_key",
                "$arg_sig",
                "$cookie_session",
                "$cookie_PHPSESSID",
                "$jwt",
            ],
            &["$http_upgrade", "$arg_page", "token", "$cookie_lang", "$jwt_claim_sub"],
        );
    }
}
