//! Names for findings that outlive edits elsewhere in the file: what a baseline remembers, and what GitHub and GitLab
//! tell old findings from new ones by.
//!
//! A fingerprint is made of the rule, the file's path, the words of the directive that the finding points at, and the
//! words that open each block or section around it. Line numbers, blanks, comments and other directives are no part of
//! it, so that moving or reindenting the directive keeps its name. Findings that have all of that in common are
//! numbered in the order of the file.

use std::collections::HashMap;

use wslint_model::{Content, FileId, Project, Site};
use wslint_rules::Finding;
use wslint_syntax::nginx::{self, DirectiveId};
use wslint_syntax::{Span, haproxy};

/// More blocks around a directive than this say nothing new.
const MOST_BLOCKS: usize = 16;

/// The fingerprint of each finding: 32 hexadecimal digits, none twice. The findings are those of a whole run in file
/// order, before any are left out: a finding that is suppressed or accepted still counts among its equals.
pub(crate) fn fingerprints<'f, 'r: 'f>(
    project: &Project,
    findings: impl IntoIterator<Item = &'f Finding<'r>>,
) -> Vec<String> {
    let mut namer = Namer::new(project);
    findings.into_iter().map(|finding| namer.place(&finding.rule.id, finding.primary.site)).collect()
}

/// Names what is told in the order of the files.
pub(crate) struct Namer<'p> {
    places: Places<'p>,
    /// How many had the same words so far.
    equals: HashMap<u128, u64>,
}

impl<'p> Namer<'p> {
    /// A namer for a run over a project.
    pub(crate) fn new(project: &'p Project) -> Self {
        Self { places: Places { project, headings: HashMap::new() }, equals: HashMap::new() }
    }

    /// The name of what `kind` says about a site.
    pub(crate) fn place(&mut self, kind: &str, site: Site) -> String {
        let mut hash = Hash::new();
        hash.field(kind.as_bytes());
        hash.field(self.places.project.file(site.file).path.as_bytes());
        self.places.describe(site, &mut hash);
        self.number(hash)
    }

    /// The name of what `kind` says about a file as a whole.
    pub(crate) fn file(&mut self, kind: &str, path: &str) -> String {
        let mut hash = Hash::new();
        hash.field(kind.as_bytes());
        hash.field(path.as_bytes());
        self.number(hash)
    }

    fn number(&mut self, mut hash: Hash) -> String {
        let ordinal = self.equals.entry(hash.0).or_default();
        hash.field(&ordinal.to_be_bytes());
        *ordinal += 1;
        format!("{:032x}", hash.0)
    }
}

/// Says where sites stand in words.
struct Places<'p> {
    project: &'p Project,
    /// The heading of each nginx block that was asked for.
    headings: HashMap<(FileId, DirectiveId), Vec<u8>>,
}

impl<'p> Places<'p> {
    /// Adds the directive at a site and what it stands in.
    fn describe(&mut self, site: Site, hash: &mut Hash) {
        match &self.project.file(site.file).content {
            Content::Nginx(tree) => self.describe_nginx(tree, site, hash),
            Content::Haproxy(tree) => describe_haproxy(tree, site.span, hash),
            Content::Beside(_) => hash.field(self.project.text(site)),
        }
    }

    fn describe_nginx(&mut self, tree: &'p nginx::Tree, site: Site, hash: &mut Hash) {
        let Some(directive) = directive_at(tree, site.span.start) else {
            return hash.field(&words(tree.source(), [site.span]));
        };
        hash.field(&statement(tree, directive));
        let mut around = tree.parent(directive);
        for _ in 0..MOST_BLOCKS {
            let Some(block) = around else { break };
            let heading = self.headings.entry((site.file, block)).or_insert_with(|| heading(tree, block));
            hash.field(heading);
            around = tree.parent(block);
        }
    }
}

/// The directive in whose words or after whose words, but before the next directive, an offset lies.
fn directive_at(tree: &nginx::Tree, offset: u32) -> Option<DirectiveId> {
    let (mut low, mut high) = (0, u32::try_from(tree.len()).unwrap_or(u32::MAX));
    while low < high {
        let middle = low + (high - low) / 2;
        if tree.statement(DirectiveId(middle)).start <= offset { low = middle + 1 } else { high = middle }
    }
    low.checked_sub(1).map(DirectiveId)
}

fn statement(tree: &nginx::Tree, directive: DirectiveId) -> Vec<u8> {
    words(tree.source(), tree.words(directive).iter().map(|word| word.span))
}

/// What opens a block; of a server also its first name, since all servers open alike.
fn heading(tree: &nginx::Tree, block: DirectiveId) -> Vec<u8> {
    let mut heading = statement(tree, block);
    if heading == b"server" {
        let mut names = tree.children(block).filter(|&child| *tree.name(child) == b"server_name"[..]);
        if let Some(name) = names.find_map(|child| tree.arg(child, 0)) {
            heading.push(b' ');
            heading.extend_from_slice(&name);
        }
    }
    heading
}

fn describe_haproxy(tree: &haproxy::Tree, span: Span, hash: &mut Hash) {
    let lines = tree.lines();
    let behind = lines.partition_point(|line| line.span.start <= span.start);
    let Some((line, before)) = lines[..behind].split_last() else {
        return hash.field(&words(tree.source(), [span]));
    };
    let written = |line: &haproxy::Line| words(tree.source(), [line.span]);
    hash.field(&written(line));
    if line.kind != haproxy::LineKind::Section {
        let section = before.iter().rev().find(|line| line.kind == haproxy::LineKind::Section);
        hash.field(&section.map(written).unwrap_or_default());
    }
}

/// The texts at `spans` with one space between words, however they are set apart in the file.
fn words(source: &[u8], spans: impl IntoIterator<Item = Span>) -> Vec<u8> {
    let mut words = Vec::new();
    for span in spans {
        for word in source[span.range()].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            if !words.is_empty() {
                words.push(b' ');
            }
            words.extend_from_slice(word);
        }
    }
    words
}

/// FNV-1a with 128 bits, which gives the same on every machine and in every version. Nobody gains by a collision: who
/// can write one can write the suppression as well.
struct Hash(u128);

impl Hash {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    fn new() -> Self {
        Self(Self::BASIS)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(Self::PRIME);
        }
    }

    /// Adds bytes with their number in front, so that no two lists of fields run together alike.
    fn field(&mut self, bytes: &[u8]) {
        self.bytes(&(bytes.len() as u64).to_be_bytes());
        self.bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use wslint_model::{Content, File, FileId, Mark, Project, Role, Site};
    use wslint_rules::{Confidence, Finding, Severity, builtin};
    use wslint_syntax::{Span, haproxy, nginx};

    use super::{Hash, fingerprints};

    /// The fingerprints of findings at each occurrence of `text`.
    fn at(path: &str, source: &str, text: &str) -> Vec<String> {
        let content = match path.ends_with(".cfg") {
            true => Content::Haproxy(haproxy::parse(source.as_bytes(), &haproxy::Options::default()).tree),
            false => Content::Nginx(nginx::parse(source.as_bytes(), nginx::Options::default()).tree.into()),
        };
        let files = vec![File::new(path, content, false)];
        let project = Project { files, ..Project::default() };
        let rule = builtin().get("haproxy/connection-header-overwritten").expect("a rule");
        let finding = |(start, text): (usize, &str)| Finding {
            rule,
            severity: Severity::Error,
            confidence: Confidence::High,
            message: String::new(),
            help: String::new(),
            primary: Mark {
                site: Site { file: FileId(0), span: Span::new(start, start + text.len()) },
                role: Role::SetHere,
            },
            marks: Vec::new(),
            routes: Vec::new(),
            route_indexes: Vec::new(),
            proxy: wslint_model::Proxy::Haproxy,
            edits: None,
        };
        let findings: Vec<Finding<'_>> = source.match_indices(text).map(finding).collect();
        fingerprints(&project, &findings)
    }

    const NGINX: &str = "http { server { server_name a b; location /ws { proxy_pass http://app; } } }";
    const HAPROXY: &str = "frontend web\n bind :80\nbackend app\n timeout server 5s\n";

    #[test]
    fn the_hash_is_the_published_one() {
        for (text, hash) in [
            ("", 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d),
            ("a", 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964),
            ("foobar", 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18),
        ] {
            let mut fnv = Hash::new();
            fnv.bytes(text.as_bytes());
            assert_eq!(fnv.0, hash, "{text}");
        }
    }

    #[test]
    fn a_fingerprint_never_changes_between_versions() {
        assert_eq!(at("a.conf", NGINX, "proxy_pass"), ["c0a47b47643ff0ab85d88ac5d0a82ded"]);
        assert_eq!(at("a.cfg", HAPROXY, "timeout server"), ["90b43fe121c8041895703e32bb169235"]);
    }

    #[test]
    fn what_stands_elsewhere_does_not_matter() {
        let moved = "# a\nuser b;\nhttp {\n  server {\n    listen 80;\n    server_name\ta c;\n    location  /ws # d\n    {\n\
                     proxy_http_version 1.1; proxy_pass\n http://app ;\n} } }";
        assert_eq!(at("a.conf", NGINX, "proxy_pass"), at("a.conf", moved, "proxy_pass"));
        assert_eq!(at("a.conf", NGINX, "location"), at("a.conf", moved, "location"));
        let moved =
            "global\n# a\nfrontend web\n bind :80\n\nbackend  app\n server a b:1\n\ttimeout  server 5s # b\n";
        assert_eq!(at("a.cfg", HAPROXY, "timeout server"), at("a.cfg", moved, "timeout  server"));
        assert_eq!(at("a.cfg", HAPROXY, "backend"), at("a.cfg", moved, "backend"));
    }

    #[test]
    fn what_makes_another_finding_matters() {
        let here = at("a.conf", NGINX, "proxy_pass");
        for (path, from, to) in [
            ("b.conf", "a", "a"),
            ("a.conf", "http://app", "http://other"),
            ("a.conf", "location /ws", "location /socket"),
            ("a.conf", "server_name a", "server_name c"),
        ] {
            assert_ne!(here, at(path, &NGINX.replace(from, to), "proxy_pass"), "{path} {from} {to}");
        }
        let here = at("a.cfg", HAPROXY, "timeout server");
        for (from, to) in [("backend app", "backend other"), ("5s", "6s")] {
            assert_ne!(here, at("a.cfg", &HAPROXY.replace(from, to), "timeout server"), "{from} {to}");
        }
    }

    #[test]
    fn equals_are_numbered() {
        let twice = format!("{NGINX}\n{NGINX}");
        let (one, both) = (at("a.conf", NGINX, "proxy_pass"), at("a.conf", &twice, "proxy_pass"));
        assert_eq!(one[0], both[0]);
        assert_ne!(both[0], both[1]);
    }

    #[test]
    fn a_place_outside_of_all_directives_has_a_fingerprint() {
        assert_eq!(at("a.conf", "# only a comment\n", "comment").len(), 1);
        assert_eq!(at("a.cfg", "# only a comment\n", "comment").len(), 1);
    }
}
