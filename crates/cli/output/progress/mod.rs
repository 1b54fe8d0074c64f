//! What is going on, in one line on the terminal, for work that takes longer than people wait without wondering.

#[cfg(not(target_os = "wasi"))]
mod bar;
#[cfg(target_os = "wasi")]
mod wasi;

#[cfg(not(target_os = "wasi"))]
pub(crate) use bar::Progress;
#[cfg(target_os = "wasi")]
pub(crate) use wasi::Progress;
