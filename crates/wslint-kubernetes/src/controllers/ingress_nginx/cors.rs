//! What a location adds to answers for browsers.

use crate::objects::Annotation;
use crate::quoted;
use crate::settings::Settings;
use crate::text::{Cause, Text};

/// The headers of `enable-cors`, which take the place of those of the application.
pub(super) fn write(text: &mut Text, settings: &Settings<'_>) {
    let (enabled, site) = settings.flag("enable-cors", false);
    if !enabled {
        return;
    }
    let origin = settings.own("cors-allow-origin");
    let (credentials, _) = settings.flag("cors-allow-credentials", true);
    let value = origin.map_or("*", |one| one.value.text.as_str());
    // One of several origins is answered as the client names it.
    let value = if value.contains(',') { "$http_origin".to_owned() } else { quoted::nginx(value) };
    let cause = Cause::at(origin.map_or(site, Annotation::site));
    text.line(3, "proxy_hide_header Access-Control-Allow-Origin;", &cause);
    text.line(3, "proxy_hide_header Access-Control-Allow-Credentials;", &cause);
    text.line(3, &format!("add_header Access-Control-Allow-Origin {value} always;"), &cause);
    if credentials {
        text.line(3, "add_header Access-Control-Allow-Credentials true always;", &cause);
    }
}
