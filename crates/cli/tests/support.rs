//! Runs the command in scratch folders.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

/// What the command takes from its surroundings, which may be a terminal or a pipeline.
const SURROUNDINGS: [&str; 8] = [
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "FORCE_HYPERLINK",
    "GITHUB_ACTIONS",
    "GITHUB_WORKSPACE",
    "CI_PROJECT_DIR",
    "TF_BUILD",
    "BUILD_SOURCESDIRECTORY",
];

/// A folder with files.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A folder that holds these files; their folders are made.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self { folder: tempfile::tempdir().expect("a scratch folder") };
        for (name, text) in files {
            scratch.write(name, text.as_bytes());
        }
        scratch
    }

    /// Adds a file.
    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    /// All files below it, by their paths.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.path()).expect("a path below").to_owned();
                    files.insert(name, fs::read(path).expect("readable"));
                }
            }
        }
        files
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command, to be run in the folder. It is killed if it hangs.
    pub(crate) fn wslint(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("wslint").expect("the command is built");
        command.current_dir(self.path()).args(args).timeout(Duration::from_secs(60));
        for name in SURROUNDINGS {
            command.env_remove(name);
        }
        command
    }

    /// Runs the command within a budget, beyond which the system refuses memory and ends the process.
    pub(crate) fn bounded(&self, budget: Budget, args: &[&str]) -> Ran {
        self.bounded_behind(budget, &[], args)
    }

    /// The same in a folder below.
    pub(crate) fn bounded_in(&self, folder: &str, budget: Budget, args: &[&str]) -> Ran {
        let mut command = self.limited(budget, &[], args);
        command.current_dir(self.path().join(folder));
        Ran::ended_in_time(command)
    }

    /// The same with words before the command, which are a program that runs it.
    pub(crate) fn bounded_behind(&self, budget: Budget, before: &[&str], args: &[&str]) -> Ran {
        Ran::ended_in_time(self.limited(budget, before, args))
    }

    /// The command within a budget, for whoever wants its pipes or its process.
    pub(crate) fn limited(&self, budget: Budget, before: &[&str], args: &[&str]) -> std::process::Command {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "ulimit -v $1 && ulimit -t $2 && shift 2 && exec \"$@\"", "sh"]);
        shell.args([(budget.memory_mib << 10).to_string(), budget.cpu_seconds.to_string()]);
        shell.args(before).arg(assert_cmd::cargo::cargo_bin("wslint")).args(args);
        shell.current_dir(self.path());
        for name in SURROUNDINGS {
            shell.env_remove(name);
        }
        shell
    }

    /// Runs the command.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.wslint(args).output().expect("the command runs"))
    }
}

/// What a run may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Address space in MiB (`RLIMIT_AS`), which is more than what the run really touches.
    pub(crate) memory_mib: u64,
    /// Processor time in seconds (`RLIMIT_CPU`). Debug builds are some ten times slower than what people run.
    pub(crate) cpu_seconds: u64,
}

/// Enough for any small input.
pub(crate) const SMALL: Budget = Budget { memory_mib: 512, cpu_seconds: 20 };

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Runs a command that is killed if it hangs.
    fn ended_in_time(command: std::process::Command) -> Self {
        let mut command = Command::from_std(command);
        Self::from(command.timeout(Duration::from_secs(120)).output().expect("the shell runs"))
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            signal: output.status.signal(),
            stdout: String::from_utf8(output.stdout).expect("the output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("the messages are UTF-8"),
        }
    }
}

impl Ran {
    /// The JSON document on standard output.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the exit status, whatever was written.
    pub(crate) fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:?}");
        self
    }

    /// Asserts the exit status, and that nothing reached the output that a terminal would obey.
    pub(crate) fn expect(self, status: i32) -> Self {
        let ran = self.ended(status);
        for text in [&ran.stdout, &ran.stderr] {
            // At the end of a line of a diff it moves nothing that the line feed does not.
            let obeyed = text.replace("\r\n", "\n").chars().find(|&c| {
                (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2028}'
            });
            assert_eq!(obeyed, None, "{text:?}");
        }
        ran
    }
}

/// Every format of reports, as the command itself lists them: a new one is tested without being named anywhere.
pub(crate) fn formats() -> Vec<String> {
    let refused = Scratch::new(&[]).run(&["--format", "nothing"]).ended(2).stderr;
    let (_, list) = refused.split_once("[possible values: ").expect("a list of formats");
    let (list, _) = list.split_once(']').expect("the end of the list");
    let formats: Vec<String> = list.split(", ").map(str::to_owned).collect();
    assert!(formats.len() >= 8, "{formats:?}");
    formats
}

/// The folders of configs as people run them, in byte order.
pub(crate) fn real_cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/real");
    let entries = fs::read_dir(folder).expect("the fixtures can be listed");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("a fixture").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

/// A whole nginx configuration whose only location loses the `Upgrade` header.
pub(crate) const LOST: &str = "events {}\nhttp {\n    server {\n        listen 127.0.0.1:8080;\n        location /ws {\n            \
                        proxy_pass http://127.0.0.1:3000;\n        }\n    }\n}\n";

/// The same with everything that a WebSocket needs.
pub(crate) const KEPT: &str = "events {}\nhttp {\n    server {\n        listen 127.0.0.1:8080;\n        location /ws {\n            \
                        proxy_pass http://127.0.0.1:3000;\n            proxy_http_version 1.1;\n            \
                        proxy_set_header Host $http_host;\n            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection \"upgrade\";\n            \
                        proxy_read_timeout 1d;\n            proxy_send_timeout 1d;\n        }\n    }\n}\n";

/// A whole HAProxy configuration that cuts every quiet WebSocket.
pub(crate) const TUNNEL_MISSING: &str = "defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    \
                                         timeout server 30s\nfrontend web\n    bind :80\n    acl ws hdr(Upgrade) -i websocket\n    \
                                         use_backend app if ws\nbackend app\n    server a 127.0.0.1:3000\n";
