//! The tags of templates that print nothing.

/// What a tag that prints nothing does to the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Begins the first arm of a condition, or the body of a loop.
    Start,
    /// Begins another arm.
    Middle,
    /// Ends the last arm or the body.
    End,
    /// Nothing: a comment, an assignment.
    Other,
}
