//! Which versions a requirement allows: `==1.2.3`, `~=4.0`, `^1.2`, `~> 6`, `>=1.67,<2`.

use wslint_model::Version;
use wslint_model::product::Versions;

/// The versions that all parts of a requirement allow. What cannot be read allows any.
pub(super) fn allowed(text: &str) -> Versions {
    if text.contains("||") {
        return Versions::ALL;
    }
    let parts = text.split(',').flat_map(comparisons);
    parts.fold(Versions::ALL, |versions, part| versions.and(comparison(part)))
}

/// `>=1.2 <2` are two, `>= 1.2` is one.
fn comparisons(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut number = false;
    for (at, c) in text.char_indices() {
        if number && matches!(c, '<' | '>' | '=' | '^' | '~') {
            parts.push(&text[start..at]);
            (start, number) = (at, false);
        }
        number |= c.is_ascii_digit();
    }
    parts.push(&text[start..]);
    parts
}

fn comparison(text: &str) -> Versions {
    let text = text.trim();
    let digits = text.trim_start_matches(['=', '~', '^', '<', '>', '!', 'v', ' ']);
    let operator = text[..text.len() - digits.len()].trim_end_matches(['v', ' ']);
    let Some(numbers) = numbers(digits) else { return Versions::ALL };
    let version = |numbers: &[u32]| {
        let number = |at| numbers.get(at).copied().unwrap_or(0);
        Version(number(0), number(1), number(2))
    };
    let least = || Versions::from(version(&numbers));
    match operator {
        "" | "=" | "==" | "===" => Versions::beginning(&numbers),
        ">=" | ">" => least(),
        "<" => Versions::before(version(&numbers)),
        // The last number may grow; alone it stands for all that begin so.
        "~=" | "~>" => Versions::beginning(&numbers[..numbers.len().saturating_sub(1).max(1)]).and(least()),
        "~" => Versions::beginning(&numbers[..numbers.len().min(2)]).and(least()),
        // The first number that is not 0 stays.
        "^" => {
            let kept = numbers.iter().take_while(|&&number| number == 0).count() + 1;
            Versions::beginning(&numbers[..kept.min(numbers.len())]).and(least())
        }
        _ => Versions::ALL,
    }
}

/// `1.2.3`, `1.*` and `1.x`, without what a release candidate or a build adds.
fn numbers(text: &str) -> Option<Vec<u32>> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let rest = &text[end..];
    let plain =
        rest.is_empty() || rest.starts_with(['*', 'x', 'X', '-', '+', 'r', 'a', 'b', 'p', ' ', '@', '(']);
    let digits = text[..end].trim_end_matches('.');
    let numbers: Vec<u32> = digits.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    plain.then_some(numbers)
}

#[cfg(test)]
mod tests {
    use wslint_model::Version;
    use wslint_model::product::Versions;

    use super::allowed;

    #[test]
    fn requirements_allow_versions() {
        let exactly = |numbers: &[u32]| Versions::beginning(numbers);
        let since = |major, minor, patch| Versions::from(Version(major, minor, patch));
        let before = |major, minor| Versions::before(Version(major, minor, 0));
        for (text, expected) in [
            ("==1.2.3", exactly(&[1, 2, 3])),
            ("v1.5.0", exactly(&[1, 5, 0])),
            ("1.2.3-rc1", exactly(&[1, 2, 3])),
            ("==1.*", exactly(&[1])),
            ("1.x", exactly(&[1])),
            (">=1.67", since(1, 67, 0)),
            (">=1.67,<2", since(1, 67, 0).and(before(2, 0))),
            (">= 1.67 < 2", since(1, 67, 0).and(before(2, 0))),
            ("~=1.30", exactly(&[1]).and(since(1, 30, 0))),
            ("~=1.30.2", exactly(&[1, 30]).and(since(1, 30, 2))),
            ("~> 6", exactly(&[6])),
            ("~> 1.7", exactly(&[1]).and(since(1, 7, 0))),
            ("~1.7.2", exactly(&[1, 7]).and(since(1, 7, 2))),
            ("^1.30", exactly(&[1]).and(since(1, 30, 0))),
            ("^0.3.1", exactly(&[0, 3]).and(since(0, 3, 1))),
            ("!=1.2", Versions::ALL),
            ("^1 || ^2", Versions::ALL),
            ("*", Versions::ALL),
            ("latest", Versions::ALL),
            ("", Versions::ALL),
            ("git+https://example.com/a.git", Versions::ALL),
            ("2>1", exactly(&[2]).and(since(1, 0, 0))),
            ("99999999999", Versions::ALL),
        ] {
            assert_eq!(allowed(text), expected, "{text}");
        }
    }
}
