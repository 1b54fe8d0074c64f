//! What could not be done, on standard error.

#[cfg(not(target_os = "wasi"))]
mod drawn;
#[cfg(target_os = "wasi")]
mod wasi;

#[cfg(not(target_os = "wasi"))]
pub(crate) use drawn::report_problems;
#[cfg(target_os = "wasi")]
pub(crate) use wasi::report_problems;
