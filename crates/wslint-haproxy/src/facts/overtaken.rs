//! Rules for a whole host that take the path of a later rule.

use std::collections::HashSet;

use super::cause::says;
use super::tried::Tried;
use crate::questions as ask;
use crate::routes::probe::{self, follow};
use crate::routes::wish::Wish;
use wslint_model::{Facts, Origin, Role};

/// Of a section that names more hosts than this nothing is told: each of them is tried for each path.
const MOST_HOSTS: usize = 64;

/// A rule for a path, without a host, sees nothing of the hosts that earlier rules have taken as a whole. Where these are
/// all hosts that the section names, and any other host goes where they go as well, it was meant for one of them.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let candidate = tried.candidate;
    let wish = &candidate.wish;
    let (Some(own), None, Some(_)) = (candidate.switch, &wish.host, &wish.path) else { return };
    let section = tried.config.proxy(candidate.frontend);
    if tried.arrived().next().is_none() {
        return;
    }
    let hosts = tried.shared.hosts(candidate.frontend, || {
        let mut hosts: HashSet<String> = HashSet::new();
        for switch in &section.switches {
            for terms in probe::alternatives(switch.condition.as_ref()) {
                hosts.extend(probe::wishes(section, terms).into_iter().filter_map(|wish| wish.host));
            }
        }
        hosts
    });
    if hosts.len() > MOST_HOSTS {
        return;
    }
    let otherwise = tried.config.value(candidate.frontend, "default_backend").map(|(name, _)| name);
    let mut by = None;
    for host in hosts.iter() {
        let wish = Wish { host: Some(host.clone()), any_host: false, ..wish.clone() };
        let ways = follow(&tried.surroundings, candidate.frontend, &wish, true);
        for way in ways.iter() {
            let taken = way.taken.switch.filter(|&switch| switch < own);
            let backend = way.taken.backend.filter(|&backend| Some(backend) != candidate.backend);
            let (Some(switch), Some(backend)) = (taken, backend) else { return };
            let elsewhere = otherwise.is_some_and(|name| name != Some(&tried.config.proxy(backend).name));
            if elsewhere || !ways.runs.complete {
                return;
            }
            by = by.max(Some(switch));
        }
    }
    let Some(by) = by else { return };
    let site = |switch: usize| section.statements[section.switches[switch].statement].site();
    let cause = says(Origin::Dropped, site(own), "no host that this section names comes this far");
    let cause = cause.and(site(by), Role::Says("this takes all of a host, this path too".to_owned()));
    facts.answer(&ask::OVERTAKEN, true, cause);
}
