//! A WebSocket over HTTP/2.

use super::who::said;
use crate::report::Step;
use crate::seen::Http2;

/// The step. `over_http1` is whether the handshake succeeds over HTTP/1.1.
pub(super) fn step(seen: &Http2, over_http1: bool) -> Step {
    let what = "WebSocket over HTTP/2";
    let fails = |detail: String| {
        let detail = format!(
            "{detail}: Chrome and Firefox use it on a connection that they have already, and fail there"
        );
        let cause = "HAProxy shows extended CONNECT to its rules as a `GET` with `Upgrade: websocket`, an absolute URL and no \
                     `Sec-WebSocket-Key`: `url_beg`, a test of that key and `replace-uri ^/…` pass it by (`path_beg`, `hdr(Upgrade)` and \
                     `replace-path` do not); a `server` line with `proto h2` or `alpn h2` wants `ws h1` beside it; \
                     `h2-workaround-bogus-websocket-clients` takes the offer back";
        if over_http1 { Step::failed(what, detail, cause) } else { Step::ok(what, detail) }
    };
    match seen {
        Http2::Works => Step::ok(what, "the server offers extended CONNECT, and a ping through it came back"),
        Http2::NotOffered => Step::ok(
            what,
            "the server speaks HTTP/2 without extended CONNECT: browsers make the handshake on a connection of HTTP/1.1",
        ),
        Http2::Broken(reason) => Step::failed(
            what,
            format!(
                "the server takes `h2` in TLS and does not speak it ({}): browsers load no page from there",
                said(reason)
            ),
            "HAProxy `alpn h2` on a `bind` in `mode tcp` whose server speaks HTTP/1.1 (use `mode http` or `alpn http/1.1`), or a \
             balancer that passes TLS through",
        ),
        Http2::Answered(status) => fails(format!("extended CONNECT is answered with {status}")),
        Http2::Refused(reason) => fails(format!("extended CONNECT is broken off ({})", said(reason))),
        Http2::Silent => {
            fails("extended CONNECT is answered with 200, and no pong comes through it".to_owned())
        }
    }
}
