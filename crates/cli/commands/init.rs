//! `wslint init`: writes a `wslint.yaml` that explains itself.

use std::io;
use std::path::Path;

use crate::args::InitArgs;
use crate::config::{FILE_NAME, TEMPLATE};
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status};
use crate::files::{ReadError, may_write};
use crate::output::say;
use crate::write::write_new;

/// Writes the file into the folder. One that is there stays as it is.
pub(crate) fn run(args: &InitArgs) -> Result<Status, Failure> {
    let path = if args.folder == Path::new(".") { FILE_NAME.into() } else { args.folder.join(FILE_NAME) };
    let place = may_write(&path).map_err(|error| Failure::at(&path, &error.to_string()))?;
    write_new(&place, TEMPLATE.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::at(&path, "it is there already, and nothing was changed"),
        _ => Failure::at(&path, &ReadError::from(error).to_string()),
    })?;
    say(&format!("Wrote {}. Uncomment what you need.", escape(&shown_path(&path))));
    Ok(Status::Clean)
}
