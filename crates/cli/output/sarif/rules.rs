//! The rules that speak, with what GitHub shows beside their results.

use std::collections::BTreeMap;

use wslint_model::Proxy;
use wslint_rules::{Rule, Rules, Severity, page};

use super::level::level;
use super::schema::{
    Message, MultiformatMessage, ReportingConfiguration, ReportingDescriptor, RuleProperties,
};
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
    pub(super) fn describe(&self) -> Vec<ReportingDescriptor> {
        self.rules.values().map(|rule| describe(self.all, rule)).collect()
    }
}

fn describe(rules: &Rules, rule: &Rule) -> ReportingDescriptor {
    let why = rule.why.trim_end();
    let references: String = rule.references.iter().map(|address| format!("\n{address}")).collect();
    let first_paragraph = why.split("\n\n").next().unwrap_or(why).to_owned();
    ReportingDescriptor {
        id: rule.id.clone(),
        short_description: Message::new(format!("{}.", rule.title)),
        full_description: MultiformatMessage { text: first_paragraph.clone(), markdown: first_paragraph },
        help: MultiformatMessage {
            text: format!("{why}\n{references}").trim_end().to_owned(),
            markdown: page::page(rules, rule),
        },
        default_configuration: ReportingConfiguration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: std::iter::once("websocket").chain(rule.scope.proxies().map(Proxy::name)).collect(),
            precision: "high",
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
        help_uri: url(rule),
    }
}
