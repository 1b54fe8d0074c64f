//! A server that is what the client at work expects: a WebSocket server, or Socket.IO at a path. Handshakes are judged as
//! by the lab's WebSocket server, and long polling is socketioxide's.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::service::SocketIoService;
use tokio::sync::watch;

use super::served::Served;
use super::websocket;
use crate::Application;
use crate::polling::Session;
use wslint_wire::{Headers, RequestHead};

/// A heartbeat that no run sees: what is asked is when silence is cut.
const SILENT: Duration = Duration::from_secs(600);

/// The path that Socket.IO is at if nobody says another one.
const USUAL: &str = "/socket.io/";

/// The Socket.IO servers of one peer, by their paths. Sessions are theirs alone, as those of one process are.
#[derive(Default)]
pub(super) struct Servers {
    by_path: Mutex<HashMap<String, SocketIoService<Nothing>>>,
    /// The sessions that were opened here by polling.
    sessions: Mutex<HashSet<String>>,
    /// The clients in the main namespace whose events are answered, by their ids there.
    answered: watch::Sender<HashSet<String>>,
}

/// What a request meets at the address `name`.
pub(super) fn serves(application: &Application, name: &str, head: &RequestHead) -> Served {
    let page = |status| Served::Page(status, Vec::new());
    let is_handshake = websocket::is_meant(head);
    if application.at.as_ref().is_some_and(|at| !is_same(at, name)) {
        return page(200);
    }
    let handshake = Served::Handshake(application.handshake, None);
    let Some(path) = &application.engine else { return if is_handshake { handshake } else { page(200) } };
    let (target, query) = head.uri.split_once('?').unwrap_or((&head.uri, ""));
    let says = |pair: &str| query.split('&').any(|said| said == pair);
    match own_path(target, path) {
        // Beside it an application has pages.
        None if is_handshake => page(404),
        None => page(200),
        Some(_) if is_handshake && says("transport=websocket") => handshake,
        Some(own) if !is_handshake && says("transport=polling") => Served::Poll(own.to_owned()),
        // Engine.IO refuses a transport that it does not know (its error 0).
        Some(_) => page(400),
    }
}

/// Whether two spellings are one address: a port that goes without saying may be written.
fn is_same(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let bare = address.strip_suffix(":80").or_else(|| address.strip_suffix(":443")).unwrap_or(address);
        bare.to_ascii_lowercase()
    };
    plain(one) == plain(other)
}

/// The path of the server that answers at `target`: the one that clients ask for, or the usual one where a proxy takes the
/// rest away. Only the beginning counts, as with Socket.IO's own server.
fn own_path<'path>(target: &str, path: &'path str) -> Option<&'path str> {
    [path, USUAL].into_iter().find(|own| target.starts_with(own))
}

/// What Engine.IO answers to a poll.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Servers {
    /// Answers a poll at `path`.
    pub(super) async fn answer(&self, head: &RequestHead, body: Vec<u8>, path: &str) -> io::Result<Answer> {
        let mut request = Request::builder().method(head.method.as_str()).uri(&head.uri);
        for (name, value) in &head.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(io::Error::other)?;
        let Ok(answer) = self.service(path).call(request).await;
        let status = answer.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        // Its length is that of the body as it is sent.
        let own = |name: &HeaderName| !matches!(*name, CONTENT_LENGTH | CONTENT_TYPE | CONNECTION);
        let headers = answer.headers().iter().filter(|(name, _)| own(name));
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let body = answer.into_body().collect().await.map_err(io::Error::other)?.to_bytes().to_vec();
        let said = String::from_utf8_lossy(&body);
        if let Some(session) = Session::read(&said) {
            self.sessions().insert(session.sid);
        }
        if let Some(client) = Session::connected(&said) {
            // socketioxide says so before it takes events, and ends the session of a client that is faster.
            let mut answered = self.answered.subscribe();
            answered.wait_for(|all| all.contains(&client.sid)).await.map_err(io::Error::other)?;
        }
        Ok(Answer { status, headers, body })
    }

    fn service(&self, path: &str) -> SocketIoService<Nothing> {
        let new = || {
            let builder = SocketIo::builder().req_path(path.to_owned()).ping_interval(SILENT);
            let (service, io) = builder.build_with_inner_svc(Nothing);
            let answered = self.answered.clone();
            io.ns("/", move |socket: SocketRef| async move {
                socket.on("echo", |Data::<String>(text), answer: AckSender| async move {
                    // Whoever has left needs no echo.
                    let _ = answer.send(&text);
                });
                answered.send_modify(|all| {
                    all.insert(socket.id.to_string());
                });
            });
            service
        };
        self.lock().entry(path.to_owned()).or_insert_with(new).clone()
    }

    /// Whether a session was opened here.
    pub(super) fn knows(&self, session: &str) -> bool {
        self.sessions().contains(session)
    }

    fn sessions(&self) -> MutexGuard<'_, HashSet<String>> {
        self.sessions.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, SocketIoService<Nothing>>> {
        self.by_path.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// What Engine.IO hands on that is not its own: nothing is.
#[derive(Clone)]
struct Nothing;

impl Service<Request<Full<Bytes>>> for Nothing {
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, _: Request<Full<Bytes>>) -> Self::Future {
        let mut answer = Response::new(Empty::new());
        *answer.status_mut() = StatusCode::NOT_FOUND;
        ready(Ok(answer))
    }
}

/// Shared by the connections of one peer.
pub(super) type Shared = Arc<Servers>;

#[cfg(test)]
mod tests {
    use super::{Served, is_same, serves};
    use crate::{Application, Handshake};
    use wslint_wire::RequestHead;

    #[test]
    fn requests_are_known_by_path_and_transport() {
        let engine = Some("/chat/socket.io/".to_owned());
        let application = Application { handshake: Handshake::Strict, engine, at: None };
        let check = |uri: &str, websocket: bool, expected: &str| {
            let key = ("Sec-WebSocket-Key".to_owned(), "x".to_owned());
            let headers = websocket.then_some(key).into_iter().collect();
            let head = RequestHead { method: "GET".into(), uri: uri.into(), minor: 1, headers };
            let met = match serves(&application, "app:3000", &head) {
                Served::Handshake(..) => "handshake".to_owned(),
                Served::Poll(path) => path,
                Served::Page(status, _) => status.to_string(),
                Served::Events => "events".to_owned(),
            };
            assert_eq!(met, expected, "{uri}");
        };
        check("/chat/socket.io/?EIO=4&transport=websocket", true, "handshake");
        check("/socket.io/?EIO=4&transport=websocket", true, "handshake");
        check("/socket.io/?EIO=4&transport=polling", false, "/socket.io/");
        check("/chat/socket.io/", true, "400");
        check("/chat/?EIO=4&transport=websocket", true, "404");
        check("/auth", false, "200");
    }

    #[test]
    fn addresses_may_leave_out_the_port() {
        assert!(is_same("app", "App:80") && is_same("app:3000", "app:3000") && !is_same("app:3000", "app"));
    }
}
