//! The form of `wslint.yaml`. What its keys mean is said here once: the published schema takes these words.

use serde::Deserialize;

use super::values::{
    AbsoluteFolder, Address, ControllerName, EndpointPath, Folder, FrameworkName, Heartbeat, Host,
    IgnoreGlob, Level, List, Pairs, RulePattern, SettingsFile, Time, TransportName, VariableName,
    VariableValue, VersionNumber,
};

/// What wslint cannot see in the configuration of the proxies, and what it should say.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a mapping such as `heartbeat: 25s`")]
pub(super) struct File {
    /// Files of shared settings, relative to this one and in its repository. What stands in a later one holds, and what
    /// stands here before all.
    pub(super) extends: Option<List<SettingsFile>>,
    /// Endpoints that carry WebSocket traffic.
    pub(super) websockets: Option<List<DeclaredEndpoint>>,
    /// The longest silence between two signs of life, on every endpoint that states no heartbeat of its own.
    pub(super) heartbeat: Option<Heartbeat>,
    /// The shortest idle limit that is accepted without a finding; one hour if not set.
    pub(super) min_idle: Option<Time>,
    /// A folder of further rules, in files of the same form as the built-in ones. It lies in the repository of this file.
    pub(super) rules_dir: Option<Folder>,
    /// How loud rules are, by their id, a prefix such as `nginx`, or a glob such as `*/socketio-*`. The most exact one holds.
    pub(super) rules: Option<Pairs<RulePattern, Level>>,
    /// How loud rules are in the files that a glob matches, as in a .gitignore beside this file. It goes before `rules`; of
    /// several globs the last one holds.
    pub(super) paths: Option<Pairs<IgnoreGlob, Pairs<RulePattern, Level>>>,
    /// Where the files lie that the configuration calls by an absolute path, such as `/etc/nginx: deploy/nginx`.
    /// Folders are relative to this file and lie in its repository.
    pub(super) roots: Option<Pairs<AbsoluteFolder, Folder>>,
    /// The nginx to predict.
    pub(super) nginx_version: Option<VersionNumber>,
    /// The HAProxy to predict.
    pub(super) haproxy_version: Option<VersionNumber>,
    /// The folder that relative includes of nginx start from; by default that of the main file.
    pub(super) nginx_prefix: Option<Folder>,
    /// Files and folders that are not searched, as in a .gitignore beside this file. What another file includes, or the
    /// command line names, is read nevertheless.
    pub(super) exclude: Option<List<IgnoreGlob>>,
    /// Environment variables that HAProxy sees; all others are unknown.
    pub(super) env: Option<Pairs<VariableName, VariableValue>>,
    /// For proxies behind each other: an address as one proxy calls it, and the address that the other listens on.
    pub(super) addresses: Option<Pairs<Address, Address>>,
    /// Whether the code of services that the proxies lead to is read for endpoints; it is if not set.
    pub(super) code: Option<bool>,
    /// The controllers that read Ingresses, where the repository does not tell: no class, no image and no chart names them.
    pub(super) controllers: Option<List<DeclaredController>>,
}

/// A controller that reads Ingresses.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a controller such as `{name: ingress-nginx}`")]
pub(super) struct DeclaredController {
    /// Which one it is.
    pub(super) name: ControllerName,
    /// Its version, on which it depends what it refuses; the current one if not set.
    pub(super) version: Option<VersionNumber>,
}

/// An endpoint that carries WebSocket traffic.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "an endpoint such as `{path: /ws}`")]
pub(super) struct DeclaredEndpoint {
    /// The path of the handshake.
    pub(super) path: EndpointPath,
    /// The host name, if the endpoint lives on one virtual host only.
    pub(super) host: Option<Host>,
    /// What serves it, a framework, a server or a product: its heartbeat, the transports of its clients and what it does
    /// with HTTP/1.0 and `Origin` follow from that. It may be called `server` as well.
    #[serde(alias = "server")]
    pub(super) framework: Option<FrameworkName>,
    /// How clients reach it, the transport that they begin with first, where it is not what those of the framework do:
    /// clients that use WebSockets alone need no affinity.
    pub(super) transports: Option<List<TransportName>>,
    /// The longest silence between two signs of life, where it is not the framework's default.
    pub(super) heartbeat: Option<Heartbeat>,
    /// The shortest idle limit that is accepted here without a finding.
    pub(super) min_idle: Option<Time>,
}
