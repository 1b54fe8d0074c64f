//! Recipes for the map behind `Connection`.

use super::editor;
use super::fixer::Fixer;
use crate::config::names::Directive;
use crate::config::{ContextKind, Line};
use crate::questions;
use crate::refusal::RefusalKind;
use crate::variables::evaluate::decide;
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::way::Message;
use wslint_model::{Browser, Edit, Request, Scheme, Site};

impl Fixer<'_, '_> {
    /// Makes the map give `upgrade` to a handshake and nothing to other requests. Comments and other entries stay.
    pub(super) fn fix_map(&self) -> Option<Vec<Edit>> {
        let model = self.model;
        let config = model.config();
        let &[line] = self.header_lines(&questions::CONNECTION_SENT).as_slice() else { return None };
        let table = model.tables().of(&self.map_variable(line)?)?;
        if table.line.name != Some(Directive::Map) {
            return None;
        }
        let block = table.line.block?;
        let entries = &config.context(block).lines;
        if config.context(block).open || entries.iter().any(|entry| entry.file != table.line.file) {
            return None;
        }
        let find = |key: &str| entries.iter().copied().find(|&entry| config.name(entry) == key);
        let mut edits = Vec::new();
        let mut missing = Vec::new();
        let decides = match config.known_arg(table.line, 0)?.as_ref() {
            "$http_upgrade" => {
                let request = Request::handshake(Scheme::Ws, "localhost", 80, "/", Browser::Firefox);
                decide(model, table, &State::new(&Message::of(&request).into(), self.level, 80, true)?).entry
            }
            // The entries for this header's values have none of the other's, so its default decides then.
            "$http_connection" => {
                edits.push(editor::replace_arg(config, table.line, 0, "$http_upgrade")?);
                find("default")
            }
            _ => return None,
        };
        match decides {
            Some(entry) => edits.push(editor::replace_arg(config, entry, 0, "upgrade")?),
            None => missing.push("default upgrade".to_owned()),
        }
        match find("") {
            Some(entry) if config.known_arg(entry, 0).is_some_and(|value| value.contains("upgrade")) => {
                edits.push(editor::replace_arg(config, entry, 0, "''")?);
            }
            Some(_) => {}
            None => missing.push("''      ''".to_owned()),
        }
        if !missing.is_empty() {
            edits.push(match entries.last() {
                Some(&last) => editor::insert_after(config, last, &missing)?,
                None => editor::insert_first(config, block, &missing)?,
            });
        }
        Some(edits)
    }

    /// Defines the variable that nothing defines, at the beginning of `http {}`.
    pub(super) fn insert_map(&self) -> Option<Vec<Edit>> {
        let model = self.model;
        let config = model.config();
        let refusal = self.refusal.filter(|refusal| refusal.kind == RefusalKind::UnknownVariable)?;
        let variable = self.unknown_connection_variable(refusal.line)?;
        let (http, _) = config.contexts().find(|(_, context)| context.kind == ContextKind::Http)?;
        let opener = config.context(http).opener?;
        let tree = config.tree(opener);
        let source = tree.source();
        let open = tree.block(opener.id)?.open.end as usize;
        let indent = editor::inner_indent(config, http);
        let newline = if source.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let unit = if indent.contains('\t') { "\t" } else { "    " };
        let text = format!(
            "{newline}{indent}map $http_upgrade ${variable} {{{newline}{indent}{unit}default upgrade;\
             {newline}{indent}{unit}''      '';{newline}{indent}}}{newline}"
        );
        let site = Site { file: opener.file, span: wslint_syntax::Span::new(open, open) };
        Some(vec![Edit { site, text: text.into_bytes() }])
    }

    /// The variable of a `proxy_set_header Connection` line that nothing defines.
    fn unknown_connection_variable(&self, line: Line) -> Option<String> {
        let config = self.model.config();
        let connection = line.name == Some(Directive::ProxySetHeader)
            && config.known_arg(line, 0)?.eq_ignore_ascii_case("connection");
        template::sole_variable(&config.known_arg(line, 1)?).filter(|_| connection)
    }
}
