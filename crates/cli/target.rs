//! The URL of a traced request.

use wslint_model::{Browser, Request, Scheme};

use crate::args::{Header, TraceArgs};
use crate::exit::Failure;

/// The request that `wslint trace` follows.
pub(crate) fn traced(args: &TraceArgs) -> Result<Request, Failure> {
    let mut request = request(target(&args.url)?, &args.header);
    if let Some(method) = &args.method {
        if !is_token(method) {
            return Err(refused(method, "is not a method", "write one word, such as GET"));
        }
        request.method.clone_from(method);
    }
    request.listen = listen(args.listen.as_deref())?;
    request.source = args.config.source;
    request.http.clone_from(&args.http);
    Ok(request)
}

/// What a URL says.
pub(crate) fn target(url: &str) -> Result<Target, Failure> {
    parse(url).ok_or_else(|| {
        Failure::said(format!("`{}` is not a URL that can be followed", crate::escape::escape(url)))
            .help("write it as ws://host[:port]/path, wss://…, http://… or https://…")
    })
}

/// The request for a target. A WebSocket URL stands for the handshake that Chrome sends from a page of the same host.
pub(crate) fn request(target: Target, headers: &[Header]) -> Request {
    let Target { scheme, host, port, path } = target;
    let mut request = if scheme.is_websocket() {
        Request::handshake(scheme, &host, port, &path, Browser::Chrome)
    } else {
        Request::plain(scheme, &host, port, &path)
    };
    // A browser opens a WebSocket from a page, here one of the same host.
    let page = format!(
        "{}://{}",
        if scheme.is_tls() { "https" } else { "http" },
        request.header("Host").unwrap_or_default()
    );
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "Origin") {
        value.clone_from(&page);
    }
    for header in headers {
        match &header.value {
            Some(value) => request.set_header(&header.name, value),
            None => request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(&header.name)),
        }
    }
    request
}

/// The address that a request arrives at, if the user says it.
pub(crate) fn listen(address: Option<&str>) -> Result<Option<String>, Failure> {
    match address.filter(|address| !is_address(address)) {
        None => Ok(address.map(str::to_owned)),
        Some(address) => {
            let help = "write it as ADDRESS:PORT, as a port alone, or as unix:PATH";
            Err(refused(address, "is not an address that a request can arrive at", help))
        }
    }
}

fn refused(given: &str, what: &str, help: &'static str) -> Failure {
    Failure::said(format!("`{}` {what}", crate::escape::escape(given))).help(help)
}

/// Whether a text is a token of RFC 9110, as methods are.
fn is_token(text: &str) -> bool {
    let special = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || special(byte))
}

/// Whether a text names a socket: an address with its port, a port alone, or a path of the file system.
fn is_address(text: &str) -> bool {
    let socket = ["unix:", "unix@", "abns@"].into_iter().any(|start| text.starts_with(start));
    let (address, port) = text.rsplit_once(':').unwrap_or(("", text));
    let bracketed = !address.contains(':') || (address.starts_with('[') && address.ends_with(']'));
    socket || (bracketed && !text.contains(' ') && port.parse::<u16>().is_ok())
}

/// What a URL says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// What is asked for.
    pub(crate) scheme: Scheme,
    /// The name of the host; an IPv6 address in brackets.
    pub(crate) host: String,
    /// The port, which the scheme stands for if there is none.
    pub(crate) port: u16,
    /// Path and query as they are written.
    pub(crate) path: String,
}

/// Cuts a URL. The path is kept as it is written, since what a proxy does may depend on every byte of it.
fn parse(url: &str) -> Option<Target> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "ws" => Scheme::Ws,
        "wss" => Scheme::Wss,
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    let (host, port) = match authority.rfind(':') {
        // The colons of `[::1]` are no port.
        Some(at) if !authority[at..].contains(']') => (&authority[..at], Some(&authority[at + 1..])),
        _ => (authority, None),
    };
    let port = match port {
        None | Some("") => scheme.default_port(),
        Some(digits) => digits.parse().ok()?,
    };
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    (!host.is_empty() && !rest.contains(char::is_whitespace)).then(|| Target {
        scheme,
        host: host.to_owned(),
        port,
        path,
    })
}

#[cfg(test)]
mod tests {
    use wslint_model::Scheme;

    use super::{is_address, parse};

    #[test]
    fn urls_are_cut() {
        for (url, scheme, host, port, path) in [
            ("ws://a.example/ws", Scheme::Ws, "a.example", 80, "/ws"),
            ("WSS://a.example:8443/ws?x=1#top", Scheme::Wss, "a.example", 8443, "/ws?x=1"),
            ("http://[::1]:8080", Scheme::Http, "[::1]", 8080, "/"),
            ("https://[::1]/", Scheme::Https, "[::1]", 443, "/"),
            ("ws://user@a:1?b", Scheme::Ws, "a", 1, "/?b"),
            ("ws://a//b/../c%2f", Scheme::Ws, "a", 80, "//b/../c%2f"),
        ] {
            let target = parse(url).expect(url);
            let found = (target.scheme, target.host.as_str(), target.port, target.path.as_str());
            assert_eq!(found, (scheme, host, port, path), "{url}");
        }
    }

    #[test]
    fn addresses_have_a_port_or_a_path() {
        for address in ["127.0.0.1:80", "[::1]:80", "80", ":80", "*:80", "localhost:80", "unix:/run/a.sock"] {
            assert!(is_address(address), "{address}");
        }
        for address in ["", "nonsense", "127.0.0.1", "127.0.0.1:99999", "::1:80", "a b:80"] {
            assert!(!is_address(address), "{address}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for url in ["", "a.example/ws", "ftp://a/", "ws:///ws", "ws://a:99999/", "ws://a/b c", "ws://a b/"] {
            assert_eq!(parse(url), None, "{url}");
        }
    }
}
