//! Texts that lie nowhere on disk yet.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::client::{Client, position};
use crate::tree::{KEPT, LOST, tree};

const SERVER: &str = "server {\n    listen 8081;\n    location /ws {\n        proxy_pass http://127.0.0.1:3000;\n        include snippets/ws.conf;\n    }\n}\n";

#[test]
fn a_document_without_a_name_is_read_as_its_language_says() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    let unsaved = Path::new("untitled:Untitled-1");
    client.open_document("untitled:Untitled-1", "nginx", SERVER);
    assert_eq!(client.codes(unsaved), ["nginx/upgrade-missing"]);
    let hover = client.ask("textDocument/hover", position(unsaved, 2, 6));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("/ws")), "{hover}");
    let asked = json!({ "command": "wslint.trace", "arguments": ["ws://chat.example.com:8081/ws", "untitled:Untitled-1"] });
    let trace = client.ask("workspace/executeCommand", asked);
    assert!(trace.as_str().is_some_and(|words| words.contains("location /ws")), "{trace}");
    // Its includes start from the folder that is open, and what is open there counts.
    client.open(&tree.snippet, LOST);
    client.change(&tree.snippet, &[json!({ "text": KEPT })]);
    assert_eq!(client.codes(unsaved), [""; 0]);
    client.change(unsaved, &[json!({ "text": "server {" })]);
    assert_eq!(client.codes(unsaved), ["syntax"]);
    let haproxy = Path::new("untitled:Untitled-2");
    let text = "defaults\n    mode http\nfrontend web\n    bind :80\n    nonsense\n";
    client.open_document("untitled:Untitled-2", "haproxy", text);
    assert!(!client.codes(haproxy).is_empty());
    client.open_document("untitled:Untitled-3", "python", "server {");
    assert_eq!(client.codes(Path::new("untitled:Untitled-3")), [""; 0]);
    assert_eq!(client.close(), Some(0));
}

#[test]
fn a_file_that_is_not_written_yet_is_read_by_itself_until_it_is() {
    let tree = tree(LOST);
    let new = tree.folder.path().join("new.conf");
    let mut client = Client::new(tree.folder.path());
    client.open(&new, SERVER);
    assert_eq!(client.codes(&new), ["nginx/upgrade-missing"]);
    fs::write(&new, SERVER).expect("a file");
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": crate::client::uri(&new) } }));
    assert_eq!(client.codes(&new), ["nginx/upgrade-missing"]);
    // Standard input of the command is read the same.
    let output = assert_cmd::Command::cargo_bin("wslint")
        .expect("the command")
        .current_dir(tree.folder.path())
        .args(["--stdin-filename", "new.conf", "--format", "concise", "-"])
        .write_stdin(SERVER)
        .output()
        .expect("it runs");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("new.conf:3:5: error[nginx/upgrade-missing]"),
        "{output:?}"
    );
}
