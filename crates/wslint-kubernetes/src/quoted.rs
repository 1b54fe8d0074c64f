//! Texts of manifests as words of a configuration, and as words of a message.

use wslint_model::shortened;

/// A word of nginx: in quotes, so that nothing in it ends the word.
pub(crate) fn nginx(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' | '\r' | '\0' => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A word of HAProxy: in strong quotes, which nothing in it may end.
pub(crate) fn haproxy(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if matches!(c, '\'' | '\n' | '\r' | '\0') { '_' } else { c }).collect();
    format!("'{plain}'")
}

/// A name: what else stands in it becomes a dash.
pub(crate) fn name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    text.chars().take(200).map(plain).collect()
}

/// A text in a message.
pub(crate) fn shown(text: &str) -> String {
    format!("`{}`", shortened(text))
}
