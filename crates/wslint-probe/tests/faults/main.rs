//! x
#![allow(clippy::disallowed_methods, dead_code)]
#[path = "../../../wslint-lab/tests/examples/mod.rs"]
mod examples;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wslint_lab::{Lab, Standing};
use wslint_probe::{Grade, Plan, Report, Service, Trust, probe, tell};
use wslint_rules::{Example, Proof, Run};

fn plan(run: &Run, standing: &Standing) -> Plan {
    use wslint_rules::Client;
    Plan {
        tls: standing.tls,
        host: run.host.clone().unwrap_or_else(|| "app.example.com".into()),
        port: standing.port.unwrap_or(if standing.tls { 443 } else { 80 }),
        target: run.path.clone(),
        connect: Some(standing.address.to_string()),
        headers: run.headers.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect(),
        origin: matches!(run.client, Client::Cors | Client::Preflight).then(|| examples::ORIGIN.into()),
        trust: Trust::Anyone,
        patience: Duration::from_secs(3),
        hold: run.hold.map(|hold| Duration::from_millis(hold).div_f64(30.0)),
        service: match run.client {
            client if client.is_socketio() => Service::SocketIo,
            Client::Cors | Client::Preflight => Service::SocketIo,
            _ => Service::Told,
        },
    }
}

fn see(lab: &Lab, example: &Example, text: &[u8], run: &Run) -> Option<Report> {
    let setup = examples::setup(example.proxy, text, run);
    lab.stand(&setup, |standing| {
        let wanted = |standing: &&Standing| {
            run.listen.as_ref().is_none_or(|listen| standing.written.ends_with(listen.as_str()))
        };
        let standing =
            standing.iter().filter(wanted).min_by_key(|standing| standing.tls).expect("a listener");
        let plan = plan(run, standing);
        let seen = probe(&plan, &|_| ()).expect("sockets");
        tell(&plan, &seen)
    })
    .expect("the lab")
}

#[test]
fn explore() {
    let lab = Lab::new().expect("lab");
    let rules = wslint_rules::builtin();
    let mut jobs = Vec::new();
    for rule in rules.iter().filter(|rule| {
        std::env::var("WSLINT_RULE").map_or(true, |part| rule.id.contains(&part))
            && (rule.id.starts_with("nginx/")
                || rule.id.starts_with("haproxy/")
                || rule.id.starts_with("any/"))
    }) {
        for (number, example) in (1..).zip(rule.examples()) {
            let Proof::Run(run) = &example.proof else { continue };
            if example.version.is_some() {
                continue;
            }
            for (which, text, fate) in [("bad", &example.bad, run.bad), ("good", &example.good, run.good)] {
                if let Some(text) = text {
                    jobs.push((rule, number, example, which, text, run, fate));
                }
            }
        }
    }
    let next = AtomicUsize::new(0);
    let out = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((rule, number, example, which, text, run, fate)) =
                    jobs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let report = see(&lab, example, text.as_bytes(), run);
                    let mut words = format!(
                        "## {} {number} {which} {:?} {:?} {} fate {fate:?}",
                        rule.id, rule.severity, run.client, run.path
                    );
                    match report {
                        None => words.push_str(" REJECTED"),
                        Some(report) => {
                            words.push_str(&format!(" => {:?}\n", report.verdict));
                            for step in report.steps {
                                if step.result != Grade::Ok || which == &"bad" {
                                    words.push_str(&format!(
                                        "   {:?} {}: {} | {}\n",
                                        step.result,
                                        step.what,
                                        step.detail,
                                        step.cause.unwrap_or_default()
                                    ));
                                }
                            }
                        }
                    }
                    out.lock().unwrap().push(words);
                }
            });
        }
    });
    let mut out = out.into_inner().unwrap();
    out.sort();
    println!("{}", out.join("\n"));
}
