//! The settings of an editor.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, position, uri};
use crate::tree::{LOCATION, LOST, tree};

fn introduced(settings: &Value, capabilities: &Value, folder: &std::path::Path) -> Client {
    let folder = json!({ "uri": uri(folder), "name": "tree" });
    Client::introduced(json!({
        "capabilities": capabilities, "workspaceFolders": [folder], "initializationOptions": settings
    }))
}

fn change(client: &mut Client, settings: &Value) {
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
}

#[test]
fn settings_hold_from_the_beginning_and_when_they_change() {
    let tree = tree(LOST);
    let quiet = tree.folder.path().join("quiet.yaml");
    fs::write(&quiet, "rules: {nginx/upgrade-missing: off}\n").expect("a file");
    let mut client = introduced(&json!({ "config": "quiet.yaml" }), &json!({}), tree.folder.path());
    assert_eq!(client.codes(&tree.main), [""; 0]);
    change(&mut client, &json!({ "wslint": {} }));
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    change(&mut client, &json!({ "wslint": { "severity": "loud" } }));
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"], "what was set before holds");
    assert!(client.shown[0].contains("`wslint.severity` is \"loud\""), "{:?}", client.shown);
}

#[test]
fn a_client_is_asked_for_its_settings() {
    let tree = tree(LOST);
    let asks = json!({ "workspace": { "configuration": true } });
    let mut client = introduced(&json!(null), &asks, tree.folder.path());
    client.settings = json!({ "config": "none.yaml" });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    for _ in 0..2 {
        client.diagnostics(&tree.main);
    }
    let asked = client.requests.iter().filter(|(method, _)| method == "workspace/configuration").count();
    assert_eq!(asked, 2, "{:?}", client.requests);
    assert_eq!(client.requests[0].1, json!({ "items": [{ "section": "wslint" }] }));
    assert!(client.shown.iter().any(|shown| shown.contains("none.yaml")), "{:?}", client.shown);
}

#[test]
fn what_is_milder_than_wanted_is_not_told() {
    let tree = tree(
        "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\nproxy_http_version 1.1;\n",
    );
    let mut client = Client::new(tree.folder.path());
    let all = client.diagnostics(&tree.main).len();
    change(&mut client, &json!({ "wslint": { "severity": "warning" } }));
    let warnings = client.diagnostics(&tree.main);
    assert!(warnings.iter().all(|told| told["severity"] != 4), "{warnings:#?}");
    change(&mut client, &json!({ "wslint": { "severity": "error" } }));
    let errors = client.diagnostics(&tree.main);
    assert!(errors.len() < warnings.len() && warnings.len() <= all, "{warnings:#?}\n{errors:#?}");
}

#[test]
fn hints_are_off_unless_they_are_wanted() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": uri(&tree.main) }, "range": range });
    assert_eq!(client.ask("textDocument/inlayHint", params.clone()), Value::Null);
    change(&mut client, &json!({ "wslint": { "inlayHints": true } }));
    let hints = client.ask("textDocument/inlayHint", params);
    assert_eq!(hints.as_array().map(Vec::len), Some(1), "{hints:#?}");
    assert_eq!(hints[0]["position"]["line"], LOCATION);
    assert_eq!(hints[0]["label"], "handshake fails");
    // The same as hover says.
    let hover = client.ask("textDocument/hover", position(&tree.main, LOCATION, 12));
    assert!(
        hover["contents"]["value"].as_str().is_some_and(|text| text.contains("handshake: `fails")),
        "{hover}"
    );
}

#[test]
fn the_target_version_is_a_setting() {
    let tree = tree(LOST);
    let settings = json!({ "nginxVersion": "1.29.7" });
    let mut client = introduced(&settings, &json!({}), tree.folder.path());
    let hover = client.ask("textDocument/hover", position(&tree.snippet, 0, 3));
    assert!(
        hover["contents"]["value"].as_str().is_some_and(|text| text.contains("default in 1.29.7")),
        "{hover}"
    );
}
