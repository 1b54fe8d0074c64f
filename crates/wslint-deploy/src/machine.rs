//! Programs that a machine starts without containers, and the ports that they listen on: units of systemd, `Procfile`s,
//! programs of supervisor, applications of pm2.

use wslint_syntax::Span;

use crate::command::{environment_port, port};
use crate::dockerfile::Started;
use crate::unit::{Port, Unit};
use crate::word::{Word, cut};
use crate::yaml::{Document, Id, Limits, Node, load};

/// How many programs of one file are read.
const MOST_PROGRAMS: usize = 500;

/// The programs of a file that is called so; `None` for what starts none.
pub fn read(name: &str, bytes: &[u8]) -> Option<Vec<Unit>> {
    let read = reader(name)?;
    let mut programs = std::str::from_utf8(bytes).map(read).unwrap_or_default();
    programs.truncate(MOST_PROGRAMS);
    Some(programs)
}

/// Whether a file of this name starts programs.
pub fn starts_programs(name: &str) -> bool {
    reader(name).is_some()
}

fn reader(name: &str) -> Option<fn(&str) -> Vec<Unit>> {
    let name = name.to_ascii_lowercase();
    if name == "procfile" || name.starts_with("procfile.") {
        return Some(procfile);
    }
    if name.starts_with("ecosystem.") || name.starts_with("pm2.") {
        return Some(ecosystem);
    }
    match name.rsplit_once('.')?.1 {
        "service" => Some(systemd),
        "conf" | "ini" if name.starts_with("supervisor") => Some(supervisor),
        _ => None,
    }
}

/// The script `start` of a `package.json`.
pub fn script(bytes: &[u8]) -> Option<Unit> {
    let file = load(bytes, Limits::USUAL);
    let document = file.documents.first()?;
    let script = Word::of(document, document.at(document.root()?, &["scripts", "start"])?)?;
    program(Word::new("start", script.span), cut(&script.text, script.span), None)
}

/// What an image starts that no other file of the deployment makes, as if its port were one of the machine.
pub fn image(started: &Started) -> Option<Unit> {
    let command: Vec<Word> = started.entrypoint.iter().chain(&started.command).cloned().collect();
    program(command.first()?.clone(), command, None)
}

/// A program of which nothing is known but the port that its code listens on.
pub fn listening(name: Word, port: u16) -> Unit {
    unit(name, Vec::new(), Some(port))
}

/// A program by its command, unless nothing is started.
fn program(name: Word, command: Vec<Word>, environment: Option<u16>) -> Option<Unit> {
    let listens = environment.or_else(|| port(&command));
    (!command.is_empty()).then(|| unit(name, command, listens))
}

fn unit(name: Word, command: Vec<Word>, listens: Option<u16>) -> Unit {
    let published = listens.map(|port| Port { outside: port, inside: port });
    Unit {
        names: Vec::new(),
        image: None,
        build: None,
        entrypoint: Vec::new(),
        command,
        published: published.into_iter().collect(),
        on_machine: true,
        extends: None,
        incomplete: false,
        name,
    }
}

/// `web: uvicorn app:app --port 8000`.
fn procfile(text: &str) -> Vec<Unit> {
    let one = |(line, span): (String, Span)| {
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        let (name, command) = line.split_once(':').filter(|(name, _)| is_name(name))?;
        program(Word::new(name, span), cut(command, span), None)
    };
    joined(text).into_iter().filter_map(one).collect()
}

/// `ExecStart` of the section `[Service]`.
fn systemd(text: &str) -> Vec<Unit> {
    let mut programs = Vec::new();
    let mut environment = None;
    let mut started = None;
    for (line, span) in joined(text) {
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) else {
            continue;
        };
        match key.trim() {
            "ExecStart" => {
                started = Some((cut(value.trim_start_matches(['-', '@', ':', '+', '!', ' ']), span), span))
            }
            "Environment" => {
                environment =
                    cut(value, span).iter().find_map(|word| environment_port(&word.text)).or(environment);
            }
            _ => {}
        }
    }
    if let Some((command, span)) = started {
        let name = command.first().map_or_else(String::new, |word| word.text.clone());
        programs.extend(program(Word::new(name, span), command, environment));
    }
    programs
}

/// `command` of each `[program:name]`.
fn supervisor(text: &str) -> Vec<Unit> {
    let mut programs = Vec::new();
    let mut name: Option<String> = None;
    for (line, span) in joined(text) {
        if let Some(section) = line.strip_prefix('[') {
            name =
                section.strip_prefix("program:").and_then(|name| name.strip_suffix(']')).map(str::to_owned);
        } else if let (Some(name), Some((key, value))) = (&name, line.split_once('='))
            && key.trim() == "command"
        {
            let value = value.split(" ;").next().unwrap_or_default();
            programs.extend(program(Word::new(name.clone(), span), cut(value, span), None));
        }
    }
    programs
}

/// The applications of `module.exports = {apps: […]}`, as far as they are written like data.
fn ecosystem(text: &str) -> Vec<Unit> {
    let start = text.find("module.exports").and_then(|at| Some(at + text[at..].find('=')? + 1)).unwrap_or(0);
    let data = text[start..].trim_end().trim_end_matches(';');
    // Blanks in the place of what stands before keep the places.
    let blanks = " ".repeat(start);
    let file = load(format!("{blanks}{data}").as_bytes(), Limits::USUAL);
    let Some((document, root)) = file.documents.first().and_then(|one| Some((one, one.root()?))) else {
        return Vec::new();
    };
    let apps = document.get(root, "apps").unwrap_or(root);
    let apps = match document.node(apps) {
        Node::Sequence(apps) => apps.clone(),
        _ => vec![apps],
    };
    apps.iter().filter_map(|&app| application(document, app)).collect()
}

fn application(document: &Document, app: Id) -> Option<Unit> {
    let script = Word::of(document, document.get(app, "script")?)?;
    let interpreter = document.get(app, "interpreter").and_then(|id| Word::of(document, id));
    let mut command: Vec<Word> = interpreter.filter(|word| word.text != "none").into_iter().collect();
    command.extend(cut(&script.text, script.span));
    command.extend(document.get(app, "args").map_or_else(Vec::new, |id| Word::command(document, id)));
    let environment = document.get(app, "env").and_then(|env| document.get(env, "PORT"));
    let environment = environment.and_then(|id| document.word(id)?.parse().ok());
    let name =
        document.get(app, "name").and_then(|id| Word::of(document, id)).unwrap_or_else(|| script.clone());
    program(name, command, environment)
}

/// The lines of a file, those that a backslash ends joined with the next one, each with the bytes of its first line.
fn joined(text: &str) -> Vec<(String, Span)> {
    let mut lines: Vec<(String, Span)> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let words = line.trim();
        let (words, goes_on) = words.strip_suffix('\\').map_or((words, false), |words| (words, true));
        match lines.last_mut().filter(|_| open) {
            Some((joined, _)) => {
                joined.push(' ');
                joined.push_str(words);
            }
            None => lines.push((words.to_owned(), Span::new(start, start + words.len()))),
        }
        open = goes_on;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(name: &str, text: &str, expected: &[(&str, &str, Option<u16>)]) {
        let found = read(name, text.as_bytes()).unwrap_or_else(|| panic!("{name} starts programs"));
        let first = |unit: &crate::Unit| unit.command[0].text.clone();
        let found: Vec<_> = found
            .iter()
            .map(|unit| {
                (unit.name.text.clone(), first(unit), unit.published.first().map(|port| port.outside))
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, word, port)| ((*name).to_owned(), (*word).to_owned(), *port))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn programs_and_their_ports() {
        check(
            "Procfile",
            "# web: no\nweb: uvicorn app:app --port 8001\nworker: celery -A x worker\n",
            &[("web", "uvicorn", Some(8001)), ("worker", "celery", None)],
        );
        check(
            "daphne.service",
            "[Service]\n# ExecStart=no\nEnvironment=A=b\nExecStart=-/venv/bin/daphne \\\n  -b 127.0.0.1 -p 8001 \\\n  x\n",
            &[("/venv/bin/daphne", "/venv/bin/daphne", Some(8001))],
        );
        check(
            "app.service",
            "[Service]\nEnvironment=\"PORT=4000\" A=b\nExecStart=/usr/bin/node server.js\n",
            &[("/usr/bin/node", "/usr/bin/node", Some(4000))],
        );
        check(
            "supervisord.conf",
            "[supervisord]\ncommand=no\n[program:asgi]\ncommand = daphne --port 9000 x ; why\n[program:w]\nuser=x\n",
            &[("asgi", "daphne", Some(9000))],
        );
        check(
            "ecosystem.config.js",
            "module.exports = {\n  apps: [{ name: 'api', script: 'uvicorn', args: 'main:app --port 8000', interpreter: 'none', },\n  \
             { script: './server.js', env: { PORT: 4000 } }]\n};\n",
            &[("api", "uvicorn", Some(8000)), ("./server.js", "./server.js", Some(4000))],
        );
        for text in ["", "[", "module.exports = {", "web", "=\\\n\\", "[program:]\ncommand="] {
            for name in ["Procfile", "a.service", "supervisor.conf", "ecosystem.config.js"] {
                assert!(read(name, text.as_bytes()).expect("it starts programs").is_empty(), "{name} {text}");
            }
        }
        assert!(read("nginx.conf", b"").is_none());
    }
}
