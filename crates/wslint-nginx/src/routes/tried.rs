//! A candidate with its runs: what becomes of the request that stands for a route, and of others of the same client.

use super::candidate::{Candidate, Leaving};
use super::sockets::Sockets;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;
use crate::request::client;
use crate::request::exit::{Entry, Exit, Passage};
use crate::request::follower::Follower;
use crate::request::reading;
use crate::request::scripts::Scripts;
use crate::variables::state::State;
use wslint_model::way::{Arrival, End, Hop, Network, Oracle, Run, Runs, explore};
use wslint_model::{Browser, Request};

/// Follows a request into the server of a route, and where its path cannot be trusted straight to its location.
fn pass_through(
    model: &Model<'_>,
    candidate: &Candidate<'_>,
    arrival: &Arrival,
    oracle: &mut Oracle,
    scripts: Option<&Scripts>,
) -> Passage {
    let location = candidate.location.filter(|_| candidate.evidence.forced);
    enter_at(model, candidate, location, arrival, oracle, scripts)
}

/// Follows a request into the server of a route: to this location, or to the one that its path selects.
fn enter_at(
    model: &Model<'_>,
    candidate: &Candidate<'_>,
    location: Option<ContextId>,
    arrival: &Arrival,
    oracle: &mut Oracle,
    scripts: Option<&Scripts>,
) -> Passage {
    let mut follower = Follower::new(model, oracle).knowing(scripts);
    let listens = model.listens(candidate.server);
    let entry = Entry {
        listen: listens.first().and_then(|listen| listen.line),
        server: Some(candidate.server),
        tls: candidate.scheme.is_tls() && listens.iter().any(|listen| listen.tls),
        proxy_protocol: true,
    };
    if model.config().context(candidate.server).kind == ContextKind::StreamServer {
        return follower.tunnel(arrival, entry, candidate.server);
    }
    // No request stands for a path that nobody asks for.
    if candidate.literal {
        return follower.passage(entry, candidate.server, Exit::Unknown);
    }
    let merge_slashes = reading::merges_slashes(model, candidate.server);
    let Some(mut state) = State::new(&arrival.message, candidate.server, candidate.port, merge_slashes)
    else {
        return follower.passage(entry, candidate.server, Exit::Unknown);
    };
    state.tls = arrival.tls;
    state.client = client::client_of(model, arrival.client, candidate.server);
    state.websocket = arrival.websocket;
    state.any_host = candidate.any_host;
    let exit = match location {
        Some(location) => follower.run_in(&mut state, location),
        None => follower.find_and_run(&mut state),
    };
    follower.finish(entry, &state, exit)
}

/// The way of a candidate's handshake through this config, in the first run that passes it on, or else in the first
/// that tells anything.
pub(crate) fn first_passage(model: &Model<'_>, candidate: &Candidate<'_>) -> Option<Passage> {
    let arrival = candidate.arrival(candidate.handshake(Browser::Chrome));
    let passages = explore(|oracle| pass_through(model, candidate, &arrival, oracle, None)).results;
    let first = first_telling(&passages)?;
    passages.into_iter().nth(first)
}

/// The number of the first passage that passes a request on, or else of the first that tells anything.
fn first_telling<'a>(passages: impl IntoIterator<Item = &'a Passage> + Clone) -> Option<usize> {
    let passed_on = |passage: &Passage| matches!(passage.exit, Exit::Passed(_) | Exit::Tunnelled(_));
    let tells = |passage: &Passage| !matches!(passage.exit, Exit::Unknown);
    let passed = passages.clone().into_iter().position(passed_on);
    passed.or_else(|| passages.into_iter().position(tells))
}

/// Where a candidate's handshake leaves this config on the way of [`first_passage`].
pub(crate) fn leaving(model: &Model<'_>, candidate: &Candidate<'_>) -> Option<Leaving> {
    *candidate
        .leaving
        .get_or_init(|| first_passage(model, candidate).map(|passage| Leaving::of(model, &passage)))
}

/// A candidate with all runs of its handshake.
pub(crate) struct Tried<'a, 'p> {
    pub(crate) candidate: &'a Candidate<'p>,
    pub(crate) runs: Runs<Run>,
    /// The number of the config among those of the runs.
    pub(crate) config: usize,
    network: &'a Network<'a>,
    /// What is to be said of the sockets of its server, and of those of others.
    pub(crate) sockets: Sockets,
    /// For each run the way through the candidate's own config, and the answers of the oracle.
    firsts: Vec<(Passage, Oracle)>,
    scripts: &'a Scripts,
}

impl<'a, 'p> Tried<'a, 'p> {
    /// Makes all runs of a candidate.
    pub(crate) fn new(
        model: &Model<'p>,
        candidate: &'a Candidate<'p>,
        network: &'a Network<'a>,
        config: usize,
        scripts: &'a Scripts,
    ) -> Self {
        let arrival = candidate.arrival(candidate.handshake(Browser::Chrome));
        let runs = explore(|oracle| {
            let passage = pass_through(model, candidate, &arrival, oracle, Some(scripts));
            let run = network.go_on(Hop { config, ..passage.hop(model, &arrival, oracle) }, oracle);
            (run, (passage, oracle.aside()))
        });
        let (results, firsts): (_, Vec<(Passage, Oracle)>) = runs.results.into_iter().unzip();
        if runs.complete {
            candidate.leaving.get_or_init(|| {
                let first = first_telling(firsts.iter().map(|(passage, _)| passage))?;
                Some(Leaving::of(model, &firsts[first].0))
            });
        }
        let runs = Runs { results, complete: runs.complete, asked: runs.asked, assumed: runs.assumed };
        let sockets = Sockets::new(model, candidate, network, config);
        Self { candidate, runs, config, network, sockets, firsts, scripts }
    }

    /// The way of the handshake through the candidate's own config in one run.
    pub(crate) fn passage(&self, run: usize) -> &Passage {
        &self.firsts[run].0
    }

    /// The way of another request of the same client in the same run; none where it depends on more than the handshake
    /// does.
    pub(crate) fn beside(&self, model: &Model<'p>, run: usize, request: Request) -> Option<Passage> {
        let mut oracle = self.firsts[run].1.aside();
        let passage = {
            let arrival = self.candidate.arrival(request);
            pass_through(model, self.candidate, &arrival, &mut oracle, Some(self.scripts))
        };
        oracle.is_sure().then_some(passage)
    }

    /// The same for a request that goes to the location which its path selects.
    pub(crate) fn by_path(&self, model: &Model<'p>, run: usize, request: Request) -> Option<Passage> {
        let mut oracle = self.firsts[run].1.aside();
        let passage = {
            let arrival = self.candidate.arrival(request);
            enter_at(model, self.candidate, None, &arrival, &mut oracle, Some(self.scripts))
        };
        oracle.is_sure().then_some(passage)
    }

    /// How such a request ends behind all hops.
    pub(crate) fn end_beside(&self, model: &Model<'p>, run: usize, request: Request) -> Option<End> {
        let mut oracle = self.firsts[run].1.aside();
        let arrival = self.candidate.arrival(request);
        let passage = pass_through(model, self.candidate, &arrival, &mut oracle, Some(self.scripts));
        if let Some(end) = passage.ends_in(model, &arrival, self.network, self.config) {
            return oracle.is_sure().then_some(end);
        }
        let hop = Hop { config: self.config, ..passage.hop(model, &arrival, &oracle) };
        let run = self.network.go_on(hop, &mut oracle);
        oracle.is_sure().then(|| run.last().end.clone())
    }
}
