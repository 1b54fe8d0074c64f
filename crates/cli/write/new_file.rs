//! A file that is not there yet.

use std::io::{self, Write};
use std::path::Path;

use super::access::Access;
use super::signals::Hold;
use super::temporary::Temporary;

/// Writes a new file, as a whole or not at all.
///
/// # Errors
/// Something lies there already (`AlreadyExists`), or the system refuses.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _hold = Hold::begin()?;
    let (mut temporary, mut file) = Temporary::beside(path, Access::Usual)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    temporary.take_free(path)
}
