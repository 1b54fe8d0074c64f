//! An authentication service that is asked before a request passes.

use super::hosts::Location;
use crate::objects::Annotation;
use crate::quoted;
use crate::settings::Settings;
use crate::text::{Cause, Text};

/// What asks about the requests of a location: its annotation, or the ConfigMap's key unless the Ingress wants none of it.
fn asked<'o>(settings: &Settings<'o>) -> Option<&'o Annotation> {
    let global = || settings.entry("global-auth-url").filter(|_| settings.flag("enable-global-auth", true).0);
    settings.own("auth-url").or_else(global)
}

/// The location that asks.
fn name(location: &Location<'_>, number: usize) -> String {
    format!("/_external-auth-{}-{number}", quoted::name(&location.ingress.meta.name.text))
}

/// Writes the line by which a location asks; nothing passes where the address is none.
pub(super) fn ask(text: &mut Text, settings: &Settings<'_>, location: &Location<'_>, number: usize) {
    let Some(annotation) = asked(settings) else { return };
    let cause = Cause::at(annotation.site());
    match is_address(annotation) {
        true => text.line(3, &format!("auth_request {};", name(location, number)), &cause),
        false => text.line(3, "return 503;", &cause),
    };
}

/// Writes the location that asks, which has headers of its own.
pub(super) fn answer(text: &mut Text, settings: &Settings<'_>, location: &Location<'_>, number: usize) {
    let Some(annotation) = asked(settings).filter(|one| is_address(one)) else { return };
    let cause = Cause::at(annotation.site());
    text.line(2, &format!("location = {} {{", name(location, number)), &cause);
    text.line(3, "internal;", &cause);
    text.line(3, "proxy_pass_request_body off;", &cause);
    text.line(3, "proxy_set_header Content-Length \"\";", &cause);
    text.line(3, "proxy_set_header X-Original-URL $scheme://$http_host$request_uri;", &cause);
    text.line(3, "proxy_pass http://{{auth}};", &cause);
    text.line(2, "}", &cause);
}

fn is_address(annotation: &Annotation) -> bool {
    let text = annotation.value.text.as_str();
    let behind = ["http://", "https://"].iter().find_map(|start| text.strip_prefix(start));
    annotation.value.open || behind.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
}
