//! What can be done about diagnostics: fix one, fix all that is safe, accept one with a reason, read the page of its rule;
//! and about a route: trace it.

use std::collections::HashMap;
use std::path::Path;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Range, TextEdit, Uri, WorkspaceEdit,
};
use wslint_model::{Edit, Site};
use wslint_rules::edits::Plan;
use wslint_rules::{Safety, Severity};
use wslint_syntax::Span;

use super::commands;
use super::diagnostics::Told;
use super::finding::Finding;
use super::position::Encoding;
use super::routes;
use super::seen::Seen;
use super::uri;

/// The kind of the action that fixes a whole file, as `editor.codeActionsOnSave` of editors names it.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.wslint");

/// The actions for a range of a file.
pub(super) fn actions(
    seen: &Seen,
    path: &Path,
    asked: &CodeActionParams,
    (encoding, least): (Encoding, Severity),
    stops: &dyn Fn() -> bool,
) -> Vec<CodeActionOrCommand> {
    let Some(file) = seen.file(path) else { return Vec::new() };
    let mut told = Told::new(seen, encoding);
    let only = asked.context.only.as_deref();
    let wants =
        |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|asked| includes(asked, kind)));
    let mut actions = Vec::new();
    let mut findings = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) || wants(&FIX_ALL) {
        findings = seen.fixed(file, stops);
        findings.retain(|found| found.severity >= least);
    }
    for found in &findings {
        if wants(&CodeActionKind::QUICKFIX) && touch(told.range(found.site), asked.range) {
            actions.extend(fix(&mut told, seen, found));
            actions.extend(accept(&mut told, seen, found));
            let page = found.page.as_deref();
            actions.extend(page.map(|page| commands::open_rule(&found.rule, page, told.finding(found))));
        }
    }
    if wants(&FIX_ALL) {
        actions.extend(fix_all(&mut told, seen, &findings));
    }
    if wants(&CodeActionKind::EMPTY) {
        let requests = routes::requests(seen, &mut told, file, asked.range, stops);
        let uri = &asked.text_document.uri;
        actions.extend(requests.iter().map(|request| commands::trace(request, uri)));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Whether a kind that was asked for is this one or one above it.
fn includes(asked: &CodeActionKind, kind: &CodeActionKind) -> bool {
    kind.as_str().strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn fix(told: &mut Told<'_>, seen: &Seen, found: &Finding) -> Option<CodeAction> {
    let (safety, edits) = found.fix.as_ref()?;
    let id = &found.rule;
    let title = match safety {
        Safety::Safe => format!("Fix {id}"),
        Safety::Unsafe => format!("Fix {id} (may change what the configuration does besides)"),
    };
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![told.finding(found)]),
        edit: Some(edit(told, seen, edits)?),
        is_preferred: Some(*safety == Safety::Safe),
        ..CodeAction::default()
    })
}

/// The fixes of a file that change nothing else; those that would change the same lines wait for the next time.
fn fix_all(told: &mut Told<'_>, seen: &Seen, findings: &[Finding]) -> Option<CodeAction> {
    let mut plan = Plan::default();
    for found in findings {
        if let Some((Safety::Safe, edits)) = &found.fix {
            plan.add(edits);
        }
    }
    let edits: Vec<Edit> = plan.files().flat_map(|(_, edits)| edits.iter().cloned()).collect();
    (!edits.is_empty()).then_some(())?;
    Some(CodeAction {
        title: "Fix all that wslint can fix safely".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(edit(told, seen, &edits)?),
        ..CodeAction::default()
    })
}

/// The comment that accepts a finding, on a line of its own above it; the reason is for people to write.
fn accept(told: &mut Told<'_>, seen: &Seen, found: &Finding) -> Option<CodeAction> {
    let Site { file, span } = found.site;
    let text = seen.text(file);
    let start = text[..span.start as usize].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let blanks = text[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    // In the middle of a line a comment would end it.
    (start + blanks == span.start as usize).then_some(())?;
    let indent = String::from_utf8_lossy(&text[start..start + blanks]);
    let line_end = if text[start..].iter().find(|&&byte| matches!(byte, b'\r' | b'\n')) == Some(&b'\r') {
        "\r\n"
    } else {
        "\n"
    };
    let id = &found.rule;
    let comment = format!("{indent}# wslint: ignore[{id}] why this is accepted{line_end}");
    let place = Site { file, span: Span::new(start, start) };
    Some(CodeAction {
        title: format!("Accept {id} with a reason"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![told.finding(found)]),
        edit: Some(edit(told, seen, &[Edit { site: place, text: comment.into_bytes() }])?),
        is_preferred: Some(false),
        ..CodeAction::default()
    })
}

/// Edits in the protocol's words; none if one of them is no UTF-8, which the protocol cannot say.
fn edit(told: &mut Told<'_>, seen: &Seen, edits: &[Edit]) -> Option<WorkspaceEdit> {
    #[expect(
        clippy::mutable_key_type,
        reason = "the type that the protocol's crate wants; nothing changes a key"
    )]
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        let uri = uri::uri(&seen.path(edit.site.file))?;
        let new_text = String::from_utf8(edit.text.clone()).ok()?;
        changes.entry(uri).or_default().push(TextEdit { range: told.range(edit.site), new_text });
    }
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}
