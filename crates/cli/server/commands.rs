//! Commands: what an editor has the server do that changes no file. Code actions name them, and editors may offer them
//! elsewhere.

use std::str::FromStr;

use lsp_types::{CodeAction, CodeActionKind, Command, Diagnostic, ExecuteCommandParams, Uri};
use serde_json::{Value, json};
use wslint_model::Request;

use crate::escape::escape;

/// Opens the page of a rule in a browser. Its argument is the address.
const OPEN_RULE: &str = "wslint.openRule";

/// Follows a request. Its arguments are the URL, the URI of a file, whose folder is looked at, and the address that the
/// request arrives at where that is not the URL's. The answer is Markdown.
const TRACE: &str = "wslint.trace";

/// All commands, by their names.
pub(super) fn names() -> Vec<String> {
    [OPEN_RULE, TRACE].map(str::to_owned).to_vec()
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The page at an address is to be shown.
    OpenRule(Uri),
    /// The request of a URL is to be followed through the configurations around a file.
    Trace {
        /// The URL, as `wslint trace` takes it.
        url: String,
        /// The file.
        uri: Uri,
        /// The address that the request arrives at, where it is not the URL's.
        listen: Option<String>,
    },
}

impl Asked {
    /// What a client asks for; none if that is not understood. Of a page it may only be one of the web.
    pub(super) fn read(params: &ExecuteCommandParams) -> Option<Self> {
        let words: Vec<&str> = params.arguments.iter().map_while(Value::as_str).collect();
        match (params.command.as_str(), &words[..]) {
            (OPEN_RULE, [page]) if page.starts_with("https://") || page.starts_with("http://") => {
                Uri::from_str(page).ok().map(Self::OpenRule)
            }
            (TRACE, [url, uri, listen @ ..]) => Some(Self::Trace {
                url: (*url).to_owned(),
                uri: Uri::from_str(uri).ok()?,
                listen: listen.first().map(|&listen| listen.to_owned()),
            }),
            _ => None,
        }
    }
}

/// The action that opens the page of the rule of a diagnostic.
pub(super) fn open_rule(rule: &str, page: &str, diagnostic: Diagnostic) -> CodeAction {
    CodeAction {
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        is_preferred: Some(false),
        ..action(format!("Open the page of {rule}"), OPEN_RULE, vec![json!(page)])
    }
}

/// The action that follows the request of a route.
pub(super) fn trace(request: &Request, uri: &Uri) -> CodeAction {
    let url = request.url();
    let mut arguments = vec![json!(url), json!(uri.as_str())];
    arguments.extend(request.listen.as_ref().map(|listen| json!(listen)));
    CodeAction {
        kind: Some(CodeActionKind::EMPTY),
        ..action(format!("Trace {}", escape(&url)), TRACE, arguments)
    }
}

fn action(title: String, command: &str, arguments: Vec<Value>) -> CodeAction {
    let command = Command { title: title.clone(), command: command.to_owned(), arguments: Some(arguments) };
    CodeAction { title, command: Some(command), ..CodeAction::default() }
}

#[cfg(test)]
mod tests {
    use lsp_types::ExecuteCommandParams;
    use serde_json::{Value, json};

    use super::Asked;

    fn read(command: &str, arguments: &[Value]) -> Option<Asked> {
        let arguments = arguments.to_vec();
        Asked::read(&ExecuteCommandParams { command: command.to_owned(), arguments, ..Default::default() })
    }

    #[test]
    fn pages_of_the_web_are_opened_and_nothing_else() {
        assert!(read("wslint.openRule", &[json!("https://example.com/rules/a.html")]).is_some());
        for wrong in [json!("file:///etc/passwd"), json!("vscode://x"), json!(3), json!("https://a b/")] {
            assert_eq!(read("wslint.openRule", &[wrong]), None);
        }
        assert_eq!(read("wslint.openRule", &[]), None);
    }

    #[test]
    fn a_trace_has_a_url_and_a_file() {
        assert!(read("wslint.trace", &[json!("ws://a/ws"), json!("file:///a/nginx.conf")]).is_some());
        assert_eq!(read("wslint.trace", &[json!("ws://a/ws")]), None);
        assert_eq!(read("wslint.other", &[json!("ws://a/ws"), json!("file:///a")]), None);
    }
}
