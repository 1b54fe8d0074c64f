//! Samples: the values that expressions yield (manual, section 7.1).

use wslint_model::length::{Keep, LONGEST};

/// What a value takes at least, in bytes.
const NUMBER: usize = 8;

/// A value of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text, and addresses as text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// What a map file says, or what became of it. It decides as it would in the proxy, but no text is made of it: the
    /// lines of a file that is no configuration are nobody's business.
    OfFile(Box<Value>),
}

impl Value {
    /// The value as text, as the proxy casts it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Flag(flag) => u8::from(*flag).to_string(),
            Self::OfFile(value) => value.text(),
        }
    }

    /// How many bytes of text the value holds, or what it takes otherwise.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len().max(NUMBER),
            Self::Integer(_) | Self::Flag(_) => NUMBER,
            Self::OfFile(value) => value.length(),
        }
    }

    /// The value as an integer, if it can be cast to one.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Integer(number) => Some(*number),
            Self::Flag(flag) => Some(i64::from(*flag)),
            Self::OfFile(value) => value.integer(),
        }
    }

    /// Whether it comes from a map file.
    pub(crate) fn is_of_file(&self) -> bool {
        matches!(self, Self::OfFile(_))
    }
}

/// What an expression yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    /// Nothing: the header is not there, the variable was never set.
    Missing,
    /// These values; a pattern matches the sample when it matches any of them.
    Values(Vec<Value>),
    /// It cannot be told from the configuration and the request.
    Unknown,
}

impl Keep for Sample {
    fn size(&self) -> usize {
        match self {
            Self::Missing | Self::Unknown => 0,
            Self::Values(values) => values.iter().map(Value::length).sum(),
        }
    }
}

impl Sample {
    /// A sample of one text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Values(vec![Value::Text(text.into())])
    }

    /// A sample of one integer.
    pub(crate) fn integer(number: i64) -> Self {
        Self::Values(vec![Value::Integer(number)])
    }

    /// A sample of yes or no.
    pub(crate) fn flag(flag: bool) -> Self {
        Self::Values(vec![Value::Flag(flag)])
    }

    /// The same sample, unless it is too long to be followed.
    pub(crate) fn bounded(self) -> Self {
        if self.size() > LONGEST { Self::Unknown } else { self }
    }

    /// A sample of a text that may not be known.
    pub(crate) fn known(text: Option<String>) -> Self {
        text.map_or(Self::Unknown, Self::text)
    }

    /// The value that a log-format string writes: the last one, and nothing for a missing sample. `None`
    /// where it cannot be known, or nobody shall.
    pub(crate) fn written(&self) -> Option<String> {
        match self {
            Self::Values(values) if values.last().is_some_and(Value::is_of_file) => None,
            sample => sample.meant(),
        }
    }

    /// The same for a name that is only looked up, so that it may come from a file.
    pub(crate) fn meant(&self) -> Option<String> {
        match self {
            Self::Missing => Some(String::new()),
            Self::Values(values) => Some(values.last().map(Value::text).unwrap_or_default()),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_not_followed() {
        let half = Value::Text("x".repeat(LONGEST / 2 + 1));
        let short = Sample::Values(vec![half.clone()]);
        assert_eq!(short.clone().bounded(), short);
        assert_eq!(Sample::Values(vec![half.clone(), half]).bounded(), Sample::Unknown);
        let longest = Sample::text("x".repeat(LONGEST));
        assert_eq!(longest.clone().bounded(), longest);
        assert_eq!(Sample::Missing.bounded(), Sample::Missing);
    }
}
