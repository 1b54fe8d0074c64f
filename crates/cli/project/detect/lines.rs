//! The lines of a file that say what it is: no blank ones and comments, no tags of template engines.

/// The tags of template engines that fill lines of their own, with what closes them.
const TAGS: [(&str, &str); 4] = [("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<%", "%>")];

/// The lines that say what the file is.
pub(in crate::project) fn significant_lines(text: &str) -> Vec<&str> {
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
    }
    kept
}

/// Lines that no nginx or HAProxy configuration has, but that formats with similar words do.
pub(super) fn foreign(line: &str) -> bool {
    let trimmed = line.trim_end();
    let ini_header = trimmed.starts_with('[')
        && trimmed.ends_with(']')
        && trimmed[1..trimmed.len() - 1].chars().all(|c| c.is_alphanumeric() || " -_.:/".contains(c));
    ini_header
        || [
            "apiVersion:",
            "sub vcl_",
            "http_access ",
            "vcl 4",
            "varnishtest ",
            "<VirtualHost",
            "<?xml",
            "<!DOCTYPE",
        ]
        .iter()
        .any(|start| trimmed.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::significant_lines;

    #[test]
    fn comments_and_tags_say_nothing() {
        let check = |text: &str, expected: &[&str]| assert_eq!(significant_lines(text), expected, "{text}");
        check("# a\n\n  listen 80;\n", &["  listen 80;"]);
        check("{% if tls %}\nlisten 443;\n{% endif %}\n", &["listen 443;"]);
        check("<%\n=begin\nCookbook Name:: a\n=end\n%>\nupstream a {\n}\n", &["upstream a {", "}"]);
        check("{#\n server = 1\n#}\nlisten 80;\n", &["listen 80;"]);
        check("{{ a }}\nlisten 80;\n", &["listen 80;"]);
    }
}
