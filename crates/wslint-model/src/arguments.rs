//! How many arguments a directive or keyword takes.

/// The least and the most arguments, `most` being none where there is no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// At least this many.
    pub least: usize,
    /// At most this many.
    pub most: Option<usize>,
}

impl Arguments {
    /// Whether so many are taken.
    pub fn take(self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }
}
