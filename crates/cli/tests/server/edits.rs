//! Whatever is typed, the server says afterwards what a fresh run would say.

use std::fs;

use proptest::prelude::*;
use serde_json::json;

use crate::client::Client;
use crate::equal::{agree, said, told};

const MAIN: &str = "events {}\nhttp {\n    include snippet.conf;\n    server {\n        listen 80;\n        location /ws {\n            \
                    proxy_pass http://app:3000;\n        }\n    }\n}\n";

/// An edit: what part of the text goes, in thousandths, how much, and what comes.
fn edit() -> impl Strategy<Value = (usize, usize, String)> {
    let text = prop_oneof![
        "[a-z;{}\" \n#$é😀]{0,6}",
        Just("proxy_set_header Upgrade $http_upgrade;\n".to_owned()),
        Just("location /socket.io/ { proxy_pass http://app:3000; }\n".to_owned()),
        Just("proxy_read_timeout 1d;".to_owned()),
    ];
    (0..1000usize, 0..20usize, text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_edits_leave_what_a_fresh_run_says(edits in prop::collection::vec(edit(), 1..12)) {
        let folder = tempfile::tempdir().expect("a folder");
        let main = folder.path().join("nginx.conf");
        fs::write(&main, MAIN).expect("a file");
        fs::write(folder.path().join("snippet.conf"), "proxy_http_version 1.1;\n").expect("a file");
        let mut client = Client::with(folder.path(), json!({ "general": { "positionEncodings": ["utf-8"] } }));
        let mut text = MAIN.to_owned();
        client.open(&main, &text);
        for (place, length, new) in edits {
            let boundary = |at: usize| (at..=text.len()).find(|&at| text.is_char_boundary(at));
            let start = boundary(text.len() * place / 1000).expect("the end is one");
            let end = boundary((start + length).min(text.len())).expect("the end is one");
            let at = |offset: usize| {
                let before = &text[..offset];
                let line = before.matches('\n').count();
                json!({ "line": line, "character": offset - before.rfind('\n').map_or(0, |at| at + 1) })
            };
            let range = json!({ "start": at(start), "end": at(end) });
            text.replace_range(start..end, &new);
            client.change(&main, &[json!({ "range": range, "text": new })]);
        }
        client.diagnostics(&main);
        fs::write(&main, &text).expect("a file");
        let (said, told) = (said(folder.path()), told(&client));
        // Of a broken file the server keeps what it knew of the others.
        let broken = said.values().flatten().any(|(_, code, _)| code == "syntax");
        prop_assert!(broken || agree(&said, &told), "{text}\n{said:#?}\n{told:#?}");
        prop_assert_eq!(client.close(), Some(0));
    }
}
