//! What of a folder is taken for configuration: by names, contents, links.

use std::os::unix::fs::symlink;

use crate::support::{LOST, Scratch};

const SITE: &str =
    "server {\n    listen 80;\n    location /ws {\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n";

/// The files with findings, in the order of the report.
fn found(scratch: &Scratch, args: &[&str], status: i32) -> Vec<String> {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let document = scratch.run(&args).expect(status).json();
    let findings = document["findings"].as_array().expect("findings");
    let loud = findings.iter().filter(|finding| finding["severity"] == "error");
    loud.map(|finding| finding["file"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn sites_are_enabled_by_links_without_a_main_file_too() {
    let scratch =
        Scratch::new(&[("sites-available/chat.example.pl", SITE), ("sites-available/off.example.com", SITE)]);
    let all = ["sites-available/chat.example.pl", "sites-available/off.example.com"];
    assert_eq!(found(&scratch, &["."], 1), all, "no folder of enabled sites");
    scratch.write("sites-enabled/.gitkeep", b"");
    assert_eq!(found(&scratch, &["."], 1), all, "the links are made elsewhere");
    symlink("../sites-available/chat.example.pl", scratch.path().join("sites-enabled/chat")).expect("a link");
    assert_eq!(found(&scratch, &["."], 1), all[..1], "one of them is enabled");
    assert_eq!(found(&scratch, &["sites-enabled"], 1), ["sites-enabled/chat"]);
}

#[test]
fn links_out_of_the_linted_folder_are_not_walked() {
    let outside = Scratch::new(&[("app.conf", SITE)]);
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    symlink(outside.path().join("app.conf"), scratch.path().join("app.conf")).expect("a link");
    symlink(outside.path(), scratch.path().join("folder")).expect("a link");
    symlink("/dev/zero", scratch.path().join("zero.conf")).expect("a link");
    assert_eq!(found(&scratch, &["."], 1), ["nginx.conf"]);
    let document = scratch.run(&[".", "--format", "json"]).json();
    assert_eq!(document["notes"][0]["kind"], "link-outside", "{document}");
    // What lies outside is not looked at, so that a device is told like a file.
    assert_eq!(document["notes"].as_array().map(Vec::len), Some(3), "{document}");
    scratch.run(&[".", "--fix"]).expect(0);
    assert_eq!(std::fs::read_to_string(outside.path().join("app.conf")).expect("readable"), SITE);
    let permitted = outside.path().to_str().expect("a plain path");
    assert_eq!(found(&scratch, &[".", "--allow-root", permitted], 1), ["app.conf"]);
    scratch.run(&["app.conf"]).expect(2);
    assert_eq!(found(&scratch, &["app.conf", "--allow-root", permitted], 1), ["app.conf"]);
}

#[test]
fn configurations_that_an_editor_spoiled_are_found() {
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    scratch.write("bom.conf", format!("\u{feff}{SITE}").as_bytes());
    let wide: Vec<u8> = format!("\u{feff}{SITE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    scratch.write("wide.conf", &wide);
    let ran = scratch.run(&["."]).expect(1);
    assert!(
        ran.stdout.contains("[byte-order-mark]") && ran.stdout.contains("wide.conf: it is UTF-16"),
        "{ran:?}"
    );
    let ran = scratch.run(&[".", "bom.conf", "wide.conf"]).expect(2);
    assert!(
        ran.stderr.contains("byte-order-mark") && ran.stderr.contains("wide.conf: it is UTF-16"),
        "{ran:?}"
    );
}

#[test]
fn only_the_beginning_of_a_large_file_decides() {
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    let sparse = std::fs::File::create(scratch.path().join("image")).expect("a file");
    sparse.set_len(65 << 20).expect("a sparse file");
    assert_eq!(found(&scratch, &["."], 1), ["nginx.conf"]);
    let mut large = SITE.repeat(2_000).into_bytes();
    large.resize(65 << 20, b'\n');
    scratch.write("large.conf", &large);
    let ran = scratch.run(&["."]).expect(1);
    assert!(ran.stdout.contains("large.conf: it is larger than 64 MiB"), "{ran:?}");
    let ran = scratch.run(&["large.conf"]).expect(2);
    assert!(ran.stderr.contains("large.conf: it is larger than 64 MiB"), "{ran:?}");
}

#[test]
fn what_gitignore_names_is_left_alone_with_and_without_a_repository() {
    let scratch = Scratch::new(&[
        (".gitignore", "sub/\n"),
        ("top/.gitignore", "build/\n"),
        ("top/build/app.conf", SITE),
        ("top/sub/app.conf", SITE),
        ("top/app.conf", SITE),
    ]);
    assert_eq!(found(&scratch, &["."], 1), ["top/app.conf"]);
    assert_eq!(found(&scratch, &["top"], 1), ["top/app.conf", "top/sub/app.conf"]);
    scratch.write(".git/HEAD", b"");
    assert_eq!(found(&scratch, &["top"], 1), ["top/app.conf"]);
    assert_eq!(found(&scratch, &["top/build/app.conf"], 1), ["top/build/app.conf"], "named");
}

#[test]
fn a_link_to_a_mapped_path_is_followed_there() {
    let main = "events {}\nhttp {\n    include /etc/nginx/sites-enabled/*;\n}\n";
    let scratch = Scratch::new(&[("nginx/nginx.conf", main), ("nginx/sites-available/chat", SITE)]);
    std::fs::create_dir(scratch.path().join("nginx/sites-enabled")).expect("a folder");
    symlink("/etc/nginx/sites-available/chat", scratch.path().join("nginx/sites-enabled/chat"))
        .expect("a link");
    let mapped = ["--root", "/etc/nginx=nginx", "nginx/nginx.conf"];
    assert_eq!(found(&scratch, &mapped, 1), ["nginx/sites-available/chat"]);
}

#[test]
fn an_endpoint_is_declared_for_the_configuration_that_hands_it_on() {
    let pages = "events {}\nhttp { server { listen 8080; root /srv; } }\n";
    let site = SITE.replace(":3000;", ":3000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 1h;");
    let scratch = Scratch::new(&[("image/nginx.conf", pages), ("site.conf", site.as_str())]);
    assert_eq!(found(&scratch, &[".", "--websocket", "/ws"], 0), [""; 0]);
    assert_eq!(found(&scratch, &["image", "--websocket", "/ws"], 1), ["image/nginx.conf"]);
    let front =
        "events {}\nhttp { server { listen 80; location /app { proxy_pass http://127.0.0.1:81; } } }\n";
    let inner = site.replace("listen 80", "listen 127.0.0.1:81");
    let chain = Scratch::new(&[("nginx.conf", front), ("inner.conf", inner.as_str())]);
    assert_eq!(found(&chain, &[".", "--websocket", "/ws"], 1), ["nginx.conf"], "it stands in front");
}
