//! Texts that once broke a property. Most were found by the fuzzers, and are cut down to what matters.

use wslint_model::Proxy::{self, Haproxy, Nginx};
use wslint_properties::fixes;

#[test]
fn fixes_come_to_an_end() {
    let found: [(Proxy, &str); 4] = [
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
