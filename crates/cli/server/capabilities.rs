//! What client and server tell each other first.

use std::path::PathBuf;

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, HoverProviderCapability, InitializeParams, OneOf, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::actions::FIX_ALL;
use super::position::Encoding;
use super::uri;

/// What is known of a client.
pub(super) struct Client {
    /// How it counts characters.
    pub(super) encoding: Encoding,
    /// Whether it asks for diagnostics, and is not sent any.
    pub(super) pulls: bool,
    /// Whether it asks again when it is told that they changed.
    pub(super) refreshes: bool,
    /// The folders that are open in it.
    pub(super) folders: Vec<PathBuf>,
}

impl Client {
    /// The client that introduces itself so.
    #[expect(deprecated, reason = "clients from before workspace folders say `rootUri`")]
    pub(super) fn new(introduced: &InitializeParams) -> Self {
        let capabilities = &introduced.capabilities;
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let folders = match &introduced.workspace_folders {
            Some(folders) => folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect(),
            None => introduced.root_uri.as_ref().and_then(uri::path).into_iter().collect(),
        };
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let asks_again = workspace.and_then(|workspace| workspace.diagnostic.as_ref()?.refresh_support);
        Self {
            encoding: Encoding::negotiated(offered),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refreshes: asks_again == Some(true),
            folders,
        }
    }
}

/// What the server does.
pub(super) fn capabilities(client: &Client) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
        ..CodeActionOptions::default()
    };
    let pull = DiagnosticOptions {
        identifier: Some("wslint".to_owned()),
        // A change of a snippet tells in the files that include it.
        inter_file_dependencies: true,
        ..DiagnosticOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec!["$".to_owned()]),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        diagnostic_provider: client.pulls.then_some(DiagnosticServerCapabilities::Options(pull)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
