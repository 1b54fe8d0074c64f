//! What nginx refuses inside of `map`, `geo` and `split_clients`: their children are entries, not directives.

use std::collections::HashSet;

use super::reason::{Refusal, RefusalKind};
use crate::config::names::Directive;
use crate::config::network::Network;
use crate::config::{Config, Context, Line, pattern};

/// The first entry of a table that would be refused.
pub(super) fn bad_entry(config: &Config<'_>, table: &Context) -> Option<Refusal> {
    let opener = table.opener?;
    let name = opener.name?;
    let mut seen = HashSet::new();
    let mut total = 0.0;
    table.lines.iter().find_map(|&line| {
        let reason = match name {
            Directive::Map => bad_map_entry(config, line, &mut seen),
            Directive::Geo => bad_geo_entry(config, table, line),
            Directive::SplitClients => bad_share(config, line, &mut total),
            _ => None,
        };
        reason.map(|reason| Refusal { kind: RefusalKind::Other, line, reason })
    })
}

fn count(config: &Config<'_>, line: Line, table: &str, alone: &[&str]) -> Option<String> {
    let name = config.name(line);
    let good = match config.arg_count(line) {
        0 => alone.contains(&name.as_ref()),
        1 => true,
        _ => false,
    };
    // A word that a template fills in may be several, or a whole line.
    let written = !config.tree(line).words(line.id).iter().any(|word| word.unknown);
    (!good && written).then(|| format!("invalid number of the {table} parameters"))
}

fn bad_map_entry(config: &Config<'_>, line: Line, seen: &mut HashSet<String>) -> Option<String> {
    if let Some(reason) = count(config, line, "map", &["hostnames", "volatile"]) {
        return Some(reason);
    }
    let written = config.tree(line).words(line.id).first().is_some_and(|word| !word.unknown);
    let source = config.name(line);
    if !written || config.arg_count(line) != 1 || source == "include" {
        return None;
    }
    if let Some(expression) = source.strip_prefix('~') {
        let expression = expression.strip_prefix('*').unwrap_or(expression);
        let flaw = pattern::flaw(expression)?;
        return Some(format!("pcre_compile() failed: {flaw} in \"{expression}\""));
    }
    let source = source.to_ascii_lowercase();
    if seen.insert(source.clone()) {
        return None;
    }
    Some(match source.as_str() {
        "default" => "duplicate default map parameter".to_owned(),
        _ => format!("conflicting parameter \"{source}\""),
    })
}

fn bad_geo_entry(config: &Config<'_>, table: &Context, line: Line) -> Option<String> {
    if let Some(reason) = count(config, line, "geo", &["ranges", "proxy_recursive", "volatile"]) {
        return Some(reason);
    }
    let ranges = table.lines.iter().any(|&line| config.name(line) == "ranges");
    let written = config.tree(line).words(line.id).first().is_some_and(|word| !word.unknown);
    let network = config.name(line);
    let special = matches!(network.as_ref(), "default" | "include" | "proxy" | "delete");
    if ranges || !written || special || config.arg_count(line) != 1 || Network::read(&network).is_some() {
        return None;
    }
    Some(format!("invalid network \"{network}\""))
}

fn bad_share(config: &Config<'_>, line: Line, total: &mut f64) -> Option<String> {
    if let Some(reason) = count(config, line, "split_clients", &[]) {
        return Some(reason);
    }
    let words = config.tree(line).words(line.id);
    let share = config.name(line);
    if share == "*" || words.first().is_none_or(|word| word.unknown) {
        return None;
    }
    let Some(percent) = share.strip_suffix('%').and_then(|number| number.parse::<f64>().ok()) else {
        return Some(format!("invalid percent value \"{share}\""));
    };
    *total += percent;
    (*total > 100.0).then(|| "percent total is greater than 100%".to_owned())
}
