//! What the lines of an nginx configuration look like.

use super::lines::opened;
use super::words::{is_common, is_strong};

/// Whether blocks and directives of nginx stand in the lines.
pub(super) fn is_nginx(lines: &[&str]) -> bool {
    let mut known = 0;
    let mut strong = 0;
    let mut counted = 0;
    let mut ended = 0;
    let mut skipped = 0;
    for line in lines {
        let line = line.trim();
        // The rows of a table are anything, and there may be thousands.
        if skipped > 0 {
            skipped += opened(line);
            ended += usize::from(line.ends_with(';'));
            continue;
        }
        // Closing braces stand in many formats and say nothing.
        if line.chars().all(|c| "{}; ".contains(c)) {
            continue;
        }
        counted += 1;
        let end = line.find([' ', '\t', ';', '{']).unwrap_or(line.len());
        let name = line[..end].trim_matches(['"', '\'']);
        let rest = &line[end..];
        let ends = rest.contains(';') || rest.contains('{');
        if is_table(name) {
            skipped = opened(line);
        } else if (name != "location" && rest.trim_start().starts_with("= "))
            || (opens_block(name, rest) && opens_assignment(rest))
        {
            // HOCON and its like; no directive but `location` takes a lone `=` first.
            return false;
        }
        let listens = name == "listen" && !rest.trim_start().starts_with("on ");
        if line.contains(';') || matches!(name, "events" | "http") || listens {
            ended += 1;
        }
        if opens_block(name, rest) || (ends && is_strong(name)) {
            strong += 1;
            known += 1;
        } else if is_common(name) {
            known += 1;
        }
    }
    // The servers and locations of OpenBSD's httpd and relayd look alike, but end without a semicolon.
    // A third is enough: arguments that go over many lines and template branches are not known by their first word.
    strong > 0 && ended > 0 && known * 3 >= counted
}

/// Whether the block of a directive holds rows, not directives.
fn is_table(name: &str) -> bool {
    matches!(name, "map" | "geo" | "split_clients")
}

/// Whether a block begins with `name = value` in the line that opens it.
fn opens_assignment(rest: &str) -> bool {
    let Some((_, inner)) = rest.split_once("{ ") else { return false };
    inner.split_once(' ').is_some_and(|(name, value)| {
        !name.contains(['$', '"', '\'']) && name != "location" && value.starts_with("= ")
    })
}

/// Block openers of nginx with the arguments that they take, since `server {` and the like stand in other formats.
fn opens_block(name: &str, rest: &str) -> bool {
    let arguments = rest.split('{').next().unwrap_or_default().split_whitespace().count();
    let opens = rest.contains('{') || rest.trim().is_empty();
    opens
        && match name {
            "http" | "events" | "server" | "stream" => arguments == 0,
            "upstream" | "geo" | "map" | "split_clients" => {
                (1..=2).contains(&arguments) && rest.contains('{')
            }
            "location" => arguments > 0,
            "if" => tests_like_nginx(rest),
            _ => false,
        }
}

/// Whether the condition of an `if` is one of nginx: a variable, alone or compared, or a file. Other languages have
/// variables with a `$` too, but test them by other operators, and expressions.
fn tests_like_nginx(rest: &str) -> bool {
    let condition = rest.trim_start().strip_prefix('(').unwrap_or_default().trim_start();
    let Some(variable) = condition.strip_prefix('$') else {
        return ["-", "!-", "{{", "<%"].iter().any(|start| condition.starts_with(start));
    };
    let named = |c: char| c.is_ascii_alphanumeric() || "_{}".contains(c);
    let operator = variable.trim_start_matches(named).trim_start();
    operator.starts_with(')')
        || ["=", "!=", "~", "~*", "!~", "!~*"].contains(&operator.split(' ').next().unwrap_or_default())
}
