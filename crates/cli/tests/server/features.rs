//! What an editor asks for.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, actions_at, edited, position, uri};
use crate::tree::{KEPT, LOCATION, LOST, MAIN, tree, whole};

#[test]
fn a_change_in_a_snippet_tells_in_the_file_that_includes_it() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    client.open(&tree.snippet, LOST);
    client.change(&tree.snippet, &[whole(KEPT)]);
    assert_eq!(client.codes(&tree.main), [""; 0]);
    // The file on disk holds again.
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&tree.snippet) } }));
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    fs::write(&tree.snippet, KEPT).expect("a file");
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(client.codes(&tree.main), [""; 0]);
    assert_eq!(client.close(), Some(0));
    assert_eq!(fs::read_to_string(&tree.snippet).expect("a file"), KEPT, "nothing was written");
}

#[test]
fn a_broken_buffer_keeps_what_is_said_of_the_others() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    client.open(&tree.snippet, LOST);
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    let end = json!({ "line": 0, "character": 22 });
    client.change(&tree.snippet, &[json!({ "range": { "start": end, "end": end }, "text": " {" })]);
    assert!(client.codes(&tree.snippet).contains(&"syntax".to_owned()));
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    client.change(&tree.snippet, &[whole(KEPT)]);
    assert_eq!(client.codes(&tree.snippet), [""; 0]);
    assert_eq!(client.codes(&tree.main), [""; 0]);
}

#[test]
fn a_finding_is_fixed() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    client.open(&tree.main, MAIN);
    let actions = client.ask("textDocument/codeAction", actions_at(&tree.main, LOCATION));
    let action = |title: &str| {
        let actions = actions.as_array().expect("a list");
        actions
            .iter()
            .find(|action| action["title"] == title)
            .unwrap_or_else(|| panic!("{title}: {actions:#?}"))
    };
    for title in ["Fix nginx/upgrade-missing", "Fix all that wslint can fix safely"] {
        client.change(&tree.main, &[whole(&edited(MAIN, action(title), &tree.main))]);
        assert!(!client.codes(&tree.main).contains(&"nginx/upgrade-missing".to_owned()), "{title}");
        client.change(&tree.main, &[whole(MAIN)]);
        assert!(client.codes(&tree.main).contains(&"nginx/upgrade-missing".to_owned()), "{title}");
    }
    let accept = action("Accept nginx/upgrade-missing with a reason");
    let accepted = edited(MAIN, accept, &tree.main);
    client.change(&tree.main, &[whole(&accepted)]);
    assert!(!client.codes(&tree.main).contains(&"nginx/upgrade-missing".to_owned()), "{accepted}");
    assert!(accepted.contains("        # wslint: ignore[nginx/upgrade-missing] "), "{accepted}");
}

#[test]
fn only_the_kinds_that_are_asked_for_are_offered() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    for (kind, titles) in [
        ("source", &["Fix all that wslint can fix safely"][..]),
        ("source.fixAll.wslint", &["Fix all that wslint can fix safely"]),
        ("refactor", &[]),
        ("quick", &[]),
    ] {
        let mut params = actions_at(&tree.main, LOCATION);
        params["context"]["only"] = json!([kind]);
        let actions = client.ask("textDocument/codeAction", params);
        let offered: Vec<&str> = actions
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|action| action["title"].as_str())
            .collect();
        assert_eq!(offered, titles, "{kind}");
    }
}

#[test]
fn a_location_tells_what_becomes_of_a_handshake() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    let hover = client.ask("textDocument/hover", position(&tree.main, LOCATION, 12));
    insta::assert_snapshot!(hover["contents"]["value"].as_str().expect("Markdown"));
    assert_eq!(client.ask("textDocument/hover", position(&tree.main, 8, 0)), Value::Null);
}

/// Line and column, from 0, of the place in a text that a mark stands in front of, and the text without the marks.
fn marked(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut plain, mut places) = (String::new(), Vec::new());
    for (number, part) in text.split('|').enumerate() {
        if number > 0 {
            let column = plain.len() - plain.rfind('\n').map_or(0, |at| at + 1);
            places.push((plain.matches('\n').count(), column));
        }
        plain.push_str(part);
    }
    (plain, places)
}

/// `file:line:column` of each location, from 0.
fn places(locations: &Value) -> Vec<String> {
    let place = |location: &Value| {
        let (uri, start) = (location["uri"].as_str().expect("a URI"), &location["range"]["start"]);
        format!("{}:{}:{}", uri.rsplit('/').next().expect("a name"), start["line"], start["character"])
    };
    let mut places: Vec<String> = locations.as_array().expect("a list").iter().map(place).collect();
    places.sort();
    places
}

/// A Service, an Ingress, a ConfigMap and a Pod, with names that may be marked.
fn manifest(
    service: &str,
    label: &str,
    backend: &str,
    map: &str,
    volume: &str,
    key: &str,
    item: &str,
) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {service}\nspec:\n  selector: {{ app: {label} }}\n  ports: [{{ port: 80 }}]\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  ingressClassName: nginx\n  rules:\n    - http:\n        \
         paths:\n          - path: /ws\n            pathType: Prefix\n            backend:\n              service:\n                \
         name: {backend}\n                port: {{ number: 80 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {map}\ndata:\n  \
         {key}: text\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: other\nspec:\n  containers: []\n  volumes:\n    - name: files\n      \
         configMap:\n        name: {volume}\n        items: [{{ key: {item}, path: a }}]\n"
    )
}

#[test]
fn names_lead_to_their_definitions_and_uses() {
    for (name, text) in [
        // The first mark is the definition, the others are uses.
        (
            "nginx.conf",
            "events {}\nhttp {\n    upstream |app { server a:1; }\n    server {\n        location / { proxy_pass http://|app/x; }\n        \
             location /b { proxy_pass \"http://|app\"; }\n    }\n}\n",
        ),
        (
            "nginx.conf",
            "events {}\nhttp {\n    map $http_upgrade $|conn { default upgrade; }\n    server {\n        location / {\n            \
             proxy_set_header Connection $|conn;\n            proxy_set_header X \"a${|conn}b\";\n            proxy_pass http://a;\n        }\n    }\n}\n",
        ),
        (
            "nginx.conf",
            "events {}\nhttp {\n    server {\n        location |@app { proxy_pass http://a; }\n        location / { try_files $uri |@app; }\n    }\n}\n",
        ),
        (
            "haproxy.cfg",
            "defaults\n    mode http\nfrontend web\n    bind :80\n    use_backend |app if TRUE\n    default_backend |app\nbackend |app\n    server a 127.0.0.1:1\n",
        ),
        (
            "haproxy.cfg",
            "frontend web\n    acl |ws path_beg /ws\n    use_backend app if |ws !|ws\nfrontend other\n    acl ws path /\nbackend app\n    server a 127.0.0.1:1\n",
        ),
        (
            "haproxy.cfg",
            "userlist |people\n    user one insecure-password two\nfrontend web\n    bind :80\n    http-request auth unless { http_auth(|people) }\n    \
             acl admin http_auth_group(|people) admins\n    default_backend app\nbackend app\n    server a 127.0.0.1:1\n",
        ),
        ("ingress.yaml", &manifest("|app", "app", "|app", "web", "web", "nginx.conf", "nginx.conf")),
        ("ingress.yaml", &manifest("app", "app", "app", "|web", "|web", "nginx.conf", "nginx.conf")),
        ("ingress.yaml", &manifest("app", "app", "app", "web", "web", "|nginx.conf", "|nginx.conf")),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(name);
        let (text, mut marks) = marked(text);
        fs::write(&file, &text).expect("a file");
        if text.starts_with("defaults") {
            marks.rotate_right(1);
        }
        let mut client = Client::new(folder.path());
        let at = |(line, column): &(usize, usize)| format!("{name}:{line}:{column}");
        let (mut all, mut uses): (Vec<String>, Vec<String>) =
            (marks.iter().map(at).collect(), marks[1..].iter().map(at).collect());
        all.sort();
        uses.sort();
        for &(line, column) in &marks {
            let place = position(&file, line, column);
            let found = client.ask("textDocument/definition", place.clone());
            assert_eq!(places(&found), [at(&marks[0])], "{text}");
            for (with, expected) in [(true, &all), (false, &uses)] {
                let mut place = place.clone();
                place["context"] = json!({ "includeDeclaration": with });
                assert_eq!(&places(&client.ask("textDocument/references", place)), expected, "{text}");
            }
        }
    }
}

/// What is offered at the mark of a text.
fn offered(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    let (text, marks) = marked(text);
    fs::write(&file, &text).expect("a file");
    let mut client = Client::new(folder.path());
    let (line, column) = marks[0];
    let items = client.ask("textDocument/completion", position(&file, line, column));
    let label = |item: &Value| item["label"].as_str().expect("a label").to_owned();
    items.as_array().expect("a list").iter().map(label).collect()
}

#[test]
fn words_are_offered_by_context_and_version() {
    let nginx =
        |inner: &str| format!("events {{}}\nhttp {{\n    upstream app {{ server a:1; }}\n{inner}\n}}\n");
    for (name, text, yes, no) in [
        ("nginx.conf", nginx("    server { location / { prox|\n } }"), "proxy_read_timeout", "listen"),
        ("nginx.conf", nginx("    server {\n        # here\n        |\n    }"), "listen", "worker_processes"),
        ("nginx.conf", nginx("    server { location / { proxy_pass http://|; } }"), "app", "listen"),
        (
            "nginx.conf",
            nginx("    map $uri $kind { default a; }\n    server { location / { set $x $|; } }"),
            "kind",
            "app",
        ),
        // It came with 1.29.3.
        ("nginx.conf", nginx("    server { | }"), "add_header", "add_header_inherit"),
        (
            "haproxy.cfg",
            "frontend web\n    bind :80\n    |\nbackend app\n    server a 127.0.0.1:1\n".to_owned(),
            "use_backend",
            "server",
        ),
        (
            "haproxy.cfg",
            "frontend web\n    bind :80\nbackend app\n    |\n    server a 127.0.0.1:1\n".to_owned(),
            "server",
            "use_backend",
        ),
        (
            "haproxy.cfg",
            "frontend web\n    use_backend |\nbackend app\n    server a 127.0.0.1:1\n".to_owned(),
            "app",
            "web",
        ),
        (
            "haproxy.cfg",
            "frontend web\n    acl ws path /\n    use_backend app if |\nbackend app\n    acl other path /\n"
                .to_owned(),
            "ws",
            "other",
        ),
        (
            "haproxy.cfg",
            "frontend web\n    option http|\nbackend app\n    server a 127.0.0.1:1\n".to_owned(),
            "http-server-close",
            "bind",
        ),
        ("haproxy.cfg", "global\n    |\nfrontend web\n    bind :80\n".to_owned(), "maxconn", "use_backend"),
        ("haproxy.cfg", "frontend web\n    bind :80\n|\n".to_owned(), "backend", "bind"),
    ] {
        let offered = offered(name, &text);
        let offers = |word: &str| offered.iter().any(|offered| offered == word);
        assert!(offers(yes) && !offers(no), "{yes}, not {no}: {text}\n{offered:?}");
    }
}

#[test]
fn a_directive_tells_what_it_is() {
    let (text, marks) = marked(
        "events {}\nhttp {\n    server {\n        location / {\n            |proxy_read_timeout 1h;\n        }\n    }\n}\n",
    );
    let haproxy = "defaults\n    mode http\n    timeout tunnel 1h\nfrontend web\n    bind :80\n";
    let folder = tempfile::tempdir().expect("a folder");
    let (nginx_file, haproxy_file) = (folder.path().join("nginx.conf"), folder.path().join("haproxy.cfg"));
    fs::write(&nginx_file, text).expect("a file");
    fs::write(&haproxy_file, haproxy).expect("a file");
    let mut client = Client::new(folder.path());
    let mut hover = |file: &Path, line, column| {
        let hover = client.ask("textDocument/hover", position(file, line, column));
        hover["contents"]["value"].as_str().expect("Markdown").to_owned()
    };
    insta::assert_snapshot!(hover(&nginx_file, marks[0].0, marks[0].1));
    insta::assert_snapshot!(hover(&haproxy_file, 2, 6));
}

#[test]
fn a_keyword_of_haproxy_tells_its_default_in_the_version() {
    let (text, marks) = marked(
        "global\n    tune.bufsi|ze 32768\ndefaults\n    re|tries 2\n    no option http-server-|close\nresolvers dns\n    resolve_|retries 2\n\
         frontend web\n    bind :80 accept-|proxy alpn h2\nbackend app\n    bal|ance source\n    server a 127.0.0.1:1 source 127.0.0.2 in|ter 5s che|ck\n",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("haproxy.cfg");
    fs::write(&file, text).expect("a file");
    let told = |version: &str| {
        let options = json!({ "haproxyVersion": version });
        let folder = json!({ "uri": uri(folder.path()), "name": "tree" });
        let mut client = Client::introduced(
            json!({ "capabilities": {}, "workspaceFolders": [folder], "initializationOptions": options }),
        );
        let mut hover = |&(line, column): &(usize, usize)| {
            let hover = client.ask("textDocument/hover", position(&file, line, column));
            let words = hover["contents"]["value"].as_str().unwrap_or_default().to_owned();
            words.rsplit("---").next().expect("a part").trim().to_owned()
        };
        marks.iter().map(&mut hover).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told("2.6"));
    // Servers are chosen at random from then on.
    assert!(told("3.2").contains("default in 3.2.0: `roundrobin`"));
    assert!(told("3.3").contains("default in 3.3.0: `random`"));
}

#[test]
fn a_path_of_an_ingress_and_a_text_in_a_manifest_tell_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ingress, map) = (folder.path().join("ingress.yaml"), folder.path().join("map.yaml"));
    fs::write(&ingress, manifest("app", "app", "app", "web", "web", "a", "a")).expect("a file");
    fs::write(folder.path().join("wslint.yaml"), "controllers: [{name: ingress-nginx}]\n").expect("a file");
    let (text, marks) = marked(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: proxy\ndata:\n  nginx.conf: LINES\n    events {}\n    http {\n      server {\n        \
         |location /ws {\n          |proxy_pass http://app;\n          proxy_read|_timeout 5s;\n        }\n      }\n    }\n",
    );
    fs::write(&map, text.replace("LINES", "|")).expect("a file");
    let mut client = Client::new(folder.path());
    let mut hover = |file: &Path, line, column| {
        let hover = client.ask("textDocument/hover", position(file, line, column));
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let path =
        fs::read_to_string(&ingress).expect("a file").lines().position(|line| line.contains("path: /ws"));
    let told = hover(&ingress, path.expect("a path"), 14);
    assert!(told.contains("- handshake: `succeeds`") && told.contains("- idle-timeout: `60 s"), "{told}");
    let told = hover(&map, marks[0].0, marks[0].1);
    assert!(told.contains("- handshake: `fails"), "{told}");
    let told = hover(&map, marks[1].0, marks[1].1 + 3);
    assert!(told.contains("- `proxy_pass` of ngx_http_proxy_module"), "{told}");
    let (line, column) = marks[2];
    let offered = client.ask("textDocument/completion", position(&map, line, column)).to_string();
    assert!(offered.contains("proxy_read_timeout") && !offered.contains("worker_processes"), "{offered}");
}

#[test]
fn an_include_leads_to_the_file() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    let found = client.ask("textDocument/definition", position(&tree.main, 6, 25));
    assert_eq!(places(&found), ["ws.conf:0:0"]);
    assert_eq!(client.ask("textDocument/definition", position(&tree.main, 0, 2)), Value::Null);
}

#[test]
fn a_file_has_an_outline() {
    let tree = tree(LOST);
    let haproxy = "global\n    log stdout local0\nfrontend web\n    bind :80\n    default_backend app\nbackend app\n    server a 127.0.0.1:1\n";
    let haproxy_file = tree.folder.path().join("haproxy.cfg");
    fs::write(&haproxy_file, haproxy).expect("a file");
    let mut client = Client::new(tree.folder.path());
    let mut outline = |file: &Path| {
        let document = json!({ "textDocument": { "uri": uri(file) } });
        let symbols = client.ask("textDocument/documentSymbol", document);
        let mut lines = Vec::new();
        outline_of(&symbols, 0, &mut lines);
        lines.join("\n")
    };
    assert_eq!(outline(&tree.main), "http 1-9\n  server 127.0.0.1:8080 2-8\n    location /ws 4-7");
    let sections = "global 0-1\nfrontend web 2-4\nbackend app 5-6\n  server a 6-6";
    assert_eq!(outline(&haproxy_file), sections);
}

#[test]
fn the_deepest_nesting_has_an_outline() {
    let tree = tree(LOST);
    let text = format!("{}{}", "location / {".repeat(50_000), "}".repeat(50_000));
    let mut client = Client::new(tree.folder.path());
    client.open(&tree.snippet, &text);
    let document = json!({ "textDocument": { "uri": uri(&tree.snippet) } });
    assert!(client.ask("textDocument/documentSymbol", document).is_array());
    assert_eq!(client.close(), Some(0));
}

#[test]
fn a_query_finds_symbols_of_all_files() {
    let tree = tree(LOST);
    let folder = tree.folder.path();
    let haproxy = "frontend web\n    bind :80\n    acl is_ws path /ws\n    use_backend app if is_ws\nbackend app\n    server a 127.0.0.1:1\n";
    fs::write(folder.join("haproxy.cfg"), haproxy).expect("a file");
    fs::write(folder.join("app.yaml"), manifest("app", "app", "app", "web", "web", "a", "a"))
        .expect("a file");
    let mut client = Client::new(folder);
    let mut found = |query: &str| {
        let symbols = client.ask("workspace/symbol", json!({ "query": query }));
        let name = |symbol: &Value| {
            let container =
                symbol["containerName"].as_str().map(|name| format!(" in {name}")).unwrap_or_default();
            format!("{}{container}", symbol["name"].as_str().expect("a name"))
        };
        symbols.as_array().expect("a list").iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(found("/WS"), ["location /ws in server 127.0.0.1:8080"]);
    assert_eq!(found("acl is"), ["acl is_ws in frontend web"]);
    assert_eq!(found("lcws"), ["location /ws in server 127.0.0.1:8080"]);
    assert_eq!(found("ConfigMap"), ["ConfigMap web"]);
    assert_eq!(found("nothing of this name"), [""; 0]);
    let all = found("");
    for part in ["http", "backend app", "server a in backend app"] {
        assert!(all.contains(&part.to_owned()), "{part}: {all:?}");
    }
    // What is typed counts, saved or not.
    client.open(&tree.main, &MAIN.replace("location /ws", "location /renamed"));
    let symbols = client.ask("workspace/symbol", json!({ "query": "renamed" }));
    assert_eq!(symbols[0]["location"]["uri"], uri(&tree.main));
}

fn outline_of(symbols: &Value, depth: usize, lines: &mut Vec<String>) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let (name, range) = (symbol["name"].as_str().expect("a name"), &symbol["range"]);
        let indent = "  ".repeat(depth);
        lines.push(format!("{indent}{name} {}-{}", range["start"]["line"], range["end"]["line"]));
        outline_of(&symbol["children"], depth + 1, lines);
    }
}

#[test]
fn diagnostics_are_sent_or_asked_for() {
    let tree = tree(LOST);
    let asks = json!({ "textDocument": { "diagnostic": {} } });
    let mut client = Client::with(tree.folder.path(), asks);
    assert!(client.introduced["capabilities"]["diagnosticProvider"].is_object());
    // Clients ask for the files that are open.
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    client.open(&tree.main, MAIN);
    let params = json!({ "textDocument": { "uri": uri(&tree.main) } });
    let report = client.ask("textDocument/diagnostic", params);
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "nginx/upgrade-missing");
    assert_eq!(client.codes(&tree.main), [""; 0]);
    let mut other = Client::new(tree.folder.path());
    assert!(other.introduced["capabilities"]["diagnosticProvider"].is_null());
    other.diagnostics(&tree.main);
    assert_eq!(other.pushed[&tree.main][0]["codeDescription"]["href"], page());
}

fn page() -> String {
    format!("{}/rules/nginx/upgrade-missing.html", env!("CARGO_PKG_HOMEPAGE"))
}

#[test]
fn places_are_counted_as_client_and_server_agreed() {
    let text = MAIN.replace("        location", "        set $emoji \"😀é\"; location");
    let column = |client: &mut Client, main: &Path| {
        client.open(main, &text);
        client.diagnostics(main)[0]["range"]["start"]["character"].as_u64()
    };
    for (offered, encoding, expected) in [
        (json!(null), "utf-16", 26),
        (json!(["utf-16", "utf-32"]), "utf-32", 25),
        (json!(["utf-16", "utf-8"]), "utf-8", 29),
    ] {
        let tree = tree(LOST);
        let mut client =
            Client::with(tree.folder.path(), json!({ "general": { "positionEncodings": offered } }));
        assert_eq!(client.introduced["capabilities"]["positionEncoding"], encoding);
        assert_eq!(column(&mut client, &tree.main), Some(expected), "{encoding}");
    }
}

#[test]
fn what_is_not_understood_is_refused_and_passed_over() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    for (method, params, code) in
        [("textDocument/rename", json!({}), -32601), ("textDocument/hover", json!({ "a": 1 }), -32602)]
    {
        let id = client.send_request(method, params);
        assert_eq!(client.answer(&id).error(), Some(code), "{method}");
    }
    client.notify("textDocument/didOpen", json!({ "b": [] }));
    client.notify("$/whatever", json!(null));
    let unsaved = json!({ "uri": "untitled:Untitled-1", "languageId": "nginx", "version": 1, "text": "a {" });
    client.notify("textDocument/didOpen", json!({ "textDocument": unsaved }));
    assert_eq!(client.codes(&tree.main), ["nginx/upgrade-missing"]);
    assert_eq!(client.close(), Some(0));
}

#[test]
fn settings_hold_and_wrong_ones_are_shown() {
    let tree = tree(LOST);
    let settings = tree.folder.path().join("wslint.yaml");
    let mut client = Client::new(tree.folder.path());
    for (text, codes, shown) in [
        ("rules: {nginx/upgrade-missing: off}\n", &[][..], 0),
        // What was seen before holds.
        ("rules: {nginx/upgrade-missing: loud}\n", &[], 1),
        ("rules: {nginx/upgrade-missing: warning}\n", &["nginx/upgrade-missing"], 1),
    ] {
        fs::write(&settings, text).expect("a file");
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
        assert_eq!(client.codes(&tree.main), codes, "{text}");
        assert_eq!(client.shown.len(), shown, "{:?}", client.shown);
    }
    assert!(
        client.shown[0].contains("wslint.yaml") && client.shown[0].contains("loud"),
        "{:?}",
        client.shown
    );
}

#[test]
fn a_client_that_goes_without_a_word_is_status_2() {
    let tree = tree(LOST);
    let mut client = Client::new(tree.folder.path());
    client.diagnostics(&tree.main);
    assert_eq!(client.vanish(), Some(2));
}
