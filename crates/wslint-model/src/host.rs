//! A file whose text stands in another one: a ConfigMap's value in a manifest, a heredoc in a script.

use crate::choices::Slip as Kind;
use crate::edit::Edit;
use crate::fact::Mark;
use crate::site::{FileId, Site};
use crate::source_map::SourceMap;
use crate::version::Version;
use wslint_syntax::Span;

/// Where the text of a file stands that is none of its own.
#[derive(Debug)]
pub struct Host {
    /// The file that holds the text. Neither proxy reads it.
    pub file: FileId,
    /// The name by which the proxy reads the text, as far as the host tells: a path, or the key of a ConfigMap.
    pub name: String,
    /// Where the host begins to speak of it: the key, the command.
    pub opens: Span,
    /// Where each byte of the text stands in the host.
    pub map: SourceMap,
    /// How text is written there, or why none can be.
    pub writing: Result<Writing, &'static str>,
    /// Dollar signs that are not what they look like, in the order of the text.
    pub slips: Vec<Slip>,
    /// Whether a program makes the text of what stands in the host, so that only places of the host mean anything to people.
    pub generated: bool,
    /// The program, and what it says of its text.
    pub maker: Option<Maker>,
}

/// A program that makes text of what stands in other files: an ingress controller.
#[derive(Debug)]
pub struct Maker {
    /// Its name, by which help for its text is found.
    pub name: &'static str,
    /// Why it is taken for the one that reads these files, as a clause.
    pub because: String,
    /// The version of the proxy that the program runs, where its release is known.
    pub version: Option<Version>,
    /// The hosts that the text serves; the empty one stands for whatever host.
    pub hosts: Vec<String>,
    /// What a finding says at a piece of the text, in place of that it is set there.
    pub notes: Vec<(Span, String)>,
    /// Places that explain what rules say of pieces of the text.
    pub related: Vec<Related>,
    /// Pieces that the program copies from what it reads without a look at them, so that the proxy may refuse them.
    pub copied: Vec<Span>,
}

/// A place that explains what rules say of a piece of a text.
#[derive(Clone, Debug)]
pub struct Related {
    /// The piece.
    pub span: Span,
    /// The rules whose findings it explains.
    pub rules: &'static [&'static str],
    /// The place and what it says.
    pub mark: Mark,
}

impl Maker {
    /// Whether the text serves a host; not known where it serves whatever host.
    pub fn serves(&self, host: &str) -> Option<bool> {
        let covers = |own: &String| {
            let wildcard = own.strip_prefix('*').is_some_and(|parent| host.ends_with(parent));
            wildcard || own.eq_ignore_ascii_case(host)
        };
        let named = self.hosts.iter().any(covers);
        if named || self.hosts.iter().all(|own| !own.is_empty()) { Some(named) } else { None }
    }

    /// Whether the program copied what stands at a span of the text.
    pub fn copies(&self, span: Span) -> bool {
        self.copied.iter().any(|piece| piece.start <= span.start && span.start < piece.end)
    }

    /// What a finding says at a span of the text.
    pub fn note(&self, span: Span) -> Option<&str> {
        let covers = |piece: &Span| piece.start <= span.start && span.start < piece.end;
        self.notes.iter().find(|(piece, _)| covers(piece)).map(|(_, words)| words.as_str())
    }

    /// The places that explain what a rule says of a span of the text.
    pub fn related(&self, span: Span, rule: &str) -> impl Iterator<Item = &Mark> {
        let covers = move |piece: Span| piece.start <= span.start && span.start < piece.end;
        let explains = move |one: &&Related| covers(one.span) && one.rules.contains(&rule);
        self.related.iter().filter(explains).map(|one| &one.mark)
    }
}

/// How text is written in a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// What stands in front of each line that is not empty.
    pub indent: Vec<u8>,
    /// What ends a line.
    pub line_feed: &'static [u8],
    /// Bytes that are written as others.
    pub escapes: Vec<(u8, &'static [u8])>,
    /// Whether an edit may not reach from one line of the host to another.
    pub one_line: bool,
}

/// A dollar sign that the host escapes where it must not, or does not where it must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where it shows in the text.
    pub span: Span,
    /// What is wrong with it.
    pub kind: Kind,
    /// The variable that was meant, with its dollar sign.
    pub variable: String,
    /// The edit of the host that mends it.
    pub mend: Edit,
}

impl Host {
    /// Where people find what stands at a span of the text.
    pub fn site(&self, span: Span) -> Site {
        self.map.site(span).unwrap_or(Site { file: self.file, span: self.opens })
    }
}
