//! Templates from which a configuration is rendered.

/// The tags of Jinja, Go, ERB and EPP templates, which mean nothing to nginx.
const TAGS: [(&[u8], &[u8]); 4] = [(b"{{", b"}}"), (b"{%", b"%}"), (b"{#", b"#}"), (b"<%", b"%>")];

/// Whether a file holds the tags of a template, each with its end in the same line.
pub fn looks_templated(source: &[u8]) -> bool {
    source.split(|&byte| byte == b'\n').any(|line| {
        TAGS.iter().any(|(open, close)| {
            memchr::memmem::find_iter(line, open).any(|at| {
                let in_variable = at > 0 && line[at - 1] == b'$';
                !in_variable && memchr::memmem::find(&line[at + open.len()..], close).is_some()
            })
        })
    })
}
