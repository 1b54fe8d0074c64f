//! What no rule asks and people compare: headers of the configuration's own, and the shares and checks of servers.

use super::http::{rules_of_stage, site_of};
use super::tried::Tried;
use crate::config::Config;
use crate::config::action::{Action, Stage};
use crate::config::proxy::ProxyId;
use crate::config::server::{Destination, Server};
use crate::questions as ask;
use wslint_model::{Cause, Facts, Mark, Origin, Question, Role, Site, answer};

/// How long a list is told. Longer ones are written by programs.
const MOST_TOLD: usize = 32;

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

/// Answers these questions.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    own_headers(tried, facts);
    let Some(backend) = tried.backend() else { return };
    let details = tried.shared.details(backend, || Details::of(tried.config, backend));
    tell(&ask::SHARES, &details.shares, facts);
    tell(&ask::CHECKS, &details.checks, facts);
}

/// What the servers of a section share, and how they are checked, with the lines that say so.
#[derive(Debug, Default)]
pub(super) struct Details {
    shares: Vec<(String, Site)>,
    checks: Vec<(String, Site)>,
}

impl Details {
    fn of(config: &Config<'_>, backend: ProxyId) -> Self {
        let section = config.proxy(backend);
        let servers = config.usable(backend);
        let mut details = Self::default();
        if servers.len() > MOST_TOLD {
            return details;
        }
        let line = |server: &Server| &section.statements[server.statement];
        let address = |server: &Server| server.address(Destination::default());
        let Some(mut known) =
            servers.iter().map(|server| Some((address(server)?, *server))).collect::<Option<Vec<_>>>()
        else {
            return details;
        };
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        let weight = |server: &Server| server.weight.unwrap_or(1);
        if known.iter().any(|(_, server)| weight(server) != weight(known[0].1)) {
            let shares = known.iter().map(|(address, server)| {
                (format!("{address} weight {}", weight(server)), line(server).site())
            });
            details.shares = shares.collect();
        }
        let checks = &mut details.checks;
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
        details
    }
}

/// The rules about other headers of requests, as the configuration writes them.
fn own_headers(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let asked = answer::is_asked_for;
    let mut own: Vec<(String, Site)> = Vec::new();
    for (proxy, rule) in rules_of_stage(tried, Stage::HttpRequest) {
        let tells = match &rule.action {
            Action::SetHeader(name, _) | Action::AddHeader(name, _) | Action::DelHeader(name, _) => {
                !asked(name)
            }
            Action::ReplaceHeader { name, .. } => !asked(name),
            _ => false,
        };
        if tells {
            let statement = &tried.config.proxy(proxy).statements[rule.statement];
            own.push((statement.shown(1..), site_of(tried, proxy, rule)));
        }
        if own.len() > MOST_TOLD {
            return;
        }
    }
    tell(&ask::OWN_HEADERS, &own, facts);
}

fn tell(question: &'static Question<String>, texts: &[(String, Site)], facts: &mut Facts) {
    if !texts.is_empty() {
        let marks = texts.iter().map(|(_, site)| Mark { site: *site, role: Role::SetHere });
        let cause = Cause { origin: Origin::Set, marks: marks.collect() };
        let texts: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        facts.answer(question, texts.join("; "), cause);
    }
}
