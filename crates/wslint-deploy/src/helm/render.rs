//! Writes a template with values in it.

use std::cell::Cell;

use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use super::Chart;
use super::expression::{Dot, MOST_INCLUDED, Scope, is_off, other, ranged, read, what_is_true};
use super::found::{Form, Found, written};
use super::token::{Action, Token, ends, tokens};
use super::values::Value;
use super::words::squeezed;

/// How much is written of a template, in bytes: lists within lists multiply.
const MOST: usize = 8 << 20;

/// How many pieces of a template are written, those of lists again and again.
const MOST_STEPS: usize = 1_000_000;

/// Objects by which a controller routes requests: they are looked at even where the values switch them off.
const ROUTING: [&[u8]; 4] = [b"kind: Ingress", b"kind: VirtualServer", b"kind: Route", b"kind: HTTPRoute"];

/// Objects that decide how many pods there are, as long as they are there.
const SCALING: [&[u8]; 1] = [b"kind: HorizontalPodAutoscaler"];

/// An open block.
struct Frame {
    dot: Dot,
    /// The items that come later, each with its key, the last one first, and where the block begins.
    rest: Vec<(Found, Value)>,
    begins: usize,
    /// The variables of a `range`: for the key, where there is one, and for the item.
    named: Vec<String>,
    /// Whether expressions stay as they are.
    keeps: bool,
}

/// A template in the making.
struct Render<'t> {
    template: &'t [u8],
    file: FileId,
    chart: &'t Chart,
    room: Cell<u32>,
    tokens: Vec<Token<'t>>,
    /// The ends of blocks.
    ends: Vec<usize>,
    /// Where objects stand that route requests, and those that scale workloads.
    routing: Vec<usize>,
    scaling: Vec<usize>,
    mapped: Mapped,
    frames: Vec<Frame>,
    variables: Vec<(String, Found)>,
    joined: bool,
}

/// The template with what is plain in it replaced; none where nothing is, or where too much would be written.
pub fn rendered(template: &[u8], file: FileId, chart: &Chart) -> Option<Mapped> {
    let tokens = tokens(template)?;
    let mut render = Render {
        template,
        file,
        chart,
        room: Cell::new(MOST_INCLUDED),
        ends: ends(&tokens),
        routing: places(template, &ROUTING),
        scaling: places(template, &SCALING),
        tokens,
        mapped: Mapped::default(),
        frames: Vec::new(),
        variables: Vec::new(),
        joined: false,
    };
    let mut at = 0;
    let mut steps = 0;
    while at < render.tokens.len() {
        steps += 1;
        if render.mapped.text.len() > MOST || steps > MOST_STEPS {
            return None;
        }
        at = render.step(at);
    }
    render.joined.then_some(render.mapped)
}

/// Where any of some words stands, in order.
fn places(template: &[u8], words: &[&[u8]]) -> Vec<usize> {
    let mut places: Vec<usize> =
        words.iter().flat_map(|word| memchr::memmem::find_iter(template, word)).collect();
    places.sort_unstable();
    places
}

impl<'t> Render<'t> {
    /// Writes the piece of a number, and gives the number of the next one.
    fn step(&mut self, at: usize) -> usize {
        match self.tokens[at] {
            Token::Text(span) => self.text(at, span),
            Token::Action(action) => match action.control() {
                None => self.action(action),
                Some(control) => return self.control(at, action, control),
            },
        }
        at + 1
    }

    fn dot(&self) -> &Dot {
        self.frames.last().map_or(&Dot::Chart, |frame| &frame.dot)
    }

    fn scope(&self) -> Scope<'_> {
        Scope { dot: self.dot(), variables: &self.variables, chart: self.chart, room: &self.room }
    }

    fn keeps(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.keeps)
    }

    /// Text without the blanks that the actions beside it take away. Lines that hold nothing but an action stay lines.
    fn text(&mut self, at: usize, span: Span) {
        let trims = |token: Option<&Token<'_>>, behind: bool| match token {
            Some(Token::Action(action)) => {
                let asks = if behind { action.trims_behind } else { action.trims_before };
                asks && !action.alone && self.resolves(*action)
            }
            _ => false,
        };
        let mut span = span;
        let bytes = &self.template[span.range()];
        if trims(at.checked_sub(1).and_then(|before| self.tokens.get(before)), true) {
            span.start += bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count() as u32;
        }
        let bytes = &self.template[span.range()];
        if trims(self.tokens.get(at + 1), false) {
            span.end -= bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count() as u32;
        }
        self.mapped.copy(&self.template[span.range()], Site { file: self.file, span });
    }

    /// Whether something else is written in the place of an action.
    fn resolves(&self, action: Action<'_>) -> bool {
        action.control().is_none() && !self.keeps() && read(action.words, self.scope()).is_some()
    }

    fn action(&mut self, action: Action<'_>) {
        if let Some((name, words)) = action.words.split_once(":=") {
            let name = name.trim().trim_start_matches('$').to_owned();
            let found = match read(words.trim(), self.scope()) {
                Some((found, form)) if form == Form::default() && !self.keeps() => found,
                _ => other(words),
            };
            self.variables.retain(|(known, _)| *known != name);
            self.variables.push((name, found));
            return;
        }
        let site = Site { file: self.file, span: action.span };
        let made = match (self.keeps(), read(action.words, self.scope())) {
            (false, Some((found, form))) => written(&found, form, site, &self.chart.values),
            _ => None,
        };
        match made {
            Some(made) => {
                self.mapped.append(&made, Span::new(0, made.text.len()));
                self.joined = true;
            }
            None if action.words.starts_with("include ") => {
                self.mapped.put(format!("{{{{ {} }}}}", squeezed(action.words)).as_bytes(), site);
            }
            None => self.mapped.copy(&self.template[action.span.range()], site),
        }
    }

    /// Opens, turns or ends a block. Nothing is written for what only steers.
    fn control(&mut self, at: usize, action: Action<'_>, control: &str) -> usize {
        let (dot, keeps) = (self.dot().clone(), self.keeps());
        let mut frame = Frame { dot, rest: Vec::new(), begins: at + 1, named: Vec::new(), keeps };
        match control {
            "else" => {
                let (outer, kept) = match self.frames.iter().rev().nth(1) {
                    Some(frame) => (frame.dot.clone(), frame.keeps),
                    None => (Dot::Chart, false),
                };
                match self.frames.last_mut() {
                    // The value of `with` or `range` is there.
                    Some(frame) if frame.dot != outer && frame.dot != Dot::Unknown => {
                        return self.ends[at];
                    }
                    Some(frame) => (frame.dot, frame.keeps) = (outer, kept),
                    None => {}
                }
                return at + 1;
            }
            "end" => {
                let Some(mut frame) = self.frames.pop() else { return at + 1 };
                for name in &frame.named {
                    let last = self.variables.iter().rposition(|(known, _)| known == name);
                    last.map(|at| self.variables.remove(at));
                }
                let Some(next) = frame.rest.pop() else { return at + 1 };
                let begins = frame.begins;
                self.take_item(&mut frame, next);
                self.frames.push(frame);
                return begins;
            }
            "if" if is_off(action.argument(), self.scope()) => {
                // What would scale a workload does not, and its own number of pods counts.
                if self.holds(at, &self.scaling) {
                    self.joined = true;
                    return self.ends[at] + 1;
                }
                frame.keeps |= !self.holds(at, &self.routing);
            }
            "if" => {}
            "with" => {
                let value = what_is_true(action.argument(), self.scope());
                frame.dot = value.map_or(Dot::Unknown, Dot::Value);
            }
            "range" => {
                let (names, expression) =
                    action.argument().split_once(":=").unwrap_or(("", action.argument()));
                frame.named =
                    names.split(',').map(|name| name.trim().trim_start_matches('$').to_owned()).collect();
                frame.named.retain(|name| !name.is_empty());
                frame.rest = ranged(expression.trim(), self.scope());
                frame.rest.reverse();
                match frame.rest.pop() {
                    Some(first) => self.take_item(&mut frame, first),
                    None => {
                        frame.dot = Dot::Unknown;
                        let unknown = |name: &String| (name.clone(), other(&format!("${name}")));
                        self.variables.extend(frame.named.iter().map(unknown));
                    }
                }
            }
            _ => (frame.dot, frame.keeps) = (Dot::Unknown, true),
        }
        self.frames.push(frame);
        at + 1
    }

    /// Goes on with an item of a `range`.
    fn take_item(&mut self, frame: &mut Frame, (key, value): (Found, Value)) {
        let value_of = || Found::Value(value.clone());
        match frame.named.as_slice() {
            [one] => self.variables.push((one.clone(), value_of())),
            [first, second] => {
                self.variables.extend([(first.clone(), key), (second.clone(), value_of())]);
            }
            _ => {}
        }
        frame.dot = Dot::Value(value);
    }

    /// Whether any of some places is within a block.
    fn holds(&self, open: usize, places: &[usize]) -> bool {
        let place = |at: usize| match self.tokens.get(at) {
            Some(Token::Action(action)) => action.span.start as usize,
            _ => self.template.len(),
        };
        let first = places.partition_point(|&at| at < place(open));
        places.get(first).is_some_and(|&at| at < place(self.ends[open]))
    }
}
