//! The formats of files that may hold texts.

use std::path::Path;

/// A format of files that may hold texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// YAML, also as a template of something else.
    Yaml,
    /// JSON.
    Json,
    /// A script of a shell.
    Script,
    /// Terraform and what is written like it.
    Hcl,
    /// A Dockerfile.
    Dockerfile,
    /// A makefile.
    Makefile,
    /// An expression of Nix.
    Nix,
    /// A document with fences: Markdown.
    Document,
}

impl Format {
    /// The format of a file, as far as its name says, which is that of a template without what makes it one.
    pub fn by_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = TEMPLATES.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
        let parts = || name.split(['.', '-', '_']);
        let is_dockerfile = |part: Option<&str>| matches!(part, Some("dockerfile" | "containerfile"));
        if is_dockerfile(name.split('.').next()) || is_dockerfile(parts().next_back()) {
            return Some(Self::Dockerfile);
        }
        if matches!(name, "makefile" | "gnumakefile") {
            return Some(Self::Makefile);
        }
        let ending = name.rsplit_once('.').map(|(_, ending)| ending)?;
        let in_extensions = || path.parent().is_some_and(|folder| folder.ends_with(".ebextensions"));
        Some(match ending {
            "yaml" | "yml" | "bu" | "sls" => Self::Yaml,
            "config" if in_extensions() => Self::Yaml,
            "json" | "ign" => Self::Json,
            "sh" | "bash" | "zsh" | "ksh" => Self::Script,
            "tf" | "hcl" | "tfvars" | "nomad" => Self::Hcl,
            "mk" => Self::Makefile,
            "nix" => Self::Nix,
            "md" | "markdown" => Self::Document,
            _ => return None,
        })
    }

    /// The format of a text, as far as its beginning says.
    pub fn by_text(text: &[u8]) -> Option<Self> {
        let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        if let Some(command) = first.strip_prefix(b"#!") {
            let command = String::from_utf8_lossy(command);
            let shell = command
                .split_whitespace()
                .map(|word| word.rsplit('/').next().unwrap_or_default())
                .any(|program| ["sh", "ash", "bash", "dash", "ksh", "zsh"].contains(&program));
            return shell.then_some(Self::Script);
        }
        if text.starts_with(b"#cloud-config") {
            return Some(Self::Yaml);
        }
        let mut lines = text[..text.len().min(BEGINNING)].split(|&byte| byte == b'\n');
        let first = lines.find(|line| !matches!(line.trim_ascii().first(), None | Some(b'#')))?;
        let first = String::from_utf8_lossy(first);
        let mut words = first.split_whitespace();
        match words.next()? {
            "FROM" => Some(Self::Dockerfile),
            "resource" | "terraform" | "variable" | "provider" | "locals" | "module"
                if first.trim_end().ends_with('{') =>
            {
                Some(Self::Hcl)
            }
            "---" | "apiVersion:" | "kind:" | "services:" | "items:" | "metadata:" => Some(Self::Yaml),
            "{" | "[" => Some(Self::Json),
            word if word.starts_with("{\"") => Some(Self::Json),
            _ => None,
        }
    }

    /// What it is called, as a subject.
    pub fn title(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
            Self::Script => "a script",
            Self::Hcl => "HCL",
            Self::Dockerfile => "a Dockerfile",
            Self::Makefile => "a makefile",
            Self::Nix => "Nix",
            Self::Document => "a document",
        }
    }
}

/// How much of a text is looked at.
const BEGINNING: usize = 16 << 10;

/// Endings of templates, from which files of these formats are rendered.
const TEMPLATES: [&str; 8] = [".j2", ".jinja2", ".jinja", ".tpl", ".tmpl", ".tftpl", ".gotmpl", ".erb"];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Format;

    #[test]
    fn names_tell_the_format() {
        for (name, format) in [
            ("deploy/web.yaml", Some(Format::Yaml)),
            ("templates/configmap.yml.j2", Some(Format::Yaml)),
            (".ebextensions/proxy.config", Some(Format::Yaml)),
            ("web.config", None),
            ("user-data.sh.tftpl", Some(Format::Script)),
            ("Dockerfile", Some(Format::Dockerfile)),
            ("GNUmakefile", Some(Format::Makefile)),
            ("build/proxy.mk", Some(Format::Makefile)),
            ("salt/nginx/init.sls", Some(Format::Yaml)),
            ("Dockerfile.prod", Some(Format::Dockerfile)),
            ("web.dockerfile", Some(Format::Dockerfile)),
            ("main.tf", Some(Format::Hcl)),
            ("nginx.conf", None),
            ("README.md", Some(Format::Document)),
        ] {
            assert_eq!(Format::by_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn first_lines_tell_the_format() {
        for (text, format) in [
            ("#!/bin/sh\n", Some(Format::Script)),
            ("#!/usr/bin/env bash\n", Some(Format::Script)),
            ("#!/usr/bin/python3\n", None),
            ("#cloud-config\n", Some(Format::Yaml)),
            ("# a\n\napiVersion: v1\n", Some(Format::Yaml)),
            ("{\n", Some(Format::Json)),
            ("# a\nmap $a $b {\n", None),
            ("server {\n", None),
        ] {
            assert_eq!(Format::by_text(text.as_bytes()), format, "{text}");
        }
    }
}
