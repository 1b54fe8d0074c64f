//! Texts that once broke a property. Most were found by the fuzzers, and are cut down to what matters.

use wslint_model::Proxy::{self, Haproxy, Nginx};
use wslint_properties::fixes;

#[test]
fn fixes_come_to_an_end() {
    let found: [(Proxy, &str); 2] = [
        // The `;` behind `proxy_pass` is forgotten, in a template, where that is no error: new lines went into the block
        // that the line takes for its own.
        (
            Nginx,
            "server {\n    location / {\n        proxy_pass http://127.0.0.1:3000\n    location /push/ {\n        \
             proxy_pass http://127.0.0.1:3001;\n    }\n{% if a %}\n}\n",
        ),
        // The unit went to the last word of the line, which is not the time.
        (
            Haproxy,
            "defaults\n    mode http\n    timeout client 30 x\n    timeout server 30s\n    timeout connect 5s\nfrontend web\n    \
             bind :80\n    default_backend app\nbackend app\n    server a 127.0.0.1:3000\n",
        ),
    ];
    for (proxy, text) in found {
        fixes(proxy, text.as_bytes());
    }
}
