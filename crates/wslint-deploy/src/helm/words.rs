//! The words of an expression: those of a pipeline, with quotes and parentheses left whole.

/// How deep parentheses stand in each other. Charts have two or three.
const MOST_DEEP: usize = 16;

/// Cuts an expression at a byte that stands in no quotes and no parentheses; none of one that does not close.
pub(super) fn cut(words: &str, at: impl Fn(char) -> bool) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let (mut start, mut deep) = (0, 0_usize);
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (place, character) in words.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None => match character {
                '"' | '`' | '\'' => quote = Some(character),
                '(' => deep += 1,
                ')' => deep = deep.checked_sub(1)?,
                _ if deep == 0 && at(character) => {
                    found.push(words[start..place].trim());
                    start = place + character.len_utf8();
                }
                _ => {}
            },
        }
        if deep > MOST_DEEP {
            return None;
        }
    }
    found.push(words[start..].trim());
    (quote.is_none() && deep == 0).then_some(found)
}

/// The stages of a pipeline.
pub(super) fn stages(words: &str) -> Option<Vec<&str>> {
    cut(words, |character| character == '|')
}

/// The words of a stage.
pub(super) fn arguments(stage: &str) -> Option<Vec<&str>> {
    let mut words = cut(stage, char::is_whitespace)?;
    words.retain(|word| !word.is_empty());
    Some(words)
}

/// What stands within the parentheses that are all of a word.
pub(super) fn within(word: &str) -> Option<&str> {
    let inner = word.strip_prefix('(')?.strip_suffix(')')?;
    cut(inner, |_| false).map(|_| inner)
}

/// A text, number or flag that stands in the template.
pub(super) fn literal(word: &str) -> Option<String> {
    let quoted = ["\"", "'", "`"]
        .iter()
        .find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains('\\')));
    let digits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let number =
        || (word.starts_with(|c: char| c.is_ascii_digit()) && word.bytes().all(digits)).then_some(word);
    quoted.or_else(number).or(matches!(word, "true" | "false").then_some(word)).map(str::to_owned)
}

/// An expression with one blank between its words, in which the chart is called by its dot: the name that a chart gives its
/// objects is the same wherever it stands.
pub(super) fn squeezed(words: &str) -> String {
    let words = words.split_whitespace().map(|word| if word == "$" { "." } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{arguments, stages, within};

    #[test]
    fn quotes_and_parentheses_stay_whole() {
        assert_eq!(
            stages(r#"printf "a|%s" (b | c) | quote"#),
            Some(vec![r#"printf "a|%s" (b | c)"#, "quote"])
        );
        assert_eq!(arguments(r#"tpl  (toYaml .a) ."#), Some(vec!["tpl", "(toYaml .a)", "."]));
        assert_eq!(arguments("a (b"), None);
        assert_eq!(arguments("a b)"), None);
        assert_eq!(within("(a (b))"), Some("a (b)"));
        assert_eq!(within("(a) (b)"), None);
    }
}
