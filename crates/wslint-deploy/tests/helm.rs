//! Templates of charts with the values beside them.

use std::rc::Rc;

use wslint_deploy::helm::{About, Called, Chart, Layer, Named, Values, dependencies, rendered};
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
    check_chart(template, &chart_of(VALUES), expected);
}

/// A chart of these values.
fn chart_of(values: &str) -> Chart {
    let values = Values::read(FileId(1), values.as_bytes().to_vec()).expect("values");
    Chart { values, ..Chart::default() }
}

/// The same of a template of this chart.
#[track_caller]
fn check_chart(template: &str, chart: &Chart, expected: &str) {
    let made = rendered(template.as_bytes(), FileId(0), chart);
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
        "enabled\nmost\nlive",
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
    let made = rendered(b"a: {{ .Values.name }}\n", FileId(0), &chart_of(VALUES)).expect("it is joined");
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
    let chart = chart_of(list);
    let depth = 12;
    let template = format!(
        "{}{}{}",
        "{{ range $.Values.a }}x".repeat(depth),
        "y".repeat(1000),
        "{{ end }}".repeat(depth)
    );
    assert!(rendered(template.as_bytes(), FileId(0), &chart).is_none());
    let silent = format!("{}{}", "{{ range $.Values.a }}".repeat(depth), "{{ end }}".repeat(depth));
    assert!(rendered(silent.as_bytes(), FileId(0), &chart).is_none());
    let open = "{{ range $.Values.a }}{{ if x }}".repeat(1000);
    assert!(rendered(open.as_bytes(), FileId(0), &chart).is_none());
}

#[test]
fn texts_are_made_of_values() {
    check("a: {{ printf \"%s-%d\" .Values.name 3 | quote }}", "a: \"live-3\"");
    check(
        "a: {{ printf \"%s\" .Release.Name }} {{ .Values.name }}",
        "a: {{ printf \"%s\" .Release.Name }} live",
    );
    check("a: {{ .Values.name | upper | trunc 2 }}", "a: LI");
    check("a: {{ default (printf \"%s.x\" .Values.name) .Values.none }}", "a: live.x");
    check(
        "{{ range $key, $value := .Values.annotations }}\n{{ $key }}: {{ $value | quote }}\n{{ end }}",
        "a.example.org/time: \"3600\"",
    );
    check(
        "{{ range $at, $one := .Values.hosts }}\n{{ $at }} {{ $one.name }}\n{{ end }}{{ $one }}",
        "0 one\n1 two\n{{ $one }}",
    );
}

#[test]
fn values_may_be_templates() {
    let values =
        "host: chat.example.org\nurl: 'https://{{ .Values.host }}/'\nnotes:\n  a/b: \"{{ .Values.host }}\"\n";
    let chart = chart_of(values);
    check_chart("a: {{ tpl .Values.url . | quote }}", &chart, "a: \"https://chat.example.org/\"");
    check_chart(
        "a:\n  {{- tpl (toYaml .Values.notes) $ | nindent 2 }}",
        &chart,
        "a:\n  a/b: \"chat.example.org\"",
    );
    let open = "{{ tpl .Values.url . }} {{ .Values.host }}";
    check_chart(open, &chart_of("url: '{{ .Release.Name }}'\nhost: b\n"), "{{ tpl .Values.url . }} b");
}

#[test]
fn templates_with_names_are_included() {
    let helpers = "\
{{- define \"chat.port\" -}}\n8080\n{{- end -}}
{{ define \"chat.notes\" }}
nginx.example.org/time: {{ .Values.time | quote }}
nginx.example.org/port: {{ include \"chat.port\" . | quote }}
{{ end }}
{{- define \"chat.name\" -}}{{- if .Values.name -}}a{{- else -}}b{{- end -}}{{- end -}}
{{- define \"chat.release\" -}}{{ .Release.Name }}{{- end -}}
{{- define \"chat.round\" -}}{{ include \"chat.round\" . }}{{- end -}}
";
    let mut chart = chart_of("time: 60\n");
    chart.named.add(FileId(2), helpers.as_bytes());
    check_chart("a: {{ include \"chat.port\" . }}", &chart, "a: 8080");
    check_chart(
        "a:\n  {{- include \"chat.notes\" . | nindent 2 }}",
        &chart,
        "a:\n  nginx.example.org/time: \"60\"\n  nginx.example.org/port: \"8080\"",
    );
    // What needs more than values stays a name.
    for name in ["chat.name", "chat.release", "chat.round", "chat.none"] {
        let asked = format!("a: {{{{ include \"{name}\" . }}}}");
        check_chart(&asked, &chart, &asked);
    }
    let made = rendered(b"{{ include \"chat.notes\" . }}", FileId(0), &chart).expect("it is joined");
    let files: Vec<u32> = made.map.pieces().iter().map(|piece| piece.from.file.0).collect();
    assert_eq!(files, [2, 1, 2, 2, 2], "each part has its own place");
}

fn layer(file: u32, text: &str) -> Rc<Layer> {
    Rc::new(Layer::read(FileId(file), text.as_bytes().to_vec()).expect("values"))
}

#[test]
fn files_of_values_lie_over_each_other() {
    let usual = "a: 1\nb: {c: 2, d: 3}\nl: [1]\ngone: 1\n";
    let live = "a: 9\nb: {d: 8, e: 7}\nl: [2, 3]\ngone: null\n";
    let chart = |doubtful: Vec<Rc<Layer>>| Chart {
        values: Values::layered(vec![layer(1, usual), layer(2, live)], doubtful),
        ..Chart::default()
    };
    let template = "{{ .Values.a }} {{ .Values.b.c }} {{ .Values.b.d }} {{ .Values.gone | default 0 }}\n{{ toYaml .Values.b }}\n{{ toYaml .Values.l }}";
    check_chart(template, &chart(Vec::new()), "9 2 8 0\n\"c\": 2\n\"d\": 8\n\"e\": 7\n[2, 3]");
    let template = "{{ .Values.a }} {{ .Values.b.c }} {{ .Values.b.d }}";
    check_chart(template, &chart(vec![layer(3, "a: 9\nb: {d: 1}\n")]), "9 2 {{ .Values.b.d }}");
}

#[test]
fn charts_within_charts_have_values_from_above() {
    let above = Values::layered(vec![layer(1, "chat: {time: 60}\nglobal: {host: a}\n")], Vec::new());
    let own = || vec![layer(2, "time: 10\nport: 80\nglobal: {host: b, tls: x}\n")];
    let values = Values::layered(own(), Vec::new()).within(&[(&above, "chat")]);
    let chart = Chart { values, ..Chart::default() };
    let template = "{{ .Values.time }} {{ .Values.port }} {{ .Values.global.host }} {{ .Values.global.tls }} {{ .Values.none }}";
    check_chart(template, &chart, "60 80 a x {{ .Values.none }}");
}

#[test]
fn charts_that_several_depend_on_have_the_values_that_these_agree_on() {
    let [one, other] = [
        "chat: {time: 60, port: 80}\nglobal: {host: a, tls: x}\n",
        "talk: {time: 60, port: 81}\nglobal: {host: b, tls: x}\n",
    ]
    .map(|text| Values::layered(vec![layer(1, text)], Vec::new()));
    let own =
        || Values::layered(vec![layer(2, "time: 60\nport: 80\nname: n\nglobal: {tls: x}\n")], Vec::new());
    let values = own().within(&[(&one, "chat"), (&other, "talk")]);
    let template = "{{ .Values.time }} {{ .Values.port }} {{ .Values.name }} {{ .Values.global.host }} {{ .Values.global.tls }}";
    let chart = Chart { values, ..Chart::default() };
    check_chart(template, &chart, "60 {{ .Values.port }} n {{ .Values.global.host }} x");
    // An installation of its own is one more of those that may disagree.
    let installed = Values::layered(vec![layer(2, "port: 80\n")], vec![layer(3, "port: 82\n")]);
    let chart = Chart { values: installed.within(&[(&one, "chat")]), ..Chart::default() };
    check_chart("{{ .Values.port }} {{ .Values.time }}", &chart, "{{ .Values.port }} {{ .Values.time }}");
}

#[test]
fn charts_tell_of_themselves_and_of_others() {
    let text = "name: chat\nversion: 1.2.0\nappVersion: \"2.0\"\napiVersion: v2\ndependencies:\n\
                - {name: feed, alias: live, repository: 'file://../feed'}\n- {name: far, repository: 'https://a.example'}\n- {alias: x}\n";
    let about = layer(1, text);
    let found: Vec<(String, Option<String>)> =
        dependencies(&about).into_iter().map(|one| (one.key().to_owned(), one.path)).collect();
    assert_eq!(found, [("live".to_owned(), Some("../feed".to_owned())), ("far".to_owned(), None)]);
    let chart =
        |called| Chart { about: About { layer: Some(Rc::clone(&about)), called }, ..Chart::default() };
    let template = "{{ .Chart.Name }} {{ .Chart.Version }} {{ $.Chart.AppVersion }} {{ .Chart.APIVersion }} {{ .Chart.Home }} {{ .Chart }}";
    let itself = chart(Called::Itself);
    check_chart(template, &itself, "chat 1.2.0 2.0 v2 {{ .Chart.Home }} {{ .Chart }}");
    let site = wslint_model::Site { file: FileId(2), span: wslint_syntax::Span::new(0, 4) };
    let renamed = chart(Called::Alias("talk".to_owned(), site));
    check_chart("{{ .Chart.Name | upper | quote }} {{ .Chart.Version }}", &renamed, "\"TALK\" 1.2.0");
    check_chart("{{ .Chart.Name }} {{ .Chart.Version }}", &chart(Called::Several), "{{ .Chart.Name }} 1.2.0");
}

#[test]
fn of_templates_of_one_name_the_outer_one_counts() {
    let named = |file, text: &str| {
        let mut named = Named::default();
        named.add(FileId(file), text.as_bytes());
        named
    };
    let mut all = named(1, "{{ define \"a\" }}outer{{ end }}");
    let mut deeper = named(
        2,
        "{{ define \"a\" }}inner{{ end }}{{ define \"b\" }}one{{ end }}{{ define \"c\" }}c{{ end }}",
    );
    deeper.add_beside(&named(3, "{{ define \"b\" }}other{{ end }}"));
    all.add_below(deeper);
    let chart = Chart { named: all, ..Chart::default() };
    let template = "{{ include \"a\" . }} {{ include \"b\" . }} {{ include \"c\" . }}";
    check_chart(template, &chart, "outer {{ include \"b\" . }} c");
}
