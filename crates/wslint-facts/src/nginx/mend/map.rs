//! Recipes for the map behind `Connection`.

use super::super::config::{ContextKind, Line};
use super::super::names::Directive;
use super::super::refusal::RefusalKind;
use super::super::template;
use super::Mender;
use crate::edit::Edit;
use crate::project::Site;

impl Mender<'_, '_> {
    /// Writes the map anew, unless comments in it would be lost.
    pub(super) fn mend_map(&self) -> Option<Vec<Edit>> {
        let model = self.model;
        let config = model.config();
        let (lines, _) = model.lines_for(&model.header_list(self.level), "Connection");
        let &[line] = lines.as_slice() else { return None };
        let table = model.tables().of(&self.map_variable(line)?)?;
        if table.line.name != Some(Directive::Map) {
            return None;
        }
        let source = config.known_arg(table.line, 0)?;
        if source != "$http_upgrade" && source != "$http_connection" {
            return None;
        }
        let tree = config.tree(table.line);
        let block = tree.block(table.line.id)?;
        let (open, close) = (block.open, block.close?);
        let commented = tree.comments().iter().any(|span| span.start > open.start && span.end < close.end);
        let entries = &config.context(table.line.block?).lines;
        if commented || entries.iter().any(|entry| entry.file != table.line.file) {
            return None;
        }
        let inner = &tree.source()[open.end as usize..close.start as usize];
        let text = if inner.contains(&b'\n') {
            let newline = if inner.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
            let indent = config.inner_indent(table.line.block?);
            let tail: String = String::from_utf8_lossy(inner)
                .chars()
                .rev()
                .take_while(|c| matches!(c, ' ' | '\t'))
                .collect();
            format!("{newline}{indent}default upgrade;{newline}{indent}''      '';{newline}{tail}")
        } else {
            " default upgrade; '' ''; ".to_owned()
        };
        let span = wslint_syntax::Span { start: open.end, end: close.start };
        let site = Site { file: table.line.file, span };
        let mut edits = vec![Edit { site, text: text.into_bytes() }];
        if source != "$http_upgrade" {
            edits.insert(0, config.replace_arg(table.line, 0, "$http_upgrade")?);
        }
        Some(edits)
    }

    /// Defines the variable that nothing defines, at the beginning of `http {}`.
    pub(super) fn insert_map(&self) -> Option<Vec<Edit>> {
        let model = self.model;
        let config = model.config();
        let refusal = model.refusal().filter(|refusal| refusal.kind == RefusalKind::UnknownVariable)?;
        let variable = self.unknown_connection_variable(refusal.line)?;
        let (http, _) = config.contexts().find(|(_, context)| context.kind == ContextKind::Http)?;
        let opener = config.context(http).opener?;
        let tree = config.tree(opener);
        let source = tree.source();
        let open = tree.block(opener.id)?.open.end as usize;
        let indent = config.inner_indent(http);
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
