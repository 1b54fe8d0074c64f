//! Templates of charts with the values beside them.

use wslint_deploy::helm::{Values, rendered};
use wslint_model::FileId;

const VALUES: &str = "\
name: live
port: 8080
empty: \"\"
off: {enabled: false, most: 9}
annotations:
  # of the controller
  a.example.org/time: \"3600\"
hosts:
  - name: one
    paths: [/ws, /app]
  - name: two
    paths: [/]
snippet: |
  first;
  second;
";

/// The template with the values, without the blanks of lines that hold nothing else.
#[track_caller]
fn check(template: &str, expected: &str) {
    let values = Values::read(FileId(1), VALUES.as_bytes().to_vec()).expect("values");
    let made = rendered(template.as_bytes(), FileId(0), &values);
    let made = made.map(|made| String::from_utf8(made.text).expect("text"));
    let lines = made.as_deref().unwrap_or(template).lines().filter(|line| !line.trim().is_empty());
    assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected, "{template}");
}

#[test]
fn plain_expressions_are_values() {
    check("a: {{ .Values.name }}-{{ $.Values.port | quote }}", "a: live-\"8080\"");
    check("a: {{ quote .Values.port }} {{ .Values.empty | default \"x\" }}", "a: \"8080\" x");
    check("a: {{ default 60 .Values.none }}", "a: 60");
    check("{{- $port := .Values.port -}}\na: {{ $port }}", "a: 8080");
    check("a:\n  {{- toYaml .Values.annotations | nindent 4 }}", "a:\n    a.example.org/time: \"3600\"");
    check("a: |\n{{ .Values.snippet | indent 2 }}", "a: |\n  first;\n  second;");
}

#[test]
fn blocks_have_values_of_their_own() {
    check(
        "{{- range .Values.hosts }}\n- {{ .name }}\n{{- range .paths }}\n  - {{ . }}:{{ $.Values.port }}\n{{- end }}\n{{- end }}",
        "- one\n  - /ws:8080\n  - /app:8080\n- two\n  - /:8080",
    );
    check(
        "{{- with .Values.off }}\na: {{ .most }}\n{{- else }}\nb: 1\n{{- end }}\n{{ .Values.name }}",
        "a: 9\nlive",
    );
}

#[test]
fn what_values_do_not_decide_stays() {
    check("a: {{ include \"live.name\" $ }}", "a: {{ include \"live.name\" $ }}");
    check(
        "a: {{ .Values.none }} {{ .Release.Name }} {{ .Values.name }}",
        "a: {{ .Values.none }} {{ .Release.Name }} live",
    );
    check(
        "{{- $name := include \"x\" $ }}\na: {{ $name }} {{ .Values.name }}",
        "a: {{ include \"x\" . }} live",
    );
    check("{{- with .Values.none }}\na: {{ .b }}\n{{- end }}\nc: {{ .Values.name }}", "a: {{ .b }}\nc: live");
    check(
        "{{- range $key, $value := .Values.off }}\n{{ $key }}\n{{- end }}\n{{ .Values.name }}",
        "{{ $key }}\nlive",
    );
    check("{{- if .Values.x }}\na: 1\n{{- else }}\na: 2\n{{- end }}\n{{ .Values.name }}", "a: 1\na: 2\nlive");
}

#[test]
fn what_values_switch_off_keeps_its_expressions() {
    check(
        "{{- if .Values.off.enabled }}\na: {{ .Values.name }}\n{{- else }}\nb: {{ .Values.name }}\n{{- end }}",
        "a: {{ .Values.name }}\nb: live",
    );
    check(
        "{{- if .Values.off.enabled }}\nkind: Ingress\na: {{ .Values.name }}\n{{- end }}",
        "kind: Ingress\na: live",
    );
    check(
        "{{- if .Values.off.enabled }}\nkind: HorizontalPodAutoscaler\n{{- end }}\n{{ .Values.name }}",
        "live",
    );
}

#[test]
fn each_byte_keeps_its_place() {
    let values = Values::read(FileId(1), VALUES.as_bytes().to_vec()).expect("values");
    let made = rendered(b"a: {{ .Values.name }}\n", FileId(0), &values).expect("it is joined");
    let pieces: Vec<(u32, &str)> = made
        .map
        .pieces()
        .iter()
        .map(|piece| {
            (piece.from.file.0, if piece.from.file.0 == 1 { &VALUES[piece.from.span.range()] } else { "" })
        })
        .collect();
    assert_eq!(pieces, [(0, ""), (1, "live"), (0, "")]);
}

#[test]
fn lists_within_lists_end() {
    let list = "a: [0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]\n";
    let values = Values::read(FileId(1), list.as_bytes().to_vec()).expect("values");
    let depth = 12;
    let template = format!(
        "{}{}{}",
        "{{ range $.Values.a }}x".repeat(depth),
        "y".repeat(1000),
        "{{ end }}".repeat(depth)
    );
    assert!(rendered(template.as_bytes(), FileId(0), &values).is_none());
    let silent = format!("{}{}", "{{ range $.Values.a }}".repeat(depth), "{{ end }}".repeat(depth));
    assert!(rendered(silent.as_bytes(), FileId(0), &values).is_none());
    let open = "{{ range $.Values.a }}{{ if x }}".repeat(1000);
    assert!(rendered(open.as_bytes(), FileId(0), &values).is_none());
}
