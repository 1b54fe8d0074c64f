//! Faults that the wire shows, each on the real proxy, and the same configurations mended: of the broken one the right
//! cause is named, and of the mended one nothing is said. The configurations are the examples of the rules.
//! `WSLINT_RULE=nginx/http10 cargo test -p wslint-probe --test faults` runs those of one rule.

#![allow(clippy::disallowed_methods, reason = "the environment says which rule is wanted")]

#[path = "../../../wslint-lab/tests/examples/mod.rs"]
mod examples;
mod table;

use std::time::Duration;

use wslint_lab::{Lab, Standing};
use wslint_probe::{Grade, Plan, Report, Service, Step, Trust, Verdict, probe, tell};
use wslint_rules::{Client, Example, Fate, Proof, Rule, Run, builtin};

use table::{FAULTS, Fault};

/// Times of the configurations are divided by this, as the lab does.
const SCALE: f64 = 30.0;

/// One configuration, and what the report must say of it.
struct Claim<'c> {
    example: &'c Example,
    run: &'c Run,
    text: &'c str,
    /// The fault that it has; none of a mended one.
    fault: Option<&'static Fault>,
    name: String,
}

#[test]
fn the_right_cause_is_named_and_nothing_where_all_is_well() {
    let lab = Lab::new().expect("the lab can be set up");
    let wanted =
        |fault: &&Fault| std::env::var("WSLINT_RULE").map_or(true, |part| fault.rule.contains(&part));
    let claims: Vec<Claim<'_>> = FAULTS.iter().filter(wanted).flat_map(claims).collect();
    let failures = examples::failures(&claims, |claim| {
        show(&lab, claim).map_err(|failure| format!("{}: {failure}", claim.name))
    });
    assert!(
        failures.is_empty(),
        "{} of {} failed\n\n{}",
        failures.len(),
        claims.len(),
        failures.join("\n\n")
    );
}

/// The broken example of a fault, and all mended ones of its rule that a WebSocket or Socket.IO client is to work with.
fn claims(fault: &'static Fault) -> Vec<Claim<'static>> {
    let rule = builtin()
        .iter()
        .find(|rule| rule.id == fault.rule)
        .unwrap_or_else(|| panic!("no rule {}", fault.rule));
    let example = &rule.examples()[fault.example - 1];
    let Proof::Run(run) = &example.proof else {
        panic!("{}: example {} is not run", fault.rule, fault.example)
    };
    let name = |rule: &Rule, number: usize, which: &str| format!("{} {number} {which}", rule.id);
    let text = example.bad.as_deref().expect("a broken example");
    let broken = Claim { example, run, text, fault: Some(fault), name: name(rule, fault.example, "bad") };
    let mended = example.good.as_deref().filter(|_| run.good == Fate::Works).map(|text| Claim {
        example,
        run,
        text,
        fault: None,
        name: name(rule, fault.example, "good"),
    });
    [broken].into_iter().chain(mended).collect()
}

fn show(lab: &Lab, claim: &Claim<'_>) -> Result<(), String> {
    let Some(report) = see(lab, claim) else { return Err("the proxy refuses the configuration".into()) };
    let told = || {
        let line = |step: &Step| {
            let cause = step.cause.as_deref().unwrap_or_default();
            format!("  {:?} {}: {} | {cause}", step.result, step.what, step.detail)
        };
        let steps: Vec<String> = report.steps.iter().map(line).collect();
        format!("{:?}\n{}\n{}", report.verdict, steps.join("\n"), claim.text)
    };
    // The server of some examples is no Socket.IO server, so that only what it says of origins counts.
    let counts =
        |step: &&Step| !asks_origins(claim.run) || ["pre-flight", "CORS"].contains(&step.what.as_str());
    let wrong: Vec<&Step> =
        report.steps.iter().filter(counts).filter(|step| step.result != Grade::Ok).collect();
    match claim.fault {
        None if wrong.is_empty() && (report.verdict == Verdict::Works || asks_origins(claim.run)) => Ok(()),
        None => Err(format!("something is said of a mended configuration: {}", told())),
        Some(fault) => {
            let named =
                |step: &&&Step| step.cause.as_deref().is_some_and(|cause| cause.contains(fault.cause));
            let first = wrong.iter().find(named).filter(|_| report.verdict != Verdict::Works);
            let Some(step) = first else { return Err(format!("`{}` is not named: {}", fault.cause, told())) };
            let detail = &step.detail;
            if detail.contains(fault.detail) {
                Ok(())
            } else {
                Err(format!("not `{}`: {}", fault.detail, told()))
            }
        }
    }
}

fn asks_origins(run: &Run) -> bool {
    matches!(run.client, Client::Cors | Client::Preflight)
}

fn see(lab: &Lab, claim: &Claim<'_>) -> Option<Report> {
    let setup = examples::setup(claim.example.proxy, claim.text.as_bytes(), claim.run);
    let visit = |standing: &[Standing]| {
        let wanted = |standing: &&Standing| {
            claim.run.listen.as_ref().is_none_or(|listen| standing.written.ends_with(listen.as_str()))
        };
        let entrance =
            standing.iter().filter(wanted).min_by_key(|standing| standing.tls).expect("a listener");
        let plan = plan(claim.run, entrance);
        tell(&plan, &probe(&plan, &|_| ()).expect("sockets"))
    };
    lab.stand(&setup, visit).unwrap_or_else(|error| panic!("{}: {error}", claim.name))
}

/// What the example's client asks for, of the lab's copy of the proxy.
fn plan(run: &Run, entrance: &Standing) -> Plan {
    Plan {
        tls: entrance.tls,
        host: run.host.clone().unwrap_or_else(|| "app.example.com".into()),
        port: entrance.port.unwrap_or(if entrance.tls { 443 } else { 80 }),
        target: run.path.clone(),
        connect: Some(entrance.address.to_string()),
        headers: run.headers.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect(),
        origin: asks_origins(run).then(|| examples::ORIGIN.into()),
        trust: Trust::Anyone,
        patience: Duration::from_secs(5),
        hold: run.hold.map(|hold| Duration::from_millis(hold).div_f64(SCALE)),
        service: match run.client.is_socketio() || asks_origins(run) {
            true => Service::SocketIo,
            false => Service::Told,
        },
    }
}
