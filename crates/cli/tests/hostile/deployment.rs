//! What lies around a configuration and tells of its deployment may come from strangers as well: it leads nowhere out, costs
//! nothing, and what it holds of secrets is not told.

use std::os::unix::fs::symlink;

use super::fifo;
use crate::support::{Ran, SMALL, Scratch, formats};

/// Stands in whatever must not be told.
const CANARY: &str = "CANARY";

/// A location that hands no Upgrade on, in front of a service.
const NGINX: &str =
    "server {\n    listen 80;\n    location / {\n        proxy_pass http://web:8000;\n    }\n}\n";

const CODE: &str = "from fastapi import FastAPI, WebSocket\n\napp = FastAPI()\n\n\n@app.websocket(\"/ws/CANARY\")\n\
                    async def live(socket: WebSocket):\n    await socket.accept()\n";

/// Runs all outputs, none of which may hold the canary; what `--format json` gave.
fn check(scratch: &Scratch, folder: &str) -> Ran {
    let mut last = None;
    let flags = formats();
    let flags = flags.iter().map(|format| vec!["--format", format]);
    let others =
        [vec!["--verbose"], vec!["facts"], vec!["facts", "--format", "json"], vec!["--format", "json"]];
    for flags in flags.chain(others) {
        let ran = scratch.bounded_in(folder, SMALL, &[&flags[..], &["."]].concat());
        assert!(!format!("{ran:?}").contains(CANARY), "{flags:?}: {ran:?}");
        assert!(matches!(ran.status, Some(0 | 1)), "{flags:?}: {ran:?}");
        last = Some(ran);
    }
    last.expect("it ran")
}

#[test]
fn folders_that_lead_out_are_not_looked_into() {
    for context in [
        "../outside",
        "../../",
        "/proc/self",
        "/proc/self/root/etc",
        "/etc",
        "link",
        "./a/../../outside",
        ".git",
    ] {
        let scratch = Scratch::new(&[
            ("repo/.git/HEAD", "ref: refs/heads/main\n"),
            ("repo/.git/main.py", CODE),
            ("repo/default.conf", NGINX),
            ("outside/main.py", CODE),
            ("outside/Dockerfile", "FROM python\nCMD [\"uvicorn\", \"CANARY\"]\n"),
            ("outside/requirements.txt", "uvicorn==CANARY\n"),
        ]);
        scratch.write(
            "repo/docker-compose.yml",
            format!("services: {{web: {{build: '{context}'}}}}\n").as_bytes(),
        );
        symlink("../outside", scratch.path().join("repo/link")).expect("a link");
        let ran = check(&scratch, "repo");
        assert_eq!(ran.json()["findings"].as_array().expect("findings").len(), 0, "{context}: {ran:?}");
    }
}

#[test]
fn files_that_lead_out_are_not_read() {
    let scratch = Scratch::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/config", CODE),
        ("repo/default.conf", NGINX),
        ("repo/app/x.txt", ""),
        ("repo/docker-compose.yml", "services: {web: {build: ./app}}\n"),
        ("outside/main.py", CODE),
        ("outside/Dockerfile", "FROM python\nCMD [\"uvicorn\", \"CANARY\"]\n"),
        ("outside/stack.yml", "services: {web: {image: grafana/grafana, command: CANARY}}\n"),
    ]);
    for (target, link) in [
        ("../../outside/main.py", "repo/app/main.py"),
        ("../.git/config", "repo/app/other.py"),
        ("../../outside/Dockerfile", "repo/app/Dockerfile"),
        ("../outside/stack.yml", "repo/compose.prod.yml"),
        ("/dev/zero", "repo/app/package.json"),
        ("/proc/self/environ", "repo/app/requirements.txt"),
        (".", "repo/app/loop"),
    ] {
        symlink(target, scratch.path().join(link)).expect("a link");
    }
    fifo(&scratch, "repo/app/server.js");
    fifo(&scratch, "repo/docker-compose.dev.yml");
    let ran = check(&scratch, "repo");
    assert_eq!(ran.json()["findings"].as_array().expect("findings").len(), 0, "{ran:?}");
}

#[test]
fn what_is_made_to_explode_costs_nothing() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let last = format!("*a{}", level - 1);
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", [last.as_str(); 9].join(", ")));
    }
    laughs.push_str(
        "services: &s\n  <<: *s\n  web: &w {<<: *w, image: *a39, networks: *s, build: {context: *w}}\n",
    );
    let deep = format!("services: {}", "[".repeat(1_000_000));
    let nested = format!(
        "services:\n{}",
        (0..3_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>()
    );
    let wide = format!("services:\n{}", "  web: {image: x}\n".repeat(400_000));
    let names = format!(
        "services:\n{}",
        (0..30_000).map(|name| format!("  s{name}: {{build: .}}\n")).collect::<String>()
    );
    let broken = "services:\n  web: {image: grafana/grafana\n\t- \u{0}".to_owned();
    for (name, text) in [
        ("laughs", laughs),
        ("deep", deep),
        ("nested", nested),
        ("wide", wide),
        ("names", names),
        ("broken", broken),
    ] {
        let scratch = Scratch::new(&[("default.conf", NGINX), ("docker-compose.yml", &text)]);
        let ran = scratch.bounded(SMALL, &["--format", "json", "."]).expect(0);
        assert!(ran.json()["findings"].as_array().expect("findings").is_empty(), "{name}: {ran:?}");
    }
}

#[test]
fn more_code_than_is_read_tells_nothing_and_says_so() {
    let scratch =
        Scratch::new(&[("default.conf", NGINX), ("docker-compose.yml", "services: {web: {build: ./app}}\n")]);
    scratch.write("app/main.py", CODE.replace(CANARY, "chat").as_bytes());
    let ran = scratch.bounded(SMALL, &["--format", "json", "."]).expect(1);
    assert!(ran.stdout.contains("/ws/chat"), "{ran:?}");
    for number in 0..4_100 {
        scratch.write(format!("app/part/p{number}.py"), b"x = 1\n");
    }
    let ran = scratch.bounded(SMALL, &["--verbose", "."]).expect(0);
    assert!(ran.stderr.contains("its endpoints are not known"), "{ran:?}");
}

/// A location that hands no Upgrade on, in front of a port of the machine.
const LOCAL: &str =
    "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n";

const LISTENING: &str = "const { WebSocketServer } = require('ws');\nnew WebSocketServer({ server, path: '/CANARY' });\n\
                         server.listen(3000);\n";

#[test]
fn programs_of_the_machine_are_looked_for_inside_only() {
    let scratch = Scratch::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/server.js", LISTENING),
        ("repo/default.conf", LOCAL),
        (
            "repo/docker-compose.yml",
            "services: {web: {extends: {file: ../outside/base.yml, service: web}}}\n",
        ),
        (
            "outside/base.yml",
            "services: {web: {image: grafana/grafana, ports: ['3000:3000'], command: CANARY}}\n",
        ),
        ("outside/server.js", LISTENING),
        ("outside/Procfile", "CANARY: daphne --port 3000 CANARY\n"),
    ]);
    for (target, link) in [
        ("../outside/server.js", "repo/server.js"),
        ("../outside/Procfile", "repo/Procfile"),
        ("../outside/Procfile", "repo/CANARY.service"),
        ("../outside", "repo/package"),
        ("/dev/zero", "repo/ecosystem.config.js"),
        ("/proc/self/environ", "repo/package.json"),
    ] {
        symlink(target, scratch.path().join(link)).expect("a link");
    }
    fifo(&scratch, "repo/web.service");
    let ran = scratch.bounded_in("repo", SMALL, &["--format", "json", "."]);
    assert_eq!(ran.json()["findings"].as_array().expect("findings").len(), 0, "{ran:?}");
    assert!(
        ran.json()["notes"]
            .as_array()
            .expect("notes")
            .iter()
            .all(|note| note["kind"] != "endpoint-not-handed-on")
    );
}

#[test]
fn more_packages_than_are_read_tell_nothing() {
    let scratch = Scratch::new(&[("default.conf", LOCAL), ("api/package.json", "{}")]);
    scratch.write("api/server.js", LISTENING.replace(CANARY, "live").as_bytes());
    let ran = scratch.bounded(SMALL, &["--format", "json", "."]).expect(1);
    assert!(ran.stdout.contains("/live"), "{ran:?}");
    for number in 0..4_100 {
        scratch.write(format!("api/part/p{number}.js"), b"let x = 1;\n");
    }
    let ran = scratch.bounded(SMALL, &["--verbose", "."]).expect(0);
    assert!(ran.stderr.contains("what listens on ports of the machine is not known"), "{ran:?}");
    assert!(!ran.stderr.contains("/live"), "{ran:?}");
}

#[test]
fn secrets_around_what_is_shown_are_not_told() {
    let live = NGINX
        .replace("proxy_pass", "proxy_set_header Upgrade $http_upgrade; proxy_read_timeout 10s; proxy_pass");
    for compose in [
        "services:\n  web: {image: 'grafana/grafana', environment: {DB_PASSWORD: CANARY}}\n",
        "services:\n  web: {environment: {API_TOKEN: CANARY}, image: 'grafana/grafana'}\n",
        "services:\n  web:\n    environment:\n      SECRET_KEY: CANARY\n    image: grafana/grafana\n    \
         labels: [\"CANARY\"]\n",
        "services:\n  web:\n    build: .\n    command: env SECRET_KEY=CANARY daphne x\n    environment: [PASSWORD=CANARY]\n",
        "services:\n  web:\n    build: .\n    command: daphne x --api-token=CANARY --ping-interval 60\n",
    ] {
        let scratch = Scratch::new(&[("default.conf", &live), ("docker-compose.yml", compose)]);
        let ran = check(&scratch, ".");
        assert!(!ran.json()["findings"].as_array().expect("findings").is_empty(), "{compose}: {ran:?}");
    }
}
