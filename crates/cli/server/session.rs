//! Reads messages and answers them in their order. What waits is taken together: of several changes in a row the files are
//! looked at once, and a look is given up for a change that comes while it goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, Response};
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
    DidCloseTextDocument, DidDeleteFiles, DidOpenTextDocument, DidRenameFiles, DidSaveTextDocument, Exit,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    ExecuteCommand, InlayHintRefreshRequest, RegisterCapability, Request as _, ShowDocument, Shutdown,
    WorkspaceConfiguration, WorkspaceDiagnosticRefresh, WorkspaceDiagnosticRequest,
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
use super::place::Change;
use super::settings::{SECTION, Settings};
use super::state::State;
use super::trace::{Target, Trace};
use super::uri;
use super::workspace::Looked;
use crate::args::ConfigOptions;
use crate::exit::Failure;

/// How long nobody says anything before everything is looked at that may have changed: people stop typing.
const QUIET: Duration = Duration::from_millis(300);

/// How often such a look is given up for questions.
const MOST_GIVEN_UP: usize = 2;

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
        inbox: Rc::new(Inbox::new(connection)),
        state: State::new(flags, trace, client),
        told: BTreeMap::new(),
        given_up: 0,
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
    inbox: Rc<Inbox>,
    state: State<'c>,
    /// What the client was told last of the files that it holds diagnostics of: a number for each list.
    told: BTreeMap<PathBuf, u64>,
    /// How many looks at everything were given up for messages since the last one that was not.
    given_up: usize,
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
                None if self.state.workspace.is_behind() => {
                    let looked = self.state.catch_up(&|| self.inbox.is_outdated());
                    self.tell(looked)?;
                    continue;
                }
                None if self.state.workspace.is_unsettled() => {
                    if !self.inbox.waits(QUIET) {
                        self.settle()?;
                    }
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
                let uri = params.text_document.uri.clone();
                self.state.buffers.open(params.text_document);
                self.state.workspace.arrange(&self.state.buffers);
                self.edited(&uri);
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = params::<DidChangeTextDocument>(notification) else { return Ok(()) };
                let encoding = self.state.client.encoding;
                self.state.buffers.change(&params.text_document, params.content_changes, encoding);
                self.edited(&params.text_document.uri);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = params::<DidCloseTextDocument>(notification) else { return Ok(()) };
                self.state.buffers.close(&params.text_document.uri);
                self.state.workspace.unsettle(&self.state.buffers);
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(params) = params::<DidChangeWorkspaceFolders>(notification) else { return Ok(()) };
                let paths = |folders: Vec<lsp_types::WorkspaceFolder>| {
                    folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect::<Vec<_>>()
                };
                let (added, removed) = (paths(params.event.added), paths(params.event.removed));
                self.state.workspace.change(added, &removed, &self.state.buffers);
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
            | DidDeleteFiles::METHOD => self.state.workspace.unsettle(&self.state.buffers),
            _ => {}
        }
        Ok(())
    }

    fn edited(&mut self, uri: &Uri) {
        if let Some(path) = uri::path(uri) {
            self.state.workspace.edit(&path);
        }
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
                self.state.workspace.unsettle(&self.state.buffers);
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
        let inbox = Rc::clone(&self.inbox);
        let running = Running::new(&inbox, request.id.clone());
        if !running.is_stopped() {
            // Who asks for everything wants all of it looked at.
            let everything = request.method == WorkspaceDiagnosticRequest::METHOD;
            let stops = || running.stops();
            let looked = if everything { self.state.settle(&stops) } else { self.state.catch_up(&stops) };
            self.tell(looked)?;
        }
        Ok(answer(&mut self.state, &self.outbox, request, &running))
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

    /// Looks at everything while nobody waits. A look that was given up for questions again and again goes on to its end.
    fn settle(&mut self) -> Result<(), Failure> {
        let patient = self.given_up < MOST_GIVEN_UP;
        let stops = || if patient { self.inbox.is_waiting() } else { self.inbox.is_outdated() };
        let looked = self.state.settle(&stops);
        match self.state.workspace.is_unsettled() {
            true => self.given_up += 1,
            false => self.given_up = 0,
        }
        self.tell(looked)
    }

    /// Tells what changed.
    fn tell(&mut self, looked: Looked) -> Result<(), Failure> {
        for failure in looked.failures {
            self.outbox.show(MessageType::ERROR, failure.to_string())?;
        }
        let changes: Vec<Change> =
            looked.changes.into_iter().filter(|change| *change != Change::Nothing).collect();
        if changes.is_empty() {
            return Ok(());
        }
        if self.state.client.refreshes {
            self.outbox.ask::<WorkspaceDiagnosticRefresh>((), Awaited::Nothing)?;
        }
        if changes.contains(&Change::All) {
            return self.publish_all();
        }
        for change in changes {
            if let Change::Files(paths) = change {
                for path in paths {
                    let diagnostics = self.state.diagnostics(&path);
                    publish(&self.state, &self.outbox, &mut self.told, &path, diagnostics)?;
                }
            }
        }
        Ok(())
    }

    fn publish_all(&mut self) -> Result<(), Failure> {
        let Self { state, outbox, told, .. } = self;
        let mut clean: BTreeSet<PathBuf> = told.keys().cloned().collect();
        state.each_diagnostics(&mut |path, diagnostics| {
            clean.remove(&path);
            publish(state, outbox, told, &path, diagnostics)
        })?;
        clean.iter().try_for_each(|path| publish(state, outbox, told, path, Vec::new()))
    }
}

/// Tells the diagnostics of a file, unless the client was told them before. A client that asks for them asks for those of
/// open files.
fn publish(
    state: &State<'_>,
    outbox: &Outbox<'_>,
    told: &mut BTreeMap<PathBuf, u64>,
    path: &Path,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<(), Failure> {
    let Some(uri) = state.uri(path) else { return Ok(()) };
    let version = state.buffers.get(path).map(|buffer| buffer.version);
    if state.client.pulls && version.is_some() {
        diagnostics.clear();
    }
    let params = PublishDiagnosticsParams { uri, diagnostics, version };
    let mut hasher = DefaultHasher::new();
    json!(params).to_string().hash(&mut hasher);
    let list = hasher.finish();
    let known = match params.diagnostics.is_empty() {
        true => told.remove(path).is_none(),
        false => told.insert(path.to_owned(), list) == Some(list),
    };
    if known { Ok(()) } else { outbox.notify::<PublishDiagnostics>(params) }
}

fn gone() -> Failure {
    Failure::said("the client is gone without `shutdown`")
}

/// What a notification says; one that is not understood is passed over, as the protocol asks for.
fn params<N: lsp_types::notification::Notification>(notification: Notification) -> Option<N::Params> {
    serde_json::from_value(notification.params).ok()
}
