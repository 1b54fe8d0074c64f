//! Dollar signs of a configuration in another file that its lines do not work with.

use std::collections::HashMap;

use super::header_lines::asks_for_upgrade;
use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::Slip;
use wslint_model::choices::Slip as Kind;

/// The lines that a slip breaks, by their levels and in order.
pub(crate) type Slips<'p> = HashMap<ContextId, Vec<(Line, &'p Slip)>>;

/// Finds the slips that lines do not work with.
pub(crate) fn slips<'p>(config: &Config<'p>) -> Slips<'p> {
    let mut found: Slips<'p> = HashMap::new();
    let slipped = |file: &wslint_model::File| file.host.as_ref().is_some_and(|host| !host.slips.is_empty());
    if !config.project().files.iter().any(slipped) {
        return found;
    }
    for (level, context) in config.contexts() {
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
            let slips: Vec<_> = slips.map(|slip| (line, slip)).collect();
            if !slips.is_empty() {
                found.entry(level).or_default().extend(slips);
            }
        }
    }
    found
}

/// Whether nginx refuses a line because of a slip, or sends a header that no server takes.
fn breaks(config: &Config<'_>, line: Line, slip: &Slip) -> bool {
    let source = config.tree(line).source();
    let before = slip.span.start.checked_sub(1).and_then(|at| source.get(at as usize));
    let after = source.get(slip.span.end as usize);
    let decides = line.name == Some(Directive::ProxySetHeader)
        && config.known_arg(line, 0).is_some_and(|name| asks_for_upgrade(&name));
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
