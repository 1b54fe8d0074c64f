//! The readers: every file prints back to its bytes, and what stands in the tree stands in the file.

use wslint_syntax::{Span, haproxy, nginx};

/// The nginx reader, with and without Lua and templates.
///
/// # Panics
/// Where a byte is lost, a span lies outside of what it is a part of, or an error has no place.
pub fn nginx_reader(source: &[u8]) {
    for (lua, templates) in [(true, false), (true, true), (false, false), (false, true)] {
        let parse = nginx::parse(source, nginx::Options { lua, templates });
        let nginx::Parse { tree, errors, .. } = &parse;
        assert_eq!(tree.print(), source, "every byte is printed back");
        nginx_spans(tree);
        for error in errors {
            assert!(within(error.span, Span::new(0, source.len())), "{error:?}");
            assert!((1..=tree.line_index().len()).contains(&(error.line as usize)), "{error:?}");
            assert!(!error.to_string().is_empty(), "{error:?}");
        }
        let accepted = parse.accepted().len();
        assert!(accepted <= tree.len());
        assert!(!errors.is_empty() || accepted == tree.len(), "a file without errors is read to its end");
    }
}

fn nginx_spans(tree: &nginx::Tree) {
    let whole = Span::new(0, tree.source().len());
    let mut last = 0;
    for id in tree.ids() {
        let (statement, span) = (tree.statement(id), tree.span(id));
        let parent = tree.parent(id).map_or(whole, |parent| tree.span(parent));
        assert!(within(span, parent) && within(statement, span), "{statement:?} in {span:?} in {parent:?}");
        assert!(!tree.words(id).is_empty(), "a directive has a name");
        for word in tree.words(id) {
            assert!(
                within(word.span, statement) && word.span.start >= last && !word.span.is_empty(),
                "{word:?}"
            );
            last = word.span.end;
            assert!(tree.text(word).len() <= word.span.len(), "{word:?}");
        }
        assert!(tree.children(id).all(|child| tree.parent(child) == Some(id)));
        if let Some(block) = tree.block(id) {
            assert_eq!(&tree.source()[block.open.range()], b"{");
            let close = block.close.map(|close| &tree.source()[close.range()]);
            assert_eq!(close.unwrap_or(b"}"), b"}");
        }
    }
    assert!(tree.roots().all(|root| tree.parent(root).is_none()));
    let children: usize = tree.ids().map(|id| tree.children(id).count()).sum();
    assert_eq!(children + tree.roots().count(), tree.len(), "every directive has one parent or is a root");
    assert!(tree.comments().iter().all(|&comment| within(comment, whole)));
}

/// The HAProxy reader of an old and a new version, with and without templates, for a known and an unknown environment.
///
/// # Panics
/// Where a byte is lost, lines overlap, a word lies outside of its line, or an error has no place.
pub fn haproxy_reader(source: &[u8]) {
    for unset in [haproxy::Unset::Empty, haproxy::Unset::Unknown] {
        for templates in [false, true] {
            for version in [(2, 6, 12), (3, 4, 0)] {
                let environment = [("A", "x y"), ("B", ""), ("C", "\"#'\\ \t")];
                let environment = environment.map(|(name, value)| (name.into(), value.into())).into();
                let options =
                    haproxy::Options { environment, unset, templates, version, ..Default::default() };
                haproxy_file(source, &options);
            }
        }
    }
}

fn haproxy_file(source: &[u8], options: &haproxy::Options) {
    let haproxy::Parse { tree, errors } = haproxy::parse(source, options);
    assert_eq!(tree.print(), source, "every byte is printed back");
    let whole = Span::new(0, source.len());
    let mut previous = 0;
    for line in tree.lines() {
        assert!(within(line.span, whole), "{line:?}");
        assert!(previous <= line.span.start, "lines overlap: {line:?}");
        previous = line.span.end;
        assert_eq!(tree.line_index().line(line.span.start), line.number);
        for word in tree.words(line) {
            assert!(within(word.span, line.span), "{word:?}");
            assert!(!tree.text(word).contains(&0), "{word:?}");
        }
        assert_eq!(tree.word(line, tree.words(line).len()), b"", "there is no word behind the last one");
    }
    for comment in tree.comments() {
        assert_eq!(source[comment.start as usize], b'#');
        assert!(options.templates || !source[comment.range()].contains(&b'\n'), "{comment:?}");
    }
    for section in tree.sections() {
        assert!(section.lines().all(|(id, line)| tree.line(id).span == line.span));
    }
    for error in &errors {
        assert!(within(error.span, whole), "{error:?}");
        assert!((1..=tree.line_index().len()).contains(&(error.line as usize)), "{error:?}");
        assert!(!error.to_string().is_empty(), "{error:?}");
    }
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
}
