//! Reads messages and answers them in their order. What waits is taken together: of several changes in a row the files are
//! looked at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, Response};
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
    DidCloseTextDocument, DidDeleteFiles, DidOpenTextDocument, DidRenameFiles, DidSaveTextDocument, Exit,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    ExecuteCommand, InlayHintRefreshRequest, RegisterCapability, Request as _, ShowDocument, Shutdown,
    WorkspaceConfiguration, WorkspaceDiagnosticRefresh,
};
use lsp_types::{
    ConfigurationItem, ConfigurationParams, Diagnostic, ExecuteCommandParams, InitializeParams, MessageType,
    PublishDiagnosticsParams, ShowDocumentParams, Uri,
};
use serde_json::{Value, json};

use super::answers::{answer, executed, refused, unclear};
use super::capabilities::{Client, capabilities, registrations};
use super::commands::Asked;
use super::inbox::{Inbox, Running};
use super::outbox::{Awaited, Outbox};
use super::settings::{SECTION, Settings};
use super::state::State;
use super::trace::{Target, Trace};
use super::uri;
use crate::args::ConfigOptions;
use crate::exit::Failure;

/// Serves one client until it says good-bye. `trace` follows requests.
///
/// # Errors
/// If the client breaks the protocol's order, or goes without a word.
pub(crate) fn serve(connection: &Connection, flags: &ConfigOptions, trace: Trace) -> Result<(), Failure> {
    let (id, introduced) = connection.initialize_start().map_err(broken)?;
    let introduced: InitializeParams = serde_json::from_value(introduced)
        .map_err(|error| Failure::said(format!("the client's `initialize` is not understood: {error}")))?;
    let client = Client::new(&introduced);
    let answer = json!({
        "capabilities": capabilities(&client),
        "serverInfo": { "name": "wslint", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer).map_err(broken)?;
    let mut session = Session {
        outbox: Outbox::new(connection),
        inbox: Inbox::new(connection),
        state: State::new(flags, trace, client),
        stale: true,
        told: BTreeSet::new(),
    };
    session.begin(introduced.initialization_options.as_ref())?;
    session.run()
}

fn broken(error: ProtocolError) -> Failure {
    breaks(&error.to_string())
}

fn breaks(how: &str) -> Failure {
    Failure::said(format!("the client breaks the protocol: {how}"))
        .help("`wslint server` is started by an editor; see docs/editors.md")
}

struct Session<'c> {
    outbox: Outbox<'c>,
    inbox: Inbox,
    state: State<'c>,
    /// Whether something changed since the last look.
    stale: bool,
    /// The files that the client holds diagnostics of.
    told: BTreeSet<PathBuf>,
}

impl Session<'_> {
    /// Takes the first settings, and asks to be told of what changes.
    fn begin(&mut self, options: Option<&Value>) -> Result<(), Failure> {
        if let Some(options) = options {
            self.set(options)?;
        }
        if let Some(registrations) = registrations(&self.state.client) {
            self.outbox.ask::<RegisterCapability>(registrations, Awaited::Nothing)?;
        }
        self.ask_for_settings()
    }

    fn run(&mut self) -> Result<(), Failure> {
        loop {
            let message = match self.inbox.ready() {
                Some(message) => message,
                None if self.stale => {
                    self.look()?;
                    continue;
                }
                None => self.inbox.next().ok_or_else(gone)?,
            };
            match message {
                Message::Request(request) if request.method == Shutdown::METHOD => {
                    self.outbox.answer(Response::new_ok(request.id, Value::Null))?;
                    return self.wait_for_exit();
                }
                Message::Request(request) => {
                    let response = self.answer(request)?;
                    self.outbox.answer(response)?;
                }
                Message::Notification(notification) => self.take(notification)?,
                Message::Response(response) => self.answered(response)?,
            }
        }
    }

    /// After its good-bye a client says nothing but `exit`.
    fn wait_for_exit(&self) -> Result<(), Failure> {
        loop {
            match self.inbox.next().ok_or_else(gone)? {
                Message::Notification(notification) if notification.method == Exit::METHOD => return Ok(()),
                Message::Request(request) => {
                    let refusal = refused(request.id, ErrorCode::InvalidRequest, "the server was shut down");
                    self.outbox.answer(refusal)?;
                }
                Message::Notification(_) | Message::Response(_) => {}
            }
        }
    }

    fn take(&mut self, notification: Notification) -> Result<(), Failure> {
        let method = notification.method.clone();
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = params::<DidOpenTextDocument>(notification) else { return Ok(()) };
                self.state.buffers.open(params.text_document);
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = params::<DidChangeTextDocument>(notification) else { return Ok(()) };
                let encoding = self.state.client.encoding;
                self.state.buffers.change(&params.text_document, params.content_changes, encoding);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = params::<DidCloseTextDocument>(notification) else { return Ok(()) };
                self.state.buffers.close(&params.text_document.uri);
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(params) = params::<DidChangeWorkspaceFolders>(notification) else { return Ok(()) };
                let paths = |folders: Vec<lsp_types::WorkspaceFolder>| {
                    folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect::<Vec<_>>()
                };
                self.state.workspace.change(paths(params.event.added), &paths(params.event.removed));
            }
            DidChangeConfiguration::METHOD => {
                let Some(params) = params::<DidChangeConfiguration>(notification) else { return Ok(()) };
                return match params.settings {
                    Value::Null => self.ask_for_settings(),
                    settings => self.set(&settings),
                };
            }
            DidSaveTextDocument::METHOD
            | DidChangeWatchedFiles::METHOD
            | DidRenameFiles::METHOD
            | DidDeleteFiles::METHOD => {}
            _ => return Ok(()),
        }
        self.stale = true;
        Ok(())
    }

    /// Asks a client that hands out settings for them.
    fn ask_for_settings(&mut self) -> Result<(), Failure> {
        if !self.state.client.configures {
            return Ok(());
        }
        let items = vec![ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) }];
        self.outbox.ask::<WorkspaceConfiguration>(ConfigurationParams { items }, Awaited::Settings)
    }

    fn answered(&mut self, response: Response) -> Result<(), Failure> {
        match (self.outbox.awaited(&response), response.response_result) {
            (Some(Awaited::Settings), Ok(Value::Array(settings))) => match settings.first() {
                // An editor without such a section says nothing about it.
                None | Some(Value::Null) => Ok(()),
                Some(settings) => self.set(settings),
            },
            _ => Ok(()),
        }
    }

    /// Takes settings. If they mean nothing, that is shown, and those before them hold.
    fn set(&mut self, given: &Value) -> Result<(), Failure> {
        match Settings::read(given) {
            Ok(settings) if settings != self.state.settings => {
                let hints = settings.inlay_hints != self.state.settings.inlay_hints;
                self.state.settings = settings;
                self.stale = true;
                if hints && self.state.client.refreshes_hints {
                    self.outbox.ask::<InlayHintRefreshRequest>((), Awaited::Nothing)?;
                }
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(failure) => self.outbox.show(MessageType::ERROR, failure.to_string()),
        }
    }

    fn answer(&mut self, request: Request) -> Result<Response, Failure> {
        if request.method == ExecuteCommand::METHOD {
            return self.execute(request);
        }
        if self.stale {
            self.look()?;
        }
        let running = Running::new(&self.inbox, request.id.clone());
        Ok(answer(&self.state, request, &running))
    }

    fn execute(&mut self, request: Request) -> Result<Response, Failure> {
        let id = request.id;
        let params: Option<ExecuteCommandParams> = serde_json::from_value(request.params).ok();
        Ok(match params.as_ref().and_then(Asked::read) {
            None => unclear(id),
            Some(Asked::OpenRule(page)) => {
                self.open(page)?;
                executed(id, Ok(Value::Null))
            }
            Some(Asked::Trace { url, uri, listen }) => {
                let request = Target { url: &url, listen: listen.as_deref() };
                executed(id, self.state.trace(&request, &uri).map(Value::String))
            }
        })
    }

    /// Has the editor show a page, or tells people where it is.
    fn open(&mut self, page: Uri) -> Result<(), Failure> {
        if !self.state.client.shows_documents {
            return self.outbox.show(MessageType::INFO, page.as_str().to_owned());
        }
        let params =
            ShowDocumentParams { uri: page, external: Some(true), take_focus: None, selection: None };
        self.outbox.ask::<ShowDocument>(params, Awaited::Nothing)
    }

    /// Looks at everything anew, and tells what changed.
    fn look(&mut self) -> Result<(), Failure> {
        self.stale = false;
        for failure in self.state.look() {
            self.outbox.show(MessageType::ERROR, failure.to_string())?;
        }
        if self.state.client.pulls {
            return match self.state.client.refreshes {
                true => self.outbox.ask::<WorkspaceDiagnosticRefresh>((), Awaited::Nothing),
                false => Ok(()),
            };
        }
        let mut told = BTreeSet::new();
        for (path, diagnostics) in self.state.all_diagnostics() {
            if let Some(uri) = self.state.uri(&path) {
                self.publish(uri, &path, diagnostics)?;
                told.insert(path);
            }
        }
        for path in std::mem::replace(&mut self.told, told) {
            if !self.told.contains(&path)
                && let Some(uri) = self.state.uri(&path)
            {
                self.publish(uri, &path, Vec::new())?;
            }
        }
        Ok(())
    }

    fn publish(&self, uri: Uri, path: &Path, diagnostics: Vec<Diagnostic>) -> Result<(), Failure> {
        let version = self.state.buffers.get(path).map(|buffer| buffer.version);
        self.outbox.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version })
    }
}

fn gone() -> Failure {
    Failure::said("the client is gone without `shutdown`")
}

/// What a notification says; one that is not understood is passed over, as the protocol asks for.
fn params<N: lsp_types::notification::Notification>(notification: Notification) -> Option<N::Params> {
    serde_json::from_value(notification.params).ok()
}
