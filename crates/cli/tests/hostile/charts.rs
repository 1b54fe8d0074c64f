//! Charts and overlays name other files and each other: what lies outside is not read, and what names itself comes to an end.

use std::fs;
use std::os::unix::fs::symlink;

use super::fifo;
use crate::support::{Ran, SMALL, Scratch};

/// Stands in every file that must not be read, as values and as a patch.
const CANARY: &str = "CANARY";

const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: n\n  annotations:\n    \
                       nginx.ingress.kubernetes.io/proxy-read-timeout: {{ .Values.timeout | quote }}\nspec:\n  \
                       ingressClassName: nginx\n  rules: [{host: a.example.org, http: {paths: [{path: /ws, \
                       pathType: Prefix, backend: {service: {name: n, port: {number: 80}}}}]}}]\n";

/// Lints the repository within the small budget.
fn lint(scratch: &Scratch) -> Ran {
    let flags = ["--no-config", "--severity", "info", "--format", "json", "."];
    let ran = scratch.bounded_in("repository", SMALL, &flags);
    assert!(matches!(ran.status, Some(0..=2)), "{ran:?}");
    ran
}

/// A chart in a repository, with further files.
fn chart(files: &[(&str, &str)]) -> Scratch {
    let usual = [
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
        ("chart/values.yaml", "timeout: \"30\"\n"),
        ("chart/templates/i.yaml", INGRESS),
    ];
    let all: Vec<(String, &str)> =
        usual.iter().chain(files).map(|(name, text)| (format!("repository/{name}"), *text)).collect();
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let scratch = Scratch::new(&all);
    fs::write(scratch.path().join("outside.yaml"), format!("timeout: {CANARY}\n")).expect("it is written");
    scratch
}

#[test]
fn values_and_patches_lie_in_the_territory() {
    let argo = "kind: Application\nmetadata: {name: c}\nspec: {source: {path: chart, helm: {valueFiles: \
                [../../outside.yaml, /etc/passwd, ../.git/config]}}}\n";
    let patches = "kind: Kustomization\nresources: [../chart]\npatches:\n- path: ../../outside.yaml\n  target: {kind: \
                   Ingress, name: n}\n- path: /proc/self/environ\n  target: {kind: Ingress, name: n}\n";
    for (name, text) in [
        ("install.sh", "helm upgrade c ./chart -f ../outside.yaml -f .git/config\n"),
        ("apps/c.yaml", argo),
        ("overlay/kustomization.yaml", patches),
    ] {
        let scratch = chart(&[(name, text), (".git/config", "timeout: CANARY\n")]);
        let ran = lint(&scratch);
        assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{name}: {}", ran.stdout);
    }
    for name in ["values-prod.yaml", "templates/_helpers.tpl"] {
        let scratch = chart(&[]);
        let link = scratch.path().join("repository/chart").join(name);
        symlink(scratch.path().join("outside.yaml"), link).expect("a link");
        let ran = lint(&scratch);
        assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{name}: {}", ran.stdout);
    }
}

#[test]
fn what_names_itself_comes_to_an_end() {
    let doubling: String = (0..40)
        .map(|at| {
            let next = at + 1;
            format!("{{{{- define \"n{at}\" -}}}}{{{{ include \"n{next}\" . }}}}{{{{ include \"n{next}\" . }}}}{{{{- end -}}}}\n")
        })
        .collect();
    let round = "timeout: \"{{ tpl .Values.timeout . }}{{ tpl .Values.timeout . }}\"\n";
    let aliases: String =
        (1..40).map(|at| format!("a{at}: &a{at} {{x: *a{0}, y: *a{0}}}\n", at - 1)).collect();
    let aliases = format!("a0: &a0 {{x: 30}}\n{aliases}timeout: 30\n");
    let asks = |words: &str| INGRESS.replace("{{ .Values.timeout | quote }}", words);
    let included = asks("{{ include \"n0\" . | quote }}");
    let evaluated = asks("{{ tpl .Values.timeout . | quote }}");
    let printed = asks("{{ toYaml .Values.a39 | nindent 6 }}");
    let deep =
        format!("kind: Ingress\na: {{{{ {}.Values.timeout{} }}}}\n", "(".repeat(50_000), ")".repeat(50_000));
    for files in [
        &[("chart/templates/_helpers.tpl", doubling.as_str()), ("chart/templates/i.yaml", &included)][..],
        &[("chart/values.yaml", round), ("chart/templates/i.yaml", &evaluated)],
        &[("chart/values.yaml", aliases.as_str()), ("chart/templates/i.yaml", &printed)],
        &[("chart/templates/deep.yaml", deep.as_str())],
    ] {
        lint(&chart(files));
    }
    let scratch = chart(&[("chart/charts/README.md", "")]);
    symlink("../../chart", scratch.path().join("repository/chart/charts/chart")).expect("a link");
    lint(&scratch);
}

#[test]
fn charts_that_others_depend_on_lie_in_the_territory() {
    let depends = |path: &str| {
        format!(
            "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n- {{name: d, version: 0.1.0, repository: 'file://{path}'}}\n"
        )
    };
    let ingress = INGRESS.replace("{{ .Values.timeout | quote }}", "{{ include \"outside\" . | quote }}");
    let helper = format!("{{{{- define \"outside\" -}}}}{CANARY}{{{{- end -}}}}\n");
    for path in ["../../outside", "../.git", "../link", "/etc", "../../../../../../../../etc", "~", ""] {
        let depends = depends(path);
        let scratch = chart(&[("chart/Chart.yaml", &depends), ("chart/templates/i.yaml", &ingress)]);
        for folder in ["outside", "repository/.git"] {
            scratch.write(format!("{folder}/templates/_helpers.tpl"), helper.as_bytes());
            scratch.write(format!("{folder}/Chart.yaml"), format!("name: {CANARY}\n").as_bytes());
        }
        symlink("../outside", scratch.path().join("repository/link")).expect("a link");
        let ran = lint(&scratch);
        assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{path}: {}", ran.stdout);
    }
    // What describes a chart is a regular file of the territory, too.
    for (target, name) in [
        ("/dev/zero", "Chart.yaml"),
        ("/proc/self/environ", "requirements.yaml"),
        ("../../outside.yaml", "Chart.yaml"),
        ("..", "charts"),
    ] {
        let ingress = INGRESS.replace("Values.timeout", "Chart.timeout");
        let scratch = chart(&[("chart/templates/i.yaml", &ingress)]);
        let link = scratch.path().join("repository/chart").join(name);
        let _ = fs::remove_file(&link);
        symlink(target, link).expect("a link");
        let ran = lint(&scratch);
        assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{name}: {}", ran.stdout);
    }
    for name in ["Chart.yaml", "values.yaml", "templates/_helpers.tpl", "templates/j.yaml"] {
        let scratch = chart(&[]);
        let _ = fs::remove_file(scratch.path().join("repository/chart").join(name));
        fifo(&scratch, &format!("repository/chart/{name}"));
        lint(&scratch);
    }
}

/// Each asked all others, or was written for each of them.
#[test]
fn charts_that_depend_on_each_other_come_to_an_end() {
    let dependencies = |names: &[String]| -> String {
        let one =
            |name: &String| format!("- {{name: {name}, version: 0.1.0, repository: 'file://../{name}'}}\n");
        names.iter().map(one).collect()
    };
    let names: Vec<String> = (0..120).map(|at| format!("c{at}")).collect();
    let all = |at: usize| dependencies(&names) + &format!("- {{name: c{at}, repository: 'file://.'}}\n");
    let next = |at: usize| dependencies(&names[(at + 1) % names.len()..][..1]);
    let double = |at: usize| dependencies(&names[(at + 1) % names.len()..][..1]).repeat(2);
    let makers: [&dyn Fn(usize) -> String; 3] = [&all, &next, &double];
    for make in makers {
        let mut files: Vec<(String, String)> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let text = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies:\n{}", make(at));
            files.push((format!("{name}/Chart.yaml"), text));
            files.push((
                format!("{name}/values.yaml"),
                format!("timeout: 30\nc{}: {{timeout: 40}}\n", at + 1),
            ));
            files.push((format!("{name}/templates/i.yaml"), INGRESS.to_owned()));
            let helper =
                format!("{{{{- define \"{name}\" -}}}}{{{{ include \"c{}\" . }}}}{{{{- end -}}}}\n", at + 1);
            files.push((format!("{name}/templates/_helpers.tpl"), helper));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        lint(&chart(&files));
    }
}
