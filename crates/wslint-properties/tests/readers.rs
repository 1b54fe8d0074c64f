//! Both readers, asked of bytes without any order, of pieces that mean something to them, and of whole configurations.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use wslint_properties::{grammar, haproxy_reader, nginx_reader};

use support::{cases, made};

/// Bytes with the tokenizer's special ones far more often than chance has them.
fn nginx_pieces() -> impl Strategy<Value = Vec<u8>> {
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

/// Pieces that mean something to the reader of HAProxy, so that random sequences reach its corners.
#[rustfmt::skip]
fn haproxy_pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "\n", "\n", "\r", " ", "\t", "#", "\"", "'", "\\", "\\x41", "\\x00", "$", "${", "}", "[*]", "-", "A", "B",
        "${A[*]}", "\"$A\"", "\"${B}\"", "\"${Z-d}\"", "$.LINE", "[", "]", "\0", ".if ", ".elif ", ".else", ".endif",
        ".notice ", ".alert", "(", ")", "!", "&&", "||", "1", "0", "defined", "streq(", ",", "no ", "default ",
        "global\n", "frontend f\n", "setenv ", "resetenv ", "option ", "{{", "}}", "{%", "%}", "<%", "%>", "{#",
        "#}", "__X__", "é", "text",
    ];
    vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_bytes(source in vec(any::<u8>(), 0..1000)) {
        nginx_reader(&source);
        haproxy_reader(&source);
    }

    #[test]
    fn pieces_of_nginx(source in nginx_pieces()) {
        nginx_reader(&source);
    }

    #[test]
    fn pieces_of_haproxy(source in haproxy_pieces()) {
        haproxy_reader(&source);
    }

    #[test]
    fn configurations_of_either_proxy(nginx in made(grammar::nginx), haproxy in made(grammar::haproxy)) {
        for text in [nginx, haproxy] {
            nginx_reader(text.as_bytes());
            haproxy_reader(text.as_bytes());
        }
    }
}
