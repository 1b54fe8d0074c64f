//! Endpoints that other configurations show, behind the ways of this one.

use super::evidence::Evidence;
use super::probe::follow;
use super::ways::{Surroundings, Way};
use super::wish::Wish;
use crate::config::proxy::ProxyId;
use wslint_model::traffic::Confidence;
use wslint_model::way::{End, PROXY_HEADER, Shown};
use wslint_model::{Cause, Origin, Role};

/// How many endpoints of another configuration are tried on one way.
const MOST: usize = 4;

/// What handshakes ask for that come by a way of this configuration to an endpoint of another one, each with what that
/// one says about it.
pub(super) fn endpoints(
    surroundings: &Surroundings<'_, '_>,
    frontend: ProxyId,
    switch: Option<usize>,
    wish: &Wish,
) -> Vec<(Wish, Evidence)> {
    if surroundings.network.is_of_one() {
        return Vec::new();
    }
    let leads_to = follow(surroundings, frontend, wish, true)
        .iter()
        .filter(|way| way.taken.switch == switch)
        .find_map(|way| surroundings.network.beyond(way.run));
    let Some(config) = leads_to else { return Vec::new() };
    let shown = surroundings.network.shown(config).into_iter();
    let sure = shown.filter(|shown| shown.confidence > Confidence::Weak).take(MOST);
    sure.filter_map(|shown| {
        let host = wish.host.clone().or(shown.host.clone());
        let wish = Wish { path: Some(shown.path.clone()), host, ..wish.clone() };
        let ways = follow(surroundings, frontend, &wish, true);
        let arrives = |way: Way<'_>| way.taken.switch == switch && comes_to(&way, &shown);
        ways.iter().any(arrives).then(|| {
            let cause = Cause::at(Origin::Set, shown.site, Role::Evidence);
            let Shown { confidence, framework, .. } = shown;
            (wish, Evidence { confidence, framework, cause, inherited: false })
        })
    })
    .collect()
}

/// Whether a run comes to an endpoint, or would if the two ends of the connection agreed about the PROXY protocol.
fn comes_to(way: &Way<'_>, shown: &Shown) -> bool {
    let own = way.own().len();
    way.run.hops[own..].iter().any(|hop| {
        let refused = matches!(
            &hop.end,
            End::Answered { by: PROXY_HEADER, .. } | End::Dropped { by: PROXY_HEADER, .. }
        );
        refused || hop.routes.contains(&shown.route)
    })
}
