//! `wslint compare`: pairs of trees with each difference that a reader sees, trees that are the same, and revisions of git.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{KEPT, LOST, Ran, Scratch};
use crate::validators::validate;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)
}

fn folders(above: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(above).expect("the fixtures can be listed");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("a fixture").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn compare(folder: &Path, args: &[&str]) -> Ran {
    let scratch = Scratch::new(&[]);
    let mut command = scratch.wslint(&["compare"]);
    Ran::from(command.args(args).current_dir(folder).output().expect("the command runs"))
}

/// What is told, in the form of `expected.txt`: a line for each route, and one for each difference with its places.
fn told(document: &Value) -> String {
    let mut told = String::new();
    let text = |value: &Value| match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let place = |sign: char, place: &Value| match place {
        Value::Null => String::new(),
        place => format!(" {sign}{}:{}", text(&place["file"]), place["line"]),
    };
    for route in document["routes"].as_array().expect("routes") {
        let host = route["host"].as_str().unwrap_or_default();
        let event = route["event"].as_str().filter(|event| *event != "kept");
        let event = event.map(|event| format!(" ({event})")).unwrap_or_default();
        writeln!(told, "{} {host}{}{event}", text(&route["change"]), text(&route["path"])).expect("memory");
        for difference in route["differences"].as_array().expect("differences") {
            let turn = match (difference["kind"].as_str(), &difference["new"]) {
                (Some("rule"), Value::Null) => "no more".to_owned(),
                (Some("rule"), _) => "now".to_owned(),
                (_, new) => format!("{} -> {}", text(&difference["old"]), text(new)),
            };
            let places =
                [place('-', &difference["old_place"]), place('+', &difference["new_place"])].concat();
            writeln!(told, "  {}: {turn}{places}", text(&difference["what"])).expect("memory");
        }
    }
    told
}

/// Pairs of trees as they change, each with what a reader expects of it; `same-…` are pairs in which nothing does.
#[test]
fn each_difference_is_told_and_none_is_invented() {
    let pairs = folders(&fixtures("compare"));
    assert!(pairs.len() >= 30, "{}", pairs.len());
    let reports = Scratch::new(&[]);
    let mut written: Vec<PathBuf> = Vec::new();
    for pair in pairs {
        let name = pair.file_name().expect("a name").to_string_lossy().into_owned();
        let ran = compare(&pair, &["--format", "json", "--no-config", "old", "new"]);
        let document = ran.json();
        written.push(reports.path().join(format!("{name}.json")));
        fs::write(&written[written.len() - 1], &ran.stdout).expect("a report is written");
        let told = told(&document);
        let expected = fs::read_to_string(pair.join("expected.txt")).expect("what a reader expects");
        assert_eq!(told, expected, "{name}");
        assert_eq!(told.is_empty(), name.starts_with("same-"), "{name}");
        let worse = document["summary"]["worse"].as_u64().expect("a count");
        ran.expect(i32::from(worse > 0));
        for side in ["old", "new"] {
            let ran = compare(&pair, &["--format", "json", "--no-config", side, side]).expect(0);
            assert_eq!(ran.json()["routes"], Value::Array(Vec::new()), "{name}: {side}");
        }
        // What gets worse gets better the other way round.
        let back = compare(&pair, &["--format", "json", "--no-config", "new", "old"]).json();
        let counts = |document: &Value| document["routes"].as_array().map(Vec::len);
        assert_eq!(counts(&back), counts(&document), "{name}");
    }
    validate("compare", &written);
}

#[test]
fn a_tree_is_the_same_as_itself() {
    for folder in ["projects", "real", "deployments", "embedded", "kubernetes"] {
        let ran = compare(&fixtures(folder), &["--format", "json", "--fail-on", "change", ".", "."]);
        let document = ran.json();
        assert_eq!(document["routes"], Value::Array(Vec::new()), "{folder}");
        assert!(document["summary"]["same"].as_u64() > Some(0), "{folder}");
    }
}

fn pair(name: &str, format: &str) -> String {
    let folder = fixtures("compare").join(name);
    compare(&folder, &["--format", format, "--no-config", "--fail-on", "never", "old", "new"])
        .expect(0)
        .stdout
}

#[test]
fn every_format_tells_the_same_change() {
    insta::assert_snapshot!("full", pair("nginx-headers-lost", "full"));
    insta::assert_snapshot!("json", pair("nginx-location-gone", "json"));
    insta::assert_snapshot!("markdown", pair("haproxy-tunnel-missing", "markdown"));
    insta::assert_snapshot!("github", pair("nginx-affinity-lost", "github"));
}

#[test]
fn what_fails_is_what_was_asked_for() {
    let worse = fixtures("compare").join("nginx-idle-shorter");
    let moved = fixtures("compare").join("nginx-upstream-moved");
    for (folder, fail_on, status) in [
        (&worse, "worse", 1),
        (&worse, "change", 1),
        (&worse, "never", 0),
        (&moved, "worse", 0),
        (&moved, "change", 1),
        (&moved, "never", 0),
    ] {
        compare(folder, &["--fail-on", fail_on, "old", "new"]).expect(status);
    }
}

/// A repository, with a folder for temporary files beside it.
struct Repository {
    scratch: Scratch,
    temporary: Scratch,
}

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self { scratch: Scratch::new(files), temporary: Scratch::new(&[]) };
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository.commit("first");
        repository
    }

    fn git(&self, args: &[&str]) {
        git(self.scratch.path(), args);
    }

    fn write(&self, name: &str, text: &str) {
        self.scratch.write(name, text.as_bytes());
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn compare(&self, args: &[&str]) -> Ran {
        self.compare_in(self.scratch.path(), args)
    }

    /// Runs it in a folder. Nothing stays of what it laid out.
    fn compare_in(&self, folder: &Path, args: &[&str]) -> Ran {
        let mut command = self.scratch.wslint(&["compare"]);
        command.args(args).current_dir(folder).env("TMPDIR", self.temporary.path());
        let ran = Ran::from(command.output().expect("the command runs"));
        assert_eq!(fs::read_dir(self.temporary.path()).expect("a folder").count(), 0, "{ran:?}");
        ran
    }
}

fn git(folder: &Path, args: &[&str]) {
    let settings =
        ["user.name=a", "user.email=a@example.com", "protocol.file.allow=always", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.args(settings.iter().flat_map(|setting| ["-c", setting])).args(args);
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn revisions_are_compared_with_each_other_and_with_the_working_tree() {
    let repository = Repository::new(&[("deploy/nginx.conf", KEPT)]);
    repository.git(&["tag", "v1"]);
    repository.write("deploy/nginx.conf", LOST);
    let ran = repository.compare(&["main"]).expect(1);
    assert!(ran.stdout.contains("main -> the working tree: 1 worse of 1 WebSocket route."), "{ran:?}");
    assert!(ran.stdout.contains("+ deploy/nginx.conf:5  location /ws"), "{ran:?}");
    repository.commit("second");
    repository.compare(&["HEAD"]).expect(0);
    for range in ["v1..main", "v1...main", "v1..", "v1..."] {
        repository.compare(&[range]).expect(1);
    }
    let ran = repository.compare(&["main", "v1"]).expect(0);
    assert!(ran.stdout.contains("better: /ws"), "{ran:?}");
    // A folder stands for itself, and behind a colon for itself in a revision.
    repository.compare(&["v1:deploy", "deploy"]).expect(1);
    repository.compare(&["main:deploy/nginx.conf", "deploy/nginx.conf"]).expect(0);
    let deploy = repository.scratch.path().join("deploy");
    let ran = repository.compare_in(&deploy, &["v1"]).expect(1);
    assert!(ran.stdout.contains("- nginx.conf:9  proxy_set_header Upgrade $http_upgrade"), "{ran:?}");
}

#[test]
fn moved_files_are_no_change_and_new_ones_are() {
    let repository = Repository::new(&[("old/nginx.conf", KEPT)]);
    repository.git(&["mv", "old", "new"]);
    repository.compare(&["main", "--fail-on", "change"]).expect(0);
    repository.write("haproxy/haproxy.cfg", crate::support::TUNNEL_MISSING);
    let ran = repository.compare(&["main", "--fail-on", "worse"]).expect(1);
    assert!(ran.stdout.contains("worse: / is new"), "{ran:?}");
    // The folder is not in the revision: all of it is new.
    let folder = repository.scratch.path().join("haproxy");
    let ran = repository.compare_in(&folder, &["main"]).expect(1);
    assert!(ran.stderr.contains("no such folder, so that all routes are new"), "{ran:?}");
}

#[test]
fn what_is_not_there_is_told_with_what_to_type() {
    let repository = Repository::new(&[("nginx.conf", KEPT)]);
    repository.commit("second");
    for (args, words) in [
        (&["nothing"][..], "`nothing`: this repository knows no such revision here"),
        (&["main", "nothing"], "`nothing`: this repository"),
        (&["main:nothing"], "holds no such folder"),
        (&["main:../../etc"], "`main:../../etc`: this repository knows no such revision here"),
        (&["./nothing"], "./nothing: no such file or directory"),
        (&["main..nothing"], "`nothing`"),
        (&["main..HEAD", "HEAD"], "is a third"),
        (&["-"], "neither a revision nor a folder"),
    ] {
        let ran = repository.compare(args).expect(2);
        assert!(ran.stderr.contains(words) && ran.stdout.is_empty(), "{args:?}: {ran:?}");
    }
    let clones = Scratch::new(&[]);
    let url = format!("file://{}", repository.scratch.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    let ran = repository.compare_in(&clones.path().join("shallow"), &["HEAD~1"]).expect(2);
    assert!(
        ran.stderr.contains("`git fetch --unshallow`") && ran.stderr.contains("fetch-depth: 0"),
        "{ran:?}"
    );
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    git(clones.path(), &["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "partial"]);
    let ran = repository.compare_in(&clones.path().join("partial"), &["HEAD~1", "HEAD"]).expect(2);
    assert!(ran.stderr.contains("git fetch --refetch --no-filter"), "{ran:?}");
    let nowhere = Scratch::new(&[]);
    let ran = repository.compare_in(nowhere.path(), &["main"]).expect(2);
    assert!(ran.stderr.contains("in no git repository"), "{ran:?}");
}

#[test]
fn a_name_that_is_both_is_the_revision_and_said_so() {
    let repository = Repository::new(&[("nginx.conf", KEPT), ("main/nginx.conf", LOST)]);
    let ran = repository.compare(&["main", "--fail-on", "change"]).expect(0);
    assert!(ran.stderr.contains("write `./main` for the path"), "{ran:?}");
    repository.compare(&["nginx.conf", "./main"]).expect(1);
}

#[test]
fn a_tree_that_cannot_be_read_is_no_comparison() {
    let repository = Repository::new(&[("nginx.conf", &KEPT.replace("server {", "server "))]);
    repository.write("nginx.conf", KEPT);
    let ran = repository.compare(&["main"]).expect(2);
    assert!(ran.stderr.contains("error: main: not all of it can be read"), "{ran:?}");
    let empty = Repository::new(&[("README.md", "nothing\n")]);
    let ran = empty.compare(&["main"]).expect(2);
    assert!(ran.stderr.contains("neither of the two trees holds"), "{ran:?}");
}

#[test]
fn links_of_a_revision_lead_nowhere_but_into_it() {
    let location = |path: &str| {
        format!(
            "location {path} {{\n    proxy_pass http://127.0.0.1:3000;\n    proxy_http_version 1.1;\n    \
             proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection \"upgrade\";\n}}\n"
        )
    };
    let outside = Scratch::new(&[("out.conf", &location("/outside/ws"))]);
    let main =
        KEPT.replace("location /ws", "include in.conf;\n        include out.conf;\n        location /ws");
    let repository = Repository::new(&[("nginx.conf", &main), ("parts/in.conf", &location("/inside/ws"))]);
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, repository.scratch.path().join(name)).expect("a link");
    };
    link(Path::new("parts/in.conf"), "in.conf");
    link(&outside.path().join("out.conf"), "out.conf");
    repository.commit("links");
    fs::remove_dir_all(repository.scratch.path().join("parts")).expect("it is there");
    repository
        .write("nginx.conf", "events {}\nhttp {\n    server {\n        listen 127.0.0.1:8080;\n    }\n}\n");
    let told = told(&repository.compare(&["main", "--format", "json"]).expect(1).json());
    assert!(told.contains("worse /inside/ws (gone)") && told.contains("worse /ws (gone)"), "{told}");
    assert!(!told.contains("outside"), "{told}");
}

#[test]
fn a_folder_that_is_a_link_in_the_revision_is_not_entered() {
    let outside = Scratch::new(&[("in/nginx.conf", KEPT)]);
    let repository = Repository::new(&[("README.md", "nothing\n")]);
    let place = repository.scratch.path().join("deploy");
    for (target, way) in [(outside.path().to_owned(), "deploy"), (outside.path().join("in"), "deploy/in")] {
        let place = repository.scratch.path().join(way);
        std::os::unix::fs::symlink(target, &place).expect("a link");
        repository.commit("a link");
        let revision = format!("main:{way}");
        fs::remove_file(&place).expect("it is there");
        if way == "deploy" {
            fs::create_dir(&place).expect("a folder");
            repository.write("deploy/in/nginx.conf", LOST);
            // The folder that it is run in is a link in the revision, or lies behind one.
            for folder in ["deploy", "deploy/in"] {
                let folder = repository.scratch.path().join(folder);
                let ran = repository.compare_in(&folder, &["main", "--format", "json"]);
                assert!(!ran.stdout.contains("127.0.0.1:3000"), "{ran:?}");
                ran.expect(2);
            }
            fs::remove_dir_all(&place).expect("it is there");
            fs::create_dir(&place).expect("a folder");
        }
        let ran = repository.compare(&[&revision, "--format", "json"]).expect(2);
        assert!(!ran.stdout.contains("127.0.0.1:3000"), "{ran:?}");
    }
    assert!(place.is_dir());
}

#[test]
fn submodules_and_pointers_are_read_or_told() {
    let part = Repository::new(&[("nginx.conf", KEPT)]);
    let repository = Repository::new(&[("haproxy.cfg", crate::support::TUNNEL_MISSING)]);
    let url = part.scratch.path().to_string_lossy().into_owned();
    repository.git(&["submodule", "--quiet", "add", &url, "part"]);
    repository.commit("a part");
    repository.compare(&["main", "--fail-on", "change"]).expect(0);
    let clones = Scratch::new(&[]);
    git(clones.path(), &["clone", "--quiet", &repository.scratch.path().to_string_lossy(), "clone"]);
    let clone = clones.path().join("clone");
    // Neither tree has it.
    repository.compare_in(&clone, &["main", "--fail-on", "change"]).expect(0);
    clones.write("clone/part/nginx.conf", KEPT.as_bytes());
    let ran = repository.compare_in(&clone, &["main"]).expect(2);
    assert!(
        ran.stderr.contains("part is a submodule") && ran.stderr.contains("git submodule update"),
        "{ran:?}"
    );

    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    let repository = Repository::new(&[("nginx.conf", pointer)]);
    repository.write("nginx.conf", KEPT);
    let ran = repository.compare(&["main"]).expect(2);
    assert!(ran.stderr.contains("nginx.conf is a pointer of Git LFS"), "{ran:?}");
}

#[test]
fn flags_and_declared_endpoints_hold_for_both() {
    let config = "events {}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n";
    let site = "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:3000;\n        \
                proxy_read_timeout 1h;\n    }\n}\n";
    let repository = Repository::new(&[
        ("nginx/nginx.conf", config),
        ("nginx/conf.d/site.conf", site),
        ("settings.yaml", "roots:\n  /etc/nginx: nginx\n"),
    ]);
    repository.write("nginx/conf.d/site.conf", &site.replace("1h", "30s"));
    let args = ["main", "--websocket", "/chat", "--fail-on", "change"];
    let with = |more: &[&str]| repository.compare(&[&args[..], more].concat());
    assert!(with(&["--root", "/etc/nginx=nginx"]).expect(1).stdout.contains("/chat"));
    assert!(with(&["--config", "settings.yaml"]).expect(1).stdout.contains("/chat"));
    // What one side declares is asked of both: a declaration is no change of the traffic.
    repository.write("nginx/conf.d/site.conf", site);
    repository.write("wslint.yaml", "websockets:\n  - path: /feed\nroots:\n  /etc/nginx: nginx\n");
    repository.compare(&["main", "--fail-on", "change", "--root", "/etc/nginx=nginx"]).expect(0);
}
