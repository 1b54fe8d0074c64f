//! Proxies that run together: their peers, the private copies of their configurations, their processes and clients.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::net::TcpSocket;
use tokio::time::{interval, timeout};

use crate::client::{Entrance, Front};
use crate::clock::Clock;
use crate::context::Context;
use crate::error::Doing;
use crate::folder::Folder;
use crate::guard::Guard;
use crate::means::Means;
use crate::peer::{self, Listening};
use crate::process::Process;
use crate::program::Program;
use crate::recorder::Recorder;
use crate::resolver::{Resolver, own_address};
use crate::rewrite::{self, Copy, Places};
use crate::socketio::SocketIoProcess;
use crate::{Ask, Client, Error, Kind, LeftOut, Observation, Peer, Setup, Verdict};

/// How long a proxy may take until it listens.
const START: Duration = Duration::from_secs(20);

/// Who listens at an address that a setup connects to: the number of the setup, and its listening address.
pub type Link<'link> = &'link dyn Fn(usize, &str) -> Option<(usize, String)>;

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
        let own = self.site.entrances.iter().filter(move |entrance| entrance.proxy == setup);
        own.map(|entrance| (entrance.written.as_str(), entrance.tls))
    }

    /// The listeners of a setup.
    pub(crate) fn standing(&self, setup: usize) -> Vec<Standing> {
        let own = self.site.entrances.iter().filter(|entrance| entrance.proxy == setup);
        own.map(Standing::from).collect()
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
        let host = client.host.rsplit_once(':').map_or(client.host.as_str(), |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let away = host.parse::<IpAddr>().is_ok_and(|address| !address.is_loopback());
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

/// One setup in its copy.
struct Part {
    program: Program,
    copy: Copy,
    places: Places,
    folder: PathBuf,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What stands ready before the proxies start; it all goes away with this.
pub(crate) struct Site {
    parts: Vec<Part>,
    entrances: Vec<Entrance>,
    recorder: Arc<Recorder>,
    clock: Arc<Clock>,
    socketio: Option<Arc<SocketIoProcess>>,
    guard: Option<Arc<Guard>>,
    _peers: Vec<Listening>,
    _resolver: Option<Resolver>,
    _reserved: Vec<TcpSocket>,
    // Last, when nothing writes into it any more.
    _folder: Folder,
}

impl Site {
    /// Starts the peers and writes the private copies of the configurations.
    pub(crate) async fn build(means: &Means, setups: &[Setup], link: Link<'_>) -> Result<Self, Error> {
        let folder = means.folder()?;
        let mut parts = Vec::new();
        for (number, setup) in setups.iter().enumerate() {
            let program = means.program(setup.proxy)?;
            let copy = rewrite::copy(setup, &program)?;
            let own = match setups.len() {
                1 => folder.path().to_owned(),
                _ => folder.path().join(number.to_string()),
            };
            let places = Places::new(&own);
            parts.push(Part { program, copy, places, folder: own, environment: setup.environment.clone() });
        }
        let pace = setups.first().map_or(crate::Pace::Divided(1.0), |setup| setup.pace);
        if matches!(pace, crate::Pace::Divided(by) if by.is_nan() || by < 1.0) {
            return Err(Error::BadSetup(format!("a pace of {pace:?} is below 1")));
        }
        let clock = Arc::new(Clock::new(pace, parts.iter().flat_map(|part| part.copy.times())));
        let recorder = Arc::new(Recorder::new());
        let context = Context { recorder: recorder.clone(), tls: means.tls.clone(), clock: clock.clone() };
        let (entrances, reserved) = reserve(&mut parts)?;
        let (mut peers, mut hosts) = (Vec::new(), HashMap::new());
        for (number, setup) in setups.iter().enumerate() {
            let upstreams: Vec<_> = parts[number].copy.peers.iter().cloned().collect();
            for upstream in upstreams {
                let linked = link(number, &upstream.written)
                    .and_then(|(other, listen)| listening(&parts[other], &listen));
                let address = match linked {
                    Some(address) => address,
                    None => {
                        let at = match &upstream.composed {
                            Some((host, port)) => {
                                let address = *hosts.entry(host.clone()).or_insert_with(own_address);
                                SocketAddr::from((address, *port))
                            }
                            None => peer::with_port(port_of(&upstream.address)),
                        };
                        let peer = peer_at(setup, &upstream);
                        let started =
                            peer::start(peer, &upstream.written, at, &context, || means.socketio()).await?;
                        let address = started.address;
                        peers.push(started);
                        address
                    }
                };
                let places = &mut parts[number].places;
                places.peers.insert(upstream.address.clone(), (address, upstream.written.clone()));
            }
        }
        let resolver = match hosts.is_empty() {
            true => None,
            false => Some(Resolver::start(hosts.clone()).await?),
        };
        for part in &mut parts {
            part.places.hosts.clone_from(&hosts);
            part.places.resolver = resolver.as_ref().map(|resolver| resolver.address);
            write(part, &clock, &means.tls)?;
        }
        let served = setups.iter().zip(&parts).any(|(setup, part)| {
            part.copy.peers.iter().any(|upstream| matches!(peer_at(setup, upstream), Peer::SocketIo(_)))
        });
        let socketio = match served {
            true => Some(means.socketio().await?),
            false => None,
        };
        Ok(Self {
            parts,
            entrances,
            recorder,
            clock,
            socketio,
            guard: means.guard.clone(),
            _peers: peers,
            _resolver: resolver,
            _reserved: reserved,
            _folder: folder,
        })
    }

    /// Starts the proxy of a setup; where it listens nowhere, its configuration is only checked.
    async fn start(&self, number: usize, reloads: bool) -> Result<(Option<Process>, Verdict), Error> {
        if self.entrances.iter().all(|entrance| entrance.proxy != number) {
            return Ok((None, self.check(number).await?));
        }
        let Part { program, copy, places, folder, environment } = &self.parts[number];
        let arguments = rewrite::run_arguments(program, copy, folder, reloads);
        let mut process =
            Process::start(&program.path, &arguments, folder, reloads, environment, self.guard.as_ref())
                .doing(format!("starting {}", program.path.display()))?;
        let listens = self.listens(number, &mut process).await?;
        let said = places.written(&process.output());
        Ok(match listens {
            true => (Some(process), Verdict::Accepted(said)),
            false => (None, Verdict::Rejected(said)),
        })
    }

    /// Asks the proxy of a setup what it says to its configuration.
    pub(crate) async fn check(&self, number: usize) -> Result<Verdict, Error> {
        let Part { program, copy, places, folder, environment } = &self.parts[number];
        let arguments = rewrite::check_arguments(program, copy, folder);
        let mut process =
            Process::start(&program.path, &arguments, folder, false, environment, self.guard.as_ref())
                .doing(format!("starting {}", program.path.display()))?;
        let status = process.ended().await.doing("waiting for the check of the configuration")?;
        let text = places.written(&process.output());
        Ok(if status.success() { Verdict::Accepted(text) } else { Verdict::Rejected(text) })
    }

    /// Waits until the proxy listens (true) or has ended (false).
    async fn listens(&self, number: usize, process: &mut Process) -> Result<bool, Error> {
        // A port can be bound a second time as long as nobody listens on it (both set SO_REUSEADDR): so one sees
        // whether the proxy is up without a connection that it would count or log.
        let listening = async {
            let mut look = interval(Duration::from_millis(2));
            for entrance in self.entrances.iter().filter(|entrance| entrance.proxy == number) {
                while bindable(entrance.address) {
                    look.tick().await;
                }
            }
        };
        let ended = tokio::select! {
            () = listening => return Ok(true),
            ended = timeout(START, process.ended()) => ended,
        };
        match ended {
            Ok(status) => status.map(|_| false).doing("waiting for the proxy"),
            Err(_) => {
                let output = format!("it does not listen after {} s; {}", START.as_secs(), process.output());
                Err(Error::NotStarted { kind: self.parts[number].copy.kind, output })
            }
        }
    }
}

/// Reserves a port for each listening address.
fn reserve(parts: &mut [Part]) -> Result<(Vec<Entrance>, Vec<TcpSocket>), Error> {
    let (mut entrances, mut reserved) = (Vec::new(), Vec::new());
    for (proxy, part) in parts.iter_mut().enumerate() {
        for listen in &part.copy.listens {
            let (socket, address) = peer::reserve(peer::with_port(listen.port))?;
            reserved.push(socket);
            part.places.listens.insert(listen.address.clone(), address);
            if !part.copy.datagrams.contains(&listen.address) {
                let (written, port, tls) = (listen.address.clone(), listen.port, listen.tls);
                entrances.push(Entrance { proxy, written, port, address, tls });
            }
        }
    }
    Ok((entrances, reserved))
}

/// The port of an address, if it has one.
fn port_of(address: &str) -> Option<u16> {
    address.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
}

/// Where the copy of a setup listens in place of `address`: at the very address, else at its port.
fn listening(part: &Part, address: &str) -> Option<SocketAddr> {
    let port = port_of(address);
    let exact = part.copy.listens.iter().find(|listen| listen.address == address);
    let listen =
        exact.or_else(|| part.copy.listens.iter().find(|listen| port.is_some() && listen.port == port))?;
    part.places.listens.get(&listen.address).copied()
}

fn bindable(address: SocketAddr) -> bool {
    TcpSocket::new_v4().is_ok_and(|socket| socket.set_reuseaddr(true).is_ok() && socket.bind(address).is_ok())
}

/// The peer that the setup puts behind the address that the configuration writes.
fn peer_at<'setup>(setup: &'setup Setup, upstream: &rewrite::Upstream) -> &'setup Peer {
    let listed = setup.peers.iter().find(|(address, _)| rewrite::is_address(setup.proxy, address, upstream));
    listed.map_or(&setup.default_peer, |(_, peer)| peer)
}

fn write(part: &Part, clock: &Clock, tls: &crate::tls::Tls) -> Result<(), Error> {
    let Part { copy, places, folder, .. } = part;
    let users = format!("{0}:{{PLAIN}}{0}\n", rewrite::USER);
    let own: [(PathBuf, Vec<u8>); 4] = [
        (rewrite::CERTIFICATE.into(), tls.certificate.clone().into_bytes()),
        (rewrite::KEY.into(), tls.key.clone().into_bytes()),
        (rewrite::CERTIFICATE_AND_KEY.into(), format!("{}{}", tls.certificate, tls.key).into_bytes()),
        (rewrite::USERS.into(), users.into_bytes()),
    ];
    let files = copy.files.iter().map(|file| (file.path.clone(), places.fill(&file.pieces, clock)));
    for (path, bytes) in own.into_iter().chain(files) {
        let path = folder.join(path);
        let parent: &Path = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).doing(format!("making {}", parent.display()))?;
        std::fs::write(&path, bytes).doing(format!("writing {}", path.display()))?;
    }
    Ok(())
}
