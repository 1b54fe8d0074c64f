//! The line that sums a run up: what was seen, what was found, what to do next, and how long it took.

use std::time::Duration;

use wslint_rules::{Safety, Severity};

use super::run::Run;
use super::words::count;
use crate::escape::escape;
use crate::files::Hidden;
use crate::project::Target;
use crate::taken::Taken;

/// The line.
pub(super) fn summary(run: &Run<'_>) -> String {
    if run.loaded.project.roots.is_empty() && run.findings.is_empty() {
        return "Nothing was linted.".to_owned();
    }
    let seen = format!(
        "{} and {}{}",
        count(run.loaded.project.configurations(), "file"),
        count(run.routes, "route"),
        with_websocket(run.routes, run.websocket_routes),
    );
    let (errors, warnings) = (run.count(Severity::Error), run.count(Severity::Warning));
    let unread = run.loaded.has_errors();
    let mut line = match (errors, warnings) {
        (0, 0) if unread => format!("Found nothing else in {seen}."),
        (0, 0) => format!("Found no problem in {seen}."),
        (_, 0) => format!("Found {} in {seen}.", count(errors, "error")),
        (0, _) => format!("Found {} in {seen}.", count(warnings, "warning")),
        _ => format!("Found {} and {} in {seen}.", count(errors, "error"), count(warnings, "warning")),
    };
    if unread {
        line.push_str(" Not everything could be linted.");
    }
    if let Some(words) = hidden(&run.loaded.left.hidden) {
        line.push_str(&words);
    }
    match run.loaded.disabled_with_routes() {
        0 => {}
        files => line.push_str(&format!(" {} with routes left out: not enabled.", count(files, "file"))),
    }
    line.push_str(&predicted(&run.loaded.targets));
    line.push_str(&taken_away(&run.taken));
    let fixable =
        |safety| run.shown().filter(|found| found.fix.as_ref().is_some_and(|(of, _)| *of == safety)).count();
    match (fixable(Safety::Safe), fixable(Safety::Unsafe)) {
        (0, 0) => {}
        (safe, 0) => line.push_str(&format!(" `--fix` fixes {safe}.")),
        (0, other) => line.push_str(&format!(" `--fix --unsafe-fixes` fixes {other}.")),
        (safe, other) => {
            line.push_str(&format!(" `--fix` fixes {safe}, with `--unsafe-fixes` {}.", safe + other));
        }
    }
    line.push_str(&not_shown(run));
    if run.has_findings() {
        line.push_str(" `wslint explain RULE` says why a rule exists.");
    } else if run.routes > 0 && run.websocket_routes == 0 {
        line.push_str(" If one carries it all the same, say so: `--websocket PATH`.");
    }
    if let Some(started) = run.started {
        line.push_str(&format!(" It took {}.", elapsed(started.elapsed())));
    }
    line
}

/// How many notes there are, and how they are shown.
fn not_shown(run: &Run<'_>) -> String {
    match run.count(Severity::Info) {
        notes @ 1.. if run.threshold > Severity::Info => {
            format!(
                " {}: `--severity info` shows {}.",
                count(notes, "note"),
                if notes == 1 { "it" } else { "them" }
            )
        }
        _ => String::new(),
    }
}

/// Which versions of the proxies are predicted because the deployment runs them.
fn predicted(targets: &[Target]) -> String {
    let one = |Target { proxy, version, place }: &Target| {
        format!("{} {} by {}", proxy.title(), version.short(), escape(place))
    };
    let all: Vec<String> = targets.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!(" Predicted: {}.", all.join(", ")) }
}

/// How many files that likely are configuration are hidden, and by what.
fn hidden(hidden: &[Hidden]) -> Option<String> {
    let files: Vec<&Hidden> = hidden.iter().filter(|hidden| !hidden.is_folder).collect();
    let by = |name: &str| files.iter().any(|hidden| hidden.by.ends_with(name));
    let names = match (by(".gitignore"), by(".ignore")) {
        (true, true) => ".gitignore and .ignore",
        (true, false) => ".gitignore",
        (false, true) => ".ignore",
        (false, false) => return None,
    };
    let (files, are) = (count(files.len(), "file"), if files.len() == 1 { "is" } else { "are" });
    Some(format!(" {files} {are} hidden by {names}."))
}

/// What is not among the findings although it is so, and because of what.
fn taken_away(taken: &Taken) -> String {
    let accepted = match (taken.by_comments, taken.by_baseline) {
        (0, 0) => String::new(),
        (comments, 0) => format!(" Comments accept {}.", count(comments, "finding")),
        (0, baseline) => format!(" The baseline accepts {}.", count(baseline, "finding")),
        (comments, baseline) => {
            format!(" Comments accept {}, the baseline {baseline}.", count(comments, "finding"))
        }
    };
    let settings: Vec<String> = [
        (taken.by_rules, format!("switch {} off", count(taken.by_rules, "finding"))),
        (
            taken.by_settings,
            format!("quiet {} by heartbeat, idle limit or version", count(taken.by_settings, "finding")),
        ),
        (taken.excluded, format!("exclude {}", count(taken.excluded, "path"))),
    ]
    .into_iter()
    .filter_map(|(count, words)| (count > 0).then_some(words))
    .collect();
    match settings.split_last() {
        None => accepted,
        Some((last, [])) => format!("{accepted} The settings {last}."),
        Some((last, before)) => format!("{accepted} The settings {} and {last}.", before.join(", ")),
    }
}

/// How many of the routes carry WebSocket traffic.
fn with_websocket(routes: usize, websocket: usize) -> String {
    match (routes, websocket) {
        (0, _) => String::new(),
        (_, 0) => ", none with WebSocket traffic".to_owned(),
        (1, _) => " with WebSocket traffic".to_owned(),
        _ => format!(", {websocket} of them with WebSocket traffic"),
    }
}

/// A time as people want to know it: milliseconds below a second, else tenths of seconds.
fn elapsed(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::elapsed;

    #[test]
    fn times_are_rounded_to_what_matters() {
        for (time, words) in [(0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (12_345, "12.3 s")] {
            assert_eq!(elapsed(Duration::from_millis(time)), words);
        }
    }
}
