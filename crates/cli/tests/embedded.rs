//! Configurations that stand in other files: what the command says at warning or above is what an experienced reader
//! expects, and a fix of a text leaves the file around it what it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use wslint_embed::Format;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/embedded")
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the cases are there");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The command in a folder, with its status, what it prints, and what it says of the job.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let output = command.current_dir(folder).args(args).output().expect("the command runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// `file:line severity rule` of what the command finds at warning or above.
fn found(folder: &Path, paths: &[&str]) -> BTreeSet<String> {
    let (_, out, err) = run(folder, &[&["--no-config", "--format", "json"], paths].concat());
    let document: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let findings = document["findings"].as_array().expect("findings").iter();
    let told = findings.filter(|finding| finding["severity"] != "info").map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {} {}", text("file"), finding["line"], text("severity"), text("rule"))
    });
    told.collect()
}

/// A copy of a case that may be changed.
fn copy(case: &Path) -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        fs::create_dir_all(scratch.path().join(&below)).expect("a folder");
        for entry in fs::read_dir(case.join(&below)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = below.join(entry.file_name());
            match entry.path().is_dir() {
                true => open.push(path),
                false => drop(fs::copy(entry.path(), scratch.path().join(path)).expect("a file")),
            }
        }
    }
    scratch
}

#[test]
fn findings_in_other_files_are_those_that_a_reader_expects() {
    let cases = cases();
    assert!(cases.len() >= 30, "only {} cases", cases.len());
    let mut differences = Vec::new();
    for case in &cases {
        let expected = fs::read_to_string(case.join("expected.txt")).expect("it is judged");
        let expected: BTreeSet<String> = expected.lines().map(str::to_owned).collect();
        let found = found(case, &["."]);
        differences.extend(expected.difference(&found).map(|line| format!("{}: missing {line}", name(case))));
        differences
            .extend(found.difference(&expected).map(|line| format!("{}: not expected {line}", name(case))));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn each_case_is_told_with_what_it_is_after() {
    let told = fs::read_to_string(folder().join("README.md")).expect("it is told");
    for case in cases() {
        assert!(told.contains(&format!("| `{}` | ", name(&case))), "{} is not told", name(&case));
    }
}

/// The files of a case that hold texts.
fn hosts(case: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut open = vec![case.to_owned()];
    let mut hosts = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false if Format::by_name(&path).is_some() => {
                    let bytes = fs::read(&path).expect("a file");
                    hosts.push((path, bytes));
                }
                false => {}
            }
        }
    }
    hosts.sort();
    hosts
}

/// Whether a real reader of YAML sees the same in two files, but for texts. A template is none.
fn same_yaml((path, old): &(PathBuf, Vec<u8>), (_, new): &(PathBuf, Vec<u8>)) -> bool {
    let read = |bytes: &[u8]| serde_yaml::from_slice::<serde_yaml::Value>(bytes);
    match (Format::by_name(path), read(old)) {
        (Some(Format::Yaml | Format::Json), Ok(old)) => read(new).is_ok_and(|new| same(&old, &new)),
        _ => true,
    }
}

fn same(one: &serde_yaml::Value, other: &serde_yaml::Value) -> bool {
    use serde_yaml::Value;
    match (one, other) {
        (Value::String(_), Value::String(_)) => true,
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Mapping(one), Value::Mapping(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len()
                && pairs.all(|((key, one), (name, other))| key == name && same(one, other))
        }
        _ => one == other,
    }
}

/// Asks the real nginx whether it takes each text of a file that nothing is unknown of.
fn nginx_takes((path, bytes): &(PathBuf, Vec<u8>)) {
    let format = Format::by_name(path).expect("it holds texts");
    for text in wslint_embed::read(format, bytes, wslint_model::FileId(0)).texts {
        let text = String::from_utf8(text.mapped.text).expect("text");
        if !text.contains("server {") || text.contains("{{") || text.contains("include") {
            continue;
        }
        let scratch = tempfile::tempdir().expect("a folder");
        let text = text.replace("http://app", "http://127.0.0.1");
        fs::write(scratch.path().join("nginx.conf"), format!("events {{}}\nhttp {{\n{text}\n}}\n"))
            .expect("a file");
        let program = std::env::var_os("WSLINT_NGINX").unwrap_or_else(|| "/usr/sbin/nginx".into());
        let mut command = std::process::Command::new(program);
        command
            .args(["-t", "-e", "stderr", "-p"])
            .arg(scratch.path())
            .arg("-c")
            .arg(scratch.path().join("nginx.conf"));
        let output = command.output().expect("nginx runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("syntax is ok"), "{}: {said}\n{text}", path.display());
    }
}

/// A fix in a text takes the finding away, and changes nothing of the file but lines of that text.
#[test]
fn fixes_leave_the_file_around_what_it_was() {
    let fixable = [
        "configmap-with-crlf",
        "cloud-init-includes",
        "compose-doubles-dollars",
        "dockerfile-copies-a-heredoc",
        "ebextensions",
        "heredoc-expands-upgrade",
        "heredoc-with-tabs",
        "helm-template",
        "json-manifest",
        "list-with-quoted-text",
        "nix-http-config",
        "terraform-with-a-script",
        "values-with-a-server-block",
        "workflow-with-a-heredoc",
        "argo-values-in-values",
    ];
    for case in fixable {
        let scratch = copy(&folder().join(case));
        let before = hosts(scratch.path());
        let (status, out, err) = run(scratch.path(), &["--no-config", "--fix", "--unsafe-fixes", "."]);
        assert_eq!(status, Some(0), "{case}: {out}{err}");
        for (old, new) in before.iter().zip(hosts(scratch.path())) {
            assert!(same_yaml(old, &new), "{case}: other YAML");
            nginx_takes(&new);
        }
        assert_eq!(found(scratch.path(), &["."]), BTreeSet::new(), "{case}");
        let (_, out, _) = run(scratch.path(), &["--no-config", "--diff", "--unsafe-fixes", "."]);
        assert_eq!(out, "", "{case}: a second run changes nothing");
    }
}

#[test]
fn lines_of_windows_stay_what_they_are() {
    let scratch = copy(&folder().join("configmap-with-crlf"));
    run(scratch.path(), &["--no-config", "--fix", "."]);
    let fixed = fs::read_to_string(scratch.path().join("cm.yaml")).expect("it is there");
    assert!(fixed.contains("        proxy_set_header Upgrade $http_upgrade;\r\n"), "{fixed}");
    assert!(!fixed.replace("\r\n", "").contains(['\r', '\n']), "{fixed}");
}

#[test]
fn what_is_written_in_another_way_is_left_alone_and_says_why() {
    let case = folder().join("cloud-init-in-base64");
    let (_, out, _) = run(&case, &["--no-config", "--format", "concise", "user-data.yaml"]);
    assert!(out.contains("nginx/upgrade-missing"), "{out}");
    let (_, out, _) = run(&case, &["--no-config", "user-data.yaml"]);
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("`--fix` leaves it alone, since it is written in base64 there"), "{out}");
    let (_, out, _) = run(&case, &["--no-config", "--diff", "user-data.yaml"]);
    assert_eq!(out, "");
}

/// A named file is never green unread.
#[test]
fn a_named_file_without_configuration_is_an_error() {
    let scratch = tempfile::tempdir().expect("a folder");
    for (name, text, words) in [
        ("values.yaml", "replicas: 3\n", "no nginx or HAProxy configuration stands in it, which is YAML"),
        ("envoy.yaml", "static_resources:\n  listeners: []\n", "Envoy's configuration is not read"),
        ("traefik.yml", "entryPoints:\n  web: {address: ':80'}\n", "Traefik's configuration is not read"),
        (
            "setup.sh",
            "#!/bin/sh\necho hello\n",
            "no nginx or HAProxy configuration stands in it, which is a script",
        ),
        ("Caddyfile", "example.com {\n  reverse_proxy app:3000\n}\n", "a Caddyfile is not read"),
        ("README.md", "```nginx\nserver { listen 80; }\n```\n", "`--include-docs` reads the examples"),
    ] {
        fs::write(scratch.path().join(name), text).expect("a file");
        let (status, _, err) = run(scratch.path(), &["--no-config", name]);
        let err = err.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert_eq!(status, Some(2), "{name}");
        assert!(err.contains(words), "{name}: {err}");
    }
}

#[test]
fn examples_of_documents_are_read_on_demand() {
    let scratch = tempfile::tempdir().expect("a folder");
    let text = "# Guide\n\n1. Like this:\n\n   ```nginx\n   location /ws {\n     proxy_pass http://app:3000;\n     proxy_http_version 1.1;\n     \
                proxy_set_header Upgrade $http_upgrade;\n     proxy_set_header Connection close;\n   }\n   ```\n";
    fs::write(scratch.path().join("guide.md"), text).expect("a file");
    assert_eq!(run(scratch.path(), &["--no-config", "."]).0, Some(2));
    let (status, out, _) =
        run(scratch.path(), &["--no-config", "--include-docs", "--format", "concise", "."]);
    assert_eq!(status, Some(1), "{out}");
    assert!(out.starts_with("guide.md:10:"), "{out}");
}

/// A baseline knows a finding by the words of its text, wherever that stands in the file.
#[test]
fn a_baseline_outlives_lines_that_move() {
    for (case, file) in [("ebextensions", ".ebextensions/ws.config"), ("heredoc-with-tabs", "setup.sh")] {
        let scratch = copy(&folder().join(case));
        let (status, out, err) = run(scratch.path(), &["--no-config", "--write-baseline", "."]);
        assert_eq!(status, Some(0), "{case}: {out}{err}");
        let path = scratch.path().join(file);
        let text = fs::read_to_string(&path).expect("it is there");
        let (first, rest) = text.split_once('\n').expect("two lines");
        fs::write(&path, format!("{first}\n# moved\n\n{rest}")).expect("it can be written");
        let (status, out, err) =
            run(scratch.path(), &["--no-config", "--baseline", "wslint-baseline.json", "."]);
        assert_eq!(status, Some(0), "{case}: {out}{err}");
    }
}

/// What is wrong with a file is told at its place, and ends nothing for the others.
#[test]
fn what_is_wrong_with_a_file_is_told_at_its_place() {
    let good = fs::read_to_string(folder().join("secret-in-plain-text/secret.yaml")).expect("it is there");
    let bombs: String =
        (1..40).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1)).collect();
    for (name, text, words, line) in [
        ("twice.yaml", format!("{good}stringData: {{a: 1}}\n"), "the key `stringData` stands twice", 19),
        ("tab.yaml", format!("{good}a:\n\tb: 1\n"), "tabs disallowed", 20),
        ("bomb.yaml", format!("a0: &a0 [x, x]\n{bombs}{good}"), "", 0),
        ("coded.yaml", "kind: ConfigMap\nbinaryData:\n  nginx.conf: '%%%'\n".to_owned() + &good.replacen("apiVersion", "---\napiVersion", 1), "this is no base64", 3),
        ("open.sh", "#!/bin/sh\ncat > /etc/nginx/a.conf <<EOF\nserver { listen 80; location /ws { proxy_pass http://a; } }\n".to_owned(), "no line ends this heredoc", 2),
    ] {
        let scratch = tempfile::tempdir().expect("a folder");
        fs::write(scratch.path().join(name), text).expect("a file");
        fs::write(scratch.path().join("other.conf"), "server { listen 80; location /ws { proxy_pass http://a; proxy_http_version 1.1; } }\n").expect("a file");
        let (_, out, err) = run(scratch.path(), &["--no-config", "--format", "json", "--severity", "info", "."]);
        let document: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{name}: {error}: {err}"));
        let notes = document["notes"].as_array().expect("notes");
        let told = notes.iter().any(|note| note["message"].as_str().is_some_and(|text| text.contains(words)) && note["line"] == line);
        assert!(told || words.is_empty(), "{name}: {notes:#?}");
        let findings = document["findings"].as_array().expect("findings");
        assert!(findings.iter().any(|finding| finding["file"] == "other.conf"), "{name}");
    }
}
