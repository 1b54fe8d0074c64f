//! The contract of the command: what is found, what is said where, and the exit status.

use crate::support::{KEPT, LOST, Scratch};

#[test]
fn what_cannot_be_done_is_status_2_with_words_that_help() {
    let scratch = Scratch::new(&[
        ("empty/readme.md", "# nothing\n"),
        ("other.conf", "[Unit]\nA=b\n"),
        ("none.conf", ""),
    ]);
    for (path, words) in [
        ("absent", "no such file"),
        ("empty", "no nginx or HAProxy configuration found"),
        ("none.conf", "neither an nginx nor a HAProxy configuration"),
    ] {
        let ran = scratch.run(&[path]).expect(2);
        assert!(ran.stderr.contains(words) && ran.stderr.contains(path), "{ran:?}");
    }
    let ran = scratch.run(&["expain", "nginx/http10"]).expect(2);
    assert!(ran.stderr.contains("did you mean `wslint explain`?"), "{ran:?}");
    for flags in [
        &["--bogus"][..],
        &["--select", "nginx/no-such-rule"],
        &["--websocket", "ws"],
        &["trace", "not-a-url"],
        &["trace", "ws://a/ws", "--listen", "nonsense"],
        &["trace", "ws://a/ws", "--method", "G T"],
    ] {
        let ran = scratch.run(flags).expect(2);
        assert!(ran.stderr.starts_with("error: "), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let scratch = Scratch::new(&[("good/nginx.conf", KEPT)]);
    let ran = scratch.run(&["absent", "good", "--format", "json"]).expect(2);
    assert_eq!(ran.json()["summary"]["files"], 1);
    assert_eq!(ran.json()["errors"][0]["file"], "absent");
}

#[test]
fn syntax_errors_are_status_2_in_every_format() {
    let scratch =
        Scratch::new(&[("nginx.conf", "events {}\nhttp {\n    server {\n        listen 80\n    }\n}\n")]);
    for format in ["full", "concise", "json"] {
        let ran = scratch.run(&["nginx.conf", "--format", format]).expect(2);
        assert!(ran.stderr.contains("unexpected \"}\""), "{ran:?}");
    }
    let ran = scratch.run(&["nginx.conf", "--format", "json"]);
    assert_eq!(
        (&ran.json()["errors"][0]["line"], &ran.json()["errors"][0]["column"]),
        (&5.into(), &5.into())
    );
}

#[test]
fn haproxy_needs_a_final_line_feed_but_a_template_does_not() {
    let whole =
        "frontend web\n  bind :80\n  mode http\n  default_backend app\nbackend app\n  server a 127.0.0.1:1";
    let scratch =
        Scratch::new(&[("haproxy.cfg", whole), ("haproxy.cfg.j2", &whole.replace(":80", ":{{ port }}"))]);
    let ran = scratch.run(&["haproxy.cfg"]).expect(2);
    assert!(ran.stderr.contains("missing LF"), "{ran:?}");
    scratch.run(&["haproxy.cfg.j2"]).expect(0);
}

#[test]
fn a_path_may_be_named_like_a_subcommand() {
    let scratch = Scratch::new(&[("trace/nginx.conf", KEPT), ("syntax", KEPT)]);
    scratch.run(&["./trace"]).expect(0);
    scratch.run(&["./syntax"]).expect(0);
    scratch.run(&["--quiet", "trace"]).expect(0);
}

#[test]
fn stdin_is_linted_by_its_content() {
    let scratch = Scratch::new(&[]);
    let read = |text: &str, args: &[&str]| {
        let output = scratch.wslint(args).write_stdin(text).output().expect("the command runs");
        crate::support::Ran::from(output)
    };
    read(KEPT, &["-"]).expect(0);
    read("", &["-"]).expect(2);
    let ran = read("events {\n", &["-", "--format", "json", "--stdin-filename", "x.conf"]).expect(2);
    assert_eq!(ran.json()["errors"][0]["file"], "x.conf");
}

#[test]
fn includes_are_found_where_a_repository_keeps_them() {
    let main = "events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include /etc/nginx/conf.d/*.conf;\n    \
                include snippets/map.conf;\n}\n";
    let server = "server {\n    listen 80;\n    include /etc/nginx/snippets/proxy.conf;\n}\n";
    let scratch = Scratch::new(&[
        ("deploy/nginx/nginx.conf", main),
        ("deploy/nginx/conf.d/app.conf", server),
        ("deploy/nginx/snippets/map.conf", "map $uri $b { default c; }\n"),
        ("deploy/shared/snippets/proxy.conf", "proxy_set_header Host $host;\n"),
    ]);
    let ran = scratch.run(&[".", "--format", "json"]).expect(0);
    assert_eq!(ran.json()["summary"]["files"], 4, "{ran:?}");
    assert_eq!(ran.json()["notes"], serde_json::json!([]), "{ran:?}");
}

#[test]
fn mapped_roots_say_where_includes_lie_and_what_is_missing_there() {
    let main = "events {}\nhttp {\n    include /opt/conf/http/*.conf;\n    include /opt/conf/absent.conf;\n    \
                include /opt/conf/mime.types;\n}\n";
    let scratch = Scratch::new(&[("a/nginx.conf", main), ("b/http/app.conf", "server { listen 80; }\n")]);
    let ran = scratch.run(&["a/nginx.conf", "--format", "json"]).expect(0);
    assert_eq!(ran.json()["notes"].as_array().map(Vec::len), Some(2), "{ran:?}");
    let ran = scratch.run(&["a/nginx.conf", "--format", "json", "--root", "/opt/conf=b"]).expect(2);
    assert_eq!(ran.json()["summary"]["files"], 2, "{ran:?}");
    let document = ran.json();
    assert_eq!(document["errors"][0]["kind"], "include-missing");
    // What the packages of nginx install need not stand in a repository.
    assert_eq!(document["errors"].as_array().map(Vec::len), Some(1), "{document}");
}

#[test]
fn an_installed_tree_is_what_its_main_file_reaches() {
    let main =
        "events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include /etc/nginx/sites-enabled/*;\n}\n";
    let files = [
        ("nginx.conf", main),
        ("mime.types", "types { text/html html; }\n"),
        ("sites-available/app", "server { listen 80; }\n"),
        ("sites-available/off", "server { listen 81; }\n"),
    ];
    let scratch = Scratch::new(&files);
    std::fs::create_dir(scratch.path().join("sites-enabled")).expect("a folder");
    std::os::unix::fs::symlink("../sites-available/app", scratch.path().join("sites-enabled/app"))
        .expect("a link");
    // Whether there is an index file is not in the configuration.
    let ran = scratch.run(&["trace", "http://a:80/", ".", "--format", "json"]).expect(2);
    assert_eq!(ran.json()["steps"][0]["file"], "sites-enabled/app", "{ran:?}");
    let off = scratch.run(&["trace", "http://a:81/", ".", "--format", "json"]);
    assert_eq!(off.json()["outcome"]["answered_by"], "nobody", "{off:?}");
}

#[test]
fn haproxy_files_of_one_folder_are_one_configuration_unless_each_is_whole() {
    let part = [
        ("conf.d/00-global.cfg", "global\n  daemon\n"),
        ("conf.d/10-defaults.cfg", "defaults\n  mode http\n  timeout client 5s\n"),
        ("conf.d/20-front.cfg", "frontend web\n  bind :80\n  default_backend app\n"),
        ("conf.d/30-back.cfg", "backend app\n  server a 127.0.0.1:3000\n"),
    ];
    let scratch = Scratch::new(&part);
    let ran = scratch.run(&["trace", "http://a/", "conf.d", "--format", "json"]);
    assert_eq!(ran.json()["outcome"]["upstream"], "127.0.0.1:3000", "{ran:?}");
    let named: Vec<&str> = part.iter().map(|(name, _)| *name).collect();
    let ran = scratch.run(&[&["trace", "http://a/", "--format", "json"][..], &named].concat());
    assert_eq!(ran.json()["outcome"]["upstream"], "127.0.0.1:3000", "{ran:?}");
}

#[test]
fn maps_and_pattern_files_are_brought() {
    let config = "frontend web\n  mode http\n  bind :80\n  acl known path -f paths.lst\n  http-request deny unless known\n  \
                  use_backend %[path,map(./paths.map)]\nbackend app\n  mode http\n  server a 127.0.0.1:3000\n";
    let scratch =
        Scratch::new(&[("haproxy.cfg", config), ("paths.map", "/ws app\n"), ("paths.lst", "# known\n/ws\n")]);
    let ran = scratch.run(&["trace", "http://a/ws", "haproxy.cfg", "--format", "json"]).expect(0);
    assert_eq!(ran.json()["outcome"]["backend"], "app", "{ran:?}");
    let ran = scratch.run(&["trace", "http://a/other", "haproxy.cfg", "--format", "json"]).expect(1);
    assert_eq!(ran.json()["outcome"]["status"], 403, "{ran:?}");
}

#[test]
fn the_trace_is_a_contract() {
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    let ran = scratch.run(&["trace", "ws://a:8080/ws?x=1", "nginx.conf", "--format", "json"]).expect(1);
    let document = ran.json();
    assert_eq!(document["version"], 1);
    let outcome = &document["outcome"];
    for (field, value) in [
        ("config", serde_json::json!("accepted")),
        ("handshake", serde_json::json!("fails")),
        ("answered_by", serde_json::json!("upstream")),
        ("upstream", serde_json::json!("127.0.0.1:3000")),
        ("uri", serde_json::json!("/ws?x=1")),
        ("upgrade", serde_json::json!(null)),
        ("idle_timeout_ms", serde_json::json!(60_000)),
    ] {
        assert_eq!(outcome[field], value, "{field}: {document}");
    }
    let kept = Scratch::new(&[("nginx.conf", KEPT)]);
    let ran = kept.run(&["trace", "ws://a:8080/ws", "nginx.conf"]).expect(0);
    assert!(ran.stdout.starts_with("WORKS: ws://a:8080/ws"), "{ran:?}");
    assert!(ran.stdout.is_ascii() && ran.stdout.lines().all(|line| line.len() <= 100), "{ran:?}");
}

#[test]
fn a_trace_shows_the_lines_that_decide() {
    let mapped = KEPT
        .replace("    server {", "    map $http_upgrade $up { default upgrade; '' close; }\n    server {");
    let mapped = mapped.replace("Connection \"upgrade\"", "Connection $up");
    let mapped = mapped.replace("location /ws", "location /old { return 301 /ws; }\n        location /ws");
    let scratch = Scratch::new(&[("nginx.conf", &mapped)]);
    let steps = |url: &str| {
        let document = scratch.run(&["trace", url, "nginx.conf", "--format", "json"]).json();
        let steps = document["steps"].as_array().expect("steps").clone();
        let told = |step: &serde_json::Value| format!("{} {}", step["text"], step["note"]).replace('"', "");
        steps.iter().map(told).collect::<Vec<_>>()
    };
    let ways = [
        ("ws://a:8080/ws", "default upgrade `$up` is `upgrade`"),
        ("ws://a:8080/old", "return 301 /ws answers 301: `/ws`"),
    ];
    for (url, step) in ways {
        assert!(steps(url).iter().any(|told| told == step), "{url}: {:?}", steps(url));
    }
}

#[test]
fn a_101_that_no_client_takes_is_a_failure() {
    let hidden = KEPT.replace("proxy_pass", "proxy_hide_header Sec-WebSocket-Accept; proxy_pass");
    let scratch = Scratch::new(&[("nginx.conf", &hidden)]);
    let args = ["trace", "ws://a:8080/ws", "nginx.conf"];
    let text = scratch.run(&args).expect(1).stdout;
    assert!(text.starts_with("BREAKS: ") && text.contains("`Sec-WebSocket-Accept`: clients close"), "{text}");
    let document = scratch.run(&[&args[..], &["--format", "json"]].concat()).expect(1).json();
    assert_eq!(document["outcome"]["handshake"], "succeeds", "{document}");
    assert_eq!(document["outcome"]["client"], "closes", "{document}");
}

#[test]
fn a_trace_takes_a_relative_pattern_without_a_match_for_no_file() {
    let open = KEPT.replace("location", "include snippets/*.conf; location");
    let scratch = Scratch::new(&[("nginx.conf", &open)]);
    let ran = scratch.run(&["trace", "ws://a:8080/ws", "nginx.conf"]).expect(0);
    assert!(ran.stdout.starts_with("WORKS: "), "{ran:?}");
    assert!(ran.stdout.contains("`snippets/*.conf` matches no file here"), "{ran:?}");
}

#[test]
fn colour_is_for_terminals_and_whoever_asks() {
    let scratch = Scratch::new(&[]);
    let coloured = scratch.run(&["absent", "--color", "always"]);
    assert!(coloured.stderr.contains('\u{1b}'));
    assert!(!scratch.run(&["absent"]).stderr.contains('\u{1b}'));
    let forced = scratch.wslint(&["absent", "--color", "never"]).env("CLICOLOR_FORCE", "1").output();
    assert!(!forced.expect("the command runs").stderr.contains(&0x1b));
}

#[test]
fn completions_and_the_manual_page_name_every_flag_and_subcommand() {
    let scratch = Scratch::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = scratch.run(&["completions", shell]).expect(0).stdout;
        for word in ["write-baseline", "trace", "explain"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let page = scratch.run(&["man"]).expect(0).stdout;
    for word in [".TH wslint 1", "write\\-baseline", "wslint\\-trace(1)", "Exit status"] {
        assert!(page.contains(word), "{word} is missing:\n{page}");
    }
    let page = scratch.run(&["man", "trace"]).expect(0).stdout;
    assert!(page.contains("wslint\\-trace") && page.contains("\\-\\-listen"), "{page}");
    scratch.run(&["man", "nothing"]).expect(2);
}
