//! What nginx does to the answer on its way back: headers that it hides, a status that it forces, and what keeps a 101
//! from the client.

use super::exit::{Auth, Copied, Exit, Pass};
use super::follower::Follower;
use super::pass::TargetFate;
use super::{cache, cause, idle, modules};
use crate::config::Line;
use crate::config::inherit::Scalar;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::time;
use crate::model::Model;
use wslint_model::way::{Damage, Flaw, Http, Obstacle, Oracle, Reply};
use wslint_model::{Cause, Known};

/// Response headers without which a browser fails the connection after the 101.
const NEEDED_IN_RESPONSE: [&str; 2] = ["Upgrade", "Sec-WebSocket-Accept"];
/// Response headers without which it fails where client and server agreed on an extension or a subprotocol.
const NEEDED_IF_AGREED: [&str; 2] = ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"];
/// Below this many bytes a second the 101 itself, about 150 bytes, takes longer than clients wait.
const TINY_RATE: u64 = 20;

/// What becomes of the answer to a request that is passed on. `oracle` knows the answers of its run.
pub(super) fn reply(
    model: &Model<'_>,
    pass: &Pass,
    auth: Option<Auth>,
    copied: Option<Copied>,
    oracle: &Oracle,
) -> Reply {
    let level = model.config().proper_level(pass.state.level);
    let hidden = hidden_from_client(model, pass).into_iter();
    Reply {
        damage: hidden.map(|(line, damage)| (damage, cause::set_by(model, level, line))).collect(),
        obstacles: obstacles(model, pass, auth, copied),
        status: pass.state.forced_status,
        fallback: has_fallback(model, pass, oracle),
    }
}

/// Whether a location that takes over when the upstream does not answer may get the handshake through.
fn has_fallback(model: &Model<'_>, pass: &Pass, oracle: &Oracle) -> bool {
    let config = model.config();
    let level = pass.state.level;
    let intercepts =
        model.config().flag(level, Directive::ProxyInterceptErrors, false) != Known::Known(false);
    let takes_over = |code: &str| match code.parse::<u16>() {
        Ok(status) => matches!(status, 502..=504) || (intercepts && status >= 400),
        Err(_) => false,
    };
    let works = |line: Line| {
        let words: Vec<_> = config.args(line).into_iter().filter_map(Known::known).collect();
        let (target, codes) = words.split_last()?;
        // With any status of its own the line hides the 101.
        let open = codes.iter().any(|code| code.as_ref() == "=");
        let named = model.locations(pass.state.server).named(target).filter(|_| open)?;
        codes.iter().any(|code| takes_over(code)).then_some(())?;
        match Follower::new(model, &mut oracle.aside()).run_in(&mut pass.state.clone(), named) {
            Exit::Passed(fallback) => Some(fallback.upgrade_reaches(model) != Some(false)),
            _ => None,
        }
    };
    model.named_pages(level).iter().any(|&line| works(line) == Some(true))
}

/// What keeps a 101 from the client, whatever the upstream answers.
fn obstacles(model: &Model<'_>, pass: &Pass, auth: Option<Auth>, copied: Option<Copied>) -> Vec<Obstacle> {
    let level = model.config().proper_level(pass.state.level);
    let mut obstacles = Vec::new();
    let mut add = |certain, words: &str, cause: Option<Cause>| {
        obstacles.push(Obstacle { certain, words: words.to_owned(), cause });
    };
    if pass.state.http() == Http::V2 {
        add(true, "nginx has no WebSocket over HTTP/2", None);
    }
    let module = pass.directive.spec().name;
    if matches!(module, "fastcgi_pass" | "grpc_pass" | "memcached_pass") {
        let cause = cause::says(model, pass.line, "the request is passed on here");
        add(true, &format!("`{module}` has no upgrade"), Some(cause));
    }
    // The timer ends the request before the upstream can answer.
    let idle = idle::of(model, pass);
    if idle.limit == Known::Known(0) {
        let by = idle.by.unwrap_or_default();
        add(true, &format!("`{by} 0` gives the upstream no time to answer"), Some(idle.cause));
    }
    if let Some((rate, line)) = limit_rate(model, pass).filter(|(rate, _)| *rate < TINY_RATE) {
        let words = format!("at {rate} bytes a second the 101 comes too late");
        add(true, &words, Some(cause::set_by(model, level, line)));
    }
    if let Some(replay) = cache::replays(model, pass) {
        let words = "the cache may answer with what another request got";
        add(false, words, Some(cause::set_by(model, level, replay.line)));
    }
    for line in modules::deciding(model, level) {
        let name = model.config().name(line);
        let words = format!("`{name}` decides who may enter, by what is not followed");
        add(false, &words, Some(cause::set_by(model, level, line)));
    }
    if let Some(words) = same_for_all(model, pass).or_else(|| glued(model, pass)) {
        add(
            false,
            &words,
            Some(cause::says(model, pass.line, "this decides the path that the upstream gets")),
        );
    }
    if let Some(auth) = auth.filter(|auth| auth.unseen) {
        let words = "what `auth_request` asks is answered by what is not followed";
        add(false, words, Some(cause::says(model, auth.line, "this asks it first")));
    }
    if let Some(auth) = auth.filter(|auth| auth.leaks) {
        let words = "the program that `auth_request` asks gets the client's upgrade too";
        add(false, words, Some(cause::says(model, auth.line, "this asks it first")));
    }
    if let Some(copied) = copied {
        let words = match copied.same {
            true => "the copy that `mirror` sends is upgraded too, and nginx closes the client's connection",
            false => {
                "if the program that gets the copy of `mirror` answers 101, nginx closes the client's connection"
            }
        };
        add(copied.same, words, Some(cause::says(model, copied.line, "this sends the copy")));
    }
    obstacles
}

/// What is said of a `proxy_pass` with a variable that sends every request to one path, though more than one is asked for.
fn same_for_all(model: &Model<'_>, pass: &Pass) -> Option<String> {
    let (Known::Known(target), Known::Known(asked)) = (&pass.target, pass.state.target()) else {
        return None;
    };
    let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
    let written = model.config().known_arg(pass.line, 0)?;
    let constant = written.ends_with(target.as_str());
    let name = model.config().location_kind(model.config().proper_level(pass.state.level));
    let goes_on = match name {
        Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)) => path(asked).len() > name.len(),
        _ => false,
    };
    let fixed = pass.fate == TargetFate::Fixed && constant && goes_on && path(asked) != path(target);
    fixed.then(|| format!("every request arrives as `{target}`, without the rest of its path"))
}

/// What is said of a path whose first segment below the location is glued to the path of `proxy_pass`.
fn glued(model: &Model<'_>, pass: &Pass) -> Option<String> {
    let (Known::Known(target), Known::Known(asked)) = (&pass.target, pass.state.target()) else {
        return None;
    };
    let uri = &pass.destination.as_ref()?.uri;
    let level = model.config().proper_level(pass.state.level);
    let Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)) =
        model.config().location_kind(level)
    else {
        return None;
    };
    let rest = asked.split('?').next()?.len() > name.len();
    let cut =
        pass.fate == TargetFate::Replaced && name.ends_with('/') && !uri.ends_with('/') && !uri.contains('?');
    (cut && rest).then(|| format!("the upstream gets `{target}`, with two segments in one"))
}

/// The response headers whose loss clients notice, with the lines that hide them: those that every client needs
/// come first.
pub(crate) fn hidden_from_client(model: &Model<'_>, pass: &Pass) -> Vec<(Line, Damage)> {
    let level = model.config().proper_level(pass.state.level);
    let line = |list, header| model.lines_about(level, list, header).first().map(|(_, line)| *line);
    let needed = NEEDED_IN_RESPONSE.map(|header| (header, true));
    let agreed = NEEDED_IF_AGREED.map(|header| (header, false));
    let hidden = needed.into_iter().chain(agreed).filter_map(|(header, for_all)| {
        let hides = line(Directive::ProxyHideHeader, header)?;
        let shown = line(Directive::ProxyPassHeader, header).is_some();
        (!shown).then_some((hides, Damage { header, flaw: Flaw::Lost, for_all }))
    });
    hidden.collect()
}

/// The rate in bytes a second that the client is sent responses at, where one is set.
pub(crate) fn limit_rate(model: &Model<'_>, pass: &Pass) -> Option<(u64, Line)> {
    let Scalar::Set(line, _) = model.config().scalar(pass.state.level, Directive::LimitRate) else {
        return None;
    };
    let rate = time::bytes(&model.config().known_arg(line, 0)?)?;
    (rate > 0).then_some((rate, line))
}
