//! What one attempt of a client comes to.

use std::io;

use super::front::PATIENCE;
use super::socket::Socket;
use wslint_wire::Headers;

/// What one attempt came to.
#[derive(Default)]
pub(super) struct Attempt {
    pub(super) status: Option<u16>,
    pub(super) headers: Headers,
    /// Why it was not what the client came for; none means that it was.
    pub(super) error: Option<String>,
    pub(super) transport: Option<String>,
    /// Why a client that polls could not go on by WebSocket.
    pub(super) kept_from_upgrade: Option<String>,
    pub(super) streamed: Option<bool>,
    pub(super) kept: Option<Kept>,
}

/// A connection that is open.
pub(super) enum Kept {
    WebSocket(Box<Socket>),
    SocketIo(u64),
}

impl Attempt {
    /// An attempt that failed for a reason.
    pub(super) fn failed(error: impl ToString) -> Self {
        Self { error: Some(error.to_string()), ..Self::default() }
    }
}

/// An attempt that fails where nothing comes for too long.
pub(super) async fn in_time(attempt: impl Future<Output = io::Result<Attempt>>) -> Attempt {
    match tokio::time::timeout(PATIENCE, attempt).await {
        Ok(Ok(attempt)) => attempt,
        Ok(Err(error)) => Attempt::failed(error),
        Err(_) => Attempt::failed(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
