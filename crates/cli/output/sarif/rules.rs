//! The rules that speak, with what GitHub shows beside their results.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wslint_model::Proxy;
use wslint_rules::{Rule, Rules, Severity, page};

use super::level::level;
use crate::output::page::url;
use crate::output::run::Found;

/// The rules of a run, by their ids.
pub(super) struct Speaking<'r> {
    all: &'r Rules,
    rules: BTreeMap<&'r str, &'r Rule>,
}

impl<'r> Speaking<'r> {
    /// The rules of these findings, which are some of all.
    pub(super) fn of(all: &'r Rules, findings: &[&Found<'r>]) -> Self {
        let rules = findings.iter().map(|found| found.finding.rule);
        Self { all, rules: rules.map(|rule| (rule.id.as_str(), rule)).collect() }
    }

    /// The place of a rule in the list.
    pub(super) fn index(&self, rule: &Rule) -> usize {
        self.rules.range(..rule.id.as_str()).count()
    }

    /// The list.
    pub(super) fn describe(&self) -> Vec<Value> {
        self.rules.values().map(|rule| describe(self.all, rule)).collect()
    }
}

fn describe(rules: &Rules, rule: &Rule) -> Value {
    let why = rule.why.trim_end();
    let references: String = rule.references.iter().map(|address| format!("\n{address}")).collect();
    let first_paragraph = why.split("\n\n").next().unwrap_or(why);
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": format!("{}.", rule.title) },
        "fullDescription": { "text": first_paragraph, "markdown": first_paragraph },
        "help": { "text": format!("{why}\n{references}").trim_end(), "markdown": page::page(rules, rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": std::iter::once("websocket").chain(rule.scope.proxies().map(Proxy::name)).collect::<Vec<_>>(),
            "precision": "high",
            "problem.severity": match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    });
    if let Some(url) = url(rule) {
        described["helpUri"] = json!(url);
    }
    described
}
