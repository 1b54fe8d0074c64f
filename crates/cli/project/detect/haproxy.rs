//! What the lines of a HAProxy configuration look like.

use super::lines::foreign;
use super::tells::STRAY_NULS;
use super::words::is_haproxy_keyword;

/// Whether sections and keywords of HAProxy stand in the lines.
pub(super) fn is_haproxy(lines: &[&str]) -> bool {
    let nuls: usize = lines.iter().map(|line| memchr::memchr_iter(0, line.as_bytes()).count()).sum();
    if nuls > STRAY_NULS || lines.iter().any(|line| foreign(line)) {
        return false;
    }
    let mut counted = 0;
    let mut sections = 0;
    let mut indented = 0;
    let mut keywords = 0;
    let mut continued = false;
    for line in lines {
        // What goes over many lines is as long as it likes.
        if continued {
            continued = line.ends_with('\\');
            continue;
        }
        counted += 1;
        let mut words = line.split_whitespace();
        let Some(mut first) = words.next() else { continue };
        let mut second = words.next();
        let named = second.is_some_and(|name| {
            name.starts_with("{{") || !(name.starts_with(['=', ':', '{']) || name.ends_with([';', '{']))
        });
        let section = match first {
            "global" => second.is_none_or(|rest| rest.starts_with('#')),
            "defaults" => second.is_none() || named,
            "frontend" | "backend" | "listen" | "userlist" | "resolvers" | "peers" | "cache" | "program"
            | "mailers" | "http-errors" | "log-forward" | "ring" | "fcgi-app" | "crt-store" => named,
            _ => false,
        };
        // `no option …` negates what stands behind it.
        if matches!(first, "no" | "default") {
            first = second.unwrap_or_default();
            second = words.next().or(Some(""));
        }
        if section {
            if line.starts_with([' ', '\t']) { indented += 1 } else { sections += 1 }
        } else if sections + indented > 0
            && !line.ends_with([';', '{'])
            && second.is_some_and(|second| second != "=")
            && is_haproxy_keyword(first)
        {
            keywords += 1;
            continued = line.ends_with('\\');
        }
    }
    // Some people and most heredocs indent the section lines; then more has to speak for it.
    let speaks = (sections > 0 && keywords > 0) || (indented > 0 && keywords >= 3);
    // Prose has lines that begin with such words as well. In real files they are three of four at least, in templates
    // that are mostly macros one of two.
    speaks && (sections + indented + keywords) * 3 >= counted
}
