//! Other people's judges: what they refuse, a service would refuse too. `scripts/install-validators` installs them; a
//! judge that is missing fails the test, since nobody has judged.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Reads an XML document with Python's parser and prints it as JSON: `[tag, attributes, text, children]`.
const XML_TO_JSON: &str = "
import json, sys, xml.etree.ElementTree as tree
def node(element):
    return [element.tag, element.attrib, element.text, [node(child) for child in element]]
json.dump(node(tree.parse(sys.argv[1]).getroot()), sys.stdout)
";

/// Reads a JUnit report and prints how many tests, failures, errors and skipped ones it holds.
const COUNT_TESTS: &str = "
import json, sys
from junitparser import Error, Failure, JUnitXml, Skipped
cases = [case for suite in JUnitXml.fromfile(sys.argv[1]) for case in suite]
kinds = [type(result) for case in cases for result in case.result]
json.dump([len(cases)] + [kinds.count(kind) for kind in (Failure, Error, Skipped)], sys.stdout)
";

fn installed(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/validators").join(name);
    assert!(path.exists(), "{} is missing: run scripts/install-validators", path.display());
    path
}

/// Runs a judge and gives what it prints; panics with its words if it refuses.
fn judge(program: &str, args: &[&Path]) -> String {
    let output = Command::new(installed("venv/bin").join(program)).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: run scripts/install-validators"));
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {args:?}:\n{said}\n{complained}");
    said.into_owned()
}

fn python(program: &str, file: &Path) -> Value {
    let said = judge("python", &[Path::new("-c"), Path::new(program), file]);
    serde_json::from_str(&said).expect("Python writes JSON")
}

fn json_schema(schema: &Path, reports: &[PathBuf]) {
    let mut args: Vec<&Path> = ["--regex-variant", "nonunicode", "--schemafile"].map(Path::new).to_vec();
    args.push(schema);
    args.extend(reports.iter().map(PathBuf::as_path));
    judge("check-jsonschema", &args);
}

/// Has reports judged, if there is a judge of their format.
pub(crate) fn validate(format: &str, reports: &[PathBuf]) {
    match format {
        "json" | "probe" | "prove" | "compare" => {
            let name = if format == "json" { "report" } else { format };
            let schema = format!("docs/{name}.schema.json");
            json_schema(&Path::new(env!("CARGO_MANIFEST_DIR")).join(schema), reports);
        }
        "sarif" => json_schema(&installed("sarif.schema.json"), reports),
        "gitlab" | "rdjson" => {
            let name = if format == "gitlab" { "gitlab-code-quality" } else { "rdjson" };
            let schema = format!("crates/cli/tests/{name}.schema.json");
            json_schema(&Path::new(env!("CARGO_MANIFEST_DIR")).join(schema), reports);
        }
        "junit" => {
            let schema = installed("junit.xsd");
            let mut args = vec![Path::new("--schema"), &schema];
            args.extend(reports.iter().map(PathBuf::as_path));
            judge("xmlschema-validate", &args);
        }
        "checkstyle" => reports.iter().for_each(|report| drop(xml(report))),
        _ => {}
    }
}

/// An XML document as Python's parser reads it: `[tag, attributes, text, children]`.
pub(crate) fn xml(file: &Path) -> Value {
    python(XML_TO_JSON, file)
}

/// The numbers of tests, failures, errors and skipped ones, as junitparser counts them.
pub(crate) fn count_tests(file: &Path) -> Value {
    python(COUNT_TESTS, file)
}
