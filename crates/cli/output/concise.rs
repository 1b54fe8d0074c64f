//! `--format concise`: one line a finding, as compilers print them, for grep and editors.

use std::io::{self, Write};

use super::console::Console;
use super::locate::Locator;
use super::page;
use super::reason::with_reason;
use super::run::{Printer, Run};
use crate::escape::escape;

/// `path:line:column: severity[rule] message (reason)`
pub(super) struct Concise;

impl Printer for Concise {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let mut locator = Locator::new(&run.loaded.project);
        for found in run.shown() {
            let finding = &found.finding;
            let position = locator.start(finding.primary.site);
            let path = &run.loaded.project.file(finding.primary.site.file).path;
            writeln!(
                console,
                "{}:{}:{}: {}[{}] {}",
                escape(path),
                position.line,
                position.column,
                finding.severity,
                console.linked(&finding.rule.id, page::url(finding.rule).as_deref()),
                escape(&with_reason((&run.loaded.project, &run.loaded.veil), finding)),
            )?;
        }
        console.flush()
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}
