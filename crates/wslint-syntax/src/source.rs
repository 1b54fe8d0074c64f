//! The bytes of a file, which are text nearly always.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The bytes of one file. Whether they are UTF-8 is found once, so that no word of it has to be looked at for that.
#[derive(Clone, Debug)]
pub struct Source(Held);

/// The bytes as they were read: a large file is not there twice, not even for a moment.
#[derive(Clone, Debug)]
enum Held {
    Text(Arc<String>),
    Bytes(Arc<Vec<u8>>),
}

impl Source {
    /// The bytes.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.0 {
            Held::Text(text) => text.as_bytes(),
            Held::Bytes(bytes) => bytes,
        }
    }

    /// Whether all of them are UTF-8.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.0, Held::Text(_))
    }

    /// A part of them as text; `None` where it is not UTF-8.
    #[inline]
    pub(crate) fn str(&self, range: Range<usize>) -> Option<&str> {
        if let Held::Text(text) = &self.0
            && let Some(part) = text.get(range.clone())
        {
            return Some(part);
        }
        std::str::from_utf8(&self.bytes()[range]).ok()
    }

    /// A part of them as text; what is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(&self, range: Range<usize>) -> Cow<'_, str> {
        match self.str(range.clone()) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(&self.bytes()[range]),
        }
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::from(text),
            Err(error) => Self(Held::Bytes(Arc::new(error.into_bytes()))),
        }
    }
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        Self(Held::Text(Arc::new(text)))
    }
}

impl From<&[u8]> for Source {
    fn from(bytes: &[u8]) -> Self {
        Self::from(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Source {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(bytes.to_vec())
    }
}
