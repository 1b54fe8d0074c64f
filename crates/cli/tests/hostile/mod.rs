//! Input that nobody means well: nothing hangs, crashes, leaks or takes over the terminal, and nothing takes more memory
//! or processor time than its budget.

mod charts;
mod deployment;
mod diff;
mod floods;
mod full_disk;
mod growth;
mod hosts;
mod interrupted;
mod kinds;
mod kustomizations;
mod linear;
mod secrets;
mod strace;
mod territory;
mod unread;
mod walking;
mod writer;

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

use crate::support::{KEPT, LOST, SMALL, Scratch, TUNNEL_MISSING};

/// Makes a FIFO, on which a careless reader waits for ever.
fn fifo(scratch: &Scratch, name: &str) {
    rustix::fs::mkfifoat(rustix::fs::CWD, scratch.path().join(name), rustix::fs::Mode::RWXU).expect("a FIFO");
}

#[test]
fn what_is_not_a_regular_file_is_refused_and_does_not_hang() {
    let scratch = Scratch::new(&[]);
    fifo(&scratch, "fifo.conf");
    let _listener = UnixListener::bind(scratch.path().join("socket.conf")).expect("a socket");
    for (path, kind) in [("fifo.conf", "FIFO"), ("socket.conf", "socket"), ("/dev/zero", "device")] {
        let ran = scratch.bounded(SMALL, &[path]).expect(2);
        assert!(ran.stderr.contains(kind) && ran.stderr.contains(path), "{ran:?}");
    }
}

#[test]
fn an_included_fifo_is_named_and_the_rest_is_linted() {
    let main =
        "events {}\nhttp {\n    include fifo.conf;\n    include /dev/zero;\n    include good.conf;\n}\n";
    let scratch = Scratch::new(&[("nginx.conf", main), ("good.conf", "server { listen 80; }\n")]);
    fifo(&scratch, "fifo.conf");
    let ran = scratch.bounded(SMALL, &["nginx.conf", "--format", "json"]).expect(2);
    let document = ran.json();
    assert_eq!(document["errors"][0]["line"], 3, "{document}");
    assert!(document["errors"][0]["message"].as_str().expect("words").contains("FIFO"));
    assert_eq!(document["notes"][0]["kind"], "include-outside");
    assert_eq!(document["summary"]["files"], 2);
}

#[test]
fn cycles_are_reported_with_their_chain_whatever_the_names() {
    let scratch = Scratch::new(&[
        ("nginx.conf", "events {}\nhttp {\n    include a.conf;\n}\n"),
        ("a.conf", "include b.conf;\n"),
        ("b.conf", "include link.conf;\n"),
    ]);
    std::os::unix::fs::symlink("a.conf", scratch.path().join("link.conf")).expect("a link");
    let itself = Scratch::new(&[("nginx.conf", "include nginx.con[f];\nevents {}\nhttp {}\n")]);
    for (scratch, chain) in [(scratch, "a.conf -> b.conf -> a.conf"), (itself, "nginx.conf -> nginx.conf")] {
        let ran = scratch.bounded(SMALL, &["nginx.conf", "--format", "json"]).expect(2);
        let message = ran.json()["errors"][0]["message"].to_string();
        assert!(message.contains(chain), "{message}");
    }
}

#[test]
fn doubling_includes_end() {
    let mut files = vec![("nginx.conf".to_owned(), "events {}\nhttp { include f0.conf; }\n".to_owned())];
    for level in 0..40 {
        let next = level + 1;
        files.push((format!("f{level}.conf"), format!("include f{next}.conf;\ninclude f{next}.conf;\n")));
    }
    files.push(("f40.conf".to_owned(), "server { listen 80; }\n".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let ran = Scratch::new(&files).bounded(SMALL, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("include-limit"), "{ran:?}");
}

/// Debug builds are slow, so what grows with the square of the input, or faster, runs into the limit of the test.
#[test]
fn maps_that_feed_on_each_other_twice_and_large_upstreams_end() {
    let route = "location /ws { proxy_set_header Upgrade $http_upgrade; proxy_pass ";
    let maps: String = (0..400)
        .map(|map| format!("map $a{map} $a{} {{ x $a{map}; default $a{map}; }}\n", map + 1))
        .collect();
    let maps = format!("events {{}}\nhttp {{\n{maps}server {{ {route}http://$a400; }} }}\n}}\n");
    let servers: String = (0..5_000).map(|at| format!("server 10.0.{}.{};\n", at / 250, at % 250)).collect();
    let routes: String =
        (0..200).map(|at| format!("location /ws{at}/ {{ proxy_pass http://u; }}\n")).collect();
    let upstream = format!(
        "events {{}}\nhttp {{\nupstream u {{\n{servers}}}\nserver {{\n{routes}{route}http://u; }}\n}}\n}}\n"
    );
    for text in [maps, upstream] {
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        scratch.bounded(SMALL, &["nginx.conf", "--exit-zero"]).expect(0);
    }
}

#[test]
fn deep_includes_end() {
    let mut files = vec![("nginx.conf".to_owned(), "events {}\nhttp { include f0.conf; }\n".to_owned())];
    files.extend((0..200).map(|level| (format!("f{level}.conf"), format!("include f{}.conf;\n", level + 1))));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let ran = Scratch::new(&files).bounded(SMALL, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("nested more than 64 deep"), "{ran:?}");
}

#[test]
fn nothing_outside_of_the_linted_folder_is_read() {
    let outside = Scratch::new(&[("secret.conf", "DB_PASSWORD=hunter2;\nserver { listen 80; }\n")]);
    let secret = outside.path().join("secret.conf");
    let secret = secret.to_str().expect("a plain path");
    let scratch = Scratch::new(&[]);
    std::os::unix::fs::symlink(secret, scratch.path().join("link.conf")).expect("a link");
    std::os::unix::fs::symlink(outside.path(), scratch.path().join("folder")).expect("a link");
    let includes =
        format!("include {secret};\n include link.conf;\n include folder/*.conf;\n include l*.conf;");
    scratch.write("nginx.conf", format!("events {{}}\nhttp {{\n {includes}\n}}\n").as_bytes());
    for format in ["full", "concise", "json"] {
        let ran = scratch.bounded(SMALL, &["nginx.conf", "--format", format]).expect(0);
        assert!(!format!("{ran:?}").contains("hunter2"));
    }
    let ran = scratch.bounded(SMALL, &["nginx.conf", "--format", "json"]);
    assert_eq!(ran.json()["notes"].as_array().map(Vec::len), Some(4), "{ran:?}");
    let folder = outside.path().to_str().expect("a plain path");
    let ran = scratch.bounded(SMALL, &["nginx.conf", "--format", "json", "--allow-root", folder]);
    assert_eq!(ran.json()["notes"].as_array().map(Vec::len), Some(0), "{ran:?}");
}

#[test]
fn what_lies_outside_is_not_told_from_what_is_not_there() {
    let outside = Scratch::new(&[("file", "")]);
    let target = outside.path().join("target");
    let shown = target.to_str().expect("a plain path");
    let scratch = Scratch::new(&[]);
    std::os::unix::fs::symlink(&target, scratch.path().join("link.conf")).expect("a link");
    std::os::unix::fs::symlink(outside.path(), scratch.path().join("up")).expect("a link");
    let includes = format!(
        "include {shown};\ninclude link.conf;\ninclude up/target;\ninclude {shown}/*;\ninclude {shown}/x;"
    );
    let haproxy = format!("frontend f\n bind :80\n acl a path -f {shown}\n");
    scratch.write("nginx.conf", format!("events {{}}\nhttp {{\n{includes}\n}}\n").as_bytes());
    scratch.write("haproxy.cfg", haproxy.as_bytes());
    let told = || {
        ["nginx.conf", "haproxy.cfg", "."].map(|path| {
            let notes = scratch.bounded(SMALL, &[path, "--format", "json"]).json()["notes"].to_string();
            assert!(notes.contains("-outside") && !notes.contains("-missing"), "{notes}");
            notes
        })
    };
    let absent = told();
    std::os::unix::fs::symlink("file", &target).expect("a link");
    assert_eq!(told(), absent, "a link");
    std::fs::remove_file(&target).expect("it can go");
    std::fs::write(&target, "server { listen 80; }\n").expect("a file");
    assert_eq!(told(), absent, "a file");
    std::fs::remove_file(&target).expect("it can go");
    std::fs::create_dir(&target).expect("a folder");
    std::fs::write(target.join("x"), "").expect("a file");
    assert_eq!(told(), absent, "a folder");
}

#[test]
fn names_and_bytes_of_strangers_are_written_out() {
    let scratch = Scratch::new(&[]);
    let strange = "a\u{1b}[31m\u{202e}\n.conf";
    let text = b"events {}\nhttp {\n server {\n listen 80;\n server_name \x1b[2J\xff\xe2\x80\xae\x07;\n location /ws {\n \
                 proxy_pass http://a; # \x1b]8;;http://evil\x07 \x9b\n }\n"
        .to_vec();
    scratch.write(strange, &text);
    scratch.write(std::ffi::OsStr::from_bytes(b"\xff\xfe.conf"), &text);
    for format in ["full", "concise"] {
        scratch.bounded(SMALL, &[".", "--format", format]).expect(1);
        scratch.bounded(SMALL, &[strange, "--format", format]).expect(2);
    }
    let document = scratch.bounded(SMALL, &[strange, "--format", "json"]).json();
    assert_eq!(document["errors"][0]["file"], strange);
    scratch.bounded(SMALL, &["facts", "."]).expect(0);
    scratch.bounded(SMALL, &["trace", "ws://a/ws", "."]).expect(1);
}

#[test]
fn a_column_beyond_what_miette_can_count_is_shown() {
    let scratch = Scratch::new(&[]);
    let long = format!(
        "events {{}}\nhttp {{ server {{ listen 80; {} }}",
        "location /a { return 404; } ".repeat(3000)
    );
    scratch.write("nginx.conf", format!("{long}}}}} }}").as_bytes());
    let ran = scratch.bounded(SMALL, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("nginx.conf:2:84"), "{ran:?}");
    let widest = ran.stderr.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{ran:?}");
}

#[test]
fn a_million_nested_blocks_are_read() {
    let scratch = Scratch::new(&[]);
    scratch.write("nginx.conf", "a{".repeat(1_000_000).as_bytes());
    scratch.bounded(SMALL, &["nginx.conf"]).expect(2);
}

#[test]
fn nested_locations_and_comments_in_a_row_end() {
    let (open, close) = ("location /ws {".repeat(300_000), "}".repeat(300_000));
    let deep = format!("events {{}}\nhttp {{ server {{ {open}{close} }} }}\n");
    let scratch = Scratch::new(&[("nginx.conf", &deep)]);
    let ran = scratch.bounded(SMALL, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("nesting-limit"), "{ran:?}");
    let comments = "# wslint: ignore[nginx/upgrade-missing] because\n".repeat(200_000);
    let accepted = LOST.replace("        location", &format!("{comments}location"));
    let scratch = Scratch::new(&[("nginx.conf", &accepted)]);
    scratch.bounded(SMALL, &["nginx.conf"]).expect(0);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let scratch = Scratch::new(&[]);
    let broken = "server {\n listen 80;\n }\n";
    scratch.write("nginx.conf", format!("events {{}}\nhttp {{\n{}}}\n", broken.repeat(2000)).as_bytes());
    let mut child = scratch
        .limited(SMALL, &[], &["syntax", "nginx.conf"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn too_large_a_stdin_is_refused() {
    let scratch = Scratch::new(&[]);
    let mut child = scratch
        .limited(SMALL, &[], &["-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let block = vec![b'a'; 1 << 20];
    // The command stops reading at its limit, so writing on fails.
    while stdin.write_all(&block).is_ok() {}
    drop(stdin);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("64 MiB"));
}

#[test]
fn encodings_that_no_proxy_reads_are_named() {
    let scratch = Scratch::new(&[]);
    scratch.write("bom.conf", format!("\u{feff}{KEPT}").as_bytes());
    scratch.write("utf16.conf", b"\xff\xfee\0v\0e\0n\0t\0s\0");
    assert!(scratch.bounded(SMALL, &["bom.conf"]).expect(2).stderr.contains("byte order mark"));
    assert!(scratch.bounded(SMALL, &["utf16.conf"]).expect(2).stderr.contains("UTF-16"));
}

#[test]
fn links_that_lead_nowhere_are_named_and_the_rest_is_linted() {
    let scratch = Scratch::new(&[
        ("nginx.conf", "events {}\nhttp {\n    include sites/*;\n}\n"),
        ("sites/app", "server { listen 80; }\n"),
    ]);
    for (target, name) in [("absent", "dangling"), ("loop", "loop")] {
        std::os::unix::fs::symlink(target, scratch.path().join("sites").join(name)).expect("a link");
    }
    std::fs::create_dir(scratch.path().join("sites/folder")).expect("a folder");
    let document = scratch.bounded(SMALL, &["nginx.conf", "--format", "json"]).expect(2).json();
    let named = |name: &str| document["errors"].to_string().contains(name);
    assert!(named("sites/dangling") && named("sites/loop") && named("sites/folder"), "{document}");
    assert_eq!(document["summary"]["files"], 2, "{document}");
}

#[test]
fn secrets_are_not_printed() {
    let config = TUNNEL_MISSING.replace("backend app\n", "backend app\n    stats auth admin:hunter2\n");
    let scratch = Scratch::new(&[("haproxy.cfg", &config)]);
    for args in [&["haproxy.cfg"][..], &["facts", "haproxy.cfg"], &["trace", "ws://a/ws", "haproxy.cfg"]] {
        let ran = scratch.bounded(SMALL, args);
        assert!(!format!("{ran:?}").contains("hunter2"), "{ran:?}");
    }
    assert!(scratch.bounded(SMALL, &["haproxy.cfg"]).stdout.contains("stats auth *************"));
}
