//! The reason of a finding: what is said of the line that it points at.

use wslint_rules::Finding;

/// The message with its reason, for formats that draw no label beside the line.
pub(crate) fn with_reason(finding: &Finding<'_>) -> String {
    let (message, reason) = (finding.message.trim_end(), finding.primary.role.to_string());
    if reason.is_empty() || message.contains(&reason) {
        return message.to_owned();
    }
    format!("{message} ({reason})")
}
