//! From the events of the parser to nodes with their bytes.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marked, StrInput};
use wslint_syntax::Span;

use super::node::{Document, Id, Node, Style};
use super::{Complaint, File};

/// How much of a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many bytes it may have.
    pub bytes: usize,
    /// How many nodes.
    pub nodes: usize,
    /// How deep they may nest.
    pub depth: usize,
}

impl Limits {
    /// What people and programs write stays far below.
    pub const USUAL: Self = Self { bytes: 4 << 20, nodes: 500_000, depth: 100 };
}

/// How many complaints of one file are kept.
const MOST_COMPLAINTS: usize = 20;

/// Reads a file.
pub fn load(bytes: &[u8], limits: Limits) -> File {
    let mut file = File::default();
    if bytes.len() > limits.bytes {
        file.complaints.push(Complaint {
            span: Span::new(0, 0),
            words: format!("it has more than {} bytes, and is not read", limits.bytes),
        });
        return file;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let at = error.valid_up_to();
            file.complaints
                .push(Complaint { span: Span::new(at, at), words: "the text is not UTF-8".to_owned() });
            return file;
        }
    };
    let mark = bytes.len() - text.len();
    if let Some(at) = too_deep(text, limits.depth) {
        file.complaints.push(Complaint {
            span: Span::new(mark + at, mark + at + 1),
            words: format!("brackets nest more than {} deep", limits.depth),
        });
        return file;
    }
    let mut loader = Loader {
        places: Places::new(text, mark),
        limits,
        file,
        document: Document::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
    };
    loader.read(text);
    loader.file
}

/// Where brackets nest deeper than `most`: parsers of YAML take time that grows with the square of their depth. Those
/// within texts count too, which a file that means well does not notice.
pub fn too_deep(text: &str, most: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return Some(at);
        }
    }
    None
}

/// From characters, in which the parser counts, to bytes.
struct Places {
    /// The bytes before the text.
    mark: usize,
    /// The byte of each character; empty where all of them have one byte.
    bytes: Vec<u32>,
    length: usize,
}

impl Places {
    fn new(text: &str, mark: usize) -> Self {
        let bytes = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at as u32).collect(),
        };
        Self { mark, bytes, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match self.bytes.is_empty() {
            true => character.min(self.length),
            false => self.bytes.get(character).map_or(self.length, |&byte| byte as usize),
        };
        self.mark + byte
    }

    fn span(&self, marked: Marked) -> Span {
        let (start, end) = (self.byte(marked.start.index()), self.byte(marked.end.index()));
        Span::new(start, end.max(start))
    }
}

/// A list or mapping that is not at its end.
struct Open {
    id: Id,
    /// The key that waits for its value.
    key: Option<Id>,
    keys: HashSet<String>,
}

struct Loader {
    places: Places,
    limits: Limits,
    file: File,
    document: Document,
    open: Vec<Open>,
    anchors: HashMap<usize, Id>,
    nodes: usize,
}

impl Loader {
    fn read(&mut self, text: &str) {
        let mut parser = Parser::new(StrInput::new(text));
        while let Some(event) = parser.next_event() {
            let (event, marked) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = self.places.byte(error.marker().index());
                    self.complain(Span::new(at, at), error.info().to_owned());
                    break;
                }
            };
            if !self.take(event, self.places.span(marked)) {
                break;
            }
        }
        self.finish_document();
    }

    /// Takes one event; whether to go on.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::StreamEnd => return false,
            Event::DocumentEnd => self.finish_document(),
            Event::Scalar(text, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let id = self.add(Node::Scalar { text: text.into_owned(), style }, span, anchor);
                self.put(id);
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(&id) => self.put(id),
                None => {
                    let id = self.add(Node::Scalar { text: String::new(), style: Style::Plain }, span, 0);
                    self.put(id);
                }
            },
            Event::SequenceStart(anchor, _) => self.begin(Node::Sequence(Vec::new()), span, anchor),
            Event::MappingStart(anchor, _) => self.begin(Node::Mapping(Vec::new()), span, anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let whole = &mut self.document.nodes[open.id.0 as usize].1;
                    *whole = Span { start: whole.start, end: span.end.max(whole.start) };
                }
            }
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
        }
        if self.open.len() > self.limits.depth {
            self.complain(span, format!("it nests more than {} deep", self.limits.depth));
            return false;
        }
        if self.nodes > self.limits.nodes {
            self.complain(span, format!("it holds more than {} values", self.limits.nodes));
            return false;
        }
        true
    }

    fn add(&mut self, node: Node, span: Span, anchor: usize) -> Id {
        let id = Id(self.document.nodes.len() as u32);
        self.document.nodes.push((node, span));
        self.nodes += 1;
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        id
    }

    fn begin(&mut self, node: Node, span: Span, anchor: usize) {
        let id = self.add(node, span, anchor);
        self.put(id);
        self.open.push(Open { id, key: None, keys: HashSet::new() });
    }

    /// Puts a node where the next one belongs.
    fn put(&mut self, id: Id) {
        let Some(open) = self.open.last_mut() else {
            self.document.root = self.document.root.or(Some(id));
            return;
        };
        let mut twice = None;
        match &mut self.document.nodes[open.id.0 as usize].0 {
            Node::Sequence(items) => items.push(id),
            Node::Mapping(entries) => match open.key.take() {
                Some(key) => entries.push((key, id)),
                None => {
                    open.key = Some(id);
                    twice = Some(id);
                }
            },
            Node::Scalar { .. } => {}
        }
        let Some(key) = twice else { return };
        if let Node::Scalar { text, .. } = &self.document.nodes[key.0 as usize].0
            && text != "<<"
            && !open.keys.insert(text.clone())
        {
            let span = self.document.nodes[key.0 as usize].1;
            let words = format!("the key `{text}` stands twice; the last one counts");
            self.complain(span, words);
        }
    }

    fn finish_document(&mut self) {
        self.open.clear();
        self.anchors.clear();
        let document = std::mem::take(&mut self.document);
        if document.root.is_some() {
            self.file.documents.push(document);
        }
    }

    fn complain(&mut self, span: Span, words: String) {
        if self.file.complaints.len() < MOST_COMPLAINTS {
            self.file.complaints.push(Complaint { span, words });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, load};

    fn text_at<'t>(text: &'t str, way: &[&str]) -> (Option<String>, &'t str) {
        let file = load(text.as_bytes(), Limits::USUAL);
        let document = &file.documents[0];
        let id = document.at(document.root().expect("a root"), way).expect("a value");
        (document.text(id).map(str::to_owned), &text[document.span(id).range()])
    }

    #[test]
    fn words_have_their_bytes() {
        let text = "a: {b: \"é x\", c: 1}\nd:\n  e: plain word # comment\n";
        assert_eq!(text_at(text, &["a", "b"]), (Some("é x".to_owned()), "\"é x\""));
        assert_eq!(text_at(text, &["a", "c"]), (Some("1".to_owned()), "1"));
        assert_eq!(text_at(text, &["d", "e"]), (Some("plain word".to_owned()), "plain word"));
        let marked = format!("\u{feff}{text}");
        assert_eq!(text_at(&marked, &["a", "c"]).1, "1");
    }

    #[test]
    fn what_is_merged_is_found() {
        let text = "x: &x {image: one, ports: [1]}\ny:\n  <<: *x\n  image: two\nz:\n  <<: [*x]\n";
        assert_eq!(text_at(text, &["y", "image"]).0.as_deref(), Some("two"));
        assert_eq!(text_at(text, &["z", "image"]).0.as_deref(), Some("one"));
        assert_eq!(text_at(text, &["y", "ports"]).1, "[1]");
    }

    #[test]
    fn anchors_that_multiply_or_lead_back_cost_nothing() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..60 {
            let last = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", [last.as_str(); 9].join(", ")));
        }
        text.push_str("self: &self\n  <<: *self\n  again: *self\nend: here\n");
        let file = load(text.as_bytes(), Limits::USUAL);
        let document = &file.documents[0];
        let root = document.root().expect("a root");
        assert_eq!(document.get(root, "end").and_then(|id| document.text(id)), Some("here"));
        let own = document.get(root, "self").expect("it is there");
        assert_eq!(document.get(own, "absent"), None);
    }

    #[test]
    fn what_is_wrong_is_told_and_what_stands_before_it_is_kept() {
        let check = |text: &str, words: &str, documents: usize| {
            let file = load(text.as_bytes(), Limits { bytes: 4000, nodes: 500, depth: 8 });
            let told = file.complaints.iter().any(|complaint| complaint.words.contains(words));
            assert!(told, "{text}: {:?}", file.complaints);
            assert_eq!(file.documents.len(), documents, "{text}");
        };
        check("a: 1\n---\nb: [1\n", "", 2);
        check("a: 1\na: 2\n", "`a` stands twice", 1);
        check(&"[".repeat(3000), "more than 8 deep", 0);
        check(&format!("{}x\n", "- ".repeat(40)), "more than 8 deep", 1);
        check(&"- x\n".repeat(700), "more than 500 values", 1);
        check(&"x".repeat(5000), "more than 4000 bytes", 0);
        assert_eq!(load(b"\xff", Limits::USUAL).complaints.len(), 1);
    }
}
