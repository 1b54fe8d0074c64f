//! Which servers of nginx and proxies of HAProxy a change stands in. In a large file what was said of the others holds on
//! until everything is looked at.

use wslint_model::{Content, FileId, Project, Site};
use wslint_syntax::Span;
use wslint_syntax::haproxy;
use wslint_syntax::nginx::{DirectiveId, Tree};

/// The sections of HAProxy whose lines are about themselves alone.
const PROXIES: [&[u8]; 3] = [b"frontend", b"listen", b"backend"];

/// Servers and proxies of one file.
pub(super) struct Touched {
    file: FileId,
    /// Each with its first statement, or its header.
    blocks: Vec<Block>,
}

#[derive(Clone, Copy)]
struct Block {
    head: Span,
    whole: Span,
}

impl Touched {
    /// Those that a stretch of a file stands in; nothing where it is about more than them.
    pub(super) fn of(project: &Project, file: FileId, stretch: Span) -> Option<Self> {
        let blocks = match &project.file(file).content {
            Content::Nginx(tree) => servers(tree, stretch)?,
            Content::Haproxy(tree) => vec![proxy(tree, stretch)?],
            Content::Beside(_) => return None,
        };
        Some(Self { file, blocks })
    }

    /// Whether one of them begins at a site.
    pub(super) fn begins(&self, site: Site) -> bool {
        site.file == self.file && self.blocks.iter().any(|block| block.head.start == site.span.start)
    }

    /// Whether a site stands in one of them.
    pub(super) fn holds(&self, site: Site) -> bool {
        site.file == self.file && self.blocks.iter().any(|block| within(site.span, block.whole))
    }
}

/// The servers that a stretch stands in, below whatever blocks. None are meant between statements.
fn servers(tree: &Tree, stretch: Span) -> Option<Vec<Block>> {
    let mut found = Vec::new();
    let mut level: Vec<DirectiveId> = tree.roots().collect();
    loop {
        let mut inner = None;
        for id in level.drain(..).filter(|&id| meet(tree.span(id), stretch)) {
            let (head, whole) = (tree.statement(id), tree.span(id));
            let inside = tree.has_block(id) && head.end <= stretch.start && stretch.end < whole.end;
            match &*tree.name(id) {
                b"server" if inside => found.push(Block { head, whole }),
                b"http" if inside => inner = Some(id),
                _ => return None,
            }
        }
        let Some(inner) = inner else { return Some(found) };
        level.extend(tree.children(inner));
    }
}

/// The proxy that a stretch stands in, behind its header.
fn proxy(tree: &haproxy::Tree, stretch: Span) -> Option<Block> {
    let mut around = None;
    let mut end = tree.source().len() as u32;
    for section in tree.sections() {
        if section.header.span.start > stretch.start {
            end = section.header.span.start;
            break;
        }
        around = Some(section);
    }
    let section = around?;
    let head = section.header.span;
    let stands =
        head.end < stretch.start && stretch.end < end && PROXIES.contains(&tree.word(section.header, 0));
    stands.then_some(Block { head, whole: Span { start: head.start, end } })
}

fn meet(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use wslint_syntax::Span;
    use wslint_syntax::{haproxy, nginx};

    use super::{Block, proxy, servers};

    /// The stretch between two marks of a text, and the text without them.
    fn marked(text: &str) -> (String, Span) {
        let start = text.find('|').expect("a mark");
        let rest = text.replacen('|', "", 1);
        let end = rest.find('|').expect("another mark");
        (rest.replacen('|', "", 1), Span::new(start, end))
    }

    fn of_nginx(text: &str) -> Option<Vec<String>> {
        let (text, stretch) = marked(text);
        let tree = nginx::parse(text.clone().into_bytes(), nginx::Options::default()).tree;
        let words = |block: &Block| text[block.whole.range()].to_owned();
        Some(servers(&tree, stretch)?.iter().map(words).collect())
    }

    #[test]
    fn a_change_of_a_server_is_about_it_alone() {
        let server = "server { listen 80; }".to_owned();
        assert_eq!(of_nginx("http { server { listen |80|; } server { } }"), Some(vec![server.clone()]));
        assert_eq!(of_nginx("server { || listen 80; }"), Some(vec!["server {  listen 80; }".to_owned()]));
        assert_eq!(of_nginx("http { server { } | # nothing | \n server { } }"), Some(Vec::new()));
        for more in [
            "http { upstream a { |server b|; } }",
            "http { server { listen 8|0; } server |{ } }",
            "http { proxy_read_timeout |1d|; server { } }",
            "stream { server { listen |80|; } }",
            "http { |server { listen 80; }| }",
        ] {
            assert_eq!(of_nginx(more), None, "{more}");
        }
    }

    #[test]
    fn a_change_of_a_proxy_is_about_it_alone() {
        let of = |text: &str| {
            let (text, stretch) = marked(text);
            let tree = haproxy::parse(text.clone().into_bytes(), &haproxy::Options::default()).tree;
            proxy(&tree, stretch).map(|block| text[block.whole.range()].to_owned())
        };
        let text = |mark: &str| {
            let text = "defaults\n  mode http\nfrontend f\n  bind :80\nbackend b\n  server s 127.0.0.1:1\n";
            text.replacen(mark, &format!("|{mark}|"), 1)
        };
        assert_eq!(of(&text(":80")).as_deref(), Some("frontend f\n  bind :80\n"));
        assert_eq!(of(&text("127")).as_deref(), Some("backend b\n  server s 127.0.0.1:1\n"));
        assert_eq!(of(&text("http")), None);
        assert_eq!(of(&text("frontend f")), None);
        assert_eq!(of(&text(":80\nbackend")), None);
    }
}
