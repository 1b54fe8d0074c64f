//! The comparison as one HTML file: each route before and behind the change.

use std::io::{self, Write};

use maud::{Markup, html};

use super::compared::Compared;
use super::words::{called, clause, event, place, summary};
use crate::compare::{Change, Difference};
use crate::escape::escape;
use crate::output::{Console, Line, Served, code_of, draw_way, drawing_of, html_page, prose};

/// Prints it.
pub(super) fn print(compared: &Compared<'_>, console: &mut Console) -> io::Result<()> {
    let title = format!("WebSocket routes: {} → {}", compared.old, compared.new);
    let body = html! { @for change in &compared.comparison.changes { (route(change)) } };
    console.write_all(html_page(&title, &summary(compared), &body).as_bytes())?;
    console.flush()
}

fn route(change: &Change) -> Markup {
    let route = change.route();
    html! {
        article .(change.direction.name()) {
            h2 { span.severity { (change.direction.name()) } " " (escape(&route.address())) " " (event(change)) }
            p { (escape(&called(change))) ", " span.place { (escape(&place(&route.line))) } }
            @if let Some(old) = &change.old { (side("Before", old)) }
            @if let Some(new) = &change.new { (side("After", new)) }
            @if !change.differences.is_empty() {
                div.scroll {
                    table.endpoints {
                        thead { tr { th scope="col" { "What" } th scope="col" { "How" } th scope="col" { "Before" } th scope="col" { "After" } } }
                        tbody { @for difference in &change.differences { (row(difference)) } }
                    }
                }
            }
        }
    }
}

fn side(title: &str, route: &Served) -> Markup {
    html! { h3 { (title) } (draw_way(&drawing_of(route))) }
}

fn row(difference: &Difference) -> Markup {
    html! {
        tr {
            th scope="row" { (difference.what.title()) }
            td { (prose(&clause(difference))) }
            td { (line(difference.old_line.as_ref())) }
            td { (line(difference.new_line.as_ref())) }
        }
    }
}

fn line(line: Option<&Line>) -> Markup {
    html! { @if let Some(line) = line { span.place { (escape(&place(line))) } br; (code_of(&line.text)) } }
}
