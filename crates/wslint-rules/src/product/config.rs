//! A configuration of each proxy for one server of a product.

use std::fmt::Write;

use wslint_model::product::{Record, Transport};
use wslint_model::traffic::Framework;

/// The port of a product that names none of its own.
const PORT: u16 = 8080;

/// Ports of sites, which belong to the proxy here: handed to one of them, a request would come back.
const OF_SITES: [u16; 3] = [80, 443, 8443];

/// What a location says that passes on handshakes.
const PASSES_ON: &str = "        proxy_pass http://127.0.0.1:PORT;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_read_timeout 1h;
";

/// A configuration of nginx for one server of the product, or nothing if it has no WebSocket at a path of its own.
pub fn nginx(product: Framework) -> Option<String> {
    let record = product.record();
    let folders = folders(record);
    if folders.is_empty() {
        return None;
    }
    let port = port(record).to_string();
    let mut out = String::from(
        "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    \"\"      \"\";\n}\n\nserver {\n    listen 80;\n",
    );
    for folder in &folders {
        // Writing to a string cannot fail.
        let _ = write!(out, "\n    location {folder} {{\n{}    }}\n", PASSES_ON.replace("PORT", &port));
    }
    if !folders.iter().any(|folder| folder == "/") {
        let _ = write!(
            out,
            "\n    location / {{\n        proxy_pass http://127.0.0.1:{port};\n        proxy_set_header Host $http_host;\n    }}\n"
        );
    }
    out.push_str("}\n");
    Some(out)
}

/// A configuration of HAProxy for one server of the product, or nothing if it has no WebSocket at a path of its own.
pub fn haproxy(product: Framework) -> Option<String> {
    let record = product.record();
    if folders(record).is_empty() {
        return None;
    }
    Some(format!(
        "defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s

frontend web
    bind :80
    default_backend app

backend app
    timeout tunnel 1h
    server app1 127.0.0.1:{}
",
        port(record)
    ))
}

/// A path at which clients of the product ask for a WebSocket.
pub fn sample_path(product: Framework) -> Option<String> {
    let record = product.record();
    let first = record.endpoints.first().filter(|_| record.transports.contains(&Transport::Websocket))?;
    Some(first.replace('*', "1"))
}

/// The locations for the endpoints: each up to its first segment that is not always the same, and none that lies in
/// another.
fn folders(record: &Record) -> Vec<String> {
    if !record.transports.contains(&Transport::Websocket) {
        return Vec::new();
    }
    let mut folders: Vec<String> = record
        .endpoints
        .iter()
        .map(|path| match path.find('*') {
            Some(at) => path[..path[..at].rfind('/').map_or(at, |slash| slash + 1)].to_owned(),
            // Without the slash at its end nginx redirects nobody who leaves it out.
            None if path.len() > 1 => path.trim_end_matches('/').to_owned(),
            None => (*path).to_owned(),
        })
        .collect();
    folders.sort();
    folders.dedup();
    let all = folders.clone();
    folders.retain(|folder| {
        !all.iter().any(|other| other != folder && other.ends_with('/') && folder.starts_with(other))
    });
    folders
}

fn port(record: &Record) -> u16 {
    record.ports.iter().copied().find(|port| !OF_SITES.contains(port)).unwrap_or(PORT)
}
