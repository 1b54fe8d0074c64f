//! What lies outside of a linted tree, and the data of version control in it, is neither read nor written to, whatever
//! the tree says and wherever its links lead.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::fifo;
use crate::support::{KEPT, LOST, Ran, SMALL, Scratch};

/// Stands in every file that must not be read.
const CANARY: &str = "CANARY";

const FORMATS: [&str; 8] = ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle"];

/// A configuration that would print what the file says for the key `machine`.
fn haproxy(file: &str) -> String {
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\nfrontend f\n    \
         bind :80\n    http-request set-path %[str(machine),map_str({file})]\n    \
         acl known path -f {file}\n    http-request deny if !known\n    \
         use_backend %[path,map({file})] if {{ hdr(Upgrade) -i websocket }}\n    \
         use_backend app if {{ path_beg /socket.io/ }}\n    default_backend app\nbackend app\n    \
         errorfile 503 {file}\n    server s1 127.0.0.1:3000\n    server s2 127.0.0.1:3002\n"
    )
}

/// What such a file holds: a line of `.netrc`, a setting of git, and a configuration of nginx.
const SECRETS: &str = "machine CANARY login CANARY\n/socket.io/ CANARY\n[http]\n\textraheader = CANARY\n\
                       server { listen 80; server_name CANARY; location /ws { proxy_pass http://CANARY; } }\n";

const SETTINGS: &str = "websockets:\n  - path: /socket.io/\n    framework: socket.io\n  - path: /ws\n";

/// Runs all outputs on `args`, none of which may hold the canary; what `--format json` gave.
fn check(scratch: &Scratch, folder: &str, args: &[&str]) -> Ran {
    for format in FORMATS {
        run(scratch, folder, &["--format", format], args);
    }
    for flags in [
        &["--verbose"][..],
        &["--diff", "--unsafe-fixes"],
        &["--statistics"],
        &["facts", "--format", "json"],
        &["trace", "ws://a/ws"],
    ] {
        run(scratch, folder, flags, args);
    }
    check_briefly(scratch, folder, args)
}

/// The same with few outputs, for what is refused before anything is read.
fn check_briefly(scratch: &Scratch, folder: &str, args: &[&str]) -> Ran {
    for flags in [&["facts"][..], &["trace", "ws://a/socket.io/", "--format", "json"]] {
        run(scratch, folder, flags, args);
    }
    run(scratch, folder, &["--format", "json"], args)
}

fn run(scratch: &Scratch, folder: &str, flags: &[&str], args: &[&str]) -> Ran {
    let ran = scratch.bounded_in(folder, SMALL, &[flags, args].concat());
    assert!(!format!("{ran:?}").contains(CANARY), "{flags:?} {args:?}: {ran:?}");
    assert!(matches!(ran.status, Some(0..=2)), "{flags:?} {args:?}: {ran:?}");
    ran
}

/// The kinds of the notes about a file.
fn notes(ran: &Ran, file: &str) -> Vec<String> {
    let document = ran.json();
    let notes = document["notes"].as_array().expect("notes").iter();
    let of_file = notes.filter(|note| note["file"] == file);
    of_file.map(|note| note["kind"].as_str().expect("a kind").to_owned()).collect()
}

/// A repository, and beside it a folder that must not be read.
fn repository() -> Scratch {
    let scratch = Scratch::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/config", SECRETS),
        ("repo/.hg/hgrc", SECRETS),
        ("repo/.svn/wc.db", SECRETS),
        ("repo/.GIT/config", SECRETS),
        ("repo/sub/.git", "gitdir: ../.git/modules/sub\nmachine CANARY\n"),
        ("repo/.git/modules/sub/config", SECRETS),
        ("repo/wslint.yaml", SETTINGS),
        ("outside/netrc", SECRETS),
        ("outside/deep/x.conf", SECRETS),
    ]);
    for (target, link) in [
        ("../outside/netrc", "nrc"),
        ("chain2", "chain1"),
        ("sub/../chain3", "chain2"),
        ("../outside/netrc", "chain3"),
        ("../outside", "folder"),
        ("folder/netrc", "through"),
        ("/proc/self/environ", "env"),
        ("/proc/self/cwd/../outside/netrc", "cwd"),
        ("/proc/self/root", "root"),
        (".git", "gitlink"),
        (".git/config", "token"),
        (".git/../../outside/netrc", "around"),
        ("../outside/netrc", "hosts.map"),
        ("../outside", "folder.map"),
    ] {
        symlink(target, scratch.path().join("repo").join(link)).expect("a link");
    }
    scratch
}

/// Names of files that must not be read, seen from a folder of the repository, and whether a note says so. One that
/// is a pattern names nothing in HAProxy.
fn forbidden(scratch: &Scratch) -> Vec<(String, bool)> {
    let outside = scratch.path().join("outside/netrc").canonicalize().expect("it is there");
    let outside = outside.to_str().expect("a plain path");
    let names = [
        ("../nrc", true),
        ("../../outside/netrc", true),
        ("../chain1", true),
        ("../folder/netrc", true),
        ("../through", true),
        ("../env", true),
        ("../cwd", true),
        ("../gitlink/config", true),
        ("../token", true),
        ("../around", true),
        ("../hosts.map", true),
        ("../folder.map", true),
        ("../.git/config", true),
        ("../.git/../.git//config", true),
        ("../.GIT/config", true),
        ("../.hg/hgrc", true),
        ("../.svn/wc.db", true),
        ("../sub/.git", true),
        ("file@../nrc", true),
        ("../n*c", false),
        ("../[n]rc", false),
        ("../n?c", false),
        ("../*/netrc", false),
    ];
    let mut names: Vec<(String, bool)> = names.map(|(name, told)| (name.to_owned(), told)).into();
    names.extend([(outside.to_owned(), true), (format!("../root{outside}"), true)]);
    names
}

#[test]
fn no_file_that_haproxy_names_leads_out() {
    let scratch = repository();
    let names = forbidden(&scratch);
    for (number, (name, _)) in names.iter().enumerate() {
        scratch.write(format!("repo/case{number}/haproxy.cfg"), haproxy(name).as_bytes());
    }
    let ran = check(&scratch, "repo", &["."]);
    for (number, (name, told)) in names.iter().enumerate() {
        let kinds = notes(&ran, &format!("case{number}/haproxy.cfg"));
        assert_eq!(kinds.contains(&"file-outside".to_owned()), *told, "{name}: {kinds:?}");
    }
    // The environment of the command itself, in which cargo leaves traces.
    assert!(!ran.stdout.contains("CARGO_PKG_"), "{ran:?}");
}

#[test]
fn no_include_leads_out() {
    let scratch = repository();
    let mut includes: Vec<String> = forbidden(&scratch).into_iter().map(|(name, _)| name).collect();
    let patterns =
        ["../folder/deep/*.conf", "../*/deep/*.conf", "../.g*/config", "../../*/netrc", "../[.]git/*"];
    includes.extend(patterns.map(str::to_owned));
    for (number, name) in includes.iter().enumerate() {
        let main = format!("events {{}}\nhttp {{\n    include {name};\n}}\n");
        scratch.write(format!("repo/case{number}/nginx.conf"), main.as_bytes());
    }
    let ran = check(&scratch, "repo", &["."]);
    for (number, name) in includes.iter().enumerate() {
        let kinds = notes(&ran, &format!("case{number}/nginx.conf"));
        let nothing = ["file@../nrc", "../[.]git/*"].contains(&name.as_str());
        assert_eq!(kinds.contains(&"include-outside".to_owned()), !nothing, "{name}: {kinds:?}");
    }
    // A pattern is told as it is written, not by what it would have matched.
    assert!(!ran.stdout.contains("/x.conf"), "{ran:?}");
}

#[test]
fn files_of_the_tree_are_brought_under_their_very_names() {
    let map = "/ws app\n";
    let names = ["hosts.map", "a*b.map", "[x].map", "linked.map", "sub/../hosts.map", "hard.map"];
    let scratch = Scratch::new(&[("hosts.map", map), ("a*b.map", map), ("[x].map", map), ("sub/x", "")]);
    // What the second one would match as a pattern.
    scratch.write("axb.map", b"/ws other\n");
    symlink("hosts.map", scratch.path().join("linked.map")).expect("a link");
    fs::hard_link(scratch.path().join("hosts.map"), scratch.path().join("hard.map")).expect("a hard link");
    for name in names {
        let config = format!(
            "frontend f\n    mode http\n    bind :80\n    use_backend %[path,map({name})]\nbackend app\n    mode http\n    \
             server a 127.0.0.1:3000\nbackend other\n    mode http\n    server b 127.0.0.1:3001\n"
        );
        scratch.write("haproxy.cfg", config.as_bytes());
        let ran = scratch.bounded(SMALL, &["trace", "ws://a/ws", "haproxy.cfg", "--format", "json"]);
        assert_eq!(ran.json()["outcome"]["backend"], "app", "{name}: {ran:?}");
    }
}

#[test]
fn a_map_that_is_no_regular_file_is_told() {
    let scratch = Scratch::new(&[("haproxy.cfg", &haproxy("strange")), ("wslint.yaml", SETTINGS)]);
    fifo(&scratch, "strange");
    assert_eq!(notes(&check(&scratch, ".", &["."]), "haproxy.cfg")[0], "unreadable");
    fs::remove_file(scratch.path().join("strange")).expect("it can go");
    fs::create_dir(scratch.path().join("strange")).expect("a folder");
    assert_eq!(notes(&check(&scratch, ".", &["."]), "haproxy.cfg")[0], "unreadable");
}

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

#[test]
fn data_of_version_control_is_never_named() {
    let scratch = repository();
    let config = KEPT.replace("127.0.0.1:3000", CANARY);
    for folder in [".git", ".hg", ".svn", ".GIT", ".git/modules/sub"] {
        scratch.write(format!("repo/{folder}/nginx.conf"), config.as_bytes());
    }
    let top = scratch.path().to_str().expect("a plain path");
    for path in [
        ".git/nginx.conf",
        ".git",
        ".hg",
        ".svn/nginx.conf",
        ".GIT/nginx.conf",
        "gitlink",
        "gitlink/nginx.conf",
        "sub/.git",
    ] {
        for permitted in [&[][..], &["--allow-root", top], &["--allow-root", "/"]] {
            let ran = check_briefly(&scratch, "repo", &[&[path][..], permitted].concat());
            assert_eq!(ran.status, Some(2), "{path}: {ran:?}");
        }
    }
    for flags in [
        &["--allow-root", ".git", "."][..],
        &["--root", "/etc/nginx=gitlink", "."],
        &["--nginx-prefix", ".hg", "."],
        &["--config", ".git/config", "."],
        &["--config", "token", "."],
        &["--baseline", "token", "."],
        &["--baseline", ".git/config", "."],
        &["syntax", "token"],
        &["syntax", ".git/config"],
    ] {
        let ran = scratch.bounded_in("repo", SMALL, flags).expect(2);
        assert!(ran.stderr.contains("version control") && !format!("{ran:?}").contains(CANARY), "{ran:?}");
    }
    // The working directory itself may lie there, as in a hook.
    scratch.bounded_in("repo/.git", SMALL, &["nginx.conf"]).expect(2);
}

#[test]
fn the_data_of_a_repository_is_found_where_a_file_called_git_leads() {
    let names = ["../data/config", "../data/worktrees/repo/HEAD", "../link"];
    let scratch = Scratch::new(&[
        ("repo/.git", "gitdir: ../data/worktrees/repo\n"),
        ("data/worktrees/repo/commondir", "../..\n"),
        ("data/worktrees/repo/HEAD", SECRETS),
        ("data/config", SECRETS),
        ("repo/wslint.yaml", SETTINGS),
    ]);
    symlink("data/config", scratch.path().join("link")).expect("a link");
    for (number, name) in names.iter().enumerate() {
        scratch.write(format!("repo/case{number}/haproxy.cfg"), haproxy(&format!("../{name}")).as_bytes());
    }
    let ran = check(&scratch, "repo", &[".", "--allow-root", ".."]);
    for number in 0..names.len() {
        assert_eq!(notes(&ran, &format!("case{number}/haproxy.cfg"))[0], "file-outside", "{ran:?}");
    }
    check(&scratch, ".", &["data/config", "--allow-root", "."]);
    // Working trees in the folder of a bare repository are read.
    let bare = Scratch::new(&[
        ("config", SECRETS),
        ("worktrees/main/commondir", "../..\n"),
        ("main/.git", "gitdir: ../worktrees/main\n"),
        ("main/nginx.conf", LOST),
        ("main/haproxy.cfg", &haproxy("../config")),
        ("main/wslint.yaml", SETTINGS),
    ]);
    let ran = check(&bare, "main", &[".", "--allow-root", ".."]);
    assert_eq!(notes(&ran, "haproxy.cfg")[0], "file-outside", "{ran:?}");
    assert!(ran.stdout.contains("\"file\":\"nginx.conf\""), "{ran:?}");
}

#[test]
fn settings_and_baselines_are_regular_files_of_the_repository() {
    let scratch = repository();
    scratch.write("repo/nginx.conf", KEPT.as_bytes());
    let settings = scratch.path().join("repo/wslint.yaml");
    let sparse = scratch.path().join("repo/sparse");
    fs::File::create(&sparse).expect("a file").set_len(1 << 34).expect("a sparse file");
    for (target, words) in [
        ("../outside/netrc", "leads out of the repository"),
        ("chain1", "leads out of the repository"),
        ("/etc/passwd", "leads out of the repository"),
        ("/dev/zero", "leads out of the repository"),
        ("token", "version control"),
        (".hg/hgrc", "version control"),
        ("sparse", "larger than 1 MiB"),
        ("sub", "directory"),
        ("pipe", "FIFO"),
    ] {
        let _ = fs::remove_file(scratch.path().join("repo/pipe"));
        fifo(&scratch, "repo/pipe");
        fs::remove_file(&settings).expect("it can go");
        symlink(target, &settings).expect("a link");
        for args in [&["nginx.conf"][..], &["facts", "nginx.conf"], &["trace", "ws://a/ws", "."]] {
            let ran = scratch.bounded_in("repo", SMALL, args).expect(2);
            assert!(ran.stderr.contains("wslint.yaml: ") && ran.stderr.contains(words), "{target}: {ran:?}");
            assert!(!format!("{ran:?}").contains(CANARY) && !ran.stderr.contains("root:"), "{ran:?}");
        }
        let named = scratch.bounded_in("repo", SMALL, &["nginx.conf", "--config", "wslint.yaml"]).expect(2);
        assert!(!format!("{named:?}").contains(CANARY), "{named:?}");
    }
    fs::remove_file(&settings).expect("it can go");
    for (baseline, words) in [
        ("nrc", "leads out"),
        ("folder/netrc", "leads out"),
        ("token", "version control"),
        ("pipe", "FIFO"),
        ("sub", "directory"),
        ("sparse", "larger than 16 MiB"),
        ("absent", "no such file"),
    ] {
        let ran = scratch.bounded_in("repo", SMALL, &["nginx.conf", "--baseline", baseline]).expect(2);
        assert!(ran.stderr.contains(words) && !format!("{ran:?}").contains(CANARY), "{baseline}: {ran:?}");
    }
}

#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    let scratch = repository();
    scratch.write("repo/nginx.conf", LOST.as_bytes());
    scratch.write("repo/out/report", b"old");
    scratch.write("victim", b"precious");
    for (target, link) in [
        ("../victim", "wslint.sarif"),
        ("wslint.sarif", "second"),
        ("..", "above"),
        ("absent/report", "dangling"),
        ("../absent", "dangling-out"),
        ("/dev/full", "device"),
        ("loop", "loop"),
        ("out/report", "inside"),
        ("out", "linked-out"),
        (".git", "hooks"),
    ] {
        symlink(target, scratch.path().join("repo").join(link)).expect("a link");
    }
    let repo = scratch.path().join("repo");
    let listed = || {
        let mut names: Vec<_> = [".", ".git", ".."]
            .iter()
            .flat_map(|name| fs::read_dir(repo.join(name)).expect("readable"))
            .map(|entry| entry.expect("an entry").path())
            .collect();
        names.sort();
        names
    };
    let before = listed();
    for (place, named) in [
        ("wslint.sarif", "`wslint.sarif`"),
        ("second", "`second`"),
        ("above/victim", "`above`"),
        ("above/new", "`above`"),
        ("out/../above/repo/new", "`out/../above`"),
        ("dangling", "`dangling`"),
        ("dangling-out", "`dangling-out`"),
        ("device", "`device`"),
        ("folder/netrc", "`folder`"),
        ("loop", "Too many levels"),
        ("hooks/post-checkout", "version control"),
        (".git/config", "version control"),
        (".hg/new", "version control"),
    ] {
        for args in [
            &["nginx.conf", "--format", "sarif", "--output-file", place][..],
            &["nginx.conf", "--write-baseline", "--baseline", place],
        ] {
            let ran = scratch.bounded_in("repo", SMALL, args).expect(2);
            let message = ran.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
            assert!(message.contains(place) && message.contains(named), "{args:?}: {ran:?}");
        }
    }
    for folder in ["above", "hooks", "folder", "loop", ".git", "absent"] {
        scratch.bounded_in("repo", SMALL, &["init", folder]).expect(2);
    }
    assert_eq!(listed(), before);
    assert_eq!(fs::read_to_string(scratch.path().join("victim")).expect("readable"), "precious");
    let kept = fs::read_to_string(repo.join(".git/config")).expect("readable");
    assert_eq!(kept, SECRETS);
    for place in ["inside", "linked-out/new", "new"] {
        let args = ["nginx.conf", "--format", "sarif", "--output-file", place];
        scratch.bounded_in("repo", SMALL, &args).expect(1);
        assert!(fs::read_to_string(repo.join(place)).expect("readable").starts_with("{\"$schema\""));
    }
    assert!(repo.join("inside").is_symlink(), "the link stays");
}

#[test]
fn what_is_mended_lies_in_the_territory() {
    let outside = Scratch::new(&[("app.conf", LOST)]);
    let scratch =
        Scratch::new(&[("repo/.git/HEAD", ""), ("repo/real/nginx.conf", LOST), ("repo/hidden/b.conf", LOST)]);
    scratch.write("repo/.gitignore", b"hidden/\n");
    for (target, link) in [
        (outside.path().join("app.conf"), "out.conf"),
        ("real/nginx.conf".into(), "in.conf"),
        ("hidden".into(), "shown"),
    ] {
        symlink(target, scratch.path().join("repo").join(link)).expect("a link");
    }
    let read = |path: &Path| fs::read_to_string(path).expect("readable");
    scratch.bounded_in("repo", SMALL, &["--fix", "."]).ended(0);
    for mended in ["repo/real/nginx.conf", "repo/hidden/b.conf"] {
        assert!(read(&scratch.path().join(mended)).contains("Upgrade $http_upgrade"), "{mended}");
    }
    assert_eq!(read(&outside.path().join("app.conf")), LOST);
    let permitted = outside.path().to_str().expect("a plain path");
    scratch.bounded_in("repo", SMALL, &["--fix", ".", "--allow-root", permitted]).ended(0);
    assert!(read(&outside.path().join("app.conf")).contains("Upgrade $http_upgrade"), "it was permitted");
    assert!(scratch.path().join("repo/out.conf").is_symlink());
}
