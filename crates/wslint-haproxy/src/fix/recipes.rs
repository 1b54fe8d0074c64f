//! The recipes that change one line or one word.

use super::bench::Bench;
use super::lines::Lines;
use crate::config::OLD_TIMEOUTS;
use crate::config::duration;
use crate::config::proxy::Proxy;
use crate::config::server::Server;
use crate::questions as ask;
use crate::statement::Statement;
use wslint_model::{Answer, Edit, Mark, Question, Route, Site};

/// `http-request del-header Upgrade` guards against other upgrades; with the condition it still does.
pub(super) fn spare_handshakes(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, &ask::UPGRADE).filter(|line| line.word(1) == "del-header")?;
    Some(vec![spare(lines, line, "{ hdr(Upgrade) -i websocket }")?])
}

/// A rule over all responses that leaves the 101 alone.
pub(super) fn spare_switching(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench
        .cause(route, &ask::RESPONSE_HEADERS)
        .filter(|line| matches!(line.word(0), "http-response" | "http-after-response"))?;
    Some(vec![spare(lines, line, "{ status 101 }")?])
}

/// Adds the exception of a test to a rule.
fn spare(lines: &Lines<'_>, line: &Statement<'_>, test: &str) -> Option<Edit> {
    let words: Vec<&str> = line.words.iter().map(|word| word.text).collect();
    let addition = match words.iter().find(|word| matches!(**word, "if" | "unless")) {
        None => format!(" unless {test}"),
        Some(&"unless") => format!(" or {test}"),
        Some(_) if words.iter().any(|word| matches!(*word, "or" | "||")) => return None,
        Some(_) => format!(" !{test}"),
    };
    Some(lines.append(line, &addition))
}

/// Deletes the rules that set `Upgrade` and `Connection` on every request.
pub(super) fn delete_upgrade_rules(
    bench: &Bench<'_, '_>,
    lines: &Lines<'_>,
    route: &Route,
) -> Option<Vec<Edit>> {
    let marks = &route.facts.fact(&ask::FORCED_UPGRADE)?.cause.marks;
    let edits: Vec<Edit> = marks
        .iter()
        .filter_map(|mark| bench.at(mark.site))
        .filter(|line| {
            matches!(line.word(1), "set-header" | "add-header")
                && ["upgrade", "connection"].contains(&line.word(2).to_ascii_lowercase().as_str())
        })
        .map(|line| lines.delete(line))
        .collect::<Option<_>>()?;
    (!edits.is_empty()).then_some(edits)
}

/// Deletes the `http-request` rule that decides a question, unless it names its headers by a pattern.
pub(super) fn delete_rule<T: Answer>(
    bench: &Bench<'_, '_>,
    lines: &Lines<'_>,
    route: &Route,
    question: &'static Question<T>,
) -> Option<Vec<Edit>> {
    let is_plain = |line: &&Statement<'_>| line.words.iter().all(|word| word.text != "-m");
    let line = bench.cause(route, question).filter(|line| line.word(0) == "http-request").filter(is_plain)?;
    Some(vec![lines.delete(line)?])
}

/// Gives each server of the backend a cookie value: its name. With `declare` the cookie itself too.
pub(super) fn cookies(
    bench: &Bench<'_, '_>,
    lines: &Lines<'_>,
    route: &Route,
    declare: bool,
) -> Option<Vec<Edit>> {
    let site = route.facts.fact(&ask::AFFINITY)?.cause.marks.first()?.site;
    let section = bench.section(site)?;
    let mut edits = Vec::new();
    if declare {
        edits.push(lines.insert_first(
            &section.header,
            &section.statements,
            "cookie SERVERID insert indirect nocache",
        )?);
    }
    for server in section.servers.iter().filter(|server| server.cookie.is_none()) {
        let statement = &section.statements[server.statement];
        if statement.word(0) != "server" || statement.has_unknown() {
            return None;
        }
        edits.push(lines.append(statement, &format!(" cookie {}", server.name)));
    }
    (!edits.is_empty()).then_some(edits)
}

/// Adds `stick on src` below a table of addresses.
pub(super) fn stick_on_source(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, &ask::AFFINITY).filter(|line| line.word(0) == "stick-table")?;
    let words: Vec<&str> = line.words.iter().map(|word| word.text).collect();
    let of_addresses = words.windows(2).any(|two| two[0] == "type" && matches!(two[1], "ip" | "ipv6"));
    of_addresses.then(|| lines.insert_after(line, "stick on src")).flatten().map(|edit| vec![edit])
}

/// Writes another word in the place of one of these, on the line that decides a question.
pub(super) fn replace<T: Answer>(
    bench: &Bench<'_, '_>,
    lines: &Lines<'_>,
    route: &Route,
    question: &'static Question<T>,
    words: &[(&str, &str)],
) -> Option<Vec<Edit>> {
    let line = bench.cause(route, question)?;
    let place = route.facts.fact(question)?.cause.marks.first()?.site;
    // The word stands before the pattern that is marked, or anywhere on a line that is marked as a whole.
    let end = if place.span == line.span { line.span.end } else { place.span.start };
    let candidates = line.words.iter().enumerate().filter(|(_, word)| word.span.start < end);
    candidates.rev().find_map(|(index, word)| {
        let (_, to) = words.iter().find(|(from, _)| *from == word.text)?;
        Some(vec![lines.replace_word(line, index, to)])
    })
}

/// Adds `-i` before the pattern that is marked.
pub(super) fn ignore_case(bench: &Bench<'_, '_>, route: &Route) -> Option<Vec<Edit>> {
    let site = route.facts.fact(&ask::HANDSHAKE_TEST)?.cause.marks.first()?.site;
    bench.at(site).filter(|line| !line.undecided && line.span != site.span)?;
    let start = site.span.start as usize;
    let site = Site { file: site.file, span: wslint_syntax::Span::new(start, start) };
    Some(vec![Edit { site, text: b"-i ".to_vec() }])
}

/// `1h30m` becomes `90m`, `1hour` becomes `1h`.
pub(super) fn one_unit(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, &ask::TIMEOUT_SUFFIX).filter(|line| line.word(0) == "timeout")?;
    let written = line.word(2);
    let time = duration::parse(written).ok().filter(|time| time.junk > 0)?;
    let ignored = &written[written.len() - time.junk..];
    let meant = match ignored.bytes().any(|byte| byte.is_ascii_digit()) {
        false => written[..written.len() - time.junk].to_owned(),
        true => sum(written)?,
    };
    Some(vec![lines.replace_word(line, 2, &meant)])
}

/// The sum of times with a unit each, in the smallest unit that is written.
fn sum(text: &str) -> Option<String> {
    let mut rest = text;
    let mut seconds = 0_u64;
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[digits..digits + letters] {
            "d" => 86_400,
            "h" | "hour" | "hours" => 3_600,
            "m" | "min" | "mins" => 60,
            "s" | "sec" | "secs" => 1,
            _ => return None,
        };
        seconds += number.checked_mul(unit)?;
        smallest = smallest.min(unit);
        rest = &rest[digits + letters..];
    }
    let unit = match smallest {
        86_400 => "d",
        3_600 => "h",
        60 => "m",
        _ => "s",
    };
    Some(format!("{}{unit}", seconds / smallest))
}

/// The longest time in the place of one that is too long.
pub(super) fn longest_time(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let marks = &route.facts.fact(&ask::TIME_TOO_LONG)?.cause.marks;
    let edits = each(bench, marks, |line, site| {
        let index = line.words.iter().position(|word| word.span == site.span)?;
        Some(lines.replace_word(line, index, "24d"))
    });
    (!edits.is_empty()).then_some(edits)
}

/// The keyword of today in the place of one that was removed, where one line says the same.
pub(super) fn modern_keyword(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let marks = &route.facts.fact(&ask::REMOVED_KEYWORD)?.cause.marks;
    let edits = each(bench, marks, |line, _| {
        let of_today = OLD_TIMEOUTS.iter().find(|(old, _)| *old == line.word(0));
        if let Some((_, today)) = of_today {
            return Some(lines.replace_word(line, 0, &format!("timeout {today}")));
        }
        let keyword = match line.word(0) {
            "redispatch" => "option redispatch",
            "option" if matches!(line.word(1), "forceclose" | "http-tunnel" | "http-use-htx") => {
                return lines.delete(line);
            }
            _ => return None,
        };
        Some(lines.replace_word(line, 0, keyword))
    });
    (!edits.is_empty()).then_some(edits)
}

fn each(
    bench: &Bench<'_, '_>,
    marks: &[Mark],
    edit: impl Fn(&Statement<'_>, Site) -> Option<Edit>,
) -> Vec<Edit> {
    marks.iter().filter_map(|mark| edit(bench.at(mark.site)?, mark.site)).collect()
}

/// Adds `ws h1` to each server line of the section that would use HTTP/2 for handshakes.
pub(super) fn websocket_over_h1(
    bench: &Bench<'_, '_>,
    lines: &Lines<'_>,
    route: &Route,
) -> Option<Vec<Edit>> {
    let site = route.facts.fact(&ask::SERVER_PROTOCOL)?.cause.marks.first()?.site;
    let section = bench.section(site)?;
    let concerned = |server: &&Server| server.settings.offers_h2() || server.settings.websocket_over_h2();
    let edits: Option<Vec<Edit>> = section
        .servers
        .iter()
        .filter(concerned)
        .map(|server| {
            let statement = &section.statements[server.statement];
            let given = (2..statement.words.len()).find(|&index| statement.word(index) == "ws");
            match given {
                Some(index) => Some(lines.replace_word(statement, index + 1, "h1")),
                // What comes from a `default-server` line is overridden here.
                None if !statement.has_unknown() => Some(lines.append(statement, " ws h1")),
                None => None,
            }
        })
        .collect();
    edits.filter(|edits| !edits.is_empty())
}

/// Offers HTTP/1.1 alone on a `bind` line.
pub(super) fn offer_h1(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, &ask::LISTENER).filter(|line| line.word(0) == "bind")?;
    let alpn = (2..line.words.len()).find(|&index| line.word(index) == "alpn")?;
    Some(vec![lines.replace_word(line, alpn + 1, "http/1.1")])
}

/// Removes `proto h2` from a `bind` line.
pub(super) fn any_protocol(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, &ask::LISTENER).filter(|line| line.word(0) == "bind")?;
    let proto = (2..line.words.len()).find(|&index| line.word(index) == "proto")?;
    Some(vec![lines.remove_words(line, proto, proto + 1)])
}

impl<'b, 'p> Bench<'b, 'p> {
    /// The section that holds a place.
    fn section(&self, site: Site) -> Option<&'b Proxy<'p>> {
        let holds = |statement: &Statement<'_>| {
            statement.file == site.file
                && statement.span.start <= site.span.start
                && site.span.end <= statement.span.end
        };
        let id = self.config.section_at(site)?;
        let section = self.config.proxy(id);
        (holds(&section.header) || self.config.line_at(id, site).is_some()).then_some(section)
    }
}
