//! Charts and overlays name other files and each other: what lies outside is not read, and what names itself comes to an end.

use std::fs;
use std::os::unix::fs::symlink;

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
