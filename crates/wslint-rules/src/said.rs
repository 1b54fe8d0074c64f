//! What a rule says, as it is written.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::catalogue::Catalogue;
use crate::template::Template;

/// A message of a rule. Few rules speak in a run, so that its text is read when it is said.
#[derive(Debug)]
pub(crate) struct Said {
    text: Cow<'static, str>,
    catalogue: &'static Catalogue,
    read: OnceLock<Result<Template, String>>,
}

impl Said {
    /// A text that may name the questions of a catalogue.
    pub(crate) fn new(text: Cow<'static, str>, catalogue: &'static Catalogue) -> Self {
        Self { text, catalogue, read: OnceLock::new() }
    }

    /// The text as it was read.
    ///
    /// # Errors
    /// Says which placeholder does not exist, or which brace stands alone.
    pub(crate) fn checked(&self) -> Result<&Template, &str> {
        let read = || Template::parse(self.text.trim_end(), self.catalogue);
        self.read.get_or_init(read).as_ref().map_err(String::as_str)
    }
}
