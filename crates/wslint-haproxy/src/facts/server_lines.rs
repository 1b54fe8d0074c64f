//! What the lines of the servers of a section say that no rule asks and people compare: their shares and checks.

use crate::config::Config;
use crate::config::proxy::ProxyId;
use crate::config::server::{Destination, Server};
use wslint_model::Site;

/// How long a list is told. Longer ones are written by programs.
pub(super) const MOST_TOLD: usize = 32;

/// The words of a server's line that say how it is checked, each with how many words follow it.
const CHECK_WORDS: [(&str, usize); 11] = [
    ("check", 0),
    ("inter", 1),
    ("fastinter", 1),
    ("downinter", 1),
    ("rise", 1),
    ("fall", 1),
    ("slowstart", 1),
    ("port", 1),
    ("addr", 1),
    ("observe", 1),
    ("on-error", 1),
];

/// What the servers of a section share, and how they are checked, with the lines that say so.
#[derive(Debug, Default)]
pub(super) struct ServerLines {
    /// The address and the weight of each, where these differ.
    pub(super) shares: Vec<(String, Site)>,
    /// What says how they are checked.
    pub(super) checks: Vec<(String, Site)>,
}

impl ServerLines {
    /// Those of the servers of a section; none where these are many.
    pub(super) fn of(config: &Config<'_>, backend: ProxyId) -> Self {
        let section = config.proxy(backend);
        let servers = config.usable(backend);
        let mut lines = Self::default();
        if servers.len() > MOST_TOLD {
            return lines;
        }
        let line = |server: &Server| &section.statements[server.statement];
        let known = servers.iter().map(|server| Some((server.address(Destination::default())?, *server)));
        let Some(mut known) = known.collect::<Option<Vec<_>>>() else {
            return lines;
        };
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        let weight = |server: &Server| server.weight.unwrap_or(1);
        if known.iter().any(|(_, server)| weight(server) != weight(known[0].1)) {
            let shares = known.iter().map(|(address, server)| {
                (format!("{address} weight {}", weight(server)), line(server).site())
            });
            lines.shares = shares.collect();
        }
        let checks = &mut lines.checks;
        for name in ["option httpchk", "http-check", "tcp-check", "default-server"] {
            let (first, second) = name.split_once(' ').unwrap_or((name, ""));
            for statement in &section.statements {
                if statement.word(0) == first && (second.is_empty() || statement.word(1) == second) {
                    checks.push((statement.shown(..), statement.site()));
                }
            }
        }
        for (address, server) in &known {
            let statement = line(server);
            let mut said = Vec::new();
            let mut at = 3;
            while at < statement.words.len() {
                let word = statement.word(at);
                let Some((_, more)) = CHECK_WORDS.iter().find(|(name, _)| *name == word) else {
                    at += 1;
                    continue;
                };
                said.extend((at..=at + more).map(|at| statement.word(at)).filter(|word| !word.is_empty()));
                at += more + 1;
            }
            if !said.is_empty() {
                checks.push((format!("{address} {}", said.join(" ")), statement.site()));
            }
        }
        checks.truncate(MOST_TOLD);
        lines
    }
}
