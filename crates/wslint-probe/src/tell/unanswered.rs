//! Requests without an answer.

use super::known::Known;
use crate::seen::Silence;

/// The usual cause of a handshake without an answer.
pub(super) fn of_silence(silence: &Silence, known: &Known<'_>) -> (String, String) {
    let plain = known.works();
    let (meaning, cause) = match silence {
        Silence::NotHttp(start) if start.starts_with(&[0x15, 3]) || start.starts_with(&[0x16, 3]) => {
            ("the port speaks TLS", "use wss:// (https://): nginx `listen … ssl`, HAProxy `bind … ssl`")
        }
        Silence::NotHttp(start) if start.get(3) == Some(&4) && start.starts_with(&[0, 0]) => (
            "the port speaks HTTP/2 alone",
            "HAProxy `bind … proto h2`, nginx `listen … http2` without TLS: browsers speak HTTP/1.1 there",
        ),
        Silence::NotHttp(_) => {
            ("the server speaks another protocol on this port", "another service listens there")
        }
        Silence::BadHead => (
            "browsers refuse such an answer",
            "what answers sends headers without end, or a line that is no header: look at what the server or a module of the proxy adds",
        ),
        Silence::Closed | Silence::Reset if plain => (
            "plain requests are answered, so that it is the handshake that is not wanted",
            "nginx `return 444`, HAProxy `http-request reject` or `silent-drop`, or a server that closes on a handshake whose \
             `Upgrade` was lost: nginx `proxy_set_header Upgrade $http_upgrade;` and `proxy_http_version 1.1;`",
        ),
        Silence::Closed | Silence::Reset => (
            "the other side wants no HTTP, or nobody is behind it",
            "the listener waits for a PROXY header (nginx `listen … proxy_protocol`, HAProxy `accept-proxy`), speaks TLS (use \
             wss://), passes bytes on to a server that is down or speaks TLS (HAProxy `mode tcp`, nginx `stream`), or drops the \
             name (nginx `return 444` in the default `server`)",
        ),
        Silence::TimedOut(_) if plain => (
            "plain requests are answered, so that it is the handshake that hangs",
            "a proxy that waits for a body or inspects the stream (a WAF), HAProxy `http-request tarpit`, or a server that waits \
             for the `Upgrade` that was lost",
        ),
        Silence::TimedOut(_) => (
            "the connection stands, and nobody answers on it",
            "a firewall between proxy and server drops packets, the server hangs, HAProxy `http-request silent-drop`, `tarpit`, or a \
             `server … proto h2` that speaks HTTP/1.1",
        ),
        Silence::Unconnected(_) => (
            "no further connection came about",
            "a limit of connections: nginx `worker_connections`, HAProxy `maxconn`, `tcp-request connection reject`",
        ),
    };
    (meaning.to_owned(), cause.to_owned())
}
