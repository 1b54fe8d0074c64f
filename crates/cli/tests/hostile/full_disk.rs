//! A disk without room: nothing that was there is lost, nothing half of what should be there stays.

use std::fs;

use super::writer::{ADD_IGNORE, BASELINE, FIX, INIT, REPORT, midnight};
use crate::support::{LOST, SMALL, Scratch};

#[test]
fn files_that_may_not_grow_stay_as_they_are() {
    let limited = ["sh", "-c", "ulimit -f 1 && exec \"$@\"", "sh"];
    for writer in [FIX, REPORT, BASELINE, INIT, ADD_IGNORE] {
        let scratch = midnight();
        scratch.write("out.json", b"{\"version\":1,\"findings\":[]}\n");
        let before = scratch.files();
        let ran = scratch.bounded_behind(SMALL, &limited, writer.args).expect(2);
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains("File too large"), "{ran:?}");
        assert!(scratch.files() == before, "{ran:?}");
    }
}

#[test]
fn a_device_without_room_is_told() {
    let scratch = Scratch::new(&[("nginx.conf", LOST)]);
    for args in
        [&["--output-file", "/dev/full", "."][..], &["--write-baseline", "--baseline", "/dev/full", "."]]
    {
        let ran = scratch.bounded(SMALL, args).expect(2);
        assert!(ran.stderr.contains("/dev/full: it cannot be written: No space left on device"), "{ran:?}");
    }
}

/// Mounting needs root, which the runners of many services are; a limit on the size of files, above, needs nobody.
#[test]
fn a_full_disk_stays_as_it_is() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    // One page for the file, and one for the first of two temporary ones.
    let script = "mount -t tmpfs -o size=8k none disk && cp old.conf disk/nginx.conf && cd disk || exit 9; status=0; \
                  \"$@\" || status=$?; ls -A; cat nginx.conf; exit $status";
    for args in [&["--fix"][..], &["--fix", "--output-file", "report", "--format", "json"]] {
        let scratch = Scratch::new(&[("old.conf", LOST)]);
        fs::create_dir(scratch.path().join("disk")).expect("a folder");
        let within = ["unshare", "--mount", "sh", "-c", script, "sh"];
        let output = scratch.limited(SMALL, &within, args).output().expect("unshare runs");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{out}{err}");
        assert!(err.contains("error: nginx.conf: not fixed: No space left on device"), "{out}{err}");
        assert_eq!(out, format!("nginx.conf\n{LOST}"), "{err}");
    }
}
