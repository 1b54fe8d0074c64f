//! Who gave an answer: proxies give themselves away by their own pages, servers by what they answer.

use std::borrow::Cow;

use crate::seen::{Answer, Reply, Silence};

/// Who gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// nginx itself, by its own page.
    Nginx,
    /// HAProxy itself, by its own page.
    Haproxy,
    /// Another proxy or cloud, by its own page.
    Other(&'static str),
    /// An Engine.IO server, by its JSON.
    EngineIo,
    /// The server behind the proxies, or one that hides.
    Unknown,
}

/// The sentences of HAProxy's own pages (its `src/http.c`).
const HAPROXY: [&str; 13] = [
    "Your browser sent an invalid request.",
    "Request forbidden by administrative rules.",
    "The resource could not be found.",
    "Your browser didn't send a complete request in time.",
    "You need a valid user and password to access this content.",
    "You have sent too many requests in a given amount of time.",
    "An internal server error occurred.",
    "The server does not support the functionality required to fulfill the request.",
    "The server returned an invalid or incomplete response.",
    "No server is available to handle this request.",
    "The server didn't respond in time.",
    "A request of this type is not allowed.",
    "The resource is no longer available and will not be available again.",
];

impl Who {
    /// By the body and the headers of an answer.
    pub(super) fn gave(answer: &Answer) -> Self {
        let body = answer.body.as_str();
        let named = |name: &str, value: &str| {
            answer.header(name).is_some_and(|found| found.to_ascii_lowercase().contains(value))
        };
        if body.contains("<center>nginx") || body.contains("<center>openresty") {
            Self::Nginx
        } else if body.starts_with("<html><body><h1>") && HAPROXY.iter().any(|words| body.contains(words)) {
            Self::Haproxy
        } else if body.contains("<center>awselb") || named("Server", "awselb") {
            Self::Other("the load balancer of AWS")
        } else if named("Server", "cloudflare") && answer.status >= 400 && body.contains("loudflare") {
            Self::Other("Cloudflare")
        } else if body.starts_with("upstream connect error or disconnect/reset before headers") {
            Self::Other("Envoy")
        } else if body.starts_with(r#"{"code":"#) && body.contains(r#""message":"#) {
            Self::EngineIo
        } else {
            Self::Unknown
        }
    }

    /// As the subject of a sentence.
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Nginx => "nginx itself",
            Self::Haproxy => "HAProxy itself",
            Self::Other(name) => name,
            Self::EngineIo => "the Engine.IO server",
            Self::Unknown => "the server",
        }
    }

    /// Whether it is a proxy.
    pub(super) fn is_proxy(self) -> bool {
        matches!(self, Self::Nginx | Self::Haproxy | Self::Other(_))
    }
}

/// What tells the hops apart: `Server`, `Via` and the like.
pub(super) fn hops(answer: &Answer) -> String {
    let names = ["Server", "Via", "X-Powered-By", "X-Served-By", "CF-Ray", "X-Cache"];
    let told = names.iter().filter_map(|name| Some(said(&format!("{name}: {}", answer.header(name)?))));
    told.collect::<Vec<_>>().join(", ")
}

/// Whether nginx is one of the hops.
pub(super) fn has_nginx(answer: &Answer) -> bool {
    answer.header("Server").is_some_and(|server| server.contains("nginx") || server.contains("openresty"))
}

/// What a server says, cut to what fits a line.
fn short(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// What a server says, as a quotation that ends where it should: whatever it is, nothing of it stands outside.
pub(super) fn said(text: &str) -> String {
    format!("`{}`", short(text).replace('`', "'"))
}

/// What came back, in a clause: `426 from the server`.
pub(super) fn came(reply: &Reply) -> String {
    match reply {
        Ok(answer) => format!("{} from {}", answer.status, Who::gave(answer).subject()),
        Err(silence) => silent(silence),
    }
}

/// Why nothing came, in a clause.
pub(super) fn silent(silence: &Silence) -> String {
    match silence {
        Silence::Unconnected(reason) => format!("no connection: {}", said(reason)),
        Silence::Closed => "the connection was closed without an answer".into(),
        Silence::Reset => "the connection was reset without an answer".into(),
        Silence::TimedOut(time) => format!("no answer within {}", seconds(*time)),
        Silence::NotHttp(_) => "what came back is not HTTP/1".into(),
        Silence::BadHead => "what came back has a head that is no head of HTTP, or too large".into(),
    }
}

/// What a close frame says.
pub(super) fn goodbye(code: Option<u16>, reason: &str) -> String {
    let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
    if reason.is_empty() { code } else { format!("{code}, {}", said(reason)) }
}

/// A measured time: `60.0 s`, and more exact below a second.
pub(crate) fn seconds(time: std::time::Duration) -> String {
    if time.as_secs() < 1 {
        format!("{} ms", time.as_millis().max(1))
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Who, short};
    use crate::seen::Answer;

    #[test]
    fn proxies_are_known_by_their_pages() {
        for (body, who) in [
            ("<html>\r\n<hr><center>nginx/1.22.1</center>\r\n</html>", Who::Nginx),
            (
                "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n",
                Who::Haproxy,
            ),
            ("{\"code\":3,\"message\":\"Bad request\"}", Who::EngineIo),
            ("<h1>503</h1> No server is available to handle this request.", Who::Unknown),
            ("hello", Who::Unknown),
        ] {
            let answer = Answer { status: 503, headers: Vec::new(), body: body.into(), took: Duration::ZERO };
            assert_eq!(Who::gave(&answer), who, "{body}");
        }
    }

    #[test]
    fn long_words_of_a_server_are_cut() {
        assert_eq!(short(&"é".repeat(500)).chars().count(), 121);
        assert_eq!(short("nginx"), "nginx");
    }
}
