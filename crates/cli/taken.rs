//! What a run does not say although it is so: how many findings, and how much of the tree, comments, the baseline and the
//! settings take away. A pull request can bring each of them.

use std::collections::HashMap;

use serde::Serialize;
use wslint_model::Site;
use wslint_rules::{Finding, Severity};

use crate::analysis::Analysis;
use crate::config::Configuration;
use crate::project::{Loaded, Target};
use crate::select::Selection;

/// How much is taken away, by what.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Taken {
    /// Findings that comments accept.
    pub(crate) by_comments: usize,
    /// Findings that the baseline accepts, and no comment does.
    pub(crate) by_baseline: usize,
    /// Findings at or above the threshold that `rules` of the settings switch off, or lower below it.
    pub(crate) by_rules: usize,
    /// Findings at or above the threshold that are none with the versions, heartbeats and idle limits of the settings.
    pub(crate) by_settings: usize,
    /// Files and folders that `exclude` of the settings keeps from being searched.
    pub(crate) excluded: usize,
}

impl Taken {
    /// Number of findings that comments or the baseline accept.
    pub(crate) fn accepted(&self) -> usize {
        self.by_comments + self.by_baseline
    }
}

/// How many findings at or above the threshold stand at each place.
pub(crate) struct Places(HashMap<Site, usize>);

impl Places {
    /// The places of a run in which the settings say nothing of versions, heartbeats and idle limits; `None` where they
    /// say nothing of these anyway, and nothing has to be followed a second time.
    pub(crate) fn without_claims(
        loaded: &Loaded,
        configuration: &Configuration,
        selection: &Selection<'_>,
        threshold: Severity,
    ) -> Option<Self> {
        let mut plain = configuration.without_claims()?.clone();
        for Target { proxy, version, .. } in &loaded.targets {
            plain.assume(*proxy, *version);
        }
        let analysis =
            Analysis::new(&loaded.project, &plain, &configuration.addresses, configuration.rules());
        let checked = analysis.check(|rule| selection.asks(rule), false);
        Some(Self::of(loaded, &checked.findings, threshold))
    }

    fn of(loaded: &Loaded, findings: &[Finding<'_>], threshold: Severity) -> Self {
        let mut places = HashMap::new();
        for finding in findings {
            if finding.severity >= threshold && loaded.concerns(finding) {
                *places.entry(finding.primary.site).or_default() += 1;
            }
        }
        Self(places)
    }

    /// How many of these findings are not among those of a run. At one place another rule may speak instead, such as of a
    /// heartbeat where it was of silence: that takes nothing away.
    pub(crate) fn missing_in(&self, loaded: &Loaded, findings: &[Finding<'_>], threshold: Severity) -> usize {
        let Self(there) = Self::of(loaded, findings, threshold);
        let missing =
            |(site, count): (&Site, &usize)| count.saturating_sub(there.get(site).copied().unwrap_or(0));
        self.0.iter().map(missing).sum()
    }
}
