//! Work that nobody wants any more is given up.

use serde_json::json;

use crate::client::{Client, position};
use crate::large::large;

#[test]
fn a_cancelled_request_is_given_up() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    // The folder is not looked at yet, which takes longer than the next message.
    let hover = client.send_request("textDocument/hover", position(&tree.hosts[0], 0, 0));
    client.notify("$/cancelRequest", json!({ "id": 2 }));
    assert_eq!(client.answer(&hover).error(), Some(-32800));
    assert!(!client.everything()["items"].as_array().expect("a list").is_empty());
    assert_eq!(client.close(), Some(0));
}

#[test]
fn a_change_outdates_what_is_worked_on() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    let everything = client.send_request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    client.disk_changed();
    assert_eq!(client.answer(&everything).error(), Some(-32801));
    assert!(!client.everything()["items"].as_array().expect("a list").is_empty());
}
