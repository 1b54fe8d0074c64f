//! Finding the proxies' programs and asking them for their version.

use std::env;
use std::ffi::{OsStr, OsString};
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
    ///
    /// # Errors
    /// [`Error::MissingProxy`] if there is none, [`Error::BadProxy`] if it does not run.
    pub fn find(kind: Kind) -> Result<Self, Error> {
        let path = env::var_os("PATH").unwrap_or_default();
        let usual = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
        Self::find_in(kind, env::var_os(kind.variable()), env::split_paths(&path).chain(usual))
    }

    /// An nginx newer than the distribution's: the one that `WSLINT_NGINX_NEW` names, else the one that
    /// `scripts/install-proxies` puts into `target/proxies`. What nginx does changed with 1.29.7.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn find_new_nginx() -> Result<Self, Error> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/proxies");
        let variable = "WSLINT_NGINX_NEW";
        Self::find_in(Kind::Nginx, env::var_os(variable), [folder].into_iter()).map_err(|error| match error {
            Error::MissingProxy { program, .. } => Error::MissingProxy { program, variable },
            error => error,
        })
    }

    fn find_in(
        kind: Kind,
        named: Option<OsString>,
        mut folders: impl Iterator<Item = PathBuf>,
    ) -> Result<Self, Error> {
        if let Some(path) = named.filter(|path| !path.is_empty()) {
            return Self::at(kind, PathBuf::from(path));
        }
        let found =
            folders.find_map(|folder| Some(folder.join(kind.program())).filter(|path| path.is_file()));
        match found {
            Some(path) => Self::at(kind, path),
            None => Err(Error::MissingProxy { program: kind.program(), variable: kind.variable() }),
        }
    }

    /// The program at `path`, once it has said its version.
    ///
    /// # Errors
    /// [`Error::BadProxy`] if it does not run or says no version.
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
        // It is started in a folder of its own.
        let path = std::path::absolute(&path).map_err(|error| bad(error.to_string()))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_proxy_says_how_to_install_it() {
        let missing = Program::find_in(Kind::Haproxy, None, std::iter::empty()).unwrap_err().to_string();
        assert_eq!(
            missing,
            "haproxy is not installed: run scripts/install-proxies, or name the program with \
             WSLINT_HAPROXY=/path/to/haproxy"
        );
        let bad = Program::find_in(Kind::Nginx, Some("/nowhere/nginx".into()), std::iter::empty());
        let bad = bad.unwrap_err().to_string();
        assert!(bad.starts_with("/nowhere/nginx is not a working nginx: "), "{bad}");
    }
}
