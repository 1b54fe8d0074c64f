//! The bytes of a file, which are text nearly always.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The bytes of one file. Whether they are UTF-8 is found once, so that no word of it has to be looked at for that.
#[derive(Clone, Debug)]
pub struct Source {
    bytes: Arc<[u8]>,
    /// The same bytes as text, where they are UTF-8.
    text: Option<Arc<str>>,
}

impl Source {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether all of them are UTF-8.
    pub(crate) fn is_text(&self) -> bool {
        self.text.is_some()
    }

    /// A part of them as text; `None` where it is not UTF-8.
    #[inline]
    pub(crate) fn str(&self, range: Range<usize>) -> Option<&str> {
        match self.text.as_ref().and_then(|text| text.get(range.clone())) {
            Some(text) => Some(text),
            None => std::str::from_utf8(&self.bytes[range]).ok(),
        }
    }

    /// A part of them as text; what is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(&self, range: Range<usize>) -> Cow<'_, str> {
        match self.str(range.clone()) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(&self.bytes[range]),
        }
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::from(text),
            Err(error) => Self { bytes: error.into_bytes().into(), text: None },
        }
    }
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        let text: Arc<str> = text.into();
        Self { bytes: Arc::clone(&text).into(), text: Some(text) }
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
