//! What each proxy on the way of a handshake does with it, in lines of the files.

use wslint_model::duration::in_words;
use wslint_model::way::{End, Hop, Idle, Message, Run, Runs, Step};
use wslint_model::{Cause, Known, NEVER, Proxy, Site};

use super::line::Line;

/// The way through one proxy.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    /// The proxy.
    pub(crate) proxy: Proxy,
    /// The address that was connected to.
    pub(crate) address: String,
    /// The lines that choose the way, each with what it is: `server`, `location`, `use_backend`.
    pub(crate) stations: Vec<(&'static str, Line)>,
    /// What becomes of the connection there, in clauses: after which silence it is cut, whether the upgrade is passed on.
    pub(crate) facts: Vec<String>,
    /// Who answers behind it, as what it is and how it is called, where that is told of this proxy alone.
    pub(crate) answers: Option<(&'static str, String)>,
    /// All lines that have a part in it.
    lines: Vec<Line>,
}

/// The steps that are stations of the way.
const STATIONS: [&str; 8] =
    ["listen", "server", "location", "frontend", "use_backend", "default_backend", "backend", "upstream"];

impl Passage {
    /// The way that these steps take. The places are those where lines are written.
    pub(crate) fn new(
        proxy: Proxy,
        address: String,
        steps: &[Step],
        facts: Vec<String>,
        mut line: impl FnMut(Site) -> Line,
    ) -> Self {
        let mut stations: Vec<(&'static str, Line)> = Vec::new();
        let mut lines = Vec::new();
        for step in steps {
            let Some(site) = step.site else { continue };
            let line = line(site);
            lines.push(line.clone());
            if !STATIONS.contains(&step.what) {
                continue;
            }
            // A `proxy_pass` that names an upstream is the way to that block.
            match stations.last_mut().filter(|(what, _)| *what == step.what) {
                Some(last) => last.1 = line,
                None => stations.push((step.what, line)),
            }
        }
        Self { proxy, address, stations, facts, answers: None, lines }
    }

    /// The passages of the run that goes furthest. `line` gives the line that a place is written in.
    pub(crate) fn all(runs: &Runs<Run>, mut line: impl FnMut(Site) -> Line) -> Vec<Self> {
        let longest = runs.results.iter().rev().max_by_key(|run| run.hops.len());
        let hops = longest.map(|run| run.hops.as_slice()).unwrap_or_default();
        hops.iter().map(|hop| Self::of(hop, &mut line)).collect()
    }

    fn of(hop: &Hop, mut line: impl FnMut(Site) -> Line) -> Self {
        let mut facts: Vec<String> = hop.sent.as_ref().and_then(upgrade).into_iter().collect();
        facts.extend(hop.idle.as_ref().and_then(silence));
        let mut passage = Self::new(hop.proxy, hop.arrival.address.to_string(), &hop.steps, facts, &mut line);
        passage.answers = Some(answers(hop));
        let causes = hop.sent.iter().flat_map(causes).chain(hop.idle.iter().map(|idle| &idle.cause));
        let marks = causes.flat_map(|cause| &cause.marks);
        passage.lines.extend(marks.map(|mark| line(mark.site)));
        passage
    }

    /// The words that are no lines, in which secrets of the files may stand.
    pub(crate) fn words_mut(&mut self) -> impl Iterator<Item = &mut String> {
        [&mut self.address].into_iter().chain(self.answers.as_mut().map(|(_, name)| name))
    }

    /// The number of the passage that a line has a part in: the last one, of several, and the last one in its file if none
    /// has.
    pub(crate) fn with_line(passages: &[Self], line: &Line) -> Option<usize> {
        let of = |holds: &dyn Fn(&Line) -> bool| {
            passages.iter().rposition(|passage| passage.lines.iter().any(holds))
        };
        of(&|own| own.file == line.file && own.line == line.line).or_else(|| of(&|own| own.file == line.file))
    }
}

/// Who answers what leaves a proxy.
fn answers(hop: &Hop) -> (&'static str, String) {
    match &hop.end {
        End::Sent(connect) => match (&connect.address, &hop.backend) {
            (Known::Known(Some(address)), _) => ("upstream", address.clone()),
            (_, Known::Known(Some(backend))) => ("upstream", backend.clone()),
            _ => ("upstream", "not known".to_owned()),
        },
        End::Answered { by, status: Known::Known(status), .. } => {
            ("answered by the proxy", format!("{by}: {status}"))
        }
        End::Answered { by, .. } => ("answered by the proxy", (*by).to_owned()),
        End::Dropped { by, .. } => ("not answered", (*by).to_owned()),
        End::Unknown => ("answer", "not known".to_owned()),
    }
}

/// Why the message is what it is.
fn causes(message: &Message) -> impl Iterator<Item = &Cause> {
    let fields = message.fields.iter().filter_map(|field| field.cause.as_ref());
    fields.chain(message.dropped.iter().map(|(_, cause)| cause))
}

/// Whether the upgrade is passed on, if that is known.
fn upgrade(sent: &Message) -> Option<String> {
    let passed = sent.holds("Upgrade", "websocket")? && sent.holds("Connection", "upgrade")?;
    Some(if passed { "passes the upgrade on" } else { "does not pass the upgrade on" }.to_owned())
}

/// After which silence the connection is cut, if that is known.
fn silence(idle: &Idle) -> Option<String> {
    let by = idle.by.as_ref().map(|by| format!(": {by}")).unwrap_or_default();
    match idle.limit {
        Known::Known(NEVER) => Some("never cuts silence".to_owned()),
        Known::Known(limit) => Some(format!("cuts after {} of silence{by}", in_words(limit))),
        Known::Unknown => None,
    }
}
