//! Input that is made to hurt: depth, length, repetition. That arbitrary bytes are read is a test of `wslint-properties`.

use std::thread;

use wslint_syntax::haproxy::{Options, Unset, parse};

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
    assert_eq!(codes, [""; 0]);
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
