//! The hops of all runs at one place of the way, in one configuration.

use wslint_model::Proxy;
use wslint_model::way::{Arrival, Hop, Outcome, Run, Runs, Step, merged, outcome};

/// What the runs do at one place of the way.
pub(super) struct Leg {
    /// The number of the configuration, and of its root.
    pub(super) config: usize,
    /// Its proxy.
    pub(super) proxy: Proxy,
    /// The request as it arrives in the first of the runs.
    pub(super) arrival: Arrival,
    /// The decisions; those that only some runs make say so.
    pub(super) steps: Vec<Step>,
    /// What the runs agree on, seen from this place alone.
    pub(super) outcome: Outcome,
}

/// The legs of the way, the client's first. Where runs part, each configuration that one of them comes to has a leg.
pub(super) fn legs(runs: &Runs<Run>) -> Vec<Leg> {
    let longest = runs.results.iter().map(|run| run.hops.len()).max().unwrap_or(0);
    let mut legs = Vec::new();
    for place in 0..longest {
        let here: Vec<&Hop> = runs.results.iter().filter_map(|run| run.hops.get(place)).collect();
        let mut configs: Vec<usize> = Vec::new();
        for hop in &here {
            if !configs.contains(&hop.config) {
                configs.push(hop.config);
            }
        }
        legs.extend(configs.into_iter().map(|config| {
            let hops: Vec<&Hop> = here.iter().copied().filter(|hop| hop.config == config).collect();
            leg(&hops, runs)
        }));
    }
    legs
}

fn leg(hops: &[&Hop], runs: &Runs<Run>) -> Leg {
    let steps: Vec<&[Step]> = hops.iter().map(|hop| hop.steps.as_slice()).collect();
    let alone = hops.iter().map(|hop| Run { hops: vec![(*hop).clone()], circle: false });
    let alone = Runs {
        results: alone.collect(),
        complete: runs.complete,
        asked: runs.asked.clone(),
        assumed: Vec::new(),
    };
    let first = hops[0];
    Leg {
        config: first.config,
        proxy: first.proxy,
        arrival: first.arrival.clone(),
        steps: merged(&steps, &runs.asked),
        outcome: outcome(&alone, None),
    }
}
