//! Folders, links, patterns and ignore files that are made to keep a walker busy, or to hide what should be seen: each
//! run ends soon, says what it did not look at, and is the same everywhere.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::fifo;
use crate::support::{KEPT, LOST, Ran, SMALL, Scratch};

/// A server whose location loses the `Upgrade` header.
const SITE: &str =
    "server {\n listen 80;\n location /socket.io/ {\n proxy_pass http://127.0.0.1:3000;\n }\n}\n";

/// The files with errors, in the order of the report.
fn found(ran: &Ran) -> Vec<String> {
    let document = ran.json();
    let findings = document["findings"].as_array().expect("findings").iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    errors.map(|finding| finding["file"].as_str().expect("a path").to_owned()).collect()
}

/// The kinds of the notes, each with its file.
fn notes(ran: &Ran) -> Vec<String> {
    let document = ran.json();
    let notes = document["notes"].as_array().expect("notes").iter();
    notes.map(|note| format!("{} {}", note["file"], note["kind"]).replace('"', "")).collect()
}

fn json(scratch: &Scratch, args: &[&str]) -> Ran {
    scratch.bounded(SMALL, &[args, &["--format", "json"]].concat())
}

#[test]
fn an_ignore_file_that_is_none_hides_nothing_and_is_told() {
    type Make = fn(&Scratch, &str);
    let kinds: [(&str, Make); 11] = [
        ("a folder", |scratch, path| scratch.write(format!("{path}/x"), b"")),
        ("a FIFO", |scratch, path| fifo(scratch, path)),
        ("a socket", |scratch, path| {
            UnixListener::bind(scratch.path().join(path)).expect("a socket");
        }),
        ("an endless file", |scratch, path| link(scratch, "/dev/zero", path)),
        ("a file of the kernel", |scratch, path| link(scratch, "/proc/self/pagemap", path)),
        ("the log of the kernel", |scratch, path| link(scratch, "/proc/kmsg", path)),
        ("a link to a FIFO", |scratch, path| {
            fifo(scratch, "sub/pipe");
            link(scratch, "pipe", path);
        }),
        ("a link to an ignore file", |scratch, path| {
            scratch.write("sub/rules.md", b"*\n");
            link(scratch, "rules.md", path);
        }),
        ("a link that leads nowhere", |scratch, path| link(scratch, "absent", path)),
        ("a huge file", |scratch, path| {
            scratch.write(path, &b"*\n".repeat(3 << 20));
        }),
        ("many wildcards", |scratch, path| scratch.write(path, &b"a*b?c*[d-z]\n*\n".repeat(3_000))),
    ];
    for name in [".gitignore", ".ignore"] {
        for (kind, make) in &kinds {
            let scratch = Scratch::new(&[("nginx.conf", KEPT), ("sub/app.conf", SITE)]);
            let path = format!("sub/{name}");
            make(&scratch, &path);
            let ran = json(&scratch, &["."]).expect(1);
            assert_eq!(found(&ran), ["sub/app.conf"], "{kind}");
            assert_eq!(notes(&ran), [format!("{path} ignore-file")], "{kind}: {ran:?}");
        }
    }
}

fn link(scratch: &Scratch, target: &str, path: &str) {
    symlink(target, scratch.path().join(path)).expect("a link");
}

#[test]
fn what_a_folder_called_gitignore_holds_is_searched() {
    let scratch = Scratch::new(&[("app/.gitignore/app.conf", SITE), ("app/.ignore/app.conf", SITE)]);
    let ran = json(&scratch, &["."]).expect(1);
    assert_eq!(found(&ran), ["app/.gitignore/app.conf", "app/.ignore/app.conf"]);
}

#[test]
fn a_folder_is_visited_once_whatever_links_lead_to_it() {
    let farm = Scratch::new(&[("nginx.conf", KEPT)]);
    for one in 0..12 {
        fs::create_dir(farm.path().join(format!("d{one}"))).expect("a folder");
        for other in (0..12).filter(|other| *other != one) {
            link(&farm, &format!("../d{other}"), &format!("d{one}/l{other}"));
        }
    }
    farm.write("d7/app.conf", SITE.as_bytes());
    let pair = Scratch::new(&[("a/app.conf", SITE), ("b/nginx.conf", KEPT)]);
    link(&pair, "../b", "a/b");
    link(&pair, "../a", "b/a");
    let itself = Scratch::new(&[("sub/app.conf", SITE)]);
    link(&itself, ".", "self");
    link(&itself, "..", "sub/up");
    link(&itself, "loop", "loop");
    let chain = Scratch::new(&[("link0/app.conf", SITE)]);
    for at in 1..200 {
        link(&chain, &format!("link{}", at - 1), &format!("link{at}"));
    }
    // What only a link leads to is called by the shortest way.
    let hidden = Scratch::new(&[(".gitignore", "out\n"), ("out/app.conf", SITE), ("z/y/x", "")]);
    link(&hidden, "../../out", "z/y/far");
    link(&hidden, "../out", "z/near");
    link(&hidden, "../out/app.conf", "z/file.conf");
    for (scratch, file) in [
        (farm, "d7/app.conf"),
        (pair, "a/app.conf"),
        (itself, "sub/app.conf"),
        (chain, "link0/app.conf"),
        (hidden, "z/file.conf"),
    ] {
        let ran = json(&scratch, &["."]).expect(1);
        assert_eq!(found(&ran), [file], "{ran:?}");
        assert_eq!(ran.stdout, json(&scratch, &["."]).stdout);
    }
}

#[test]
fn folders_may_nest_deep_but_not_for_ever() {
    let scratch = Scratch::new(&[("nginx.conf", KEPT)]);
    scratch.write(format!("{}app.conf", "d/".repeat(200)), SITE.as_bytes());
    assert_eq!(found(&json(&scratch, &["."]).expect(1)).len(), 1);
    scratch.write(format!("{}app.conf", "e/".repeat(300)), SITE.as_bytes());
    let ran = json(&scratch, &["."]).expect(2);
    assert_eq!(ran.json()["errors"][0]["kind"], "walk-limit", "{ran:?}");
    assert!(ran.stderr.contains("folders nest more than 256 deep"), "{ran:?}");
}

#[test]
fn patterns_end_however_folders_lead_to_each_other() {
    let include = |pattern: &str| format!("events {{}}\nhttp {{\n    include {pattern};\n}}\n");
    let scratch = Scratch::new(&[("sub/x.conf", SITE), ("x.conf", SITE)]);
    for (target, name) in [(".", "a"), (".", "b"), ("..", "sub/up"), ("sub", "c"), ("../sub", "sub/again")] {
        link(&scratch, target, name);
    }
    for (pattern, files) in [
        ("*/".repeat(30) + "x.conf", 3),
        ("*/".repeat(2000) + "x.conf", 1),
        ("*/".repeat(15) + "../" + &"?*/".repeat(10) + "*.conf", 3),
        ("[ab]/".repeat(35) + "x.conf", 2),
        ("a/".repeat(30) + "*/x.conf", 3),
        ("a/".repeat(300) + "*/x.conf", 1),
        ("*".repeat(4000) + "/x.conf", 3),
        ("*a".repeat(1000) + "/x.conf", 1),
    ] {
        scratch.write("nginx.conf", include(&pattern).as_bytes());
        let ran = json(&scratch, &["nginx.conf"]);
        assert_eq!(ran.json()["summary"]["files"], files, "{pattern:.40}: {ran:?}");
    }
}

#[test]
fn patterns_over_a_huge_folder_end_with_a_word() {
    let scratch = Scratch::new(&[("nginx.conf", "")]);
    fs::create_dir(scratch.path().join("many")).expect("a folder");
    for at in 0..4_000 {
        fs::write(scratch.path().join(format!("many/{at}.conf")), "").expect("a file");
    }
    let lines =
        |lines: usize| format!("events {{}}\nhttp {{\n{}}}\n", "include many/*a.conf;\n".repeat(lines));
    scratch.write("nginx.conf", lines(100).as_bytes());
    scratch.bounded(SMALL, &["nginx.conf"]).expect(0);
    scratch.write("nginx.conf", lines(2_000).as_bytes());
    let ran = json(&scratch, &["nginx.conf"]).expect(2);
    assert_eq!(ran.json()["errors"][0]["kind"], "include-limit", "{ran:?}");
}

#[test]
fn long_and_many_includes_that_are_missing_end() {
    let scratch = Scratch::new(&[]);
    let deep = format!("events {{}}\nhttp {{\ninclude {}a.conf;\n}}\n", "a/".repeat(200_000));
    scratch.write("nginx.conf", deep.as_bytes());
    assert_eq!(scratch.bounded(SMALL, &["nginx.conf"]).status, Some(2), "nginx takes no such parameter");
    for at in 0..500 {
        scratch.write(format!("f{at}/a.conf"), b"");
    }
    let many: String = (0..500).map(|at| format!("include /x/y/z/g{at}/a.conf;\n")).collect();
    scratch.write("nginx.conf", format!("events {{}}\nhttp {{\n{many}}}\n").as_bytes());
    scratch.bounded(SMALL, &["."]).expect(0);
}

#[test]
fn what_ignore_files_hide_is_told_and_can_be_searched() {
    let scratch = Scratch::new(&[
        (".gitignore", "deploy/\n*.local.conf\ntarget\nnotes\n"),
        ("deploy/nginx/sites/app", SITE),
        ("deploy/notes", "text"),
        ("a.local.conf", SITE),
        ("target/debug/binary", "no"),
        ("notes", "text"),
        ("nginx.conf", KEPT),
    ]);
    let ran = scratch.bounded(SMALL, &["."]).expect(0);
    let words = ran.stdout.trim_end().replace('\n', " ");
    assert!(words.contains("2 files are hidden by .gitignore."), "{words}");
    let verbose = scratch.bounded(SMALL, &[".", "--verbose"]).expect(0).stderr;
    for line in [
        "a.local.conf: left alone: .gitignore hides it",
        "deploy: left alone: .gitignore hides it",
        "deploy/nginx/sites/app: left alone: .gitignore hides it",
        "target: left alone: .gitignore hides it",
    ] {
        assert!(verbose.lines().any(|there| there == line), "{line}:\n{verbose}");
    }
    let ran = json(&scratch, &[".", "--no-ignore-files"]).expect(1);
    assert_eq!(found(&ran), ["a.local.conf", "deploy/nginx/sites/app"]);
    for command in [&["facts"][..], &["trace", "ws://a/socket.io/"]] {
        let args = [command, &[".", "--no-ignore-files", "--format", "json"]].concat();
        assert!(scratch.bounded(SMALL, &args).stdout.contains("/socket.io/"));
    }
    // Nothing is said where nothing that could matter is hidden.
    scratch.write(".gitignore", b"target\nnotes\n");
    let ran = scratch.bounded(SMALL, &["."]).expect(1);
    assert!(!ran.stdout.contains("hidden"), "{ran:?}");
    // A folder that is too large to look through is named.
    scratch.write(".gitignore", b"many\n");
    fs::create_dir(scratch.path().join("many")).expect("a folder");
    let verbose = scratch.bounded(SMALL, &[".", "--verbose"]).ended(1).stderr;
    assert!(verbose.contains("many: left alone: .gitignore hides it"), "{verbose}");
}

#[test]
fn the_ignore_files_of_the_machine_do_not_count() {
    let scratch = Scratch::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/info/exclude", "*.conf\n"),
        ("repo/app.conf", SITE),
        ("home/.gitconfig", "[core]\n\texcludesFile = ~/ignored\n"),
        ("home/ignored", "*.conf\n"),
        ("home/.config/git/ignore", "*.conf\n"),
        ("xdg/git/ignore", "*.conf\n"),
        (".gitignore", "*.conf\n"),
        (".ignore", "*.conf\n"),
    ]);
    let home = scratch.path().join("home");
    for variables in [
        &[("HOME", home.clone())][..],
        &[("HOME", home.clone()), ("XDG_CONFIG_HOME", scratch.path().join("xdg"))],
        &[("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))],
    ] {
        let mut command = scratch.limited(SMALL, &[], &[".", "--format", "json"]);
        command.current_dir(scratch.path().join("repo")).envs(variables.iter().cloned());
        let ran = Ran::from(command.output().expect("the command runs"));
        assert_eq!(found(&ran), ["app.conf"], "{variables:?}: {ran:?}");
    }
}

#[test]
fn ignore_files_count_up_to_the_top_of_the_repository() {
    let scratch = Scratch::new(&[
        (".git/HEAD", ""),
        (".gitignore", "build/\n/conf/a.conf\n*.off.conf\n"),
        ("conf/.gitignore", "!b.off.conf\n"),
        ("conf/a.conf", LOST),
        ("conf/b.off.conf", LOST),
        ("conf/c.off.conf", LOST),
        ("conf/build/d.conf", LOST),
        ("conf/e.conf", LOST),
        ("conf/sub/a.conf", LOST),
    ]);
    let expected = ["conf/b.off.conf", "conf/e.conf", "conf/sub/a.conf"];
    for args in [&["."][..], &["conf"]] {
        assert_eq!(found(&json(&scratch, args).expect(1)), expected, "{args:?}");
    }
    // What is named is read.
    assert_eq!(found(&json(&scratch, &["conf/build"]).expect(1)), ["conf/build/d.conf"]);
    assert_eq!(found(&json(&scratch, &["conf/a.conf"]).expect(1)), ["conf/a.conf"]);
}
