//! Nesting, length and lone quotes cost time in proportion to the file, and no stack.

use std::thread;

use wslint_syntax::nginx::{Options, Parse, parse};

const BLOCKS: usize = 1_000_000;
const MANY: usize = 30_000;

/// Reads, visits, prints and drops a file in a thread with a stack of 2 MB, and checks what it has become.
fn check(source: Vec<u8>, templates: bool, expected: impl FnOnce(&Parse) + Send + 'static) {
    let small = thread::Builder::new().stack_size(2 << 20);
    let work = move || {
        let read = parse(source.clone(), Options { templates, ..Options::default() });
        assert!(read.tree.print() == source);
        assert_eq!(
            read.tree.ids().map(|id| read.tree.children(id).count()).sum::<usize>()
                + read.tree.roots().count(),
            read.tree.len()
        );
        expected(&read);
        drop(read.tree.clone());
    };
    small.spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_million_nested_blocks() {
    let closed = [b"a{".repeat(BLOCKS), b"}".repeat(BLOCKS)].concat();
    check(closed, false, |read| {
        assert_eq!((read.tree.len(), read.errors.len()), (BLOCKS, 0));
        let last = read.tree.ids().last().unwrap();
        assert_eq!(read.tree.span(last).range(), 2 * (BLOCKS - 1)..2 * BLOCKS + 1);
    });
}

#[test]
fn a_million_blocks_that_are_never_closed() {
    check(b"a{".repeat(BLOCKS), false, |read| {
        assert_eq!((read.tree.len(), read.errors.len()), (BLOCKS, 1));
        assert_eq!(read.errors[0].kind.code(), "eof");
    });
}

#[test]
fn a_million_conditions_of_a_template() {
    let arms = [b"{% if a %} b{ {% else %} c{ ".repeat(BLOCKS / 10), b"}".repeat(BLOCKS)].concat();
    check(arms, true, |read| assert_eq!((read.tree.len(), read.errors.len()), (BLOCKS / 5, 0)));
}

#[test]
fn many_errors() {
    check(b";".repeat(MANY), false, |read| assert_eq!(read.errors.len(), MANY));
    check(b"}".repeat(MANY), false, |read| assert_eq!(read.errors.len(), MANY));
    check(b"{".repeat(MANY), false, |read| assert_eq!(read.errors.len(), MANY + 1));
}

#[test]
fn many_lone_quotes_and_tags() {
    for text in ["\"\n'\n", "a \"\n", "\\\"\n \"\\\n"] {
        check(text.as_bytes().repeat(MANY), false, |read| assert!(!read.errors.is_empty()));
    }
    check([b"a_by_lua_block { \"".to_vec(), b"\\\"'".repeat(MANY)].concat(), false, |read| {
        assert_eq!(read.errors[0].kind.code(), "lua");
    });
    for text in [
        "{{", "{%", "<%", "%{", "{{/*", "{{/* }}", "${", "__a", "a{%%}", "'{{", "# {{\n", "#{{", "%a", "a${x",
    ] {
        check(text.as_bytes().repeat(MANY), true, |_| {});
        check([text.as_bytes().repeat(MANY), b"\n}}%}%>".to_vec()].concat(), true, |_| {});
    }
}

#[test]
fn a_very_long_word() {
    check([b"a ".to_vec(), vec![b'x'; 10_000_000], b";".to_vec()].concat(), false, |read| {
        assert_eq!(read.errors.len(), 1);
        assert_eq!((read.errors[0].kind.code(), read.errors[0].line), ("toolong", 1));
    });
}
