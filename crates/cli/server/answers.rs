//! The answers to requests, from what was seen last.

use lsp_server::{ErrorCode, Request, RequestId, Response};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, DocumentSymbolRequest, GotoDefinition,
    HoverRequest, InlayHintRequest, References, Request as _, WorkspaceDiagnosticRequest,
    WorkspaceSymbolRequest,
};
use lsp_types::{
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, DocumentSymbolResponse,
    FullDocumentDiagnosticReport, GotoDefinitionResponse, RelatedFullDocumentDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};
use serde_json::{Value, json};

use super::actions::actions;
use super::hover::hover;
use super::inbox::Running;
use super::inlay_hints::inlay_hints;
use super::names;
use super::outbox::Outbox;
use super::state::State;
use super::uri;
use super::words;
use crate::exit::Failure;

/// So many files are told of in one part of an answer.
const PART: usize = 64;

/// The answer to a request. What is given up on the way is answered with why.
pub(super) fn answer(
    state: &mut State<'_>,
    outbox: &Outbox<'_>,
    request: Request,
    running: &Running<'_>,
) -> Response {
    let id = request.id.clone();
    if let Some(given_up) = given_up(&id, running) {
        return given_up;
    }
    let mut answer = Answer { state, running };
    let response = match request.method.as_str() {
        CodeActionRequest::METHOD => on::<CodeActionRequest>(request, |params| answer.code_actions(&params)),
        HoverRequest::METHOD => on::<HoverRequest>(request, |params| answer.hover(&params)),
        InlayHintRequest::METHOD => on::<InlayHintRequest>(request, |params| answer.inlay_hints(&params)),
        Completion::METHOD => on::<Completion>(request, |params| answer.completion(&params)),
        GotoDefinition::METHOD => on::<GotoDefinition>(request, |params| answer.definition(&params)),
        References::METHOD => on::<References>(request, |params| answer.references(&params)),
        DocumentSymbolRequest::METHOD => {
            on::<DocumentSymbolRequest>(request, |params| answer.symbols(&params))
        }
        DocumentDiagnosticRequest::METHOD => {
            on::<DocumentDiagnosticRequest>(request, |params| answer.diagnostics(&params))
        }
        WorkspaceSymbolRequest::METHOD => {
            on::<WorkspaceSymbolRequest>(request, |params| answer.search(&params))
        }
        WorkspaceDiagnosticRequest::METHOD => {
            let token = request.params.get("partialResultToken");
            let items = answer.all_diagnostics(token.map(|token| (outbox, token)));
            Response { id: request.id, response_result: Ok(items) }
        }
        method => refused(id.clone(), ErrorCode::MethodNotFound, &format!("wslint does not know `{method}`")),
    };
    given_up(&id, running).unwrap_or(response)
}

fn given_up(id: &RequestId, running: &Running<'_>) -> Option<Response> {
    let (code, words) = running.stopped()?.error();
    Some(refused(id.clone(), code, words))
}

/// Answers a request of one kind.
fn on<R: lsp_types::request::Request>(
    request: Request,
    answer: impl FnOnce(R::Params) -> R::Result,
) -> Response {
    match serde_json::from_value(request.params) {
        Ok(params) => Response::new_ok(request.id, answer(params)),
        Err(_) => unclear(request.id),
    }
}

/// The refusal of what is not understood.
pub(super) fn unclear(id: RequestId) -> Response {
    refused(id, ErrorCode::InvalidParams, "the parameters are not understood")
}

/// A refusal.
pub(super) fn refused(id: RequestId, code: ErrorCode, message: &str) -> Response {
    Response::new_err(id, code as i32, message.to_owned())
}

/// A request that is worked on.
struct Answer<'a, 'c> {
    state: &'a mut State<'c>,
    running: &'a Running<'a>,
}

impl Answer<'_, '_> {
    fn code_actions(
        &mut self,
        params: &lsp_types::CodeActionParams,
    ) -> Option<lsp_types::CodeActionResponse> {
        self.state.narrow(&params.text_document);
        let (path, seen) = self.state.seen(&params.text_document)?;
        let (encoding, severity) = (self.state.client.encoding, self.state.settings.severity);
        Some(actions(seen, &path, params, (encoding, severity), &|| self.running.stops()))
    }

    fn hover(&mut self, params: &lsp_types::HoverParams) -> Option<lsp_types::Hover> {
        let at = &params.text_document_position_params;
        self.state.narrow(&at.text_document);
        let (path, seen) = self.state.seen(&at.text_document)?;
        hover(seen, &path, at.position, self.state.client.encoding, &|| self.running.stops())
    }

    fn inlay_hints(&mut self, params: &lsp_types::InlayHintParams) -> Option<Vec<lsp_types::InlayHint>> {
        self.state.narrow(&params.text_document);
        let (path, seen) = self.state.seen(&params.text_document)?;
        let wanted = self.state.settings.inlay_hints;
        wanted.then(|| {
            inlay_hints(seen, &path, params.range, self.state.client.encoding, &|| self.running.stops())
        })
    }

    fn completion(&self, params: &lsp_types::CompletionParams) -> Option<lsp_types::CompletionResponse> {
        let at = &params.text_document_position;
        let (path, seen) = self.state.seen(&at.text_document)?;
        words::complete(seen, &path, at.position, self.state.client.encoding)
    }

    fn definition(&self, params: &lsp_types::GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
        let at = &params.text_document_position_params;
        let (path, seen) = self.state.seen(&at.text_document)?;
        let found = names::definitions(seen, &path, at.position, self.state.client.encoding)?;
        Some(GotoDefinitionResponse::Array(found))
    }

    fn references(&self, params: &lsp_types::ReferenceParams) -> Option<Vec<lsp_types::Location>> {
        let at = &params.text_document_position;
        let (path, seen) = self.state.seen(&at.text_document)?;
        let with = params.context.include_declaration;
        names::references(seen, &path, at.position, self.state.client.encoding, with)
    }

    fn symbols(&self, params: &lsp_types::DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let (path, seen) = self.state.seen(&params.text_document)?;
        let found = names::symbols(seen, &path, self.state.client.encoding)?;
        Some(DocumentSymbolResponse::Nested(found))
    }

    fn search(&self, params: &WorkspaceSymbolParams) -> Option<WorkspaceSymbolResponse> {
        let found = self.state.search(&params.query, &|| self.running.stops());
        Some(WorkspaceSymbolResponse::Nested(found))
    }

    fn diagnostics(&self, params: &lsp_types::DocumentDiagnosticParams) -> DocumentDiagnosticReportResult {
        let path = uri::path(&params.text_document.uri);
        let items = path.map(|path| self.state.diagnostics(&path)).unwrap_or_default();
        let report = RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: None, items },
        };
        DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report))
    }

    /// A `WorkspaceDiagnosticReport`. In a large folder it is the most that the server ever holds. A client that takes it in
    /// parts is sent some files at a time, and then an empty one.
    fn all_diagnostics(&self, parts: Option<(&Outbox<'_>, &Value)>) -> Value {
        let report = |items: &mut Vec<Value>| {
            Value::Object(
                std::iter::once(("items".to_owned(), Value::Array(std::mem::take(items)))).collect(),
            )
        };
        let mut items: Vec<Value> = Vec::new();
        let done: Result<(), Failure> = self.state.each_diagnostics(&mut |path, diagnostics| {
            let Some(uri) = self.state.uri(&path) else { return Ok(()) };
            let version = self.state.buffers.get(&path).map(|buffer| buffer.version.into());
            let list = FullDocumentDiagnosticReport { result_id: None, items: diagnostics };
            items.push(json!(WorkspaceDocumentDiagnosticReport::Full(
                WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: list }
            )));
            match parts {
                Some((outbox, token)) if items.len() == PART => outbox.part(token, report(&mut items)),
                _ => Ok(()),
            }
        });
        // Where nobody listens any more, the answer is not taken either.
        let told = done.and_then(|()| match parts {
            Some((outbox, token)) if !items.is_empty() => outbox.part(token, report(&mut items)),
            _ => Ok(()),
        });
        if told.is_err() {
            items.clear();
        }
        report(&mut items)
    }
}

/// The answer to `workspace/executeCommand`.
pub(super) fn executed(id: RequestId, done: Result<Value, Failure>) -> Response {
    match done {
        Ok(result) => Response::new_ok(id, result),
        Err(failure) => refused(id, ErrorCode::RequestFailed, &failure.to_string()),
    }
}
