//! A traced request as one HTML file: its way over all hops drawn, the lines that decide, and what the rules say.

use std::io::{self, Write};

use maud::{Markup, html};
use wslint_model::duration::in_words;
use wslint_model::way::Step;
use wslint_model::{Known, NEVER, Site};
use wslint_rules::Verdict;

use super::traced::Traced;
use super::words::headline;
use crate::escape::escape;
use crate::output::{Console, Drawing, Hop, Locator, State, code_of, draw_way, first_line, html_page, prose};
use crate::project::Place;

/// Prints it.
pub(super) fn print(traced: &Traced<'_>, console: &mut Console) -> io::Result<()> {
    let (word, clause) = headline(traced);
    let mut locator = Locator::new(traced.project);
    let body = html! {
        (draw_way(&drawing(traced)))
        @for leg in &traced.legs {
            section {
                h2 { (leg.proxy.title()) " at " (escape(&leg.arrival.address.to_string())) }
                div.scroll {
                    table.steps { tbody { @for step in &leg.steps { (row(traced, &mut locator, step)) } } }
                }
            }
        }
        section { h2 { "What the upstream gets" } (outcome(traced, &mut locator)) }
        @if !traced.assumed.is_empty() {
            section { h2 { "Assumed" } ul { @for assumed in &traced.assumed { li { (prose(&assumed.words)) " " (place(traced, &mut locator, assumed.site)) } } } }
        }
        section {
            h2 { "Findings on this route" }
            @if traced.findings.is_empty() { p { "None." } }
            @for finding in &traced.findings {
                article.finding .(finding.severity.to_string()) {
                    h3 { span.severity { (finding.severity.to_string()) } " " (finding.rule.id) }
                    p.message { (prose(&finding.message)) }
                    p { (place(traced, &mut locator, Some(finding.primary.site))) " " (text(traced, finding.primary.site)) }
                    p.help { strong { "What to do: " } (prose(finding.help.trim_end())) }
                }
            }
        }
        @if !traced.notes.is_empty() {
            section {
                h2 { "This may change the answer" }
                ul {
                    @for note in &traced.notes {
                        li {
                            @match &note.place {
                                Place::Site(site) => (place(traced, &mut locator, Some(*site))),
                                Place::Path(path) => span.place { (escape(path)) },
                            }
                            ": " (prose(&note.message))
                        }
                    }
                }
            }
        }
    };
    let lead = format!("{word}: {clause}");
    console.write_all(html_page(traced.url, &lead, &body).as_bytes())?;
    console.flush()
}

/// The way over all hops: the client, where each proxy takes the request and what it takes it to be, and who answers.
fn drawing(traced: &Traced<'_>) -> Drawing {
    let mut hops = vec![Hop { what: "client".to_owned(), name: traced.url.to_owned(), place: None }];
    let mut locator = Locator::new(traced.project);
    for leg in &traced.legs {
        let title = leg.proxy.title();
        let address = leg.arrival.address.to_string();
        hops.push(Hop { what: format!("{title}, arriving at"), name: address, place: None });
        for step in leg.steps.iter().filter(|step| step.site.is_some() && STATIONS.contains(&step.what)) {
            let Some(site) = step.site else { continue };
            let line = String::from_utf8_lossy(&first_line(traced.project, traced.veil, site)).into_owned();
            let file = &traced.project.file(site.file).path;
            let place = Some(format!("{file}:{}", locator.start(site).line));
            hops.push(Hop { what: step.what.to_owned(), name: line, place });
        }
    }
    let answers = match (&traced.outcome.upstream, &traced.outcome.backend, &traced.outcome.status) {
        (Known::Known(Some(address)), _, _) => {
            Hop { what: "upstream".to_owned(), name: address.clone(), place: None }
        }
        (_, Known::Known(Some(backend)), _) => {
            Hop { what: "upstream".to_owned(), name: backend.clone(), place: None }
        }
        (_, _, Known::Known(Some(status))) => {
            Hop { what: "answer".to_owned(), name: status.to_string(), place: None }
        }
        _ => Hop { what: "upstream".to_owned(), name: "not known".to_owned(), place: None },
    };
    hops.push(answers);
    let state = match traced.verdict {
        Verdict::Works => State::Works,
        Verdict::Fails => State::Fails,
        Verdict::Breaks | Verdict::Unknown => State::Doubtful,
    };
    let broken = (state != State::Works).then(|| hops.len() - 1);
    Drawing { hops, broken, state, why: None }
}

/// The steps that are stations of the way.
const STATIONS: [&str; 8] =
    ["server", "location", "frontend", "listen", "use_backend", "default_backend", "backend", "proxy_pass"];

fn row(traced: &Traced<'_>, locator: &mut Locator<'_>, step: &Step) -> Markup {
    html! {
        tr {
            th scope="row" { (step.what) }
            td { (place(traced, locator, step.site)) }
            td { @if let Some(site) = step.site { (text(traced, site)) } " " (prose(step.note.trim())) }
        }
    }
}

fn outcome(traced: &Traced<'_>, locator: &mut Locator<'_>) -> Markup {
    let outcome = &traced.outcome;
    let header = |value: &Known<Option<String>>| match value {
        Known::Known(Some(value)) => value.replace('\n', ", "),
        Known::Known(None) => "not sent".to_owned(),
        Known::Unknown => "not known".to_owned(),
    };
    let silence = match outcome.idle_timeout {
        Known::Known(NEVER) => "never cut".to_owned(),
        Known::Known(time) => format!("cut after {}", in_words(time)),
        Known::Unknown => "not known".to_owned(),
    };
    html! {
        table.facts {
            tbody {
                @for (name, value) in [("URI", &outcome.uri), ("Host", &outcome.host), ("Upgrade", &outcome.upgrade), ("Connection", &outcome.connection)] {
                    tr { th scope="row" { (name) } td { (escape(&header(value))) } td {} }
                }
                tr {
                    th scope="row" { "silence" }
                    td { (silence) }
                    td {
                        @if let Some(by) = &outcome.idle_timeout_by { (escape(by)) " " }
                        (place(traced, locator, outcome.idle_timeout_site))
                    }
                }
            }
        }
    }
}

fn place(traced: &Traced<'_>, locator: &mut Locator<'_>, site: Option<Site>) -> Markup {
    html! {
        @if let Some(site) = site {
            span.place { (escape(&traced.project.file(site.file).path)) ":" (locator.start(site).line) }
        }
    }
}

fn text(traced: &Traced<'_>, site: Site) -> Markup {
    code_of(&String::from_utf8_lossy(&first_line(traced.project, traced.veil, site)))
}
