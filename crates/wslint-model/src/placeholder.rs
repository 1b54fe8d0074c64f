//! What stands in for the placeholders of templates and for variables of the environment when nobody fills them in.

/// The tags that may hold a default, each with how it ends.
const TAGS: [(&str, &str); 3] = [("{{", "}}"), ("<%=", "%>"), ("${", "}")];

/// A text with its own defaults in the places that are to be filled in; `None` where one of them has none, or there are
/// none.
pub fn with_defaults(text: &str) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    loop {
        let next = TAGS.iter().filter_map(|tag| Some((rest.find(tag.0)?, tag))).min_by_key(|(at, _)| *at);
        let Some((at, (open, close))) = next else { break };
        let (before, behind) = rest.split_at(at);
        let (inside, behind) = behind[open.len()..].split_once(close)?;
        filled.push_str(before);
        filled.push_str(&default(inside.trim())?);
        rest = behind;
    }
    filled.push_str(rest);
    (rest.len() < text.len()).then_some(filled)
}

/// The literal that stands in for what is missing: `name | default('30s')`, `default "30s" .Name`, `NAME:-30s`, and
/// HAProxy's `NAME-30s`.
fn default(code: &str) -> Option<String> {
    let of_variable =
        code.split_once('-').map(|(name, written)| (name.strip_suffix(':').unwrap_or(name), written));
    let written = match of_variable {
        Some((name, written)) if is_name(name) => return Some(written.to_owned()),
        _ => code.split_once("default")?.1.trim_start(),
    };
    let called = written.strip_prefix('(').map_or(written, str::trim_start);
    let quote = called.chars().next()?;
    if matches!(quote, '\'' | '"') {
        return Some(called[1..].split_once(quote)?.0.to_owned());
    }
    let number: String = called.chars().take_while(char::is_ascii_digit).collect();
    (!number.is_empty()).then_some(number)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::with_defaults;

    #[test]
    fn defaults_stand_in_for_what_is_missing() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(with_defaults(text).as_deref(), expected, "{text}");
        };
        check("{{ timeout | default('30s') }}", Some("30s"));
        check("{{ timeout | default(30, true) }}s", Some("30s"));
        check("{{ default \"1h\" .Timeout }}", Some("1h"));
        check("${TIMEOUT:-90s}", Some("90s"));
        check("${TIMEOUT-90s}", Some("90s"));
        check("{{ timeout }}", None);
        check("{{ a | default('1') }}{{ b }}", None);
        check("{{ timeout | default(other) }}", None);
        check("60s", None);
    }
}
