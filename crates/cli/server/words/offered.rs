//! What is offered and told of any word.

use lsp_types::{CompletionItem, CompletionItemKind};
use wslint_model::{Life, Version};

use crate::server::names;
use crate::server::seen::Seen;

/// The names of a kind that the configuration defines.
pub(super) fn defined(seen: &Seen, kind: names::Kind) -> Vec<CompletionItem> {
    let mut labels: Vec<String> = names::defined(seen, kind);
    labels.sort();
    labels.dedup();
    labels.into_iter().map(|label| item(label, CompletionItemKind::REFERENCE, None)).collect()
}

/// An item of a completion.
pub(super) fn item(label: String, kind: CompletionItemKind, detail: Option<String>) -> CompletionItem {
    CompletionItem { label, kind: Some(kind), detail, ..CompletionItem::default() }
}

/// The word that ends at the end of a text: what a person has typed of it.
pub(super) fn typed(text: &[u8]) -> &[u8] {
    let begins =
        text.iter().rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'{' | b'}'));
    &text[begins.map_or(0, |at| at + 1)..]
}

/// The version of both proxies that the tables of `data/` begin with.
const FIRST: &str = "1.8";

/// Since when there is a name, and until when, where that is known. Names of modules do not come with a proxy's versions.
pub(super) fn life(proxy: Option<&str>, life: &Life) -> String {
    let mut words = Vec::new();
    match proxy {
        Some(proxy) if life.since == Version(0, 0, 0) => words.push(format!("older than {proxy} {FIRST}")),
        Some(proxy) => words.push(format!("since {proxy} {}", life.since)),
        None if life.since == Version(0, 0, 0) => {}
        None => words.push(format!("since {}", life.since)),
    }
    if let Some(obsolete) = life.obsolete {
        words.push(format!("obsolete since {obsolete}"));
    }
    if let Some(until) = life.until {
        words.push(format!("gone since {until}"));
    }
    if !life.instead.is_empty() {
        words.push(format!("use `{}`", life.instead));
    }
    words.join(", ")
}
