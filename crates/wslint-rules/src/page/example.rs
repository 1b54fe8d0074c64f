//! An example on the page of its rule: what it shows, the configuration with what changes marked, and what the lab saw.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};
use wslint_model::Proxy;
use wslint_model::duration::in_words;

use super::line::line;
use crate::example::{Browser, Client, Example, Fate, MARK, Proof, Run};
use crate::rule::Rule;
use crate::scope::Scope;

/// More changed lines than unchanged ones and a comparison is harder to read than the two texts.
const LEAST_ALIKE: f32 = 0.5;

/// Adds the example of this number to a page.
pub(super) fn show(out: &mut String, rule: &Rule, example: &Example, number: usize) {
    let scope = rule.scope;
    line(out, format_args!("### {}\n", caption(example, number)));
    let given = given(example);
    if !given.is_empty() {
        line(out, format_args!("With {}:\n", given.join(", ")));
    }
    let language = |config: &str| language(scope, example.proxy, config);
    let of = if scope == Scope::Any { format!(", {}", example.proxy.title()) } else { String::new() };
    match (&example.bad, &example.good) {
        (Some(bad), Some(good)) => match compared(bad, good) {
            Some(compared) => {
                line(out, format_args!("{}{of}:\n", meant(&compared)));
                block(out, "diff", &compared);
            }
            None => {
                line(out, format_args!("Wrong{of}:\n"));
                block(out, language(bad), bad);
                line(out, format_args!("Right:\n"));
                block(out, language(good), good);
            }
        },
        (Some(bad), None) => {
            line(out, format_args!("Wrong{of}:\n"));
            block(out, language(bad), bad);
        }
        (None, Some(good)) => {
            line(out, format_args!("Right{of}:\n"));
            block(out, language(good), good);
        }
        (None, None) => {}
    }
    match &example.proof {
        // The lab runs what is built in only.
        _ if rule.file.is_some() => {}
        Proof::Unprovable(reason) => {
            line(out, format_args!("Not shown by the lab: {}.\n", reason.trim_end().trim_end_matches('.')))
        }
        Proof::Run(run) => line(out, format_args!("Shown by the lab: {}\n", shown(run, example))),
    }
}

/// What the signs of a comparison mean.
fn meant(compared: &str) -> &'static str {
    let has = |sign| compared.lines().any(|line| line.starts_with(sign));
    match (has('-'), has('+')) {
        (true, true) => "The lines with `-` are wrong, those with `+` are right",
        (true, false) => "The lines with `-` are wrong",
        (false, _) => "The lines with `+` are missing",
    }
}

fn block(out: &mut String, language: &str, text: &str) {
    line(out, format_args!("```{language}\n{}\n```\n", text.trim_end()));
}

/// What the example shows, as a heading.
fn caption(example: &Example, number: usize) -> String {
    match &example.about {
        Some(about) => capital(about).trim_end_matches('.').to_owned(),
        None if example.bad.is_none() => format!("Left alone, {number}"),
        None if number == 1 => "Before and after".to_owned(),
        None => format!("Before and after, {number}"),
    }
}

/// What the user says beside the configuration.
fn given(example: &Example) -> Vec<String> {
    let version = example.version.map(|version| format!("`--{}-version {version}`", example.proxy.name()));
    let endpoints = example.websocket.iter().map(|path| match &example.host {
        Some(host) => format!("`{{path: {path}, host: {host}}}` below `websockets` in wslint.yaml"),
        None => format!("`--websocket {path}`"),
    });
    version.into_iter().chain(endpoints).collect()
}

/// Both texts in one, each line behind what becomes of it; none where little stays the same. The mark of the finding is
/// no change.
fn compared(bad: &str, good: &str) -> Option<String> {
    let unmarked = |line: &str| line.trim_end().trim_end_matches(MARK).trim_end().to_owned() + "\n";
    let before: String = bad.trim_end().lines().map(unmarked).collect();
    let after: String = good.trim_end().lines().map(unmarked).collect();
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    if diff.ratio() < LEAST_ALIKE {
        return None;
    }
    let marked: Vec<&str> = bad.lines().collect();
    let mut out = String::new();
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        let own = change.old_index().and_then(|at| marked.get(at).copied());
        let text = own.unwrap_or(change.value()).trim_end();
        line(&mut out, format_args!("{}", format!("{sign} {text}").trim_end()));
    }
    Some(out)
}

/// How a rule's worst clients fare under `bad` in the lab, for the head of its page; none where the lab shows none.
pub(super) fn fates(examples: &[Example]) -> Option<String> {
    let runs = examples.iter().filter(|example| example.bad.is_some());
    let mut said: Vec<String> = Vec::new();
    for example in runs {
        let Proof::Run(run) = &example.proof else { continue };
        let words = match run.bad {
            Fate::Rejected => "the proxy refuses to start".to_owned(),
            Fate::Works => continue,
            fate => format!("{} {}", who(run), fares(fate)),
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn fares(fate: Fate) -> &'static str {
    match fate {
        Fate::Works => "works",
        Fate::Degrades => "works only in part",
        Fate::Drops => "connects and is cut",
        Fate::Fails => "fails",
        Fate::Breaks => "fails or is cut at once",
        Fate::Rejected => "finds no proxy that starts",
    }
}

/// The language of an example.
fn language(scope: Scope, proxy: Proxy, config: &str) -> &'static str {
    match scope {
        Scope::Embed if config.starts_with("#!") => "sh",
        Scope::Embed => "hcl",
        Scope::Kubernetes => "yaml",
        Scope::Any | Scope::Proxy(_) => proxy.name(),
    }
}

/// What the lab runs and sees, as one sentence.
fn shown(run: &Run, example: &Example) -> String {
    let mut sentence = format!("{} asks for `{}`", who(run), run.path);
    if run.tls {
        sentence.push_str(" over TLS");
    }
    if run.clients > 1 {
        let _ = write!(sentence, ", {} times over", run.clients);
    }
    if run.reload {
        sentence.push_str(", the proxy is reloaded meanwhile");
    }
    if let Some(hold) = run.hold {
        let _ = write!(sentence, ", then {} of silence", in_words(hold));
    }
    let fates = match (&example.bad, &example.good) {
        (Some(_), Some(_)) => {
            format!("with the wrong lines {}, with the right ones {}", becomes(run.bad), becomes(run.good))
        }
        (Some(_), None) => becomes(run.bad).to_owned(),
        (None, _) => becomes(run.good).to_owned(),
    };
    format!("{sentence}; {fates}.")
}

fn who(run: &Run) -> String {
    match run.client {
        Client::WebSocket => match run.browser {
            Browser::Chrome => "a WebSocket client".to_owned(),
            Browser::Firefox => "Firefox's WebSocket".to_owned(),
        },
        Client::SocketIo => "a Socket.IO client".to_owned(),
        Client::SocketIoPolling => "a Socket.IO client that only polls".to_owned(),
        Client::SocketIoWebSocket => "a Socket.IO client that only speaks WebSocket".to_owned(),
        Client::Http => format!("a `{}` request", run.method),
        Client::Events => "a client of server-sent events".to_owned(),
        Client::Cors => "a page of another origin".to_owned(),
        Client::Preflight => "a preflight request".to_owned(),
    }
}

fn becomes(fate: Fate) -> &'static str {
    match fate {
        Fate::Works => "it works",
        Fate::Degrades => "it works only in part",
        Fate::Drops => "it connects and is cut",
        Fate::Fails => "it fails",
        Fate::Breaks => "it fails or is cut at once",
        Fate::Rejected => "the proxy refuses to start",
    }
}

/// The text with a capital at its start.
fn capital(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
