//! What the README and the pages of the site show of the command is what it prints: each block of a console is run at the top of the
//! repository. `UPDATE_DOCS=1` writes what it prints into the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPENED: &str = "```console\n$ ";
const CLOSED: &str = "```\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let folders = ["site/src", "docs"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder of pages"));
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .chain([root().join("README.md")])
        .collect()
}

/// What a command line prints, with the built command in front of all others.
fn printed(line: &str) -> String {
    let built = assert_cmd::cargo::cargo_bin("wslint");
    let folder = built.parent().expect("a folder").to_string_lossy();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh").args(["-c", line]).env("PATH", path).current_dir(root()).output();
    String::from_utf8(output.expect("a shell").stdout).expect("UTF-8")
}

#[test]
fn what_pages_show_is_what_the_command_prints() {
    let mut shown = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        let mut written = String::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once(OPENED) {
            let (line, behind) = behind.split_once('\n').expect("a line");
            let (_, behind) = behind.split_once(CLOSED).expect("the end of the block");
            written.push_str(&format!("{before}{OPENED}{line}\n{}{CLOSED}", printed(line)));
            rest = behind;
            shown += 1;
        }
        written.push_str(rest);
        if written != text && std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &written).expect("the page can be written");
        } else {
            let changed: Vec<_> =
                written.lines().filter(|line| !text.lines().any(|other| other == *line)).collect();
            assert!(
                written == text,
                "{}: UPDATE_DOCS=1 writes it anew:\n{}",
                page.display(),
                changed.join("\n")
            );
        }
    }
    assert!(shown >= 2, "no page shows anything");
}
