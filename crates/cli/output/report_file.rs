//! `--output-file`: a report in a file that is the old or the whole new one at every moment, so that a job that is
//! killed leaves no half of a document behind.

#![expect(clippy::disallowed_methods, reason = "one of the places that write; may_write is asked")]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Console;
use crate::args::TerminalOptions;
use crate::exit::Failure;
use crate::files::{ReadError, may_write, system_words};

/// What new files may be, before the user's mask takes its part away.
const NEW_MODE: u32 = 0o666;

/// The file while it is written.
pub(crate) struct ReportFile {
    /// As the user calls it.
    path: PathBuf,
    target: Target,
}

enum Target {
    /// A file that takes the place of what lies there, if anything does.
    New { file: NamedTempFile, place: PathBuf },
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

    /// The output that goes into it.
    pub(crate) fn console(&self, options: &TerminalOptions) -> Result<Console, Failure> {
        let file = match &self.target {
            Target::New { file, .. } => file.as_file(),
            Target::There(file) => file,
        };
        let file = file.try_clone().map_err(|error| failure(&self.path, &error))?;
        Ok(Console::file(file, options))
    }

    /// Writes what is no report of a run, such as a baseline.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        let file = match &mut self.target {
            Target::New { file, .. } => file.as_file_mut(),
            Target::There(file) => file,
        };
        file.write_all(text.as_bytes()).map_err(|error| failure(&self.path, &error))
    }

    /// Puts the finished report in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Target::New { file, place } = self.target else { return Ok(()) };
        let placed =
            file.as_file().sync_all().and_then(|()| file.persist(place).map_err(|error| error.error));
        placed.map(drop).map_err(|error| failure(&self.path, &error))
    }
}

impl Target {
    fn at(path: &Path) -> io::Result<Self> {
        let (place, mode) = match fs::metadata(path) {
            Ok(there) if there.is_file() => (path.canonicalize()?, there.permissions()),
            Ok(_) => return Ok(Self::There(OpenOptions::new().write(true).open(path)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (path.to_owned(), Permissions::from_mode(NEW_MODE))
            }
            Err(error) => return Err(error),
        };
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".wslint-").permissions(mode).tempfile_in(folder)?;
        Ok(Self::New { file, place })
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
