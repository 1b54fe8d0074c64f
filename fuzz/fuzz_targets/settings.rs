#![no_main]

use std::ffi::OsString;

use libfuzzer_sys::fuzz_target;
use wslint_properties::{Entry, command, grammar, text};

const MAIN: &str = "events {}\nhttp {\n    server {\n        listen 80;\n        location /ws {\n            \
                    proxy_pass http://127.0.0.1:3000;\n        }\n    }\n}\n";

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = [("wslint.yaml", text(bytes, grammar::settings).into_owned()), ("nginx.conf", MAIN.into())];
    let entries = entries.map(|(path, content)| (path.to_owned(), Entry::File(content)));
    command(&entries, folder.path(), |arguments| {
        wslint::run(["wslint"].iter().chain(arguments).map(OsString::from))
    });
});
