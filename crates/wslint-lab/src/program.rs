//! Finding the proxies' programs and asking them for their version.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Kind};

/// A proxy that can be run.
#[derive(Clone, Debug)]
pub struct Program {
    /// Which proxy.
    pub kind: Kind,
    /// The executable.
    pub path: PathBuf,
    /// Its version, such as `1.22.1` or `2.6.12`.
    pub version: String,
    /// The modules that it can load from its modules' folder, by file name; only nginx has them.
    pub(crate) modules: Vec<PathBuf>,
}

impl Program {
    /// The program that [`Kind::variable`] names, else the first in `PATH` (and the `sbin` folders, which are not
    /// in everybody's `PATH`).
    pub fn find(kind: Kind) -> Result<Self, Error> {
        if let Some(path) = env::var_os(kind.variable()).filter(|path| !path.is_empty()) {
            return Self::at(kind, PathBuf::from(path));
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        let usual = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
        env::split_paths(&folders)
            .chain(usual)
            .map(|folder| folder.join(kind.program()))
            .find(|path| path.is_file())
            .map_or_else(
                || Err(Error::MissingProxy { program: kind.program(), variable: kind.variable() }),
                |path| Self::at(kind, path),
            )
    }

    /// The program at `path`, once it has said its version.
    pub fn at(kind: Kind, path: PathBuf) -> Result<Self, Error> {
        let bad = |reason: String| Error::BadProxy { kind, program: path.clone(), reason };
        let flag = if kind == Kind::Nginx { "-V" } else { "-v" };
        let output = Command::new(&path).arg(flag).output().map_err(|error| bad(error.to_string()))?;
        // nginx writes its version to standard error, HAProxy to standard output.
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let mark = if kind == Kind::Nginx { "nginx/" } else { "version " };
        let version: String = text
            .split_once(mark)
            .map(|(_, rest)| rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect())
            .unwrap_or_default();
        if version.is_empty() {
            return Err(bad("it does not tell its version".into()));
        }
        let modules = modules(&text);
        Ok(Self { kind, path, version, modules })
    }

    /// The loadable module called `name`, if the program has it as a file.
    pub(crate) fn module(&self, name: &str) -> Option<&Path> {
        self.modules.iter().find(|path| path.file_name() == Some(OsStr::new(name))).map(PathBuf::as_path)
    }
}

/// The files in the folder that `nginx -V` names as `--modules-path`.
fn modules(build: &str) -> Vec<PathBuf> {
    let folder = build.split_whitespace().find_map(|word| word.strip_prefix("--modules-path="));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
