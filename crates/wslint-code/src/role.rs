//! Which files can declare anything: those that the server runs, and not what tests, shows or vendors it.

use crate::text::Language;

/// Folders whose files a browser gets.
const SERVED: [&str; 5] = ["public", "static", "assets", "wwwroot", "www"];

/// Folders whose files never declare an endpoint, nor ask for one that counts.
const FOLDERS: [&str; 52] = [
    "node_modules",
    "bower_components",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "site-packages",
    "venv",
    ".venv",
    "env",
    "virtualenv",
    "deps",
    "_build",
    "target",
    "obj",
    "bin",
    "dist",
    "build",
    "out",
    ".next",
    ".nuxt",
    ".output",
    "test",
    "tests",
    "testing",
    "__tests__",
    "__test__",
    "spec",
    "specs",
    "e2e",
    "integration-tests",
    "testdata",
    "fixtures",
    "fixture",
    "__fixtures__",
    "mocks",
    "mock",
    "__mocks__",
    "stubs",
    "stories",
    "storybook",
    ".storybook",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "docs",
    "doc",
    "benchmark",
    "benchmarks",
];

/// Parts between dots of a file's name that say the same.
const MARKS: [&str; 12] =
    ["test", "tests", "spec", "mock", "mocks", "stories", "story", "fixture", "min", "bundle", "e2e", "d"];

/// A line of code that a person wrote is shorter than this in the middle.
const LONGEST_MEAN_LINE: usize = 400;

/// Whether a file by its path may declare an endpoint: it is not in a folder of tests, documentation, examples or foreign
/// code, and its name does not say so of it.
#[must_use]
pub fn declares(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let is_served =
        folders.split('/').any(|folder| SERVED.iter().any(|served| folder.eq_ignore_ascii_case(served)));
    !is_served && runs(path)
}

/// Whether a file by its path says something that is read: code of a known language, or settings that stand before its
/// paths. Others need not be handed in.
#[must_use]
pub fn reads(path: &str) -> bool {
    Language::of(path).is_some() || is_settings(path) || path.rsplit('/').next() == Some("pom.xml")
}

/// Whether a file holds settings of a Java application.
pub(crate) fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("application") && [".properties", ".yml", ".yaml"].iter().any(|end| name.ends_with(end))
}

/// Whether the code of a file runs where the product runs, in a server or in a browser.
pub(crate) fn runs(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let is_out = folders.split('/').any(|folder| {
        FOLDERS.contains(&folder)
            || ["-test", "-tests", ".tests", "_tests", "-example", "-examples", "-demo", ".test", "-e2e"]
                .iter()
                .any(|end| folder.ends_with(end))
    });
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_marked = stem.split('.').skip(1).any(|part| MARKS.contains(&part));
    let is_test = stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with("_spec")
        || ["conftest", "locustfile", "test", "tests"].contains(&stem)
        || path.ends_with("Test.java")
        || path.ends_with("Tests.java")
        || path.ends_with("Test.kt")
        || path.ends_with("Tests.cs")
        || path.ends_with("Test.cs");
    !(is_out || is_marked || is_test)
}

/// Whether a text is what a tool made of code: its lines are longer than anybody writes them.
pub(crate) fn is_minified(text: &str) -> bool {
    let lines = 1 + memchr::memchr_iter(b'\n', text.as_bytes()).count();
    text.len() / lines > LONGEST_MEAN_LINE
}

#[cfg(test)]
mod tests {
    use super::declares;

    #[test]
    fn tests_examples_and_foreign_code_declare_nothing() {
        for path in
            ["server.js", "src/app/main.py", "cmd/api/main.go", "lib/app_web/endpoint.ex", "app.module.ts"]
        {
            assert!(declares(path), "{path}");
        }
        for path in [
            "node_modules/socket.io/index.js",
            "src/app.test.ts",
            "tests/main.py",
            "test_main.py",
            "main_test.go",
            "docs/server.js",
            "examples/chat/server.js",
            "public/app.js",
            "lib/jquery.min.js",
            "spec/cable_spec.rb",
            "src/test/java/ChatTest.java",
            "Chat.Tests/Program.cs",
            "types.d.ts",
        ] {
            assert!(!declares(path), "{path}");
        }
    }
}
