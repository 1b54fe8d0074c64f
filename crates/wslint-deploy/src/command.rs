//! What a command starts: the server among the programs that only start others.

use wslint_model::traffic::Framework;
use wslint_syntax::Span;

use crate::word::{Word, cut};

/// A server that a command starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The server.
    pub framework: Framework,
    /// The word that names it.
    pub span: Span,
    /// The heartbeat that a flag sets, in milliseconds: none where it is switched off.
    pub heartbeat: Option<Option<u64>>,
}

/// Programs that start what follows them, each with how many of the words that follow are its own.
#[rustfmt::skip]
static STARTERS: &[(&str, usize)] = &[
    ("exec", 0), ("env", 0), ("nice", 0), ("time", 0), ("tini", 0), ("dumb-init", 0), ("catatonit", 0), ("--", 0),
    ("gosu", 1), ("su-exec", 1), ("npx", 0), ("bundle", 1), ("poetry", 1), ("pipenv", 1), ("uv", 1), ("pdm", 1),
    ("rye", 1), ("hatch", 1), ("ddtrace-run", 0), ("opentelemetry-instrument", 0), ("newrelic-admin", 1),
];

/// The server that a command starts; `None` where that is not certain, or it is none that is known.
pub fn server(words: &[Word]) -> Option<Server> {
    let mut words = words.to_vec();
    // A shell in a shell is rare; one in each other without an end is nobody's.
    for _ in 0..4 {
        match script(&words) {
            Some(script) => words = last_command(&script)?,
            None => break,
        }
    }
    let words = started(&words)?;
    let (program, rest) = words.split_first()?;
    let name = base(&program.text);
    let worker = (name == "gunicorn").then(|| flag(rest, &["-k", "--worker-class"])).flatten();
    let mut known = Framework::all()
        .flat_map(|product| product.record().commands.iter().map(move |command| (product, command)));
    let (framework, command) = known.find(|(_, command)| {
        command.program == name
            && match command.worker {
                None => true,
                Some(start) => worker.as_deref().is_some_and(|worker| worker.starts_with(start)),
            }
    })?;
    let set = command.heartbeat.and_then(|name| flag(rest, &[name]));
    let seconds = |text: String| match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 => Some((seconds * 1000.0) as u64),
        _ => None,
    };
    Some(Server { framework, span: program.span, heartbeat: set.map(seconds) })
}

/// The port that a command makes a program listen on: the one that a flag or `PORT=` before it names, or else the usual one
/// of a server that is known. `None` where it listens on a socket, or nobody knows.
pub fn port(words: &[Word]) -> Option<u16> {
    let script = script(words).and_then(|script| last_command(&script));
    let words = script.as_deref().unwrap_or(words);
    let assignments = words.iter().take_while(|word| is_assignment(&word.text));
    if let Some(port) = assignments.filter_map(|word| environment_port(&word.text)).last() {
        return Some(port);
    }
    if let Some(at) = words.iter().position(|word| word.text == "runserver") {
        return match words.get(at + 1).filter(|word| !word.text.starts_with('-')) {
            Some(address) => port_of(&address.text),
            None => Some(8000),
        };
    }
    let (program, rest) = started(words)?.split_first()?;
    let name = base(&program.text);
    let server = server(words).map(|server| server.framework);
    let other = OTHERS.iter().find(|(other, _)| *other == name);
    let sockets: &[&str] =
        if name == "daphne" { &["--fd", "-u"] } else { &["--uds", "--fd", "--unix-socket"] };
    // Of any other program a short flag may mean anything.
    let (port, bind): (&[&str], &[&str]) = match server.is_some() || other.is_some() {
        true => (&["--port", "-p", "--server.port"], &["--bind", "-b"]),
        false => (&["--port"], &["--bind"]),
    };
    let address = flag(rest, bind).filter(|address| address.contains(':'));
    match (flag(rest, port), address) {
        (Some(port), _) => port.parse().ok(),
        (None, Some(address)) => port_of(&address),
        (None, None) if flag(rest, sockets).is_some() => None,
        (None, None) => match other {
            Some((_, usual)) => *usual,
            None => server?.record().ports.first().copied(),
        },
    }
}

/// The port of `8000`, `:8000` and `127.0.0.1:8000`.
fn port_of(address: &str) -> Option<u16> {
    address.rsplit(':').next()?.parse().ok()
}

/// The port of `PORT=8000`.
pub(crate) fn environment_port(word: &str) -> Option<u16> {
    word.strip_prefix("PORT=")?.trim_matches(['"', '\'']).parse().ok()
}

/// Servers of which a command alone does not tell how they take handshakes, with the ports that they listen on by default.
static OTHERS: &[(&str, Option<u16>)] = &[
    ("gunicorn", Some(8000)),
    ("uwsgi", None),
    ("waitress-serve", Some(8080)),
    ("puma", Some(9292)),
    ("unicorn", Some(8080)),
    ("nginx", None),
    ("apache2", None),
    ("httpd", None),
];

/// The server that a script starts: that of the last of its lines which starts one that is known. A script that starts
/// different ones decides by what nobody knows here.
pub fn server_of_script(text: &str) -> Option<Server> {
    let mut at = 0;
    let mut found: Option<Server> = None;
    for line in joined_lines(text) {
        let (line, length) = line;
        let start = at;
        at += length;
        let blanks = line.len() - line.trim_start().len();
        let end = start + length;
        let span = Span::new(start + blanks, end.max(start + blanks));
        let command = line.trim();
        if command.starts_with('#') {
            continue;
        }
        let parts: Vec<Vec<Word>> = commands(command).iter().map(|part| cut(part, span)).collect();
        let Some(server) = parts.iter().rev().find_map(|words| server(words)) else {
            let mut programs = parts.iter().filter_map(|words| started(words)?.first());
            if programs.any(|program| OTHERS.iter().any(|(other, _)| *other == base(&program.text))) {
                return None;
            }
            continue;
        };
        let first = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let span = Span::new(span.start as usize, first.max(span.start as usize));
        match &found {
            Some(other) if other.framework != server.framework => return None,
            _ => found = Some(Server { span, ..server }),
        }
    }
    found
}

/// The lines of a script, those that a backslash ends with the next one, and how many bytes each has.
fn joined_lines(text: &str) -> Vec<(String, usize)> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end();
        let (words, goes_on) = match words.strip_suffix('\\') {
            Some(words) => (words, true),
            None => (words, false),
        };
        match lines.last_mut().filter(|_| open) {
            Some((joined, length)) => {
                joined.push(' ');
                joined.push_str(words.trim_start());
                *length += line.len();
            }
            None => lines.push((words.to_owned(), line.len())),
        }
        open = goes_on;
    }
    lines
}

/// The script that a shell is given with `-c`.
fn script(words: &[Word]) -> Option<Word> {
    let words = skip_starters(words)?;
    let (shell, rest) = words.split_first()?;
    if !["sh", "bash", "ash", "dash", "zsh"].contains(&base(&shell.text)) {
        return None;
    }
    let at = rest.iter().position(|word| word.text.starts_with('-') && word.text.ends_with('c'))?;
    rest.get(at + 1).cloned()
}

/// The last command of a script that starts a server that is known, or else the last one.
fn last_command(script: &Word) -> Option<Vec<Word>> {
    let parts = commands(&script.text);
    let cut = |part: &String| cut(part, script.span);
    let known = parts.iter().rev().map(cut).find(|words| server(words).is_some());
    known.or_else(|| parts.last().map(cut))
}

/// The commands of a line, without those in quotes.
fn commands(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ';' | '&' | '|' | '\n') => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// What is left of a command without the programs that only start others: `python -m`, `poetry run`, `exec`.
fn started(words: &[Word]) -> Option<&[Word]> {
    let words = skip_starters(words)?;
    let (program, rest) = words.split_first()?;
    let name = base(&program.text);
    if !name.starts_with("python") {
        return Some(words);
    }
    let module = rest.iter().position(|word| !word.text.starts_with('-') || word.text == "-m")?;
    match rest[module].text.as_str() {
        "-m" => Some(&rest[module + 1..]),
        _ => Some(words),
    }
}

fn skip_starters(mut words: &[Word]) -> Option<&[Word]> {
    loop {
        let (program, rest) = words.split_first()?;
        if is_assignment(&program.text) {
            words = rest;
            continue;
        }
        let name = base(&program.text);
        let Some((_, own)) = STARTERS.iter().find(|(starter, _)| *starter == name) else {
            return Some(words);
        };
        let skipped = rest.iter().take_while(|word| word.text.starts_with('-')).count();
        words = rest.get(skipped + own..)?;
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The name of a program without its folder.
fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The value of a flag: `-k x`, `--worker-class x`, `--worker-class=x`.
fn flag(words: &[Word], names: &[&str]) -> Option<String> {
    words.iter().enumerate().find_map(|(at, word)| {
        names.iter().find_map(|name| match word.text.strip_prefix(name)? {
            "" => Some(words.get(at + 1)?.text.clone()),
            rest => match rest.strip_prefix('=') {
                Some(value) => Some(value.to_owned()),
                // `-kuvicorn…`
                None if !name.starts_with("--") => Some(rest.to_owned()),
                None => None,
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use wslint_syntax::Span;

    use super::{port, server, server_of_script};
    use crate::word::cut;

    #[test]
    fn servers_are_found_behind_what_starts_them() {
        let check = |command: &str, expected: Option<&str>| {
            let found = server(&cut(command, Span::new(0, 0)));
            assert_eq!(found.map(|server| server.framework.name()), expected, "{command}");
        };
        check("uvicorn app:app --host 0.0.0.0", Some("uvicorn"));
        check("/venv/bin/daphne -b 0.0.0.0 x.asgi:application", Some("daphne"));
        check("python -u -m uvicorn app:app", Some("uvicorn"));
        check("poetry run hypercorn app:app", Some("hypercorn"));
        check("sh -c 'python manage.py migrate && exec daphne x'", Some("daphne"));
        check("bash -lc \"daphne x | tee log\"", Some("daphne"));
        check("tini -- gosu app env A=b uvicorn x", Some("uvicorn"));
        check("gunicorn x -k uvicorn.workers.UvicornWorker", Some("uvicorn"));
        check("gunicorn --worker-class=uvicorn_worker.UvicornWorker x", Some("uvicorn"));
        check("gunicorn -k eventlet x", None);
        check("gunicorn x", None);
        check("python manage.py runserver 0.0.0.0:8000", None);
        check("python app.py uvicorn", None);
        check("echo uvicorn", None);
        check("$SERVER app", None);
        check("", None);
    }

    #[test]
    fn flags_set_the_heartbeat() {
        let heartbeat =
            |command: &str| server(&cut(command, Span::new(0, 0))).and_then(|server| server.heartbeat);
        assert_eq!(heartbeat("uvicorn x --ws-ping-interval 5"), Some(Some(5000)));
        assert_eq!(heartbeat("daphne --ping-interval=90 x"), Some(Some(90_000)));
        assert_eq!(heartbeat("daphne --ping-interval=0 x"), Some(None));
        assert_eq!(heartbeat("uvicorn x"), None);
    }

    #[test]
    fn commands_tell_ports() {
        let check = |command: &str, expected: Option<u16>| {
            assert_eq!(port(&cut(command, Span::new(0, 0))), expected, "{command}");
        };
        check("uvicorn app:app --port 8001", Some(8001));
        check("uvicorn app:app", Some(8000));
        check("uvicorn app:app --uds /run/a.sock", None);
        check("daphne -b 127.0.0.1 -p 8001 x", Some(8001));
        check("daphne -u /run/d.sock x", None);
        check("daphne -u /run/d.sock -p 8001 x", Some(8001));
        check("hypercorn -b 127.0.0.1:8002 a:app", Some(8002));
        check("gunicorn --bind=0.0.0.0:9000 x", Some(9000));
        check("gunicorn x", Some(8000));
        check("gunicorn -b unix:/run/x.sock x", None);
        check("python manage.py runserver", Some(8000));
        check("python manage.py runserver 0.0.0.0:8003", Some(8003));
        check("python manage.py runserver 8004", Some(8004));
        check("streamlit run a.py --server.port 8502", Some(8502));
        check("PORT=4000 node server.js", Some(4000));
        check("sh -c 'cd /x && PORT=4001 node a.js'", Some(4001));
        check("node -p 1", None);
        check("next start --port 3001", Some(3001));
        check("node server.js", None);
        check("", None);
    }

    #[test]
    fn scripts_start_what_their_last_line_says() {
        let text = "#!/bin/sh\n# daphne\npython manage.py migrate\nexec uvicorn app:app \\\n  --port 80\n";
        let found = server_of_script(text).expect("a server");
        assert_eq!(
            (found.framework.name(), &text[found.span.range()]),
            ("uvicorn", "exec uvicorn app:app \\")
        );
        assert_eq!(server_of_script("if x; then\n daphne a\nelse\n uvicorn a\nfi\n"), None);
        assert_eq!(server_of_script("exec \"$@\"\n"), None);
        assert_eq!(server_of_script("daphne -p 8089 x &\npython -m gunicorn y\n"), None);
    }
}
