//! Which texts files hold, what they are called, and what the format around them makes of them.

use std::path::Path;

use wslint_embed::{Format, Read, place, read};
use wslint_model::FileId;

const FILE: FileId = FileId(0);

/// The names and the texts of a file.
fn texts(format: Format, host: &str) -> Vec<(String, String)> {
    let found = read(format, host.as_bytes(), FILE).texts.into_iter();
    found.map(|text| (text.name, String::from_utf8_lossy(&text.mapped.text).into_owned())).collect()
}

#[track_caller]
fn check(format: Format, host: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    assert_eq!(texts(format, host), expected, "{host}");
}

#[test]
fn blocks_of_yaml_are_read_as_yaml_says() {
    let yaml = |header: &str, lines: &str| format!("a:\n  x.conf: {header}\n{lines}b: 1\n");
    for (header, lines, text) in [
        ("|", "    server {\n      a;\n    }\n", "server {\n  a;\n}\n"),
        ("|-", "    server {\n\n    }\n\n", "server {\n\n}"),
        ("|+", "    server {\n    }\n\n", "server {\n}\n\n"),
        ("|2", "      server {\n    }\n", "  server {\n}\n"),
        ("|  # a comment", "    server {\n    }\n", "server {\n}\n"),
        ("|", "\n    server {\n    }\n", "\nserver {\n}\n"),
        (">", "    server {\n      a;\n    }\n", "server {\n  a;\n}\n"),
        (">", "    server {\n    a;\n    }\n", "server { a; }\n"),
        ("\"server {\\n\\ta;\\n}\\n\"", "", "server {\n\ta;\n}\n"),
        ("'server { a ''b''; }'", "", "server { a 'b'; }"),
    ] {
        check(Format::Yaml, &yaml(header, lines), &[("x.conf", text)]);
    }
}

/// What no reader of YAML can follow is read line by line, and comes to the same.
#[test]
fn templates_of_yaml_are_read_by_lines() {
    for (lines, text) in [
        ("    server {\n      a;\n    }\n", "server {\n  a;\n}\n"),
        (
            "    server {\n{{- if .x }}\n      a;\n{{- end }}\n    }\n",
            "server {\n{{- if .x }}\n  a;\n{{- end }}\n}\n",
        ),
        ("\n    server {\n\n    }\n", "\nserver {\n\n}\n"),
    ] {
        let host = format!("{{{{- if .on }}}}\ndata:\n  x.conf: |\n{lines}{{{{- end }}}}\n");
        check(Format::Yaml, &host, &[("x.conf", text)]);
    }
    let host = "{{ a }}\nitems:\n- path: /etc/nginx/a.conf\n  content: |\n    server {\n    }\n- |\n  server {\n  }\n";
    check(Format::Yaml, host, &[("/etc/nginx/a.conf", "server {\n}\n"), ("items", "server {\n}\n")]);
    check(Format::Yaml, "{{ a }}\nx: \"server {\\n}\"\n", &[("x", "server {\n}")]);
}

#[test]
fn dollars_mean_what_their_format_says() {
    let compose = "services: {w: {configs: [{source: s, target: /etc/nginx/a.conf}]}}\nconfigs:\n  s:\n    content: |\n      server { a $$host ${X} $Y; }\n";
    check(Format::Yaml, compose, &[("/etc/nginx/a.conf", "server { a $host {{ x }} {{ x }}; }\n")]);
    let shell = |delimiter: &str| {
        format!(
            "host=1\ncat > a <<{delimiter}\nserver {{ a \\$x $host $http_a ${{B:-c}} $(d) \\\\; }}\nEOF\n"
        )
    };
    check(Format::Script, &shell("EOF"), &[("a", "server { a $x {{ x }}  {{ x }} {{ x }} \\; }\n")]);
    check(Format::Script, &shell("'EOF'"), &[("a", "server { a \\$x $host $http_a ${B:-c} $(d) \\\\; }\n")]);
    let terraform = "  x = <<-EOT\n    server {\n      a $host $$host ${b} $${c} %%{d};\n    }\n  EOT\n";
    check(Format::Hcl, terraform, &[("x", "  server {\n    a $host $$host {{ x }} ${c} %{d};\n  }\n")]);
    let nix = "{ extraConfig = ''\n    server {\n      a $host ${b} ''${c} ''';\n    }\n  ''; }\n";
    check(Format::Nix, nix, &[("extraConfig", "server {\n  a $host {{ x }} ${c} '';\n}\n")]);
}

#[test]
fn dollars_that_are_wrong_are_known() {
    let slips = |format, host: &str| {
        let texts = read(format, host.as_bytes(), FILE).texts;
        let found = texts.iter().flat_map(|text| &text.slips);
        found
            .map(|slip| (slip.variable.clone(), host[slip.mend.site.span.range()].to_owned()))
            .collect::<Vec<_>>()
    };
    let one = |variable: &str, gone: &str| vec![(variable.to_owned(), gone.to_owned())];
    let script = |line: &str| format!("{line}\nserver {{ a $http_x; }}\nEOF\n");
    let none: Vec<(String, String)> = Vec::new();
    assert_eq!(slips(Format::Script, &script("cat > a <<EOF")), one("$http_x", "$"));
    assert_eq!(slips(Format::Script, &script("cat > a <<'EOF'")), none);
    assert_eq!(slips(Format::Script, &script("cat > a <<'EOF'").replace('$', "\\$")), one("$http_x", "\\"));
    assert_eq!(slips(Format::Script, &script("http_x=1; cat > a <<EOF")), none);
    assert_eq!(
        slips(Format::Script, &format!("ssh b \"{}\"", script("cat > a <<'EOF'").replace('$', "\\$"))),
        none
    );
    let terraform = "x = <<EOT\nserver { a $$http_x; }\nEOT\n";
    assert_eq!(slips(Format::Hcl, terraform), one("$http_x", "$$"));
    let docker = "FROM x\nRUN echo 'server { \\\n a $$uri; }' > /a.conf\n";
    assert_eq!(slips(Format::Dockerfile, docker), one("$uri", "$$"));
    let echo = "echo \"server { a $http_x; }\" > /a.conf\n";
    assert_eq!(slips(Format::Script, echo), one("$http_x", "$"));
    let pattern = "cat > a <<'EOF'\nserver { location ~ ^/\\$http_x { a; } }\nEOF\n";
    assert_eq!(slips(Format::Script, pattern), none);
}

#[test]
fn texts_in_texts_are_found() {
    let script = "cat > /a.conf <<'X'\nserver {\n}\nX\n";
    let indented = |by: &str| script.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
    let text = [("/a.conf", "server {\n}\n")];
    check(Format::Yaml, &format!("jobs:\n- run: |\n{}", indented("    ")), &text);
    check(Format::Hcl, &format!("x = <<-EOT\n{}EOT\n", indented("")), &text);
    check(Format::Dockerfile, &format!("FROM a\nRUN <<EOF\n{script}EOF\n"), &text);
    let values = "v: |\n  w:\n    x: |\n      server {\n      }\n";
    check(Format::Yaml, values, &[("x", "server {\n}\n")]);
}

#[test]
fn what_is_no_configuration_of_its_own_is_left_alone() {
    for host in [
        "kind: ConfigMap\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: 'server { }'\n",
        "kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: 'location / { }'\n",
        "kind: ConfigMap\ndata:\n  http-snippet: 'server { listen 1; }'\n",
        "tests:\n- expected: 'server { listen 1; }'\n",
    ] {
        check(Format::Yaml, host, &[]);
    }
}

#[test]
fn a_file_may_end_anywhere() {
    let script = "#!/bin/sh\nA=\"$(cat \\\nb)\"\necho -e \"server {\\n  set \\$a ${b} $c $host; \\\"}\" 'x' > a.conf\n\
                  printf 'server { }\\n' $d \\\n  | tee /etc/nginx/conf.d/a.conf\ncat <<-\"E\" > b.conf\n\tserver { $a }\n\tE\n\
                  cat > c.conf <<E\nserver { \\$a ${b} `c` $host \\\n }\nE\n";
    let hosts = [
        (Format::Script, script.to_owned()),
        (Format::Dockerfile, format!("FROM nginx\nRUN {}", script.replace('\n', "\\\n# c\n"))),
        (Format::Yaml, format!("a:\n  run: |\n{}", script.replace("\n", "\n    "))),
    ];
    for (format, host) in hosts {
        let bytes = host.as_bytes();
        for end in 0..=bytes.len() {
            for last in ["", "$", "\\", "\"", "'", "${", "$(", "`"] {
                read(format, &[&bytes[..end], last.as_bytes()].concat(), FILE);
            }
        }
    }
}

#[test]
fn what_one_workload_mounts_lies_together() {
    let map = |name: &str, keys: &str| format!("kind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n{keys}");
    let keys = "  a: 'server { }'\n  b.conf: 'server { }'\n";
    let workload = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - volumeMounts:\n        - {name: v, mountPath: /etc/nginx/nginx.conf, subPath: n}\n        - {name: w, mountPath: /etc/nginx/conf.d/}\n      volumes:\n      - {name: v, configMap: {name: one, items: [{key: a, path: n}]}}\n      - {name: w, projected: {sources: [{configMap: {name: two}}]}}\n";
    let files: Vec<Read> =
        [map("one", keys), map("two", "  c.conf: 'server { }'\n"), map("three", keys), workload.to_owned()]
            .iter()
            .map(|host| read(Format::Yaml, host.as_bytes(), FILE))
            .collect();
    let named: Vec<(&Path, &Read)> = files.iter().map(|read| (Path::new("a.yaml"), read)).collect();
    let groups: Vec<Vec<String>> = place(&named)
        .into_iter()
        .map(|group| group.into_iter().map(|placed| placed.name).collect())
        .collect();
    assert!(
        groups.contains(&vec!["/etc/nginx/nginx.conf".to_owned(), "/etc/nginx/conf.d/c.conf".to_owned()]),
        "{groups:?}"
    );
    assert!(groups.contains(&vec!["a".to_owned(), "b.conf".to_owned()]), "{groups:?}");
    // A key that the mount leaves out lies by itself under its own name.
    assert!(groups.iter().flatten().filter(|name| *name == "b.conf").count() == 2, "{groups:?}");
}
