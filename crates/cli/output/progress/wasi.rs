//! Without threads there is nobody who could draw a line meanwhile.

/// No line.
pub(crate) struct Progress;

impl Progress {
    /// Starts nothing.
    pub(crate) fn start(_quiet: bool, _words: &str) -> Self {
        Self
    }

    /// Says nothing.
    pub(crate) fn step(&self, _words: impl Into<String>) {}
}
