//! The documentation page of a product, and the list of all: what `wslint explain product/…` prints and what
//! docs/products/ holds.

mod config;

use std::fmt::{Display, Write};

use wslint_model::Choice;
use wslint_model::choices::{OriginCheck, Polls};
use wslint_model::duration::in_words;
use wslint_model::product::{Basis, Beat, Fact, Kind, Record, Transport};
use wslint_model::traffic::Framework;

pub use config::{haproxy, nginx, sample_path};

/// The page's place in docs/products/: `grafana.md`.
pub fn path(product: Framework) -> String {
    format!("{}.md", product.name())
}

/// The page of a product, in markdown.
pub fn page(product: Framework) -> String {
    let record = product.record();
    let mut out = format!("# product/{}\n\n**{}**, {}.\n\n", record.name, record.title, kind(record.kind));
    paths(&mut out, record);
    facts(&mut out, product);
    if !record.note.is_empty() {
        line(&mut out, format_args!("{}\n", record.note));
    }
    needs(&mut out, product);
    if let (Some(nginx), Some(haproxy)) = (nginx(product), haproxy(product)) {
        line(
            &mut out,
            format_args!(
                "## Configurations\n\nFor one server. The lab tries both with a stand-in at the product's paths, not with the \
                 product itself.\n\n```nginx\n{nginx}```\n\n```haproxy\n{haproxy}```\n"
            ),
        );
    }
    deployment(&mut out, record);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The list of all products, in markdown.
pub fn index() -> String {
    let mut out = String::from(
        "# Products\n\nWhat is known of frameworks, servers and products behind proxies. Each is one file of \
         [products/](../../products), whose form [product.schema.json](../product.schema.json) tells editors; to add one, \
         write its file. `wslint explain product/grafana` prints a page.\n\n\
         | name | what it is | endpoints | heartbeat |\n|---|---|---|---|\n",
    );
    for product in Framework::all() {
        let record = product.record();
        let endpoints: Vec<String> = record.endpoints.iter().map(|path| format!("`{path}`")).collect();
        let heartbeat = product.heartbeat().map(|heartbeat| in_words(heartbeat.silence)).unwrap_or_default();
        line(
            &mut out,
            format_args!(
                "| [{}]({}) | {}, {} | {} | {heartbeat} |",
                record.name,
                path(product),
                record.title,
                kind(record.kind),
                endpoints.join(", "),
            ),
        );
    }
    out
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Framework => "a framework that applications are written with",
        Kind::Server => "a server of applications or messages",
        Kind::Product => "a product that is installed as it is",
        Kind::Protocol => "a protocol that several servers speak",
        Kind::Development => "a server that developers run for themselves",
    }
}

/// Where clients ask, and by which transports.
fn paths(out: &mut String, record: &Record) {
    let transports: Vec<&str> = record.transports.iter().map(|transport| transport.word()).collect();
    if !transports.is_empty() {
        line(out, format_args!("Its clients use {}.\n", transports.join(", ")));
    }
    if record.endpoints.is_empty() {
        if record.transports.contains(&Transport::Websocket) {
            line(out, format_args!("The application decides at which path.\n"));
        }
        return;
    }
    line(out, format_args!("Below its root they ask for a WebSocket at:\n"));
    for path in record.endpoints {
        line(out, format_args!("- `{path}`"));
    }
    out.push('\n');
}

/// What is known, and what it rests on.
fn facts(out: &mut String, product: Framework) {
    let mut rows = Vec::new();
    row(&mut rows, product, "heartbeat", |record| record.heartbeat, |beat| heartbeat(*beat));
    row(&mut rows, product, "beside the handshake", |record| record.polls, means);
    row(&mut rows, product, "HTTP/1.0", |record| record.http10, means);
    row(&mut rows, product, "`Origin` is compared", |record| record.origin_check, means);
    row(&mut rows, product, "without WebSockets", |record| record.without_websocket, means);
    if rows.is_empty() {
        return;
    }
    line(out, format_args!("| by default | what it does | rests on |\n|---|---|---|"));
    for row in rows {
        line(out, format_args!("{row}"));
    }
    out.push('\n');
}

fn row<T: 'static>(
    rows: &mut Vec<String>,
    product: Framework,
    name: &str,
    of: impl Fn(&'static Record) -> &'static [Fact<T>],
    says: impl Fn(&T) -> String,
) {
    let Some((owner, facts)) = product.said(of) else { return };
    for fact in facts {
        let since = fact.since.map(|version| format!("since {}", version.short()));
        let until = fact.until.map(|version| format!("before {}", version.short()));
        let versions: Vec<String> = since.into_iter().chain(until).collect();
        let versions =
            if versions.is_empty() { String::new() } else { format!(" ({})", versions.join(", ")) };
        let by = if owner == product { String::new() } else { format!("{}: ", owner.title()) };
        let basis = match fact.basis {
            Basis::Unverified => "not verified: ",
            Basis::Measured => "measured: ",
            Basis::Code | Basis::Documentation => "",
        };
        let source = fact.source.replace('|', "\\|");
        rows.push(format!("| {name} | {}{versions} | {by}{basis}{source} |", says(&fact.answer)));
    }
}

fn heartbeat(beat: Beat) -> String {
    match (beat.every, beat.by) {
        (None, _) => "nobody speaks by itself".to_owned(),
        (Some(time), None) => format!("every {}", in_words(time)),
        (Some(time), Some(side)) => format!("every {} by {}", in_words(time), side.word()),
    }
}

/// The sentence of a word, as a part of another one.
fn means<C: Choice>(choice: &C) -> String {
    let word = C::WORDS.iter().find(|word| word.word == choice.word());
    let means = word.map_or(choice.word(), |word| word.means).trim_end_matches('.');
    let mut letters = means.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// What the proxy has to do, in a list.
fn needs(out: &mut String, product: Framework) {
    let record = product.record();
    let mut needs: Vec<String> = Vec::new();
    if record.transports.contains(&Transport::Websocket) {
        needs.push("pass on `Upgrade` and `Connection`, over HTTP/1.1".to_owned());
        match product.heartbeat() {
            Some(heartbeat) => needs.push(format!(
                "keep a connection that is silent for more than {}, the time between two signs of life",
                in_words(heartbeat.silence)
            )),
            None => needs.push("keep silent connections for as long as they should live".to_owned()),
        }
    }
    let waits = [Transport::LongPolling, Transport::Events, Transport::Stream];
    if record.transports.iter().any(|transport| waits.contains(transport)) {
        needs.push("wait for answers that come late, and not hold them back in a buffer".to_owned());
    }
    match product.polling() {
        Some(Polls::First) => needs.push("keep all requests of one client on one server".to_owned()),
        Some(Polls::Negotiates) => {
            needs.push("keep the handshake on the server that the client negotiated with".to_owned());
        }
        Some(Polls::Fallback | Polls::Never) | None => {}
    }
    if product.takes_forwarded_host() {
        needs.push("pass on the client's `Host`, or name it in `X-Forwarded-Host`".to_owned());
    } else if product.compares_origin() {
        needs.push("pass on the client's `Host`".to_owned());
    }
    if product.origin_check() == Some(OriginCheck::Origin) {
        needs.push("tell in `X-Forwarded-Proto` that the client speaks TLS".to_owned());
    }
    if needs.is_empty() {
        return;
    }
    line(out, format_args!("## What its proxy has to do\n"));
    for need in needs {
        line(out, format_args!("- {need}"));
    }
    out.push('\n');
}

/// Images, ports and the makers' own words.
fn deployment(out: &mut String, record: &Record) {
    let quoted = |items: &[&str]| items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
    if !record.images.is_empty() || !record.ports.is_empty() {
        line(out, format_args!("## Deployment\n"));
        if !record.images.is_empty() {
            line(out, format_args!("- images: {}", quoted(record.images)));
        }
        if !record.ports.is_empty() {
            let ports: Vec<String> = record.ports.iter().map(ToString::to_string).collect();
            line(out, format_args!("- ports: {}", ports.join(", ")));
        }
        out.push('\n');
    }
    if !record.documentation.is_empty() {
        line(out, format_args!("## References\n"));
        for page in record.documentation {
            line(out, format_args!("- <{page}>"));
        }
    }
}

fn line(out: &mut String, text: impl Display) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
