//! Secrets that a text shows by their form or by the name in front of them, whatever language it is written in.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::bytes::{Captures, Regex, RegexBuilder};

use super::literal::{is_literal, looks_random};
use super::names::{is_secret, is_secret_header, is_secret_parameter, is_secret_variable, secret_cookie};

/// A form of secrets: where the expression matches and the test holds, its group `secret` is one.
struct Form {
    /// Of these each match holds one, in any case; none where nothing is certain.
    holds: &'static [&'static str],
    expression: Expression,
    test: fn(&Parts<'_>) -> bool,
}

/// An expression that is compiled when it is first needed: most texts need none, and that takes longer than to read a
/// small configuration.
struct Expression {
    written: &'static str,
    compiled: OnceLock<Regex>,
}

impl Expression {
    fn new(written: &'static str) -> Self {
        Self { written, compiled: OnceLock::new() }
    }

    fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            let builder = RegexBuilder::new(self.written).unicode(false).build();
            builder.expect("a literal that the tests compile")
        })
    }
}

/// What a form found.
struct Parts<'t> {
    /// The group `name`, or nothing.
    name: &'t str,
    /// The group `secret`.
    secret: &'t str,
    /// The byte in front of the match.
    before: Option<u8>,
}

/// Forms that are looked for together. Most texts hold none of them, which one search tells.
struct Forms {
    forms: Vec<Form>,
    /// Finds what the forms hold.
    signs: Option<AhoCorasick>,
    /// For each sign the place of its form.
    of_sign: Vec<usize>,
}

impl Forms {
    fn new(forms: Vec<Form>) -> Self {
        let signs =
            || forms.iter().enumerate().flat_map(|(at, form)| form.holds.iter().map(move |sign| (at, sign)));
        let of_sign = signs().map(|(at, _)| at).collect();
        let found = AhoCorasick::builder().ascii_case_insensitive(true).build(signs().map(|(_, sign)| sign));
        Self { signs: found.ok().filter(|signs| signs.patterns_len() > 0), of_sign, forms }
    }

    /// The forms that a text may hold, in their order.
    fn likely(&self, text: &[u8]) -> impl Iterator<Item = &Form> {
        let mut held = [false; MOST_FORMS];
        for found in self.signs.iter().flat_map(|signs| signs.find_overlapping_iter(text)) {
            held[self.of_sign[found.pattern().as_usize()]] = true;
        }
        self.forms
            .iter()
            .zip(held)
            .filter(|(form, held)| *held || form.holds.is_empty())
            .map(|(form, _)| form)
    }
}

/// So many forms are looked for together at most.
const MOST_FORMS: usize = 16;

/// The forms that every text may hold.
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let form = |holds: &'static [&'static str], expression, test| Form {
        holds,
        expression: Expression::new(expression),
        test,
    };
    Forms::new(vec![
        // A user and a password in a URL.
        form(&["@"], r##"(?i)\b[a-z][a-z0-9+.-]{1,20}://(?<secret>[^\s/?#"'`<>\\,;(){}|]+)@"##, |parts| {
            is_literal(parts.secret)
        }),
        // The same where the URL has lost its scheme.
        form(&["@"], r##"(?:^|[\s"'`(,=])(?<secret>[\w.+%\-]{1,64}:[^\s@/"'`<>]+)@[\w\[]"##, |parts| {
            is_literal(parts.secret)
        }),
        // A parameter of a query, which may stand at the beginning of a word of its own.
        form(&["="], r##"(?i)[?&;](?<name>[a-z0-9_.\-]{1,64})=(?<secret>[^&\s"'`#;,)}\\]+)"##, |parts| {
            is_secret_parameter(parts.name) && is_literal(parts.secret)
        }),
        form(
            &["="],
            r##"(?i)(?:^|[\s"'`(])(?<name>[a-z0-9_.\-]{1,64})=(?<secret>[^&\s"'`#;,)}\\]+)"##,
            |parts| is_secret(parts.name) && is_literal(parts.secret),
        ),
        // The credentials of HTTP. English has such words too: so they stand in quotes, or look like no word.
        form(
            &["bearer", "basic", "token", "digest", "apikey", "negotiate"],
            r##"(?i)\b(?:bearer|basic|token|digest|apikey|negotiate)(?:\s|\\\s?|%20|\+){1,3}(?<secret>[a-z0-9._~+/=\-]{4,})"##,
            |parts| {
                let quoted = matches!(parts.before, Some(b'"' | b'\'' | b':'));
                let random = parts.secret.len() >= 8 && looks_random(parts.secret);
                (quoted || random) && !parts.secret.starts_with("realm=")
            },
        ),
        // Tokens of well-known services, JSON web tokens and private keys.
        form(
            &[
                "AKIA",
                "ASIA",
                "AROA",
                "AIDA",
                "ghp_",
                "gho_",
                "ghu_",
                "ghs_",
                "ghr_",
                "github_pat_",
                "glpat-",
                "xox",
                "k_live_",
                "k_test_",
                "sk-",
                "AIza",
                "SG.",
                "hvs.",
                "npm_",
                "eyJ",
            ],
            r##"(?x)\b(?<secret>
                (?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,} | gh[pousr]_[0-9A-Za-z]{16,} | github_pat_\w{20,}
                | glpat-[\w\-]{16,} | xox[abeoprs]-[\w\-]{10,} | [sr]k_(?:live|test)_\w{10,} | sk-[\w\-]{20,}
                | AIza[\w\-]{30,} | SG\.[\w\-]{16,}\.[\w\-]{16,} | hvs\.[\w\-]{20,} | npm_\w{30,}
                | eyJ[\w\-]{4,}\.[\w\-]{4,}(?:\.[\w\-]*)? | eyJ[\w\-]{30,}
            )"##,
            |_| true,
        ),
        form(&["PRIVATE KEY"], r##"(?s)(?<secret>-----BEGIN[A-Z ]*PRIVATE\ KEY[^"']*)"##, |_| true),
        // What a step of a trace says about a variable.
        form(&["`$"], r##"`\$(?<name>\w+)`\ is\ `(?<secret>[^`]*)`"##, |parts| {
            is_secret(parts.name) && is_literal(parts.secret)
        }),
        // Keys of converters: `jwt_verify(txn.alg,"key")`.
        form(
            &["jwt_verify(", "hmac("],
            r##"\b(?:jwt_verify|hmac)\([^,()]*,["']?(?<secret>[^"',()/\s][^"',()]*)"##,
            is_key,
        ),
        // Of these the key is the third argument.
        form(
            &["aes_gcm_dec(", "aes_gcm_enc(", "aes_cbc_dec(", "aes_cbc_enc("],
            r##"\baes_(?:gcm|cbc)_(?:dec|enc)\([^,()]*,[^,()]*,["']?(?<secret>[^"',()/\s][^"',()]*)"##,
            is_key,
        ),
        // The credentials that clients of Kubernetes send as a protocol.
        form(
            &["bearer.authorization."],
            r##"bearer\.authorization\.k8s\.io\.(?<secret>[\w\-]{4,})"##,
            |_| true,
        ),
    ])
});

/// Whether a converter is given a key itself, and not the name of a variable.
fn is_key(parts: &Parts<'_>) -> bool {
    let scopes = ["txn.", "req.", "res.", "sess.", "proc."];
    is_literal(parts.secret) && !scopes.iter().any(|scope| parts.secret.starts_with(scope))
}

/// A form that a look at the text rules out nearly always.
struct Checked {
    may_hold: fn(&[u8]) -> bool,
    form: Form,
}

static CHECKED: LazyLock<[Checked; 2]> = LazyLock::new(|| {
    // A header as it is sent: in checks, and in directives of modules.
    let header = Form {
        holds: &[],
        expression: Expression::new(
            r##"(?i)(?:\b|\\[rn])(?<name>[a-z0-9_\-]{3,64})\\?:(?:\\?\s|\\)*(?<secret>(?:[^\\\r\n"'`]|\\[^rn\r\n])+)"##,
        ),
        test: |parts| {
            let header = parts.name.contains('-') || HEADERS.contains(&parts.name.len());
            let is_secret = is_secret_header(parts.name) && is_literal(parts.secret);
            header && is_secret || secret_cookie(parts.name, parts.secret).is_some()
        },
    };
    // One line of a private key.
    let key = Form {
        holds: &[],
        expression: Expression::new(r##"^\s*["']?(?<secret>[A-Za-z0-9+/]{40,}={0,2})[\s"';]*$"##),
        test: |parts| looks_random(parts.secret),
    };
    [Checked { may_hold: names_header, form: header }, Checked { may_hold: begins_as_key, form: key }]
});

/// The lengths of `Cookie` and `Authorization`, the headers of secrets that hold no hyphen.
const HEADERS: [usize; 2] = [6, 13];

/// Whether what stands before a colon may be the name of a header with a secret, which hold a hyphen or are as long as one
/// that holds none.
fn names_header(text: &[u8]) -> bool {
    memchr::memchr_iter(b':', text).any(|colon| {
        let before = text[..colon].strip_suffix(b"\\").unwrap_or(&text[..colon]);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let start = before.iter().rposition(|byte| !is_name(byte)).map_or(0, |at| at + 1);
        let name = &before[start..];
        // What follows `\r` and `\n` begins behind the letter.
        let escaped = start > 0 && before[start - 1] == b'\\';
        name.contains(&b'-')
            || HEADERS.iter().any(|&length| name.len() == length || escaped && name.len() == length + 1)
    })
}

/// Whether a text begins as a line of a private key does, which hardly any other does.
fn begins_as_key(text: &[u8]) -> bool {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'\x0b').count();
    let text = &text[blanks..];
    let text = text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"'")).unwrap_or(text);
    text.len() >= 40
        && text[..40].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// The forms of code: a string that is given to a name.
static ASSIGNED: LazyLock<Forms> = LazyLock::new(|| {
    let form = |expression| Form { holds: &[], expression: Expression::new(expression), test: promises };
    Forms::new(vec![
        form(
            r##"(?i)\b(?<name>[a-z][a-z0-9_.\-]{1,64})["'\]]{0,3}\s*(?:=>|:=|[:=])\s*["'](?<secret>[^"']{3,})"##,
        ),
        form(r##"(?i)\b(?<name>[a-z][a-z0-9_.\-]{1,64})["'\]]{1,3}\s*,\s*["'](?<secret>[^"']{3,})["']"##),
    ])
});

/// The form of comments, which hold anything: a word behind a name.
static NOTED: LazyLock<Forms> = LazyLock::new(|| {
    let expression =
        r##"(?i)\b(?<name>[a-z][a-z0-9_.\-]{1,64})\s*(?:=>|:=|[:=])\s*["']?(?<secret>[^\s"',;)}\]]{3,})"##;
    Forms::new(vec![Form { holds: &[], expression: Expression::new(expression), test: promises }])
});

/// Whether the name promises the secret that stands behind it.
fn promises(parts: &Parts<'_>) -> bool {
    (is_secret(parts.name) || is_secret_header(parts.name)) && is_literal(parts.secret)
}

/// Where secrets stand in a text.
pub(super) fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = found(&FORMS, text);
    let checked = CHECKED.iter().filter(|checked| (checked.may_hold)(text));
    checked.for_each(|checked| checked.form.find(text, &mut ranges));
    ranges
}

/// Where secrets stand in code, beside those of [`secrets`].
pub(super) fn assigned(code: &[u8]) -> Vec<Range<usize>> {
    found(&ASSIGNED, code)
}

/// Where secrets stand in a comment, which may hold code, beside those of [`secrets`].
pub(super) fn noted(comment: &[u8]) -> Vec<Range<usize>> {
    [found(&ASSIGNED, comment), found(&NOTED, comment)].concat()
}

fn found(forms: &Forms, text: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    forms.likely(text).for_each(|form| form.find(text, &mut ranges));
    ranges
}

impl Form {
    /// Adds where a text holds secrets of this form.
    fn find(&self, text: &[u8], ranges: &mut Vec<Range<usize>>) {
        // Searched for from one match to the next, so that what one of them ends with may begin another.
        let mut at = 0;
        while let Some(captures) = self.expression.get().captures_at(text, at) {
            let (Some(whole), Some(secret)) = (captures.get(0), captures.name("secret")) else { break };
            let parts = Parts {
                name: named(&captures),
                secret: std::str::from_utf8(secret.as_bytes()).unwrap_or("not UTF-8"),
                before: whole.start().checked_sub(1).map(|before| text[before]),
            };
            if (self.test)(&parts) {
                ranges.push(secret.range());
            }
            at = whole.end().max(whole.start() + 1);
        }
    }
}

fn named<'t>(captures: &Captures<'t>) -> &'t str {
    captures.name("name").and_then(|name| std::str::from_utf8(name.as_bytes()).ok()).unwrap_or("")
}

/// Where the lines of a file that is no configuration give values to names of secrets.
pub(super) fn all_given(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    let lines = text.split_inclusive(|&byte| byte == b'\n').map(move |line| {
        let start = end;
        end += line.len();
        (start, line.trim_ascii_end())
    });
    lines.flat_map(|(start, line)| given(line).map(move |at| start + at.start..start + at.end))
}

/// Where a line of a file that is no configuration gives values to names of secrets, `name: value` or `NAME=value`: from
/// the first of them to the end.
pub(super) fn given(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let secret = |&at: &usize| {
        let before = line[..at].trim_ascii_end();
        let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
        let start = before.iter().rposition(|&byte| !is_name(byte)).map_or(0, |at| at + 1);
        is_secret_variable(&String::from_utf8_lossy(&before[start..]))
    };
    let first = memchr::memchr2_iter(b':', b'=', line).find(secret);
    first.map(|at| at + 1..line.len()).filter(|range| !range.is_empty()).into_iter()
}

#[cfg(test)]
mod tests {
    use super::{ASSIGNED, CHECKED, FORMS, NOTED, assigned, noted, secrets};

    #[test]
    fn all_expressions_compile() {
        let together = [&FORMS, &ASSIGNED, &NOTED].into_iter().flat_map(|forms| &forms.forms);
        let names = |form: &super::Form| {
            form.expression.get().capture_names().flatten().map(str::to_owned).collect::<Vec<_>>()
        };
        for form in together.chain(CHECKED.iter().map(|checked| &checked.form)) {
            assert!(names(form).contains(&"secret".to_owned()), "{}", form.expression.written);
        }
    }

    #[track_caller]
    fn check(find: fn(&[u8]) -> Vec<std::ops::Range<usize>>, text: &str, expected: &[&str]) {
        let mut found: Vec<&str> = find(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn secrets_show_by_their_form() {
        for (text, expected) in [
            ("proxy_pass http://bob:hunter2@a.example/x;", &["bob:hunter2"][..]),
            ("amqp://bob:p@ss@h:1", &["bob:p@ss"]),
            ("redis://:hunter2@h", &[":hunter2"]),
            ("`bob:hunter2@127.0.0.1:80` gets `/`", &["bob:hunter2"]),
            ("unix@/run/a ipv4@10.0.0.1:80 127.0.0.1:@PORT@", &[]),
            ("http://$user:$pass@h http://a.example/@b mail@a.example", &[]),
            ("/x?page=1&token=abc&sig=d%20e#f", &["abc", "d%20e"]),
            ("/x?token=$arg_token&key=%[var(txn.a)]&sid=abc&EIO=4", &[]),
            ("set-query password=hunter2", &["hunter2"]),
            ("zone=token:10m key=abc", &[]),
            ("\"Bearer abcd\" 'Basic aGk6aG8='", &["aGk6aG8=", "abcd"]),
            ("the basic h5bp idea of token passing; Bearer x1y2z3w4", &["x1y2z3w4"]),
            ("'Basic realm=\"closed\"'", &[]),
            ("\"GET / HTTP/1.1\\r\\nAuthorization:\\ Basic\\ aGk=\\r\\nHost:\\ a\"", &["Basic\\ aGk="]),
            ("X-Api-Key: hunter2", &["hunter2"]),
            ("Authorization: $http_authorization", &[]),
            ("AKIAIOSFODNN7EXAMPLE", &["AKIAIOSFODNN7EXAMPLE"]),
            ("a eyJhbGciOi.eyJzdWIi.c2ln b", &["eyJhbGciOi.eyJzdWIi.c2ln"]),
            ("data:-----BEGIN RSA PRIVATE KEY-----\\nMIIE", &["-----BEGIN RSA PRIVATE KEY-----\\nMIIE"]),
            (
                "  MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn0ygWyF8PbnGy0AHB7MaU=",
                &["MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn0ygWyF8PbnGy0AHB7MaU="],
            ),
            ("/srv/www/html/uploads/images/thumbnails/large", &[]),
            ("`$api_key` is `hunter2`", &["hunter2"]),
            ("`$host` is `a.example`", &[]),
            ("jwt_verify(txn.alg,\"hunter2\") jwt_verify(txn.alg,/etc/key.pem)", &["hunter2"]),
        ] {
            check(secrets, text, expected);
        }
    }

    #[test]
    fn comments_and_code_assign_secrets() {
        for (text, expected) in [
            ("local api_key = \"hunter2\"", &["hunter2"][..]),
            ("ngx.req.set_header(\"Authorization\", \"Bearer abc\")", &["Bearer abc"]),
            ("headers[\"X-Api-Key\"] = 'hunter2'", &["hunter2"]),
            ("the token, when present, is checked", &[]),
            ("local token = ngx.var.arg_token", &[]),
        ] {
            check(assigned, text, expected);
            check(noted, text.replace("local token =", "local token").as_str(), expected);
        }
        check(noted, "password: hunter2", &["hunter2"]);
        check(noted, "timeout = 60", &[]);
    }
}
