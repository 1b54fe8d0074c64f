//! What may not be knowable from the configuration alone.

use crate::length::{self, Keep};

/// A value that may not be knowable from the configuration alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is this.
    Known(T),
    /// It cannot be told.
    Unknown,
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// The same with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Known(value) => Known::Known(change(value)),
            Self::Unknown => Known::Unknown,
        }
    }

    /// The value by reference, if it is known.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

impl<T> From<T> for Known<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

impl Known<String> {
    /// The value, unless it is too long to be followed.
    pub fn bounded(self) -> Self {
        self.known().and_then(length::bounded).into()
    }
}

impl Keep for Known<String> {
    fn size(&self) -> usize {
        self.as_ref().map_or(0, String::len)
    }
}
