//! Backends that differ in nothing but names and addresses: where the name of a backend is computed, one of them stands
//! for all.

use std::collections::HashMap;

use super::proxy::{Proxy, ProxyId};
use super::server::Destination;
use wslint_model::way::Address;

/// A backend that stands for others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackendKind {
    /// The first of them.
    pub(crate) first: ProxyId,
    /// How many there are.
    pub(crate) count: usize,
}

/// The backends, one of each kind, in the order of the text.
pub(super) fn kinds(proxies: &[Proxy<'_>]) -> Vec<BackendKind> {
    let mut kinds: Vec<BackendKind> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (id, section) in proxies.iter().enumerate().filter(|(_, section)| section.kind.is_backend()) {
        let index = *known.entry(shape(section)).or_insert(kinds.len());
        match kinds.get_mut(index) {
            Some(kind) => kind.count += 1,
            None => kinds.push(BackendKind { first: ProxyId(id), count: 1 }),
        }
    }
    kinds
}

/// Everything that a section says but its name, and the names and addresses of its servers. What is on the same
/// machine may be a listener of this configuration, so its address counts.
fn shape(section: &Proxy<'_>) -> String {
    let mut shape = format!("{:?} {:?} {:?}", section.kind, section.base, section.header.branch);
    for line in &section.statements {
        let masked = match line.word(0) {
            "server" => 1..3,
            _ => 0..0,
        };
        shape.push_str(&format!("\n{:?} {:?}", line.prefix, line.branch));
        for (index, word) in line.words.iter().enumerate().filter(|(index, _)| !masked.contains(index)) {
            shape.push_str(&format!(" {index}:{}:{}", word.unknown, word.text));
        }
    }
    for server in &section.servers {
        let address = server.address(Destination::default());
        match address.as_deref().and_then(Address::read) {
            Some(address) if !address.is_local() => {}
            _ => shape.push_str(&format!("\n{:?}:{:?}", server.host(), server.port())),
        }
    }
    shape
}
