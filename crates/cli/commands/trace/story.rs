//! `wslint trace` for people: plain aligned text that survives being pasted into a chat.

use std::io::{self, Write};

use wslint_model::duration::in_words;
use wslint_model::way::{AnsweredBy, Http, Outcome, Step};
use wslint_model::{Known, NEVER, Site};

use super::leg::Leg;
use super::traced::Traced;
use super::words::headline;
use crate::escape::escape;
use crate::output::{Console, Locator, common_folder, line_text, unbroken};
use crate::project::Place;

/// Wider than this, chat windows break lines.
const WIDEST: usize = 100;
/// Columns for the names at the left, the longest of which is `default_backend`.
const NAMES: usize = 16;

/// More notes than these hide the story.
const MOST_NOTES: usize = 5;

/// Prints the story: the verdict, the steps, the outcome, the rules.
pub(super) fn print(traced: &Traced<'_>, console: &mut Console) -> io::Result<()> {
    let (width, quiet) = (console.width, console.quiet);
    write(traced, width, quiet, console)?;
    console.flush()
}

/// The same text, for those who show it elsewhere.
pub(super) fn text(traced: &Traced<'_>) -> io::Result<String> {
    let mut text = Vec::new();
    write(traced, WIDEST, false, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn write(traced: &Traced<'_>, width: usize, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer {
        traced,
        locator: Locator::new(traced.project),
        width: width.min(WIDEST),
        quiet,
        folder: folder(traced),
    };
    let (word, clause) = headline(traced);
    writer.paragraph(out, &format!("{word}: "), &format!("{} - {clause}", escape(traced.url)))?;
    if !writer.folder.is_empty() {
        writeln!(out, "Files below {}", escape(&writer.folder))?;
    }
    for (leg, next) in traced.legs.iter().zip(traced.legs.iter().skip(1).map(Some).chain([None])) {
        writeln!(out)?;
        writer.leg(out, leg, next)?;
    }
    writeln!(out)?;
    writer.assumptions(out)?;
    writer.rules(out)?;
    writer.notes(out)
}

struct Writer<'a> {
    traced: &'a Traced<'a>,
    locator: Locator<'a>,
    width: usize,
    /// Whether notes are left out.
    quiet: bool,
    /// What the paths of all files begin with, which is said once.
    folder: String,
}

/// The folder that all files of the story lie in.
fn folder(traced: &Traced<'_>) -> String {
    let steps = traced
        .legs
        .iter()
        .flat_map(|leg| leg.steps.iter().filter_map(|step| step.site).chain(leg.outcome.idle_timeout_site));
    let sites = steps.chain(traced.findings.iter().map(|finding| finding.primary.site));
    common_folder(sites.map(|site| traced.project.file(site.file).path.as_str()))
}

impl Writer<'_> {
    fn leg(&mut self, out: &mut dyn Write, leg: &Leg, next: Option<&Leg>) -> io::Result<()> {
        let message = &leg.arrival.message;
        let part = |part: &Known<String>| part.as_ref().map_or("(not known)", String::as_str).to_owned();
        let (method, target) = (part(&message.method.value), part(&message.target.value));
        let version = match message.http.value {
            Known::Known(Http::V10) => " HTTP/1.0",
            Known::Known(Http::V11) => " HTTP/1.1",
            Known::Known(Http::V2) => " HTTP/2",
            Known::Unknown => "",
        };
        self.row(
            out,
            "request",
            &format!("{method} {target}{version}, arriving at {}", leg.arrival.address),
        )?;
        let places: Vec<String> = leg.steps.iter().map(|step| self.place(step.site)).collect();
        let widest = places.iter().map(String::len).max().unwrap_or(0).min(self.width / 3);
        for (step, place) in leg.steps.iter().zip(&places) {
            self.step(out, step, place, widest)?;
        }
        self.outcome(out, &leg.outcome, next)
    }

    fn place(&mut self, site: Option<Site>) -> String {
        site.map_or_else(String::new, |site| {
            let path = &self.traced.project.file(site.file).path;
            let below = path.strip_prefix(&self.folder).unwrap_or(path);
            format!("{}:{}", escape(below), self.locator.start(site).line)
        })
    }

    fn step(&self, out: &mut dyn Write, step: &Step, place: &str, widest: usize) -> io::Result<()> {
        let indent = " ".repeat(NAMES + 2);
        let note = step.note.trim();
        let Some(site) = step.site else {
            return self.paragraph(out, &format!("  {:NAMES$}", step.what), note);
        };
        let text = |before: usize| {
            line_text(
                self.traced.project,
                self.traced.veil,
                site,
                self.width.saturating_sub(indent.len() + before),
            )
        };
        if place.len() > widest {
            writeln!(out, "  {:NAMES$}{place}\n{indent}{}", step.what, text(0))?;
        } else {
            writeln!(out, "  {:NAMES$}{place:widest$}  {}", step.what, text(widest + 2))?;
        }
        if note.is_empty() { Ok(()) } else { self.paragraph(out, &format!("{indent}-> "), note) }
    }

    fn outcome(&mut self, out: &mut dyn Write, outcome: &Outcome, next: Option<&Leg>) -> io::Result<()> {
        let answer = match next {
            Some(next) => format!("what {} below answers", next.proxy.title()),
            None => answer(outcome),
        };
        self.row(out, "answer", &answer)?;
        // What may answer in the place of the upstream does not change what that would get.
        let reaches = matches!(outcome.uri, Known::Known(Some(_)));
        if outcome.answered_by != AnsweredBy::Upstream && !reaches {
            return Ok(());
        }
        for (name, value) in [
            ("URI", &outcome.uri),
            ("Host", &outcome.host),
            ("Upgrade", &outcome.upgrade),
            ("Connection", &outcome.connection),
        ] {
            let words = match value {
                Known::Known(Some(value)) => value.replace('\n', ", "),
                Known::Known(None) => "(not sent)".to_owned(),
                Known::Unknown => "(not known)".to_owned(),
            };
            self.row(out, name, &words)?;
        }
        if self.traced.request.scheme.is_websocket() {
            let silence = self.silence(outcome);
            self.row(out, "silence", &silence)?;
        }
        Ok(())
    }

    fn silence(&mut self, outcome: &Outcome) -> String {
        let limit = match outcome.idle_timeout {
            Known::Known(NEVER) => "never cut".to_owned(),
            Known::Known(milliseconds) => format!("cut after {}", in_words(milliseconds)),
            Known::Unknown => {
                return match outcome.idle_at_most {
                    Some(NEVER) | None => "(not known)".to_owned(),
                    Some(longest) => format!("(not known, cut after {} at the latest)", in_words(longest)),
                };
            }
        };
        let Some(by) = &outcome.idle_timeout_by else { return limit };
        match outcome.idle_timeout_site {
            Some(site) => format!("{limit} by {by}, {}", self.place(Some(site))),
            None => format!("{limit} by {by}, the default"),
        }
    }

    fn assumptions(&mut self, out: &mut dyn Write) -> io::Result<()> {
        for assumption in &self.traced.assumed {
            let place = self.place(assumption.site);
            self.paragraph(out, "assuming that ", format!("{} {place}", assumption.words).trim_end())?;
        }
        if self.traced.assumed.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn rules(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.traced.findings.is_empty() {
            return writeln!(out, "No findings on this route.");
        }
        writeln!(out, "Findings on this route")?;
        let widest = self.traced.findings.iter().map(|finding| finding.rule.id.len()).max().unwrap_or(0);
        for finding in &self.traced.findings {
            let place = self.place(Some(finding.primary.site));
            writeln!(out, "  {:NAMES$}{:widest$}  {place}", finding.severity, finding.rule.id)?;
        }
        Ok(())
    }

    fn notes(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.quiet || self.traced.notes.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nThis may change the answer")?;
        for note in self.traced.notes.iter().take(MOST_NOTES) {
            let place = match note.place {
                Place::Site(site) => self.place(Some(site)),
                Place::Path(ref path) => escape(path).into_owned(),
            };
            self.paragraph(out, "  ", &format!("{place}: {}", note.message))?;
        }
        match self.traced.notes.len().saturating_sub(MOST_NOTES) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more"),
        }
    }

    fn row(&self, out: &mut dyn Write, name: &str, words: &str) -> io::Result<()> {
        self.paragraph(out, &format!("  {name:NAMES$}"), words)
    }

    /// Words behind a start, wrapped below their own beginning.
    fn paragraph(&self, out: &mut dyn Write, start: &str, words: &str) -> io::Result<()> {
        let indent = " ".repeat(start.len());
        let options = unbroken(self.width).break_words(true).initial_indent(start).subsequent_indent(&indent);
        writeln!(out, "{}", textwrap::fill(&escape(words), &options))
    }
}

fn answer(outcome: &Outcome) -> String {
    let status = match outcome.status {
        Known::Known(Some(status)) => format!("{status} "),
        _ => String::new(),
    };
    let by = match outcome.answered_by {
        AnsweredBy::Upstream => match (outcome.upstream.as_ref(), outcome.backend.as_ref()) {
            (Some(Some(address)), _) => format!("from the upstream {address}"),
            (None, Some(Some(_))) => "from one of the servers".to_owned(),
            _ => "from the upstream".to_owned(),
        },
        AnsweredBy::Proxy => "from the proxy itself".to_owned(),
        AnsweredBy::Nobody => return "none".to_owned(),
        AnsweredBy::Unknown => "(not known)".to_owned(),
    };
    let block = match outcome.backend.as_ref() {
        Some(Some(name)) if outcome.answered_by == AnsweredBy::Upstream => format!(" of {name}"),
        _ => String::new(),
    };
    format!("{status}{by}{block}")
}
