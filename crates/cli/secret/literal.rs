//! Whether a value says something itself: variables, formats and placeholders stand for what is known elsewhere only.

/// Words that say how credentials are sent, and not what they are.
const SCHEMES: [&str; 7] = ["bearer", "basic", "token", "digest", "apikey", "negotiate", "key"];

/// Values that nobody has for a secret.
const FLAGS: [&str; 17] = [
    "0", "1", "on", "off", "yes", "no", "true", "false", "none", "null", "default", "ok", "optional",
    "required", "deny", "allow", "found",
];

/// Whether a value holds anything but variables, schemes and flags.
pub(super) fn is_literal(value: &str) -> bool {
    let rest = without_variables(value);
    let words = rest.split(|c: char| c.is_ascii_whitespace() || c == '\\').filter(|word| !word.is_empty());
    let mut words = words.map(str::to_ascii_lowercase).filter(|word| !SCHEMES.contains(&word.as_str()));
    words.any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        !word.is_empty() && !FLAGS.contains(&word)
    })
}

/// Whether a text is no word of a language: it holds digits or padding, or changes between capitals and others.
pub(super) fn looks_random(text: &str) -> bool {
    let digit = text.contains(|c: char| c.is_ascii_digit() || c == '=');
    let inner_capital = text.chars().skip(1).any(|c| c.is_ascii_uppercase());
    digit || inner_capital
}

/// The value without `$name`, `${name}`, `%[expression]`, `%name` and the tags of templates.
pub(super) fn without_variables(value: &str) -> String {
    let mut rest = String::with_capacity(value.len());
    let mut at = 0;
    while let Some(character) = value[at..].chars().next() {
        match variable(&value[at..]) {
            Some(length) => at += length,
            None => {
                rest.push(character);
                at += character.len_utf8();
            }
        }
    }
    rest
}

/// The length of the variable at the start of a text.
fn variable(text: &str) -> Option<usize> {
    // What is cut off in the middle of a variable is one all the same.
    let enclosed = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?;
        Some(inside.find(close).map_or(text.len(), |end| open.len() + end + close.len()))
    };
    let named =
        |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    match text.as_bytes() {
        [b'$', b'{', ..] => enclosed("${", "}"),
        [b'$', rest @ ..] => {
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            (name > 0).then_some(name + 1)
        }
        [b'%', b'[', ..] => bracketed(text),
        [b'%', b'{', ..] => {
            let flags = enclosed("%{", "}")?;
            let expression = text[flags..].strip_prefix('[').and_then(|_| bracketed(&text[flags - 1..]));
            Some(expression.map_or_else(|| flags + named(&text[flags..]), |length| flags - 1 + length))
        }
        [b'{', b'{', ..] => enclosed("{{", "}}"),
        [b'{', b'%', ..] => enclosed("{%", "%}"),
        [b'<', b'%', ..] => enclosed("<%", "%>"),
        _ => None,
    }
}

/// `%[expression]`, in which brackets and what stands in parentheses belong to the expression. Where a text is written in
/// it (`%[str(text)]`), that is no variable.
fn bracketed(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let expression = &text[2..at];
            return (!expression.starts_with("str(")).then_some(at + 1);
        }
    }
    (!text.starts_with("%[str(")).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::is_literal;

    #[test]
    fn variables_are_no_secrets() {
        for value in [
            "",
            "\"\"",
            "$http_authorization",
            "Bearer $token",
            "Basic ${auth}",
            "%[var(txn.a)]",
            "%[req.hdr(a),lower]",
            "Bearer\\ %[var(txn.token)]",
            "{{ token }}",
            "<%= @token %>",
            "0",
            "off",
            "Bearer ",
            "$a:$b",
            "%{+Q}[var(txn.a)]",
        ] {
            assert!(!is_literal(value), "{value}");
        }
        for value in [
            "hunter2",
            "Basic aGk=",
            "x$token",
            "%[str(hunter2)]",
            "%[var(txn.a)]hunter2",
            "{{ a }}hunter2",
            "${a}hunter2",
            "pa$$word",
            "Bearer abc",
            "a b",
        ] {
            assert!(is_literal(value), "{value}");
        }
    }
}
