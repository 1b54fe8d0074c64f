//! The data of version control is outside of every territory, whatever is permitted and however it is spelled.

use std::os::unix::fs::symlink;

use super::{CANARY, SECRETS, SETTINGS, check, check_briefly, haproxy, notes, repository};
use crate::support::{KEPT, LOST, SMALL, Scratch};

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
