//! One tag of a template: how long it is, and whether it prints something.
//!
//! ```text
//! tag = "{{" code "}}" / "{%" code "%}" / "{#" text "#}" / "<%" code "%>" / "%{" code "}"
//! ```

use crate::nginx::control::Control;

/// A tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nginx) enum Tag {
    /// It prints a text that is not known.
    Expression,
    /// It prints nothing.
    Control(Control),
}

/// The bytes around the code of a tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delimiters {
    pub(super) open: &'static [u8],
    pub(super) close: &'static [u8],
    classify: fn(&[u8]) -> Tag,
}

/// Go, Handlebars and the expressions of Jinja; Jinja and Liquid; comments of Jinja; ERB and EPP; Terraform.
pub(super) const DELIMITERS: [Delimiters; 5] = [
    Delimiters { open: b"{{", close: b"}}", classify: double_brace },
    Delimiters { open: b"{%", close: b"%}", classify: brace_percent },
    Delimiters { open: b"{#", close: b"#}", classify: |_| Tag::Control(Control::Other) },
    Delimiters { open: b"<%", close: b"%>", classify: angle_percent },
    Delimiters { open: b"%{", close: b"}", classify: percent_brace },
];

/// How far the end of a tag is looked for where it may be missing: in one line, or for a comment of Go or a tag of
/// Terraform. A file may have any number of such beginnings.
const WINDOW: usize = 1024;

impl Delimiters {
    /// The tag at the start of `input`, and its length. `input` begins with the opening bytes.
    pub(super) fn tag(self, input: &[u8]) -> Option<(Tag, usize)> {
        let body = &input[self.open.len()..];
        let window = &body[..body.len().min(WINDOW)];
        let end = match self.open {
            b"%{" => {
                let lookup = trim_start(window).first().is_some_and(u8::is_ascii_alphabetic);
                let end = memchr::memchr2(b'}', b'\n', window)?;
                (lookup && window[end] == b'}').then_some(end)?
            }
            // A comment may hold the closing bytes.
            b"{{" if trim_start(window).starts_with(b"/*") => {
                let comment = memchr::memmem::find(window, b"*/").unwrap_or(0);
                comment + memchr::memmem::find(&body[comment..], self.close)?
            }
            _ => memchr::memmem::find(body, self.close)?,
        };
        let mut length = self.open.len() + end + self.close.len();
        if input.starts_with(b"{{{") && input.get(length) == Some(&b'}') {
            length += 1;
        }
        Some(((self.classify)(&body[..end]), length))
    }
}

/// The tag at the start of `text`, and its length, if it ends in the same line.
pub(super) fn line_tag(text: &[u8]) -> Option<(Tag, usize)> {
    let tag = opening(text)?.1;
    let window = &text[..text.len().min(WINDOW)];
    tag.tag(&window[..memchr::memchr(b'\n', window).unwrap_or(window.len())])
}

/// The kind of tag that `input` begins with, and its number.
pub(super) fn opening(input: &[u8]) -> Option<(usize, Delimiters)> {
    if !matches!(input, [b'{' | b'<' | b'%', b'{' | b'%' | b'#', ..]) {
        return None;
    }
    DELIMITERS.into_iter().enumerate().find(|(_, tag)| input.starts_with(tag.open))
}

/// `"{{" code "}}"`: prints, unless it is a keyword of Go or Handlebars, a comment or an assignment.
fn double_brace(code: &[u8]) -> Tag {
    let code = trim(code);
    let (word, rest) = first_word(code);
    match (word, code.first()) {
        // As the whole tag these are variables of Jinja.
        (b"if" | b"range" | b"with" | b"define" | b"block" | b"unless" | b"each", _) if !rest.is_empty() => {
            Tag::Control(Control::Start)
        }
        (b"else", _) => Tag::Control(Control::Middle),
        (b"end", _) if rest.is_empty() => Tag::Control(Control::End),
        (b"break" | b"continue", _) if rest.is_empty() => Tag::Control(Control::Other),
        (_, Some(b'#')) => Tag::Control(Control::Start),
        (_, Some(b'^')) => Tag::Control(Control::Middle),
        (_, Some(b'/')) if code.get(1) != Some(&b'*') => Tag::Control(Control::End),
        (_, Some(b'/' | b'!')) => Tag::Control(Control::Other),
        (_, Some(b'$')) => {
            let name = code[1..].iter().take_while(|&&byte| is_word_byte(byte)).count();
            let behind = trim(&code[1 + name..]);
            let assigns =
                behind.starts_with(b":=") || (behind.starts_with(b"=") && !behind.starts_with(b"=="));
            if assigns { Tag::Control(Control::Other) } else { Tag::Expression }
        }
        _ => Tag::Expression,
    }
}

/// `"{%" code "%}"`: prints nothing, except where it puts another file in.
fn brace_percent(code: &[u8]) -> Tag {
    match first_word(trim(code)).0 {
        b"if" | b"ifchanged" | b"unless" | b"for" | b"case" | b"macro" => Tag::Control(Control::Start),
        b"elif" | b"elsif" | b"elseif" | b"else" | b"when" => Tag::Control(Control::Middle),
        b"endif" | b"endifchanged" | b"endunless" | b"endfor" | b"endcase" | b"endmacro" => {
            Tag::Control(Control::End)
        }
        b"include" | b"extends" | b"render" | b"call" => Tag::Expression,
        _ => Tag::Control(Control::Other),
    }
}

/// `"<%" code "%>"`: prints with a `=`.
fn angle_percent(code: &[u8]) -> Tag {
    match code.first() {
        Some(b'=') => return Tag::Expression,
        Some(b'#' | b'%') => return Tag::Control(Control::Other),
        _ => {}
    }
    let code = trim(code);
    if let Some(behind) = code.strip_prefix(b"}") {
        let arm = first_word(trim(behind)).0.starts_with(b"els");
        return Tag::Control(if arm { Control::Middle } else { Control::End });
    }
    Tag::Control(match first_word(code).0 {
        b"if" | b"unless" | b"case" | b"while" | b"until" | b"for" | b"begin" => Control::Start,
        b"else" | b"elsif" | b"when" | b"in" | b"rescue" | b"ensure" => Control::Middle,
        b"end" => Control::End,
        _ if opens_body(code) => Control::Start,
        _ => Control::Other,
    })
}

/// Whether Ruby or Puppet code ends in `do`, `do |names|` or `{`.
fn opens_body(code: &[u8]) -> bool {
    let mut code = code;
    if let Some(head) = code.strip_suffix(b"|") {
        let bar = memchr::memrchr(b'|', head).unwrap_or(0);
        code = head[..bar].trim_ascii_end();
    }
    code.ends_with(b"{") || code.strip_suffix(b"do").is_some_and(|head| !head.ends_with(b"_"))
}

/// `"%{" code "}"`: a directive of Terraform, or a lookup of Puppet.
fn percent_brace(code: &[u8]) -> Tag {
    match first_word(trim(code)).0 {
        b"if" | b"for" => Tag::Control(Control::Start),
        b"else" => Tag::Control(Control::Middle),
        b"endif" | b"endfor" => Tag::Control(Control::End),
        _ => Tag::Expression,
    }
}

/// Without blanks and the marks that trim white space (`-`, `+`, `~`).
fn trim(code: &[u8]) -> &[u8] {
    let code = trim_start(code);
    let end = code.iter().rposition(|byte| !is_mark(byte)).map_or(0, |last| last + 1);
    &code[..end]
}

fn trim_start(code: &[u8]) -> &[u8] {
    let start = code.iter().position(|byte| !is_mark(byte)).unwrap_or(code.len());
    &code[start..]
}

fn is_mark(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'-' | b'+' | b'~')
}

fn first_word(code: &[u8]) -> (&[u8], &[u8]) {
    let length = code.iter().take_while(|&&byte| is_word_byte(byte)).count();
    code.split_at(length)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

#[cfg(test)]
mod tests {
    use super::{Control, DELIMITERS, Tag};

    #[track_caller]
    fn check(text: &str, expected: Tag) {
        let delimiters = DELIMITERS.iter().find(|tag| text.as_bytes().starts_with(tag.open)).unwrap();
        assert_eq!(delimiters.tag(text.as_bytes()), Some((expected, text.len())), "{text}");
    }

    #[test]
    fn tags_that_print() {
        for text in [
            "{{ host }}",
            "{{- .Values.host -}}",
            "{{ $server.Name }}",
            "{{ range }}",
            "{{{ raw }}}",
            "{{ if_name }}",
            "{{ template \"x\" . }}",
            "{{> partial}}",
            "{{ a == b }}",
            "{{ end_date }}",
            "<%= @port -%>",
            "<%= x ? 1 : 2 %>",
            "{% include 'tls.conf' %}",
            "%{hiera('port')}",
        ] {
            check(text, Tag::Expression);
        }
    }

    #[test]
    fn tags_that_begin_a_body() {
        for text in [
            "{{ if .TLS }}",
            "{{- range $i, $x := .Hosts -}}",
            "{{#if tls}}",
            "{{ with .Values }}",
            "{% if x %}",
            "{%- for a in b -%}",
            "{% unless x %}",
            "{% macro x() %}",
            "<% if @x -%>",
            "<%- if $x { -%>",
            "<% @hosts.each do |h| %>",
            "<% $a.each |$h| { -%>",
            "<% a.each { |h| %>",
            "%{ if x ~}",
            "%{ for a in b }",
        ] {
            check(text, Tag::Control(Control::Start));
        }
    }

    #[test]
    fn tags_that_begin_another_arm() {
        for text in [
            "{{ else }}",
            "{{else if .X}}",
            "{{^}}",
            "{% elif y %}",
            "{% else %}",
            "{% elsif y %}",
            "<% else %>",
            "<% elsif @y -%>",
            "<%- } else { -%>",
            "<% } elsif $y { %>",
            "%{ else ~}",
        ] {
            check(text, Tag::Control(Control::Middle));
        }
    }

    #[test]
    fn tags_that_end_a_body() {
        for text in [
            "{{ end }}",
            "{{- end -}}",
            "{{/if}}",
            "{% endif %}",
            "{%- endfor %}",
            "{% endmacro %}",
            "<% end -%>",
            "<%- } -%>",
            "%{ endif }",
        ] {
            check(text, Tag::Control(Control::End));
        }
    }

    #[test]
    fn tags_that_do_nothing() {
        for text in [
            "{{/* a }} b */}}",
            "{{- /* c */ -}}",
            "{{! note }}",
            "{{ $x := .Y }}",
            "{{ $x = 1 }}",
            "{# a\n b #}",
            "{% set a = 1 %}",
            "<%# note %>",
            "<% x = 1 %>",
            "<%- | $a | -%>",
        ] {
            check(text, Tag::Control(Control::Other));
        }
    }
}
