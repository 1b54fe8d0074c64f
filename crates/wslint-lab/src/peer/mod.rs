//! The servers behind the proxy. Each address of the configuration gets a listener of its own, so that two
//! addresses are two servers, which is what affinity is about.

mod application;
mod events;
mod served;
mod websocket;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use self::served::Served;
use crate::context::Context;
use crate::error::Doing;
use crate::resolver::own_address;
use crate::socketio::{Server, SocketIoProcess};
use crate::{Arrived, Error, Peer};
use wslint_wire::{RequestHead, Wire};

/// A peer while it runs. Dropping it closes its listener and all its connections.
pub(crate) struct Listening {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    _alive: Alive,
}

enum Alive {
    Task { _connections: JoinSet<()> },
    SocketIo { _server: Server },
    Nobody { _reserved: TcpSocket },
}

/// A free port of loopback, for whoever may choose.
pub(crate) const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Binds a loopback port without listening: nobody else gets it, connections to it are refused, and a proxy can
/// still listen on it, since both sides set `SO_REUSEADDR`.
pub(crate) fn reserve(at: SocketAddr) -> Result<(TcpSocket, SocketAddr), Error> {
    let bound = || -> io::Result<(TcpSocket, SocketAddr)> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(at)?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    bound().doing(format!("reserving {at}"))
}

/// A loopback address of its own with this port, so that the port is what the configuration says, or any free port where the
/// system does not give that one.
pub(crate) fn with_port(port: Option<u16>) -> SocketAddr {
    let own = port.map(|port| SocketAddr::from((own_address(), port)));
    own.filter(|&address| reserve(address).is_ok()).unwrap_or(ANY)
}

/// Starts `peer`, which the configuration knows as `name`, on the address `at`.
pub(crate) async fn start(
    peer: &Peer,
    name: &str,
    at: SocketAddr,
    context: &Context,
    socketio: impl AsyncFnOnce() -> Result<Arc<SocketIoProcess>, Error>,
) -> Result<Listening, Error> {
    match peer {
        Peer::Dead => {
            let (socket, address) = reserve(at)?;
            Ok(Listening { address, _alive: Alive::Nobody { _reserved: socket } })
        }
        Peer::SocketIo(server) => {
            let process = socketio().await?;
            let server = process.serve(server, name, at, context).await?;
            Ok(Listening { address: server.address, _alive: Alive::SocketIo { _server: server } })
        }
        Peer::WebSocket { .. } | Peer::Http { .. } | Peer::Events | Peer::Application => {
            let listener = TcpListener::bind(at).await.doing(format!("starting a peer on {at}"))?;
            let address = listener.local_addr().doing("starting a peer")?;
            let server = Arc::new(HttpServer {
                peer: peer.clone(),
                name: name.to_owned(),
                context: context.clone(),
                engines: application::Shared::default(),
            });
            let mut task = JoinSet::new();
            task.spawn(async move { server.accept(listener).await });
            Ok(Listening { address, _alive: Alive::Task { _connections: task } })
        }
    }
}

/// A peer that is an HTTP server of the lab's own.
struct HttpServer {
    peer: Peer,
    name: String,
    context: Context,
    engines: application::Shared,
}

impl HttpServer {
    async fn accept(self: Arc<Self>, listener: TcpListener) {
        let count = AtomicUsize::new(0);
        let mut connections = JoinSet::new();
        // An accept fails when the machine runs out of files, and then nothing of this run holds.
        while let Ok((stream, _)) = listener.accept().await {
            let connection = count.fetch_add(1, Ordering::Relaxed) + 1;
            let server = self.clone();
            // A connection that the proxy breaks off is an everyday event; the client sees its consequence.
            connections.spawn(async move {
                let _ = server.connection(stream, connection).await;
            });
            while connections.try_join_next().is_some() {}
        }
    }

    async fn connection(&self, stream: TcpStream, connection: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut first = [0];
        // 22 is the record type of a TLS handshake (RFC 8446, section 5.1); no HTTP message starts with it.
        let tls = stream.peek(&mut first).await? == 1 && first[0] == 22;
        let mut wire = match tls {
            true => Wire::new(Box::new(self.context.tls.acceptor.accept(stream).await?)),
            false => Wire::new(Box::new(stream)),
        };
        while let Some(head) = wire.request().await? {
            let index = self.context.recorder.arrived(Arrived {
                peer: self.name.clone(),
                connection,
                method: head.method.clone(),
                uri: head.uri.clone(),
                http: format!("HTTP/1.{}", head.minor),
                tls,
                headers: head.headers.clone(),
                answered: None,
            });
            let answered = |status| self.context.recorder.answered(index, status);
            let body = wire.body(head.framing()).await?;
            let session = self.session(&head);
            match self.serves(&head) {
                // Engine.IO's error 1: another server opened the session.
                Served::Handshake(..) if session.is_some_and(|session| !self.engines.knows(session)) => {
                    answered(400);
                    wire.send(response(&head, 400, &[], "{\"code\":1,\"message\":\"Session ID unknown\"}"))
                        .await?;
                }
                Served::Handshake(handshake, heartbeat) => match websocket::accept(&head, handshake) {
                    websocket::Answer::Switch(response) => {
                        answered(101);
                        wire.send(response).await?;
                        return match session {
                            Some(_) => websocket::go_on(wire).await,
                            None => websocket::echo(wire, heartbeat).await,
                        };
                    }
                    websocket::Answer::Refuse(status) => {
                        answered(status);
                        wire.send(response(&head, status, &[], "no WebSocket handshake\n")).await?;
                    }
                    websocket::Answer::Close => return Ok(()),
                },
                Served::Poll(path) => {
                    let answer = self.engines.answer(&head, body, &path).await?;
                    answered(answer.status);
                    let text = String::from_utf8_lossy(&answer.body);
                    wire.send(response(&head, answer.status, &answer.headers, &text)).await?;
                }
                Served::Page(status, headers) => {
                    answered(status);
                    wire.send(response(&head, status, &headers, "hello\n")).await?;
                }
                Served::Events => {
                    answered(200);
                    events::stream(&mut wire, &head, &self.context.recorder).await?;
                }
            }
            let delimited = self.peer != Peer::Events || head.minor > 0;
            if !head.keeps_alive() || !delimited {
                return wire.finish().await;
            }
        }
        Ok(())
    }

    /// The session of Engine.IO that a handshake goes on with.
    fn session<'head>(&self, head: &'head RequestHead) -> Option<&'head str> {
        let (_, query) = head.uri.split_once('?').filter(|_| self.peer == Peer::Application)?;
        query.split('&').find_map(|pair| pair.strip_prefix("sid="))
    }

    /// What a request meets here.
    fn serves(&self, head: &RequestHead) -> Served {
        let is_handshake = websocket::is_meant(head);
        match &self.peer {
            Peer::WebSocket { handshake, heartbeat } if is_handshake => {
                Served::Handshake(*handshake, heartbeat.map(|interval| self.context.clock.taken(interval)))
            }
            Peer::Http { status, headers } => Served::Page(*status, headers.clone()),
            Peer::Events => Served::Events,
            Peer::Application => application::serves(&self.context.recorder.serves(), &self.name, head),
            _ => Served::Page(200, Vec::new()),
        }
    }
}

/// An answer with a body, or without one to HEAD.
fn response(head: &RequestHead, status: u16, headers: &[(String, String)], body: &str) -> String {
    let reason = reason(status);
    let connection = if head.keeps_alive() { "keep-alive" } else { "close" };
    let mut text = format!("HTTP/1.1 {status} {reason}\r\nConnection: {connection}\r\n");
    if status == 426 {
        text.push_str("Upgrade: websocket\r\n");
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let has_body = !matches!(status, 204 | 304);
    if has_body {
        text.push_str(&format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    if has_body && head.method != "HEAD" {
        text.push_str(body);
    }
    text
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        426 => "Upgrade Required",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        // RFC 9112, section 4: a client ignores the reason phrase, and an empty one is valid.
        _ => "",
    }
}
