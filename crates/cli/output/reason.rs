//! The reason of a finding: what is said of the line that it points at.

use wslint_model::{Project, Role};
use wslint_rules::Finding;

use super::line::line_text;
use crate::secret::Veil;

/// The longest part of a line that is quoted, in columns.
const ROOM: usize = 60;

/// Labels that say nothing without the line beside them.
const TRIVIAL: [&str; 5] =
    ["handshakes end here", "the request is passed on here", "this decides", "this one", "used here"];

/// The message with its reason, for formats that draw no label beside the line. Where the label only says that something
/// is set there, the line itself says more.
pub(crate) fn with_reason((project, veil): (&Project, &Veil), finding: &Finding<'_>) -> String {
    let message = finding.message.trim_end();
    let line = || line_text(project, veil, finding.primary.site, ROOM);
    let reason = match &finding.primary.role {
        Role::SetHere | Role::Evidence => quoted(&line()),
        Role::Inherited => format!("inherited: {}", quoted(&line())),
        Role::Lost => format!("does not reach this route: {}", quoted(&line())),
        // The message names the route.
        Role::Routed => String::new(),
        Role::Says(words) if TRIVIAL.contains(&words.as_str()) => quoted(&line()),
        role => role.to_string(),
    };
    if reason.is_empty() || message.contains(&reason) {
        return message.to_owned();
    }
    // What stands in another file says so in brackets already.
    match message.strip_suffix(')') {
        Some(open) => format!("{open}; {reason})"),
        None => format!("{message} ({reason})"),
    }
}

/// A line as code, unless it holds what ends code.
fn quoted(line: &str) -> String {
    match line.contains('`') {
        true => line.to_owned(),
        false => format!("`{line}`"),
    }
}
