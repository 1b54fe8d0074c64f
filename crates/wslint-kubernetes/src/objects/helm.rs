//! Templates of Helm charts, made readable as YAML without their values: each byte stays where it is.

use memchr::memmem;

/// The same bytes with templates made harmless: lines that hold nothing else become blank, and a template within a line
/// becomes a plain word of the same length.
pub(super) fn mask(bytes: &[u8]) -> Vec<u8> {
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while let Some(open) = memmem::find(&bytes[at..], b"{{").map(|found| at + found) {
        let Some(close) = memmem::find(&bytes[open..], b"}}").map(|found| open + found + 2) else { break };
        let start = bytes[..open].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let end =
            bytes[close..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |feed| close + feed);
        let alone = masked[start..open].iter().all(u8::is_ascii_whitespace)
            && bytes[close..end].iter().all(|byte| byte.is_ascii_whitespace());
        for byte in &mut masked[open..close] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = if alone { b' ' } else { b'_' };
            }
        }
        at = close;
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn templates_become_words_and_lines_of_them_blank() {
        let text = "{{- if .Values.x }}\na: {{ .Values.a }}-x\nb:\n  {{- toYaml . | nindent 2 }}\nc: \"{{ d }}\"\n{{ open";
        let masked = mask(text.as_bytes());
        let masked = String::from_utf8(masked).expect("it stays text");
        assert_eq!(masked.len(), text.len());
        assert!(masked.contains("\na: _______________-x\nb:\n  "), "{masked}");
        assert!(masked.contains("c: \"_______\"\n{{ open"), "{masked}");
        assert!(masked.starts_with("                   \n"), "{masked}");
    }
}
