//! A JSON array of which each item is made when it is written. A document of all findings takes many times the memory
//! of the findings.

use std::cell::Cell;

use serde::{Serialize, Serializer};

/// The array. It can be written once.
pub(crate) struct Sequence<I>(Cell<Option<I>>);

impl<I> Sequence<I> {
    /// An array of what comes of `items`.
    pub(crate) fn of(items: I) -> Self {
        Self(Cell::new(Some(items)))
    }
}

impl<T: Serialize, I: Iterator<Item = T>> Serialize for Sequence<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    #[test]
    fn items_are_written_in_their_order() {
        let sequence = Sequence::of([1, 2].into_iter().map(|number| number * 2));
        assert_eq!(serde_json::to_string(&sequence).expect("JSON"), "[2,4]");
        let none: [u8; 0] = [];
        assert_eq!(serde_json::to_string(&Sequence::of(none.into_iter())).expect("JSON"), "[]");
    }
}
