//! Installations of charts: which files of values scripts, helmfiles and Argo CD Applications give to `helm`.

use memchr::memmem::find;

use super::words::cut;
use crate::kubernetes;
use crate::yaml::{self, Document, Id, Limits, Node};

/// One installation, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// Words of which one may be the path of the chart.
    pub charts: Vec<String>,
    /// The paths of the files of values, the one that counts most last. One that a variable names is left out.
    pub files: Vec<String>,
    /// Whether the files are looked for in the chart's folder, and not from where the words stand.
    pub in_chart: bool,
}

/// Whether a text may hold any.
pub fn may_install(text: &[u8]) -> bool {
    [&b"helm"[..], b"valueFiles", b"releases:"].iter().any(|word| find(text, word).is_some())
}

/// The installations that a text holds: a helmfile, Applications of Argo CD, or commands in whatever it is.
pub fn installs(text: &[u8], is_yaml: bool) -> Vec<Install> {
    let mut found = commands(text);
    if is_yaml {
        for document in &yaml::load(text, Limits::USUAL).documents {
            found.extend(document.root().into_iter().flat_map(|root| releases(document, root)));
            for object in kubernetes::objects(document) {
                if kubernetes::kind(document, object) == Some("Application") {
                    found.extend(application(document, object));
                }
            }
        }
    }
    found.retain(|install| !install.files.is_empty() && !install.charts.is_empty());
    found
}

/// What stands around words of a shell.
const QUOTES: [char; 2] = ['"', '\''];

/// `helm upgrade`, `install` and `template`, each in its lines.
fn commands(text: &[u8]) -> Vec<Install> {
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut command = line.trim().to_owned();
        while let Some(open) = command.strip_suffix('\\') {
            command = format!("{open} {}", lines.next().unwrap_or_default().trim());
        }
        let Some(at) = command.find("helm ") else { continue };
        let Some(words) = cut(&command[at..], char::is_whitespace) else { continue };
        let verb = words.iter().position(|word| matches!(*word, "upgrade" | "install" | "template"));
        found.extend(verb.map(|verb| command_of(&words[verb + 1..])));
    }
    found
}

fn command_of(words: &[&str]) -> Install {
    let mut install = Install { charts: Vec::new(), files: Vec::new(), in_chart: false };
    let mut words = words.iter().map(|word| word.trim_matches(QUOTES));
    while let Some(word) = words.next() {
        let value = match word {
            "-f" | "--values" => words.next(),
            word => ["--values=", "-f="].iter().find_map(|flag| word.strip_prefix(flag)),
        };
        match value {
            Some(value) => install.files.extend(
                value.split(',').map(|file| file.trim_matches(QUOTES)).filter(is_known).map(str::to_owned),
            ),
            None if matches!(word, "&&" | "||" | ";" | "|") => break,
            None if !word.is_empty() && !word.starts_with('-') && is_known(&word) => {
                install.charts.push(word.to_owned());
            }
            None => {}
        }
    }
    install
}

/// The releases of a helmfile.
fn releases(document: &Document, root: Id) -> Vec<Install> {
    let items = document.get(root, "releases").map(|list| document.items(list)).unwrap_or_default();
    let release = |&item: &Id| {
        let chart = document.get(item, "chart").and_then(|id| document.word(id))?;
        let values = document.get(item, "values").map(|list| document.items(list)).unwrap_or_default();
        Some(Install { charts: vec![chart.to_owned()], files: texts(document, values), in_chart: false })
    };
    items.iter().filter_map(release).collect()
}

/// The sources of an Application.
fn application(document: &Document, object: Id) -> Vec<Install> {
    let one = document.at(object, &["spec", "source"]);
    let several =
        document.at(object, &["spec", "sources"]).map(|list| document.items(list)).unwrap_or_default();
    let source = |id: Id| {
        let path = document.get(id, "path").and_then(|id| document.word(id))?;
        let files =
            document.at(id, &["helm", "valueFiles"]).map(|list| document.items(list)).unwrap_or_default();
        Some(Install { charts: vec![path.to_owned()], files: texts(document, files), in_chart: true })
    };
    one.into_iter().chain(several.iter().copied()).filter_map(source).collect()
}

fn texts(document: &Document, items: &[Id]) -> Vec<String> {
    let text = |&id: &Id| match document.node(id) {
        Node::Scalar { text, .. } if is_known(&text.as_str()) => Some(text.clone()),
        _ => None,
    };
    items.iter().filter_map(text).collect()
}

/// Whether no variable and no expression is in a word.
fn is_known(word: &&str) -> bool {
    !word.contains(['$', '{', '*'])
}

#[cfg(test)]
mod tests {
    use super::installs;

    #[track_caller]
    fn check(text: &str, is_yaml: bool, expected: &[(&str, &[&str], bool)]) {
        let found = installs(text.as_bytes(), is_yaml);
        let found: Vec<(String, Vec<&str>, bool)> = found
            .iter()
            .map(|one| (one.charts.join(" "), one.files.iter().map(String::as_str).collect(), one.in_chart))
            .collect();
        let expected: Vec<(String, Vec<&str>, bool)> = expected
            .iter()
            .map(|(charts, files, in_chart)| ((*charts).to_owned(), files.to_vec(), *in_chart))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn commands_name_their_files() {
        check(
            "set -e\nhelm upgrade --install chat ./chart \\\n  -f chart/values-prod.yaml --values=\"extra.yaml\" -n chat\n",
            false,
            &[("chat ./chart chat", &["chart/values-prod.yaml", "extra.yaml"], false)],
        );
        check("helm upgrade chat ./chart -f values-$ENV.yaml\nhelm list\n", false, &[]);
    }

    #[test]
    fn helmfiles_and_applications_name_theirs() {
        check(
            "releases:\n- name: chat\n  chart: ./charts/chat\n  values:\n  - prod.yaml\n  - {a: 1}\n  - {{ env }}\n",
            true,
            &[("./charts/chat", &["prod.yaml"], false)],
        );
        check(
            "kind: Application\nmetadata: {name: chat}\nspec:\n  source:\n    path: deploy/chart\n    helm:\n      valueFiles: [values.yaml, values-prod.yaml]\n",
            true,
            &[("deploy/chart", &["values.yaml", "values-prod.yaml"], true)],
        );
    }
}
