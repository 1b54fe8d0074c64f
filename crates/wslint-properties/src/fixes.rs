//! Fixes: fixing ends, and what is fixed reads and loads where it did before.

use wslint_model::{Edit, Proxy, Route};
use wslint_rules::edits::{Plan, apply};
use wslint_rules::{Finding, Safety, builtin};

use crate::subject::{Model, Subject};

/// Fixes that wait for each other need a few rounds, and some lines may need one each.
const FEW_ROUNDS: usize = 10;

/// Fixes a text that reads without an error, once with safe fixes only and once with all, until nothing is left to fix.
///
/// # Panics
/// Where an edit lies outside of the file, the fixed text does not read or the proxy would refuse it for the first time,
/// or fixing finds no end.
pub fn fixes(proxy: Proxy, text: &[u8]) {
    let subject = Subject::new(proxy, text);
    if !subject.reads {
        return;
    }
    let refused = refusal(&subject.model()).is_some();
    let most_rounds = FEW_ROUNDS + text.split(|&byte| byte == b'\n').count();
    for unsafe_too in [false, true] {
        let mut text = text.to_owned();
        let mut round = 0;
        while let Some(fixed) = fixed(proxy, &text, unsafe_too) {
            let after = Subject::new(proxy, &fixed);
            let shown = || format!("before:\n{}\nafter:\n{}", lossy(&text), lossy(&fixed));
            assert!(after.reads, "the fixed text does not read\n{}", shown());
            if !refused {
                let refusal = refusal(&after.model());
                assert_eq!(refusal, None, "the fixed text is refused\n{}", shown());
            }
            round += 1;
            assert!(round < most_rounds, "fixes undo each other\n{}", shown());
            text = fixed;
        }
    }
}

/// The text after the fixes of one round; `None` where there are none.
fn fixed(proxy: Proxy, text: &[u8], unsafe_too: bool) -> Option<Vec<u8>> {
    let subject = Subject::new(proxy, text);
    let model = subject.model();
    let routes = model.routes();
    let mut plan = Plan::default();
    for finding in builtin().check(&routes, &subject.settings, |rule| rule.fix.is_some()) {
        let wanted = finding.rule.fix.filter(|fix| unsafe_too || fix.safety == Safety::Safe);
        let Some(fix) = wanted else { continue };
        if let Some(edits) = edits_of(&model, &finding, &routes, fix.recipe) {
            assert!(edits.iter().all(|edit| subject.holds(edit.site)), "{edits:?}");
            plan.add(&edits);
        }
    }
    let (_, edits) = plan.files().next()?;
    Some(apply(text, edits))
}

/// The edits that fix all routes of a finding; `None` if they cannot be made safely for one of them.
fn edits_of(model: &Model<'_>, finding: &Finding<'_>, routes: &[Route], recipe: &str) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for &index in &finding.route_indexes {
        for edit in model.fix(&routes[index], recipe)? {
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Why the proxy would refuse the configuration.
fn refusal(model: &Model<'_>) -> Option<String> {
    model.refusal().map(|refusal| refusal.words)
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
