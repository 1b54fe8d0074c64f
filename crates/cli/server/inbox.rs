//! What the client says, in its order. A thread takes it from the connection at once, so that running work can see what
//! waits: that it was cancelled, or that what it looks at changed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, RequestId};
use lsp_types::notification::{Cancel, Notification as _};
use lsp_types::{CancelParams, NumberOrString};

/// Why work is given up before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The client does not want it any more.
    Cancelled,
    /// The client says something behind the request that changes what is looked at.
    Outdated,
}

impl Stop {
    /// The answer to a request that is given up.
    pub(super) fn error(self) -> (ErrorCode, &'static str) {
        match self {
            Self::Cancelled => (ErrorCode::RequestCanceled, "cancelled"),
            Self::Outdated => (ErrorCode::ContentModified, "the files changed meanwhile"),
        }
    }
}

/// What waits to be read.
pub(super) struct Inbox {
    arriving: Receiver<Message>,
    waiting: RefCell<VecDeque<Message>>,
}

impl Inbox {
    /// What comes over a connection that was introduced.
    pub(super) fn new(connection: &Connection) -> Self {
        let receiver = connection.receiver.clone();
        let (sender, arriving) = channel();
        // It ends with the client, or with the process.
        thread::spawn(move || receiver.into_iter().try_for_each(|message| sender.send(message)));
        Self { arriving, waiting: RefCell::default() }
    }

    /// The next message, which is waited for; none once the client is gone.
    pub(super) fn next(&self) -> Option<Message> {
        let first = self.waiting.borrow_mut().pop_front();
        first.or_else(|| self.arriving.recv().ok())
    }

    /// The next message if there is one.
    pub(super) fn ready(&self) -> Option<Message> {
        self.fetch();
        self.waiting.borrow_mut().pop_front()
    }

    /// Whether a message comes within a time.
    pub(super) fn waits(&self, time: Duration) -> bool {
        if !self.is_waiting()
            && let Ok(message) = self.arriving.recv_timeout(time)
        {
            self.waiting.borrow_mut().push_back(message);
        }
        self.is_waiting()
    }

    /// Whether a message waits.
    pub(super) fn is_waiting(&self) -> bool {
        self.fetch();
        !self.waiting.borrow().is_empty()
    }

    /// Whether a message waits that says that files or settings changed.
    pub(super) fn is_outdated(&self) -> bool {
        self.fetch();
        self.waiting.borrow().iter().any(changes)
    }

    fn fetch(&self) {
        self.waiting.borrow_mut().extend(self.arriving.try_iter());
    }

    /// Why a running request is not worth its end, if it is not.
    fn stop(&self, running: &RequestId) -> Option<Stop> {
        self.fetch();
        let waiting = self.waiting.borrow();
        if waiting.iter().any(|message| cancels(message, running)) {
            return Some(Stop::Cancelled);
        }
        waiting.iter().any(changes).then_some(Stop::Outdated)
    }
}

/// A running request, for those who work on it.
pub(super) struct Running<'i> {
    inbox: &'i Inbox,
    id: RequestId,
    stopped: Cell<Option<Stop>>,
}

impl<'i> Running<'i> {
    /// A request that the work begins on.
    pub(super) fn new(inbox: &'i Inbox, id: RequestId) -> Self {
        let running = Self { inbox, id, stopped: Cell::new(None) };
        // What was cancelled while it waited is not begun.
        running.stopped.set(running.inbox.stop(&running.id).filter(|stop| *stop == Stop::Cancelled));
        running
    }

    /// Whether the work is to be given up. Once it is, this stays so.
    pub(super) fn stops(&self) -> bool {
        if self.stopped.get().is_none() {
            self.stopped.set(self.inbox.stop(&self.id));
        }
        self.stopped.get().is_some()
    }

    /// Whether the work was given up.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.get().is_some()
    }

    /// Why the work was given up, if it was.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stopped.get()
    }
}

fn cancels(message: &Message, running: &RequestId) -> bool {
    let Message::Notification(notification) = message else { return false };
    notification.method == Cancel::METHOD
        && serde_json::from_value::<CancelParams>(notification.params.clone()).is_ok_and(|params| {
            *running
                == match params.id {
                    NumberOrString::Number(id) => id.into(),
                    NumberOrString::String(id) => id.into(),
                }
        })
}

/// Whether a message says that files or settings changed.
fn changes(message: &Message) -> bool {
    let Message::Notification(notification) = message else { return false };
    ["textDocument/did", "workspace/did"].iter().any(|start| notification.method.starts_with(start))
}
