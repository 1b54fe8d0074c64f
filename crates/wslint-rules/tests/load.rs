//! What a rule file that is wrong is told, and where.

use std::fmt::Write;

/// A sound rule, into which each case puts one mistake.
const SOUND: &str = include_str!("data/sound.yaml");

/// What is replaced in the sound rule, and by what.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("YAML that does not parse", "when:", "when: ["),
    ("a tab", "  websocket: [", "\twebsocket: ["),
    ("no mapping at all", SOUND, "- a\n- b\n"),
    ("an empty file", SOUND, ""),
    ("an unknown key", "title:", "titel:"),
    ("an unknown key after all others", "references:", "reference:"),
    ("a key twice", "severity: warning", "severity: warning\nseverity: error"),
    ("an id that is not the file's name", "nginx/sound", "nginx/soud"),
    ("an id without a proxy", "nginx/sound", "sound"),
    ("an id of no proxy", "nginx/sound", "apache/sound"),
    ("a title with a period", "is cut", "is cut."),
    ("an unknown severity", "severity: warning", "severity: warn"),
    ("an unknown question", "  idle-timeout: {", "  idle-timout: {"),
    ("an unknown question to point at", "at: idle-timeout", "at: idletimeout"),
    ("a question of the other proxy's kind of words", "at: idle-timeout", "at: zzz"),
    ("an unknown word of a choice", "[certain, strong]", "[certain, stong]"),
    ("a word that is nothing like the choice's", "[certain, strong]", "yes"),
    ("a flag for a choice", "[certain, strong]", "true"),
    ("a number for a choice", "[certain, strong]", "1.0"),
    ("an empty choice", "[certain, strong]", "[]"),
    ("a word for a time", "{at-most: 60s}", "60s"),
    ("a time without a unit", "{at-most: 60s}", "{at-most: 60}"),
    ("a time with another unit", "{at-most: 60s}", "{at-most: 60sec}"),
    ("an unknown bound", "{at-most: 60s}", "{atmost: 60s}"),
    ("no bound", "{at-most: 60s}", "{}"),
    ("two upper bounds", "{at-most: 60s}", "{at-most: 60s, below: 1h}"),
    ("an empty range", "{at-most: 60s}", "{above: 60s, below: 60s}"),
    ("a range below nothing", "{at-most: 60s}", "{below: 0s}"),
    ("text that is tested for a word", "  websocket: [certain, strong]", "  websocket: certain\n  path: /ws"),
    ("no test", "when:\n  websocket: [certain, strong]\n  idle-timeout: {at-most: 60s}", "when: {}"),
    (
        "a page that says something",
        "when:\n  websocket: [certain, strong]\n  idle-timeout: {at-most: 60s}\n",
        "",
    ),
    ("no words", "message: \"`{route}` cuts a silent connection after {idle-timeout}\"\n", ""),
    ("an unknown placeholder", "{route}", "{rout}"),
    ("a placeholder that may be unknown", "{route}", "{framework}"),
    ("a brace alone", "{route}", "{route"),
    ("a closing brace alone", "1h;`\"", "1h;}`\""),
    ("a placeholder with blanks in it", "{route}", "{the route}"),
    ("a message that is no text", "message: \"`{route}` cuts", "message: 5 #"),
    (
        "an empty message",
        "message: \"`{route}` cuts a silent connection after {idle-timeout}\"",
        "message: \"\"",
    ),
    ("nothing after the key", "help: \"add `proxy_read_timeout 1h;`\"", "help:"),
    ("a reference that is no address", "https://nginx.org/", "nginx.org"),
    ("references that are no list", "[https://nginx.org/]", "https://nginx.org/"),
    ("an unknown recipe", "references:", "fix: {recipe: no-such-recipe, safety: safe}\nreferences:"),
    (
        "a recipe that is nearly one",
        "references:",
        "fix: {recipe: forward-upgrde, safety: safe}\nreferences:",
    ),
    ("a word for a flag", "  websocket: [certain, strong]", "  declared: yes"),
    ("a word for a number", "  websocket: [certain, strong]", "  servers: many"),
    ("a bound that is no number", "  websocket: [certain, strong]", "  servers: {at-least: two}"),
    ("an unknown safety", "references:", "fix: {recipe: no-such-recipe, safety: save}\nreferences:"),
    ("an adjustment without its condition", "references:", "adjust: [{severity: info}]\nreferences:"),
    ("no mark", "  # <- here", ""),
    ("a mark in the good config", "1h;\n    proof", "1h;  # <- here\n    proof"),
    ("no pair", "    good: |\n      proxy_read_timeout 1h;\n", ""),
    ("no harmless config", "  - about: Nobody speaks WebSocket here\n    good: |\n      return 204;\n", ""),
    ("an example of nothing", "    good: |\n      return 204;", ""),
    ("an endpoint that is no path", "[/ws]", "[ws]"),
    ("a version that YAML reads as a number", "- websocket: [/ws]", "- nginx-version: 1.30"),
    ("the other proxy's version", "- websocket: [/ws]", "- haproxy-version: 2.6.12"),
    ("an unknown outcome", "hold: 65s", "bad: fail"),
    ("an unknown client", "hold: 65s", "client: socket.io"),
    ("an unknown peer", "hold: 65s", "peers: {\"127.0.0.1:3000\": eco}"),
    ("a method of no request", "hold: 65s", "method: POST"),
    ("no reason", "hold: 65s", "unprovable:"),
    ("several mistakes", "severity: warning\nat: idle-timeout", "severity: bad\nat: idle\nlevel: 1"),
];

fn told_of(folder: &str, text: &str) -> String {
    match wslint_rules::load(&[(format!("rules/{folder}/sound.yaml"), text.to_owned())]) {
        Ok(_) => "  (nothing is wrong)\n".to_owned(),
        Err(errors) => errors.iter().map(|error| format!("  {error}\n")).collect(),
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    assert_eq!(told_of("nginx", SOUND), "  (nothing is wrong)\n");
    let mut out = String::new();
    for (about, from, to) in MISTAKES {
        assert!(SOUND.contains(from), "{about}: {from} does not stand in the sound rule");
        let _ = writeln!(out, "{about}:\n{}", told_of("nginx", &SOUND.replacen(from, to, 1)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_rule_without_a_condition_is_a_page() {
    let page = "id: nginx/sound\ntitle: Nothing\nseverity: info\nwhy: Because.\nexamples:\n  - good: |\n      return 204;\n";
    assert_eq!(told_of("nginx", page), "  (nothing is wrong)\n");
}

#[test]
fn all_files_are_told_at_once() {
    let broken = |name: &str| (format!("rules/nginx/{name}.yaml"), SOUND.replace("60s}", "60}"));
    let errors = wslint_rules::load(&[broken("two"), broken("one")]).err().unwrap_or_default();
    let places: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.line)).collect();
    let (one, two) = ("rules/nginx/one.yaml", "rules/nginx/two.yaml");
    // The id is wrong in both as well.
    assert_eq!(places, [(one, 1), (one, 7), (two, 1), (two, 7)]);
}

#[test]
fn two_files_cannot_share_an_id() {
    let file = |folder: &str| (format!("{folder}/nginx/sound.yaml"), SOUND.to_owned());
    let errors = wslint_rules::load(&[file("a"), file("b")]).err().unwrap_or_default();
    let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["b/nginx/sound.yaml:1:1: another file defines `nginx/sound` too"]);
}

/// The sound rule as one for both proxies.
fn for_both() -> String {
    let haproxy = "  - proxy: haproxy\n    bad: \"a # <- here\"\n    good: b\n";
    let nginx =
        SOUND.replace("nginx/sound", "any/sound").replace("- websocket:", "- proxy: nginx\n    websocket:");
    nginx.replace("- about:", "- proxy: nginx\n    about:") + haproxy
}

#[test]
fn a_rule_for_both_proxies_has_shared_questions_and_examples_of_each() {
    let told = |text: &str| -> Vec<String> {
        let file = ("rules/any/sound.yaml".to_owned(), text.to_owned());
        let errors = wslint_rules::load(&[file]).err().unwrap_or_default();
        errors.into_iter().map(|error| error.message).collect()
    };
    assert_eq!(told(&for_both()), [""; 0]);
    for (from, to, expected) in [
        ("  - proxy: nginx\n    websocket:", "  - websocket:", "`proxy` is missing"),
        ("proxy: haproxy", "proxy: apache", "unknown proxy `apache`; there is `nginx`, `haproxy`"),
        ("proxy: haproxy", "proxy: nginx", "no example of HAProxy has both `bad` and `good`"),
        ("idle-timeout: {", "tunnel-timeout: {", "unknown shared question `tunnel-timeout`"),
        (
            "references:",
            "fix: {recipe: set-host, safety: safe}\nreferences:",
            "unknown shared recipe `set-host`",
        ),
    ] {
        assert!(for_both().contains(from), "{from}");
        let told = told(&for_both().replacen(from, to, 1));
        assert!(told.iter().any(|message| message.starts_with(expected)), "{to}: {told:#?}");
    }
    let of_nginx = SOUND.replace("- websocket:", "- proxy: nginx\n    websocket:");
    assert!(told_of("nginx", &of_nginx).contains("unknown key `proxy`"));
}
