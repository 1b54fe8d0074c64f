//! Each format as a whole: a reviewed snapshot of one small project, and the verdict of somebody else's validator.

use std::fs;

use serde_json::{Value, json};

use crate::support::{KEPT, Scratch, formats};
use crate::validators::{count_tests, validate, xml};

const APP: &str = "server {\n    listen 80;\n    location /socket.io/ {\n        proxy_pass http://127.0.0.1:3000;\n    }\n    \
                   location /ws {\n        proxy_pass http://127.0.0.1:3000;\n        proxy_http_version 1.1;\n        \
                   proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection \"upgrade\";\n        auth_basic chat;\n    }\n}\n";

/// The rules that the snapshots know, so that a new rule leaves them alone.
const RULES: &str = "nginx/upgrade-missing,nginx/read-timeout-short,nginx/auth-basic";

/// A project with an error, a warning and a note in one file, a file that nginx refuses, and a clean one.
fn project() -> Scratch {
    Scratch::new(&[
        ("app.conf", APP),
        ("broken/nginx.conf", "server {\n    listen 80\n}\n"),
        ("nginx.conf", KEPT),
    ])
}

/// The report in a format.
fn report(scratch: &Scratch, format: &str, args: &[&str]) -> String {
    scratch.run(&[&["--format", format, "--output-file", "report"], args].concat());
    let path = scratch.path().join("report");
    let text = fs::read_to_string(&path).expect("UTF-8");
    fs::remove_file(path).expect("removable");
    text
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn each_format_says_the_same_in_its_own_way() {
    let scratch = project();
    let all = &[".", "--select", RULES];
    insta::assert_snapshot!("github", report(&scratch, "github", all));
    for format in ["junit", "checkstyle"] {
        insta::assert_snapshot!(format, report(&scratch, format, all));
    }
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    insta::assert_snapshot!("gitlab", pretty(&parsed(&report(&scratch, "gitlab", all))));
    let mut sarif = parsed(&report(&scratch, "sarif", all));
    // The pages of the rules change with the rules; that they are there is told by another test.
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules") {
        rule["help"] = json!("the page");
        rule["fullDescription"] = json!("the reason");
    }
    insta::assert_snapshot!("sarif", pretty(&sarif));
    let statistics = scratch.run(&["app.conf", "--select", RULES, "--statistics"]).expect(1).stdout;
    insta::assert_snapshot!("statistics", statistics);
}

#[test]
fn every_format_is_valid_whatever_there_is_to_say() {
    let scratch = project();
    let runs = [&["."][..], &["nginx.conf"], &["absent"], &["app.conf", "--quiet"]];
    for format in &formats() {
        let reports = runs.iter().enumerate().map(|(number, args)| {
            let name = format!("{number}.report");
            scratch.write(&name, report(&scratch, format, args).as_bytes());
            scratch.path().join(name)
        });
        validate(format, &reports.collect::<Vec<_>>());
    }
}

#[test]
fn a_sarif_rule_brings_its_page() {
    let sarif = parsed(&report(&project(), "sarif", &["app.conf"]));
    let run = &sarif["runs"][0];
    for result in run["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        for field in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            assert!(rule.pointer(field).is_some_and(|text| text != ""), "{field}: {rule}");
        }
        let url = rule["helpUri"].as_str().expect("an address");
        assert!(url.ends_with(&format!("{}.html", rule["id"].as_str().expect("an id"))), "{url}");
    }
}

#[test]
fn a_sarif_fix_is_what_fix_does() {
    let scratch = project();
    let args = ["app.conf", "--select", RULES];
    let sarif = parsed(&report(&scratch, "sarif", &args));
    let mut lines: Vec<String> = APP.split_inclusive('\n').map(str::to_owned).collect();
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let mut replacements: Vec<&Value> = results
        .iter()
        .filter_map(|result| result.pointer("/fixes/0/artifactChanges/0/replacements"))
        .flat_map(|replacements| replacements.as_array().expect("a list"))
        .collect();
    replacements.dedup();
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    // From the end on, so that what is inserted moves nothing that is still to be changed.
    replacements.sort_by_key(|one| std::cmp::Reverse(number(&one["deletedRegion"]["startLine"])));
    for replacement in replacements {
        let region = &replacement["deletedRegion"];
        assert_eq!(region["startLine"], region["endLine"], "{region}");
        let line = &mut lines[number(&region["startLine"]) - 1];
        let columns = number(&region["startColumn"]) - 1..number(&region["endColumn"]) - 1;
        line.replace_range(columns, replacement["insertedContent"]["text"].as_str().expect("text"));
    }
    scratch.run(&[&args[..], &["--fix"]].concat()).expect(0);
    let fixed = fs::read_to_string(scratch.path().join("app.conf")).expect("readable");
    assert_eq!(lines.concat(), fixed);
}

#[test]
fn names_of_findings_outlive_edits_elsewhere() {
    let names = |text: &str| {
        let scratch = Scratch::new(&[("app.conf", text)]);
        let gitlab = parsed(&report(&scratch, "gitlab", &["app.conf"]));
        let names: Vec<String> =
            gitlab.as_array().expect("a list").iter().map(|issue| issue["fingerprint"].to_string()).collect();
        let sarif = parsed(&report(&scratch, "sarif", &["app.conf"]));
        let results = sarif["runs"][0]["results"].as_array().expect("results").clone();
        let of_sarif: Vec<String> =
            results.iter().map(|result| result["partialFingerprints"]["wslint/v1"].to_string()).collect();
        assert_eq!(names, of_sarif);
        names
    };
    let before = names(APP);
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len(), "{before:?}");
    let moved = APP.replace("listen 80;", "# moved\n\n    listen   80;").replace("    ", "\t");
    assert_eq!(names(&moved), before);
    // Another finding of the same words behind them leaves them their names.
    let twice = names(&format!("{APP}{APP}"));
    assert!(before.iter().all(|name| twice.contains(name)), "{before:?} {twice:?}");
}

#[test]
fn a_broken_job_is_no_success_in_any_format() {
    let scratch = project();
    let sarif = parsed(&report(&scratch, "sarif", &["broken/nginx.conf"]));
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["descriptor"]["id"], "syntax");
    assert_eq!(parsed(&report(&scratch, "gitlab", &["broken/nginx.conf"]))[0]["severity"], "blocker");
    assert!(
        report(&scratch, "github", &["broken/nginx.conf"])
            .starts_with("::error file=broken/nginx.conf,line=3,")
    );
    for (format, numbers) in [("junit", json!([1, 0, 1, 0])), ("checkstyle", json!(null))] {
        scratch.run(&["broken/nginx.conf", "--format", format, "--output-file", "report"]).expect(2);
        let path = scratch.path().join("report");
        if format == "junit" {
            assert_eq!(count_tests(&path), numbers);
        } else {
            assert_eq!(xml(&path)[3][0][3][0][1]["severity"], "error");
        }
    }
}
