//! Errors in nginx's own words, and the structure that the reader still finds behind them.

use wslint_syntax::Span;
use wslint_syntax::nginx::{BlockKind, Cause, Options, Parse, Quote, parse};

fn read(source: &[u8]) -> Parse {
    parse(source, Options::default())
}

/// One line for each directive, indented by its depth; a block that is not closed ends in `{..`.
fn outline(read: &Parse) -> String {
    let tree = &read.tree;
    let line = |id| {
        let depth = std::iter::successors(tree.parent(id), |&parent| tree.parent(parent)).count();
        let words: Vec<_> = tree
            .words(id)
            .iter()
            .map(|word| String::from_utf8_lossy(&tree.text(word)).into_owned())
            .collect();
        let block = tree.block(id).map_or("", |block| if block.close.is_some() { " {" } else { " {.." });
        "  ".repeat(depth) + &words.join(" ") + block
    };
    tree.ids().map(line).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(source: &str, errors: &[(u32, &str)], accepted: usize, expected: &[&str]) {
    let read = read(source.as_bytes());
    let found: Vec<_> = read.errors.iter().map(|error| (error.line, error.to_string())).collect();
    let wanted: Vec<_> = errors.iter().map(|&(line, text)| (line, text.to_owned())).collect();
    assert_eq!(found, wanted, "\n{source}");
    assert_eq!(read.accepted().len(), accepted, "\n{source}");
    assert_eq!(outline(&read), expected.join("\n"), "\n{source}");
    assert_eq!(read.tree.print(), source.as_bytes());
}

#[test]
fn stray_delimiters_are_skipped() {
    check(
        "a;;\n} b { c }\n}",
        &[(1, "unexpected \";\""), (2, "unexpected \"}\""), (2, "unexpected \"}\""), (3, "unexpected \"}\"")],
        1,
        &["a", "b {", "  c"],
    );
    check("a { { b; } c; }\nd;", &[(1, "unexpected \"{\"")], 1, &["a {", "  b", "  c", "d"]);
}

#[test]
fn a_quoted_word_ends_at_its_quote() {
    check(
        "a \"b\"c 'd'\"e\";\nf;",
        &[(1, "unexpected \"c\""), (1, "unexpected \"\"\"")],
        0,
        &["a b c d e", "f"],
    );
    check("a 'b'}\nc;", &[(1, "unexpected \"}\"")], 0, &["a b", "c"]);
    check("a 'b'\u{e9};", &[(1, "unexpected \"\\xc3\"")], 0, &["a b \u{e9}"]);
}

#[test]
fn a_quote_that_is_never_closed_ends_with_its_line() {
    let end = "unexpected end of file, expecting \";\" or \"}\"";
    check("s {\n a 'b;\n c;\n}\nd;", &[(5, end)], 1, &["s {", "  a b;", "  c", "d"]);
    let found = read(b"s {\n a 'b;\n c;\n}\n");
    assert_eq!(found.errors[0].cause, Some(Cause::Opened(Span::new(7, 8))));

    // Closed much later by the quote that was meant to open another word.
    let source = format!("s {{\n a \"b;\n{}c \"d\";\n}}\n", "e f;\n".repeat(1000));
    let found = read(source.as_bytes());
    assert_eq!(found.errors.len(), 1);
    let text = "too long parameter, probably missing terminating \"\"\" character";
    assert_eq!((found.errors[0].line, found.errors[0].to_string()), (2, text.to_owned()));
    assert_eq!((found.accepted().len(), found.tree.len()), (1, 1003));
    assert_eq!(found.tree.words(found.tree.ids().nth(1).unwrap())[1].quote, Some(Quote::Double));
}

#[test]
fn a_directive_that_no_semicolon_ends_is_the_cause() {
    for source in ["a {\n b c\n}\n", "a;\n  b c"] {
        let found = read(source.as_bytes());
        assert_eq!(found.errors[0].cause, Some(Cause::NotEnded(Span::new(5, 8))), "{source}");
    }
}

#[test]
fn what_is_too_long_is_read_all_the_same() {
    let long = "x".repeat(5000);
    let started = |begin: &str| format!("too long parameter \"{begin}...\" started");
    check(
        &format!("a;\n\"b\" {long};\nc;"),
        &[(2, &started("xxxxxxxxxx"))],
        1,
        &["a", &format!("b {long}"), "c"],
    );
    check(&format!("a;\n#{long}\nc;"), &[(2, &started("#xxxxxxxxx"))], 1, &["a", "c"]);
    check(
        &format!("a '{long}';\nc;"),
        &[(1, "too long parameter, probably missing terminating \"'\" character")],
        0,
        &[&format!("a {long}"), "c"],
    );
}

#[test]
fn blocks_stay_open_to_the_end() {
    check(
        "a {\n b {\n c;\n}\n",
        &[(5, "unexpected end of file, expecting \"}\"")],
        3,
        &["a {..", "  b {", "    c"],
    );
    let found = read(b"a {\n b;\n");
    assert_eq!(found.errors[0].cause, Some(Cause::Opened(Span::new(2, 3))));
    assert_eq!(found.tree.span(found.tree.ids().next().unwrap()).range(), 0..8);
    check("a {\n b", &[(2, "unexpected end of file, expecting \";\" or \"}\"")], 1, &["a {..", "  b"]);
}

#[test]
fn a_block_inside_data_is_refused_and_read() {
    check(
        "map $a $b {\n c { d; }\n e f;\n}\ng;",
        &[(2, "unexpected \"{\"")],
        1,
        &["map $a $b {", "  c {", "    d", "  e f", "g"],
    );
    let kinds = [
        "\"types\" {}",
        "geo $x {}",
        "charset_map a b {}",
        "split_clients a b {}",
        "match m {}",
        "server {}",
    ]
    .map(|source| {
        let tree = read(source.as_bytes()).tree;
        tree.block(tree.ids().next().unwrap()).unwrap().kind
    });
    let data = BlockKind::Data;
    assert_eq!(kinds, [data, data, data, data, data, BlockKind::Directives]);
}

#[test]
fn lua_code_is_one_text() {
    let source = b"a_by_lua_block $x { local t = { '}' } -- }\n [=[ } ]] ]=] }\nb;";
    let found = read(source);
    assert_eq!(outline(&found), "a_by_lua_block $x {\nb");
    let id = found.tree.ids().next().unwrap();
    assert_eq!(found.tree.block(id).unwrap().kind, BlockKind::Lua);
    assert_eq!(found.tree.lua(id).unwrap().range(), 19..source.len() - 4);
    assert_eq!(found.errors, []);
    check(
        "http {\n a_by_lua_block\n {\n x = {\n } [[ }\n",
        &[
            (
                5,
                "Lua code block missing the closing long bracket \"]]\", the inlined Lua code may be too long",
            ),
            (6, "unexpected end of file, expecting \"}\""),
        ],
        1,
        &["http {..", "  a_by_lua_block {.."],
    );
    check(
        "a_by_lua_block {\n x = {\n }\n",
        &[(2, "unexpected end of file, expecting terminating characters for lua code block")],
        0,
        &["a_by_lua_block {.."],
    );
    let plain = parse(&b"a_by_lua_block { b; }"[..], Options { lua: false, ..Options::default() });
    assert_eq!(outline(&plain), "a_by_lua_block {\n  b");
}

#[test]
fn the_parts_of_a_directive() {
    let source = b"# c\n\"a\" 'b\\'c' d { # e\n}\nf;";
    let tree = read(source).tree;
    let ids: Vec<_> = tree.ids().collect();
    assert_eq!(tree.roots().collect::<Vec<_>>(), ids);
    assert_eq!(&*tree.name(ids[0]), b"a");
    assert!(matches!(tree.name(ids[0]), std::borrow::Cow::Borrowed(_)));
    assert_eq!(tree.args(ids[0]).map(|arg| arg.into_owned()).collect::<Vec<_>>(), [&b"b'c"[..], b"d"]);
    assert_eq!(tree.arg(ids[0], 1).as_deref(), Some(&b"d"[..]));
    assert_eq!(tree.arg(ids[0], 2), None);
    assert_eq!(tree.statement(ids[0]).range(), 4..18);
    assert_eq!(tree.span(ids[0]).range(), 4..24);
    assert_eq!(tree.words(ids[0])[1].span.range(), 8..14);
    let block = tree.block(ids[0]).unwrap();
    assert_eq!((block.open.range(), block.close.unwrap().range()), (17..18, 23..24));
    assert_eq!(tree.block(ids[1]), None);
    assert_eq!(tree.span(ids[1]).range(), 25..27);
    assert_eq!(tree.comments().iter().map(|span| span.range()).collect::<Vec<_>>(), [0..3, 19..22]);
    assert_eq!(tree.line_index().line(tree.span(ids[1]).start), 4);
}
