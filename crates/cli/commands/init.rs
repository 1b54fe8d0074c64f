//! `wslint init`: writes a `wslint.yaml` that explains itself.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::args::InitArgs;
use crate::config::{FILE_NAME, TEMPLATE};
use crate::exit::{Failure, Status};
use crate::files::{ReadError, may_write};

/// Writes the file into the folder. One that is there stays as it is.
pub(crate) fn run(args: &InitArgs) -> Result<Status, Failure> {
    let path = if args.folder == Path::new(".") { FILE_NAME.into() } else { args.folder.join(FILE_NAME) };
    let place = may_write(&path).map_err(|error| Failure::at(&path, &error.to_string()))?;
    #[expect(clippy::disallowed_methods, reason = "may_write was asked")]
    let file = OpenOptions::new().write(true).create_new(true).open(place);
    let written = file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::at(&path, "it is there already, and nothing was changed"),
        _ => Failure::at(&path, &ReadError::from(error).to_string()),
    })?;
    let shown = crate::escape::shown_path(&path);
    writeln!(io::stderr().lock(), "Wrote {}. Uncomment what you need.", crate::escape::escape(&shown))?;
    Ok(Status::Clean)
}
