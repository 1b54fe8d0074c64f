//! Which servers of a backend take requests while nothing has failed.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::proxy::ProxyId;
use super::sections::Config;
use super::server::{Destination, Server};

/// How many servers a chain of `track` may pass: HAProxy refuses a circle.
const MOST_TRACKED: usize = 16;

impl Config<'_> {
    /// Whether a server is down from the start: it is `disabled`, never gets an address, or the server that it tracks
    /// is down (measured).
    pub(crate) fn is_down(&self, backend: ProxyId, server: &Server) -> bool {
        if self.never_resolved(backend, server) {
            return true;
        }
        let mut at = (backend, server);
        for _ in 0..MOST_TRACKED {
            if at.1.settings.disabled {
                return true;
            }
            match self.tracked(at.0, at.1) {
                Some(tracked) => at = tracked,
                None => return false,
            }
        }
        false
    }

    /// Whether a server has a name that nothing looks up. A file of states may bring the address.
    pub(crate) fn never_resolved(&self, backend: ProxyId, server: &Server) -> bool {
        server.waits_for_address()
            && self.global("server-state-file").is_none()
            && self.setting(backend, "load-server-state-from-file").is_none()
    }

    /// The server that a server tracks: `backend/server`, or one of its own backend.
    pub(crate) fn tracked(&self, backend: ProxyId, server: &Server) -> Option<(ProxyId, &Server)> {
        let name = server.settings.track.as_deref()?;
        let (backend, name) = match name.split_once('/') {
            Some((of, name)) => (self.backend(of)?, name),
            None => (backend, name),
        };
        let servers = &self.proxy(backend).servers;
        let same = servers.iter().find(|server| *server.name == *name);
        let of_template = || {
            servers.iter().find(|server| {
                let number = name.strip_prefix(&*server.name);
                number.is_some_and(|number| number.parse::<u16>().is_ok())
            })
        };
        Some((backend, same.or_else(of_template)?))
    }

    /// Whether new requests may be sent to a server.
    pub(crate) fn takes_requests(&self, backend: ProxyId, server: &Server) -> bool {
        !self.is_down(backend, server) && server.weight != Some(0)
    }

    /// The servers of a backend that take new requests: the active ones, or where there is none the first backup, or
    /// all backups with `option allbackups`.
    pub(crate) fn usable(&self, backend: ProxyId) -> Vec<&Server> {
        let section = self.proxy(backend);
        let places = section.usable(|| {
            let servers = section.servers.iter().enumerate();
            let up = servers.filter(|(_, server)| self.takes_requests(backend, server));
            let up: Vec<(usize, &Server)> = up.collect();
            let active = || up.iter().filter(|(_, server)| !server.settings.backup);
            let place = |&(place, _): &(usize, &Server)| place as u32;
            if active().next().is_some() {
                active().map(place).collect()
            } else if self.option(backend, "allbackups").is_some() {
                up.iter().map(place).collect()
            } else {
                up.iter().take(1).map(place).collect()
            }
        });
        places.iter().map(|&place| &section.servers[place as usize]).collect()
    }

    /// How many servers there are behind those lines at least.
    pub(crate) fn different(&self, backend: ProxyId) -> usize {
        self.proxy(backend).different(|| different(&self.usable(backend)))
    }
}

/// How many servers there are behind these lines at least. Lines with the same address lead to the same server, unless
/// `resolvers` look its name up: they give each line another of its addresses (the manual's `resolve-opts allow-dup-ip`).
fn different(servers: &[&Server]) -> usize {
    let mut known = HashSet::with_capacity_and_hasher(servers.len(), RandomState::default());
    let new = servers.iter().filter(|server| {
        let alone = server.count == 1 && !server.settings.resolvers;
        let address = server.address(Destination::default()).filter(|_| alone);
        address.is_none_or(|address| known.insert(address))
    });
    new.map(|server| server.count).sum()
}
