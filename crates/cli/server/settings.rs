//! The settings of an editor: those of the section `wslint`, as `initializationOptions`, in
//! `workspace/didChangeConfiguration`, or in the answer to `workspace/configuration`. They win over the flags that the server
//! was started with. What an editor keeps there for itself, such as where the command lies, is passed over.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wslint_model::Version;
use wslint_rules::Severity;

use crate::args::ConfigOptions;
use crate::escape::escape;
use crate::exit::Failure;

/// The section of an editor's settings.
pub(super) const SECTION: &str = "wslint";

/// What the editor wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// The `wslint.yaml` that holds, in place of the one of the folder or above it.
    config: Option<PathBuf>,
    /// The least severity that is told.
    pub(super) severity: Severity,
    /// Whether the lines of locations and sections tell what becomes of a handshake there.
    pub(super) inlay_hints: bool,
    nginx_version: Option<Version>,
    haproxy_version: Option<Version>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            config: None,
            severity: Severity::Info,
            inlay_hints: false,
            nginx_version: None,
            haproxy_version: None,
        }
    }
}

impl Settings {
    /// Reads the section, or what holds it. A setting that is null or an empty text is not given.
    ///
    /// # Errors
    /// A value that means nothing, in words that name it.
    pub(super) fn read(given: &Value) -> Result<Self, Failure> {
        let section = given.get(SECTION).unwrap_or(given);
        let word = |name: &str| -> Result<Option<&str>, Failure> {
            match section.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(word)) => Ok(Some(word.as_str()).filter(|word| !word.is_empty())),
                Some(other) => Err(wrong(name, other, "a text")),
            }
        };
        let version = |name: &str| -> Result<Option<Version>, Failure> {
            let parse =
                |word: &str| word.parse().map_err(|_| wrong(name, &word.into(), "a version, such as 1.28"));
            word(name)?.map(parse).transpose()
        };
        let severity = match word("severity")? {
            None | Some("info") => Severity::Info,
            Some("warning") => Severity::Warning,
            Some("error") => Severity::Error,
            Some(other) => return Err(wrong("severity", &other.into(), "`error`, `warning` or `info`")),
        };
        let inlay_hints = match section.get("inlayHints") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(wanted)) => *wanted,
            Some(other) => return Err(wrong("inlayHints", other, "`true` or `false`")),
        };
        Ok(Self {
            config: word("config")?.map(PathBuf::from),
            severity,
            inlay_hints,
            nginx_version: version("nginxVersion")?,
            haproxy_version: version("haproxyVersion")?,
        })
    }

    /// The flags with these settings over them. A path is one of the folder that is looked at.
    pub(super) fn over(&self, flags: &ConfigOptions, folder: &Path) -> ConfigOptions {
        let mut options = flags.clone();
        if let Some(config) = &self.config {
            options.settings.config = Some(folder.join(config));
            options.settings.no_config = false;
        }
        options.nginx_version = self.nginx_version.or(options.nginx_version);
        options.haproxy_version = self.haproxy_version.or(options.haproxy_version);
        options
    }
}

fn wrong(name: &str, value: &Value, wanted: &str) -> Failure {
    Failure::said(format!(
        "the setting `{SECTION}.{name}` is {}, and not {wanted}",
        escape(&value.to_string())
    ))
    .help("the settings before it hold on")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;
    use wslint_model::Version;
    use wslint_rules::Severity;

    use super::Settings;

    #[test]
    fn what_is_given_holds_and_the_rest_is_passed_over() {
        let given = Settings {
            config: Some(PathBuf::from("ci/wslint.yaml")),
            severity: Severity::Warning,
            inlay_hints: true,
            nginx_version: Some(Version(1, 28, 0)),
            haproxy_version: None,
        };
        let section = json!({
            "config": "ci/wslint.yaml", "severity": "warning", "inlayHints": true, "nginxVersion": "1.28",
            "haproxyVersion": "", "path": "/usr/bin/wslint"
        });
        assert_eq!(Settings::read(&section).expect("settings"), given);
        assert_eq!(Settings::read(&json!({ "wslint": section })).expect("settings"), given);
        for nothing in [json!(null), json!({}), json!({ "config": null, "inlayHints": null })] {
            assert_eq!(Settings::read(&nothing).expect("settings"), Settings::default());
        }
    }

    #[test]
    fn what_means_nothing_is_named() {
        for (section, words) in [
            (json!({ "severity": "loud" }), "`wslint.severity` is \"loud\""),
            (json!({ "severity": 3 }), "`wslint.severity` is 3"),
            (json!({ "inlayHints": "yes" }), "`wslint.inlayHints` is \"yes\""),
            (json!({ "nginxVersion": "new" }), "`wslint.nginxVersion` is \"new\""),
            (json!({ "config": [] }), "`wslint.config` is []"),
        ] {
            let said = Settings::read(&section).expect_err("it means nothing").to_string();
            assert!(said.contains(words), "{said}");
        }
    }
}
