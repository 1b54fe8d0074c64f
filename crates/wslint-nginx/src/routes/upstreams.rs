//! Where requests go that are passed on.

use crate::config::names::Directive;
use crate::model::Model;
use crate::request::pass;
use wslint_model::way::Address;

/// The addresses that `proxy_pass` and the servers of upstreams name, as far as they are written out.
pub(crate) fn addresses(model: &Model<'_>) -> Vec<Address> {
    let config = model.config();
    let lines = config.contexts().flat_map(|(level, _)| config.own(level, Directive::ProxyPass));
    let mut addresses = Vec::new();
    for destination in lines.filter_map(|line| pass::destination(&config.known_arg(line, 0)?).ok()) {
        match model.pool(&destination.host) {
            Some(pool) => {
                let known = pool.active.iter().filter_map(|address| address.as_ref());
                addresses.extend(known.filter_map(|address| Address::read(address)));
            }
            None => addresses.extend(Address::read(&destination.address)),
        }
    }
    addresses
}
