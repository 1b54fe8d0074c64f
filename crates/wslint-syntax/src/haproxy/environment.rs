//! The environment as it changes from line to line.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::options::{Options, Unset};

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// It is set, to these bytes.
    Set(Cow<'a, [u8]>),
    /// It is not set.
    Unset,
    /// It may be set, to anything.
    Unknown,
}

/// The variables that HAProxy 2.6 sets itself before it reads a file, to values of the machine it runs on
/// (`main()`; `HAPROXY_LOCALPEER` measured).
const SET_BY_THE_PROXY: [&[u8]; 1] = [b"HAPROXY_LOCALPEER"];

impl Value<'_> {
    pub(super) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Set(value) => Value::Set(Cow::Borrowed(value)),
            Self::Unset => Value::Unset,
            Self::Unknown => Value::Unknown,
        }
    }

    fn into_owned(self) -> Value<'static> {
        match self {
            Self::Set(value) => Value::Set(Cow::Owned(value.into_owned())),
            Self::Unset => Value::Unset,
            Self::Unknown => Value::Unknown,
        }
    }
}

/// The given environment, and what `setenv` and its kin made of it.
pub(super) struct Environment<'a> {
    /// None once `resetenv` was reached.
    given: Option<&'a BTreeMap<Vec<u8>, Vec<u8>>>,
    /// What the variables are that are neither changed nor given.
    others: Value<'static>,
    changed: BTreeMap<Vec<u8>, Value<'static>>,
}

impl<'a> Environment<'a> {
    pub(super) fn new(options: &'a Options) -> Self {
        let others = match options.unset {
            Unset::Empty => Value::Unset,
            Unset::Unknown => Value::Unknown,
        };
        let changed = SET_BY_THE_PROXY
            .into_iter()
            .filter(|name| !options.environment.contains_key(*name))
            .map(|name| (name.to_vec(), Value::Unknown))
            .collect();
        Self { given: Some(&options.environment), others, changed }
    }

    pub(super) fn get(&self, name: &[u8]) -> Value<'_> {
        if let Some(value) = self.changed.get(name) {
            return value.borrowed();
        }
        match self.given.and_then(|given| given.get(name)) {
            Some(value) => Value::Set(Cow::Borrowed(value)),
            None => self.others.borrowed(),
        }
    }

    fn set(&mut self, name: &[u8], value: Value<'static>) {
        self.changed.insert(name.to_vec(), value);
    }

    /// Acts on a statement of `global` that changes the environment; `None` among the words is a word that is
    /// not known. `certain` is false when the statement itself may or may not be reached.
    pub(super) fn apply(&mut self, words: &[Option<&[u8]>], certain: bool) {
        let Some((Some(keyword), names)) = words.split_first() else { return };
        match *keyword {
            b"setenv" | b"presetenv" => self.assign(keyword == b"setenv", names, certain),
            b"unsetenv" => {
                for name in names.iter().map_while(|name| name.filter(|name| !name.is_empty())) {
                    self.set(name, if certain { Value::Unset } else { Value::Unknown });
                }
            }
            b"resetenv" => self.reset(names, certain),
            _ => {}
        }
    }

    /// `setenv NAME VALUE`, or `presetenv`, which leaves a variable that is set.
    fn assign(&mut self, overwrite: bool, words: &[Option<&[u8]>], certain: bool) {
        let (Some(Some(name)), Some(value)) = (words.first(), words.get(1)) else { return };
        // One word too many is tolerated (measured), two are not.
        let refused = words.get(3).is_some_and(|word| word.is_some_and(|word| !word.is_empty()));
        if refused || name.is_empty() || name.contains(&b'=') || value.is_some_and(<[u8]>::is_empty) {
            return;
        }
        let value = value.map_or(Value::Unknown, |value| Value::Set(Cow::Owned(value.to_vec())));
        match self.get(name) {
            Value::Set(_) if !overwrite => {}
            Value::Unknown if !overwrite => self.set(name, Value::Unknown),
            _ if !certain => self.set(name, Value::Unknown),
            _ => self.set(name, value),
        }
    }

    /// `resetenv NAME...`: all but these variables are removed.
    fn reset(&mut self, names: &[Option<&[u8]>], certain: bool) {
        let names = names.iter().map_while(|name| name.filter(|name| !name.is_empty()));
        let kept = names.map(|name| (name.to_vec(), self.get(name).into_owned())).collect();
        self.changed = kept;
        self.given = None;
        self.others = if certain { Value::Unset } else { Value::Unknown };
    }
}
