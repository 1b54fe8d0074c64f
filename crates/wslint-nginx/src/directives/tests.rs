use std::collections::BTreeSet;

use wslint_model::Age;

use super::*;

/// The names of the modules that `data/nginx/nginx.txt` speaks of.
fn own() -> impl Iterator<Item = &'static Spec> {
    all().iter().filter(|spec| spec.owner == Owner::Nginx)
}

#[test]
fn a_name_is_found_with_all_its_lines() {
    assert!(all().is_sorted_by_key(|spec| spec.name));
    for spec in all() {
        assert!(named(spec.name.as_bytes()).iter().any(|found| std::ptr::eq(found, spec)), "{}", spec.name);
    }
    assert!(named(b"").is_empty() && named(b"proxy_passs").is_empty() && named(b"zzz").is_empty());
}

#[test]
fn no_two_lines_say_the_same_of_one_version() {
    for spec in own() {
        let rivals = named(spec.name.as_bytes()).iter().filter(|other| {
            !std::ptr::eq(*other, spec) && other.owner == spec.owner && other.contexts & spec.contexts != 0
        });
        for rival in rivals {
            let before =
                |one: &Spec, other: &Spec| one.life.until.is_some_and(|until| until <= other.life.since);
            assert!(before(spec, rival) || before(rival, spec), "{spec:?}\n{rival:?}");
        }
    }
}

#[test]
fn what_the_lines_say_fits_together() {
    for spec in all() {
        let name = spec.name;
        assert!(spec.arguments.most.is_none_or(|most| spec.arguments.least <= most), "{name}");
        assert!(!(spec.block && spec.value != Value::Any), "{name} opens a block and takes a value");
        assert!(!spec.module.is_empty(), "{name} is of no module");
    }
    let words: BTreeSet<&str> = context::WORDS.iter().map(|(word, _)| *word).collect();
    assert_eq!(words.len(), context::WORDS.len());
}

#[test]
fn lives_are_those_of_the_releases() {
    let check = |name: &str, version, expected| {
        let lives = named(name.as_bytes()).iter().filter(|spec| spec.owner == Owner::Nginx);
        let mut found = lives.filter(|spec| spec.life.has(version)).map(|spec| match spec.life.at(version) {
            Age::Warns(_) => "warns",
            _ => "yes",
        });
        let found = found.next_back().unwrap_or("no");
        assert_eq!(found, expected, "{name} in {version}");
    };
    check("ssl", Version(1, 14, 2), "yes");
    check("ssl", Version(1, 15, 0), "warns");
    check("ssl", Version(1, 25, 0), "warns");
    check("ssl", Version(1, 25, 1), "no");
    check("http2", Version(1, 25, 0), "no");
    check("http2", Version(1, 25, 1), "yes");
    check("http2_max_field_size", Version(1, 19, 6), "yes");
    check("http2_max_field_size", Version(1, 31, 4), "warns");
    check("http2_push", Version(1, 13, 8), "no");
    check("http2_push", Version(1, 25, 0), "yes");
    check("http2_push", Version(1, 25, 1), "warns");
    check("spdy_chunk_size", Version(1, 8, 0), "yes");
    check("spdy_chunk_size", Version(1, 9, 5), "warns");
    check("spdy_chunk_size", Version(1, 19, 7), "no");
    check("sticky", Version(1, 29, 5), "no");
    check("sticky", Version(1, 29, 6), "yes");
    check("limit_zone", Version(1, 8, 0), "no");
}

#[test]
fn defaults_follow_the_version() {
    let check = |name: &str, version, expected| {
        assert_eq!(named(name.as_bytes())[0].defaults.at(version), expected, "{name} in {version}");
    };
    check("proxy_http_version", Version(1, 29, 6), Some("1.0"));
    check("proxy_http_version", Version(1, 29, 7), Some("1.1"));
    check("proxy_read_timeout", Version(1, 22, 1), Some("60s"));
    check("proxy_pass", Version(1, 22, 1), None);
}

#[test]
fn a_slip_is_told_from_a_name_of_a_module() {
    let check = |name: &str, meant: Option<&str>| assert_eq!(did_you_mean(name), meant, "{name}");
    check("proxy_passs", Some("proxy_pass"));
    check("proxy_set_heder", Some("proxy_set_header"));
    check("lisen", Some("listen"));
    check("proxy_pass", None);
    // Known, though not nginx's own.
    check("more_set_headers", None);
    check("js_import", None);
    // As near to one of nginx as to one of a module.
    check("geoip_prox", None);
    check("nothing_of_the_kind", None);
}
