//! Texts that once broke a property. Most were found by the fuzzers, and are cut down to what matters.

use wslint_embed::Format;
use wslint_model::Proxy::{self, Haproxy, Nginx};
use wslint_properties::{embed, fixes};

#[test]
fn fixes_come_to_an_end() {
    let found: [(Proxy, &str); 6] = [
        // The first quote that was written closed one that lay open.
        (
            Nginx,
            "server {\n    listen 80;\n    set $a \"{{ a }};\n    location /ws {\n        proxy_pass http://a;\n    }\n}\n",
        ),
        // The `;` behind `proxy_pass` is forgotten, in a template, where that is no error: new lines went into the block
        // that the line takes for its own.
        (
            Nginx,
            "server {\n    location / {\n        proxy_pass http://127.0.0.1:3000\n    location /push/ {\n        \
             proxy_pass http://127.0.0.1:3001;\n    }\n{% if a %}\n}\n",
        ),
        // nginx refuses the line, and `always` behind its last word changed nothing.
        (
            Nginx,
            "server {\n    listen 80;\n    location /socket.io/ {\n        add_header Access-Control-Allow-Origin * x always;\n        \
             add_header Access-Control-Allow-Origin * x;\n        proxy_pass http://127.0.0.1:3000;\n        \
             proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection \"upgrade\";\n    }\n}\n",
        ),
        // Behind a line with tags a NUL, which ends the file, was no error; behind the line that was added it was one.
        (
            Haproxy,
            "defaults\n    mode http\n    timeout client 30s\n    timeout server 30s\n    timeout connect 5s\nfrontend web\n    \
             bind :80\n    use_backend app if { hdr(Upgrade) -i websocket }\nbackend app\n    \
             server a 127.0.0.1:3000\nlisten {{ name }};\n\u{0}   server a 127.0.0.1:3000\n",
        ),
        // The tag goes on behind the line, so that what was written below the line was a part of the tag.
        (
            Haproxy,
            "defaults\n    mode http\n    timeout client 30s\n    timeout server 30s\n    timeout connect 5s\nfrontend web\n    \
             bind :80\n    use_backend app if { hdr(Upgrade) -i websocket }\nbackend app <% if name\n%>\n    \
             server a 127.0.0.1:3000\n",
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

#[test]
fn edits_stay_what_they_are_in_what_holds_them() {
    // A line feed went into the quotes of the manifest as it is, where it is a blank.
    let manifest = "apiVersion: v1\nkind: ConfigMap\ndata:\n  chat.conf: \"server {\\n\n    \\  listen 80;\\n\n    \
                    \\  location /ws {\\n\n    \\    proxy_pass http://127.0.0.1:3000;\\n\n    \\  }\\n\n    }\\n\"\n  \
                    other.conf: |\n    server {\n      listen 81;\n    }\n";
    embed(Format::Yaml, manifest.as_bytes());
    let script = format!("#!/bin/sh\nkubectl apply -f - <<'EOF'\n{manifest}EOF\n");
    embed(Format::Script, script.as_bytes());
    let indented = manifest.replace('\n', "\n    ");
    let held = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  manifest.yaml: |\n    {indented}\n");
    embed(Format::Yaml, held.as_bytes());
}
