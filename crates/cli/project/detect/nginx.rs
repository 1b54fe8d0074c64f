//! What the statements of an nginx configuration look like. They are read as nginx reads them, so that neither the length
//! of an argument nor what stands in quotes, in a table or in Lua code hides the rest.

use std::borrow::Cow;

use wslint_model::Proxy;
use wslint_syntax::nginx::{BlockKind, DirectiveId, Options, Parse, Tree, looks_templated, parse_bounded};

use super::lines::foreign;
use super::tells::{STRAY_NULS, Tells};
use super::words::{is_common, is_strong};

/// Whether blocks and directives of nginx stand in a text, of which `more` may follow.
pub(super) fn tells_nginx(source: &[u8], more: bool) -> Tells {
    // What is too dense to be read tells by its beginning.
    let (parse, _) =
        parse_bounded(source, Options { templates: looks_templated(source), ..Options::default() });
    let mut seen = Seen::default();
    let mut rows: Vec<bool> = Vec::with_capacity(parse.tree.len());
    for id in parse.tree.ids() {
        let statement = Statement::new(&parse.tree, id);
        // A brace that somebody forgot to quote in a table opens no block of nginx.
        let row = parse.tree.parent(id).is_some_and(|parent| rows[parent.0 as usize]) || statement.is_row();
        rows.push(row);
        if row {
            seen.ended += usize::from(statement.ends_in_semicolon());
            continue;
        }
        let last = more && id.0 as usize + 1 == parse.tree.len();
        let begins = || is_common(&statement.name) || statement.unquoted_lines() == 1;
        let cut = last && !statement.ends && begins();
        if !cut && !seen.take(&statement) {
            return Tells::Other;
        }
    }
    if nuls_outside_comments(&parse.tree) > STRAY_NULS {
        Tells::Other
    } else if seen.speaks() || seen.is_certain(&parse, more) {
        Tells::Is(Proxy::Nginx)
    } else if more && (seen.is_open() || mostly_comments(&parse.tree)) {
        Tells::More
    } else {
        Tells::Other
    }
}

/// Whether nginx may know any of the statements, or a template prints one.
pub(in crate::project) fn knows_any(tree: &Tree) -> bool {
    tree.ids().map(|id| Statement::new(tree, id)).any(|statement| {
        statement.is_printed() || (statement.ends && !statement.is_row() && is_common(&statement.name))
    })
}

/// What the statements so far amount to.
#[derive(Default)]
struct Seen {
    /// Lines, but one for each statement that can be nothing but one of nginx.
    counted: usize,
    /// The same, but one for each statement that ends as nginx's do, however many lines it takes.
    brief: usize,
    /// Those that nginx may know.
    known: usize,
    /// Those that no other format has.
    strong: usize,
    /// Those that end as nginx's do.
    ended: usize,
    /// Statements that neither a semicolon nor a block ends.
    unended: usize,
    /// Blocks that are none of nginx's.
    strange_blocks: usize,
    /// Whether a block speaks of requests by statements of its own.
    certain: bool,
}

impl Seen {
    /// Takes one more statement; false if no configuration of nginx has such a one.
    fn take(&mut self, statement: &Statement<'_>) -> bool {
        // What a template prints is not known.
        if statement.is_printed() {
            self.ended += usize::from(statement.ends_in_semicolon());
            return true;
        }
        let name = &*statement.name;
        if statement.assigns() {
            return false;
        }
        let strong = statement.opens_block() || (statement.ends && is_strong(name));
        let known = strong || is_common(name);
        if !(known && statement.ends) && statement.lines().any(|line| foreign(line) || assigns(line)) {
            return false;
        }
        let listens = name == "listen" && statement.argument(0).is_none_or(|first| &*first != b"on");
        self.ended += usize::from(
            statement.ends_in_semicolon()
                || (statement.has_block()
                    && (matches!(name, "events" | "http") || name.ends_with("_by_lua_block")))
                || listens,
        );
        self.unended += usize::from(!statement.ends);
        self.strange_blocks += usize::from(statement.has_block() && !statement.is_block_of_nginx());
        let lines = statement.unquoted_lines();
        self.counted += if strong { 1 } else { lines };
        self.brief += if statement.ends { 1 } else { lines };
        self.known += usize::from(known);
        self.strong += usize::from(strong);
        self.certain |= statement.speaks_of_requests();
        true
    }

    /// The servers and locations of OpenBSD's httpd and relayd look alike, but end without a semicolon.
    /// A third is enough: some arguments go over many lines, and people write modules of their own.
    fn speaks(&self) -> bool {
        self.strong > 0 && self.ended > 0 && self.mostly_known()
    }

    /// Nothing speaks against nginx so far: a table, Lua code, the beginning of a long argument, directives of a module.
    fn is_open(&self) -> bool {
        self.mostly_known() || (self.unended == 0 && self.strange_blocks == 0)
    }

    fn mostly_known(&self) -> bool {
        self.known * 3 >= self.counted
    }

    /// All blocks are nginx's, one of them speaks of requests, and nginx reads the text without an error or knows most of
    /// its statements: then neither their length nor a module of one's own says anything.
    fn is_certain(&self, parse: &Parse, more: bool) -> bool {
        // Where more follows, the end of the text is none of the file.
        let whole = || parse.errors.iter().all(|error| more && error.kind.code() == "eof");
        self.certain && self.strange_blocks == 0 && (self.known * 2 >= self.brief || whole())
    }
}

/// One statement and what may be asked about it.
struct Statement<'t> {
    tree: &'t Tree,
    id: DirectiveId,
    name: Cow<'t, str>,
    /// Whether a semicolon or a block ends it.
    ends: bool,
}

impl<'t> Statement<'t> {
    fn new(tree: &'t Tree, id: DirectiveId) -> Self {
        let name = match tree.name(id) {
            Cow::Borrowed(name) => String::from_utf8_lossy(name),
            Cow::Owned(name) => Cow::Owned(String::from_utf8_lossy(&name).into_owned()),
        };
        let mut statement = Self { tree, id, name, ends: false };
        statement.ends = statement.has_block() || statement.ends_in_semicolon();
        statement
    }

    fn has_block(&self) -> bool {
        self.tree.has_block(self.id)
    }

    /// Only the end of a statement is an unquoted semicolon.
    fn ends_in_semicolon(&self) -> bool {
        !self.has_block() && self.raw().ends_with(b";")
    }

    fn raw(&self) -> &'t [u8] {
        &self.tree.source()[self.tree.statement(self.id).range()]
    }

    fn argument(&self, index: usize) -> Option<Cow<'t, [u8]>> {
        self.tree.arg(self.id, index)
    }

    fn arguments(&self) -> usize {
        self.tree.words(self.id).len() - 1
    }

    /// Whether it stands in a table: the rows are anything, and there may be thousands.
    fn is_row(&self) -> bool {
        let table = self.tree.parent(self.id).and_then(|parent| self.tree.block(parent));
        table.is_some_and(|block| block.kind == BlockKind::Data)
    }

    fn is_printed(&self) -> bool {
        self.tree.words(self.id).first().is_some_and(|word| word.unknown)
    }

    /// HOCON and its like: no directive but `location` takes a lone `=` first.
    fn assigns(&self) -> bool {
        self.name != "location" && self.argument(0).is_some_and(|first| &*first == b"=")
    }

    fn lines(&self) -> impl Iterator<Item = &'t str> {
        let lines = self.raw().split(|byte| matches!(byte, b'\n' | b'\r'));
        lines.filter_map(|line| std::str::from_utf8(line).ok()).map(str::trim)
    }

    /// How many lines its words stand in; a quoted word is in one.
    fn unquoted_lines(&self) -> usize {
        let gaps = self.tree.words(self.id).windows(2).map(|pair| (pair[0].span.end, pair[1].span.start));
        let breaks = gaps.filter(|&(start, end)| {
            let between = &self.tree.source()[start as usize..end as usize];
            memchr::memchr2(b'\n', b'\r', between).is_some()
        });
        1 + breaks.count()
    }

    /// Block openers of nginx with the arguments that they take, since `server {` and the like stand in other formats.
    fn opens_block(&self) -> bool {
        self.has_block()
            && match &*self.name {
                "http" | "events" | "server" | "stream" => self.arguments() == 0,
                "upstream" | "geo" | "map" | "split_clients" => (1..=2).contains(&self.arguments()),
                "location" => self.arguments() > 0,
                "if" => self.tests_like_nginx(),
                _ => false,
            }
    }

    fn is_block_of_nginx(&self) -> bool {
        self.opens_block()
            || matches!(&*self.name, "types" | "mail" | "limit_except" | "charset_map" | "match")
            || self.name.ends_with("_by_lua_block")
    }

    /// Whether the condition of an `if` is one of nginx: a variable, alone or compared, or a file. Other languages have
    /// variables with a `$` too, but test them by other operators, and expressions.
    fn tests_like_nginx(&self) -> bool {
        let raw = String::from_utf8_lossy(self.raw());
        let condition = raw.trim_start_matches("if").trim_start().strip_prefix('(').unwrap_or_default();
        let Some(variable) = condition.trim_start().strip_prefix('$') else {
            return ["-", "!-", "{{", "<%"].iter().any(|start| condition.trim_start().starts_with(start));
        };
        let named = |c: char| c.is_ascii_alphanumeric() || "_{}".contains(c);
        let operator = variable.trim_start_matches(named).trim_start();
        operator.starts_with(')')
            || ["=", "!=", "~", "~*", "!~", "!~*"]
                .contains(&operator.split_whitespace().next().unwrap_or_default())
    }

    /// Whether it is a block of nginx about requests, with a statement in it that ends as nginx's do.
    fn speaks_of_requests(&self) -> bool {
        let speaks: fn(&Statement<'_>) -> bool = match &*self.name {
            "server" => |inner| match &*inner.name {
                "listen" => inner.argument(0).is_some_and(|first| &*first != b"on"),
                name => is_strong(name),
            },
            "location" => |inner| {
                is_strong(&inner.name)
                    || matches!(&*inner.name, "return" | "root" | "alias" | "rewrite" | "deny" | "allow")
            },
            "upstream" => |inner| inner.name == "server",
            _ => return false,
        };
        let mut children = self.tree.children(self.id).map(|id| Statement::new(self.tree, id));
        self.opens_block() && children.any(|inner| inner.ends_in_semicolon() && speaks(&inner))
    }
}

/// Whether a line of a statement that nginx may not know is an assignment.
fn assigns(line: &str) -> bool {
    let (name, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    name != "location" && rest.trim_start().starts_with("= ")
}

/// The comments, which nginx skips whatever they hold.
fn comments(tree: &Tree) -> impl Iterator<Item = &[u8]> {
    tree.comments().iter().map(|span| &tree.source()[span.range()])
}

fn mostly_comments(tree: &Tree) -> bool {
    comments(tree).map(<[u8]>::len).sum::<usize>() * 2 > tree.source().len()
}

fn nuls_outside_comments(tree: &Tree) -> usize {
    let nuls = |text: &[u8]| memchr::memchr_iter(0, text).count();
    nuls(tree.source()) - comments(tree).map(nuls).sum::<usize>()
}
