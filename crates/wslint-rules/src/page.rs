//! The documentation page of a rule, and the list of all: what `wslint explain` prints and what docs/rules/ holds.

use std::fmt::Write;

use wslint_model::duration::in_words;
use wslint_model::{Entry, Kind, Proxy};

use crate::catalogue::Catalogue;
use crate::example::{Browser, Client, Example, Fate, Proof, Run};
use crate::rule::{Rule, Safety, Severity};
use crate::rules::Rules;
use crate::scope::Scope;

/// The page's place in docs/rules/: `nginx/upgrade-missing.md`.
pub fn path(rule: &Rule) -> String {
    format!("{}.md", rule.id)
}

/// The page of a rule, in markdown.
pub fn page(rule: &Rule) -> String {
    let mut out = format!("# {}\n\n{}.\n\n", rule.id, rule.title);
    let meaning = match rule.severity {
        Severity::Error => "it fails for every client",
        Severity::Warning => "it works at first, then drops or degrades",
        Severity::Info => "a note, which never touches the exit status",
    };
    match &rule.trigger {
        Some(_) => line(&mut out, format_args!("Severity: **{}** ({meaning}).", rule.severity)),
        None => {
            line(&mut out, format_args!("A page to look up: wslint never speaks of it in a configuration."))
        }
    }
    let adjust = rule.trigger.iter().flat_map(|trigger| &trigger.adjust);
    let others: Vec<_> = adjust.map(|adjust| format!("**{}**", adjust.severity)).collect();
    if !others.is_empty() {
        line(&mut out, format_args!("Under further conditions: {}.", others.join(", ")));
    }
    if let Some(fix) = rule.fix {
        line(
            &mut out,
            format_args!(
                "Fix: {}.",
                match fix.safety {
                    Safety::Safe => "`wslint --fix` fixes it",
                    Safety::Unsafe =>
                        "`wslint --fix --unsafe-fixes` fixes it, which may change what else uses the route",
                }
            ),
        );
    }
    let said = rule.trigger.as_ref().map(|trigger| {
        let (message, help) = (trigger.message.pattern(), trigger.help.pattern());
        format!("\n> {}\n>\n> help: {}", quoted(&message), quoted(&help))
    });
    line(&mut out, format_args!("{}\n", said.unwrap_or_default()));
    line(&mut out, format_args!("## Why\n\n{}\n", rule.why.trim_end()));
    line(&mut out, format_args!("## Examples\n"));
    for example in rule.examples() {
        show(&mut out, rule.scope, example);
    }
    if !rule.references.is_empty() {
        line(&mut out, format_args!("## References\n"));
        for reference in &rule.references {
            line(&mut out, format_args!("- <{reference}>"));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The list of all rules, in markdown.
pub fn index(rules: &Rules) -> String {
    let mut out = String::from("# Rules\n");
    for scope in Scope::ALL {
        let name = scope.title();
        line(
            &mut out,
            format_args!("\n## {name}\n\n| rule | severity | fix | what is wrong |\n|---|---|---|---|"),
        );
        for rule in rules.iter().filter(|rule| rule.scope == scope) {
            let fix = rule.fix.map(|fix| fix.safety.to_string()).unwrap_or_default();
            line(
                &mut out,
                format_args!(
                    "| [{}]({}) | {} | {fix} | {} |",
                    rule.id,
                    path(rule),
                    rule.severity,
                    rule.title
                ),
            );
        }
    }
    out
}

/// The questions that rules may test and the recipes that they may name, in markdown.
pub fn questions() -> String {
    let mut out = String::from(
        "# What rules may ask\n\nEach route answers some of these questions, and each answer has its cause. \
        A rule tests answers (`when`, `unless`), points at the cause of one (`at`) and quotes them (`{question}`).\n",
    );
    asked(&mut out, "Both proxies", wslint_model::questions::QUESTIONS);
    for (proxy, own) in [(Proxy::Nginx, wslint_nginx::QUESTIONS), (Proxy::Haproxy, wslint_haproxy::QUESTIONS)]
    {
        asked(&mut out, proxy.title(), own);
        line(&mut out, format_args!("\n| recipe of `fix` | does |\n|---|---|"));
        for recipe in Catalogue::of(Scope::Proxy(proxy)).recipes {
            line(&mut out, format_args!("| `{}` | {} |", recipe.name, recipe.about));
        }
    }
    asked(&mut out, Scope::Kubernetes.title(), wslint_kubernetes::QUESTIONS);
    out
}

/// A list of questions, and what the words mean that may answer them.
fn asked(out: &mut String, title: &str, questions: &[&Entry]) {
    line(out, format_args!("\n## {title}\n\n| question | answer | asks |\n|---|---|---|"));
    for question in questions {
        let answer = match question.kind {
            Kind::Flag => "`true`, `false`".to_owned(),
            Kind::Choice(_) => "a word".to_owned(),
            Kind::Duration => "a time".to_owned(),
            Kind::Number => "a number".to_owned(),
            Kind::Text => "text".to_owned(),
        };
        line(out, format_args!("| `{}` | {answer} | {} |", question.name, question.about));
    }
    line(out, format_args!("\n| question | word | means |\n|---|---|---|"));
    for question in questions {
        let Kind::Choice(words) = question.kind else { continue };
        for word in words {
            line(out, format_args!("| `{}` | `{}` | {} |", question.name, word.word, word.means));
        }
    }
}

fn show(out: &mut String, scope: Scope, example: &Example) {
    let proxy = example.proxy;
    if let Some(about) = &example.about {
        line(out, format_args!("{}\n", sentence(about)));
    }
    let mut given = Vec::new();
    if let Some(version) = example.version {
        given.push(format!("`--{}-version {version}`", proxy.name()));
    }
    given.extend(example.websocket.iter().map(|path| match &example.host {
        Some(host) => format!("`{{path: {path}, host: {host}}}` below `websockets` in wslint.yaml"),
        None => format!("`--websocket {path}`"),
    }));
    if !given.is_empty() {
        line(out, format_args!("With {}:\n", given.join(", ")));
    }
    for (word, config) in [("Bad", &example.bad), ("Good", &example.good)] {
        let of = if scope == Scope::Any { format!(", {}", proxy.title()) } else { String::new() };
        if let Some(config) = config {
            line(
                out,
                format_args!(
                    "{word}{of}:\n\n```{}\n{}\n```\n",
                    language(scope, proxy, config),
                    config.trim_end()
                ),
            );
        }
    }
    match &example.proof {
        Proof::Unprovable(reason) => {
            line(out, format_args!("Not shown by the lab: {}.\n", reason.trim_end().trim_end_matches('.')))
        }
        Proof::Run(run) => line(out, format_args!("Shown by the lab: {}\n", shown(run, example))),
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
    if run.clients > 1 {
        let _ = write!(sentence, ", {} times over", run.clients);
    }
    if run.reload {
        sentence.push_str(", the proxy is reloaded meanwhile");
    }
    if let Some(hold) = run.hold {
        let _ = write!(sentence, ", then {} of silence", in_words(hold));
    }
    let fates: Vec<_> = [("bad", &example.bad, run.bad), ("good", &example.good, run.good)]
        .into_iter()
        .filter(|(_, config, _)| config.is_some())
        .map(|(word, _, fate)| format!("with the {word} config {}", becomes(fate)))
        .collect();
    format!("{sentence}; {}.", fates.join(", "))
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
        Fate::Rejected => "the proxy refuses to start",
    }
}

/// The text with a capital at its start and a period at its end.
fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let sentence: String = first.chain(letters).collect();
    if sentence.ends_with(['.', '?', '!', ':']) { sentence } else { format!("{sentence}.") }
}

fn quoted(text: &str) -> String {
    text.replace('\n', "\n> ")
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
