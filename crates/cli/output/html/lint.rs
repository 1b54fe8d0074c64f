//! The report of the linter.

use std::io::{self, Write};

use maud::html;

use super::endpoints;
use super::finding::finding;
use super::page::{page, prose, shown};
use super::route::{QUESTIONS, drawing_of, drawn, facts};
use crate::output::console::Console;
use crate::output::locate::Locator;
use crate::output::run::{Printer, Run};
use crate::output::summary::summary;
use crate::project::Level;

/// The format.
pub(crate) struct Html;

impl Printer for Html {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let mut locator = Locator::new(&run.loaded.project);
        let problems = || run.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
        let body = html! {
            @if problems().next().is_some() {
                section {
                    h2 { "What could not be read" }
                    ul { @for problem in problems() { li { (prose(&problem.message)) } } }
                }
            }
            @if !run.served.is_empty() {
                section { h2 { "Endpoints" } (endpoints::table(&run.served)) }
            }
            section {
                h2 { "Findings" }
                @if !run.has_findings() { p { "None." } }
                @for (number, found) in run.shown().enumerate() { (finding(run, &mut locator, number + 1, found)) }
            }
            @if !run.served.is_empty() {
                section {
                    h2 { "Routes" }
                    @for (number, route) in run.served.iter().enumerate() {
                        article.route id={ "route-" (number) } {
                            h3 { (shown(&route.address())) }
                            (drawn(&drawing_of(route)))
                            (facts(route))
                        }
                    }
                }
            }
        };
        console.write_all(page("WebSocket traffic", &summary(run), &body).as_bytes())?;
        console.flush()
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }

    fn shows_routes(&self) -> &'static [&'static str] {
        QUESTIONS
    }
}
