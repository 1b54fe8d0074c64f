//! The search for the first thing that nginx refuses, and what it refuses of values, variables and locations.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::reason::{Refusal, RefusalKind};
use super::sound::{self, Sound};
use super::{buffers, certificate, entry, parameter, table, twice, unusable, variable};
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::pattern;
use crate::config::{ContextId, ContextKind, Line, context_bit};
use crate::directives::context;
use crate::model::Model;
use crate::request::pass::{self, BadDestination};

/// For how many unknown names it is sought what was meant, which takes its time.
const MOST_SOUGHT: usize = 1000;

/// The first thing that nginx would refuse.
pub(crate) fn find_refusal(model: &Model<'_>) -> Option<Refusal> {
    let config = model.config();
    // A template's branches stand side by side in it, so only what one line says by itself counts.
    let counts = |refusal: &Refusal| {
        let file = config.project().file(refusal.line.file);
        // Of generated text only as much is known as a handshake notices, and what its program copies.
        if file.is_generated() {
            return file.may_be_refused(refusal.site(config).span);
        }
        let template = file.template;
        let alone =
            matches!(refusal.kind, RefusalKind::WebSocketScheme | RefusalKind::UriPart | RefusalKind::Value);
        let tree = config.tree(refusal.line);
        let written = || tree.words(refusal.line.id).iter().all(|word| !word.unknown);
        !template || (alone && (refusal.kind != RefusalKind::Value || written()))
    };
    let mut levels = config.contexts();
    let mut room = MOST_SOUGHT;
    let (mut good, mut sound) = (HashSet::default(), Sound::default());
    let refused = levels.find_map(|(level, context)| match context.kind {
        ContextKind::Other => None,
        ContextKind::Data => entry::bad_entry(config, context).filter(counts),
        _ => refused_at(model, level, &mut room, &mut good, &mut sound).filter(counts),
    });
    refused
        .or_else(|| unusable::second_default_server(model).filter(counts))
        .or_else(|| twice::second_options(model).filter(counts))
        .or_else(|| certificate::lacking_certificate(model).filter(counts))
}

fn refused_at<'p>(
    model: &Model<'p>,
    level: ContextId,
    room: &mut usize,
    good: &mut HashSet<Cow<'p, str>, RandomState>,
    sound: &mut Sound<'p>,
) -> Option<Refusal> {
    let config = model.config();
    let bit = context_bit(config, level);
    let mut seen = Vec::new();
    for &line in config.context(level).lines.iter().filter(|&&line| !config.stands_for_file(line)) {
        let written = sound::written(config, level, line);
        let known = written.is_some_and(|written| sound.knows(written, bit, &mut seen));
        let refusal = if known {
            None
        } else {
            let once = seen.len();
            let refusal = table::refused_by_table(model, level, line, bit, &mut seen, room).or_else(|| {
                let name = config.name(line);
                let bad = parameter::bad_parameter(model, level, line, &name);
                bad.map(|reason| Refusal { kind: RefusalKind::Value, line, reason })
                    .or_else(|| variable::bad_variable(model, level, line, &name, good))
                    .or_else(|| twice::port_of_upstream(model, line, &name))
                    .or_else(|| twice::unknown_name(model, level, line, &name))
            });
            if let (None, Some(written)) = (&refusal, written) {
                sound.learn(config, line, written, bit, seen.get(once).copied());
            }
            refusal
        };
        let refusal = refusal.or_else(|| {
            let name = line.name?;
            bad_pass(model, level, line, name, bit)
                .or_else(|| bad_return(model, line, name))
                .or_else(|| bad_nesting(model, level, line, name))
                .or_else(|| bad_alias(model, level, line, name))
                .or_else(|| bad_expression(model, line, name))
        });
        if refusal.is_some() {
            return refusal;
        }
    }
    duplicate_location(model, level)
        .or_else(|| unusable::unusable_at(model, level))
        .or_else(|| twice::second_name(model, level))
        .or_else(|| buffers::unfit_buffers(model, level))
}

fn bad_pass(model: &Model<'_>, level: ContextId, line: Line, name: Directive, bit: u16) -> Option<Refusal> {
    let config = model.config();
    if name != Directive::ProxyPass || bit & (context::STREAM | context::STREAM_SERVER) != 0 {
        return None;
    }
    let value = config.known_arg(line, 0)?;
    let refuse = |kind, reason: &str| Some(Refusal { kind, line, reason: reason.to_owned() });
    if value.contains('$') {
        return None;
    }
    match pass::Parts::of(&value) {
        Err(BadDestination::Prefix) => {
            let lower = value.to_ascii_lowercase();
            let websocket = lower.starts_with("ws://") || lower.starts_with("wss://");
            let kind = if websocket { RefusalKind::WebSocketScheme } else { RefusalKind::Other };
            refuse(kind, "invalid URL prefix")
        }
        Err(BadDestination::Host) => refuse(RefusalKind::Other, "no host in \"proxy_pass\""),
        Ok(destination) => {
            if let Some(reason) = twice::bad_pass_port(&destination) {
                return refuse(RefusalKind::Value, &reason);
            }
            if destination.uri.is_empty() {
                return None;
            }
            let location = config.proper_level(level);
            let no_prefix = matches!(
                model.config().location_kind(location),
                Some(LocationKind::Pattern { .. } | LocationKind::Named(_))
            );
            let inside = bit & (context::IF | context::LIMIT_EXCEPT) != 0;
            if no_prefix || inside {
                refuse(
                    RefusalKind::UriPart,
                    "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside \
                     named location, or inside \"if\" statement, or inside \"limit_except\" block",
                )
            } else {
                None
            }
        }
    }
}

/// `return` wants a number, or an address to redirect to.
fn bad_return(model: &Model<'_>, line: Line, name: Directive) -> Option<Refusal> {
    if name != Directive::Return {
        return None;
    }
    let first = model.config().known_arg(line, 0)?;
    let address = ["http://", "https://", "$"].iter().any(|start| first.starts_with(start));
    let good = match first.parse::<u16>() {
        Ok(status) => status <= 999,
        Err(_) => address && model.config().arg_count(line) == 1,
    };
    let reason = format!("invalid return code \"{first}\"");
    (!good).then_some(Refusal { kind: RefusalKind::Other, line, reason })
}

/// A named location has no path that an `alias` could stand for.
fn bad_alias(model: &Model<'_>, level: ContextId, line: Line, name: Directive) -> Option<Refusal> {
    let named = || matches!(model.config().location_kind(level), Some(LocationKind::Named(_)));
    let reason = || "the \"alias\" directive cannot be used inside the named location".to_owned();
    (name == Directive::Alias && named()).then(|| Refusal {
        kind: RefusalKind::Other,
        line,
        reason: reason(),
    })
}

/// A location inside another one must lie inside of its path.
fn bad_nesting(model: &Model<'_>, level: ContextId, line: Line, name: Directive) -> Option<Refusal> {
    let config = model.config();
    if name != Directive::Location || config.context(level).kind != ContextKind::Location {
        return None;
    }
    let outer = config.location_kind(level)?;
    let inner = config.location_kind(line.block?)?;
    let reason = match (&outer, &inner) {
        (LocationKind::Unknown, _) | (_, LocationKind::Unknown) => return None,
        (LocationKind::Exact(outer), _) => format!("cannot be inside the exact location \"{outer}\""),
        (LocationKind::Named(outer), _) => format!("cannot be inside the named location \"{outer}\""),
        (_, LocationKind::Named(_)) => "can be on the server level only".to_owned(),
        (_, LocationKind::Pattern { .. }) => return None,
        (
            LocationKind::Prefix(outer)
            | LocationKind::PrefixFirst(outer)
            | LocationKind::Pattern { expression: outer, .. },
            LocationKind::Prefix(inner) | LocationKind::PrefixFirst(inner) | LocationKind::Exact(inner),
        ) => {
            if inner.starts_with(outer.as_ref()) {
                return None;
            }
            format!("is outside location \"{outer}\"")
        }
    };
    let inner = match inner {
        LocationKind::Prefix(name)
        | LocationKind::PrefixFirst(name)
        | LocationKind::Exact(name)
        | LocationKind::Named(name) => name,
        LocationKind::Pattern { .. } | LocationKind::Unknown => Cow::Borrowed(""),
    };
    let reason = format!("location \"{inner}\" {reason}");
    Some(Refusal { kind: RefusalKind::Other, line, reason })
}

/// An expression that PCRE does not compile.
fn bad_expression(model: &Model<'_>, line: Line, name: Directive) -> Option<Refusal> {
    let config = model.config();
    let word = |index: usize| config.known_arg(line, index).map(Cow::into_owned);
    let expressions: Vec<String> = match name {
        Directive::Location => match config.location_kind(line.block?)? {
            LocationKind::Pattern { expression, .. } => vec![expression.into_owned()],
            _ => return None,
        },
        Directive::ServerName => {
            let words = (0..config.arg_count(line)).filter_map(word);
            words.filter_map(|word| word.strip_prefix('~').map(str::to_owned)).collect()
        }
        Directive::Rewrite => word(0).into_iter().collect(),
        Directive::If if word(1).is_some_and(|word| matches!(word.as_str(), "~" | "~*" | "!~" | "!~*")) => {
            // The bracket that ends the condition stands at the end of its last word.
            let last = (config.arg_count(line) == 3).then(|| word(2)).flatten();
            last.and_then(|word| word.strip_suffix(')').map(str::to_owned)).into_iter().collect()
        }
        _ => return None,
    };
    let found = expressions.iter().find_map(|expression| Some((expression, pattern::flaw(expression)?)));
    let (expression, flaw) = found?;
    let reason = format!("pcre_compile() failed: {flaw} in \"{expression}\"");
    Some(Refusal { kind: RefusalKind::Other, line, reason })
}

fn duplicate_location(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let config = model.config();
    let mut seen: HashSet<(u8, Cow<'_, str>), RandomState> = HashSet::default();
    for line in config.own(level, Directive::Location) {
        let Some(kind) = line.block.and_then(|block| config.location_kind(block)) else { continue };
        let key = match kind {
            LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) => (0, name),
            LocationKind::Exact(name) => (1, name),
            // Of two named ones the first takes all.
            LocationKind::Named(_) | LocationKind::Pattern { .. } | LocationKind::Unknown => continue,
        };
        if let Some(key) = seen.replace(key) {
            let reason = format!("duplicate location \"{}\"", key.1);
            return Some(Refusal { kind: RefusalKind::Other, line, reason });
        }
    }
    None
}
