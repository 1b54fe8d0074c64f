//! Proxies that run together, and the clients in front of them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rustix::process::Signal;

use crate::client::{Entrance, Front};
use crate::means::Means;
use crate::process::Process;
use crate::rewrite;
pub use crate::site::Link;
pub(crate) use crate::site::Site;
use crate::site::{Part, port_of};
use crate::{Ask, Client, Error, Kind, LeftOut, Observation, Setup, Verdict};

/// A listener of a proxy that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The address that the configuration writes, such as `443` or `127.0.0.1:8080`.
    pub written: String,
    /// Its port.
    pub port: Option<u16>,
    /// Where the lab's copy of the configuration listens.
    pub address: SocketAddr,
    /// Whether it speaks TLS.
    pub tls: bool,
}

impl From<&Entrance> for Standing {
    fn from(entrance: &Entrance) -> Self {
        let Entrance { written, port, address, tls, .. } = entrance.clone();
        Self { written, port, address, tls }
    }
}

/// Proxies that run. Dropping this ends them, and [`close`](Self::close) tells what they wrote.
pub struct Open<'lab> {
    means: &'lab Means,
    site: Site,
    processes: Vec<Option<Process>>,
    verdicts: Vec<Verdict>,
}

impl<'lab> Open<'lab> {
    pub(crate) fn new(
        means: &'lab Means,
        setups: &[Setup],
        link: Link<'_>,
        reloads: bool,
    ) -> Result<Self, Error> {
        means.runtime.block_on(async {
            let site = Site::build(means, setups, link).await?;
            let mut processes = Vec::new();
            let mut verdicts = Vec::new();
            for number in 0..setups.len() {
                let (process, verdict) = site.start(number, reloads).await?;
                processes.push(process);
                verdicts.push(verdict);
            }
            Ok(Self { means, site, processes, verdicts })
        })
    }

    /// What the proxy of a setup said to its configuration. If it does not take it, nothing listens for it.
    pub fn verdict(&self, setup: usize) -> &Verdict {
        &self.verdicts[setup]
    }

    /// The lines of a setup that are not run.
    pub fn left_out(&self, setup: usize) -> &[LeftOut] {
        &self.site.parts[setup].copy.left_out
    }

    /// The addresses that a setup listens on for TCP, as its configuration writes them, each with whether it speaks TLS.
    pub fn listens(&self, setup: usize) -> impl Iterator<Item = (&str, bool)> {
        self.entrances(setup).map(|entrance| (entrance.written.as_str(), entrance.tls))
    }

    fn entrances(&self, setup: usize) -> impl Iterator<Item = &Entrance> {
        self.site.entrances.iter().filter(move |entrance| entrance.proxy == setup)
    }

    /// The listeners of a setup.
    pub(crate) fn standing(&self, setup: usize) -> Vec<Standing> {
        self.entrances(setup).map(Standing::from).collect()
    }

    /// Whether a setup listens nowhere.
    pub(crate) fn is_deaf(&self, setup: usize) -> bool {
        self.listens(setup).next().is_none()
    }

    /// Whether a cut after this time of the configurations can be told from one after any other.
    pub fn tells(&self, time: Duration) -> bool {
        self.site.clock.tells(time)
    }

    /// Whether a proxy would connect to the address that the client calls, and that is none of loopback.
    pub fn leaves_loopback(&self, client: &Client) -> bool {
        let host = client.host.trim_start_matches('[').trim_end_matches(']');
        let with_port = client.host.parse::<SocketAddr>().map(|address| address.ip());
        let away = with_port.or_else(|_| host.parse::<IpAddr>()).is_ok_and(|address| !address.is_loopback());
        away && self.site.parts.iter().any(|part| part.copy.asks_client)
    }

    /// Whether something stands for an upstream that a configuration may call so. What a request puts together by itself is not
    /// replaced.
    pub fn stands_for(&self, upstream: &str) -> bool {
        let is_known = |part: &Part| {
            let mut listens = part.copy.listens.iter().map(|listen| listen.address.as_str());
            let mut peers = part.copy.peers.iter();
            !part.copy.asks_client
                || listens.any(|listen| port_of(listen) == port_of(upstream))
                || peers.any(|peer| rewrite::is_address(part.copy.kind, upstream, peer))
        };
        self.site.parts.iter().any(is_known)
    }

    /// Lets the clients connect one after the other, and holds the connections of all of them at the same time.
    ///
    /// # Errors
    /// Whatever keeps the lab from working, and a client that [leaves loopback](Self::leaves_loopback); never what a proxy or
    /// a peer does.
    pub fn observe(&self, clients: &[Client]) -> Result<Vec<Observation>, Error> {
        if let Some(client) = clients.iter().find(|client| self.leaves_loopback(client)) {
            return Err(Error::BadSetup(format!("the proxy would connect to {}", client.host)));
        }
        self.means.runtime.block_on(async {
            let observations = self.front(clients).await?.observe_together(clients).await?;
            Ok(observations.into_iter().map(|observation| self.in_own_words(observation)).collect())
        })
    }

    /// Lets each client do all of its work before the next one comes.
    pub(crate) fn observe_each(&self, clients: &[Client]) -> Result<Vec<Observation>, Error> {
        self.means.runtime.block_on(async {
            let front = self.front(clients).await?;
            let mut observations = Vec::new();
            for client in clients {
                observations.push(self.in_own_words(front.observe(client).await?));
            }
            Ok(observations)
        })
    }

    /// Ends the proxies and returns what each wrote while it ran.
    pub fn close(self) -> Vec<String> {
        let Self { means, site, processes, .. } = self;
        means.runtime.block_on(async {
            let mut logs = Vec::new();
            for (part, process) in site.parts.iter().zip(processes) {
                // A soft stop, since HAProxy logs a connection only when both of its sides have ended.
                let farewell = if part.copy.kind == Kind::Haproxy { Signal::USR1 } else { Signal::TERM };
                logs.push(match process {
                    Some(process) => part.places.written(&process.stop(farewell).await),
                    None => String::new(),
                });
            }
            logs
        })
    }

    /// What the clients share. Those of npm need Node.
    async fn front(&self, clients: &[Client]) -> Result<Front<'_>, Error> {
        let wanted = clients.iter().any(|client| matches!(client.ask, Ask::SocketIo { .. }));
        let socketio = match wanted {
            true => Some(self.means.socketio().await?),
            false => self.site.socketio.clone(),
        };
        Ok(Front {
            kinds: self.site.parts.iter().map(|part| part.copy.kind).collect(),
            entrances: &self.site.entrances,
            recorder: &self.site.recorder,
            tls: &self.means.tls,
            clock: &self.site.clock,
            proxies: &self.processes,
            socketio,
        })
    }

    /// The same with the configurations' addresses in place of the lab's.
    fn in_own_words(&self, mut observation: Observation) -> Observation {
        for arrived in &mut observation.arrived {
            for (_, value) in &mut arrived.headers {
                *value = self
                    .site
                    .parts
                    .iter()
                    .fold(std::mem::take(value), |text, part| part.places.written(&text));
            }
        }
        observation
    }
}
