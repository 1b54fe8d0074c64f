//! Writes a template with values in it.

use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use super::Values;
use super::expression::{Dot, Form, Found, Scope, is_off, is_true, line_site, read, site, squeezed};
use super::token::{Action, Token, ends, tokens};
use crate::yaml::{Id, Node};

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
    /// The items of a list that come later, the last one first, and where its block begins.
    rest: Vec<Id>,
    begins: usize,
    /// Whether expressions stay as they are.
    keeps: bool,
}

/// A template in the making.
struct Render<'t> {
    template: &'t [u8],
    file: FileId,
    values: &'t Values,
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
pub fn rendered(template: &[u8], file: FileId, values: &Values) -> Option<Mapped> {
    let tokens = tokens(template)?;
    let mut render = Render {
        template,
        file,
        values,
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

    fn dot(&self) -> Dot {
        self.frames.last().map_or(Dot::Chart, |frame| frame.dot)
    }

    fn scope(&self) -> Scope<'_> {
        Scope { dot: self.dot(), variables: &self.variables, values: self.values }
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
                _ => Found::Other(squeezed(words)),
            };
            self.variables.retain(|(known, _)| *known != name);
            self.variables.push((name, found));
            return;
        }
        let written = match (self.keeps(), read(action.words, self.scope())) {
            (false, Some((found, form))) => self.write(action, &found, form),
            _ => false,
        };
        self.joined |= written;
        let site = Site { file: self.file, span: action.span };
        if !written && action.words.starts_with("include ") {
            self.mapped.put(format!("{{{{ {} }}}}", squeezed(action.words)).as_bytes(), site);
        } else if !written {
            self.mapped.copy(&self.template[action.span.range()], site);
        }
    }

    /// Opens, turns or ends a block. Nothing is written for what only steers.
    fn control(&mut self, at: usize, action: Action<'_>, control: &str) -> usize {
        let (dot, keeps) = (self.dot(), self.keeps());
        let mut frame = Frame { dot, rest: Vec::new(), begins: at + 1, keeps };
        match control {
            "else" => {
                let (outer, kept) = match self.frames.iter().rev().nth(1) {
                    Some(frame) => (frame.dot, frame.keeps),
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
                let Some(frame) = self.frames.last_mut() else { return at + 1 };
                if let Some(next) = frame.rest.pop() {
                    frame.dot = Dot::Value(next);
                    return frame.begins;
                }
                self.frames.pop();
                return at + 1;
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
                frame.dot = match read(action.argument(), self.scope()) {
                    Some((Found::Value(id), _)) if is_true(id, self.values) => Dot::Value(id),
                    _ => Dot::Unknown,
                };
            }
            "range" => {
                let found = read(action.argument(), self.scope());
                let items = match found {
                    Some((Found::Value(id), _)) => self.values.document.items(id).to_vec(),
                    _ => Vec::new(),
                };
                frame.rest = items.into_iter().rev().collect();
                frame.dot = frame.rest.pop().map_or(Dot::Unknown, Dot::Value);
            }
            _ => (frame.dot, frame.keeps) = (Dot::Unknown, true),
        }
        self.frames.push(frame);
        at + 1
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

    /// Writes what an expression is; whether it can be written.
    fn write(&mut self, action: Action<'_>, found: &Found, form: Form) -> bool {
        let own = Site { file: self.file, span: action.span };
        match found {
            Found::Literal(text) => self.line(&quoted(text, form), own),
            Found::Other(words) => self.line(&quoted(&format!("{{{{ {words} }}}}"), form), own),
            Found::Nothing => false,
            Found::Value(id) => {
                let whole = site(*id, self.values);
                match self.values.document.node(*id) {
                    Node::Scalar { text, .. } if !text.contains('\n') => {
                        self.line(&quoted(text, form), whole)
                    }
                    Node::Scalar { text, .. } if form.quote.is_none() && !form.yaml => {
                        self.lines(text, whole, form)
                    }
                    Node::Scalar { .. } => false,
                    Node::Sequence(_) | Node::Mapping(_) => form.yaml && self.block(whole, form),
                }
            }
        }
    }

    fn line(&mut self, text: &str, from: Site) -> bool {
        self.mapped.put(text.as_bytes(), from);
        true
    }

    /// A text in several lines.
    fn lines(&mut self, text: &str, whole: Site, form: Form) -> bool {
        let Some(indent) = form.indent else { return false };
        let mut from = whole.span.start as usize;
        for (number, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            let (here, next) = line_site(line, from, whole, self.values);
            from = next;
            if number > 0 || form.feed {
                self.mapped.put(b"\n", here);
            }
            self.mapped.put(format!("{:indent$}{line}", "").as_bytes(), here);
        }
        true
    }

    /// A list or a mapping as it is written in the file, with another indentation.
    fn block(&mut self, whole: Site, form: Form) -> bool {
        let source = &self.values.source;
        let span = whole.span;
        let Some(text) = source.get(span.range()) else { return false };
        let begins =
            source[..span.start as usize].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = span.start as usize - begins;
        // What another place of the file defines would not be known here.
        let refers =
            [b"*".as_slice(), b"&", b"<<:"].iter().any(|mark| memchr::memmem::find(text, mark).is_some());
        let indented = source[begins..span.start as usize].iter().all(|byte| matches!(byte, b' ' | b'-'));
        let flow = matches!(text.first(), Some(b'{' | b'['));
        if refers || (!flow && !indented) || (flow && text.contains(&b'\n')) {
            return false;
        }
        let indent = form.indent.unwrap_or_default();
        let mut at = span.start as usize;
        for (number, line) in text.trim_ascii_end().split(|byte| *byte == b'\n').enumerate() {
            let own = if number == 0 { 0 } else { column };
            let blanks = line.iter().take_while(|byte| **byte == b' ').count().min(own);
            let site = |start: usize, end: usize| Site { span: Span::new(start, end), ..whole };
            if number > 0 || form.feed {
                self.mapped.put(b"\n", site(at, at));
            }
            self.mapped.put(" ".repeat(indent).as_bytes(), site(at, at));
            self.mapped.copy(&line[blanks..], site(at + blanks, at + line.len()));
            at += line.len() + 1;
        }
        true
    }
}

fn quoted(text: &str, form: Form) -> String {
    match form.quote {
        Some('"') => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Some(_) => format!("'{}'", text.replace('\'', "''")),
        None => text.to_owned(),
    }
}
