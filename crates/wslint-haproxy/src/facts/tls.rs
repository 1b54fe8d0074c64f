//! TLS on both ends: whether it is spoken where the ports suggest it, and which server is asked for in it.

use std::net::IpAddr;

use super::cause::says;
use super::tried::Tried;
use crate::choices::ServerTls;
use crate::config::proxy::{ProxyId, Switch};
use crate::config::server::Server;
use crate::questions as ask;
use crate::routes::probe;
use wslint_model::{Cause, Facts, Origin, Version};

/// Answers the questions about TLS.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    plain_on_tls_port(tried, facts);
    sni_routing(tried, facts);
    if let Some(backend) = tried.backend() {
        server_tls(tried, backend, facts);
        server_name(tried, backend, facts);
    }
}

/// The ports of HTTPS.
pub(super) const HTTPS: [u16; 2] = [443, 8443];

/// Ports on which products speak TLS unless they are told otherwise: Proxmox VE and Backup Server, EMQX's wss, MQTT over
/// TLS, Matrix federation, the Kubernetes API, Portainer, Jellyfin, ejabberd, Openfire, RabbitMQ's web plugins, KasmVNC.
const OF_PRODUCTS: [u16; 13] =
    [8006, 8007, 8084, 8883, 8448, 6443, 9443, 8920, 5443, 7443, 15673, 15676, 6901];

/// Whether the server line speaks TLS where the port says so: 443 and 8443 are TLS, 80 is not.
fn server_tls(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(backend);
    let encrypted = |section: ProxyId| config.proxy(section).binds.iter().any(|bind| bind.tls);
    // In mode tcp TLS of the client may pass through.
    let ended = config.is_http(backend) || encrypted(tried.candidate.frontend);
    // Of a listener at hand no port has to tell.
    let known = tried.arrived().any(|way| way.run.hops.len() > 1);
    for server in config.usable(backend) {
        if server.settings.unknown || known {
            continue;
        }
        let site = section.statements[server.statement].site();
        let port = server.port().and_then(|port| port.parse::<u16>().ok());
        let (word, words) = match (port, server.settings.tls) {
            (Some(port), false) if ended && HTTPS.contains(&port) => {
                (ServerTls::Missing, "this port speaks TLS, the line does not")
            }
            (Some(port), false) if ended && OF_PRODUCTS.contains(&port) => {
                (ServerTls::Doubtful, "this port is known for TLS, which the line does not speak")
            }
            (Some(80), true) => (ServerTls::Unexpected, "the line speaks TLS, this port does not"),
            _ => continue,
        };
        facts.answer(&ask::SERVER_TLS, word, says(Origin::Set, site, words));
        return;
    }
    facts.answer(&ask::SERVER_TLS, ServerTls::Fits, Cause::nowhere(Origin::Derived));
}

/// Whether a server that has a name in public is asked for by that name in TLS. Since 3.3 HAProxy does so by itself.
fn server_name(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    if config.version >= Version(3, 3, 0) {
        return;
    }
    let nameless = |server: &&&Server| {
        let name = server.host().filter(|host| host.contains('.') && !host.contains(['/', '@', ':']));
        server.settings.tls
            && server.settings.sni.is_none()
            && !server.settings.unknown
            && name.is_some_and(|name| name.parse::<IpAddr>().is_err())
    };
    if let Some(server) = config.usable(backend).iter().find(nameless) {
        let site = config.proxy(backend).statements[server.statement].site();
        facts.answer(
            &ask::SERVER_NAME_MISSING,
            true,
            says(Origin::Set, site, "no `sni` names the server in TLS"),
        );
    }
}

/// On one connection of HTTP/2 a browser asks for all hosts of its certificate (RFC 9113, section 9.1.1), while the name
/// in TLS is that of the first.
fn sni_routing(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let frontend = tried.candidate.frontend;
    let section = config.proxy(frontend);
    let by_default = config.version >= Version(2, 8, 0);
    let many = config.is_http(frontend) && section.binds.iter().any(|bind| bind.offers_h2(by_default));
    let by_name = |switch: &&Switch| {
        let mut terms = switch.condition.iter().flat_map(|condition| condition.terms());
        terms.any(|term| {
            let tests = probe::tests_of(section, term);
            tests.into_iter().any(|test| test.subject().is_some_and(|call| call.name == "ssl_fc_sni"))
        })
    };
    let own = tried.candidate.switch.map(|own| &section.switches[own]).filter(by_name);
    if let (true, Some(switch)) = (many, own) {
        let words = "HTTP/2 carries requests for other hosts too";
        let site = section.statements[switch.statement].site();
        facts.answer(&ask::SNI_ROUTING, true, says(Origin::Set, site, words));
    }
}

/// Whether a listener of HTTP takes the port of HTTPS without TLS, where no line says that something in front ends it.
fn plain_on_tls_port(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let frontend = tried.candidate.frontend;
    let section = config.proxy(frontend);
    if !config.is_http(frontend) || section.binds.iter().any(|bind| bind.tls || bind.accept_proxy) {
        return;
    }
    let behind_another = tried.rules().any(|(_, line)| {
        line.words.iter().any(|word| word.text.to_ascii_lowercase().contains("x-forwarded-"))
    });
    let plain = section.binds.iter().find(|bind| {
        let addresses = bind.addresses.iter().flatten();
        addresses.into_iter().any(|address| {
            let local = matches!(address.host.as_str(), "localhost" | "[::1]" | "::1")
                || address.host.starts_with("127.");
            !local && address.ports.is_some_and(|(low, high)| low == high && HTTPS.contains(&low))
        })
    });
    if let Some(bind) = plain.filter(|_| !behind_another) {
        let site = section.statements[bind.statement].site();
        let words = "this port is for TLS, and the line has no `ssl`";
        facts.answer(&ask::PLAIN_ON_TLS_PORT, true, says(Origin::Set, site, words));
    }
}
