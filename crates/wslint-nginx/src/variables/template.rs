//! Values with variables in them: `http://$backend$request_uri`, `${scheme}://…`, `$1`.

use std::borrow::Cow;

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part<'v> {
    /// Text that stands for itself.
    Text(&'v str),
    /// A variable, without the `$`, in lower case: nginx tells no case in their names.
    Variable(Cow<'v, str>),
    /// A capture of the last regular expression that matched.
    Capture(usize),
}

/// Splits a value. `None` is a value that nginx refuses: a `$` without a name, a brace that is not closed.
pub(crate) fn parts(value: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = value;
    while let Some(dollar) = memchr::memchr(b'$', rest.as_bytes()) {
        if dollar > 0 {
            parts.push(Part::Text(&rest[..dollar]));
        }
        rest = &rest[dollar + 1..];
        if let Some(digit) = rest.bytes().next().filter(|byte| (b'1'..=b'9').contains(byte)) {
            parts.push(Part::Capture(usize::from(digit - b'0')));
            rest = &rest[1..];
            continue;
        }
        let braced = rest.strip_prefix('{');
        let inner = braced.unwrap_or(rest);
        let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length == 0 {
            return None;
        }
        let after = &inner[length..];
        let name = &inner[..length];
        rest = if braced.is_some() { after.strip_prefix('}')? } else { after };
        parts.push(match name.parse() {
            Ok(number) if braced.is_some() && number <= 9 => Part::Capture(number),
            _ => Part::Variable(in_lower_case(name)),
        });
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Some(parts)
}

fn in_lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// The names of the variables in a value.
pub(crate) fn variables(value: &str) -> Vec<String> {
    if !value.contains('$') {
        return Vec::new();
    }
    let names = parts(value).unwrap_or_default().into_iter().filter_map(|part| match part {
        Part::Variable(name) => Some(name.into_owned()),
        _ => None,
    });
    names.collect()
}

/// The name of the variable that a value consists of, if it is one variable and nothing else.
pub(crate) fn sole_variable(value: &str) -> Option<String> {
    match parts(value)?.as_slice() {
        [Part::Variable(name)] => Some(name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Part, parts, sole_variable};

    #[test]
    fn values_split_at_their_variables() {
        let text = Part::Text;
        let variable = |name| Part::Variable(Cow::Borrowed(name));
        assert_eq!(
            parts("http://$b$request_uri"),
            Some(vec![text("http://"), variable("b"), variable("request_uri")])
        );
        assert_eq!(parts("${a}b$1"), Some(vec![variable("a"), text("b"), Part::Capture(1)]));
        assert_eq!(parts("plain"), Some(vec![text("plain")]));
        assert_eq!(parts("a$"), None);
        assert_eq!(parts("${a"), None);
        assert_eq!(sole_variable("$http_upgrade").as_deref(), Some("http_upgrade"));
        assert_eq!(sole_variable("x$http_upgrade"), None);
    }
}
