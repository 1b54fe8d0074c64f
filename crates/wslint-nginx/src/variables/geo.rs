//! `geo`: a variable whose value the address of the client decides, or another address of the request.

use std::net::{IpAddr, Ipv4Addr};

use super::decision::{Decision, ValueOf};
use super::state::State;
use crate::config::network::Network;
use crate::config::{Config, Line};
use wslint_model::Known;

/// Lines of a `geo` block that change how the others are read; `ranges` and `delete` are rare, and a `proxy` puts
/// another address in the place of the client's.
const SETTINGS: [&str; 4] = ["ranges", "delete", "proxy", "proxy_recursive"];

/// Looks a `geo` table up. `None` where it cannot be told which entry decides.
pub(super) fn decide(
    config: &Config<'_>,
    table: Line,
    state: &State,
    value_of: &mut ValueOf<'_>,
) -> Option<Decision> {
    let address = match config.arg_count(table) {
        1 => state.client?,
        // What is no address is taken for the last one of IPv4.
        _ => match value_of(&config.known_arg(table, 0)?, state) {
            Known::Known(text) => text.parse().unwrap_or(IpAddr::V4(Ipv4Addr::BROADCAST)),
            Known::Unknown => return None,
        },
    };
    let context = config.context(table.block?);
    if context.open || context.lines.iter().any(|&line| SETTINGS.contains(&config.name(line).as_ref())) {
        return None;
    }
    let mut nearest: Option<(u8, Line)> = None;
    let mut default = None;
    for &line in &context.lines {
        let name = config.name(line);
        if name == "default" {
            default = Some(line);
            continue;
        }
        let network = Network::read(&name)?;
        // Of two lines for one network the later one counts.
        if network.holds(address) && nearest.is_none_or(|(bits, _)| network.bits >= bits) {
            nearest = Some((network.bits, line));
        }
    }
    let entry = nearest.map(|(_, line)| line).or(default);
    let value = match entry {
        Some(line) => match config.arg(line, 0) {
            Some(Known::Known(text)) => Known::Known(text.into_owned()),
            _ => Known::Unknown,
        },
        None => Known::Known(String::new()),
    };
    Some(Decision { value, entry })
}
