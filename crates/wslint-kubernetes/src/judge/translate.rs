//! What an annotation of one controller is called by another.

use crate::controller::Controller;

/// What an annotation says, whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Websockets,
    ReadTimeout,
    Affinity,
    HashBy,
    Rewrite,
    Snippet,
}

fn meaning(short: &str) -> Option<Meaning> {
    Some(match short {
        "websocket-services" | "websocket" | "websockets" => Meaning::Websockets,
        "proxy-read-timeout" | "timeout-tunnel" => Meaning::ReadTimeout,
        "affinity" | "sticky-cookie-services" | "cookie-persistence" | "session-cookie-name" => {
            Meaning::Affinity
        }
        "upstream-hash-by" | "lb-method" | "load-balance" | "balance-algorithm" | "balance" => {
            Meaning::HashBy
        }
        "rewrite-target" | "rewrites" | "path-rewrite" => Meaning::Rewrite,
        "configuration-snippet" | "location-snippets" | "backend-config-snippet" | "config-backend" => {
            Meaning::Snippet
        }
        _ => return None,
    })
}

/// What to write for a controller in place of another one's annotation.
pub(super) fn translate(controller: Controller, short: &str) -> &'static str {
    use Controller::{GatewayFabric, HaproxyIngress, Haproxytech, IngressNginx, NginxIngress, Openshift};
    let Some(meaning) = meaning(short) else { return "remove it, or write the controller's own annotation" };
    match (controller, meaning) {
        (NginxIngress, Meaning::Websockets) => {
            "write `nginx.org/websocket-services` with the names of the Services"
        }
        (_, Meaning::Websockets) => "remove it: this controller passes every upgrade on",
        (IngressNginx, Meaning::ReadTimeout) => {
            "write `nginx.ingress.kubernetes.io/proxy-read-timeout: \"3600\"`"
        }
        (NginxIngress, Meaning::ReadTimeout) => "write `nginx.org/proxy-read-timeout: \"3600s\"`",
        (Haproxytech, Meaning::ReadTimeout) => {
            "write `timeout-tunnel` in the controller's ConfigMap; without it 1h is in force"
        }
        (HaproxyIngress, Meaning::ReadTimeout) => "write `haproxy-ingress.github.io/timeout-tunnel: 1h`",
        (Openshift, Meaning::ReadTimeout) => "write `haproxy.router.openshift.io/timeout-tunnel: 1h`",
        (IngressNginx, Meaning::Affinity | Meaning::HashBy) => {
            "write `nginx.ingress.kubernetes.io/affinity: cookie`"
        }
        (NginxIngress, Meaning::Affinity | Meaning::HashBy) => "write `nginx.org/lb-method: ip_hash`",
        (Haproxytech, Meaning::Affinity | Meaning::HashBy) => {
            "write `haproxy.org/cookie-persistence` on the Service"
        }
        (HaproxyIngress, Meaning::Affinity | Meaning::HashBy) => {
            "write `haproxy-ingress.github.io/affinity: cookie`"
        }
        (Openshift, Meaning::Affinity | Meaning::HashBy) => {
            "remove it: this router keeps clients at their pods by a cookie"
        }
        (IngressNginx, Meaning::Rewrite) => "write `nginx.ingress.kubernetes.io/rewrite-target`",
        (NginxIngress, Meaning::Rewrite) => "write `nginx.org/rewrites`",
        (Haproxytech, Meaning::Rewrite) => "write `haproxy.org/path-rewrite`",
        (HaproxyIngress, Meaning::Rewrite) => "write `haproxy-ingress.github.io/rewrite-target`",
        (Openshift, Meaning::Rewrite) => "write `haproxy.router.openshift.io/rewrite-target`",
        (IngressNginx, Meaning::Snippet) => "write `nginx.ingress.kubernetes.io/configuration-snippet`",
        (NginxIngress, Meaning::Snippet) => "write `nginx.org/location-snippets`",
        (Haproxytech, Meaning::Snippet) => "write `haproxy.org/backend-config-snippet`",
        (HaproxyIngress, Meaning::Snippet) => "write `haproxy-ingress.github.io/config-backend`",
        (Openshift, Meaning::Snippet) => "remove it: this router takes no snippets",
        (GatewayFabric, _) => "write the field or policy of the Gateway API",
    }
}

/// Whether both say the same to their controllers.
pub(super) fn mean_the_same(one: &str, other: &str) -> bool {
    one == other || meaning(one).is_some_and(|meaning_of_one| Some(meaning_of_one) == meaning(other))
}

/// Whether a WebSocket notices what an annotation of this name is about.
pub(super) fn is_noticed(short: &str) -> bool {
    let aside =
        ["proxy-send-timeout", "proxy-connect-timeout", "timeout-server", "timeout-connect", "timeout-queue"];
    let words = [
        "websocket",
        "timeout",
        "affinity",
        "session-cookie",
        "sticky",
        "cookie-persistence",
        "hash",
        "upgrade",
        "connection",
        "set-headers",
        "http-version",
        "rewrite",
        "snippet",
        "keepalive",
        "limit-",
        "rate-limit",
        "backend-protocol",
        "server-proto",
        "server-ssl",
        "secure-backends",
        "lb-method",
        "load-balanc",
        "hard-stop",
        "maxconn",
        "balance",
    ];
    !aside.contains(&short) && words.iter().any(|word| short.contains(word))
}
