//! What the command line of a server that is known says of it: how often it pings, below which path it runs, how many
//! processes take its connections.

use crate::declared::{Heartbeat, Value};
use crate::settings;

/// What flags say. Each answer has the position of the word that gives it among the words that were handed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Command {
    /// Who keeps silent connections alive, where a flag says so. Nothing in it is a flag whose value cannot be told.
    pub heartbeat: Option<Flag<Option<Heartbeat>>>,
    /// The path before all that the application declares, which the proxy takes off: `--root-path /api`.
    pub root_path: Option<Flag<String>>,
    /// The seconds after which every WebSocket is closed, however busy: daphne's `--websocket_timeout`. Below zero is never.
    pub lifetime: Option<Flag<i64>>,
    /// How many processes take connections. More than one needs affinity where clients poll.
    pub workers: Option<Flag<u32>>,
}

/// What a flag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag<T> {
    /// Its value.
    pub value: T,
    /// Which of the words holds the value.
    pub word: usize,
}

/// The flags of one server.
struct Flags {
    /// The file of `products/` that it is.
    server: &'static str,
    /// The program, where another one runs the server: its flags are those of the program.
    program: Option<&'static str>,
    /// The flags for seconds between pings.
    heartbeat: &'static [&'static str],
    root_path: &'static [&'static str],
    /// The flags for the seconds after which a WebSocket is closed, however busy.
    lifetime: &'static [&'static str],
    workers: &'static [&'static str],
}

/// Read in the servers' own command lines: uvicorn 0.54.0 main.py, daphne 4.2.3 cli.py, hypercorn 0.18.0 __main__.py,
/// gunicorn 27.0.1 config.py.
static SERVERS: &[Flags] = &[
    // Its settings of WebSockets are the worker's own, which no flag of gunicorn reaches.
    Flags {
        server: "uvicorn",
        program: Some("gunicorn"),
        heartbeat: &[],
        root_path: &[],
        lifetime: &[],
        workers: &["-w", "--workers"],
    },
    Flags {
        server: "uvicorn",
        program: None,
        heartbeat: &["--ws-ping-interval"],
        root_path: &["--root-path"],
        lifetime: &[],
        workers: &["--workers"],
    },
    Flags {
        server: "daphne",
        program: None,
        heartbeat: &["--ping-interval"],
        root_path: &["--root-path"],
        lifetime: &["--websocket_timeout"],
        workers: &[],
    },
    Flags {
        server: "hypercorn",
        program: None,
        heartbeat: &["--websocket-ping-interval"],
        root_path: &["--root-path"],
        lifetime: &[],
        workers: &["-w", "--workers"],
    },
];

impl Command {
    /// What the words of a command say of a server: `program` is the name of the program without its folder, `server`
    /// the file of `products/` that it is known as, and the words are those behind the program. A flag that is given twice
    /// holds as it is given last.
    #[must_use]
    pub fn read<'w>(program: &str, server: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut known = SERVERS.iter().filter(|flags| flags.server == server);
        let Some(flags) = known.find(|flags| flags.program.is_none_or(|name| name == program)) else {
            return Self::default();
        };
        let mut command = Self::default();
        let mut words = words.into_iter().enumerate().peekable();
        while let Some((at, word)) = words.next() {
            let (name, given) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some((at, value))),
                _ => (word, None),
            };
            let all = [flags.heartbeat, flags.root_path, flags.lifetime, flags.workers];
            let is_known = all.iter().any(|names| names.contains(&name));
            if !is_known {
                continue;
            }
            let Some((word, value)) = given.or_else(|| words.next()) else { break };
            if flags.heartbeat.contains(&name) {
                command.heartbeat = Some(Flag { value: beat(value), word });
            } else if flags.root_path.contains(&name) {
                command.root_path = root_path(value).map(|value| Flag { value, word });
            } else if flags.lifetime.contains(&name) {
                command.lifetime = value.parse().ok().map(|value| Flag { value, word });
            } else {
                command.workers = value.parse().ok().map(|value| Flag { value, word });
            }
        }
        command
    }
}

/// A number of seconds as a heartbeat.
fn beat(value: &str) -> Option<Heartbeat> {
    let number = value.parse().ok().filter(|number: &f64| number.is_finite())?;
    settings::beats(&Value::Number(number), 1000.0)
}

/// A path that says something.
fn root_path(value: &str) -> Option<String> {
    let path = value.trim_matches('/');
    let is_plain = !path.is_empty() && !path.contains(['$', '{', ' ']);
    is_plain.then(|| format!("/{path}"))
}

#[cfg(test)]
mod tests {
    use super::Command;
    use crate::declared::Heartbeat;

    fn told(program: &str, server: &str, words: &str) -> String {
        let words: Vec<&str> = words.split(' ').collect();
        let command = Command::read(program, server, words.iter().copied());
        let mut told = Vec::new();
        if let Some(flag) = command.heartbeat {
            let beat = match flag.value {
                Some(Heartbeat::Every(milliseconds)) => milliseconds.to_string(),
                Some(Heartbeat::Off) => "off".to_owned(),
                None => "?".to_owned(),
            };
            told.push(format!("beat {beat} by {}", words[flag.word]));
        }
        told.extend(command.root_path.map(|flag| format!("root {} by {}", flag.value, words[flag.word])));
        told.extend(command.lifetime.map(|flag| format!("{} s by {}", flag.value, words[flag.word])));
        told.extend(command.workers.map(|flag| format!("{} workers by {}", flag.value, words[flag.word])));
        told.join(", ")
    }

    #[test]
    fn flags_say_what_a_server_does() {
        let cases = [
            (
                "uvicorn",
                "uvicorn",
                "app:app --ws-ping-interval 5 --workers=4",
                "beat 5000 by 5, 4 workers by --workers=4",
            ),
            (
                "uvicorn",
                "uvicorn",
                "app:app --root-path /api/ --root-path=/v2",
                "root /v2 by --root-path=/v2",
            ),
            ("uvicorn", "uvicorn", "app:app --ws-ping-interval $PING --workers $N", "beat ? by $PING"),
            (
                "daphne",
                "daphne",
                "--ping-interval 0 --websocket_timeout -1 app:app",
                "beat off by 0, -1 s by -1",
            ),
            (
                "hypercorn",
                "hypercorn",
                "-w 2 --websocket-ping-interval 20.5 x",
                "beat 20500 by 20.5, 2 workers by 2",
            ),
            (
                "gunicorn",
                "uvicorn",
                "-w 3 --ws-ping-interval 5 -k uvicorn.workers.UvicornWorker",
                "3 workers by 3",
            ),
            ("uvicorn", "uvicorn", "app:app --ws-ping-interval", ""),
            ("ruby", "actioncable", "--ping-interval 5", ""),
        ];
        for (program, server, words, wanted) in cases {
            assert_eq!(told(program, server, words), wanted, "{program} {words}");
        }
    }
}
