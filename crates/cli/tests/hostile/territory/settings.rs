//! Settings and baselines come with a pull request, too.

use std::fs;
use std::os::unix::fs::symlink;

use super::{CANARY, repository};
use crate::hostile::fifo;
use crate::support::{KEPT, SMALL};

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
