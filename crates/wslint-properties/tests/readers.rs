//! What holds of every file, whatever its bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use wslint_syntax::Span;
use wslint_syntax::nginx::{Options, Tree, parse};

/// Bytes with the tokenizer's special ones far more often than chance has them.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "a", "b c;", "d {", "}", " ", "\n", "\r\n", ";", "{", "\"", "'", "\\", "$", "${", "#", "# x\n", ")", "\t",
            "map $a $b {", "x_by_lua_block {", "--[[", "]]", "[=[", "\"e\"", "'f'",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        4 => prop::sample::select(vec![
            "{{ x }}", "{{", "}}", "{% if a %}", "{% else %}", "{% endif %}", "{{ end }}", "{{if a}}", "{{else}}", "{#", "#}",
            "<% if a %>", "<% else %>", "<% end %>", "<%= x %>", "%{ if a }", "${A}", "__A__", "%abc%", "EXTRA\n", "{%", "%}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
        1 => (4080usize..4100).prop_map(|length| vec![b'x'; length]),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
}

fn check_spans(tree: &Tree) -> Result<(), TestCaseError> {
    let whole = Span::new(0, tree.source().len());
    let mut last = 0;
    for id in tree.ids() {
        let (statement, span) = (tree.statement(id), tree.span(id));
        let parent = tree.parent(id).map_or(whole, |parent| tree.span(parent));
        prop_assert!(within(span, parent) && within(statement, span));
        prop_assert!(!tree.words(id).is_empty());
        for word in tree.words(id) {
            prop_assert!(within(word.span, statement) && word.span.start >= last && !word.span.is_empty());
            last = word.span.end;
            prop_assert!(tree.text(word).len() <= word.span.len());
        }
        prop_assert!(tree.children(id).all(|child| tree.parent(child) == Some(id)));
        if let Some(block) = tree.block(id) {
            prop_assert_eq!(&tree.source()[block.open.range()], b"{");
            let close = block.close.map(|close| &tree.source()[close.range()]);
            prop_assert_eq!(close.unwrap_or(b"}"), b"}");
        }
    }
    prop_assert!(tree.roots().all(|root| tree.parent(root).is_none()));
    let children: usize = tree.ids().map(|id| tree.children(id).count()).sum();
    prop_assert_eq!(children + tree.roots().count(), tree.len());
    prop_assert!(tree.comments().iter().all(|&comment| within(comment, whole)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_file_prints_back_and_its_spans_are_nested(source in file(), lua: bool, templates: bool) {
        let read = parse(source.as_slice(), Options { lua, templates });
        prop_assert_eq!(read.tree.print(), source.as_slice());
        check_spans(&read.tree)?;
        prop_assert!(read.accepted().len() <= read.tree.len());
        prop_assert!(!read.errors.is_empty() || read.accepted().len() == read.tree.len());
        for error in &read.errors {
            prop_assert!(within(error.span, Span::new(0, source.len())));
            prop_assert!(error.line as usize <= read.tree.line_index().len());
        }
    }

    #[test]
    fn bytes_without_any_order_are_read(source in vec(any::<u8>(), 0..2000)) {
        let read = parse(source.as_slice(), Options::default());
        prop_assert_eq!(read.tree.print(), source.as_slice());
        check_spans(&read.tree)?;
    }
}
