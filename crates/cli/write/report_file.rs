//! `--output-file`: a report in a file that is the old or the whole new one at every moment, so that a job that is
//! killed leaves no half of a document behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::access::Access;
use super::signals::{self, Hold};
use super::temporary::Temporary;
use crate::args::TerminalOptions;
use crate::exit::Failure;
use crate::files::{ReadError, canonical, may_write, system_words};
use crate::output::Console;

/// The file while it is written.
pub(crate) struct ReportFile {
    /// As the user calls it.
    path: PathBuf,
    target: Target,
}

enum Target {
    /// A file that takes the place of what lies there, if anything does. The last field is dropped last: a signal ends
    /// the process when the temporary file is gone.
    New { file: File, temporary: Temporary, place: PathBuf, _hold: Hold },
    /// A terminal, a pipe or a device: nothing can take its place, and nothing should.
    There(File),
}

impl ReportFile {
    /// Begins the report at `path`. Links to a file keep leading to it, and its mode stays.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let failure = Failure::said("`-` is no file to write the report to");
            return Err(failure.help("without --output-file it goes to standard output"));
        }
        let place = may_write(path).map_err(|error| match error {
            ReadError::Missing => failure(path, &io::ErrorKind::NotFound.into()),
            error => Failure::at(path, &format!("it cannot be written: {error}")),
        })?;
        let target = Target::at(&place).map_err(|error| failure(path, &error))?;
        Ok(Self { path: path.to_owned(), target })
    }

    /// Has the report written by `print`.
    pub(crate) fn print(
        &mut self,
        options: &TerminalOptions,
        print: impl FnOnce(&mut Console) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let file = self.target.file().try_clone().map_err(|error| failure(&self.path, &error))?;
        let mut console = Console::file(Heedful(file), options);
        let printed = print(&mut console).and_then(|()| console.flush());
        printed.map_err(|error| failure(&self.path, &error))
    }

    /// Writes what is no report of a run, such as a baseline.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.target.file().write_all(text.as_bytes()).map_err(|error| failure(&self.path, &error))
    }

    /// Puts the finished report in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.target.finish().map_err(|error| failure(&self.path, &error))
    }
}

impl Target {
    fn at(path: &Path) -> io::Result<Self> {
        let there = match fs::metadata(path) {
            Ok(there) if there.is_file() => Some(there.permissions()),
            Ok(_) => return Ok(Self::There(OpenOptions::new().write(true).open(path)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let place = if there.is_some() { canonical(path)? } else { path.to_owned() };
        let hold = Hold::begin()?;
        let (temporary, file) = Temporary::beside(&place, Access::Usual)?;
        let target = Self::New { file, temporary, place, _hold: hold };
        if let Some(permissions) = there {
            target.file().set_permissions(permissions)?;
        }
        Ok(target)
    }

    fn file(&self) -> &File {
        match self {
            Self::New { file, .. } | Self::There(file) => file,
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::New { file, temporary, place, .. } => {
                file.sync_all()?;
                signals::check()?;
                temporary.take(place)
            }
            Self::There(_) => Ok(()),
        }
    }
}

/// Writes until a signal waits to end the process: a report can be long.
struct Heedful(File);

impl Write for Heedful {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        signals::check()?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    // The file itself may be missing: what is not there is the folder that it should lie in.
    let words = match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        _ => system_words(error),
    };
    Failure::at(path, &format!("it cannot be written: {words}"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::path::Path;

    use super::ReportFile;

    fn write(path: &Path, text: &str) {
        let mut report = ReportFile::create(path).expect("it can be written");
        report.write(text).expect("there is room");
        report.finish().expect("it finds its place");
    }

    #[test]
    fn links_and_modes_stay_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("report"), folder.path().join("link"));
        write(&file, "first");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
        symlink("report", &link).expect("a link");
        write(&link, "second");
        assert_eq!(fs::read_to_string(&file).expect("readable"), "second");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
    }

    #[test]
    fn a_report_that_is_not_finished_leaves_the_old_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("report");
        write(&file, "old");
        drop(ReportFile::create(&file).expect("it can be written"));
        assert_eq!(fs::read_to_string(&file).expect("readable"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
        assert!(ReportFile::create(Path::new("-")).is_err(), "no file");
        assert!(ReportFile::create(folder.path()).is_err(), "a folder");
        assert!(ReportFile::create(&folder.path().join("absent/report")).is_err(), "no folder");
    }

    #[test]
    fn a_device_is_not_replaced() {
        write(Path::new("/dev/null"), "nothing");
        assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
    }
}
