//! What is sent to the client, and which of its answers are awaited.

use lsp_server::{Connection, ReqQueue, Request, Response};
use lsp_types::notification::{Notification, Progress, ShowMessage};
use lsp_types::{MessageType, ShowMessageParams};
use serde_json::{Value, json};

use crate::exit::Failure;

/// What an answer of the client is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The settings of the section `wslint`.
    Settings,
    /// Nothing depends on it.
    Nothing,
}

/// The way to the client.
pub(super) struct Outbox<'c> {
    connection: &'c Connection,
    requests: ReqQueue<(), Awaited>,
}

impl<'c> Outbox<'c> {
    /// The way over a connection that was introduced.
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, requests: ReqQueue::default() }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// That nobody listens any more, as of all that is sent.
    pub(super) fn answer(&self, response: Response) -> Result<(), Failure> {
        self.connection.sender.send(response.into()).map_err(|_| Failure::Closed)
    }

    /// Tells what is not answered.
    pub(super) fn notify<N: Notification>(&self, params: N::Params) -> Result<(), Failure> {
        let notification = lsp_server::Notification::new(N::METHOD.to_owned(), params);
        self.connection.sender.send(notification.into()).map_err(|_| Failure::Closed)
    }

    /// Sends a part of an answer to a request that came with this token.
    pub(super) fn part(&self, token: &Value, value: Value) -> Result<(), Failure> {
        // The types of the protocol know no parts of answers.
        let params = json!({ "token": token, "value": value });
        let notification = lsp_server::Notification::new(Progress::METHOD.to_owned(), params);
        self.connection.sender.send(notification.into()).map_err(|_| Failure::Closed)
    }

    /// Shows people that something is wrong, or where to look.
    pub(super) fn show(&self, typ: MessageType, message: String) -> Result<(), Failure> {
        self.notify::<ShowMessage>(ShowMessageParams { typ, message })
    }

    /// Asks the client.
    pub(super) fn ask<R: lsp_types::request::Request>(
        &mut self,
        params: R::Params,
        awaited: Awaited,
    ) -> Result<(), Failure> {
        let request: Request = self.requests.outgoing.register(R::METHOD.to_owned(), params, awaited);
        self.connection.sender.send(request.into()).map_err(|_| Failure::Closed)
    }

    /// What an answer of the client is for; none if nobody asked.
    pub(super) fn awaited(&mut self, response: &Response) -> Option<Awaited> {
        self.requests.outgoing.complete(response.id.clone())
    }
}
