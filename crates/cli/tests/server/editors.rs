//! Editors that nobody here wrote, with the lines that docs/editors.md gives for them.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The block of a language in the guide.
fn guide(language: &str) -> String {
    let guide =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/editors.md")).expect("the guide");
    let (_, rest) = guide.split_once(&format!("```{language}\n")).expect("a block of that language");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// A repository with a location that loses the `Upgrade` header.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    let main = "events {}\nhttp {\n    server {\n        listen 8080;\n        location /ws {\n            \
                proxy_pass http://127.0.0.1:3000;\n        }\n    }\n}\n";
    fs::write(folder.path().join("nginx.conf"), main).expect("a file");
    folder
}

/// What an editor prints that runs in the repository, with the command on its PATH.
fn printed(program: &str, args: &[&str], folder: &Path) -> String {
    let binary = assert_cmd::cargo::cargo_bin("wslint");
    let path = std::env::var("PATH").expect("a PATH");
    let output = Command::new("timeout")
        .args(["100", program])
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .env("PATH", format!("{}:{path}", binary.parent().expect("a folder").display()))
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; scripts/install-editors installs it"));
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn neovim_shows_what_is_found() {
    let folder = repository();
    let script = format!(
        "{}vim.cmd('edit nginx.conf')\nvim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)\n\
         for _, told in ipairs(vim.diagnostic.get(0)) do print(told.lnum + 1, told.message) end\n",
        guide("lua")
    );
    fs::write(folder.path().join("run.lua"), script).expect("a file");
    let printed =
        printed("nvim", &["--headless", "-u", "NONE", "-c", "luafile run.lua", "-c", "qa!"], folder.path());
    assert!(printed.contains("drops the client's `Upgrade` header"), "{printed}");
}

#[test]
fn emacs_shows_what_is_found() {
    let folder = repository();
    // What a person sees when the buffer is idle happens at once here.
    let script = format!(
        "(package-initialize)\n{}(setq eglot-sync-connect 60)\n(find-file \"nginx.conf\")\n(conf-mode)\n\
         (call-interactively #'eglot)\n(let ((tries 600))\n  (while (and (> tries 0) (not (flymake-diagnostics)))\n    \
         (accept-process-output nil 0.1)\n    (flymake-start)\n    (setq tries (1- tries))))\n\
         (dolist (told (flymake-diagnostics)) (princ (flymake-diagnostic-text told)))\n",
        guide("elisp")
    );
    fs::write(folder.path().join("run.el"), script).expect("a file");
    let printed = printed("emacs", &["--batch", "-l", "package", "-l", "run.el"], folder.path());
    assert!(printed.contains("drops the client's `Upgrade` header"), "{printed}");
}
