//! A small tree that the tests edit.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The main file.
pub(crate) const MAIN: &str = "events {}\nhttp {\n    server {\n        listen 127.0.0.1:8080;\n        location /ws {\n            \
                    proxy_pass http://127.0.0.1:3000;\n            include snippets/ws.conf;\n        }\n    }\n}\n";
/// A snippet that loses the `Upgrade` header, and one that keeps it.
pub(crate) const LOST: &str = "proxy_http_version 1.1;\n";
pub(crate) const KEPT: &str = "proxy_http_version 1.1;\nproxy_set_header Host $http_host;\nproxy_set_header Upgrade $http_upgrade;\n\
                    proxy_set_header Connection \"upgrade\";\nproxy_read_timeout 1d;\nproxy_send_timeout 1d;\n";
/// The line of the location, from 0.
pub(crate) const LOCATION: usize = 4;

/// A main file whose location includes a snippet.
pub(crate) struct Tree {
    pub(crate) folder: TempDir,
    pub(crate) main: PathBuf,
    pub(crate) snippet: PathBuf,
}

/// A tree with this snippet.
pub(crate) fn tree(snippet: &str) -> Tree {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, below) = (folder.path().join("nginx.conf"), folder.path().join("snippets"));
    fs::create_dir(&below).expect("a folder");
    fs::write(&main, MAIN).expect("a file");
    fs::write(below.join("ws.conf"), snippet).expect("a file");
    Tree { main, snippet: below.join("ws.conf"), folder }
}

/// A change that replaces a whole text.
pub(crate) fn whole(text: &str) -> Value {
    json!({ "text": text })
}
