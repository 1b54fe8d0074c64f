//! The lines of a file that say what it is: no blank ones and comments, no tags of template engines, and no Lua.

/// The tags of template engines that fill lines of their own, with what closes them.
const TAGS: [(&str, &str); 4] = [("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<%", "%>")];

/// The lines that say what the file is.
pub(super) fn significant_lines(text: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some((open, close)) = TAGS.into_iter().find(|(open, _)| trimmed.starts_with(open)) {
            if !trimmed[open.len()..].contains(close) {
                // A tag may go over many lines: a comment at the head of a template mostly does.
                lines.by_ref().find(|line| line.contains(close));
            }
            continue;
        }
        kept.push(line);
        if opens_lua(trimmed) {
            skip_block(trimmed, &mut lines);
        }
    }
    kept
}

fn opens_lua(line: &str) -> bool {
    let name = line.split([' ', '\t', '{']).next().unwrap_or_default();
    name.ends_with("_by_lua_block") && line.contains('{')
}

/// Skips to the end of the Lua that a line opens.
fn skip_block<'a>(opener: &str, lines: &mut impl Iterator<Item = &'a str>) {
    let opened_by_code = |line: &str| opened(line.split("--").next().unwrap_or_default());
    let mut depth = opened_by_code(opener);
    while depth > 0 {
        let Some(line) = lines.next() else { return };
        depth += opened_by_code(line);
    }
}

/// How many more braces a line opens than it closes.
pub(super) fn opened(line: &str) -> isize {
    line.chars().map(|c| isize::from(c == '{') - isize::from(c == '}')).sum()
}

#[cfg(test)]
mod tests {
    use super::significant_lines;

    #[test]
    fn comments_tags_and_lua_say_nothing() {
        let check = |text: &str, expected: &[&str]| assert_eq!(significant_lines(text), expected, "{text}");
        check("# a\n\n  listen 80;\n", &["  listen 80;"]);
        check("{% if tls %}\nlisten 443;\n{% endif %}\n", &["listen 443;"]);
        check("<%\n=begin\nCookbook Name:: a\n=end\n%>\nupstream a {\n}\n", &["upstream a {", "}"]);
        check("{#\n server = 1\n#}\nlisten 80;\n", &["listen 80;"]);
        check("{{ a }}\nlisten 80;\n", &["listen 80;"]);
        check(
            "access_by_lua_block {\n  local a = { b = 1 }\n  if a then\n  end\n}\nlisten 80;\n",
            &["access_by_lua_block {", "listen 80;"],
        );
        check(
            "init_by_lua_block { require 'a' }\nlisten 80;\n",
            &["init_by_lua_block { require 'a' }", "listen 80;"],
        );
    }
}
