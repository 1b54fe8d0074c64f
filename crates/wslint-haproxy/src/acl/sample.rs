//! Samples: the values that expressions yield (manual, section 7.1).

/// A value of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text, and addresses as text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
}

impl Value {
    /// The value as text, as the proxy casts it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Flag(flag) => u8::from(*flag).to_string(),
        }
    }

    /// The value as an integer, if it can be cast to one.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Integer(number) => Some(*number),
            Self::Flag(flag) => Some(i64::from(*flag)),
        }
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

    /// A sample of a text that may not be known.
    pub(crate) fn known(text: Option<String>) -> Self {
        text.map_or(Self::Unknown, Self::text)
    }

    /// The value that a log-format string writes: the last one, and nothing for a missing sample. `None`
    /// where it cannot be known.
    pub(crate) fn written(&self) -> Option<String> {
        match self {
            Self::Missing => Some(String::new()),
            Self::Values(values) => Some(values.last().map(Value::text).unwrap_or_default()),
            Self::Unknown => None,
        }
    }
}
