//! A traced request as one HTML file: its way over all hops drawn, the lines that decide, and what the rules say.

use std::io::{self, Write};

use maud::{Markup, html};
use wslint_model::duration::in_words;
use wslint_model::way::{Outcome, Step};
use wslint_model::{Known, NEVER, Site};
use wslint_rules::Verdict;

use super::traced::Traced;
use super::words::headline;
use crate::escape::escape;
use crate::output::{
    Console, Drawing, Line, Locator, Passage, State, Station, code_of, draw_way, first_line, html_page,
    prose, stations_of,
};
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
    let mut locator = Locator::new(traced.project);
    let mut line = |site: Site| {
        let position = locator.start(site);
        Line {
            file: traced.project.file(site.file).path.clone(),
            line: position.line,
            column: position.column,
            text: String::from_utf8_lossy(&first_line(traced.project, traced.veil, site)).into_owned(),
        }
    };
    let passages: Vec<Passage> = traced
        .legs
        .iter()
        .map(|leg| {
            let address = leg.arrival.address.to_string();
            Passage::new(leg.proxy, address, &leg.steps, vec![silence(&leg.outcome)], &mut line)
        })
        .collect();
    let mut stations = vec![Station::new("client", traced.url)];
    let (proxies, firsts) = stations_of(&passages, stations.len());
    stations.extend(proxies);
    stations.push(match (&traced.outcome.upstream, &traced.outcome.backend, &traced.outcome.status) {
        (Known::Known(Some(address)), _, _) => Station::new("upstream", address),
        (_, Known::Known(Some(backend)), _) => Station::new("upstream", backend),
        (_, _, Known::Known(Some(status))) => Station::new("answer", status.to_string()),
        _ => Station::new("upstream", "not known"),
    });
    let state = match traced.verdict {
        Verdict::Works => State::Works,
        Verdict::Fails => State::Fails,
        Verdict::Breaks | Verdict::Unknown => State::Doubtful,
    };
    let refused = traced.refusal.as_ref().and_then(|(leg, _)| firsts.get(*leg).copied());
    let broken = (state != State::Works).then(|| refused.unwrap_or(stations.len() - 1));
    Drawing { stations, broken, state, why: None }
}

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
    html! {
        table.facts {
            tbody {
                @for (name, value) in [("URI", &outcome.uri), ("Host", &outcome.host), ("Upgrade", &outcome.upgrade), ("Connection", &outcome.connection)] {
                    tr { th scope="row" { (name) } td { (escape(&header(value))) } td {} }
                }
                tr {
                    th scope="row" { "idle limit" }
                    td { (silence(outcome)) }
                    td {
                        @if let Some(by) = &outcome.idle_timeout_by { (escape(by)) " " }
                        (place(traced, locator, outcome.idle_timeout_site))
                    }
                }
            }
        }
    }
}

/// What becomes of a connection on which neither side speaks.
fn silence(outcome: &Outcome) -> String {
    match outcome.idle_timeout {
        Known::Known(NEVER) => "silence is never cut".to_owned(),
        Known::Known(time) => format!("cut after {} of silence", in_words(time)),
        Known::Unknown => "silence: not known".to_owned(),
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
