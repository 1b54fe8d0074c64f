//! What the peers of one run write down, and what they wait for.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard};

use tokio::sync::watch;

use crate::{Application, Arrived};

/// Shared by the peers and the clients of one run.
pub(crate) struct Recorder {
    arrived: Mutex<Vec<Arrived>>,
    /// What [`Peer::Application`](crate::Peer::Application) is for the client that is at work.
    application: Mutex<Application>,
    /// How many server-sent events the client of this run has seen.
    pub(crate) events_seen: watch::Sender<usize>,
    /// Whether the last stream of events was sent to its end with each event seen before the next.
    pub(crate) events_streamed: AtomicBool,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self {
            arrived: Mutex::default(),
            application: Mutex::default(),
            events_seen: watch::Sender::new(0),
            events_streamed: AtomicBool::new(false),
        }
    }

    /// Writes down a request before it is answered; the result names it for [`answered`](Self::answered).
    pub(crate) fn arrived(&self, arrived: Arrived) -> usize {
        let mut all = self.lock();
        all.push(arrived);
        all.len() - 1
    }

    /// Writes down the status that request `index` is about to be answered with.
    pub(crate) fn answered(&self, index: usize, status: u16) {
        self.lock()[index].answered = Some(status);
    }

    /// How many requests have arrived.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// The requests that arrived after the first `count`.
    pub(crate) fn since(&self, count: usize) -> Vec<Arrived> {
        self.lock()[count..].to_vec()
    }

    /// What the peers serve from now on.
    pub(crate) fn serve(&self, application: &Application) {
        self.served().clone_from(application);
    }

    /// What the peers serve.
    pub(crate) fn serves(&self) -> Application {
        self.served().clone()
    }

    fn served(&self) -> MutexGuard<'_, Application> {
        self.application.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A peer that panicked while it held the lock leaves a list that is still whole.
    fn lock(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.arrived.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
