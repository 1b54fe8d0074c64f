//! Files that come, go and change on disk, and several folders.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::client::{Client, uri};
use crate::tree::{KEPT, LOST, MAIN, tree};

#[test]
fn renamed_and_deleted_files_are_looked_at_where_they_are() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    let renamed = tree.folder.path().join("proxy.conf");
    fs::rename(&tree.main, &renamed).expect("a file");
    let files = json!([{ "oldUri": uri(&tree.main), "newUri": uri(&renamed) }]);
    client.notify("workspace/didRenameFiles", json!({ "files": files }));
    assert_eq!(client.codes(&tree.main), [""; 0]);
    assert_eq!(client.codes(&renamed), ["nginx/upgrade-missing"]);
    fs::remove_file(&renamed).expect("a file");
    client.notify("workspace/didDeleteFiles", json!({ "files": [{ "uri": uri(&renamed) }] }));
    assert_eq!(client.codes(&renamed), [""; 0]);
    // An open file whose place on disk is gone is a text like any other that is not written yet.
    client.open(&renamed, MAIN);
    assert_eq!(client.codes(&renamed), ["nginx/upgrade-missing"]);
    client.close_file(&renamed);
    assert_eq!(client.codes(&renamed), [""; 0]);
}

#[test]
fn a_checkout_of_many_files_is_looked_at_once_it_is_told() {
    let tree = tree(LOST);
    let names: Vec<_> =
        (0..40).map(|number| tree.folder.path().join(format!("site-{number}.conf"))).collect();
    let text = |port: usize, snippet: &str| {
        format!(
            "server {{\n    listen {port};\n    location /ws {{\n        proxy_pass http://a:1;\n{snippet}    }}\n}}\n"
        )
    };
    for (number, name) in names.iter().enumerate() {
        fs::write(name, text(9000 + number, LOST)).expect("a file");
    }
    let mut client = Client::new(tree.folder.path());
    for name in &names {
        assert_eq!(client.codes(name), ["nginx/upgrade-missing"]);
    }
    for (number, name) in names.iter().enumerate().skip(1) {
        fs::write(name, text(9000 + number, KEPT)).expect("a file");
    }
    fs::remove_file(&names[0]).expect("a file");
    for _ in 0..3 {
        client.disk_changed();
    }
    for name in &names {
        assert_eq!(client.codes(name), [""; 0], "{}", name.display());
    }
}

#[test]
fn a_client_that_watches_files_is_asked_to() {
    let tree = tree(LOST);
    let dynamic = json!({ "dynamicRegistration": true });
    let asks =
        json!({ "workspace": { "didChangeWatchedFiles": dynamic, "didChangeConfiguration": dynamic } });
    let mut client = Client::with(tree.folder.path(), asks);
    client.diagnostics(&tree.main);
    assert_eq!(client.requests.len(), 1, "{:?}", client.requests);
    let (method, params) = &client.requests[0];
    assert_eq!(method, "client/registerCapability");
    let methods: Vec<_> =
        params["registrations"].as_array().expect("a list").iter().map(|one| &one["method"]).collect();
    assert_eq!(methods, ["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"]);
}

#[test]
fn several_folders_are_looked_at_each_by_its_settings() {
    let (one, two) = (tree(LOST), tree(LOST));
    fs::write(two.folder.path().join("wslint.yaml"), "rules: {nginx/upgrade-missing: warning}\n")
        .expect("a file");
    let folder = |path: &Path| json!({ "uri": uri(path), "name": "tree" });
    let folders = [folder(one.folder.path()), folder(two.folder.path())];
    let mut client = Client::introduced(json!({ "capabilities": {}, "workspaceFolders": folders }));
    assert_eq!(client.diagnostics(&one.main)[0]["severity"], 1);
    assert_eq!(client.diagnostics(&two.main)[0]["severity"], 2);
    // A change in one says nothing of the other.
    client.open(&one.snippet, KEPT);
    assert_eq!((client.codes(&one.main).len(), client.codes(&two.main).len()), (0, 1));
    let event = json!({ "added": [], "removed": [folder(two.folder.path())] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    client.everything();
    assert_eq!(client.codes(&two.main).len(), 0);
}
