//! Languages, and how they write comments and strings.

/// A language, as far as its comments, strings and calls are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// JavaScript and TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Elixir.
    Elixir,
}

impl Language {
    /// The language of a file by its name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == "config.ru" {
            return Some(Self::Ruby);
        }
        Some(match name.rsplit_once('.')?.1 {
            "js" | "cjs" | "mjs" | "ts" | "cts" | "mts" | "jsx" | "tsx" => Self::JavaScript,
            "py" => Self::Python,
            "rb" => Self::Ruby,
            "cs" => Self::CSharp,
            "java" => Self::Java,
            "kt" | "kts" => Self::Kotlin,
            "go" => Self::Go,
            "rs" => Self::Rust,
            "ex" | "exs" => Self::Elixir,
            _ => return None,
        })
    }

    /// Whether `#` begins a comment; else `//` and `/*` do.
    pub(crate) fn has_hash_comments(self) -> bool {
        matches!(self, Self::Python | Self::Ruby | Self::Elixir)
    }

    /// Whether `/* /* */ */` is one comment.
    pub(crate) fn nests_comments(self) -> bool {
        matches!(self, Self::Rust | Self::Kotlin)
    }

    /// Whether a `/` where a value is expected begins a regular expression.
    pub(crate) fn has_slash_regexes(self) -> bool {
        matches!(self, Self::JavaScript | Self::Ruby)
    }
}
