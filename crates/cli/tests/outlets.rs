//! Where the output goes and what that place can do: workflows, files, pipes, terminals with colours and links.

use std::fs;

use crate::support::{LOST, Ran, Scratch};

fn scratch() -> Scratch {
    Scratch::new(&[("deploy/nginx.conf", LOST)])
}

/// Runs the command with variables set.
fn with(scratch: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> Ran {
    let mut command = scratch.wslint(args);
    command.envs(variables.iter().copied());
    Ran::from(command.output().expect("the command runs"))
}

const WORKFLOW: (&str, &str) = ("GITHUB_ACTIONS", "true");

#[test]
fn a_workflow_gets_annotations_unless_told_otherwise() {
    let scratch = scratch();
    let annotation = "::error file=deploy/nginx.conf,line=5,";
    assert!(with(&scratch, &[WORKFLOW], &["."]).expect(1).stdout.starts_with(annotation));
    for (variables, args) in [
        (&[][..], &["."][..]),
        (&[("GITHUB_ACTIONS", "false")], &["."]),
        (&[WORKFLOW], &[".", "--format", "full"]),
        (&[WORKFLOW], &[".", "--statistics"]),
    ] {
        let ran = with(&scratch, variables, args).expect(1);
        assert!(!ran.stdout.contains("::error") && ran.stdout.contains("nginx/upgrade-missing"), "{ran:?}");
    }
}

#[test]
fn services_get_paths_from_the_top_of_the_repository() {
    let scratch = scratch();
    let top = scratch.path().to_str().expect("a plain path").to_owned();
    for (variable, format, path) in [
        ("GITHUB_WORKSPACE", "github", "file=deploy/nginx.conf,"),
        ("GITHUB_WORKSPACE", "sarif", "\"uri\":\"deploy/nginx.conf\""),
        ("CI_PROJECT_DIR", "gitlab", "\"path\":\"deploy/nginx.conf\""),
    ] {
        let mut command = scratch.wslint(&[".", "--format", format]);
        command.current_dir(scratch.path().join("deploy")).env(variable, &top);
        let ran = Ran::from(command.output().expect("the command runs")).expect(1);
        assert!(ran.stdout.contains(path), "{ran:?}");
    }
}

#[test]
fn a_report_file_leaves_the_terminal_as_it_is() {
    let scratch = scratch();
    let plain = scratch.run(&["."]).expect(1);
    let args = [".", "--format", "concise", "--quiet", "--output-file", "out/report.txt"];
    let refused = scratch.run(&args).expect(2);
    assert!(refused.stderr.contains("out/report.txt: it cannot be written"), "{refused:?}");
    fs::create_dir(scratch.path().join("out")).expect("a folder");
    let ran = scratch.run(&args).expect(1);
    let report = fs::read_to_string(scratch.path().join("out/report.txt")).expect("readable");
    assert!(report.starts_with("deploy/nginx.conf:5:9: error[nginx/upgrade-missing] "), "{report}");
    assert_eq!(ran.stdout.lines().next(), plain.stdout.lines().next());
    assert_eq!(fs::read_dir(scratch.path().join("out")).expect("readable").count(), 1);
    let sarif = [".", "--format", "sarif", "--output-file", "out/report.txt"];
    let ran = with(&scratch, &[WORKFLOW], &sarif).expect(1);
    assert!(ran.stdout.starts_with("::error "), "{ran:?}");
    let report = fs::read_to_string(scratch.path().join("out/report.txt")).expect("readable");
    assert!(report.starts_with("{\"$schema\""), "{report}");
}

#[test]
fn statistics_count_the_rules() {
    let scratch = scratch();
    let ran = scratch.run(&[".", "--statistics", "--quiet"]).expect(1);
    assert!(ran.stdout.starts_with("1  error    nginx/upgrade-missing  "), "{ran:?}");
    let document = scratch.run(&[".", "--statistics", "--format", "json"]).expect(1).json();
    let row = &document["statistics"][0];
    assert_eq!((&row["rule"], &row["count"]), (&"nginx/upgrade-missing".into(), &1.into()));
    let refused = scratch.run(&[".", "--statistics", "--format", "sarif"]).expect(2);
    assert!(refused.stderr.contains("no room for --statistics"), "{refused:?}");
}

#[test]
fn verbose_adds_the_time_to_the_summary_and_quiet_leaves_it_out() {
    let scratch = scratch();
    for format in ["full", "github"] {
        let ran = scratch.run(&[".", "--format", format]).expect(1);
        let summary = ran.stdout.replace('\n', " ");
        assert!(summary.contains("Found 1 error in 1 file and 1 route"), "{ran:?}");
        assert!(!summary.contains("It took"), "{ran:?}");
        let verbose = scratch.run(&[".", "--format", format, "--verbose"]).expect(1);
        assert!(verbose.stdout.replace('\n', " ").contains(" It took "), "{verbose:?}");
        let quiet = scratch.run(&[".", "--format", format, "--quiet"]).expect(1);
        assert!(!quiet.stdout.contains("Found"), "{quiet:?}");
    }
}

#[test]
fn colours_follow_the_usual_variables() {
    let scratch = scratch();
    for (variables, args, coloured) in [
        (&[][..], &["."][..], false),
        (&[("CLICOLOR_FORCE", "1")], &["."], true),
        (&[("CLICOLOR_FORCE", "1")], &[".", "--color", "never"], false),
        (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "")], &["."], false),
        (&[("NO_COLOR", "1")], &[".", "--color", "always"], true),
    ] {
        let ran = with(&scratch, variables, args).ended(1);
        assert_eq!(ran.stdout.contains("\u{1b}["), coloured, "{variables:?} {args:?} {ran:?}");
    }
    let piped = with(&scratch, &[("CLICOLOR_FORCE", "1")], &[".", "--format", "json"]);
    assert!(!piped.stdout.contains('\u{1b}'), "{piped:?}");
}

#[test]
fn rules_are_links_where_the_terminal_shows_them() {
    let scratch = scratch();
    let link = "\u{1b}]8;;https://wslint.github.io/wslint/rules/nginx/upgrade-missing.html\u{1b}\\";
    for (variables, linked) in [
        (&[("CLICOLOR_FORCE", "1")][..], false),
        (&[("FORCE_HYPERLINK", "1")], false),
        (&[("CLICOLOR_FORCE", "1"), ("FORCE_HYPERLINK", "1")], true),
    ] {
        for args in [&["."][..], &[".", "--statistics"], &[".", "--severity", "error"], &["rules"]] {
            let ran = with(&scratch, variables, args);
            assert_eq!(ran.stdout.contains(link), linked, "{variables:?} {args:?} {ran:?}");
        }
    }
}
