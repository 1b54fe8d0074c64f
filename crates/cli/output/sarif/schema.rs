//! The objects of SARIF 2.1.0, as far as they are written here, by the names and in the words of the standard
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>, section 3).

use serde::Serialize;

/// `sarifLog`: the document.
#[derive(Serialize)]
pub(super) struct Log<R: Serialize> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<R>; 1],
}

/// `run`: what one run of a tool found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<R: Serialize> {
    pub(super) tool: Tool,
    pub(super) column_kind: &'static str,
    pub(super) invocations: [Invocation; 1],
    /// Of `result` objects, each made when it is written.
    pub(super) results: R,
}

/// `tool`.
#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: ToolComponent,
}

/// `toolComponent`: the program and its rules.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolComponent {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) information_uri: &'static str,
    pub(super) rules: Vec<ReportingDescriptor>,
}

/// `reportingDescriptor`: a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    pub(super) id: String,
    pub(super) short_description: Message,
    pub(super) full_description: MultiformatMessage,
    pub(super) help: MultiformatMessage,
    pub(super) default_configuration: ReportingConfiguration,
    pub(super) properties: RuleProperties,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help_uri: Option<String>,
}

/// `reportingConfiguration`.
#[derive(Serialize)]
pub(super) struct ReportingConfiguration {
    pub(super) level: &'static str,
}

/// The property bag of a rule, in the names that GitHub's code scanning reads.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: Vec<&'static str>,
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
}

/// `message`: plain text.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

impl Message {
    /// The message with this text.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// `multiformatMessageString`.
#[derive(Serialize)]
pub(super) struct MultiformatMessage {
    pub(super) text: String,
    pub(super) markdown: String,
}

/// `invocation`: how the run ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// `notification`: what is said of the run itself.
#[derive(Serialize)]
pub(super) struct Notification {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) descriptor: Option<ReportingDescriptorReference>,
    pub(super) level: &'static str,
    pub(super) message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<Location>,
}

/// `reportingDescriptorReference`.
#[derive(Serialize)]
pub(super) struct ReportingDescriptorReference {
    pub(super) id: &'static str,
}

/// `result`: a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultObject {
    pub(super) rule_id: String,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    pub(super) related_locations: Vec<Location>,
    pub(super) partial_fingerprints: PartialFingerprints,
    pub(super) properties: ResultProperties,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixes: Option<[Fix; 1]>,
}

/// What tells that two results of different runs are the same one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartialFingerprints {
    /// What GitHub makes of the line.
    pub(super) primary_location_line_hash: Option<String>,
    #[serde(rename = "wslint/v1")]
    pub(super) own: String,
}

/// The property bag of a result.
#[derive(Serialize)]
pub(super) struct ResultProperties {
    pub(super) confidence: String,
    pub(super) reason: String,
    pub(super) routes: Vec<String>,
}

/// `location`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

/// `physicalLocation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

/// `artifactLocation`.
#[derive(Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
}

/// `region`: its end is the column behind the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

/// `fix`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix {
    pub(super) description: Message,
    pub(super) artifact_changes: Vec<ArtifactChange>,
    pub(super) properties: FixProperties,
}

/// The property bag of a fix.
#[derive(Serialize)]
pub(super) struct FixProperties {
    pub(super) safety: String,
}

/// `artifactChange`: what changes in one file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) replacements: Vec<Replacement>,
}

/// `replacement`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) deleted_region: Region,
    pub(super) inserted_content: ArtifactContent,
}

/// `artifactContent`: text, or bytes in Base64.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum ArtifactContent {
    Text(String),
    Binary(String),
}
