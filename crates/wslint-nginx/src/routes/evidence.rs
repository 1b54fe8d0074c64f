//! Which locations carry WebSocket traffic: what their own lines and their paths say. Cheap for all the others.

use super::comment;
use crate::config::location::LocationKind;
use crate::config::names::{Directive, PASS_DIRECTIVES};
use crate::config::pattern::{self, Match};
use crate::config::{Config, ContextId, Line};
use crate::model::Model;
use crate::variables::template;
use wslint_model::{
    Known, Site, sample,
    traffic::{self, Confidence, Framework},
};

/// Paths that everything of a site goes through; an upgrade forwarded there is often mere boilerplate.
const GENERAL_PATHS: [&str; 5] = ["/", "/api", "/v1", "/v2", "/rest"];

/// Why a location is taken for one that carries WebSocket traffic.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What says so.
    pub(crate) site: Site,
    /// Whether the config itself forwards the upgrade here.
    pub(crate) explicit: bool,
    /// What serves the path, if the path tells.
    pub(crate) framework: Option<Framework>,
    /// Whether the location is for everything rather than for this traffic.
    pub(crate) general: bool,
    /// Whether the location is for a folder, with whatever is served below it, and not for an endpoint by its name.
    pub(crate) folder: bool,
    /// A path that the location answers, as people speak of the route.
    pub(crate) path: String,
    /// Whether the path cannot be trusted to select the location.
    pub(crate) forced: bool,
    /// Whether it is server-sent events that the location carries, not WebSocket traffic.
    pub(crate) events: bool,
}

impl Evidence {
    /// The target of the request that stands for the route. What answers everything is asked for a path that no
    /// condition in it is likely to single out, as it may do with `/`.
    pub(crate) fn target(&self) -> String {
        if self.general && self.forced && self.path.ends_with('/') {
            format!("{}ws", self.path)
        } else {
            self.path.clone()
        }
    }
}

/// The `proxy_set_header` line of one level that forwards an upgrade.
pub(super) fn forwarding_line(model: &Model<'_>, level: ContextId) -> Option<Line> {
    let config = model.config();
    config.own(level, Directive::ProxySetHeader).find(|&line| forwards_upgrade(config, line))
}

/// What one location's own lines, or its path, say.
pub(super) fn evidence_of(model: &Model<'_>, level: ContextId) -> Option<Evidence> {
    let config = model.config();
    let kind = model.config().location_kind(level).unwrap_or(LocationKind::Unknown);
    if is_generated(model, level) {
        return generated_evidence(model, level, &kind);
    }
    // Left-over lines of a location that serves files do nothing, unless its name says that they should.
    let telling = || sign_of(&kind, |sign| sign.confidence > Confidence::Weak).is_some();
    let explicit = explicit_line(model, level).filter(|_| !serves_files(model, level) || telling());
    let sign = match explicit {
        Some(_) => sign_of(&kind, |sign| sign.confidence > Confidence::Weak || sign.framework.is_some()),
        None if could_carry(model, level) => sign_of(&kind, |sign| sign.confidence > Confidence::Weak),
        None => None,
    };
    if explicit.is_none() && sign.is_none() {
        return events_evidence(model, level, &kind).or_else(|| said_evidence(model, level));
    }
    let (path, confidence, framework, forced) = match sign {
        Some((path, sign)) => {
            let confidence = if explicit.is_some() { Confidence::Certain } else { sign.confidence };
            (path, confidence, sign.framework, matches!(kind, LocationKind::Named(_)))
        }
        None => {
            let (path, forced) = sample_path(model, level);
            (path, Confidence::Certain, None, forced)
        }
    };
    let by_path = framework.is_some()
        || matches!(&kind, LocationKind::Named(_)) && traffic::sign_of_path(&path).is_some();
    let general = match &kind {
        LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name) => {
            let sign = traffic::sign_of_path(name).is_some_and(|sign| sign.confidence > Confidence::Weak);
            !sign && is_general(name)
        }
        LocationKind::Pattern { .. } => !by_path && traffic::sign_of_path(&path).is_none(),
        LocationKind::Named(_) => !by_path,
        LocationKind::Unknown => true,
    };
    Some(Evidence {
        confidence,
        site: explicit.map_or_else(|| config.opener_site(level), |line| config.site(line)),
        explicit: explicit.is_some(),
        framework,
        general,
        folder: matches!(
            &kind,
            LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)
                if name.ends_with('/') && traffic::sign_of_path(name).is_none()
        ),
        path: completed(&path),
        forced: forced || (general && explicit.is_some()),
        events: false,
    })
}

/// Whether a program makes the location of what stands in other files, and nobody wrote it.
pub(crate) fn is_generated(model: &Model<'_>, level: ContextId) -> bool {
    let config = model.config();
    let Some(opener) = config.context(level).opener else { return false };
    let host = config.project().file(opener.file).host.as_ref();
    host.is_some_and(|host| host.generated && host.map.editable(config.site(opener).span).is_none())
}

/// What the maker of a location says, and its path: the lines in it are the same in all of them.
fn generated_evidence(model: &Model<'_>, level: ContextId, kind: &LocationKind<'_>) -> Option<Evidence> {
    let config = model.config();
    let passes = || PASS_DIRECTIVES.into_iter().any(|name| config.has(level, name));
    if !could_carry(model, level) && !passes() {
        return None;
    }
    let opener = config.opener_site(level);
    let source = config.project().file(opener.file).source();
    let said = traffic::said_above(source, opener.span.start as usize);
    let sign = sign_of(kind, |sign| sign.confidence > Confidence::Weak);
    let by_path = sign.as_ref().map(|(_, sign)| sign.confidence);
    let confidence = said.map(|(confidence, _)| confidence).max(by_path)?;
    let site = match said.filter(|(confidence, _)| Some(*confidence) >= by_path) {
        Some((_, span)) => Site { span, ..opener },
        None => opener,
    };
    let (sampled, forced) = sample_path(model, level);
    let framework = sign.as_ref().and_then(|(_, sign)| sign.framework);
    let path = sign.map_or(sampled, |(path, _)| path);
    Some(Evidence {
        confidence,
        site,
        explicit: forwarding_line(model, level).is_some(),
        framework,
        general: confidence == Confidence::Weak && is_general(&path),
        folder: false,
        path: completed(&path),
        // A path that the pattern of a controller matches selects it, unless another one comes first.
        forced: forced && matches!(kind, LocationKind::Named(_) | LocationKind::Unknown),
        events: false,
    })
}

/// Whether a location carries server-sent events: its path says so, or a line about their buffering.
fn events_evidence(model: &Model<'_>, level: ContextId, kind: &LocationKind<'_>) -> Option<Evidence> {
    let config = model.config();
    config.own_last(level, Directive::ProxyPass)?;
    let names_header = |line: &Line| {
        config.known_arg(*line, 0).is_some_and(|name| name.eq_ignore_ascii_case("x-accel-buffering"))
    };
    let own = |name: Directive| config.own(level, name).find(names_header);
    let hint = own(Directive::ProxySetHeader).or_else(|| own(Directive::AddHeader));
    let (path, forced) = sample_path(model, level);
    let by_path =
        !matches!(kind, LocationKind::Named(_) | LocationKind::Unknown) && traffic::is_events_path(&path);
    if hint.is_none() && !by_path {
        return None;
    }
    Some(Evidence {
        confidence: Confidence::Strong,
        site: hint.map_or_else(|| config.opener_site(level), |line| config.site(line)),
        explicit: hint.is_some(),
        framework: None,
        general: false,
        folder: false,
        path,
        forced,
        events: true,
    })
}

/// Whether somebody says of a location which hands requests on that it carries WebSockets.
fn said_evidence(model: &Model<'_>, level: ContextId) -> Option<Evidence> {
    model.config().own_last(level, Directive::ProxyPass)?;
    let site = comment::speaks_of_websockets(model, level)?;
    let (path, forced) = sample_path(model, level);
    Some(Evidence {
        confidence: Confidence::Weak,
        site,
        explicit: false,
        framework: None,
        general: is_general(&path),
        folder: path.ends_with('/'),
        path,
        forced,
        events: false,
    })
}

/// The line of a location that handles an upgrade on purpose.
fn explicit_line(model: &Model<'_>, level: ContextId) -> Option<Line> {
    let config = model.config();
    let header = |name: Directive| {
        config
            .own(level, name)
            .find(|&line| config.known_arg(line, 0).is_some_and(|name| name.eq_ignore_ascii_case("upgrade")))
    };
    forwarding_line(model, level)
        .or_else(|| header(Directive::AddHeader))
        .or_else(|| header(Directive::ProxyPassHeader))
        .or_else(|| {
            config.own(level, Directive::If).find(|&line| {
                config
                    .args(line)
                    .iter()
                    .any(|word| matches!(word, Known::Known(word) if word.contains("$http_upgrade")))
            })
        })
        .or_else(|| {
            config.own(level, Directive::ProxyPass).find(|&line| {
                config.known_arg(line, 0).is_some_and(|value| {
                    let value = value.to_ascii_lowercase();
                    value.starts_with("ws://") || value.starts_with("wss://")
                })
            })
        })
}

/// Whether a location says where its files lie, and nothing in it leads elsewhere.
fn serves_files(model: &Model<'_>, level: ContextId) -> bool {
    let config = model.config();
    let last = config
        .own_last(level, Directive::TryFiles)
        .and_then(|line| config.known_arg(line, config.arg_count(line).saturating_sub(1)));
    let files = [Directive::Root, Directive::Alias].into_iter().any(|name| config.has(level, name))
        || last.as_ref().is_some_and(|last| !last.starts_with('@'));
    let elsewhere = [Directive::Location, Directive::ErrorPage, Directive::LimitExcept];
    files
        && !config.context(level).open
        && !config.hands_requests_on(level)
        && config.script(level).next().is_none()
        && elsewhere.into_iter().all(|name| !config.has(level, name))
        && last.is_none_or(|last| !last.starts_with(['@', '$']))
}

/// Whether a location without explicit lines could be what its path says: it hands requests on in a way that can
/// carry an upgrade, or it stands in one that does and forgot to.
fn could_carry(model: &Model<'_>, level: ContextId) -> bool {
    let config = model.config();
    let own = |name: Directive| config.has(level, name);
    let passes = [Directive::ProxyPass, Directive::UwsgiPass, Directive::ScgiPass].into_iter().any(own);
    if passes || PASS_DIRECTIVES.into_iter().any(own) {
        return passes;
    }
    let parent = config.context(level).parent;
    let nested = parent.is_some_and(|parent| config.has(parent, Directive::ProxyPass));
    nested && !own(Directive::Return) && !own(Directive::Root) && !own(Directive::Alias)
}

/// What the path of a location says, and that path, if that is enough.
fn sign_of(
    kind: &LocationKind<'_>,
    enough: impl Fn(&traffic::Sign) -> bool,
) -> Option<(String, traffic::Sign)> {
    let telling = |path: &str| {
        let sign = traffic::sign_of_path(path).filter(|sign| enough(sign))?;
        Some((path.to_owned(), sign))
    };
    match kind {
        LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name) => {
            telling(name)
        }
        LocationKind::Named(name) => telling(&name.replacen('@', "/", 1)),
        LocationKind::Pattern { expression, ignore_case } => {
            if expression.starts_with("\\.") {
                return None;
            }
            samples(expression, *ignore_case).iter().find_map(|sample| telling(sample))
        }
        LocationKind::Unknown => None,
    }
}

/// Paths that an expression matches.
fn samples(expression: &str, ignore_case: bool) -> Vec<String> {
    let matches = |path: &str| pattern::matches(expression, ignore_case, path);
    sample::of_expression(expression, |path| matches!(matches(path), Match::Yes(_)))
}

/// A path that a location answers, and whether it cannot be trusted to select it.
pub(crate) fn sample_path(model: &Model<'_>, level: ContextId) -> (String, bool) {
    match model.config().location_kind(level) {
        Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name))
            if name.starts_with('/') =>
        {
            let general = is_general(&name);
            (name.into_owned(), general)
        }
        Some(LocationKind::Pattern { expression, ignore_case }) => {
            let samples = samples(&expression, ignore_case);
            (samples.into_iter().next().unwrap_or_else(|| "/".to_owned()), true)
        }
        _ => ("/".to_owned(), true),
    }
}

/// Whether a `proxy_set_header` line forwards an upgrade: it sets `Upgrade`, or a `Connection` that can upgrade.
fn forwards_upgrade(config: &Config<'_>, line: Line) -> bool {
    let (Some(name), Some(value)) = (config.known_arg(line, 0), config.known_arg(line, 1)) else {
        return false;
    };
    let name = name.trim_end_matches(':');
    if name.eq_ignore_ascii_case("upgrade") {
        return !value.is_empty();
    }
    name.eq_ignore_ascii_case("connection")
        && (value.to_ascii_lowercase().contains("upgrade")
            || template::sole_variable(&value).is_some_and(|name| name.contains("upgrade")))
}

fn is_general(name: &str) -> bool {
    let name = name.strip_suffix('/').filter(|name| !name.is_empty()).unwrap_or(name);
    GENERAL_PATHS.contains(&name) || name.split('/').any(|segment| segment == "api")
}

/// A Socket.IO location's path as its clients ask for it.
fn completed(path: &str) -> String {
    let socketio = traffic::sign_of_path(path)
        .and_then(|sign| sign.framework)
        .is_some_and(|framework| framework.is("socket.io"));
    if !socketio || path.contains('?') {
        return path.to_owned();
    }
    let path = if path.ends_with("/socket.io") { format!("{path}/") } else { path.to_owned() };
    if path.ends_with("/socket.io/") { format!("{path}?EIO=4&transport=websocket") } else { path }
}

/// The same for a path that the user declares.
pub(crate) fn completed_path(path: &str) -> String {
    if path.ends_with("/socket.io/") { completed(path) } else { path.to_owned() }
}
