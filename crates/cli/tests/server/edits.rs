//! Whatever is typed, the server says afterwards what a fresh run would say. `WSLINT_EDITS` says how many edits are tried.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::client::Client;
use crate::equal::{Told, agree, said, told};

/// The files that are edited; each is a part of what the server looks at.
const FILES: [(&str, &str); 4] = [
    (
        "nginx.conf",
        "events {}\nhttp {\n    include snippet.conf;\n    server {\n        listen 80;\n        location /ws {\n            \
         proxy_pass http://app:3000;\n        }\n    }\n}\n",
    ),
    ("snippet.conf", "proxy_http_version 1.1;\n"),
    (
        "haproxy.cfg",
        "defaults\n    mode http\n    timeout client 30s\n    timeout connect 5s\n    timeout server 30s\nfrontend web\n    bind :8080\n    \
         acl ws path_beg /socket.io\n    use_backend app if ws\n    default_backend app\nbackend app\n    balance roundrobin\n    \
         server one 10.0.0.1:80\n    server two 10.0.0.2:80\n",
    ),
    (
        "configmap.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  nginx.conf: |\n    events {}\n    http {\n      server {\n        \
         location /ws { proxy_pass http://app; }\n      }\n    }\n",
    ),
];

/// How many edits one server gets, and after how many of them it is held against a fresh run.
const EDITS: usize = 20;
const BATCH: usize = 5;

/// How many edits are tried where nobody says.
const FEW: usize = 60;

/// An edit: of which file, what part of the text goes, how much, and what comes.
fn edit() -> impl Strategy<Value = (Index, Index, usize, String)> {
    let text = prop_oneof![
        "[a-z;{}\" \n#$é😀]{0,6}",
        Just(String::new()),
        Just("proxy_set_header Upgrade $http_upgrade;\n".to_owned()),
        Just("location /socket.io/ { proxy_pass http://app:3000; }\n".to_owned()),
        Just("proxy_read_timeout 1d;".to_owned()),
        Just("    timeout tunnel 1h\n".to_owned()),
        Just("# wslint: ignore[nginx/upgrade-missing] tried\n".to_owned()),
        Just("include snippet.conf;".to_owned()),
    ];
    (any::<Index>(), any::<Index>(), 0..20usize, text)
}

/// A place of a text, counted in bytes.
fn place(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    json!({ "line": line, "character": offset - before.rfind('\n').map_or(0, |at| at + 1) })
}

/// Makes an edit in a text, and tells it to the server.
fn type_in(client: &mut Client, file: &Path, text: &mut String, (at, length, new): (&Index, usize, &str)) {
    let boundary =
        |at: usize| (at..=text.len()).find(|&at| text.is_char_boundary(at)).expect("the end is one");
    let start = boundary(at.index(text.len() + 1));
    let end = boundary((start + length).min(text.len()));
    let range = json!({ "start": place(text, start), "end": place(text, end) });
    text.replace_range(start..end, new);
    client.change(file, &[json!({ "range": range, "text": new })]);
}

fn cases() -> u32 {
    let wanted = std::env::var("WSLINT_EDITS").ok().map(|number| number.parse().expect("a number"));
    u32::try_from(wanted.unwrap_or(FEW).div_ceil(EDITS)).expect("not that many")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_edits_leave_what_a_fresh_run_says(edits in prop::collection::vec(edit(), EDITS)) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut texts: Vec<(PathBuf, String)> =
            FILES.iter().map(|(name, text)| (folder.path().join(name), (*text).to_owned())).collect();
        for (file, text) in &texts {
            fs::write(file, text).expect("a file");
        }
        let mut client = Client::with(folder.path(), json!({ "general": { "positionEncodings": ["utf-8"] } }));
        for (file, text) in &texts {
            client.open(file, text);
        }
        for batch in edits.chunks(BATCH) {
            for (file, at, length, new) in batch {
                let (file, text) = file.get_mut(&mut texts);
                type_in(&mut client, file, text, (at, *length, new));
            }
            client.everything();
            for (file, text) in &texts {
                fs::write(file, text).expect("a file");
            }
            let (said, told) = (said(folder.path()), told(&client));
            // Where a file is broken, the server keeps what it knew of the others, also what was wrong with them.
            let broken = client.broken();
            let is_broken = |path: &PathBuf| {
                // A note says that what the file holds is not read for certain.
                let syntax = |(_, code, message): &(u64, String, String)| {
                    code == "syntax" && !message.starts_with("not read to its end")
                };
                broken.contains(path) && said.get(path).is_some_and(|told| told.iter().any(syntax))
            };
            let of_broken = |all: &BTreeMap<PathBuf, Told>| -> BTreeMap<PathBuf, Told> {
                let all = all.clone().into_iter();
                all.filter(|(path, _)| broken.is_empty() || is_broken(path)).collect()
            };
            let (said, told) = (of_broken(&said), of_broken(&told));
            prop_assert!(agree(&said, &told), "{texts:#?}\n{said:#?}\n{told:#?}");
        }
        prop_assert_eq!(client.close(), Some(0));
    }
}
