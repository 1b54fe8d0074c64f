//! `--diff` of files with secrets: what holds one is left out and told, and the rest is a patch that applies.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{SMALL, Scratch, TUNNEL_MISSING};

/// A server whose location loses `Upgrade`, with a line of its own.
fn server(port: u16, line: &str) -> String {
    let padding = "    # nothing\n".repeat(8);
    let location =
        format!("    location /ws {{\n        {line}\n        proxy_pass http://127.0.0.1:3000;\n    }}\n");
    format!("server {{\n    listen {port};\n{padding}{location}{padding}}}\n")
}

fn nginx(lines: [&str; 3]) -> String {
    let servers: String = (8001..).zip(lines).map(|(port, line)| server(port, line)).collect();
    format!("events {{}}\nhttp {{\n{servers}}}\n")
}

/// Asserts that a diff has so many hunks and left so many out, tells nothing, and applies: what it left out is then all
/// that there is left to do.
fn check(name: &str, text: &str, shown: usize, left_out: usize) {
    let scratch = Scratch::new(&[(name, text)]);
    let diff = scratch.bounded(SMALL, &["--diff", name]).ended(1);
    assert!(!["CANARY", "SH0RT"].iter().any(|secret| diff.stdout.contains(secret)), "{diff:?}");
    let count = |start: &str| diff.stdout.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        (count("@@ -"), count("@@ … 1 hunk left out: it holds what looks like a secret")),
        (shown, left_out),
        "{diff:?}"
    );
    if shown > 0 {
        fs::write(scratch.path().join("patch"), &diff.stdout).expect("a file");
        let mut git = Command::new("git");
        git.args(["apply", "--verbose", "patch"]).current_dir(scratch.path());
        let output = git.env("GIT_CEILING_DIRECTORIES", "/").output().expect("git runs");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        // Numbers of lines that are off are told as an offset.
        assert!(output.status.success() && !words.contains("offset"), "{words} {diff:?}");
    }
    let rest = scratch.bounded(SMALL, &["--diff", name]);
    let told = rest.stdout.lines().filter(|line| line.starts_with("@@ …")).count();
    assert!(told == left_out && !rest.stdout.contains("@@ -"), "{rest:?}");
    scratch.bounded(SMALL, &["--fix", "--exit-zero", name]).expect(0);
    let whole = Scratch::new(&[(name, text)]);
    whole.bounded(SMALL, &["--fix", "--exit-zero", name]).expect(0);
    assert_eq!(scratch.files()[Path::new(name)], whole.files()[Path::new(name)]);
}

#[test]
fn hunks_with_secrets_are_left_out_wherever_they_stand() {
    let (plain, secret) = ("proxy_buffering off;", "proxy_set_header Authorization \"Basic CANARY\";");
    for (lines, left_out) in [
        ([plain, plain, plain], 0),
        ([secret, plain, plain], 1),
        ([plain, secret, plain], 1),
        ([plain, plain, secret], 1),
        ([secret, plain, secret], 2),
        ([secret, secret, secret], 3),
    ] {
        check("nginx.conf", &nginx(lines), 3 - left_out, left_out);
    }
}

#[test]
fn secrets_of_all_kinds_are_left_out() {
    for line in [
        "proxy_set_header X-API-Key CANARY;",
        "proxy_set_header Proxy-Authorization 'Bearer CANARY';",
        // The word that tells stands in the line before.
        "proxy_set_header Authorization\n            \"Basic CANARY\";",
        "proxy_set_header\n            X-Auth-Token\n            CANARY;",
    ] {
        check("nginx.conf", &nginx(["proxy_buffering off;", line, "proxy_buffering off;"]), 2, 1);
    }
    for line in ["stats auth admin:CANARY", "user app insecure-password CANARY"] {
        let section = format!("backend app\n    {line}\n");
        check("haproxy.cfg", &TUNNEL_MISSING.replace("backend app\n", &section), 0, 1);
    }
    let variable = "proxy_set_header Authorization $http_authorization;";
    check("nginx.conf", &nginx([variable, variable, variable]), 3, 0);
}

/// What a line alone does not tell: the value of a secret that stands elsewhere, and what a table gives to a name.
#[test]
fn secrets_that_another_line_tells_are_left_out() {
    let plain = "proxy_buffering off;";
    let told = "add_header Set-Cookie \"sid=CANARY17\";\n#\n#\n#\n#\n#\n#\n#\n";
    for again in
        ["proxy_set_header X-Note CANARY17;", "# as CANARY17 says", "proxy_set_header Upgrade CANARY17;"]
    {
        check(
            "nginx.conf",
            &format!("events {{}}\nhttp {{\n{told}{}{}}}\n", server(8001, again), server(8002, plain)),
            1,
            1,
        );
    }
    // Too short to be sought anywhere else.
    let location = "location /ws {\nproxy_pass http://127.0.0.1:3000;\n}}\n";
    let table = "map $host $api_key {\na.example SH0RT;\n}\n";
    let text = format!("events {{}}\nhttp {{\nserver {{\nlisten 8001;\n{location}{table}}}\n");
    check("nginx.conf", &text, 0, 1);
    // In the file around the configuration.
    let content = "      server {\n        listen 80;\n        location /ws {\n          proxy_pass http://app:3000;\n        }}\n";
    let text = format!(
        "configs:\n  site:\n    content: |\n{content}  password: CANARY\nservices:\n  web:\n    image: nginx:1.24\n    \
         configs:\n      - source: site\n        target: /etc/nginx/conf.d/default.conf\n"
    );
    check("compose.yaml", &text, 0, 1);
    // In a line that the fix writes, far from the one that it repeats.
    let far = "      # nothing\n".repeat(12);
    let location = "        location /ws {\n          proxy_pass http://127.0.0.1:3000;\n        }\n";
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: site\ndata:\n  nginx.conf: |\n    events {{}}\n    http {{\n      \
         add_header Set-Cookie \"sid=CANARY17\";\n      proxy_set_header X-Note CANARY17;\n{far}      server {{\n        \
         listen 8001;\n{far}{location}      }}\n    }}\n"
    );
    check("site.yaml", &text, 0, 1);
}

#[test]
fn what_a_patch_must_not_change_is_kept() {
    let tab = "add_header X-A \"\\t\\\\t\";\t# a tab\tand what looks like one: \\t";
    check("nginx.conf", &nginx([tab, "proxy_buffering off;", tab]), 3, 0);
    // The last hunk is at the end of a file without a line feed there.
    let short = server(8001, tab).replace("    # nothing\n", "");
    check("nginx.conf", format!("events {{}}\nhttp {{\n{short}}}").as_str(), 1, 0);
}
