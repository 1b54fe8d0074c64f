//! Dollar signs that the file around a configuration escapes where it must not, or does not where it must.

use wslint_model::choices::Slip as Kind;
use wslint_model::{Cause, Facts, Mark, Origin, Role, Site, Slip};

use crate::config::names::Directive;
use crate::config::{Config, ContextId, Line};
use crate::questions;

/// Answers what is wrong with the dollar signs of the lines that a level and those around it have.
pub(super) fn tell(config: &Config<'_>, level: ContextId, facts: &mut Facts) {
    let mut found: Vec<(Line, &Slip)> = Vec::new();
    for (_, context) in config.outwards(level) {
        for &line in &context.lines {
            let Some(host) = &config.project().file(line.file).host else { continue };
            let span = config.site(line).span;
            // A word that is gone stood behind the last one.
            let source = &config.tree(line).source()[span.end as usize..];
            let more = source.iter().take_while(|byte| !b";{}".contains(byte)).count() as u32;
            let within = |slip: &&Slip| span.start <= slip.span.start && slip.span.end <= span.end + more;
            let first = host.slips.partition_point(|slip| slip.span.start < span.start);
            let slips =
                host.slips[first..].iter().take_while(within).filter(|slip| breaks(config, line, slip));
            found.extend(slips.map(|slip| (line, slip)));
        }
    }
    let Some(&(_, first)) = found.first() else { return };
    let same = found.iter().filter(|(_, slip)| slip.kind == first.kind);
    let words = match first.kind {
        Kind::Kept => "the backslash stays, as the delimiter is quoted",
        Kind::Expanded => "the shell puts nothing in its place, as the delimiter is not quoted",
        Kind::Interpolated => "Docker Compose puts nothing in its place",
        Kind::Doubled => "nothing makes one dollar sign of these two",
    };
    let mark = |&(line, slip): &(Line, &Slip)| Mark {
        site: if slip.span.is_empty() {
            config.site(line)
        } else {
            Site { file: line.file, span: slip.span }
        },
        role: Role::Says(words.to_owned()),
    };
    let cause = Cause { origin: Origin::Set, marks: same.map(mark).collect() };
    facts.answer(&questions::SLIP, first.kind, cause.clone());
    facts.answer(&questions::SLIP_VARIABLE, first.variable.clone(), cause);
}

/// Whether nginx refuses a line because of a slip, or sends a header that no server takes.
fn breaks(config: &Config<'_>, line: Line, slip: &Slip) -> bool {
    let source = config.tree(line).source();
    let before = slip.span.start.checked_sub(1).and_then(|at| source.get(at as usize));
    let after = source.get(slip.span.end as usize);
    let decides = line.name == Some(Directive::ProxySetHeader)
        && config.known_arg(line, 0).is_some_and(|name| {
            name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
        });
    match slip.kind {
        Kind::Kept => decides,
        Kind::Expanded | Kind::Interpolated => {
            let blank = |byte: Option<&u8>| {
                byte.is_none_or(|byte| byte.is_ascii_whitespace() || b";{".contains(byte))
            };
            decides || (blank(before) && blank(after) && takes_variables(&config.name(line)))
        }
        Kind::Doubled => takes_variables(&config.name(line)),
    }
}

/// Whether nginx looks for variables in what follows a directive, and wants each of its words.
fn takes_variables(name: &str) -> bool {
    matches!(
        name,
        "proxy_set_header" | "proxy_pass" | "map" | "set" | "if" | "proxy_cache_key" | "limit_req_zone"
    )
}
