//! Who may look into what is written.

/// Who may look into a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Everybody whom the user lets, as with any file of theirs.
    Usual,
    /// Nobody else.
    Private,
}
