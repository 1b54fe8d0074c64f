//! `data/haproxy` against HAProxy, which lists the words that its parts register (`-dKall`), and says of each line of a
//! configuration (`-c`) whether it knows its words.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use wslint_haproxy::keywords::place::{self, Places};
use wslint_haproxy::keywords::{self, Keyword, Lookup, Table};
use wslint_lab::{Kind, Program};
use wslint_model::Version;

/// What every configuration of these tests begins with: what the examples of the tables speak of.
const HEAD: &str = "global\n log 127.0.0.1 local0\nhttp-errors pages\n errorfile 503 /dev/null\n\
                    fcgi-app app\n docroot /\n";
const DEFAULTS: &str = "defaults\n mode http\n timeout client 2s\n timeout server 2s\n timeout connect 2s\n";
const TAIL: &str = "backend other\n stick-table type ip size 1k\n";

struct Haproxy {
    program: Program,
    version: Version,
}

/// What HAProxy says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Silent,
    Warns,
    Refuses,
}

impl Haproxy {
    fn find() -> Self {
        let program = Program::find(Kind::Haproxy).expect("haproxy is installed");
        let version = program.version.parse().expect("haproxy tells its version");
        Self { program, version }
    }

    /// What it says of each of some lines of a section, and whether it came to the end of them.
    fn ask(&self, section: &str, lines: &[&str], scratch: &Path) -> (Vec<String>, bool) {
        let file = scratch.join("h.cfg");
        let end = "the-end-of-the-lines";
        let lines_and_end = [lines, &[end]].concat().join("\n");
        fs::write(&file, format!("{section}{lines_and_end}\n{TAIL}")).expect("the configuration is written");
        let said = super::said(Command::new(&self.program.path).arg("-c").arg("-f").arg(&file));
        let first = section.lines().count() + 1;
        let of_line = |number: usize| {
            let mark = format!("h.cfg:{number}]");
            said.lines().filter(|line| line.contains(&mark)).collect::<Vec<&str>>().join("\n")
        };
        let said_of = (0..lines.len()).map(|at| of_line(first + at)).collect();
        (said_of, said.contains(&format!("unknown keyword '{end}'")))
    }

    /// The same of one line.
    fn ask_one(&self, section: &str, line: &str, scratch: &Path) -> (Answer, String) {
        let said = self.ask(section, &[line], scratch).0.remove(0);
        let answer = match said.as_str() {
            "" => Answer::Silent,
            said if said.contains("[ALERT]") => Answer::Refuses,
            _ => Answer::Warns,
        };
        (answer, said)
    }
}

/// A word as a line says it, and how HAProxy says that it does not know it.
struct Case {
    table: &'static Table,
    places: Places,
    word: String,
    /// What stands above the line.
    section: String,
    line: String,
    unknown: Vec<String>,
}

/// The words that only some builds know are not told to be unknown.
fn is_of_a_build(table: &Table, word: &str) -> bool {
    table.named(word).iter().any(|keyword| !keyword.build.is_empty())
}

fn names(table: &'static Table) -> BTreeSet<&'static str> {
    table.all().iter().map(|keyword| keyword.name).collect()
}

/// What all versions say of a word that they know no more.
const GONE: [&str; 3] = ["not supported any", "doesn't exist any", "was removed in version"];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let listen = format!("{HEAD}{DEFAULTS}listen x\n");
    let mut add = |table, places, word: &str, section: &str, line: String, unknown: &[String]| {
        let (word, section, unknown) = (word.to_owned(), section.to_owned(), unknown.to_vec());
        cases.push(Case { table, places, word, section, line, unknown });
    };
    for name in names(&keywords::GLOBAL) {
        let unknown = [format!("unknown keyword '{name}'"), "'stats' only supports".to_owned()];
        add(&keywords::GLOBAL, Places::MAX, name, "global\n", name.to_owned(), &unknown);
    }
    for name in names(&keywords::PROXY) {
        let second = name.split_once(' ').map_or(name, |(_, second)| second);
        let unknown = [format!("unknown keyword '{name}'"), format!("(got '{second}')")];
        add(&keywords::PROXY, Places::MAX, name, &listen, name.to_owned(), &unknown);
    }
    for name in names(&keywords::OPTIONS) {
        let unknown = [format!("unknown option '{name}'")];
        add(&keywords::OPTIONS, Places::MAX, name, &listen, format!("option {name}"), &unknown);
    }
    for name in names(&keywords::SECTIONS) {
        let unknown = [format!("unknown keyword '{name}'")];
        add(&keywords::SECTIONS, Places::MAX, name, HEAD, format!("{name} x"), &unknown);
    }
    for (list, bit) in place::RULES {
        let unknown = [
            format!("'{list}' expects '"),
            "is not allowed in".to_owned(),
            format!("unknown keyword '{list}'"),
        ];
        for name in names(&keywords::ACTIONS) {
            // It says where it takes these only when the rest is right.
            let rest = if name.starts_with("expect-") { " layer4" } else { "" };
            add(&keywords::ACTIONS, bit, name, &listen, format!("{list} {name}{rest}"), &unknown);
        }
    }
    for (table, line) in
        [(&keywords::BIND, "bind 127.0.0.1:18080"), (&keywords::SERVER, "server s 127.0.0.1:18081")]
    {
        for name in names(table) {
            let unknown = [format!("unknown keyword '{name}'"), format!("unknown keyword '{name}'.")];
            add(table, Places::MAX, name, &listen, format!("{line} {name}"), &unknown);
        }
    }
    for name in names(&keywords::WORDS) {
        let (first, second) = name.split_once(' ').expect("a keyword and its word");
        let second = if second == "hdr" { "hdr(x)" } else { second };
        let unknown = [
            format!("unknown keyword '{second}'"),
            format!("unknown proxy mode '{second}'"),
            format!("{first} only supports"),
            format!("'{first}' only supports"),
            format!("(was '{second}')"),
            format!("'{first}' expects '"),
        ];
        add(&keywords::WORDS, Places::MAX, name, &listen, format!("{first} {second}"), &unknown);
    }
    for (section, bit) in place::OTHERS {
        for name in names(&keywords::OTHERS) {
            let (first, second) = name.split_once(' ').unwrap_or((name, ""));
            let unknown = [
                format!("unknown keyword '{first}'"),
                format!("unknown keyword '{first} {second}'"),
                format!("unknown statement '{first}'"),
                format!("'{first}' unknown <event>: '{second}'"),
                format!("'{first}' expects '"),
            ];
            // It looks at the second word only where a value follows.
            let value = if second.is_empty() { "" } else { " 1s" };
            let line = format!("{name}{value}");
            add(&keywords::OTHERS, bit, name, &format!("{section} x\n"), line, &unknown);
        }
    }
    cases
}

#[test]
fn haproxy_knows_the_words_that_the_lines_say_it_knows() {
    let haproxy = Haproxy::find();
    let cases = cases();
    assert!(cases.len() > 1_000, "only {} words can be tried", cases.len());
    // HAProxy gives up after 50 lines that are wrong, and what opens a section is the last line of its own one.
    let together = |one: &Case, other: &Case| {
        one.section == other.section && !std::ptr::eq(one.table, &keywords::SECTIONS)
    };
    let groups: Vec<&[Case]> = cases.chunk_by(together).flat_map(|group| group.chunks(25)).collect();
    let wrong = super::wrong(&groups, |group, scratch| {
        let lines: Vec<&str> = group.iter().map(|case| case.line.as_str()).collect();
        let (said, ended) = haproxy.ask(&group[0].section, &lines, scratch);
        let answers = group.iter().zip(said).filter_map(|(case, said)| {
            // A line on which it gave up hides those below it.
            let said = if ended { said } else { haproxy.ask_one(&case.section, &case.line, scratch).1 };
            misjudged(case, haproxy.version, &said)
        });
        answers.collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the table says wrongly of a word, of whose line HAProxy said this.
fn misjudged(case: &Case, version: Version, said: &str) -> Option<String> {
    let known = match case.table.find_at(&case.word, version, case.places) {
        Lookup::Known(keyword) => keyword.places == 0 || keyword.places & case.places != 0,
        _ => false,
    };
    let refused = case.unknown.iter().map(String::as_str).chain(GONE).any(|words| said.contains(words));
    let told = !is_of_a_build(case.table, &case.word);
    (told && known == refused).then(|| format!("`{}` is known: {known}; {said}", case.line))
}

/// The sections, each with its bit.
const SECTIONS: [(Places, &str); 5] = [
    (place::DEFAULTS, "defaults\n"),
    (place::NAMED_DEFAULTS, "defaults x\n"),
    (place::FRONTEND, "frontend x\n"),
    (place::LISTEN, "listen x\n"),
    (place::BACKEND, "backend x\n"),
];

#[test]
fn haproxy_takes_keywords_and_options_where_the_lines_say() {
    let haproxy = Haproxy::find();
    let alive = |table: &'static Table| {
        table.all().iter().filter(|keyword| keyword.life.has(haproxy.version)).collect::<Vec<&Keyword>>()
    };
    let examples = alive(&keywords::PROXY).into_iter().map(|keyword| (keyword, keyword.example.to_owned()));
    // Some checks want to be told more.
    let more = |name: &str| match name {
        "pgsql-check" => " user u",
        "http-restrict-req-hdr-names" => " preserve",
        _ => "",
    };
    let options = alive(&keywords::OPTIONS)
        .into_iter()
        .map(|keyword| (keyword, format!("option {}{}", keyword.name, more(keyword.name))));
    let cases: Vec<(&Keyword, String)> = examples.chain(options).collect();
    assert!(cases.len() > 120, "only {} lines can be tried", cases.len());
    let wrong = super::wrong(&cases, |(keyword, line), scratch| {
        let mut wrong = Vec::new();
        for (bit, header) in SECTIONS {
            let expected = match bit {
                bit if keyword.places & bit != 0 => Answer::Silent,
                bit if keyword.ignored & bit != 0 => Answer::Warns,
                _ => Answer::Refuses,
            };
            let defaults = if header.starts_with("defaults") { "" } else { DEFAULTS };
            let (answer, said) = haproxy.ask_one(&format!("{HEAD}{defaults}{header}"), line, scratch);
            // What is obsolete is warned about everywhere.
            let obsolete = keyword.life.obsolete.is_some() && answer == Answer::Warns;
            if answer != expected && !obsolete {
                wrong.push(format!("{} {line}: {answer:?} in place of {expected:?}: {said}", header.trim()));
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn haproxy_takes_prefixes_of_options_where_the_lines_say() {
    let haproxy = Haproxy::find();
    let alive = keywords::OPTIONS.all().iter().filter(|keyword| keyword.life.has(haproxy.version));
    let cases: Vec<&Keyword> = alive.collect();
    let wrong = super::wrong(&cases, |keyword, scratch| {
        let ask = |prefix: &str| {
            let line = format!("{prefix} option {}", keyword.name);
            haproxy.ask_one(&format!("{HEAD}{DEFAULTS}listen x\n"), &line, scratch)
        };
        let check = |prefix: &str, expected: bool| {
            let (answer, said) = ask(prefix);
            let right = (answer != Answer::Refuses) == expected;
            (!right).then(|| format!("{prefix} option {}: {answer:?}: {said}", keyword.name))
        };
        // Before 3.4 the last word of such a line is read twice.
        let default = keyword.default && (haproxy.version >= Version(3, 4, 0) || keyword.arguments.take(1));
        [check("no", keyword.no), check("default", default)].into_iter().flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keywords of which the lines name the second word as well, and those that are only there to say that they are gone.
const MORE: [&str; 6] = ["clitimeout", "contimeout", "srvtimeout", "tcp-request", "tcp-response", "timeout"];

/// One kind of words that `-dKall` lists.
struct Listed {
    table: &'static Table,
    places: Places,
    /// Whether HAProxy lists all of them, those included that no part has to register.
    all: bool,
    words: BTreeSet<String>,
}

/// Reads the list: headings that begin with `#`, below that of the configuration a section, and its words below it.
fn listed(text: &str) -> Vec<Listed> {
    let kind = |table, places, all| Listed { table, places, all, words: BTreeSet::new() };
    let mut kinds = vec![
        kind(&keywords::ACLS, Places::MAX, true),
        kind(&keywords::CONVERTERS, Places::MAX, true),
        kind(&keywords::FETCHES, Places::MAX, true),
        kind(&keywords::GLOBAL, Places::MAX, false),
        kind(&keywords::PROXY, Places::MAX, false),
        kind(&keywords::OPTIONS, Places::MAX, false),
        kind(&keywords::BIND, Places::MAX, true),
        kind(&keywords::SERVER, Places::MAX, true),
    ];
    kinds.extend(place::RULES.iter().map(|&(_, bit)| kind(&keywords::ACTIONS, bit, false)));
    let mut add = |table: &Table, places: Places, word: &str| {
        let found = kinds.iter_mut().find(|kind| std::ptr::eq(kind.table, table) && kind.places == places);
        let name = word.split(['(', ':']).next().unwrap_or_default().trim_end_matches('*');
        found.expect("a kind of words").words.insert(name.to_owned());
    };
    let (mut heading, mut section) = ("", "");
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#", "List", ..] => heading = line,
            ["#" | "#/" | "Configuration", ..] => {}
            [word, ..] if heading.contains("ACL") => add(&keywords::ACLS, Places::MAX, word),
            [word, ..] if heading.contains("converter") => add(&keywords::CONVERTERS, Places::MAX, word),
            ["[", ..] if heading.contains("fetch") => {
                let name = line.split_once("] ").map_or("", |(_, name)| name);
                add(&keywords::FETCHES, Places::MAX, name);
            }
            [name] if heading.contains("configuration") && !line.starts_with('\t') => section = name,
            ["stats"] if section == "global" => {}
            [word] if section == "global" => add(&keywords::GLOBAL, Places::MAX, word),
            ["bind", _, words @ ..] if section == "listen" => {
                // What TLS brings stands behind `ssl`, which is not listed by itself.
                let own = words.iter().find(|&&word| word != "ssl" && word != "+1");
                add(&keywords::BIND, Places::MAX, own.expect("a word"));
                add(&keywords::BIND, Places::MAX, "ssl");
            }
            ["server", _, _, word, ..] if section == "listen" => add(&keywords::SERVER, Places::MAX, word),
            ["option", word, ..] if section == "listen" => add(&keywords::OPTIONS, Places::MAX, word),
            [word] if section == "listen" && MORE.contains(word) => {}
            [word] if section == "listen" => {
                add(&keywords::PROXY, Places::MAX, word);
            }
            [.., action] if section == "listen" => {
                let list = words[..words.len() - 1].join(" ");
                if let Some(&(_, bit)) = place::RULES.iter().find(|(name, _)| *name == list) {
                    add(&keywords::ACTIONS, bit, action);
                }
            }
            _ => {}
        }
    }
    kinds
}

#[test]
fn haproxy_lists_the_words_that_the_lines_say_it_knows() {
    let haproxy = Haproxy::find();
    let text = super::said(Command::new(&haproxy.program.path).args(["-dKall", "-c", "-f", "/dev/null"]));
    let mut wrong = Vec::new();
    for Listed { table, places, all, words } in listed(&text) {
        let known: BTreeSet<String> = table
            .all()
            .iter()
            .filter(|keyword| keyword.places == 0 || keyword.places & places != 0 || !all)
            .filter(|keyword| {
                matches!(table.find_at(keyword.name, haproxy.version, places), Lookup::Known(_))
            })
            .map(|keyword| keyword.name.to_owned())
            .collect();
        assert!(words.len() > 5 || haproxy.version < Version(3, 1, 0) && places == 1 << 7, "{words:?}");
        wrong.extend(words.difference(&known).map(|word| format!("no line says that it knows `{word}`")));
        let unlisted = known.difference(&words).filter(|word| all && !is_of_a_build(table, word));
        wrong.extend(unlisted.map(|word| format!("it does not list `{word}`")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
