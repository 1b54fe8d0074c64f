//! The kinds of inputs that did harm once, and what of each kind the tests hold: the one that was found first, and others of
//! its kind. What is listed stands in the test that is named, word for word.

use std::fs;
use std::path::Path;

/// A kind, and for each test that holds some of it how they are written there.
type Kind = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const KINDS: [Kind; 17] = [
    (
        "a name in HAProxy's configuration leads out by a pattern or a link",
        &[
            (
                "territory::no_file_that_haproxy_names_leads_out",
                &["../n*c", "../env", "../[n]rc", "../*/netrc", "file@../nrc", "../cwd", "../hosts.map"],
            ),
            ("mod::nothing_outside_of_the_linted_folder_is_read", &["folder/*.conf", "include l*.conf"]),
        ],
    ),
    (
        "the data of version control holds a token",
        &[
            (
                "territory::no_file_that_haproxy_names_leads_out",
                &[
                    "../.git/config",
                    "../.GIT/config",
                    "../.hg/hgrc",
                    "../.svn/wc.db",
                    "../sub/.git",
                    "../token",
                ],
            ),
            ("territory::no_include_leads_out", &["../.g*/config", "../[.]git/*"]),
            (
                "territory::version_control::the_data_of_a_repository_is_found_where_a_file_called_git_leads",
                &["gitdir: ../data/worktrees/repo", "worktrees/main/commondir"],
            ),
        ],
    ),
    (
        "a path that is named is a link",
        &[(
            "territory::named::a_named_link_that_leads_out_of_its_repository_is_refused",
            &[
                "(\"../..\", \"deploy\")",
                "conf/x.haproxy.cfg",
                "(\"folder\", \"second\")",
                "inner/outer.conf",
                "(\"/proc/self/root\", \"root\")",
                "\"--fix\", \"nginx.conf\"",
            ],
        )],
    ),
    (
        "a variable of nginx doubles itself",
        &[(
            "growth::values_of_nginx_do_not_double_for_ever",
            &["set $a $a$a;", "set $b $b$a;", "set $a $1$1;", "$t{map}$t{map}", "many headers"],
        )],
    ),
    (
        "a path of nginx doubles itself",
        &[(
            "growth::values_of_nginx_do_not_double_for_ever",
            &[
                "rewrite ^/(.*)$ /$1$1;",
                "/$x/$x$x",
                "rewrite ^ $uri$uri;",
                "x=$args$args",
                "error_page 403 /$a$a",
            ],
        )],
    ),
    (
        "a path, a variable or a header of HAProxy doubles itself",
        &[(
            "growth::values_of_haproxy_do_not_double_for_ever",
            &[
                "set-path %[path]%[path]",
                "concat(,txn.a,)",
                "replace-path (.*)",
                "set-var-fmt",
                "regsub(.,",
                "req.hdrs",
            ],
        )],
    ),
    (
        "an ignore file is a link or a file that never ends",
        &[(
            "walking::an_ignore_file_that_is_none_hides_nothing_and_is_told",
            &[
                "/proc/self/pagemap",
                "/proc/kmsg",
                "/dev/zero",
                "a link to a FIFO",
                "a huge file",
                "many wildcards",
            ],
        )],
    ),
    (
        "folders lead to each other by links",
        &[(
            "walking::a_folder_is_visited_once_whatever_links_lead_to_it",
            &["let farm", "let pair", "let itself", "let chain", "let hidden"],
        )],
    ),
    (
        "patterns of includes pass links to their own folder",
        &[(
            "walking::patterns_end_however_folders_lead_to_each_other",
            &[
                "\"*/\".repeat(30)",
                "\"*/\".repeat(2000)",
                "\"[ab]/\".repeat(35)",
                "\"a/\".repeat(300)",
                "\"?*/\".repeat(10)",
            ],
        )],
    ),
    (
        "a byte hides a main file",
        &[
            ("unread::no_length_and_no_odd_byte_hides_a_configuration", &["long_or_odd(config)"]),
            (
                "unread::a_main_file_that_cannot_be_read_is_never_passed_over",
                &["to_le_bytes", "GITCRYPT", "one line to nginx\\r", "Dear diary"],
            ),
        ],
    ),
    (
        "a folder stands where a file of settings is expected",
        &[
            (
                "walking::an_ignore_file_that_is_none_hides_nothing_and_is_told",
                &["\"a folder\"", "\"a socket\"", "[\".gitignore\", \".ignore\"]"],
            ),
            ("walking::what_a_folder_called_gitignore_holds_is_searched", &["app/.gitignore/app.conf"]),
            (
                "territory::settings::settings_and_baselines_are_regular_files_of_the_repository",
                &["(\"sub\", \"directory\")"],
            ),
        ],
    ),
    (
        "what looks like a template switches syntax errors off",
        &[(
            "unread::what_only_looks_like_a_template_hides_no_error",
            &[
                "{{ host }} once upon a time",
                "{% if tls %}",
                "add_header B",
                "access_by_lua_block",
                "log '${PORT}' local0",
            ],
        )],
    ),
    (
        "a diff quotes a secret",
        &[
            (
                "diff::secrets_of_all_kinds_are_left_out",
                &["X-API-Key CANARY", "Bearer CANARY", "stats auth admin:CANARY", "insecure-password CANARY"],
            ),
            (
                "diff::hunks_with_secrets_are_left_out_wherever_they_stand",
                &["Basic CANARY", "[secret, secret, secret]"],
            ),
        ],
    ),
    (
        "a report is written through a link",
        &[(
            "territory::writing::nothing_is_written_through_a_link_that_leads_out",
            &[
                "(\"../victim\", \"wslint.sarif\")",
                "above/victim",
                "dangling-out",
                "hooks/post-checkout",
                "--write-baseline",
                "\"init\"",
            ],
        )],
    ),
    (
        "a run that writes is interrupted",
        &[
            ("interrupted::fix_survives_every_error", &["FIX.interrupt(errors)"]),
            ("interrupted::fix_survives_every_signal", &["FIX.interrupt(signals)"]),
            (
                "interrupted::all_other_writers_survive_an_error_or_a_signal_at_every_call",
                &["[REPORT, BASELINE, INIT, ADD_IGNORE]"],
            ),
            (
                "interrupted::faults_that_come_together_are_told_as_they_are",
                &["fsync:error=EIO:when=7+", "unlink:error=EROFS"],
            ),
            ("full_disk::a_full_disk_stays_as_it_is", &["mount -t tmpfs"]),
        ],
    ),
    (
        "a long statement hides a main file",
        &[
            (
                "unread::no_length_and_no_odd_byte_hides_a_configuration",
                &["log_format a", "'~^[a-z]{2}$'", "vhost_module_setting"],
            ),
            (
                "unread::no_length_hides_a_haproxy_configuration",
                &["acl a path", "tune.bufsize", "setenv A b"],
            ),
            ("unread::what_is_too_large_is_an_error_where_a_proxy_reads_it", &["65 << 20"]),
        ],
    ),
    (
        "a line of a file outside comes out as a value, in any format",
        &[
            ("territory::no_file_that_haproxy_names_leads_out", &["check(&scratch, \"repo\", &[\".\"])"]),
            (
                "secrets::no_line_of_a_map_file_comes_out",
                &[
                    "map_str(lines)",
                    "map_beg(lines,none)",
                    "lower",
                    "word(4,' ')",
                    "concat(,txn.b,)",
                    "set-timeout tunnel",
                ],
            ),
        ],
    ),
];

#[test]
fn every_kind_has_four_members_in_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/cli/tests/hostile");
    for (kind, tests) in KINDS {
        let mut count = 0;
        for (test, members) in tests {
            let (module, name) = test.rsplit_once("::").expect("the module of a test");
            let path = folder.join(format!("{}.rs", module.replace("::", "/")));
            let text = fs::read_to_string(&path).expect("the module is there");
            let (_, body) = text
                .split_once(&format!("#[test]\nfn {name}() {{\n"))
                .unwrap_or_else(|| panic!("{kind}: no test is called {test}"));
            let body = body.split_once("\n}\n").map_or(body, |(body, _)| body);
            for member in *members {
                // What several tests share stands above them.
                let shared = text.split("#[test]").next().unwrap_or_default();
                assert!(body.contains(member) || shared.contains(member), "{kind}: {test} has no {member}");
            }
            count += members.len();
        }
        assert!(count >= 4, "{kind}: {count}");
    }
}
