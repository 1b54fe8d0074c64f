//! Reports, baselines, settings and fixed files: nothing is written through a link that leads out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{SECRETS, repository};
use crate::support::{LOST, SMALL, Scratch};

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
fn what_is_fixed_lies_in_the_territory() {
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
    // Comments are written where fixes are.
    scratch.bounded_in("repo", SMALL, &["--add-ignore=because", "out.conf"]).expect(2);
    assert_eq!(read(&outside.path().join("app.conf")), LOST);
    scratch.bounded_in("repo", SMALL, &["--fix", "."]).ended(0);
    for fixed in ["repo/real/nginx.conf", "repo/hidden/b.conf"] {
        assert!(read(&scratch.path().join(fixed)).contains("Upgrade $http_upgrade"), "{fixed}");
    }
    assert_eq!(read(&outside.path().join("app.conf")), LOST);
    let permitted = outside.path().to_str().expect("a plain path");
    scratch.bounded_in("repo", SMALL, &["--fix", ".", "--allow-root", permitted]).ended(0);
    assert!(read(&outside.path().join("app.conf")).contains("Upgrade $http_upgrade"), "it was permitted");
    assert!(scratch.path().join("repo/out.conf").is_symlink());
}
