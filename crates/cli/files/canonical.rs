//! Where a path of the user's own leads: their working directory, the folder that a service checked out.

#[cfg(not(target_os = "wasi"))]
pub(crate) use dunce::canonicalize as canonical;

/// The path that `path` leads to, absolute and without links. WASI has no call for it.
///
/// # Errors
/// Nothing lies there.
#[cfg(target_os = "wasi")]
pub(crate) fn canonical(path: impl AsRef<std::path::Path>) -> std::io::Result<std::path::PathBuf> {
    let way = super::links::follow(path.as_ref()).map_err(|stuck| stuck.error)?;
    way.real.symlink_metadata().map(|_| way.real)
}
