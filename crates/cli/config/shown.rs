//! `--show-config`: what a run goes by, in the form of a `wslint.yaml` that says the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use wslint_kubernetes::Controller;
use wslint_model::choices::Polls;
use wslint_model::{Choice, Endpoint, NEVER, Version};

use super::Configuration;
use super::find;
use crate::args::ConfigOptions;
use crate::escape::{escape, escape_lines, shown_path};

/// In place of the values of variables, which may be passwords.
const HIDDEN: &str = "***";

/// The keys that hold something, in the order of the reference.
#[derive(Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    websockets: Vec<ShownEndpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heartbeat: Option<String>,
    min_idle: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    rules: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    paths: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    roots: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nginx_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    haproxy_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nginx_prefix: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    env: BTreeMap<String, &'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    addresses: BTreeMap<String, String>,
    code: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    controllers: Vec<ShownController>,
}

#[derive(Serialize)]
struct ShownEndpoint {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transports: Option<&'static [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heartbeat: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_idle: Option<String>,
}

#[derive(Serialize)]
struct ShownController {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

/// The settings of a run: the files and flags that they come from as comments, then the keys.
pub(crate) fn shown(configuration: &Configuration, options: &ConfigOptions) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let mut comment = |words: &str| _ = writeln!(out, "# {}", escape(words));
    if configuration.sources.is_empty() {
        comment("no wslint.yaml holds");
    }
    for source in &configuration.sources {
        comment(&format!("settings of {}", shown_path(source)));
    }
    for rule in configuration.own_rule_files() {
        comment(&format!("rule of {}", shown_path(&find::from_here(rule))));
    }
    for (given, proxy, version) in [
        (configuration.settings.nginx_version_given, "nginx", Version::NGINX_DEFAULT),
        (configuration.settings.haproxy_version_given, "haproxy", Version::HAPROXY_DEFAULT),
    ] {
        if !given {
            comment(&format!("{proxy}_version: {version} if nothing in the deployment names another one"));
        }
    }
    for (flag, on) in [
        ("--no-ignore-files", options.no_ignore_files),
        ("--include-docs", options.include_docs),
        ("--source", options.source.is_some()),
        ("--allow-root", !options.allow_root.is_empty()),
    ] {
        if on {
            comment(&format!("{flag} is given, which no settings can say"));
        }
    }
    let keys = serde_yaml::to_string(&keys(configuration)).unwrap_or_default();
    out + escape_lines(keys.trim_end()).as_str() + "\n"
}

fn keys(configuration: &Configuration) -> Shown {
    let Configuration { settings, levels, .. } = configuration;
    let path = |path: &std::path::Path| shown_path(path);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Shown {
        websockets: settings.endpoints.iter().map(endpoint).collect(),
        heartbeat: settings.heartbeat.map(time),
        min_idle: time(settings.minimum_idle),
        rules: levels.everywhere(),
        paths: levels.there(),
        roots: configuration
            .mappings
            .iter()
            .rev()
            .map(|mapping| (path(&mapping.from), path(&mapping.to)))
            .collect(),
        nginx_version: settings.nginx_version_given.then(|| settings.nginx_version.to_string()),
        haproxy_version: settings.haproxy_version_given.then(|| settings.haproxy_version.to_string()),
        nginx_prefix: configuration.prefix.as_deref().map(path),
        exclude: configuration.exclude.globs().map(str::to_owned).collect(),
        env: configuration.environment.keys().map(|name| (text(name), HIDDEN)).collect(),
        addresses: configuration.addresses.clone(),
        code: !configuration.no_code,
        controllers: configuration.controllers.iter().map(controller).collect(),
    }
}

fn endpoint(endpoint: &Endpoint) -> ShownEndpoint {
    ShownEndpoint {
        path: endpoint.path.clone(),
        host: endpoint.host.clone(),
        server: endpoint.framework.map(Choice::word),
        transports: endpoint.polls.map(|polls| match polls {
            Polls::First | Polls::Negotiates => &["polling", "websocket"][..],
            Polls::Fallback => &["websocket", "polling"],
            Polls::Never => &["websocket"],
        }),
        heartbeat: endpoint.heartbeat.map(time),
        min_idle: endpoint.minimum_idle.map(time),
    }
}

fn controller((controller, version): &(Controller, Option<Version>)) -> ShownController {
    ShownController { name: controller.name(), version: version.map(|version| version.to_string()) }
}

/// A time as the file writes it.
fn time(milliseconds: u64) -> String {
    if milliseconds == NEVER {
        return "never".to_owned();
    }
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let whole = units.iter().find(|(_, unit)| milliseconds > 0 && milliseconds.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{milliseconds}ms"), |(name, unit)| format!("{}{name}", milliseconds / unit))
}

#[cfg(test)]
mod tests {
    use wslint_model::NEVER;
    use wslint_rules::parse_time;

    use super::time;

    #[test]
    fn times_are_written_as_they_are_read() {
        for (milliseconds, written) in [
            (0, "0ms"),
            (500, "500ms"),
            (90_000, "90s"),
            (600_000, "10m"),
            (3_600_000, "1h"),
            (NEVER, "never"),
        ] {
            assert_eq!(time(milliseconds), written);
            assert_eq!(parse_time(written), Ok(milliseconds));
        }
    }
}
