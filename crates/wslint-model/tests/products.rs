//! The published JSON schema of `products/<name>.yaml`, made of the types that the build reads the files by, and what
//! holds of all products. `UPDATE_DOCS=1 cargo test -p wslint-model --test products` writes the schema.

// The fields are there for their types.
#[allow(dead_code)]
#[path = "../build/form.rs"]
mod form;

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use serde_json::json;
use wslint_model::choices::{Http10, Polls};
use wslint_model::product::{Basis, Fact, Versions};
use wslint_model::traffic::{self, Framework, idle_verdict};

#[test]
// The test is where files and the environment are looked at.
#[allow(clippy::disallowed_methods)]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/product.schema.json");
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<form::Product>();
    schema.insert("$id".to_owned(), json!("https://wslint.github.io/wslint/product.schema.json"));
    schema.insert("title".to_owned(), json!("products/<name>.yaml"));
    let command = "UPDATE_DOCS=1 cargo test -p wslint-model --test products";
    schema.insert(
        "$comment".to_owned(),
        json!(format!("Generated from crates/wslint-model/build by `{command}`.")),
    );
    let made = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("docs can be written");
    }
    let written = fs::read_to_string(&path).expect("the schema is there");
    assert!(written == made, "docs/product.schema.json is not what the build reads; run `{command}`");
}

/// What is not verified never makes a finding: no limit is below such a heartbeat, and no such answer accuses.
#[test]
fn what_is_not_verified_accuses_nobody() {
    let verified =
        |facts: Option<Vec<bool>>| facts.is_some_and(|facts| facts.iter().all(|&verified| verified));
    let mut unverified = 0;
    for one in Framework::all() {
        let beats = one.said(|record| record.heartbeat);
        if let (Some(heartbeat), Some((_, beats))) = (one.heartbeat(), beats)
            && beats.iter().any(|fact| fact.basis == Basis::Unverified)
        {
            unverified += 1;
            let short = idle_verdict(1, Some(heartbeat), 3_600_000);
            assert_eq!(short, idle_verdict(1, None, 3_600_000), "{}", one.name());
        }
        let polls = one.said(|record| record.polls).map(|(_, facts)| bases(facts));
        if matches!(one.polling(), Some(Polls::First | Polls::Negotiates)) {
            assert!(verified(polls), "{}", one.name());
        }
        let http10 = one.said(|record| record.http10).map(|(_, facts)| bases(facts));
        if one.http10() == Some(Http10::Refused) {
            assert!(verified(http10), "{}", one.name());
        }
    }
    assert!(unverified > 20, "{unverified} heartbeats");
}

fn bases<T>(facts: &[Fact<T>]) -> Vec<bool> {
    facts.iter().map(|fact| fact.basis != Basis::Unverified).collect()
}

/// What versions do differently is not known, and what a path says is the product that asks there.
#[test]
fn paths_and_versions() {
    let named = |name: &str| Framework::named(name).expect("there is a file");
    let of = |path: &str| Some(traffic::sign_of_path(path)?.framework?.name());
    assert_eq!(of("/api/websocket"), Some("home-assistant"));
    assert_eq!(of("/api/websocket/"), Some("awx"));
    assert_eq!(of("/ha/api/websocket"), None);
    assert_eq!(of("/ws/socket.io/?EIO=4"), Some("open-webui"));
    assert_eq!(of("/chat/socket.io/?EIO=4"), Some("socket.io"));
    assert_eq!(of("/socket.io/socket.io.js"), None);
    assert_eq!(of("/Hubs/chat"), Some("signalr"));
    assert_eq!(of("/hubs/chat/negotiate"), None);
    assert_eq!(of("/notifications/anonymous-hub"), Some("bitwarden"));
    assert_eq!(of("/user/me/api/kernels/1/channels"), Some("jupyterhub"));
    assert!(traffic::sign_of_path("/wsx").is_none());

    let pinned = |name: &str, numbers: &[u32]| named(name).in_versions(Versions::beginning(numbers));
    assert_eq!(named("streamlit").http10(), None);
    assert_eq!(pinned("streamlit", &[1]).http10(), None);
    assert_eq!(pinned("streamlit", &[1, 30, 0]).http10(), Some(Http10::Refused));
    assert_eq!(pinned("streamlit", &[1, 67, 0]).http10(), Some(Http10::Accepted));
    assert!(pinned("websockets-py", &[6]).heartbeat().is_none());
    assert!(pinned("websockets-py", &[12, 0]).heartbeat().is_some());
    assert_eq!(named("tornado").origin_check(), None);
    assert_eq!(named("jupyterhub").http10(), Some(Http10::Refused));
    assert_eq!(named("open-webui").polling(), Some(Polls::Never));
    assert!(named("open-webui").is("socket.io"));
    assert_eq!(named("open-webui").speaks().name(), "socket.io");
    assert!(!named("mattermost").polls());
}

/// Two clocks of the same length are a race: neither an error, nor nothing to do.
#[test]
fn a_limit_as_long_as_the_heartbeat_is_a_race() {
    use wslint_model::choices::IdleVerdict;
    let mqtt = Framework::named("mqtt").and_then(Framework::heartbeat);
    let verdict = |limit| idle_verdict(limit, mqtt, 3_600_000);
    assert_eq!(verdict(59_999), IdleVerdict::BelowHeartbeat);
    assert_eq!(verdict(60_000), IdleVerdict::Short);
    assert_eq!(verdict(60_001), IdleVerdict::Long);
}
