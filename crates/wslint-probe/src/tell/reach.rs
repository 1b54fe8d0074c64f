//! The way to the service: name, connections, TLS.

use super::who::{said, seconds};
use crate::plan::{Plan, Trust};
use crate::report::Step;
use crate::seen::{Address, Reach, Tls};

/// The steps of the way.
pub(super) fn steps(plan: &Plan, reach: &Reach) -> Vec<Step> {
    let at = plan.connect.as_deref().unwrap_or(&plan.host);
    if let Some(reason) = &reach.unresolved {
        let detail = format!("`{at}` leads to no address: {reason}");
        let cause = "the name is mistyped, has no A or AAAA record, or is known inside of another network only; \
                     `--connect ADDRESS:PORT` goes to an address all the same";
        return vec![Step::failed("resolve", detail, cause)];
    }
    let all: Vec<String> = reach.addresses.iter().map(|address| address.address.ip().to_string()).collect();
    let mut steps = vec![Step::ok("resolve", format!("`{at}` is {}", all.join(", ")))];
    steps.push(connection(&reach.addresses));
    if let Some(reason) = &reach.unprepared {
        let cause = "nothing was asked: name a PEM file of certificate authorities with --ca, or accept any certificate with --insecure";
        steps.push(Step::failed("tls", format!("TLS was not tried: {}", said(reason)), cause));
    }
    if let Some(tls) = &reach.tls {
        steps.push(encryption(plan, reach, tls));
    }
    steps
}

fn connection(addresses: &[Address]) -> Step {
    let works =
        addresses.iter().find_map(|address| Some((address.address, *address.connected.as_ref().ok()?)));
    let refused: Vec<String> = addresses
        .iter()
        .filter_map(|address| Some(format!("{}: {}", address.address, address.connected.as_ref().err()?)))
        .collect();
    let Some((address, took)) = works else {
        let cause = "nothing listens there, or a firewall or security group is in the way: look for the `listen` of nginx or \
                     the `bind` of HAProxy with this port, and for what the host or the container publishes";
        return Step::failed("connect", refused.join("; "), cause);
    };
    let detail = format!("{address} answered in {}", seconds(took));
    // A name of this machine has an address of each family, whoever listens.
    if refused.is_empty() || address.ip().is_loopback() {
        return Step::ok("connect", detail);
    }
    let detail = format!("{detail}, but {}: clients that try that first wait or fail", refused.join("; "));
    let cause = "the name has an address on which nobody listens: `listen [::]:443` is missing beside `listen 443` (nginx), \
                 `bind :::443 v4v6` (HAProxy), or the record is stale";
    Step::warning("connect", detail, cause)
}

fn encryption(plan: &Plan, reach: &Reach, tls: &Result<Tls, String>) -> Step {
    match tls {
        Ok(tls) => {
            let alpn = tls
                .alpn
                .as_deref()
                .map_or("and names no protocol".to_owned(), |name| format!("and takes `{name}`"));
            let checked = match plan.trust {
                Trust::Anyone => "; the certificate was not checked (--insecure)",
                _ => "",
            };
            Step::ok("tls", format!("the server speaks {} {alpn}{checked}", tls.version))
        }
        Err(reason) if reach.untrusted => Step::failed(
            "tls",
            format!(
                "the certificate is refused: {}. Browsers open no WebSocket there and show no page to click it away",
                said(reason)
            ),
            "the certificate has expired, is of another name, or comes without its intermediate: nginx `ssl_certificate` and \
             HAProxy `crt` want the full chain; for an authority of your own name its file with --ca",
        ),
        Err(reason) if reach.not_tls => Step::failed(
            "tls",
            format!("the port does not speak TLS: {}", said(reason)),
            "nginx `listen 443` without `ssl`, HAProxy `bind :443` without `ssl crt …`, a balancer that takes TLS off and is \
             asked on its inner port; without TLS the URL begins with ws://",
        ),
        Err(reason) => Step::failed(
            "tls",
            format!("TLS does not come about: {}", said(reason)),
            "the listener waits for a PROXY header (nginx `listen … proxy_protocol`, HAProxy `accept-proxy`), has no \
             certificate for this name (`strict-sni`), asks for a client's certificate, or passes TLS on to a server that \
             speaks none",
        ),
    }
}
