//! The configs under `fixtures/real` are what they claim to be: the real proxies take them, and take them still after
//! `--fix`, which then has nothing left to do.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt as _;
use tempfile::TempDir;
use wslint_lab::{Kind, Program};

use crate::support::real_cases;

/// How the real proxy is asked about a case.
enum Asked {
    /// nginx, with this main file below the folder.
    Nginx(String),
    /// nginx, with a main file that includes this one inside these blocks.
    Fragment(&'static str, String),
    /// HAProxy, with this file or directory.
    Haproxy(String),
}

#[test]
fn real_proxies_accept_the_configs_before_and_after_fixing() {
    let nginx = Program::find(Kind::Nginx).expect("nginx is installed");
    let haproxy = Program::find(Kind::Haproxy).expect("haproxy is installed");
    let cases = real_cases();
    let mut tried = 0;
    let mut wrong = Vec::new();
    for case in &cases {
        let Some(asked) = asked(case) else { continue };
        tried += 1;
        if let Err(words) = check(case, &asked, &nginx, &haproxy) {
            wrong.push(format!("{}: {words}", case.file_name().expect("a name").to_string_lossy()));
        }
    }
    assert!(tried >= 60, "only {tried} cases can be tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `loads.txt` says, or what follows from the files where there is none.
fn asked(case: &Path) -> Option<Asked> {
    let Ok(text) = fs::read_to_string(case.join("loads.txt")) else {
        let asked = if case.join("haproxy.cfg").is_file() {
            Asked::Haproxy("haproxy.cfg".to_owned())
        } else {
            Asked::Nginx("nginx.conf".to_owned())
        };
        return Some(asked);
    };
    let (how, rest) = text.trim().split_once(": ").expect("loads.txt has the form HOW: WHAT");
    match how {
        "no" => None,
        "whole" if rest.ends_with("nginx.conf") => Some(Asked::Nginx(rest.to_owned())),
        "whole" => Some(Asked::Haproxy(rest.to_owned())),
        "in http" => Some(Asked::Fragment("include FILE;", rest.to_owned())),
        "in server" => Some(Asked::Fragment("server { include FILE; }", rest.to_owned())),
        "in location" => Some(Asked::Fragment("server { location / { include FILE; } }", rest.to_owned())),
        _ => panic!("{}: {text}", case.display()),
    }
}

fn check(case: &Path, asked: &Asked, nginx: &Program, haproxy: &Program) -> Result<(), String> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    copy(case, scratch.path());
    let refused = |when: &str, words: String| Err(format!("refused {when}: {words}"));
    if let Some(words) = refusal(&scratch, asked, nginx, haproxy) {
        return refused("as it stands", words);
    }
    let fixed = wslint(scratch.path(), &["--fix", "--unsafe-fixes", "--exit-zero", "--quiet", "."]);
    if fixed.status.code() == Some(2) {
        return Err(String::from_utf8_lossy(&fixed.stderr).into_owned());
    }
    if let Some(words) = refusal(&scratch, asked, nginx, haproxy) {
        return refused("after --fix", words);
    }
    let again = wslint(scratch.path(), &["--diff", "--unsafe-fixes", "."]);
    match String::from_utf8_lossy(&again.stdout) {
        diff if diff.is_empty() => Ok(()),
        diff => Err(format!("--fix does not do all at once; left is\n{diff}")),
    }
}

fn wslint(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    command.current_dir(folder).args(args).env_remove("GITHUB_ACTIONS").output().expect("the command runs")
}

/// What the proxy says against the config. nginx is asked for the syntax: whether the ports are free is another matter.
fn refusal(scratch: &TempDir, asked: &Asked, nginx: &Program, haproxy: &Program) -> Option<String> {
    let folder = scratch.path();
    let main = match asked {
        Asked::Haproxy(file) => {
            let output = Command::new(&haproxy.path).current_dir(folder).args(["-c", "-f", file]).output();
            let output = output.expect("haproxy runs");
            return (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Asked::Nginx(file) => folder.join(file),
        Asked::Fragment(block, file) => {
            let aside = tempfile::tempdir_in(folder).expect("a folder aside").keep();
            let path = aside.join("nginx.conf");
            let block = block.replace("FILE", &folder.join(file).display().to_string());
            fs::write(&path, format!("events {{}}\nhttp {{ {block} }}\n")).expect("a main file");
            path
        }
    };
    let prefix = main.parent().expect("a folder");
    let output = Command::new(&nginx.path)
        .args(["-t", "-e", "stderr", "-p"])
        .arg(prefix)
        .arg("-c")
        .arg(&main)
        .output()
        .expect("nginx runs");
    if matches!(asked, Asked::Fragment(..)) {
        fs::remove_dir_all(prefix).expect("the folder aside can go");
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (!words.contains("syntax is ok")).then_some(words)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else if !matches!(
            path.file_name().and_then(|name| name.to_str()),
            Some("expected.txt" | "loads.txt")
        ) {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
