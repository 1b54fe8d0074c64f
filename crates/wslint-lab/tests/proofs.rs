//! What the rules claim, shown on the real proxies: each example's `bad` and `good` get the fate that its proof
//! names, and `bad` after its rule's fix gets the fate of `good`. The nginx rules are shown twice, on the installed nginx
//! and on a current one.
//! `WSLINT_RULE=nginx/http10 cargo test -p wslint-lab --test proofs` shows one rule.

#[path = "../../wslint-rules/tests/support/mod.rs"]
mod support;

mod examples;

use std::time::Duration;

use examples::{ORIGIN, failures, setup};
use support::{report, rules, wanted};
use tempfile::tempdir;
use wslint_lab::{Ask, Client, Hold, Kind, Lab, Program, Report, Transports};
use wslint_model::{Proxy, Version};
use wslint_rules::trial::settings;
use wslint_rules::{Example, Fate, Proof, Rule, Rules, Run, Scope};

/// One config and what should become of its clients.
struct Claim<'r> {
    /// Where it is run.
    lab: &'r Lab,
    rule: &'r Rule,
    example: &'r Example,
    /// The number of the example.
    number: usize,
    config: &'static str,
    proxy: Proxy,
    text: Vec<u8>,
    run: &'r Run,
    fate: Fate,
}

#[test]
fn the_real_proxies_do_what_the_rules_say() {
    let lab = || Lab::new().expect("the lab can be set up");
    let new_nginx = Program::find_new_nginx().unwrap_or_else(|error| panic!("{error}"));
    let (installed, current) = (lab(), lab().with(new_nginx));
    let rules = rules();
    let wanted: Vec<&Rule> = rules.iter().filter(|rule| wanted(&rule.id)).collect();
    let mut claims: Vec<Claim<'_>> = Vec::new();
    for rule in &wanted {
        // What controllers make is for the nginx of today.
        let usual = if rule.scope == Scope::Kubernetes { &current } else { &installed };
        claims.extend(self::claims(usual, &rules, rule));
        if rule.scope.holds(Proxy::Nginx) {
            let of_nginx = |claim: &Claim<'_>| claim.example.proxy == Proxy::Nginx;
            claims.extend(self::claims(&current, &rules, rule).into_iter().filter(of_nginx));
        }
    }
    // Polls that nobody answers are waited for longest.
    claims.sort_by_key(|claim| claim.run.client != wslint_rules::Client::SocketIoPolling);
    let failures = failures(&claims, |claim| {
        let version = || version(claim.lab, claim.proxy);
        let place = format!("{}.yaml, example {}", claim.rule.id, claim.number);
        show(claim).map_err(|failure| format!("rules/{place}, {} on {}: {failure}", claim.config, version()))
    });
    report(&failures);
}

/// All that the examples of a rule claim of the version that the lab runs. An example for a newer version claims
/// nothing of it, and neither does a `bad` on which the rule is silent for that version.
fn claims<'r>(lab: &'r Lab, rules: &Rules, rule: &'r Rule) -> Vec<Claim<'r>> {
    let mut claims = Vec::new();
    for (number, example) in (1..).zip(rule.examples()) {
        let Proof::Run(run) = &example.proof else { continue };
        let running = version(lab, example.proxy);
        if !is_for(running, example) {
            continue;
        }
        let claim = |config, text: &[u8], fate| {
            let run = run.as_ref();
            let (proxy, text) = match rule.scope {
                Scope::Kubernetes => generated(text),
                Scope::Any | Scope::Embed | Scope::Proxy(_) => (example.proxy, deployed(text)),
            };
            Claim { lab, rule, example, number, config, proxy, text, run, fate }
        };
        let mut settings = settings(example);
        if example.proxy == Proxy::Nginx {
            settings.nginx_version = running;
        }
        let fires = |text: &[u8]| {
            let (seen, _) = match rule.scope {
                Scope::Kubernetes => wslint_rules::trial::lint_example(rules, rule, example, text),
                Scope::Any | Scope::Embed | Scope::Proxy(_) => {
                    wslint_rules::trial::lint(rules, example.proxy, text, &settings)
                }
            };
            seen.iter().any(|one| one.rule == rule.id)
        };
        if let Some(bad) = example.bad.as_ref().filter(|bad| fires(bad.as_bytes())) {
            claims.push(claim("bad", bad.as_bytes(), run.bad));
            let fixed =
                rule.fix.and_then(|_| support::fix(rules, rule, example.proxy, bad.as_bytes(), &settings));
            claims.extend(fixed.map(|fixed| claim("bad after its fix", &fixed, run.good)));
        }
        claims.extend(example.good.as_ref().map(|good| claim("good", good.as_bytes(), run.good)));
    }
    claims
}

/// What a controller makes of the manifests of an example, with what the lab does not have left out: health checks, which
/// would ask the peers before they are there, and values that nobody knows.
fn generated(text: &[u8]) -> (Proxy, Vec<u8>) {
    let (proxy, made) = wslint_rules::trial::compiled(text).expect("a controller reads the example");
    let made = String::from_utf8(made).expect("it is text");
    let made = ["{{", "}}", " check"].iter().fold(made, |made, part| made.replace(part, ""));
    (proxy, made.into_bytes())
}

/// What the proxy gets of an example: what a shell writes that runs it, if it is a script, and otherwise what wslint makes
/// of it. Both are the same.
fn deployed(text: &[u8]) -> Vec<u8> {
    let read = wslint_rules::trial::deployed(text);
    if !text.starts_with(b"#!/bin/sh") {
        return read;
    }
    let folder = tempdir().expect("a folder");
    std::fs::write(folder.path().join("write.sh"), text).expect("a script");
    let run = std::process::Command::new("sh").arg("write.sh").current_dir(folder.path()).status();
    assert!(run.is_ok_and(|status| status.success()), "the script runs");
    let written = std::fs::read(folder.path().join("app.conf")).expect("it writes app.conf");
    assert_eq!(
        String::from_utf8_lossy(&read),
        String::from_utf8_lossy(&written),
        "the shell writes something else"
    );
    written
}

/// Whether an example speaks of the version that runs. Of nginx an older one has the same directives.
fn is_for(running: Version, example: &Example) -> bool {
    match (example.version, example.proxy) {
        (None, _) => true,
        (Some(wanted), Proxy::Nginx) => wanted <= running,
        (Some(wanted), Proxy::Haproxy) => (wanted.0, wanted.1) == (running.0, running.1),
    }
}

/// The version that a lab runs.
fn version(lab: &Lab, proxy: Proxy) -> Version {
    let program = lab.program(kind(proxy)).unwrap_or_else(|error| panic!("{error}"));
    program.version.parse().unwrap_or_else(|error| panic!("{}: {error}", program.version))
}

fn kind(proxy: Proxy) -> Kind {
    match proxy {
        Proxy::Nginx => Kind::Nginx,
        Proxy::Haproxy => Kind::Haproxy,
    }
}

fn show(claim: &Claim<'_>) -> Result<(), String> {
    let config = String::from_utf8_lossy(&claim.text);
    let config: String = config.lines().map(|line| format!("    {line}\n")).collect();
    let report = claim
        .lab
        .run(&setup(claim.proxy, &claim.text, claim.run), &[client(claim.run)])
        .map_err(|error| format!("the lab could not run it: {error}\n{config}"))?;
    let fate = fate(&report, claim.run);
    if claim.fate.is(fate) {
        return Ok(());
    }
    let seen = match report.observations.first() {
        None => report.config.text().to_owned(),
        Some(seen) => format!(
            "{} of {} ok, statuses {:?}, connected {}, alive {:?}, cut after {:?}, transport {:?}, streamed {:?}, \
             error {:?}\n{}",
            seen.succeeded,
            seen.attempts,
            seen.statuses,
            seen.connected,
            seen.alive,
            seen.cut_after,
            seen.transport,
            seen.streamed,
            seen.error,
            report.log.trim_end(),
        ),
    };
    Err(format!("claimed: {:?}, happened: {fate:?}\n{config}{seen}", claim.fate))
}

fn client(run: &Run) -> Client {
    use wslint_rules::{Browser, Client as Word};
    let socketio = |transports| Client {
        ask: Ask::SocketIo { transports, cookies: run.cookies },
        path: run.path.clone(),
        ..Client::socketio(transports)
    };
    let request = |method: &str| Client {
        ask: Ask::Http { method: method.to_owned(), body: None },
        ..Client::get(&run.path)
    };
    let mut client = match run.client {
        Word::WebSocket if run.browser == Browser::Firefox => Client::firefox(&run.path),
        Word::WebSocket => Client::websocket(&run.path),
        Word::SocketIo => socketio(Transports::Both),
        Word::SocketIoPolling => socketio(Transports::Polling),
        Word::SocketIoWebSocket => socketio(Transports::WebSocket),
        Word::Http => request(&run.method),
        Word::Events => Client::events(&run.path),
        Word::Cors => Client::cors(&run.path, ORIGIN),
        Word::Preflight => {
            request("OPTIONS").header("Origin", ORIGIN).header("Access-Control-Request-Method", "POST")
        }
    };
    client.count = usize::try_from(run.clients).unwrap_or(usize::MAX);
    client.hold = run.hold.map(|hold| Hold::For(Duration::from_millis(hold)));
    client.reload = run.reload;
    client.tls = run.tls.then_some(true);
    client.listen = run.listen.clone();
    client.host = run.host.clone().unwrap_or(client.host);
    client.headers.extend(run.headers.iter().cloned());
    client
}

/// What became of the clients, in the words of the rules.
fn fate(report: &Report, run: &Run) -> Fate {
    let Some(seen) = report.observations.first() else {
        return if report.config.is_accepted() { Fate::Works } else { Fate::Rejected };
    };
    let fell_back =
        run.client == wslint_rules::Client::SocketIo && seen.transport.as_deref() == Some("polling");
    if seen.connected && seen.alive == Some(false) {
        Fate::Drops
    } else if seen.streamed == Some(false) {
        Fate::Degrades
    } else if seen.succeeded == 0 {
        Fate::Fails
    } else if seen.succeeded < seen.attempts || fell_back {
        Fate::Degrades
    } else {
        Fate::Works
    }
}
