//! What is predicted of configurations as people run them is what the real proxies do.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wslint_lab::Program;

use crate::{each, fixtures, proof};

/// The folders of `fixtures/NAME`.
fn cases(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures(name)).expect("the fixtures are there");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|case| case.is_dir());
    cases.sort();
    cases
}

/// Proves all cases, and returns how many routes were tried and what could not run.
fn agree(name: &str, arguments: &[&str]) -> (usize, String) {
    let cases = cases(name);
    let proofs = each(&cases, |case| proof(case, arguments));
    let (mut routes, mut differ, mut left_out) = (0, Vec::new(), String::new());
    for (case, proof) in cases.iter().zip(&proofs) {
        let case_name = case.file_name().expect("a name").to_string_lossy();
        let all = proof["routes"].as_array().expect("routes");
        routes += all.len();
        differ.extend(all.iter().filter(|route| route["agrees"] != true).map(|route| format!("{route:#}")));
        for one in proof["left_out"].as_array().expect("what is left out") {
            left_out.push_str(&format!("{case_name}: {}\n", told(one, case)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    (routes, left_out)
}

/// What is left out, without the folder that the case lies in.
fn told(one: &Value, case: &Path) -> String {
    let text = |name: &str| one[name].as_str().expect("a text").to_owned();
    let folder = format!("{}/", case.display());
    let text = format!("{}: {}", text("what"), text("why"));
    text.replace(&folder, "").replace(case.parent().expect("a folder").to_str().expect("UTF-8"), "")
}

#[test]
fn predictions_of_real_configurations_agree_with_the_installed_proxies() {
    let (routes, left_out) = agree("real", &[]);
    assert!(routes >= 110, "only {routes} routes");
    insta::assert_snapshot!("left_out_of_real", left_out);
}

#[test]
fn predictions_of_real_configurations_agree_with_a_newer_nginx() {
    let nginx = Program::find_new_nginx().expect("scripts/install-proxies brings it");
    let (routes, _) = agree("real", &["--nginx", nginx.path.to_str().expect("UTF-8")]);
    assert!(routes >= 110, "only {routes} routes");
}

#[test]
fn predictions_of_embedded_configurations_agree() {
    let (routes, _) = agree("embedded", &[]);
    assert!(routes >= 20, "only {routes} routes");
}

#[test]
fn predictions_of_generated_configurations_agree() {
    let entries = fs::read_dir(fixtures("kubernetes")).expect("the manifests are there");
    let mut manifests: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    manifests.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let proofs = each(&manifests, |manifest| proof(manifest, &[]));
    let routes: Vec<&Value> =
        proofs.iter().flat_map(|proof| proof["routes"].as_array().expect("routes")).collect();
    let differ: Vec<_> = routes.iter().filter(|route| route["agrees"] != true).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    assert!(routes.len() >= 50, "only {} routes", routes.len());
}

#[test]
fn chains_are_proven_as_chains() {
    let (routes, _) = agree("projects", &[]);
    assert!(routes >= 4, "only {routes} routes");
    let scratch = crate::support::Scratch::new(&[
        (
            "nginx.conf",
            "events {}\nhttp {\n  server {\n    listen 80;\n    location /ws {\n      \
             proxy_pass http://127.0.0.1:8080;\n      proxy_http_version 1.1;\n      \
             proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection upgrade;\n      \
             proxy_read_timeout 1h;\n    }\n  }\n}\n",
        ),
        (
            "haproxy.cfg",
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5m\n  timeout server 5m\nfrontend web\n  \
             bind 127.0.0.1:8080\n  http-request set-path /live if { path /ws }\n  default_backend app\nbackend app\n  \
             timeout tunnel 20m\n  server one 10.0.0.1:3000\n",
        ),
    ]);
    let proof = proof(scratch.path(), &[]);
    let route = &proof["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .find(|route| route["file"].as_str().is_some_and(|file| file.ends_with("/nginx.conf")));
    let observed = &route.expect("the route of nginx")["observed"];
    let seen = ["upstream", "uri", "idle_timeout_ms"].map(|name| observed[name].to_string());
    assert_eq!(seen, ["\"10.0.0.1:3000\"", "\"/live\"", "1200000"], "{proof:#}");
}
