//! The address that a request comes from.

use std::net::IpAddr;

use crate::config::ContextId;
use crate::config::names::Directive;
use crate::config::network::Network;
use crate::model::Model;

/// Where a request comes from whose connection comes from `peer`, if that is certain. From addresses that
/// `set_real_ip_from` trusts, a header may put another one in its place.
pub(crate) fn client_of(model: &Model<'_>, peer: Option<IpAddr>, server: ContextId) -> Option<IpAddr> {
    let config = model.config();
    let peer = peer?;
    let trusted = config.list(server, Directive::SetRealIpFrom);
    let trusts = |text: &str| Network::read(text).is_none_or(|network| network.holds(peer));
    let may_trust =
        |&line| config.known_arg(line, 0).is_none_or(|text| text != "unix:" && trusts(text.as_ref()));
    (!trusted.open && !trusted.lines.iter().any(may_trust)).then_some(peer)
}
