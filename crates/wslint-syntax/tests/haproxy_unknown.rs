//! What cannot be known before the proxy runs, or before a template is rendered.

use wslint_syntax::haproxy::{Force, Line, Options, Tree, looks_templated, parse, reshapes};

/// A line as `number text`: `~` before it when it is undecided, `-` when it is dead, `?` before each word that
/// is not known.
fn show(tree: &Tree, line: &Line) -> String {
    let mark = match line.force {
        Force::InForce => "",
        Force::Dead => "-",
        Force::Undecided => "~",
    };
    let prefix = line.prefix.map(|prefix| prefix.as_str().to_owned());
    let words = tree.words(line).iter().map(|word| {
        let text = String::from_utf8_lossy(tree.text(word));
        if word.unknown { format!("?{text}") } else { text.into_owned() }
    });
    let words: Vec<String> = prefix.into_iter().chain(words).collect();
    format!("{mark}{} {}", line.number, words.join(" "))
}

/// Reads `source` with the variable `SET` set to `value`, others unknown, and compares its lines and errors
/// with `expected`, one a line.
fn check(source: &str, expected: &str) {
    let environment = [(b"SET".to_vec(), b"value".to_vec())].into();
    let templates = looks_templated(source.as_bytes());
    let parse = parse(source.as_bytes(), &Options { environment, templates, ..Options::default() });
    let lines = parse.tree.lines().iter().map(|line| show(&parse.tree, line));
    let errors = parse.errors.iter().map(|error| format!("{}: {error}", error.line));
    let found: Vec<String> = lines.chain(errors).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected, "\n{source}");
    assert_eq!(parse.tree.print(), source.as_bytes());
}

#[test]
fn a_variable_that_is_not_given_makes_its_word_unknown() {
    check(
        "global\n stats socket \"$SET:$PORT\" \"${MORE[*]}\" \"${X-default}\" '$X'\n",
        "1 global
         2 stats socket ?value: ? ? $X",
    );
    check("\"$X\" frontend f\nglobal\n \"$X\" 5\n", "1 ? frontend f\n2 global\n3 ? 5");
}

#[test]
fn a_word_begins_with_the_quotes_that_hold_nothing() {
    let source = "global\n daemon \"${X[*]}\"check inter\n";
    let environment = [(b"X".to_vec(), Vec::new())].into();
    let parse = parse(source.as_bytes(), &Options { environment, ..Options::default() });
    let written = parse.tree.words(&parse.tree.lines()[1]).iter().map(|word| &source[word.span.range()]);
    assert_eq!(written.collect::<Vec<_>>(), ["daemon", "\"${X[*]}\"check", "inter"]);
}

#[test]
fn a_condition_on_the_environment_leaves_both_branches_open() {
    check(
        "global\n.if defined(X)\n maxconn 1\n.else\n maxconn 2\n.endif\n daemon\n",
        "1 global
         2 .if defined(X)
         ~3 maxconn 1
         -4 .else
         ~5 maxconn 2
         -6 .endif
         7 daemon",
    );
    check(
        "global\n.if streq(\"$SET\",value)\n maxconn 1\n.elif \"$X\"\n maxconn 2\n.else\n maxconn 3\n.endif\n",
        "1 global
         2 .if streq(value,value)
         3 maxconn 1
         -4 .elif ?
         -5 maxconn 2
         -6 .else
         -7 maxconn 3
         -8 .endif",
    );
}

#[test]
fn a_known_branch_after_an_unknown_one_closes_the_chain() {
    check(
        "global\n.if feature(QUIC)\n maxconn 1\n.elif 1\n maxconn 2\n.elif foo(\n.else\n maxconn 3\n.endif\n",
        "1 global
         2 .if feature(QUIC)
         ~3 maxconn 1
         ~4 .elif 1
         ~5 maxconn 2
         -6 .elif foo(
         -7 .else
         -8 maxconn 3
         -9 .endif",
    );
    check(
        "global\n.if feature(QUIC)\n.if 0\n maxconn 1\n.else\n maxconn 2\n.endif\n.endif\n",
        "1 global
         2 .if feature(QUIC)
         ~3 .if 0
         -4 maxconn 1
         -5 .else
         ~6 maxconn 2
         -7 .endif
         -8 .endif",
    );
}

#[test]
fn what_does_not_depend_on_the_environment_is_decided() {
    check(
        ".if version_atleast(2.4) || defined(X)\nglobal\n.endif\n.if defined(X) && 0\nx\n.endif\n",
        "1 .if version_atleast(2.4) || defined(X)
         2 global
         -3 .endif
         4 .if defined(X) && 0
         -5 x
         -6 .endif",
    );
}

#[test]
fn an_error_that_may_not_be_met_is_none() {
    check(
        ".if defined(X)\nmaxconn 5\n.notice a b\n.alert no\n.foo\n.if foo(\n.endif\n no maxconn 5\n.endif\n",
        "1 .if defined(X)
         ~2 maxconn 5
         -3 .notice a b
         ~4 .alert no
         ~5 .foo
         ~6 .if foo(
         -7 .endif
         ~8 no maxconn 5
         -9 .endif",
    );
    check(".if defined(X)\ndon't\n.endif\n", "1 .if defined(X)\n-3 .endif\n2: unmatched quote at position 4");
}

#[test]
fn a_variable_that_may_have_been_changed_is_unknown() {
    check(
        "global\n.if defined(X)\n setenv SET other\n.endif\n.if streq(\"$SET\",value)\n daemon\n.endif\n",
        "1 global
         2 .if defined(X)
         ~3 setenv SET other
         -4 .endif
         5 .if ?streq(,value)
         ~6 daemon
         -7 .endif",
    );
    check(
        "global\n resetenv\n.if defined(X)\n daemon\n.endif\n log \"a$SET\"\n",
        "1 global
         2 resetenv
         3 .if defined(X)
         -4 daemon
         -5 .endif
         6 log a",
    );
}

#[test]
fn reading_goes_on_after_the_proxy_would_stop() {
    check(
        "global\n.foo\n maxconn 5\nbackend b # c\n",
        "1 global
         -2 .foo
         -3 maxconn 5
         -4 backend b
         2: unknown directive '.foo'",
    );
}

#[test]
fn placeholders_are_unknown_words() {
    check(
        "frontend {{ name }}\n bind {{ip}}:{{ port | default('80') }} # {{ why }}\n log \"{{ a }}:{{ b \" }}\"\n",
        "1 frontend ?
         2 bind ?:
         3 log ?:",
    );
    check(
        "global\n user <%= @user %>\n group __GROUP__\n log ${LOG_HOST:-a} '${X}' \"${SET}\" \"${Y:-z}\"\n",
        "1 global
         2 user ?
         3 group ?
         4 log ? ? value ?",
    );
    check("global\n {{ settings | indent(4) }}\n", "1 global\n2 ?");
}

#[test]
fn control_lines_are_no_statements() {
    check(
        "{# made by\n   hand #}\n{% set x = \"don't\" %}\n{%- include 'a.cfg' -%}\nglobal\n daemon\n",
        "5 global\n6 daemon",
    );
    check(
        "{{- /* don't }} */}}\n{{- $x := .Y }}\n{{define \"main\"}}\nglobal\n{{end}}\n{{template \"main\" .}}\n",
        "4 global",
    );
    check("<%# note -%>\n<% y = 1 %>\nglobal\n", "3 global");
    check("{{! note }}\n{{#each servers}}\nglobal\n{{/each}}\n{{> part}}\n", "3 global");
}

#[test]
fn a_tag_that_spans_lines_is_one_word() {
    check("{{ front(1,\n   2) }}\nglobal\n log {{ a\n  }} local0\n", "1 ?\n3 global\n4 log ? local0");
}

#[test]
fn what_stands_under_a_condition_of_the_template_is_undecided() {
    check(
        "defaults\n{% if x %}\n mode http\n{% else %}\n mode tcp\n{% endif %}\n{% for s in l %}\n log {{s}}\n\
         {% if y %}\n maxconn 1\n{% endif %}\n{% endfor %}\n retries 3\n",
        "1 defaults
         ~3 mode http
         ~5 mode tcp
         8 log ?
         ~10 maxconn 1
         13 retries 3",
    );
    check(
        "{{ if .X }}\nfrontend f\n bind :80\n{{ with .Y }}\n bind :{{ . }}\n{{ end }}\n{{ end }}\n daemon\n",
        "2 frontend f
         3 bind :80
         ~5 bind ?:
         8 daemon",
    );
    check(
        "<% if @x -%>\nglobal\n<% @l.each do |y| -%>\n log <%= y %>\n<% end -%>\n<% unless z %>\n daemon\n<% end %>\n<% end %>\n",
        "2 global
         4 log ?
         ~7 daemon",
    );
}

#[test]
fn words_in_another_branch_than_the_first_are_unknown() {
    check(
        "backend b\n server s :1{% if c %} check{% endif %} weight 1\n balance {% if r %}random{% else %}source{% endif %}\n",
        "1 backend b
         2 server s :1 ?check weight 1
         3 balance ?randomsource",
    );
    check("backend b\n{% if c %} retries 3{% endif %}\n", "1 backend b\n~2 retries 3");
    check(
        "backend b\n option http{% if s %}s{% endif %}chk GET\n log \"a{% if s %} b{% endif %}\"\n",
        "1 backend b\n2 option ?httpschk GET\n3 log ?a b",
    );
}

#[test]
fn what_a_template_causes_is_no_error() {
    check("{% include 'global' %}\n maxconn 5", "2 maxconn 5");
    check("global\n log {{ a }}' \"b\n daemon\n", "1 global\n2 ?\n3 daemon");
    check("{% if x %}\n.if 1\n{% endif %}\nglobal\n", "~2 .if 1\n4 global");
    let many = format!("global\n{{{{x}}}} {}\n", "w ".repeat(70));
    check(&many, &format!("1 global\n2 ?{}", " w".repeat(63)));
}

#[test]
fn an_error_of_ones_own_is_one_in_a_template_too() {
    check(
        "global\n log {{ a }}\n don't\n.foo\n",
        "1 global
         2 log ?
         -4 .foo
         3: unmatched quote at position 5
         4: unknown directive '.foo'",
    );
}

#[test]
fn without_a_closing_delimiter_there_is_no_tag() {
    check("global\n log {{ a\n", "1 global\n2 log {{ a");
    check(
        "global\n log-format \"<%pid> {%ci\"\n log __x__ __X_\n",
        "1 global\n2 log-format <%pid> {%ci\n3 log __x__ __X_",
    );
}

#[test]
fn templates_are_recognised() {
    let templated =
        ["{{ x }}", "a {% if b %}", "{# c #}", "<%= d %>", "bind :${PORT}", "'${PORT}'", "__PORT__"];
    for text in templated {
        assert!(looks_templated(text.as_bytes()), "{text}");
    }
    let plain = [
        "",
        "# {{ x }}",
        "\"${PORT}\"",
        "\"${PORT-1}\" # ${x}",
        "{ path_beg /a }",
        "a # __X__",
        "%[src]",
        "bind \"${HOST}:80\"",
    ];
    for text in plain {
        assert!(!looks_templated(text.as_bytes()), "{text}");
    }
}

#[test]
fn what_stands_in_comments_and_quotes_hides_no_error() {
    for data in
        ["# {{ x }}\n", " log \"{{ x }}\" # {{\n", " log '${PORT}'\n", " log \"{% if a %}\" # <% if b %>\n"]
    {
        let source = format!("global\n{data} don't\n log }}}}");
        let templates = looks_templated(source.as_bytes());
        let parse = parse(source.as_bytes(), &Options { templates, ..Options::default() });
        let codes: Vec<&str> = parse.errors.iter().map(|error| error.code()).collect();
        assert!(!reshapes(source.as_bytes()) && codes.len() == 2, "{source}: {codes:?}");
    }
    assert!(reshapes(b"global\n log {{ x }}\n"));
}
