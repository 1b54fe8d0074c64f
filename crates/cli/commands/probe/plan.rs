//! From the flags to what is asked of whom.

use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use wslint_model::Scheme;
use wslint_probe::{Plan, Service, Trust};

use crate::args::{Header, ProbeArgs};
use crate::escape::escape;
use crate::exit::Failure;
use crate::files::{ReadError, read_named};
use crate::target::Target;

/// Larger files are no list of certificate authorities.
const LARGEST: u64 = 16 << 20;
/// What browsers do not send as it is written.
const WRITTEN_OUT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// What is to be asked.
pub(super) fn plan(args: &ProbeArgs, target: &Target) -> Result<Plan, Failure> {
    let authority = args.url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        // Shells keep what was typed, and the list of processes shows it: the URL is not printed here again.
        return Err(Failure::said("the URL holds a name or password before the host")
            .help("leave it out and give --header 'Authorization: …', which is not printed"));
    }
    for header in &args.header {
        check(header)?;
    }
    let trust = match &args.ca {
        Some(path) => Trust::Authorities(authorities(path, args)?),
        None if args.insecure => Trust::Anyone,
        None => Trust::System,
    };
    Ok(Plan {
        tls: target.scheme.is_tls(),
        host: target.host.clone(),
        port: target.port,
        target: utf8_percent_encode(&target.path, WRITTEN_OUT).to_string(),
        connect: args.connect.clone(),
        headers: args.header.iter().map(|header| (header.name.clone(), header.value.clone())).collect(),
        origin: args.origin.clone(),
        trust,
        patience: args.timeout,
        hold: args.hold,
        service: if args.socketio { Service::SocketIo } else { Service::Told },
    })
}

/// A probe makes handshakes, whatever the scheme calls it.
pub(super) fn of_handshake(target: Target) -> Target {
    let scheme = if target.scheme.is_tls() { Scheme::Wss } else { Scheme::Ws };
    Target { scheme, ..target }
}

/// The value is not printed, whatever it is.
fn check(header: &Header) -> Result<(), Failure> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !header.name.bytes().all(is_token) {
        return Err(Failure::said(format!("`{}` is not the name of a header", escape(&header.name)))
            .help("write it as --header 'Name: value'"));
    }
    let value = header.value.as_deref().unwrap_or_default();
    if value.chars().any(|character| character.is_control() && character != '\t') {
        return Err(Failure::said(format!(
            "the value of `{}` holds a line break or another control character",
            header.name
        ))
        .help("a header is one line: give --header once for each"));
    }
    Ok(())
}

fn authorities(path: &Path, args: &ProbeArgs) -> Result<Vec<u8>, Failure> {
    read_named(path, &args.config.allow_root, LARGEST).map_err(|error| {
        let failure = Failure::at(path, &error.to_string());
        match error {
            ReadError::LeadsOut { .. } => failure.help(error.advice()),
            _ => failure.help(
                "--ca wants a file of certificates in PEM, which begin with -----BEGIN CERTIFICATE-----",
            ),
        }
    })
}
