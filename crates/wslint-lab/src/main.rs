//! Runs one configuration in the lab and prints the report as JSON: for finding out what really happens.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use wslint_lab::{Ask, Client, Error, Handshake, Hold, Kind, Lab, Peer, Setup, SocketIo, Transports};

/// Run a configuration in a real proxy on loopback and say what its clients see.
#[derive(Parser)]
struct Arguments {
    /// The configuration, fragments included; further files are found by includes, patterns and maps.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The proxy; by default HAProxy for a name that ends in .cfg, else nginx.
    #[arg(long)]
    proxy: Option<Proxy>,
    /// Who answers at an address of the configuration, as ADDRESS=PEER; PEER alone is for all others. PEER is
    /// websocket, websocket10 (takes HTTP/1.0), socketio, http, events or dead.
    #[arg(long = "peer", value_name = "[ADDRESS=]PEER")]
    peers: Vec<String>,
    /// The interval of the peers' pings, such as 25s.
    #[arg(long, value_parser = duration)]
    heartbeat: Option<Duration>,
    /// Divide timeouts and durations by this.
    #[arg(long, default_value_t = 30.0)]
    scale: f64,
    /// Open a WebSocket to this path.
    #[arg(long, value_name = "PATH")]
    websocket: Vec<String>,
    /// Open a WebSocket as Firefox does.
    #[arg(long, value_name = "PATH")]
    firefox: Vec<String>,
    /// Connect a Socket.IO client with its default path.
    #[arg(long, value_name = "TRANSPORTS")]
    socketio: Vec<Transport>,
    /// Get this path.
    #[arg(long, value_name = "PATH")]
    get: Vec<String>,
    /// Read server-sent events from this path.
    #[arg(long, value_name = "PATH")]
    events: Vec<String>,
    /// Connect to this listening address of the configuration.
    #[arg(long)]
    listen: Option<String>,
    /// Call this host.
    #[arg(long)]
    host: Option<String>,
    /// How many of each.
    #[arg(long, default_value_t = 1)]
    count: usize,
    /// Hold the connections for this long, in the configuration's time, such as 70s.
    #[arg(long, value_parser = duration)]
    hold: Option<Duration>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Proxy {
    Nginx,
    Haproxy,
}

#[derive(Clone, Copy, ValueEnum)]
enum Transport {
    Both,
    Polling,
    Websocket,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(text) => match writeln!(std::io::stdout(), "{text}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        },
        Err(message) => {
            // Where standard error is closed as well, only the status is left to say it.
            let _ = writeln!(std::io::stderr(), "wslint-lab: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, String> {
    let setup = setup(arguments)?;
    let clients = clients(arguments);
    let report =
        Lab::new().and_then(|lab| lab.run(&setup, &clients)).map_err(|error: Error| error.to_string())?;
    serde_json::to_string_pretty(&report).map_err(|error| error.to_string())
}

fn setup(arguments: &Arguments) -> Result<Setup, String> {
    let main = &arguments.files[0];
    let is_cfg = main.extension().is_some_and(|extension| extension == "cfg");
    let kind = match arguments.proxy {
        Some(Proxy::Nginx) => Kind::Nginx,
        Some(Proxy::Haproxy) => Kind::Haproxy,
        None if is_cfg => Kind::Haproxy,
        None => Kind::Nginx,
    };
    let folder = main.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for path in &arguments.files {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push((path.strip_prefix(folder).unwrap_or(path).to_owned(), bytes));
    }
    let mut setup = Setup { proxy: kind, files, ..Setup::nginx("") }.scale(arguments.scale);
    for peer in &arguments.peers {
        setup = match peer.rsplit_once('=') {
            Some((address, name)) => setup.peer(address, self::peer(name, arguments.heartbeat)?),
            None => setup.default_peer(self::peer(peer, arguments.heartbeat)?),
        };
    }
    Ok(setup)
}

fn peer(name: &str, heartbeat: Option<Duration>) -> Result<Peer, String> {
    match name {
        "websocket" => Ok(Peer::WebSocket { handshake: Handshake::Strict, heartbeat }),
        "websocket10" => Ok(Peer::WebSocket { handshake: Handshake::TakesHttp10, heartbeat }),
        "socketio" => {
            let default = SocketIo::default();
            Ok(Peer::SocketIo(SocketIo { heartbeat: heartbeat.unwrap_or(default.heartbeat), ..default }))
        }
        "http" => Ok(Peer::http()),
        "events" => Ok(Peer::Events),
        "dead" => Ok(Peer::Dead),
        _ => Err(format!("there is no peer called {name}")),
    }
}

fn clients(arguments: &Arguments) -> Vec<Client> {
    let mut clients = Vec::new();
    clients.extend(arguments.websocket.iter().map(|path| Client::websocket(path)));
    clients.extend(arguments.firefox.iter().map(|path| Client::firefox(path)));
    clients.extend(arguments.socketio.iter().map(|transport| {
        Client::socketio(match transport {
            Transport::Both => Transports::Both,
            Transport::Polling => Transports::Polling,
            Transport::Websocket => Transports::WebSocket,
        })
    }));
    clients.extend(arguments.get.iter().map(|path| Client::get(path)));
    clients.extend(arguments.events.iter().map(|path| Client::events(path)));
    for client in &mut clients {
        client.listen.clone_from(&arguments.listen);
        client.count = arguments.count;
        if let Some(host) = &arguments.host {
            client.host.clone_from(host);
        }
        if matches!(client.ask, Ask::WebSocket { .. } | Ask::SocketIo { .. }) {
            client.hold = arguments.hold.map(Hold::For);
        }
    }
    clients
}

/// A time as nginx and HAProxy write it: `25s`, `1m`, `500ms`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().map_err(|_| format!("{text} is no time"))?;
    let seconds = match &text[digits.len()..] {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        unit => return Err(format!("unknown unit {unit:?}: use ms, s, m or h")),
    };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
