//! Kustomizations name files, patches and each other: what lies outside is not read, and what is built on itself, or again and
//! again, comes to an end.

use std::fs;
use std::os::unix::fs::symlink;

use super::fifo;
use crate::support::{Budget, Ran, SMALL, Scratch};

/// Stands in every file that must not be read.
const CANARY: &str = "CANARY";

/// A server whose location loses the `Upgrade` header.
const SITE: &str =
    "server {\n    listen 80;\n    location /ws {\n        proxy_pass http://live:3000;\n    }\n}\n";

/// Lints the repository.
fn lint(scratch: &Scratch, budget: Budget) -> Ran {
    let flags = ["--no-config", "--severity", "info", "--verbose", "--format", "json", "."];
    let ran = scratch.bounded_in("repository", budget, &flags);
    assert!(matches!(ran.status, Some(0..=2)), "{ran:?}");
    assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{ran:?}");
    ran
}

#[test]
fn files_of_generators_lie_in_the_territory() {
    let secret = SITE.replace("live", CANARY);
    for path in [
        "../outside.conf",
        "nginx.conf=../outside.conf",
        ".git/config",
        "app.conf=.git/config",
        "nginx.conf=/proc/self/environ",
        "link.conf",
        "folder/outside.conf",
        "app.conf=pipe.conf",
        "app.conf=/dev/zero",
    ] {
        let scratch = Scratch::new(&[
            ("repository/.git/HEAD", "ref: refs/heads/main\n"),
            ("repository/.git/config", &secret),
            (
                "repository/kustomization.yaml",
                &format!("configMapGenerator:\n- {{name: web, files: ['{path}']}}\n"),
            ),
            ("repository/other.conf", "server { listen 81; return 204; }\n"),
            ("outside.conf", &secret),
        ]);
        symlink("../outside.conf", scratch.path().join("repository/link.conf")).expect("a link");
        symlink("..", scratch.path().join("repository/folder")).expect("a link");
        fifo(&scratch, "repository/pipe.conf");
        lint(&scratch, SMALL);
    }
    // The kustomization itself, what it is built on, and its patches.
    for (target, name) in
        [("../outside.yaml", "kustomization.yaml"), ("..", "base"), ("/dev/zero", "patch.yaml")]
    {
        let scratch = Scratch::new(&[
            ("repository/kustomization.yaml", "resources: [base]\npatches: [{path: patch.yaml}]\n"),
            ("repository/other.conf", "server { listen 81; return 204; }\n"),
            ("outside.yaml", &format!("configMapGenerator:\n- {{name: {CANARY}, files: [other.conf]}}\n")),
            (
                "kustomization.yaml",
                &format!("configMapGenerator:\n- {{name: {CANARY}, files: [outside.conf]}}\n"),
            ),
            ("outside.conf", &secret),
        ]);
        let link = scratch.path().join("repository").join(name);
        let _ = fs::remove_file(&link);
        symlink(target, link).expect("a link");
        lint(&scratch, SMALL);
    }
}

#[test]
fn what_is_built_on_itself_comes_to_an_end() {
    let generator = "configMapGenerator:\n- {name: web, behavior: merge, files: [app.conf]}\n";
    let all: String = (0..150).map(|at| format!("../k{at}, ")).collect();
    let chain = |at: usize| format!("resources: [../k{}]\n{generator}", at + 1);
    let round = |at: usize| format!("resources: [../k{}, .]\n{generator}", (at + 1) % 150);
    let every = |_: usize| format!("resources: [{all}]\n{generator}");
    let makers: [&dyn Fn(usize) -> String; 3] = [&chain, &round, &every];
    for make in makers {
        let mut files = vec![("repository/.git/HEAD".to_owned(), String::new())];
        for at in 0..150 {
            files.push((format!("repository/k{at}/kustomization.yaml"), make(at)));
            files.push((format!("repository/k{at}/app.conf"), SITE.to_owned()));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let ran = lint(&Scratch::new(&files), SMALL);
        assert!(ran.stdout.contains("nginx/upgrade-missing"), "nothing is left out in silence: {ran:?}");
    }
}

/// Each overlay is a deployment with the files of the base in it.
#[test]
fn a_large_base_with_many_overlays_is_cut_with_a_word() {
    let large = format!("{SITE}{}", "# filling\n".repeat(20_000));
    let mut files = vec![
        (
            "repository/base/kustomization.yaml".to_owned(),
            "configMapGenerator:\n- {name: web, files: [app.conf]}\n".to_owned(),
        ),
        ("repository/base/app.conf".to_owned(), large),
    ];
    for at in 0..400 {
        let overlay =
            "resources: [../base]\nconfigMapGenerator:\n- {name: web, behavior: merge, files: [b.conf]}\n";
        files.push((format!("repository/o{at}/kustomization.yaml"), overlay.to_owned()));
        files.push((format!("repository/o{at}/b.conf"), "server { listen 81; return 204; }\n".to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let ran = lint(&Scratch::new(&files), SMALL);
    assert!(ran.stderr.contains("embedded-limit") || ran.stdout.contains("embedded-limit"), "{ran:?}");
    assert_eq!(ran.status, Some(2), "{ran:?}");
}
