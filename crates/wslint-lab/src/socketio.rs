//! The Node process that holds the real Socket.IO servers and clients, and the conversation with it: a JSON line
//! for each command, a JSON line for each answer and for each request that arrives at a server.

use std::collections::HashMap;
use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};

use crate::context::Context;
use crate::recorder::Recorder;
use crate::{Arrived, Error, SocketIo};

/// `pingTimeout` and all other waiting of the Socket.IO side, unscaled: it only bounds a wait for what never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The process. It ends when this is dropped, and also when the lab's own process is killed, since it reads its
/// standard input to the end.
pub(crate) struct SocketIoProcess {
    commands: mpsc::UnboundedSender<String>,
    shared: Arc<Shared>,
    _child: Child,
}

/// What the reader of the process's answers and the callers share.
#[derive(Default)]
struct Shared {
    next: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Commands without an answer yet; none once the process has ended.
    waiting: HashMap<u64, oneshot::Sender<Value>>,
    servers: HashMap<u64, (Arc<Recorder>, String)>,
    ended: Option<String>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A Socket.IO server while it runs; dropping it closes it and its connections.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    id: u64,
    process: Arc<SocketIoProcess>,
}

/// What a client says once it is connected, or not.
#[derive(Debug, Deserialize)]
pub(crate) struct Connected {
    pub(crate) connected: bool,
    pub(crate) transport: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<String>,
}

/// What a client says after a hold.
#[derive(Debug, Deserialize)]
pub(crate) struct Held {
    pub(crate) alive: bool,
    /// Milliseconds from the last message to the cut.
    pub(crate) cut: Option<u64>,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
struct Port {
    port: u16,
}

/// A request at one of the servers.
#[derive(Deserialize)]
struct ArrivedLine {
    arrived: u64,
    connection: usize,
    method: String,
    uri: String,
    http: String,
    headers: Vec<(String, String)>,
}

impl SocketIoProcess {
    /// Starts Node with the peers' script.
    pub(crate) async fn start() -> Result<Arc<Self>, Error> {
        let folder = folder();
        if !folder.join("node_modules/socket.io").is_dir() {
            let reason = format!("there is no node_modules in {}", folder.display());
            return Err(Error::MissingSocketIo { reason });
        }
        let node = env::var_os("WSLINT_NODE").unwrap_or_else(|| "node".into());
        let mut child = Command::new(&node)
            .arg(folder.join("socketio.mjs"))
            // Node's own pool of workers; one connection at a time is all that happens here.
            .env("UV_THREADPOOL_SIZE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Error::MissingSocketIo { reason: format!("{}: {error}", node.display()) })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Error::MissingSocketIo { reason: "Node has no standard streams".into() });
        };
        let shared = Arc::new(Shared::default());
        let (commands, mut queue) = mpsc::unbounded_channel::<String>();
        // The queue ends with the process handle, and then Node's standard input does.
        tokio::spawn(async move {
            while let Some(line) = queue.recv().await {
                if stdin.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        tokio::spawn(read(stdout, stderr, shared.clone()));
        Ok(Arc::new(Self { commands, shared, _child: child }))
    }

    /// Starts a server that the configuration knows as `name`, on the address `at`.
    pub(crate) async fn serve(
        self: &Arc<Self>,
        server: &SocketIo,
        name: &str,
        at: SocketAddr,
        context: &Context,
    ) -> Result<Server, Error> {
        let id = self.id();
        self.shared.lock().servers.insert(id, (context.recorder.clone(), name.to_owned()));
        let command = json!({
            "do": "serve",
            "heartbeat": milliseconds(context.clock.taken(server.heartbeat)),
            "patience": milliseconds(PATIENCE),
            "path": server.path,
            "cors": server.cors,
            "cookie": server.cookie,
            "host": at.ip(),
            "port": at.port(),
        });
        let Port { port } = self.ask(id, command).await?;
        let address = SocketAddr::new(at.ip(), port);
        Ok(Server { address, id, process: self.clone() })
    }

    /// Connects a client and waits until it is connected and its transport has settled. The number names the
    /// client in the other commands.
    pub(crate) async fn connect(&self, mut command: Value) -> Result<(u64, Connected), Error> {
        let id = self.id();
        command["do"] = "connect".into();
        command["patience"] = milliseconds(PATIENCE).into();
        Ok((id, self.ask(id, command).await?))
    }

    /// Waits for `duration`, or until the client is cut, and then sends a message there and back.
    pub(crate) async fn hold(&self, client: u64, duration: Duration) -> Result<Held, Error> {
        let command = json!({
            "do": "hold",
            "client": client,
            "duration": milliseconds(duration),
            "patience": milliseconds(PATIENCE),
        });
        self.ask(self.id(), command).await
    }

    /// Disconnects a client.
    pub(crate) async fn leave(&self, client: u64) -> Result<(), Error> {
        let _: Value = self
            .ask(self.id(), json!({ "do": "leave", "client": client, "patience": milliseconds(PATIENCE) }))
            .await?;
        Ok(())
    }

    /// Returns once everything that has arrived at the servers so far is recorded.
    pub(crate) async fn catch_up(&self) -> Result<(), Error> {
        let _: Value = self.ask(self.id(), json!({ "do": "sync" })).await?;
        Ok(())
    }

    fn id(&self) -> u64 {
        self.shared.next.fetch_add(1, Ordering::Relaxed)
    }

    async fn ask<T: DeserializeOwned>(&self, id: u64, mut command: Value) -> Result<T, Error> {
        command["id"] = id.into();
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = self.shared.lock();
            if let Some(reason) = &state.ended {
                return Err(Error::MissingSocketIo { reason: reason.clone() });
            }
            state.waiting.insert(id, sender);
        }
        // A closed queue shows as a dropped sender below.
        let _ = self.commands.send(format!("{command}\n"));
        let ended = || Error::MissingSocketIo {
            reason: self.shared.lock().ended.clone().unwrap_or_else(|| "Node has ended".into()),
        };
        let answer = receiver.await.map_err(|_| ended())?;
        serde_json::from_value(answer).map_err(|error| Error::MissingSocketIo {
            reason: format!("unexpected answer from Node: {error}"),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.shared.lock().servers.remove(&self.id);
        let command = json!({ "do": "stop", "id": self.process.id(), "server": self.id });
        // If the process has ended, so has the server.
        let _ = self.process.commands.send(format!("{command}\n"));
    }
}

/// Hands each line of Node's to whom it is for, until Node ends.
async fn read(stdout: ChildStdout, mut stderr: ChildStderr, shared: Arc<Shared>) {
    let mut complaints = String::new();
    let lines = async {
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            dispatch(&line, &shared);
        }
    };
    // Both to their ends, so that Node never waits for a reader.
    let (_, _) = tokio::join!(lines, stderr.read_to_string(&mut complaints));
    let mut state = shared.lock();
    let complaint = complaints.lines().find(|line| line.contains("Error")).unwrap_or("Node has ended");
    state.ended = Some(complaint.trim().to_owned());
    state.waiting.clear();
}

fn dispatch(line: &str, shared: &Shared) {
    let Ok(message) = serde_json::from_str::<Value>(line) else { return };
    if message.get("arrived").is_some() {
        let Ok(line) = serde_json::from_value::<ArrivedLine>(message) else { return };
        let server = shared.lock().servers.get(&line.arrived).cloned();
        if let Some((recorder, name)) = server {
            recorder.arrived(Arrived {
                peer: name,
                connection: line.connection,
                method: line.method,
                uri: line.uri,
                http: format!("HTTP/{}", line.http),
                tls: false,
                headers: line.headers,
                answered: None,
            });
        }
        return;
    }
    let waiting = message.get("id").and_then(Value::as_u64).and_then(|id| shared.lock().waiting.remove(&id));
    if let Some(sender) = waiting {
        // Whoever no longer waits does not need the answer.
        let _ = sender.send(message);
    }
}

fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis() as u64
}

/// Where the script and its packages are: `WSLINT_LAB_PEERS`, or the folder in the sources of this crate.
fn folder() -> PathBuf {
    env::var_os("WSLINT_LAB_PEERS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("peers"), PathBuf::from)
}
