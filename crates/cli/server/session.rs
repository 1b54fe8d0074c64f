//! Reads messages and answers them in their order. What waits is taken together: of several changes in a row the files are
//! looked at once, and what was cancelled meanwhile is not worked on.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, DocumentSymbolRequest, GotoDefinition,
    HoverRequest, References, Request as _, WorkspaceDiagnosticRefresh,
};
use lsp_types::{
    CodeActionParams, CompletionParams, Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, DocumentSymbolParams, DocumentSymbolResponse,
    FullDocumentDiagnosticReport, GotoDefinitionParams, GotoDefinitionResponse, HoverParams,
    InitializeParams, MessageType, NumberOrString, PublishDiagnosticsParams, ReferenceParams,
    RelatedFullDocumentDiagnosticReport, ShowMessageParams, TextDocumentIdentifier, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::actions::actions;
use super::buffers::Buffers;
use super::capabilities::{Client, capabilities};
use super::diagnostics::Told;
use super::hover::hover;
use super::names;
use super::seen::Seen;
use super::uri;
use super::words;
use super::workspace::Workspace;
use crate::args::ConfigOptions;
use crate::exit::Failure;

/// Serves one client until it says good-bye.
///
/// # Errors
/// If the client breaks the protocol's order, or goes without a word.
pub(crate) fn serve(connection: &Connection, options: &ConfigOptions) -> Result<(), Failure> {
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
        connection,
        options,
        workspace: Workspace::new(client.folders.clone()),
        client,
        buffers: Buffers::default(),
        stale: true,
        told: BTreeSet::new(),
        asked: 0,
    };
    session.run()
}

fn broken(error: ProtocolError) -> Failure {
    Failure::said(format!("the client breaks the protocol: {error}"))
        .help("`wslint server` is started by an editor; see docs/editors.md")
}

/// Nobody listens any more.
fn gone<T>(_: T) -> Failure {
    Failure::Closed
}

struct Session<'c> {
    connection: &'c Connection,
    options: &'c ConfigOptions,
    client: Client,
    workspace: Workspace,
    buffers: Buffers,
    /// Whether something changed since the last look.
    stale: bool,
    /// The files that the client holds diagnostics of.
    told: BTreeSet<PathBuf>,
    /// How many requests the client was sent.
    asked: i32,
}

impl Session<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        self.look()?;
        while let Ok(first) = self.connection.receiver.recv() {
            let mut waiting = vec![first];
            waiting.extend(self.connection.receiver.try_iter());
            let cancelled: HashSet<RequestId> = waiting.iter().filter_map(cancelled).collect();
            for message in waiting {
                match message {
                    Message::Request(request) => {
                        if self.connection.handle_shutdown(&request).map_err(broken)? {
                            return Ok(());
                        }
                        let response = match cancelled.contains(&request.id) {
                            true => refused(request.id, ErrorCode::RequestCanceled, "cancelled"),
                            false => self.answer(request)?,
                        };
                        self.connection.sender.send(response.into()).map_err(gone)?;
                    }
                    Message::Notification(notification) => self.take(notification),
                    Message::Response(_) => {}
                }
            }
            if self.stale {
                self.look()?;
            }
        }
        Err(Failure::said("the client is gone without `shutdown`"))
    }

    fn take(&mut self, notification: Notification) {
        let method = notification.method.clone();
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = params::<DidOpenTextDocument>(notification) else { return };
                self.buffers.open(params.text_document);
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = params::<DidChangeTextDocument>(notification) else { return };
                self.buffers.change(&params.text_document, params.content_changes, self.client.encoding);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = params::<DidCloseTextDocument>(notification) else { return };
                self.buffers.close(&params.text_document.uri);
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(params) = params::<DidChangeWorkspaceFolders>(notification) else { return };
                let paths = |folders: Vec<lsp_types::WorkspaceFolder>| {
                    folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect::<Vec<_>>()
                };
                self.workspace.change(paths(params.event.added), &paths(params.event.removed));
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {}
            _ => return,
        }
        self.stale = true;
    }

    fn answer(&mut self, request: Request) -> Result<Response, Failure> {
        if self.stale {
            self.look()?;
        }
        let id = request.id.clone();
        let encoding = self.client.encoding;
        let method = request.method.clone();
        Ok(match method.as_str() {
            CodeActionRequest::METHOD => {
                let Some(params) = asked::<CodeActionParams>(request) else { return Ok(unclear(id)) };
                let seen = self.seen(&params.text_document);
                Response::new_ok(id, seen.map(|(path, seen)| actions(seen, &path, &params, encoding)))
            }
            HoverRequest::METHOD => {
                let Some(params) = asked::<HoverParams>(request) else { return Ok(unclear(id)) };
                let at = params.text_document_position_params;
                let seen = self.seen(&at.text_document);
                Response::new_ok(id, seen.and_then(|(path, seen)| hover(seen, &path, at.position, encoding)))
            }
            Completion::METHOD => {
                let Some(params) = asked::<CompletionParams>(request) else { return Ok(unclear(id)) };
                let at = params.text_document_position;
                let seen = self.seen(&at.text_document);
                let found = seen.and_then(|(path, seen)| words::complete(seen, &path, at.position, encoding));
                Response::new_ok(id, found)
            }
            GotoDefinition::METHOD => {
                let Some(params) = asked::<GotoDefinitionParams>(request) else { return Ok(unclear(id)) };
                let at = params.text_document_position_params;
                let seen = self.seen(&at.text_document);
                let found =
                    seen.and_then(|(path, seen)| names::definitions(seen, &path, at.position, encoding));
                Response::new_ok(id, found.map(GotoDefinitionResponse::Array))
            }
            References::METHOD => {
                let Some(params) = asked::<ReferenceParams>(request) else { return Ok(unclear(id)) };
                let (at, with) = (params.text_document_position, params.context.include_declaration);
                let seen = self.seen(&at.text_document);
                let found =
                    seen.and_then(|(path, seen)| names::references(seen, &path, at.position, encoding, with));
                Response::new_ok(id, found)
            }
            DocumentSymbolRequest::METHOD => {
                let Some(params) = asked::<DocumentSymbolParams>(request) else { return Ok(unclear(id)) };
                let seen = self.seen(&params.text_document);
                let found = seen.and_then(|(path, seen)| names::symbols(seen, &path, encoding));
                Response::new_ok(id, found.map(DocumentSymbolResponse::Nested))
            }
            DocumentDiagnosticRequest::METHOD => {
                let Some(params) = asked::<DocumentDiagnosticParams>(request) else { return Ok(unclear(id)) };
                let path = uri::path(&params.text_document.uri);
                let items = path.map(|path| self.diagnostics(&path)).unwrap_or_default();
                let report = FullDocumentDiagnosticReport { result_id: None, items };
                let report = RelatedFullDocumentDiagnosticReport {
                    related_documents: None,
                    full_document_diagnostic_report: report,
                };
                let report = DocumentDiagnosticReport::Full(report);
                Response::new_ok(id, DocumentDiagnosticReportResult::Report(report))
            }
            method => refused(id, ErrorCode::MethodNotFound, &format!("wslint does not know `{method}`")),
        })
    }

    /// The path of a document, and what was seen of it.
    fn seen(&self, document: &TextDocumentIdentifier) -> Option<(PathBuf, &Seen)> {
        let path = uri::path(&document.uri)?;
        let seen = self.workspace.seen(&path)?;
        Some((path, seen))
    }

    /// The diagnostics of one file.
    fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        let Some(seen) = self.workspace.seen(path) else { return Vec::new() };
        Told::new(seen, self.client.encoding).of(|other| other == path).remove(path).unwrap_or_default()
    }

    /// Looks at everything anew, and tells what changed.
    fn look(&mut self) -> Result<(), Failure> {
        self.stale = false;
        for failure in self.workspace.look(self.options, &mut self.buffers) {
            let message = failure.to_string();
            self.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::ERROR, message })?;
        }
        if self.client.pulls {
            return self.refresh();
        }
        let mut told = BTreeSet::new();
        for (path, diagnostics) in self.all_diagnostics() {
            if let Some(uri) = self.uri(&path) {
                self.publish(uri, &path, diagnostics)?;
                told.insert(path);
            }
        }
        for path in std::mem::replace(&mut self.told, told) {
            if !self.told.contains(&path)
                && let Some(uri) = self.uri(&path)
            {
                self.publish(uri, &path, Vec::new())?;
            }
        }
        Ok(())
    }

    fn all_diagnostics(&self) -> Vec<(PathBuf, Vec<Diagnostic>)> {
        let mut all = Vec::new();
        for place in self.workspace.places() {
            let mut of = |seen, holds: &dyn Fn(&Path) -> bool| {
                all.extend(Told::new(seen, self.client.encoding).of(holds));
            };
            match &place.before {
                None => of(&place.now, &|_| true),
                Some(before) => {
                    of(&place.now, &|path| place.broken.contains(path));
                    of(before, &|path| !place.broken.contains(path));
                }
            }
        }
        all
    }

    /// The client's own name of a file, if it is open.
    fn uri(&self, path: &Path) -> Option<Uri> {
        self.buffers.get(path).map(|buffer| buffer.uri.clone()).or_else(|| uri::uri(path))
    }

    fn publish(&self, uri: Uri, path: &Path, diagnostics: Vec<Diagnostic>) -> Result<(), Failure> {
        let version = self.buffers.get(path).map(|buffer| buffer.version);
        self.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version })
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) -> Result<(), Failure> {
        let notification = Notification::new(N::METHOD.to_owned(), params);
        self.connection.sender.send(notification.into()).map_err(gone)
    }

    /// Has a client that asks for diagnostics ask again.
    fn refresh(&mut self) -> Result<(), Failure> {
        if !self.client.refreshes {
            return Ok(());
        }
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let request = Request::new(id, WorkspaceDiagnosticRefresh::METHOD.to_owned(), ());
        self.connection.sender.send(request.into()).map_err(gone)
    }
}

/// The request that a message cancels.
fn cancelled(message: &Message) -> Option<RequestId> {
    let Message::Notification(notification) = message else { return None };
    if notification.method != Cancel::METHOD {
        return None;
    }
    Some(match params::<Cancel>(notification.clone())?.id {
        NumberOrString::Number(id) => id.into(),
        NumberOrString::String(id) => id.into(),
    })
}

/// What a notification says; one that is not understood is passed over, as the protocol asks for.
fn params<N: lsp_types::notification::Notification>(notification: Notification) -> Option<N::Params> {
    serde_json::from_value(notification.params).ok()
}

fn asked<P: DeserializeOwned>(request: Request) -> Option<P> {
    serde_json::from_value(request.params).ok()
}

fn unclear(id: RequestId) -> Response {
    refused(id, ErrorCode::InvalidParams, "the parameters are not understood")
}

fn refused(id: RequestId, code: ErrorCode, message: &str) -> Response {
    Response::new_err(id, code as i32, message.to_owned())
}
