//! `wslint init`: writes a `wslint.yaml` that explains itself.

use std::io;
use std::path::Path;

use crate::args::InitArgs;
use crate::config::{FILE_NAME, TEMPLATE};
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status};
use crate::output::say;
use crate::read::ReadError;
use crate::write::write_new;

/// Writes the file into the folder. One that is there stays as it is.
pub(crate) fn run(args: &InitArgs) -> Result<Status, Failure> {
    let path = if args.folder == Path::new(".") { FILE_NAME.into() } else { args.folder.join(FILE_NAME) };
    write_new(&path, TEMPLATE.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::at(&path, "it is there already, and nothing was changed"),
        _ => Failure::at(&path, &ReadError::from(error).to_string()),
    })?;
    say(&format!("Wrote {}. Uncomment what you need.", escape(&shown_path(&path))));
    Ok(Status::Clean)
}
