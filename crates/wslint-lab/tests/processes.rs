//! No proxy outlives its run, however the run ends.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wslint_lab::{Client, Lab, Setup};

const CONFIG: &str = "location / { proxy_pass http://app:3000; proxy_http_version 1.1; proxy_read_timeout 1h; \
                      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }";

/// The living nginx processes that the process `of` has started.
fn proxies(of: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids =
        entries.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    ids.filter(|id| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        field("Name:") == "nginx" && field("PPid:") == of.to_string() && !field("State:").starts_with('Z')
    })
    .collect()
}

/// Whether a process is an nginx that has not ended yet.
fn is_alive(id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.contains("Name:\tnginx") && !status.contains("State:\tZ")
}

/// Waits until `what` holds; a test that waits in vain fails.
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_is_left_after_a_run_or_a_panic() {
    let lab = Lab::new().unwrap();
    let setup = Setup::nginx(CONFIG);
    lab.run(&setup, &[Client::websocket("/ws")]).unwrap();
    assert_eq!(proxies(std::process::id()), [0; 0]);
    // A reload needs a master and its workers, which must all go.
    lab.run(&setup, &[Client::websocket("/ws").reload()]).unwrap();
    assert_eq!(proxies(std::process::id()), [0; 0]);
    // The unknown listening address is found out while nginx runs.
    lab.run(&setup, &[Client::websocket("/ws").listen("81")]).unwrap_err();
    wait_for("the end of nginx", || proxies(std::process::id()).is_empty().then_some(()));
    // Nobody can have that many connections: making room for them panics, while nginx runs.
    let panics = catch_unwind(AssertUnwindSafe(|| {
        lab.run(&setup, &[Client::websocket("/ws").count(usize::MAX)]).unwrap();
    }));
    assert!(panics.is_err());
    wait_for("the end of nginx", || proxies(std::process::id()).is_empty().then_some(()));
}

#[test]
fn nothing_is_left_when_the_lab_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nginx.conf");
    fs::write(&config, CONFIG).unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_wslint-lab"))
        .arg(&config)
        .args(["--websocket", "/ws", "--hold", "1h", "--scale", "1"])
        // What the killed lab cannot tidy up goes with this folder.
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let nginx = wait_for("nginx", || proxies(lab.id()).first().copied());
    lab.kill().unwrap();
    lab.wait().unwrap();
    wait_for("the end of nginx", || (!is_alive(nginx)).then_some(()));
}
