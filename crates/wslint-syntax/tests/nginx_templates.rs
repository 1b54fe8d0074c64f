//! What the reader makes of templates. The outline has one line for each directive, indented by its depth, with
//! `?` before each word whose value is not known.

use wslint_syntax::nginx::{Options, looks_templated, parse};

fn outline(source: &str) -> String {
    let read = parse(source.as_bytes(), Options { templates: true, ..Options::default() });
    assert_eq!(read.errors, [], "{source}");
    assert_eq!(read.accepted().len(), read.tree.len());
    assert_eq!(read.tree.print(), source.as_bytes());
    let tree = &read.tree;
    let mut lines = Vec::new();
    for id in tree.ids() {
        let depth = std::iter::successors(tree.parent(id), |&parent| tree.parent(parent)).count();
        let words = tree.words(id).iter().map(|word| {
            let text = String::from_utf8_lossy(&tree.text(word)).into_owned();
            if word.unknown { format!("?{text}") } else { text }
        });
        let block = if tree.has_block(id) { " {" } else { "" };
        lines.push("  ".repeat(depth) + &words.collect::<Vec<_>>().join(" | ") + block);
    }
    lines.join("\n")
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(outline(source), expected.join("\n"), "\n{source}");
}

#[test]
fn expressions_are_unknown_words_or_parts_of_them() {
    check("listen {{ port }};", &["listen | ?{{ port }}"]);
    check(
        "proxy_pass http://{{ host | default('a b') }}:{{ port }}/x;",
        &["proxy_pass | ?http://{{ host | default('a b') }}:{{ port }}/x"],
    );
    check("add_header X \"{{ f(\"a\") }}; b\" always;", &["add_header | X | ?{{ f(\"a\") }}; b | always"]);
    check(
        "server_name <%= @name %> www.<%= @name -%>;",
        &["server_name | ?<%= @name %> | ?www.<%= @name -%>"],
    );
    check(
        "location {{ path }} { root {{{ dir }}}; }",
        &["location | ?{{ path }} {", "  root | ?{{{ dir }}}"],
    );
    check("listen ${{ port }};", &["listen | ?${{ port }}"]);
    check("set $x %{hiera('x')};", &["set | $x | ?%{hiera('x')}"]);
}

#[test]
fn markers_are_unknown_and_variables_are_not() {
    check(
        "listen ${PORT}; proxy_pass http://${API:-api}:__PORT__;",
        &["listen | ?${PORT}", "proxy_pass | ?http://${API:-api}:__PORT__"],
    );
    check(
        "server_name %domain% '%(name)s' @NAME@ ${host} $HOST;",
        &["server_name | ?%domain% | ?%(name)s | ?@NAME@ | ${host} | $HOST"],
    );
    check("listen ${join(\" \", a)};", &["listen | ?${join(\" \", a)}"]);
}

#[test]
fn tags_without_output_are_trivia_and_both_arms_are_read() {
    check(
        "{# a { b #}{% set x = {'a': 1} %}\n{% if a %}\nlisten 80;\n{% else %}\nlisten 81;\n{% endif %}\n",
        &["listen | 80", "listen | 81"],
    );
    check(
        "{{- /* a }} { b */ -}}\n{{ range $i, $h := .Hosts }}server { listen {{ $h }}; }{{ end }}",
        &["server {", "  listen | ?{{ $h }}"],
    );
    check(
        "<% @hosts.each do |host| -%>\nserver_name <%= host %>;\n<% end -%>\n",
        &["server_name | ?<%= host %>"],
    );
    check("%{ for a in ips ~}\nallow ${a.ip};\n%{ endfor ~}\n", &["allow | ?${a.ip}"]);
}

#[test]
fn tags_inside_a_statement() {
    check("listen 80{% if tls %} ssl{% endif %};", &["listen | 80 | ssl"]);
    check("server_name{% for d in l %} {{ d }}{% endfor %};", &["server_name | ?{{ d }}"]);
    check(
        "proxy_pass http{% if tls %}s{% endif %}://a;",
        &["proxy_pass | ?http{% if tls %}s{% endif %}://a"],
    );
    check("listen 80 {{ if .A }}http2{{ else if .B }}spdy{{ end }};", &["listen | 80 | http2 | spdy"]);
}

#[test]
fn a_placeholder_alone_in_its_line_is_a_statement() {
    check(
        "{{ extra | indent(4) }}\nlisten 80;\n{% include 'tls.conf' %}\n__EXTRA__\n${extra}\nEXTRA_CONFIG\nroot /;",
        &[
            "?{{ extra | indent(4) }}",
            "listen | 80",
            "?{% include 'tls.conf' %}",
            "?__EXTRA__",
            "?${extra}",
            "?EXTRA_CONFIG",
            "root | /",
        ],
    );
    check(
        "{{ name }} {{ value }};\n{{ block }}\n{ listen 80; }\n{{ statement }}\n;",
        &["?{{ name }} | ?{{ value }}", "?{{ block }} {", "  listen | 80", "?{{ statement }}"],
    );
    check(
        "server { {{ extra }} }\nserver { {{ extra }}{# c #} # d\n}",
        &["server {", "  ?{{ extra }}", "server {", "  ?{{ extra }}"],
    );
}

#[test]
fn each_arm_begins_in_the_blocks_of_the_first() {
    check(
        "{% if a %}\nlocation /a {\n{% else %}\nlocation /b {\n{% endif %}\nroot /;\n}\nlocation /c { }",
        &["location | /a {", "location | /b {", "  root | /", "location | /c {"],
    );
    check(
        "server { listen 1;\n{{ if .A }}\nroot /a; }\n{{ else }}\nroot /b; }\n{{ end }}\nserver { listen 2; }",
        &["server {", "  listen | 1", "  root | /a", "  root | /b", "server {", "  listen | 2"],
    );
    // The second arm closes a block that the first has left behind.
    check(
        "server {\n<% if a %>\n} server { root /a; }\n<% else %>\nroot /b; }\n<% end %>\nevents { }",
        &["server {", "server {", "  root | /a", "root | /b", "events {"],
    );
    check(
        "http {\n{% if a %}{% if b %}\n}\n{% else %}\n}\n{% endif %}{% else %}\n}\n{% endif %}\nevents { }",
        &["http {", "events {"],
    );
}

#[test]
fn a_template_has_no_syntax_errors() {
    check(
        "{% if a %}server { {% endif %} listen 80 } \"a\"b; } {{ x }}",
        &["server {", "  listen | 80", "a | b", "?{{ x }}"],
    );
    check("a '{{ x }}", &["a | ?{{ x }}"]);
}

#[test]
fn a_file_without_tags_is_read_as_nginx_reads_it() {
    for source in ["a ${b c;", "a }", "a \"b\"c", "a {", "# {{ x }}\na \"b\"c;"] {
        let read = |templates| parse(source.as_bytes(), Options { templates, ..Options::default() }).errors;
        assert_eq!(read(true), read(false), "{source}");
        assert_eq!(read(true).is_empty(), source == "a ${b c;", "{source}");
    }
}

#[test]
fn templates_are_recognised() {
    for source in [
        "listen {{ port }};",
        "{% if a %}\n{% endif %}",
        "<% if a %>",
        "user <%= u %>;",
        "{# c #}",
        "%{ if a }",
        "%{~endfor}",
        "listen ${PORT};",
        "listen __PORT__;",
        "server_name %domain%;",
        "# {{ ansible_managed }}\n",
        "server {\n    ${listen_on_ipv6}\n}\n",
        "${a}",
    ] {
        assert!(looks_templated(source.as_bytes()), "{source}");
    }
    for source in [
        "events {# comment }\n}",
        "proxy_pass http://${upstream};",
        "set $a__B x;",
        "gzip_types ${{y}} ${x} $Y;",
        "log_format a '%{x}';",
        "log_format a\n    ${request_time} ${status};",
        "log_format a ${request_time}\n    b;",
        "location ~ ^/a{2}{{ b",
        "a <b> %20c%20;",
        "map $a $b { ~^\\d{2} 1; }",
        "{{\n}}",
    ] {
        assert!(!looks_templated(source.as_bytes()), "{source}");
    }
}

/// A broken line, behind which something looks like a template.
#[test]
fn what_only_looks_like_a_tag_hides_no_error() {
    let broken = "add_header A \"b\"c;\n";
    for data in [
        "# rendered for {{ host }}\n",
        "# {% if a %}\nlisten 80; # {% else %}\n",
        "# <%= a %> ${PORT} __NAME__ %name% @NAME@\n",
        "return 200 \"{{ name }}\";\n",
        "log_format a '{{\"a\": \"$b\"}}';\n",
        "set $a '${PORT}'; set $b \"__NAME__\";\n",
        "content_by_lua_block { local t = {{1}, {2}} t.__index__ = t }\n",
        "map $a $b { '{{x}}' 1; }\n",
    ] {
        for source in [format!("{data}{broken}"), format!("{broken}{data}")] {
            let templates = looks_templated(source.as_bytes());
            let read = parse(source.as_bytes(), Options { templates, ..Options::default() });
            assert_eq!(read.errors.first().map(|error| error.kind.code()), Some("unexpected"), "{source}");
        }
    }
    let tags = [
        "listen {{ port }};\n",
        "{% if a %}\n{% endif %}\n",
        "listen ${PORT};\n",
        "__EXTRA__\n",
        "${extra}\n",
    ];
    for tag in tags {
        let source = format!("{broken}{tag}");
        let read = parse(source.as_bytes(), Options { templates: true, ..Options::default() });
        assert!(read.template && read.errors.is_empty(), "{source}");
    }
}

#[test]
fn conditions_in_comments_and_quotes_count_only_in_templates() {
    let arms = "# {% if a %}\nserver {\n# {% else %}\nserver {\n# {% endif %}\n}\n";
    let read = |source: &str| parse(source.as_bytes(), Options { templates: true, ..Options::default() });
    assert_eq!(read(arms).errors.first().map(|error| error.kind.code()), Some("eof"));
    check(&format!("{arms}listen {{{{ port }}}};"), &["server {", "server {", "listen | ?{{ port }}"]);
    // To nginx both quoted words are what they are, whatever stands around them.
    let quoted = "server { set $a \"{% if a %}\"; location / { set $a \"{% else %}\"; } }";
    assert_eq!(read(quoted).errors, []);
}

#[test]
fn what_stands_in_an_arm_may_be_left_out_of_its_block() {
    let source = "a;\n{% if x %}\nb { c; }\n{% for y in z %}\nd;\n{% endfor %}\n{% else %}\ne;\n{% endif %}\nf {\n{% if x %}\ng;\n{% endif %}\n}\nlisten 80 {% if x %}ssl{% endif %};\n";
    let tree = parse(source.as_bytes(), Options { templates: true, ..Options::default() }).tree;
    let names = |id| String::from_utf8_lossy(&tree.name(id)).into_owned();
    let optional: Vec<String> = tree.ids().filter(|&id| tree.is_optional(id)).map(names).collect();
    assert_eq!(optional, ["b", "d", "e", "g"]);
}

#[test]
fn a_variable_alone_in_its_line_is_a_statement() {
    check("a;\n$EXTRA_LINES\nlocation / { b; }\n", &["a", "?$EXTRA_LINES", "location | / {", "  b"]);
    assert!(looks_templated(b"server {\n    $EXTRA\n}\n"));
    assert!(!looks_templated(b"log_format main\n    $remote_addr;\n"));
}
