//! What the tests of the lab share: one lab, one check, and a short wording of what a client saw.

use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use wslint_lab::{Client, Lab, Observation, Report, Setup};

pub(crate) static LAB: LazyLock<Lab> = LazyLock::new(|| Lab::new().expect("the lab starts"));

/// Seconds of the configuration's time.
pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Runs `setup` with one client and compares what it saw, in the words of [`outcome`].
#[track_caller]
pub(crate) fn check(name: &str, setup: &Setup, client: Client, expected: &str) -> Report {
    let report = LAB.run(setup, &[client]).unwrap_or_else(|error| panic!("{name}: {error}"));
    let seen = match report.observations.first() {
        Some(observation) => outcome(observation),
        None => format!("rejected: {}", report.config.text().trim()),
    };
    let matches = match expected.strip_prefix("rejected: ") {
        Some(reason) => seen.starts_with("rejected: ") && seen.contains(reason),
        None => seen == expected,
    };
    assert!(matches, "{name}: expected {expected:?}, saw {seen:?}\n{report:#?}");
    report
}

/// [`check`] for several cases at the same time, since what they do is wait; the reports come in their order.
pub(crate) fn check_together(cases: Vec<(&str, Setup, Client, &str)>) -> Vec<Report> {
    thread::scope(|scope| {
        let run =
            |(name, setup, client, expected)| scope.spawn(move || check(name, &setup, client, expected));
        let running: Vec<_> = cases.into_iter().map(run).collect();
        running.into_iter().map(|case| case.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// `101 alive`, `101 cut`, `426`, `no answer`, `polling alive`, `not connected`, `1 of 3`, `streamed` …
pub(crate) fn outcome(observation: &Observation) -> String {
    if observation.attempts > 1 {
        return format!("{} of {}", observation.succeeded, observation.attempts);
    }
    let mut words: Vec<String> = Vec::new();
    match (&observation.transport, observation.status) {
        (Some(transport), _) if observation.connected => words.push(transport.clone()),
        (Some(_), _) => words.push("not connected".into()),
        (None, Some(status)) => words.push(status.to_string()),
        (None, None) => words.push("no answer".into()),
    }
    match observation.alive {
        Some(true) => words.push("alive".into()),
        Some(false) => words.push("cut".into()),
        None => {}
    }
    match observation.streamed {
        Some(true) => words.push("streamed".into()),
        Some(false) => words.push("collected".into()),
        None => {}
    }
    words.join(" ")
}
