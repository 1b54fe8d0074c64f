//! Files that may hold the text of a configuration, but are none: the proxies never read them. wslint cannot either,
//! since quotes, indentation and variables of the format around it would have to be undone first.

use std::ffi::OsStr;
use std::path::Path;

use super::detect::{is_script, significant_lines};
use super::file_names::{is_host, without_template_ending};

/// The format of a file that is not read, as a subject. The name says it, or what the text begins with.
pub(super) fn other_format(path: &Path, text: &[u8]) -> Option<&'static str> {
    by_name(path).or_else(|| by_text(text))
}

/// The format that the name of a file says.
pub(super) fn by_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name().map(OsStr::to_string_lossy)?.to_ascii_lowercase();
    let name = without_template_ending(&name);
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    match stem {
        "dockerfile" | "containerfile" => return Some("a Dockerfile"),
        "caddyfile" => return Some("a Caddyfile"),
        "makefile" | "gnumakefile" => return Some("a makefile"),
        "vagrantfile" | "jenkinsfile" => return Some("source code"),
        _ => {}
    }
    let ending = ending.rsplit('.').next().unwrap_or_default();
    if is_host(ending, path.parent()) {
        return None;
    }
    FORMATS.iter().find(|(_, endings)| endings.contains(&ending)).map(|(format, _)| *format)
}

/// The endings of formats.
#[rustfmt::skip]
static FORMATS: &[(&str, &[&str])] = &[
    ("YAML", &["yaml", "yml", "sls"]),
    ("JSON", &["json", "json5", "jsonl", "jsonc"]),
    ("TOML", &["toml"]),
    (INI, &["ini", "service", "socket", "timer", "container", "properties", "repo", "desktop"]),
    ("HCL", &["tf", "hcl", "tfvars", "nomad", "pkr"]),
    ("XML", &["xml", "xhtml", "html", "htm", "svg", "plist"]),
    ("a Dockerfile", &["dockerfile", "containerfile"]),
    ("a makefile", &["mk"]),
    ("a Caddyfile", &["caddyfile", "caddy"]),
    ("Apache's configuration", &["htaccess"]),
    ("a document", &["md", "markdown", "rst", "adoc", "tex", "ipynb"]),
    ("a script", &["sh", "bash", "zsh", "fish", "ksh", "csh", "bat", "cmd", "ps1", "awk", "expect"]),
    ("source code", &[
        "py", "rb", "pl", "pm", "php", "js", "mjs", "cjs", "jsx", "ts", "tsx", "go", "rs", "java", "kt", "kts", "scala",
        "groovy", "swift", "c", "h", "cc", "cpp", "hpp", "cs", "lua", "nix", "dhall", "cue", "jsonnet", "libsonnet",
        "pp", "ex", "exs", "clj", "hs", "r", "dart", "vim", "el", "gradle", "vcl", "vtc", "sql", "css", "vue",
    ]),
];

/// The format that the first line says, where neither proxy would take that line.
pub(super) fn by_text(text: &[u8]) -> Option<&'static str> {
    if is_script(text) {
        return Some("a script");
    }
    let text = String::from_utf8_lossy(&text[..text.len().min(BEGINNING)]);
    if text.starts_with("#cloud-config") {
        return Some("YAML");
    }
    let lines = significant_lines(&text);
    // INI files have comments that begin with a semicolon, too.
    let first = lines.iter().map(|line| line.trim()).find(|line| !line.starts_with(';'))?;
    let word = first.split_whitespace().next().unwrap_or_default();
    let begins = |starts: &[&str]| starts.iter().any(|start| first.starts_with(start));
    if first == "---" || begins(&["%YAML"]) || is_yaml(first) {
        Some("YAML")
    } else if first.starts_with('[') && first.ends_with(']') && first.len() > 2 {
        Some(INI)
    } else if matches!(word, "FROM" | "ARG") {
        Some("a Dockerfile")
    } else if begins(&["<?xml", "<!DOCTYPE", "<html"]) {
        Some("XML")
    } else if first.starts_with('<') && first.ends_with('>') && !first.starts_with("<%") {
        Some("Apache's configuration")
    } else if matches!(word, "resource" | "terraform" | "variable" | "provider" | "job" | "locals")
        && first.ends_with('{')
    {
        Some("HCL")
    } else if matches!(first, "{" | "[") || begins(&["{\"", "{ \""]) {
        Some("JSON")
    } else {
        None
    }
}

/// Whether a text is an INI file from its first line on.
pub(super) fn is_ini(text: &[u8]) -> bool {
    by_text(text) == Some(INI)
}

/// The format of systemd, supervisor and many others.
pub(super) const INI: &str = "an INI file";

/// How much of a text is looked at: the first line that is no comment stands in it, or the text speaks for itself.
const BEGINNING: usize = 16 << 10;

/// Whether a line is `key:`, `key: value` or an item of a list with a key.
fn is_yaml(line: &str) -> bool {
    let entry = line.strip_prefix("- ").unwrap_or(line);
    let Some((key, value)) = entry.split_once(':') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./\"'".contains(c);
    !key.is_empty()
        && key.chars().all(plain)
        && (value.is_empty() || value.starts_with(' '))
        && !value.ends_with([';', '{'])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{by_name, other_format};

    #[test]
    fn names_say_the_format() {
        for (name, format) in [
            ("compose.yaml", Some("YAML")),
            ("templates/configmap.yml.j2", Some("YAML")),
            ("main.tf", Some("HCL")),
            ("Dockerfile", Some("a Dockerfile")),
            ("Dockerfile.prod", Some("a Dockerfile")),
            ("web.dockerfile", Some("a Dockerfile")),
            ("Caddyfile", Some("a Caddyfile")),
            ("install.sh", Some("a script")),
            ("sites-available/example.sh", None),
            ("nginx.conf", None),
            ("app.example.com", None),
            ("haproxy.cfg.erb", None),
            ("dump.txt", None),
        ] {
            assert_eq!(by_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn the_first_line_says_the_format_where_the_name_does_not() {
        for (text, format) in [
            ("#cloud-config\nwrite_files:\n", Some("YAML")),
            ("# a\n---\n", Some("YAML")),
            ("{{- if .Values.a }}\napiVersion: v1\n", Some("YAML")),
            ("- hosts: web\n", Some("YAML")),
            ("#!/bin/sh\ncat <<EOF\n", Some("a script")),
            ("# syntax=docker/dockerfile:1\nFROM nginx\n", Some("a Dockerfile")),
            ("<VirtualHost *:80>\n", Some("Apache's configuration")),
            ("[program:nginx]\ncommand=nginx\n", Some("an INI file")),
            ("resource \"a\" \"b\" {\n", Some("HCL")),
            ("{\n  \"a\": 1\n}\n", Some("JSON")),
            ("", None),
            ("{{ include }}\nserver {\n", None),
            ("#!/usr/sbin/nginx -c\nevents {}\n", None),
            ("map $a $b {\n", None),
            ("global\n", None),
            ("types { text/html html; }\n", None),
        ] {
            assert_eq!(other_format(Path::new("name"), text.as_bytes()), format, "{text}");
        }
    }
}
