//! All endpoints in one table.

use maud::{Markup, html};

use super::page::shown;
use super::route::{fate_of, place, value};
use crate::output::served::Served;

/// A row for each route: what clients ask for, whether it works, when silence is cut, affinity, and who answers.
pub(super) fn table(routes: &[Served]) -> Markup {
    let answer = |route: &Served, question: &str| {
        route.answer(question).map_or_else(|| "–".to_owned(), |answer| value(&answer.value))
    };
    html! {
        div.scroll {
            table.endpoints {
                thead { tr { th scope="col" { "Endpoint" } th scope="col" { "Handshake" } th scope="col" { "Idle limit" } th scope="col" { "Affinity" } th scope="col" { "Who answers" } th scope="col" { "Where" } } }
                tbody {
                    @for (number, route) in routes.iter().enumerate() {
                        tr {
                            th scope="row" { a href={ "#route-" (number) } { (shown(&route.address())) } }
                            td { (fate_of(route)) }
                            td { (answer(route, "idle-timeout")) }
                            td { (answer(route, "affinity")) }
                            td { @match route.text("upstream") { Some(upstream) => (shown(upstream)), None => (answer(route, "handler")) } }
                            td.place { (shown(&place(&route.line))) }
                        }
                    }
                }
            }
        }
    }
}
