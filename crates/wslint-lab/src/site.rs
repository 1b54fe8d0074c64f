//! What stands ready for proxies that run together: their peers, and the private copies of their configurations.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::time::{interval, timeout};

use crate::client::Entrance;
use crate::clock::Clock;
use crate::context::Context;
use crate::error::Doing;
use crate::folder::Folder;
use crate::guard::Guard;
use crate::listener::is_listened_at;
use crate::means::Means;
use crate::peer::{self, Listening};
use crate::process::Process;
use crate::program::Program;
use crate::recorder::Recorder;
use crate::resolver::{Resolver, own_address};
use crate::rewrite::{self, Copy, Places};
use crate::socketio::SocketIoProcess;
use crate::tls::Tls;
use crate::{Error, Pace, Peer, Setup, Verdict};

/// How long a proxy may take until it listens.
const START: Duration = Duration::from_secs(20);

/// Who listens at an address that a setup connects to: the number of the setup, and its listening address.
pub type Link<'link> = &'link dyn Fn(usize, &str) -> Option<(usize, String)>;

/// One setup in its copy.
pub(crate) struct Part {
    program: Program,
    pub(crate) copy: Copy,
    pub(crate) places: Places,
    folder: PathBuf,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What stands ready before the proxies start; it all goes away with this.
pub(crate) struct Site {
    pub(crate) parts: Vec<Part>,
    pub(crate) entrances: Vec<Entrance>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) socketio: Option<Arc<SocketIoProcess>>,
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
        let pace = setups.first().map_or(Pace::Divided(1.0), |setup| setup.pace);
        if matches!(pace, Pace::Divided(by) if by.is_nan() || by < 1.0) {
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
    pub(crate) async fn start(
        &self,
        number: usize,
        reloads: bool,
    ) -> Result<(Option<Process>, Verdict), Error> {
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
        let listening = async {
            let mut look = interval(Duration::from_millis(2));
            for entrance in self.entrances.iter().filter(|entrance| entrance.proxy == number) {
                while !is_listened_at(entrance.address) {
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
pub(crate) fn port_of(address: &str) -> Option<u16> {
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

/// The peer that the setup puts behind the address that the configuration writes.
fn peer_at<'setup>(setup: &'setup Setup, upstream: &rewrite::Upstream) -> &'setup Peer {
    let listed = setup.peers.iter().find(|(address, _)| rewrite::is_address(setup.proxy, address, upstream));
    listed.map_or(&setup.default_peer, |(_, peer)| peer)
}

fn write(part: &Part, clock: &Clock, tls: &Tls) -> Result<(), Error> {
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
