//! What client and server tell each other first.

use std::path::PathBuf;

use lsp_types::notification::{DidChangeConfiguration, DidChangeWatchedFiles, Notification as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, DidChangeWatchedFilesRegistrationOptions, ExecuteCommandOptions,
    FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, FileSystemWatcher,
    GlobPattern, HoverProviderCapability, InitializeParams, OneOf, Registration, RegistrationParams,
    SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkspaceFileOperationsServerCapabilities,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::json;

use super::actions::FIX_ALL;
use super::commands;
use super::position::Encoding;
use super::settings::SECTION;
use super::uri;

/// What is known of a client.
pub(super) struct Client {
    /// How it counts characters.
    pub(super) encoding: Encoding,
    /// Whether it asks for the diagnostics of open files, and is sent only those of others.
    pub(super) pulls: bool,
    /// Whether it asks again when it is told that they changed.
    pub(super) refreshes: bool,
    /// The same of inlay hints.
    pub(super) refreshes_hints: bool,
    /// Whether it hands out settings when it is asked.
    pub(super) configures: bool,
    /// Whether it says when its settings change, once it is asked to.
    announces_settings: bool,
    /// Whether it says which files change on disk, once it is asked to.
    watches: bool,
    /// Whether it shows pages of the web.
    pub(super) shows_documents: bool,
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
        let hints = workspace.and_then(|workspace| workspace.inlay_hint.as_ref()?.refresh_support);
        let announces =
            workspace.and_then(|workspace| workspace.did_change_configuration.as_ref()?.dynamic_registration);
        let watches =
            workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref()?.dynamic_registration);
        let shows = capabilities.window.as_ref().and_then(|window| window.show_document.as_ref());
        Self {
            encoding: Encoding::negotiated(offered),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refreshes: document.is_some_and(|document| document.diagnostic.is_some())
                && asks_again == Some(true),
            refreshes_hints: hints == Some(true),
            configures: workspace.and_then(|workspace| workspace.configuration) == Some(true),
            announces_settings: announces == Some(true),
            watches: watches == Some(true),
            shows_documents: shows.is_some_and(|shows| shows.support),
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
        workspace_symbol_provider: Some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::names(),
            ..ExecuteCommandOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        diagnostic_provider: client.pulls.then_some(DiagnosticServerCapabilities::Options(pull)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                did_rename: Some(every_file()),
                did_delete: Some(every_file()),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}

fn every_file() -> FileOperationRegistrationOptions {
    let pattern = FileOperationPattern { glob: "**/*".to_owned(), matches: None, options: None };
    FileOperationRegistrationOptions {
        filters: vec![FileOperationFilter { scheme: Some("file".to_owned()), pattern }],
    }
}

/// What the client is asked to tell of; nothing if it tells of all that it can by itself.
pub(super) fn registrations(client: &Client) -> Option<RegistrationParams> {
    let mut registrations = Vec::new();
    let mut register = |method: &str, options: serde_json::Value| {
        registrations.push(Registration {
            id: method.to_owned(),
            method: method.to_owned(),
            register_options: Some(options),
        });
    };
    if client.announces_settings {
        register(DidChangeConfiguration::METHOD, json!({ "section": SECTION }));
    }
    if client.watches {
        // A configuration may lie in a file of any name.
        let watchers =
            vec![FileSystemWatcher { glob_pattern: GlobPattern::String("**/*".to_owned()), kind: None }];
        register(DidChangeWatchedFiles::METHOD, json!(DidChangeWatchedFilesRegistrationOptions { watchers }));
    }
    (!registrations.is_empty()).then_some(RegistrationParams { registrations })
}
