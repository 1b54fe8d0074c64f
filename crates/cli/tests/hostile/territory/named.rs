//! Links on the way of a path that the command line names.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{CANARY, SECRETS, check_briefly, haproxy};
use crate::support::{LOST, Ran, SMALL, Scratch};

/// Runs the outputs on paths that must be refused; the `--allow-root` that the help says, ready to be typed.
fn refused(scratch: &Scratch, folder: &str, args: &[&str]) -> String {
    let ran = check_briefly(scratch, folder, args);
    assert_eq!(ran.status, Some(2), "{args:?}: {ran:?}");
    let help = ran.json()["errors"][0]["help"].as_str().unwrap_or_default().to_owned();
    let (flag, _) = help.split_once(" permits it").unwrap_or_else(|| panic!("{help:?} {ran:?}"));
    flag.to_owned()
}

#[test]
fn a_named_link_that_leads_out_of_its_repository_is_refused() {
    let secret = LOST.replace("127.0.0.1:3000", CANARY);
    let scratch = Scratch::new(&[
        ("work/repo/.git/HEAD", ""),
        ("work/repo/conf/haproxy.cfg", &haproxy("../../../.netrc")),
        ("work/repo/inner/.git", "gitdir: ../.git/modules/inner\n"),
        ("work/repo/sites/app.conf", LOST),
        (".netrc", SECRETS),
        ("other/nginx.conf", &secret),
        ("other/haproxy.cfg", &haproxy("../.netrc").replace("server s2", "server CANARY")),
        ("other/it's one/nginx.conf", &secret),
    ]);
    let repo = scratch.path().join("work/repo");
    for (target, link) in [
        ("../..", "deploy"),
        ("../../other", "folder"),
        ("folder", "second"),
        ("../../other/nginx.conf", "nginx.conf"),
        ("../../other/it's one", "spaced"),
        ("../../other/haproxy.cfg", "conf/x.haproxy.cfg"),
        ("../../../other/nginx.conf", "conf/y.conf"),
        ("../sites/app.conf", "inner/outer.conf"),
        ("sites", "linked"),
        ("sites/app.conf", "app.conf"),
        ("/proc/self/root", "root"),
    ] {
        symlink(target, repo.join(link)).expect("a link");
    }
    fs::remove_file(repo.join("conf/x.haproxy.cfg")).expect("it can go");
    symlink("../../../other/haproxy.cfg", repo.join("conf/x.haproxy.cfg")).expect("a link");
    let absolute = repo.join("folder/nginx.conf");
    let through_root = format!("root{}", scratch.path().join("other/nginx.conf").display());
    for path in [
        "deploy",
        "deploy/other/haproxy.cfg",
        "folder",
        "folder/",
        "folder/nginx.conf",
        "./second/../other/nginx.conf",
        "sites/../second",
        "nginx.conf",
        "spaced",
        "conf/x.haproxy.cfg",
        "conf/y.conf",
        "inner/outer.conf",
        absolute.to_str().expect("a plain path"),
        &through_root,
    ] {
        let flag = refused(&scratch, "work/repo", &[path]);
        // The shell takes the flag as it is printed.
        let command = format!("'{}' --format json {flag} '{path}'", env!("CARGO_BIN_EXE_wslint"));
        let output = std::process::Command::new("sh")
            .args(["-c", &command])
            .current_dir(&repo)
            .env_remove("GITHUB_ACTIONS")
            .output();
        let ran = Ran::from(output.expect("the shell runs"));
        assert_eq!(ran.json()["errors"].as_array().map(Vec::len), Some(0), "{flag} {path}: {ran:?}");
    }
    for path in ["linked", "app.conf", "linked/app.conf", "sites/../linked/../linked/app.conf"] {
        scratch.bounded_in("work/repo", SMALL, &[path]).expect(1);
    }
    // One that cannot be read does not hide the others.
    let ran = scratch.bounded_in("work/repo", SMALL, &["folder", "app.conf", "--format", "json"]).expect(2);
    assert_eq!(ran.json()["summary"]["errors"], 1, "{ran:?}");
    // Nothing was written through the link either.
    scratch.bounded_in("work/repo", SMALL, &["--fix", "nginx.conf"]).expect(2);
    assert_eq!(fs::read_to_string(scratch.path().join("other/nginx.conf")).expect("readable"), secret);
}

#[test]
fn without_a_repository_a_link_belongs_to_the_tree_of_a_main_file() {
    let scratch = Scratch::new(&[
        ("etc/nginx/nginx.conf", "events {}\nhttp {\n    include sites-enabled/*;\n}\n"),
        (
            "etc/nginx/sites-available/app",
            "server {\n listen 80;\n location /ws { proxy_pass http://a; }\n}\n",
        ),
        (
            "etc/nginx/sites-available/off",
            "server {\n listen 80;\n location /ws { proxy_pass http://a; }\n}\n",
        ),
        ("bare/sites-available/app", "server {\n listen 80;\n location /ws { proxy_pass http://a; }\n}\n"),
        ("opt/nginx/conf/nginx.conf", LOST),
        ("plain/conf/app.conf", LOST),
        ("elsewhere/app.conf", LOST),
    ]);
    let path = |name: &str| scratch.path().join(name);
    for folder in ["etc/nginx/sites-enabled", "bare/sites-enabled"] {
        fs::create_dir(path(folder)).expect("a folder");
    }
    for (target, link) in [
        (
            path("etc/nginx/sites-available/app").to_str().expect("a plain path"),
            "etc/nginx/sites-enabled/app",
        ),
        ("../sites-available/app", "bare/sites-enabled/app"),
        ("../opt/nginx/conf", "etc/linked"),
        ("../../../elsewhere/app.conf", "etc/nginx/sites-enabled/out"),
        ("conf/app.conf", "plain/near.conf"),
        ("../elsewhere/app.conf", "plain/far.conf"),
    ] {
        symlink(target, path(link)).expect("a link");
    }
    for (folder, args, status) in [
        ("etc/nginx", &["sites-enabled/app"][..], 1),
        (".", &["etc/nginx/sites-enabled/app"], 1),
        ("etc/nginx/sites-enabled", &["app"], 1),
        ("etc/nginx", &["."], 1),
        ("etc", &["nginx"], 1),
        ("bare", &["sites-enabled/app"], 1),
        ("bare", &["sites-enabled"], 1),
        ("plain", &["near.conf"], 1),
        ("plain", &["far.conf"], 2),
        ("plain", &["far.conf", "--allow-root", "../elsewhere"], 1),
        ("etc/nginx", &["sites-enabled/out"], 2),
        ("etc", &["linked"], 2),
        ("etc", &["linked/nginx.conf"], 2),
        ("etc", &["linked", "--allow-root", "../opt"], 1),
        ("etc/linked", &["."], 1),
        ("etc/linked", &["nginx.conf"], 1),
    ] {
        let ran = scratch.bounded_in(folder, SMALL, args).expect(status);
        assert_eq!(ran.stderr.contains("--allow-root /"), status == 2, "{args:?}: {ran:?}");
    }
    // A folder that is permitted is the one that was typed, not what a link makes of it.
    let ran = scratch.bounded_in("etc", SMALL, &["linked", "--allow-root", "linked"]).expect(2);
    assert!(ran.stderr.contains("linked: the link `linked` leads out"), "{ran:?}");
}

#[test]
fn links_on_the_way_to_the_working_directory_are_the_users() {
    let scratch = Scratch::new(&[("data/home/repo/.git/HEAD", ""), ("data/home/repo/conf/nginx.conf", LOST)]);
    fs::create_dir(scratch.path().join("short")).expect("a folder");
    symlink("../data/home", scratch.path().join("short/home")).expect("a link");
    symlink("..", scratch.path().join("data/home/repo/up")).expect("a link");
    let here = scratch.path().join("short/home/repo");
    let named = |path: &str, walked: &Path| {
        let mut command = scratch.wslint(&[here.join(path).to_str().expect("a plain path")]);
        Ran::from(command.current_dir(&here).env("PWD", walked).output().expect("the command runs"))
    };
    named("conf/nginx.conf", &here).expect(1);
    named("conf", &here).expect(1);
    named("up/repo/conf", &here).expect(2);
    // Nobody went this way: the variable says something else, or nothing that is true.
    named("conf", scratch.path()).expect(2);
    named("conf", Path::new("relative")).expect(2);
}

#[test]
fn standard_streams_of_the_system_are_no_links_of_a_checkout() {
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("'{}' /dev/stdin < nginx.conf", env!("CARGO_BIN_EXE_wslint"))])
        .current_dir(scratch.path())
        .env_remove("GITHUB_ACTIONS")
        .output();
    Ran::from(output.expect("the shell runs")).expect(1);
    let ran =
        Ran::from(scratch.wslint(&["/dev/stdin"]).write_stdin(LOST).output().expect("the command runs"));
    assert!(ran.expect(2).stderr.contains("FIFO"));
    for place in ["/dev/stdout", "/dev/null", "/proc/self/fd/1"] {
        scratch.bounded(SMALL, &["nginx.conf", "--format", "sarif", "--output-file", place]).expect(1);
    }
}
