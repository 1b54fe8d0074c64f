//! Input that is made to hurt: depth, length, repetition, arbitrary bytes.

use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use wslint_syntax::haproxy::{Options, Parse, Unset, parse};

const MILLION: usize = 1_000_000;

/// Reads and drops `source` in a thread of 2 MiB, and gives the codes of its errors.
fn codes(source: impl Into<Vec<u8>>, options: Options) -> Vec<&'static str> {
    let source = source.into();
    let read = move || {
        let parse = parse(source, &options);
        parse.errors.iter().map(|error| error.code()).collect()
    };
    thread::Builder::new().stack_size(2 << 20).spawn(read).expect("a thread").join().expect("no overflow")
}

fn empty() -> Options {
    Options { unset: Unset::Empty, ..Options::default() }
}

#[test]
fn a_million_lines() {
    assert_eq!(codes(format!("global\n{}", "maxconn 5\n".repeat(MILLION)), empty()), [""; 0]);
}

#[test]
fn a_million_nested_ifs() {
    assert_eq!(codes(".if 1\n".repeat(MILLION), empty()), ["nested"]);
    assert_eq!(codes(".if 0\n".repeat(MILLION / 10), empty()), ["nested"]);
}

#[test]
fn a_million_parentheses() {
    assert_eq!(codes(format!(".if {}\n", "(".repeat(MILLION)), empty()), ["cond"]);
    let closed = format!(".if {}1{}\n", "(".repeat(MILLION), ")".repeat(MILLION));
    assert_eq!(codes(closed, empty()), ["cond"]);
}

#[test]
fn a_million_operators() {
    assert_eq!(codes(format!(".if 1{}\n", "&&1".repeat(MILLION)), empty()), ["cond"]);
    assert_eq!(codes(format!(".if 1{}\n", "||1".repeat(MILLION)), empty()), ["cond"]);
    assert_eq!(codes(format!(".if {}1\n.endif\n", "!".repeat(MILLION)), empty()), [""; 0]);
}

#[test]
fn a_million_words_on_a_line() {
    assert_eq!(codes(format!("#\n{}\n", "a ".repeat(MILLION)), empty()), ["toomany"]);
}

#[test]
fn a_word_of_twenty_megabytes() {
    let mut source = b"global\n maxconn ".to_vec();
    source.resize(20 * MILLION, b'x');
    source.push(b'\n');
    assert_eq!(codes(source, empty()), [""; 0]);
}

#[test]
fn values_that_double() {
    let doubling = " setenv A \"$A$A\"\n".repeat(200);
    let codes = codes(format!("global\n setenv A 1234567890\n{doubling}"), empty());
    assert_eq!(codes.first(), Some(&"toolong"));
    assert_eq!(codes.last(), Some(&"toomanyerrors"));
}

#[test]
fn a_large_environment_that_is_reset_again_and_again() {
    let set: String = (0..20_000).map(|at| format!(" setenv V{at} x\n resetenv V{at}\n")).collect();
    assert_eq!(codes(format!("global\n{set}"), empty()), [""; 0]);
}

#[test]
fn a_hundred_thousand_tags() {
    let templates = Options { templates: true, ..empty() };
    assert_eq!(codes("{{ ".repeat(MILLION / 10) + "\n", templates.clone()), ["toomany"]);
    assert_eq!(codes("{% if x %}\n".repeat(MILLION / 10) + "global\n", templates.clone()), [""; 0]);
    assert_eq!(codes("{% endif %}{{ x }}".repeat(MILLION / 10), templates.clone()), [""; 0]);
    assert_eq!(codes("{{/* }}\n".repeat(MILLION / 10), templates.clone()), [""; 0]);
    assert_eq!(codes("__A".repeat(MILLION / 10) + "\n{{x}}", templates.clone()), [""; 0]);
    assert_eq!(codes("\"${a-".repeat(MILLION / 10) + "\n{{x}}", templates), ["brace"]);
}

/// What must hold for any bytes at all.
fn check(source: &[u8], options: &Options) {
    let Parse { tree, errors } = parse(source, options);
    assert_eq!(tree.print(), source);
    let length = source.len() as u32;
    let mut previous = 0;
    for line in tree.lines() {
        assert!(line.span.start <= line.span.end && line.span.end <= length, "{line:?}");
        assert!(previous <= line.span.start, "lines overlap: {line:?}");
        previous = line.span.end;
        assert_eq!(tree.line_index().line(line.span.start), line.number);
        for word in tree.words(line) {
            assert!(line.span.start <= word.span.start && word.span.end <= line.span.end, "{word:?}");
            assert!(word.span.start <= word.span.end, "{word:?}");
            assert!(!tree.text(word).contains(&0), "{word:?}");
        }
        assert_eq!(tree.word(line, tree.words(line).len()), b"");
    }
    for comment in tree.comments() {
        assert_eq!(source[comment.start as usize], b'#');
        assert!(options.templates || !source[comment.range()].contains(&b'\n'));
    }
    for section in tree.sections() {
        assert!(section.lines().all(|(id, line)| tree.line(id).span == line.span));
    }
    for error in &errors {
        assert!(error.span.start <= error.span.end && error.span.end <= length, "{error:?}");
        assert!(1 <= error.line && error.line as usize <= tree.line_index().len(), "{error:?}");
        assert!(!error.to_string().is_empty());
    }
}

fn options(unset: Unset, templates: bool, version: (u32, u32, u32)) -> Options {
    let environment = [("A", "x y"), ("B", ""), ("C", "\"#'\\ \t")];
    let environment = environment.map(|(name, value)| (name.into(), value.into())).into();
    Options { environment, unset, templates, version, ..Options::default() }
}

/// Pieces that mean something to the reader, so that random sequences reach its corners.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "\n",
        "\n",
        "\r",
        " ",
        "\t",
        "#",
        "\"",
        "'",
        "\\",
        "\\x41",
        "\\x00",
        "$",
        "${",
        "}",
        "[*]",
        "-",
        "A",
        "B",
        "${A[*]}",
        "\"$A\"",
        "\"${B}\"",
        "\"${Z-d}\"",
        "$.LINE",
        "[",
        "]",
        "\0",
        ".if ",
        ".elif ",
        ".else",
        ".endif",
        ".notice ",
        ".alert",
        "(",
        ")",
        "!",
        "&&",
        "||",
        "1",
        "0",
        "defined",
        "streq(",
        ",",
        "no ",
        "default ",
        "global\n",
        "frontend f\n",
        "setenv ",
        "resetenv ",
        "option ",
        "{{",
        "}}",
        "{%",
        "%}",
        "<%",
        "%>",
        "{#",
        "#}",
        "__X__",
        "é",
        "text",
    ];
    vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn holds_for_any_bytes(source in vec(any::<u8>(), 0..400), templates in any::<bool>()) {
        check(&source, &options(Unset::Empty, templates, (2, 6, 12)));
        check(&source, &options(Unset::Unknown, templates, (3, 4, 0)));
    }

    #[test]
    fn holds_for_any_pieces(source in pieces(), templates in any::<bool>()) {
        for unset in [Unset::Empty, Unset::Unknown] {
            check(&source, &options(unset, templates, (2, 6, 12)));
            check(&source, &options(unset, templates, (3, 4, 0)));
        }
    }
}
