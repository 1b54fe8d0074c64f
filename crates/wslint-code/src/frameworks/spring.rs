//! WebSockets of Spring: STOMP endpoints and plain handlers.

use crate::declared::{Heartbeat, Set, Transports};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::java::{self, ContextPath};
use crate::path::{Path, Style};
use crate::settings::{self, Settings};
use crate::text::{Call, Language, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "spring",
    title: "Spring WebSocket and STOMP",
    product: Some("spring-stomp"),
    declared_by: &["registry.addEndpoint(\"P\")", "registry.addHandler(handler, \"P\")"],
    path: "All texts that are given, behind `server.servlet.context-path` of `application.properties` or `.yml`. With \
           `withSockJS()` it is all below the path.",
    read,
};

/// More endpoints than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let context = ContextPath::of(folder);
    let from = found.declared.len();
    let mut heartbeat = Set::Not;
    for source in java::sources(folder) {
        if source.has_word("StompEndpointRegistry") || source.has_word("WebSocketMessageBrokerConfigurer") {
            for call in source.calls("addEndpoint").take(MOST) {
                endpoint(source, call, 0, &context, true, found);
            }
        }
        if source.has_word("WebSocketHandlerRegistry") || source.has_word("WebSocketConfigurer") {
            for call in source.calls("addHandler").take(MOST) {
                endpoint(source, call, 1, &context, false, found);
            }
        }
        for call in source.calls("setHeartbeatValue").take(MOST) {
            heartbeat = beat(source, call);
        }
    }
    found.beats_from(from, &heartbeat);
}

/// `addEndpoint("/a", "/b").setAllowedOrigins("*").withSockJS()`.
fn endpoint(
    source: &Source<'_>,
    call: Call,
    skipped: usize,
    context: &ContextPath,
    stomp: bool,
    found: &mut Found,
) {
    let has_sockjs = chained(source, call).any(|name| name == "withSockJS");
    for argument in source.arguments(call.open).into_iter().skip(skipped) {
        let place = source.place_of(argument.value);
        let Some(prefix) = context.prefix() else {
            return found.unknown("the context path cannot be told", place);
        };
        let path = source.literal(argument.value).and_then(|path| {
            let path = format!("{prefix}/{}", path.trim_start_matches('/'));
            if has_sockjs { Path::folder(&path) } else { Path::of(&path, Style::Braces) }
        });
        let transports = if has_sockjs { Transports::PollingAndWebsocket } else { Transports::WebsocketOnly };
        let before = found.declared.len();
        found.declare(path, transports, Settings::default(), place);
        for declared in &mut found.declared[before..] {
            declared.product = match (stomp, has_sockjs) {
                (true, _) => declared.product,
                (false, true) => Some("sockjs"),
                (false, false) => None,
            };
        }
    }
}

/// The methods that are called on what a call returns.
fn chained<'s>(source: &'s Source<'_>, call: Call) -> impl Iterator<Item = &'s str> + 's {
    let mut close = source.close(call.open);
    std::iter::from_fn(move || {
        let name = source.is(close + 1, ".").then(|| source.word(close + 2))??;
        close = source.close(source.call(close + 2)?.open);
        Some(name)
    })
    .take(MOST)
}

/// `setHeartbeatValue(new long[] {10000, 20000})`: what the server sends comes first.
fn beat(source: &Source<'_>, call: Call) -> Set<Heartbeat> {
    let inside = source.inside(call.open);
    let place = source.place_of(inside);
    let open = match source.language {
        Language::Kotlin => source.positions("longArrayOf").find(|at| *at >= inside.start).map(|at| at + 1),
        _ => (inside.start..inside.end).take(8).find(|at| source.is(*at, "{")),
    };
    match open.and_then(|open| source.number(source.first_argument(open)?.value)) {
        Some(milliseconds) => settings::every(milliseconds, place),
        None => Set::Unknown(place),
    }
}
