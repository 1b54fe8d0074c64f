//! Dollar signs that a host escapes in the wrong way: one finding for each, though the proxy has something to say of the same
//! line, too.

use wslint_model::{Project, Site};
use wslint_rules::Finding;

/// The rule that tells them.
const RULE: &str = "embed/escaping";

/// What nginx says of a line that a shell or Terraform spoils: it refuses it, and the dollar sign is why.
const REFUSED: [&str; 2] = ["nginx/config-error", "nginx/map-missing"];

/// What is wrong with the header that such a line sets: that is what people look for.
const SENT: [&str; 2] = ["nginx/upgrade-wrong-value", "nginx/connection-wrong-value"];

/// Leaves one finding of each line with such a dollar sign: of a refused line the one about the dollar sign, and of a header
/// that is sent the one about the header, with the help and the edits of the other.
pub(crate) fn join_slips(project: &Project, findings: &mut Vec<Finding<'_>>) {
    let line = |site: Site| {
        let line = project.file(site.file).lines().line(site.span.start);
        (site.file, line)
    };
    let slips: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule.id == RULE)
        .map(|finding| (line(finding.primary.site), finding.help.clone(), finding.edits.clone()))
        .collect();
    for (at, help, edits) in slips {
        findings.retain(|finding| {
            !(REFUSED.contains(&finding.rule.id.as_str()) && line(finding.primary.site) == at)
        });
        let told = findings
            .iter_mut()
            .find(|finding| SENT.contains(&finding.rule.id.as_str()) && line(finding.primary.site) == at);
        if let Some(told) = told {
            told.help = help;
            told.edits = edits.or(told.edits.take());
            findings.retain(|finding| !(finding.rule.id == RULE && line(finding.primary.site) == at));
        }
    }
}
