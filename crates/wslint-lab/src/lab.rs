//! One run from beginning to end: peers, a private copy of the configuration, the proxy, the clients, the report.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;
use tokio::time::{interval, timeout};

use crate::client::{Entrance, Front};
use crate::context::Context;
use crate::error::Doing;
use crate::peer::{self, Listening};
use crate::process::Process;
use crate::program::Program;
use crate::recorder::Recorder;
use crate::resolver::{Resolver, own_address};
use crate::rewrite::{self, Copy, Places, Upstream};
use crate::socketio::SocketIoProcess;
use crate::tls::Tls;
use crate::{Ask, Client, Error, Kind, Observation, Peer, Report, Setup, Verdict};

/// How long a proxy may take until it listens.
const START: Duration = Duration::from_secs(20);

/// Where real proxies and peers run. One lab serves many runs, also at the same time from several threads; what is
/// slow to start (Node, the certificate) is started once for all of them.
pub struct Lab {
    programs: Mutex<HashMap<Kind, Program>>,
    tls: Arc<Tls>,
    socketio: OnceCell<Arc<SocketIoProcess>>,
    // Last, so that it is there to reap Node when that is dropped.
    runtime: Runtime,
}

impl Lab {
    /// A lab that looks for each proxy when it is first needed, as [`Program::find`] does.
    ///
    /// # Errors
    /// Only what the system refuses. That a proxy is missing is an error of the run that needs it.
    pub fn new() -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .doing("starting the lab's threads")?;
        let tls = Arc::new(Tls::generate()?);
        Ok(Self { programs: Mutex::default(), tls, socketio: OnceCell::new(), runtime })
    }

    /// The same lab with this program for its kind, for example another version of nginx.
    pub fn with(self, program: Program) -> Self {
        self.programs.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(program.kind, program);
        self
    }

    /// The program that runs configurations of `kind`.
    ///
    /// # Errors
    /// [`Error::MissingProxy`], [`Error::BadProxy`].
    pub fn program(&self, kind: Kind) -> Result<Program, Error> {
        let mut programs = self.programs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(program) = programs.get(&kind) {
            return Ok(program.clone());
        }
        let program = Program::find(kind)?;
        programs.insert(kind, program.clone());
        Ok(program)
    }

    /// Runs the setup, lets each client do its work, one client after the other, and says what happened. Returns
    /// when everything that was started has ended. Not to be called from asynchronous code.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; never what a proxy or a peer does.
    pub fn run(&self, setup: &Setup, clients: &[Client]) -> Result<Report, Error> {
        self.runtime.block_on(self.run_here(setup, clients))
    }

    /// Only asks the proxy whether it accepts the configuration: `nginx -t`, `haproxy -c`. It is the lab's private
    /// copy that is checked, with the lab's addresses, paths and certificate.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; never the proxy's verdict.
    pub fn check_config(&self, setup: &Setup) -> Result<Verdict, Error> {
        self.runtime.block_on(async {
            let program = self.program(setup.proxy)?;
            let site = self.build(setup, &program, &[]).await?;
            self.check(&program, &site).await
        })
    }

    /// Runs the setup while `visit` does with its listeners what it wants, and ends it afterwards. `None` means that
    /// the proxy refuses the configuration. Not to be called from asynchronous code.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; never what a proxy or a peer does.
    pub fn stand<T>(&self, setup: &Setup, visit: impl FnOnce(&[Standing]) -> T) -> Result<Option<T>, Error> {
        let program = self.program(setup.proxy)?;
        let started = self.runtime.block_on(async {
            let site = self.build(setup, &program, &[]).await?;
            let arguments = rewrite::run_arguments(&program, &site.copy, site.folder.path(), false);
            let mut process = Process::start(&program.path, &arguments, site.folder.path(), false)
                .doing(format!("starting {}", program.path.display()))?;
            let listens = site.listens(&mut process).await?;
            Ok::<_, Error>(listens.then_some((site, process)))
        })?;
        let Some((site, process)) = started else { return Ok(None) };
        let standing: Vec<Standing> = site.entrances.iter().map(Standing::from).collect();
        let seen = visit(&standing);
        self.runtime.block_on(process.stop(Signal::TERM));
        Ok(Some(seen))
    }

    /// The certificate of everything that speaks TLS here, PEM, which whoever trusts it may take for an authority.
    pub fn certificate(&self) -> &str {
        &self.tls.certificate
    }

    async fn run_here(&self, setup: &Setup, clients: &[Client]) -> Result<Report, Error> {
        let program = self.program(setup.proxy)?;
        let site = self.build(setup, &program, clients).await?;
        let version = program.version.clone();
        if site.entrances.is_empty() {
            let config = self.check(&program, &site).await?;
            if config.is_accepted() && !clients.is_empty() {
                return Err(Error::BadSetup("the configuration listens nowhere".into()));
            }
            return Ok(Report { version, config, observations: Vec::new(), log: String::new() });
        }
        let reloads = clients.iter().any(|client| client.reload);
        let arguments = rewrite::run_arguments(&program, &site.copy, site.folder.path(), reloads);
        let mut process = Process::start(&program.path, &arguments, site.folder.path(), reloads)
            .doing(format!("starting {}", program.path.display()))?;
        if !site.listens(&mut process).await? {
            let text = site.places.written(&process.output());
            return Ok(Report {
                version,
                config: Verdict::Rejected(text),
                observations: Vec::new(),
                log: String::new(),
            });
        }
        let warnings = site.places.written(&process.output());
        let observations = self.observe(setup, clients, &site, &process).await;
        // A soft stop, since HAProxy logs a connection only when both of its sides have ended.
        let farewell = if setup.proxy == Kind::Haproxy { Signal::USR1 } else { Signal::TERM };
        let log = site.places.written(&process.stop(farewell).await);
        let observations = observations?;
        Ok(Report { version, config: Verdict::Accepted(warnings), observations, log })
    }

    async fn observe(
        &self,
        setup: &Setup,
        clients: &[Client],
        site: &Site,
        process: &Process,
    ) -> Result<Vec<Observation>, Error> {
        let front = Front {
            kind: setup.proxy,
            entrances: &site.entrances,
            recorder: &site.recorder,
            tls: &self.tls,
            scale: setup.scale,
            proxy: process,
            socketio: site.socketio.clone(),
        };
        let mut observations = Vec::new();
        for client in clients {
            let mut observation = front.observe(client).await?;
            for arrived in &mut observation.arrived {
                for (_, value) in &mut arrived.headers {
                    *value = site.places.written(value);
                }
            }
            observations.push(observation);
        }
        Ok(observations)
    }

    async fn check(&self, program: &Program, site: &Site) -> Result<Verdict, Error> {
        let arguments = rewrite::check_arguments(program, &site.copy, site.folder.path());
        let mut process = Process::start(&program.path, &arguments, site.folder.path(), false)
            .doing(format!("starting {}", program.path.display()))?;
        let status = process.ended().await.doing("waiting for the check of the configuration")?;
        let text = site.places.written(&process.output());
        Ok(if status.success() { Verdict::Accepted(text) } else { Verdict::Rejected(text) })
    }

    /// Starts the peers and writes the private copy of the configuration.
    async fn build(&self, setup: &Setup, program: &Program, clients: &[Client]) -> Result<Site, Error> {
        if setup.scale.is_nan() || setup.scale < 1.0 {
            return Err(Error::BadSetup(format!("a scale of {} is below 1", setup.scale)));
        }
        let copy = rewrite::copy(setup, program)?;
        let recorder = Arc::new(Recorder::new());
        let context = Context { recorder: recorder.clone(), tls: self.tls.clone(), scale: setup.scale };
        let folder = tempfile::Builder::new().prefix("wslint-lab-").tempdir().doing("making a folder")?;
        let mut places = Places::new(folder.path());
        let mut peers = Vec::new();
        for upstream in &copy.peers {
            let at = match &upstream.composed {
                Some((host, port)) => {
                    let address = *places.hosts.entry(host.clone()).or_insert_with(own_address);
                    SocketAddr::from((address, *port))
                }
                None => peer::ANY,
            };
            let peer = peer_at(setup, upstream);
            let listening = peer::start(peer, &upstream.written, at, &context, || self.socketio()).await?;
            places.peers.insert(upstream.address.clone(), (listening.address, upstream.written.clone()));
            peers.push(listening);
        }
        let resolver = match places.hosts.is_empty() {
            true => None,
            false => Some(Resolver::start(places.hosts.clone()).await?),
        };
        places.resolver = resolver.as_ref().map(|resolver| resolver.address);
        let (mut entrances, mut reserved) = (Vec::new(), Vec::new());
        for listen in &copy.listens {
            let (socket, address) = peer::reserve(peer::ANY)?;
            reserved.push(socket);
            places.listens.insert(listen.address.clone(), address);
            if !copy.datagrams.contains(&listen.address) {
                let (written, port, tls) = (listen.address.clone(), listen.port, listen.tls);
                entrances.push(Entrance { written, port, address, tls });
            }
        }
        write(&copy, &places, folder.path(), &self.tls)?;
        let wanted = |client: &Client| matches!(client.ask, Ask::SocketIo { .. });
        let served = copy.peers.iter().any(|upstream| matches!(peer_at(setup, upstream), Peer::SocketIo(_)));
        let socketio = match served || clients.iter().any(wanted) {
            true => Some(self.socketio().await?),
            false => None,
        };
        let (_peers, _resolver, _reserved) = (peers, resolver, reserved);
        Ok(Site { folder, copy, places, entrances, recorder, socketio, _peers, _resolver, _reserved })
    }

    /// The Node process, started on first use. On a thread of the runtime, which outlives the caller's thread.
    async fn socketio(&self) -> Result<Arc<SocketIoProcess>, Error> {
        let start = || async {
            let started = self.runtime.spawn(SocketIoProcess::start()).await;
            started.map_err(|error| Error::MissingSocketIo { reason: error.to_string() })?
        };
        self.socketio.get_or_try_init(start).await.cloned()
    }
}

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
        let Entrance { written, port, address, tls } = entrance.clone();
        Self { written, port, address, tls }
    }
}

/// What stands ready before the proxy starts; it all goes away with this.
struct Site {
    folder: TempDir,
    copy: Copy,
    places: Places,
    entrances: Vec<Entrance>,
    recorder: Arc<Recorder>,
    socketio: Option<Arc<SocketIoProcess>>,
    _peers: Vec<Listening>,
    _resolver: Option<Resolver>,
    _reserved: Vec<TcpSocket>,
}

impl Site {
    /// Waits until the proxy listens (true) or has ended (false).
    async fn listens(&self, process: &mut Process) -> Result<bool, Error> {
        // A port can be bound a second time as long as nobody listens on it (both set SO_REUSEADDR): so one sees
        // whether the proxy is up without a connection that it would count or log.
        let listening = async {
            let mut look = interval(Duration::from_millis(2));
            for entrance in &self.entrances {
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
                Err(Error::NotStarted { kind: self.copy.kind, output })
            }
        }
    }
}

fn bindable(address: SocketAddr) -> bool {
    TcpSocket::new_v4().is_ok_and(|socket| socket.set_reuseaddr(true).is_ok() && socket.bind(address).is_ok())
}

/// The peer that the setup puts behind the address that the configuration writes.
fn peer_at<'setup>(setup: &'setup Setup, upstream: &Upstream) -> &'setup Peer {
    let listed = setup.peers.iter().find(|(address, _)| rewrite::is_address(setup.proxy, address, upstream));
    listed.map_or(&setup.default_peer, |(_, peer)| peer)
}

fn write(copy: &Copy, places: &Places, folder: &Path, tls: &Tls) -> Result<(), Error> {
    let own: [(PathBuf, Vec<u8>); 3] = [
        (rewrite::CERTIFICATE.into(), tls.certificate.clone().into_bytes()),
        (rewrite::KEY.into(), tls.key.clone().into_bytes()),
        (rewrite::CERTIFICATE_AND_KEY.into(), format!("{}{}", tls.certificate, tls.key).into_bytes()),
    ];
    let files = copy.files.iter().map(|file| (file.path.clone(), places.fill(&file.pieces)));
    for (path, bytes) in own.into_iter().chain(files) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).doing(format!("making {}", parent.display()))?;
        std::fs::write(&path, bytes).doing(format!("writing {}", path.display()))?;
    }
    Ok(())
}
