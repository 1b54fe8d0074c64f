//! The closed catalogue of questions that a route answers. Rules may test these and nothing else.

use std::marker::PhantomData;

use crate::choice::{Choice, Word};
use crate::known::Known;
use crate::value::Value;

/// What the catalogue says of a question: all that a rule, which finds it by its name, can know of it.
#[derive(Debug)]
pub struct Entry {
    /// The name that rules, `wslint facts` and docs use: kebab-case.
    pub name: &'static str,
    /// What kind of answer it has.
    pub kind: Kind,
    /// What is asked, in one sentence, for the docs.
    pub about: &'static str,
}

/// Each entry is part of one static, so being the same place is being the same entry.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Entry {}

/// A question that a route answers with a `T`, such as `upgrade` or `idle-timeout`. The questions of both proxies stand
/// in [`mod@crate::questions`], those of one in its crate.
///
/// An answer of another kind does not compile:
///
/// ```
/// use wslint_model::{Cause, Facts, Origin, choices, questions};
///
/// let mut facts = Facts::default();
/// let cause = Cause::nowhere(Origin::Derived);
/// facts.answer(&questions::UPGRADE, choices::Upgrade::Passed, cause);
/// assert_eq!(facts.value(&questions::UPGRADE), Some(choices::Upgrade::Passed));
/// ```
///
/// ```compile_fail
/// # use wslint_model::{Cause, Facts, Origin, choices, questions};
/// # let mut facts = Facts::default();
/// # let cause = Cause::nowhere(Origin::Derived);
/// facts.answer(&questions::UPGRADE, true, cause);
/// ```
///
/// ```compile_fail
/// # use wslint_model::{Cause, Facts, Origin, choices, questions};
/// # let mut facts = Facts::default();
/// # let cause = Cause::nowhere(Origin::Derived);
/// facts.answer(&questions::UPGRADE, choices::Query::Lost, cause);
/// ```
#[derive(Debug)]
pub struct Question<T> {
    entry: Entry,
    answer: PhantomData<fn() -> T>,
}

impl<T: Answer> Question<T> {
    /// A question with its name and what it asks.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { entry: Entry { name, kind: T::KIND, about }, answer: PhantomData }
    }

    /// What the catalogue says of it.
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The name that rules, `wslint facts` and docs use.
    pub const fn name(&self) -> &'static str {
        self.entry.name
    }
}

/// The kind of a question's answer, which decides what a rule may test it for.
#[derive(Debug)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// One of these words.
    Choice(&'static [Word]),
    /// A time in milliseconds, or never.
    Duration,
    /// A count.
    Number,
    /// Text that messages quote; rules test only whether it is there.
    Text,
}

/// What may answer a question: `bool`, [`Milliseconds`], `u64` for a count, `String`, or a [`Choice`].
pub trait Answer: Sized {
    /// The kind of the questions that it answers.
    const KIND: Kind;

    /// The answer without its type, as rules test it.
    fn into_value(self) -> Value;

    /// The answer that a value is, if it is known and of this kind.
    fn of_value(value: &Value) -> Option<Self>;
}

impl<T: Answer> From<Known<T>> for Value {
    fn from(answer: Known<T>) -> Self {
        answer.known().map_or(Self::Unknown, T::into_value)
    }
}

/// A time in milliseconds; [`crate::NEVER`] for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milliseconds(pub u64);

macro_rules! answers {
    ($($answer:ty: $kind:ident, $value:ident => $into:expr, $inner:ident => $of:expr;)*) => {$(
        impl Answer for $answer {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                let $value = self;
                Value::$kind($into)
            }

            fn of_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$kind($inner) => Some($of),
                    _ => None,
                }
            }
        }
    )*};
}

answers! {
    bool: Flag, flag => flag, flag => *flag;
    Milliseconds: Duration, time => time.0, time => Self(*time);
    u64: Number, count => count, count => *count;
    String: Text, text => text, text => text.clone();
}

impl<C: Choice> Answer for C {
    const KIND: Kind = Kind::Choice(C::WORDS);

    fn into_value(self) -> Value {
        Value::Choice(self.word())
    }

    fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Choice(word) => C::of_word(word),
            _ => None,
        }
    }
}

/// Defines the questions of a catalogue, each with its answer, its name and what it asks, and `QUESTIONS`, all of them.
#[macro_export]
macro_rules! questions {
    ([$vis:vis] $($constant:ident: $answer:ty = $name:literal, $about:literal;)*) => {
        $(
            #[doc = $about]
            $vis static $constant: $crate::Question<$answer> = $crate::Question::new($name, $about);
        )*

        /// What the catalogue says of all of these questions.
        pub static QUESTIONS: &[&$crate::Entry] = &[$($constant.entry()),*];
    };
}
