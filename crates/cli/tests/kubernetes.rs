//! Manifests of each controller, judged before the command was run: `# <- warning RULE` stands on every line on which an
//! experienced reader expects a finding at warning or above, and on no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kubernetes")
}

fn manifests() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the manifests are there");
    let mut manifests: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    manifests.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    manifests.sort();
    manifests
}

fn wslint() -> Command {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    command.current_dir(folder());
    command
}

/// The findings of a report in JSON.
fn findings(stdout: &[u8]) -> Vec<Value> {
    let document: Value = serde_json::from_slice(stdout).expect("JSON");
    document["findings"].as_array().expect("findings").clone()
}

/// `line severity rule` of each finding at warning or above.
fn told(stdout: &[u8]) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = findings(stdout).into_iter().filter(|finding| finding["severity"] != "info");
    findings
        .map(|finding| {
            format!("{} {} {}", finding["line"], text(&finding["severity"]), text(&finding["rule"]))
        })
        .collect()
}

/// The same as the marks of a manifest say.
fn expected(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest).expect("it can be read");
    let marks = (1..).zip(text.lines()).filter_map(|(line, text)| Some((line, text.split_once("# <- ")?.1)));
    marks
        .flat_map(|(line, marks)| marks.split(", ").map(move |mark| format!("{line} {}", mark.trim())))
        .collect()
}

#[test]
fn findings_on_manifests_are_those_that_a_reader_expects() {
    let manifests = manifests();
    assert!(manifests.len() >= 50, "only {} manifests", manifests.len());
    let fine = manifests.iter().filter(|manifest| expected(manifest).is_empty()).count();
    assert!(fine * 3 >= manifests.len(), "only {fine} of {} manifests are fine", manifests.len());
    let mut differences = Vec::new();
    for manifest in &manifests {
        let name = manifest.file_name().expect("a name").to_string_lossy().into_owned();
        let output = wslint().args(["--no-config", "--format", "json", &name]).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let text = fs::read_to_string(manifest).expect("it can be read");
        let unread = text.lines().next().is_some_and(|about| about.ends_with("nothing is read"));
        assert_eq!(output.status.code() == Some(2), unread, "{name}: {stderr}");
        let (expected, told) = (expected(manifest), told(&output.stdout));
        differences.extend(expected.difference(&told).map(|line| format!("{name}: missing {line}")));
        differences.extend(told.difference(&expected).map(|line| format!("{name}: not expected {line}")));
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn what_a_cluster_prints_is_read_from_standard_input() {
    let text = fs::read(folder().join("list.yaml")).expect("it can be read");
    for text in [text.clone(), [b"---\n".as_slice(), &text].concat()] {
        let output = wslint().args(["--no-config", "--format", "json", "-"]).write_stdin(text).output();
        let output = output.expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(told(&output.stdout).len(), 1);
    }
}

#[test]
fn findings_stand_in_the_manifest_and_name_its_annotations() {
    let output = wslint().args(["--no-config", "--format", "json", "ingress-nginx-unit.yaml"]).output();
    let findings = findings(&output.expect("it runs").stdout);
    let finding =
        findings.iter().find(|finding| finding["rule"] == "nginx/read-timeout-short").expect("it is told");
    assert_eq!(finding["file"], "ingress-nginx-unit.yaml");
    let help = finding["help"].as_str().expect("help");
    assert!(help.contains("nginx.ingress.kubernetes.io/proxy-read-timeout"), "{help}");
    assert!(finding["fix"].is_null(), "nobody edits what is generated");
}

#[test]
fn a_folder_whose_objects_nobody_is_known_to_read_is_not_called_linted() {
    let folder = tempfile::tempdir().expect("a folder");
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  \
                   - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n";
    fs::write(folder.path().join("web.yaml"), ingress).expect("a manifest");
    let output = wslint().current_dir(folder.path()).output().expect("the command runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("nothing tells which controller reads `Ingress web`"), "{said}");
    assert!(said.ends_with("Nothing was linted.\n"), "{said}");
}

#[test]
fn an_endpoint_that_the_user_declares_counts_for_objects() {
    let ingress = |name: &str, host: &str, path: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  annotations:\n    \
             nginx.org/proxy-read-timeout: \"5 min\"\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: {host}\n    \
             http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}\n\
             ---\n"
        )
    };
    let told_of = |text: String, endpoint: &str| {
        let arguments = ["--no-config", "--format", "json", "--websocket", endpoint, "-"];
        let output = wslint().args(arguments).write_stdin(text).output().expect("it runs");
        told(&output.stdout)
    };
    let rejected =
        |lines: &[u32]| lines.iter().map(|line| format!("{line} error k8s/ingress-rejected")).collect();
    let all = || ingress("all", "a.example", "/");
    assert_eq!(told_of(all(), "/api/events"), rejected(&[6]));
    // What takes everything is not meant where another path is.
    let both = all() + &ingress("own", "b.example", "/api");
    assert_eq!(told_of(both.clone(), "/api/events"), rejected(&[18]));
    assert_eq!(told_of(both, "/apis"), rejected(&[6]));
}
