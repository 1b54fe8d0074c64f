//! What code actions have the server do that changes no file.

use serde_json::{Value, json};

use crate::client::{Client, actions_at, uri};
use crate::tree::{KEPT, LOCATION, LOST, tree};

/// The command of the action with this title for a line.
fn command(client: &mut Client, file: &std::path::Path, line: usize, title: &str) -> Value {
    let actions = client.ask("textDocument/codeAction", actions_at(file, line));
    let action = actions.as_array().expect("a list").iter().find(|action| action["title"] == title);
    action.unwrap_or_else(|| panic!("{title}: {actions:#?}"))["command"].clone()
}

fn execute(client: &mut Client, command: &Value) -> Value {
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    client.ask("workspace/executeCommand", params)
}

#[test]
fn the_page_of_a_rule_is_opened_by_the_editor_or_told() {
    let page = format!("{}/rules/nginx/upgrade-missing.html", env!("CARGO_PKG_HOMEPAGE"));
    let tree = tree(LOST);
    let title = "Open the page of nginx/upgrade-missing";
    let mut client =
        Client::with(tree.folder.path(), json!({ "window": { "showDocument": { "support": true } } }));
    let open = command(&mut client, &tree.main, LOCATION, title);
    assert_eq!(open["command"], "wslint.openRule");
    assert_eq!(execute(&mut client, &open), Value::Null);
    let shown = json!({ "uri": page, "external": true });
    assert_eq!(client.requests, [("window/showDocument".to_owned(), shown)]);
    let mut other = Client::new(tree.folder.path());
    execute(&mut other, &open);
    assert_eq!(other.shown, [page]);
}

#[test]
fn a_route_is_traced_with_what_is_in_the_buffers() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    // The line of the location, and one within it.
    for line in [LOCATION, LOCATION + 1] {
        let trace = command(&mut client, &tree.main, line, "Trace ws://localhost:8080/ws");
        assert_eq!(trace["command"], "wslint.trace");
        assert_eq!(trace["arguments"], json!(["ws://localhost:8080/ws", uri(&tree.main)]));
        let told = execute(&mut client, &trace);
        assert!(told.as_str().is_some_and(|told| told.starts_with("```text\nFAILS: ")), "{told}");
        client.open(&tree.snippet, KEPT);
        let told = execute(&mut client, &trace);
        assert!(told.as_str().is_some_and(|told| told.starts_with("```text\nWORKS: ")), "{told}");
        client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&tree.snippet) } }));
    }
}

#[test]
fn what_cannot_be_done_is_an_error() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    for (command, arguments, code) in [
        ("wslint.trace", json!(["no url", uri(&tree.main)]), -32803),
        ("wslint.trace", json!(["ws://a/ws"]), -32602),
        ("wslint.openRule", json!(["file:///etc/passwd"]), -32602),
        ("wslint.other", json!([]), -32602),
    ] {
        let params = json!({ "command": command, "arguments": arguments });
        let id = client.send_request("workspace/executeCommand", params);
        assert_eq!(client.answer(&id).error(), Some(code), "{command} {arguments}");
    }
    assert!(client.requests.is_empty() && client.shown.is_empty(), "{:?}", client.requests);
}
