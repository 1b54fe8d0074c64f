use std::collections::BTreeSet;

use super::*;

/// The tables, with the names of their files.
const TABLES: [(&str, &Table); 12] = [
    ("acls", &ACLS),
    ("actions", &ACTIONS),
    ("bind", &BIND),
    ("converters", &CONVERTERS),
    ("fetches", &FETCHES),
    ("global", &GLOBAL),
    ("options", &OPTIONS),
    ("others", &OTHERS),
    ("proxy", &PROXY),
    ("sections", &SECTIONS),
    ("server", &SERVER),
    ("words", &WORDS),
];

#[test]
fn a_name_is_found_with_all_its_lines() {
    for (file, table) in TABLES {
        assert!(table.all().is_sorted_by_key(|keyword| keyword.name), "{file}");
        for keyword in table.all() {
            let found = table.named(keyword.name).iter().any(|found| std::ptr::eq(found, keyword));
            assert!(found, "{file}: {}", keyword.name);
        }
        assert!(table.named("").is_empty() && table.named("zzz").is_empty(), "{file}");
    }
}

#[test]
fn no_two_lines_say_the_same_of_one_version() {
    for (file, table) in TABLES {
        for keyword in table.all() {
            // Lists of rules have lines of their own, and so may sections that are no proxies.
            let rivals = table.named(keyword.name).iter().filter(|other| {
                let lists = matches!(file, "actions" | "others") && other.places & keyword.places == 0;
                !std::ptr::eq(*other, keyword) && !lists
            });
            for rival in rivals {
                let before = |one: &Keyword, other: &Keyword| {
                    one.life.until.is_some_and(|until| until <= other.life.since)
                };
                assert!(before(keyword, rival) || before(rival, keyword), "{file}: {keyword:?}\n{rival:?}");
            }
        }
    }
}

#[test]
fn what_the_lines_say_fits_together() {
    for keyword in PROXY.all() {
        let words = keyword.example.split_whitespace();
        let own = keyword.name.split_whitespace().count();
        let begins = words.clone().take(own).eq(keyword.name.split_whitespace());
        let gone = keyword.life.until.is_some();
        assert!(keyword.example.is_empty() && gone || begins, "the example of `{}`", keyword.name);
        if !keyword.example.is_empty() {
            assert!(keyword.arguments.take(words.count() - own), "the arguments of `{}`", keyword.name);
        }
    }
    for keyword in PROXY.all().iter().chain(OPTIONS.all()) {
        assert_ne!(keyword.places, 0, "`{}` stands nowhere", keyword.name);
        assert_eq!(keyword.places & keyword.ignored, 0, "`{}` is taken and ignored", keyword.name);
    }
    for (file, table) in [("fetches", &FETCHES), ("converters", &CONVERTERS)] {
        let kinds: BTreeSet<&str> = table.all().iter().map(|keyword| keyword.kind).collect();
        let known = ["addr", "any", "bin", "bool", "ipv4", "ipv6", "meth", "same", "sint", "str"];
        assert!(kinds.iter().all(|kind| known.contains(kind)), "{file}: {kinds:?}");
    }
    for alias in ACLS.all() {
        assert!(!FETCHES.named(alias.fetch).is_empty(), "`{}` looks at `{}`", alias.name, alias.fetch);
    }
}

#[test]
fn words_are_found_by_version_and_place() {
    let check = |table: &Table, word: &str, version, expected: &str| {
        let found = match table.find(word, version) {
            Lookup::Known(keyword) => format!("known {}", keyword.name),
            Lookup::TooNew(_, since) => format!("since {}", since.short()),
            Lookup::Gone(_, until) => format!("until {}", until.short()),
            Lookup::Unknown => "unknown".to_owned(),
        };
        assert_eq!(found, expected, "{word} in {version}");
    };
    let debian = Version::HAPROXY_DEFAULT;
    check(&PROXY, "guid", debian, "since 3.0");
    check(&PROXY, "guid", Version(3, 0, 0), "known guid");
    check(&PROXY, "log-steps", debian, "since 3.1");
    check(&PROXY, "hash-preserve-affinity", debian, "since 3.2");
    check(&PROXY, "quic-initial", debian, "since 3.1");
    check(&PROXY, "reqrep", debian, "until 2.1");
    check(&PROXY, "reqrep", Version(2, 0, 0), "known reqrep");
    check(&PROXY, "timeout client-hs", debian, "since 2.9");
    check(&PROXY, "timeout", debian, "unknown");
    check(&OPTIONS, "use-small-buffers", debian, "since 3.4");
    check(&OPTIONS, "http-tunnel", debian, "until 2.5");
    check(&OPTIONS, "abortonclose", Version(3, 2, 0), "known abortonclose");
    check(&SECTIONS, "crt-store", debian, "since 3.0");
    check(&SECTIONS, "program", Version(3, 3, 0), "until 3.3");
    check(&GLOBAL, "nbproc", debian, "until 2.5");
    check(&ACTIONS, "set-var-fmt(txn.x)", debian, "known set-var-fmt");
    check(&ACTIONS, "set-var(txn.x)", Version(1, 8, 0), "known set-var");
    check(&ACTIONS, "track-sc1", debian, "known track-sc");
    check(&ACTIONS, "sc-inc-gpc0(0)", debian, "known sc-inc-gpc0");
    check(&ACTIONS, "deny2", debian, "unknown");
    check(&BIND, "idle-ping", debian, "since 3.2");
    check(&SERVER, "ws", Version(2, 4, 8), "since 2.4.9");
    check(&WORDS, "balance hash", Version(2, 4, 0), "since 2.6");
    let after = place::RULES.iter().find(|(list, _)| *list == "http-after-response").unwrap().1;
    let at = |version| ACTIONS.find_at("set-map(a)", version, after);
    assert!(matches!(at(debian), Lookup::TooNew(_, Version(2, 6, 14))));
    assert!(matches!(at(Version(2, 8, 0)), Lookup::Known(_)));
    assert!(matches!(ACTIONS.find_at("set-path", debian, after), Lookup::Unknown));
}

#[test]
fn a_slip_finds_what_the_version_has() {
    let debian = Version::HAPROXY_DEFAULT;
    assert_eq!(PROXY.did_you_mean("dault_backend", debian), Some("default_backend"));
    assert_eq!(PROXY.did_you_mean("timeout tunel", debian), Some("timeout tunnel"));
    assert_eq!(OPTIONS.did_you_mean("http_server_close", debian), Some("http-server-close"));
    assert_eq!(GLOBAL.did_you_mean("nbprocs", debian), None);
    assert_eq!(PROXY.did_you_mean("something", debian), None);
}
