//! What becomes of a handshake, behind the lines of locations and sections. Off unless the editor's settings want it.

use lsp_types::{InlayHint, InlayHintLabel, Position, Range};

use super::diagnostics::Told;
use super::position::Encoding;
use super::routes;
use super::seen::Seen;

/// The hints for a range of a file, in the order of its lines. Several routes of one line that fare differently are told as
/// that: whoever wants to know more asks for each.
pub(super) fn inlay_hints(
    seen: &Seen,
    path: &std::path::Path,
    range: Range,
    encoding: Encoding,
    stops: &dyn Fn() -> bool,
) -> Vec<InlayHint> {
    let Some(file) = seen.file(path) else { return Vec::new() };
    let mut told = Told::new(seen, encoding);
    let mut lines: Vec<(Position, Vec<String>)> = Vec::new();
    routes::of_file(seen, file, stops, &mut |site, route| {
        let end = told.range(site).end;
        let inside = range.start <= end && end <= range.end;
        let Some(fate) = routes::fate(&routes::shown(seen, &route)).filter(|_| inside) else { return };
        match lines.iter_mut().find(|(place, _)| *place == end) {
            Some((_, fates)) if fates.contains(&fate) => {}
            Some((_, fates)) => fates.push(fate),
            None => lines.push((end, vec![fate])),
        }
    });
    lines.sort_by_key(|(place, _)| *place);
    let hint = |(position, fates): (Position, Vec<String>)| InlayHint {
        position,
        label: InlayHintLabel::String(match &fates[..] {
            [fate] => fate.clone(),
            several => format!("{} ways fare differently here", several.len()),
        }),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    lines.into_iter().map(hint).collect()
}
