//! Joins the hops of a request: within one file, between files, and between the two proxies.

use std::collections::BTreeMap;

use super::address::Address;
use super::hop::{Arrival, Connect, End, Hop};
use super::message::{Field, Message, Part, keeps_origin};
use super::oracle::{Oracle, Runs, explore_steps};
use super::shown::Shown;
use crate::known::Known;
use crate::length::LONGEST;
use crate::proxy::Proxy;
use crate::request::Request;
use crate::site::Site;

/// More hops than these are a circle: no chain of proxies is as long.
const MOST_HOPS: usize = 16;

/// How many bytes the messages of one run may have together.
const MOST_BYTES: usize = 4 * LONGEST;

/// The bytes of a hop's messages, as far as they can be long.
fn size(hop: &Hop) -> usize {
    let of = |message: &Message| {
        let fields =
            message.fields.iter().map(|field| field.name.len() + field.value.as_ref().map_or(0, String::len));
        message.target.value.as_ref().map_or(0, String::len) + fields.sum::<usize>()
    };
    of(&hop.arrival.message) + hop.sent.as_ref().map_or(0, of)
}

/// How a configuration listens at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listens {
    /// Nothing of it listens there.
    No,
    /// It cannot be told: an address of a listener is hidden.
    Perhaps,
    /// It listens at every address of that port.
    AtEvery,
    /// It listens at this very address.
    Exactly,
}

/// Why a proxy would not load its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In one clause, as far as there is one in the proxy's own words.
    pub words: String,
    /// The line that it is about.
    pub site: Option<Site>,
}

/// One configuration, which follows a request from a listener of its own to where it leaves.
pub trait Follow {
    /// The proxy.
    fn proxy(&self) -> Proxy;

    /// Whether the configuration is a whole one, and not a fragment.
    fn is_whole(&self) -> bool;

    /// Why the proxy would not load it, if it would not.
    fn refusal(&self) -> Option<Refusal>;

    /// Whether it is made for a host, where a program made it for some and not for others.
    fn is_made_for(&self, host: &str) -> Option<bool>;

    /// How it listens at an address.
    fn listens(&self, address: &Address) -> Listens;

    /// The endpoints that its own lines show, the surest first; only whoever asks for them knows whether requests arrive.
    fn shown(&self) -> Vec<Shown>;

    /// Follows a request that arrives, to where it leaves. The hop's number of the configuration is set by the caller.
    fn follow(&self, arrival: &Arrival, oracle: &mut Oracle) -> Hop;
}

/// One run of a request: the hops that it passes, the client's first.
#[derive(Clone, Debug)]
pub struct Run {
    /// The hops; never empty.
    pub hops: Vec<Hop>,
    /// Whether the last hop leads back to where the request came from.
    pub circle: bool,
}

impl Run {
    /// The last hop.
    pub fn last(&self) -> &Hop {
        &self.hops[self.hops.len() - 1]
    }

    /// The hop whose end the client sees: where the last one closes the connection, the one before it answers 502.
    pub fn closed_on(&self) -> Option<&Hop> {
        let (last, before) = self.hops.split_last()?;
        match last.end {
            End::Dropped { hangs: false, .. } => before.last().filter(|hop| hop.http),
            _ => None,
        }
    }
}

/// All configurations that a request may come to.
pub struct Network<'n> {
    configs: Vec<&'n dyn Follow>,
    addresses: &'n BTreeMap<String, String>,
}

impl<'n> Network<'n> {
    /// The configurations by their numbers. `addresses` tells, for an address as one proxy calls it, the address that
    /// the other listens on.
    pub fn new(configs: Vec<&'n dyn Follow>, addresses: &'n BTreeMap<String, String>) -> Self {
        Self { configs, addresses }
    }

    /// All runs of a request from its client on. Empty where there is no configuration.
    pub fn follow(&self, request: &Request) -> Runs<Run> {
        let arrival = Arrival::of(request);
        let mut runs = explore_steps(|oracle| {
            let first = self.first(&arrival, oracle)?;
            let run = self.go_on(first, oracle);
            assume_origin(&run, oracle);
            Some(run)
        });
        let results = std::mem::take(&mut runs.results).into_iter().flatten().collect();
        Runs { results, complete: runs.complete, asked: runs.asked, assumed: runs.assumed }
    }

    /// All runs of a request that arrives at this configuration and no other one.
    pub fn follow_from(&self, config: usize, request: &Request) -> Runs<Run> {
        let arrival = Arrival::of(request);
        explore_steps(|oracle| {
            let first = self.at(config, &arrival, oracle);
            let run = self.go_on(first, oracle);
            assume_origin(&run, oracle);
            run
        })
    }

    /// The configuration that listens where this one connects to by an address, and the address that it listens at.
    pub fn reached(&self, config: usize, written: &str) -> Option<(usize, Address)> {
        self.listening(&[config], written)
    }

    /// The configuration that the client reaches: one that is made for the host before others, HAProxy before nginx, whole
    /// ones before fragments, and of those the first that takes the connection.
    fn first(&self, arrival: &Arrival, oracle: &mut Oracle) -> Option<Hop> {
        let mut order: Vec<usize> = (0..self.configs.len()).collect();
        let made = |config: usize| match &arrival.address {
            Address::Port { host, .. } => self.configs[config].is_made_for(host),
            Address::Unix(_) => None,
        };
        order.sort_by_key(|&config| {
            let kind = match (self.configs[config].proxy(), self.configs[config].is_whole()) {
                (Proxy::Haproxy, true) => 0,
                (Proxy::Nginx, true) => 1,
                (Proxy::Haproxy, false) => 2,
                (Proxy::Nginx, false) => 3,
            };
            let made = match made(config) {
                Some(true) => 0,
                None => 1,
                Some(false) => 2,
            };
            (made, kind)
        });
        let mut best: Option<Hop> = None;
        for config in order {
            let hop = self.at(config, arrival, oracle);
            if !matches!(hop.end, End::Dropped { .. }) {
                return Some(hop);
            }
            if best.as_ref().is_none_or(|best| best.steps.is_empty() && !hop.steps.is_empty()) {
                best = Some(hop);
            }
        }
        best
    }

    fn at(&self, config: usize, arrival: &Arrival, oracle: &mut Oracle) -> Hop {
        Hop { config, ..self.configs[config].follow(arrival, oracle) }
    }

    /// Follows a request on from its first hop.
    pub fn go_on(&self, first: Hop, oracle: &mut Oracle) -> Run {
        self.join(first, oracle, false)
    }

    /// Follows a request on from its first hop as far as it stays in the same configuration: what others do with a path
    /// that stands for any says nothing of the paths that clients ask for.
    pub fn go_on_within(&self, first: Hop, oracle: &mut Oracle) -> Run {
        self.join(first, oracle, true)
    }

    /// Whether there is one configuration only.
    pub fn is_of_one(&self) -> bool {
        self.configs.len() < 2
    }

    /// The configuration that a run goes on to which was followed within one only.
    pub fn beyond(&self, run: &Run) -> Option<usize> {
        let own = run.last().config;
        self.next(run).map(|(config, _)| config).filter(|&config| config != own)
    }

    /// The endpoints that a configuration shows.
    pub fn shown(&self, config: usize) -> Vec<Shown> {
        self.configs[config].shown()
    }

    fn join(&self, first: Hop, oracle: &mut Oracle, within: bool) -> Run {
        let own = first.config;
        let mut run = Run { hops: vec![first], circle: false };
        while let Some((config, arrival)) = self.next(&run).filter(|(config, _)| !within || *config == own) {
            let comes_again = |before: &Hop| before.config == config && before.arrival == arrival;
            // A circle in which each turn adds a header never comes to the same request again.
            if run.hops.len() == MOST_HOPS || run.hops.iter().any(comes_again) {
                run.circle = true;
                break;
            }
            let hop = self.at(config, &arrival, oracle);
            run.hops.push(hop);
            if run.hops.iter().map(size).sum::<usize>() > MOST_BYTES {
                // Hops that make the request longer and longer: what comes of it is not followed.
                if let Some(last) = run.hops.last_mut() {
                    last.end = End::Unknown;
                }
                break;
            }
        }
        run
    }

    /// Whether a configuration may take on a request that leaves the first hop, in the configuration of this number, so.
    pub fn takes_on(&self, config: usize, end: &End) -> bool {
        self.listener(&[config], end).is_some()
    }

    /// The listener that the last hop connects to, and the request as it arrives there.
    fn next(&self, run: &Run) -> Option<(usize, Arrival)> {
        let hop = run.last();
        let passed: Vec<usize> = run.hops.iter().map(|hop| hop.config).collect();
        let (config, connect, address) = self.listener(&passed, &hop.end)?;
        Some((config, arrival(hop, connect, address)))
    }

    /// The configuration that a request goes on to which passed these and left the last of them so. Only addresses of the
    /// same machine, those that a configuration names itself, those that are named after the proxy as in a composition of
    /// containers, and those that the user tells are taken for one of these configurations; a name that may be another
    /// container's does not lead back to a configuration that was passed.
    fn listener<'e>(&self, passed: &[usize], end: &'e End) -> Option<(usize, &'e Connect, Address)> {
        let End::Sent(connect) = end else { return None };
        let Known::Known(Some(written)) = &connect.address else { return None };
        let (config, address) = self.listening(passed, written)?;
        Some((config, connect, address))
    }

    fn listening(&self, passed: &[usize], written: &str) -> Option<(usize, Address)> {
        let told = self.addresses.get(written);
        let address = Address::read(told.map_or(written, String::as_str))?;
        let named_after = |config: usize| match &address {
            Address::Port { host, .. } => {
                host.starts_with(self.configs[config].proxy().name()) && !passed.contains(&config)
            }
            Address::Unix(_) => false,
        };
        let leads_to = |config: usize| match self.configs[config].listens(&address) {
            Listens::No => false,
            Listens::Exactly => true,
            // Otherwise each application on the same machine would be behind a listener whose address is hidden.
            Listens::Perhaps => told.is_some(),
            Listens::AtEvery => told.is_some() || address.is_local() || named_after(config),
        };
        // A proxy's own listeners come first.
        let own = *passed.last()?;
        let others = (0..self.configs.len()).filter(|&config| config != own);
        let config = [own].into_iter().chain(others).find(|&config| leads_to(config))?;
        Some((config, address))
    }
}

/// A page of the client's own host whose `Origin` no longer names the `Host` that the upstream gets: most servers do not
/// compare the two, and the configuration does not say which one this is.
fn assume_origin(run: &Run, oracle: &mut Oracle) {
    let (client, last) = (&run.hops[0].arrival.message, run.last());
    let (Some(sent), End::Sent(_), true) = (&last.sent, &last.end, last.arrival.websocket) else { return };
    if keeps_origin(client, sent) {
        return;
    }
    let changed = |hop: &Hop| {
        let sent = hop.sent.as_ref()?;
        let name = ["Host", "Origin"]
            .into_iter()
            .find(|name| sent.value(name) != hop.arrival.message.value(name))?;
        Some(sent.cause(name)?.marks.first()?.site)
    };
    let site = run.hops.iter().find_map(changed);
    oracle.assume("the upstream does not compare `Origin` with the `Host` that it gets, which differ", site);
}

/// A request as it arrives where a hop sends it.
fn arrival(hop: &Hop, connect: &Connect, address: Address) -> Arrival {
    let sent = hop.sent.as_ref().unwrap_or(&hop.arrival.message);
    let fields = sent.fields.iter().map(|field| Field { cause: None, ..field.clone() }).collect();
    let message = Message {
        method: Part { cause: None, ..sent.method.clone() },
        target: Part { cause: None, ..sent.target.clone() },
        http: Part { cause: None, ..sent.http.clone() },
        fields,
        dropped: Vec::new(),
        open: sent.open,
    };
    // A PROXY header tells the address of whoever connected to the hop that sends it.
    let client = match connect.proxy_header {
        true => hop.arrival.client,
        false => address.local_peer(),
    };
    Arrival {
        client,
        tls: connect.tls,
        sni: connect.sni.clone(),
        proxy_header: connect.proxy_header,
        message: message.into(),
        websocket: hop.arrival.websocket,
        address,
    }
}
