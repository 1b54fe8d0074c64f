//! Answers: a value and its cause.

use std::borrow::Cow;

use crate::known::Known;
use crate::length::shortened;
use crate::question::{Answer, Entry, Question};
use crate::site::Site;
use crate::value::Value;
use crate::version::Version;

/// What kind of reason a value has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of the config says so, on the route's own level or an outer one.
    Set,
    /// No line says so: the default of this version of the proxy.
    Default(Version),
    /// An outer level says so, but an inner one drops it.
    Dropped,
    /// It follows from several lines together.
    Derived,
    /// The user declared it.
    Declared,
    /// It cannot be known from the files at hand.
    Unknown,
}

/// The part that a marked place plays in a cause. Its words are the label in a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The value is set here.
    SetHere,
    /// The value is set here, on an outer level, and inherited.
    Inherited,
    /// The value is set here, but does not reach the route.
    Lost,
    /// This line makes the level drop everything that it would inherit.
    Drops,
    /// The request is routed here.
    Routed,
    /// This is why the route is taken for WebSocket traffic.
    Evidence,
    /// Anything else, as a short clause in the diagnostic's words.
    Says(String),
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SetHere => "set here",
            Self::Inherited => "inherited from here",
            Self::Lost => "set here, but it does not reach this route",
            Self::Drops => "this line drops everything set above it",
            Self::Routed => "the request comes here",
            Self::Evidence => "this says that the route carries WebSocket traffic",
            Self::Says(words) => words,
        })
    }
}

/// A place and its part in a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The place.
    pub site: Site,
    /// Its part.
    pub role: Role,
}

/// Why a value is what it is. The first mark is where the value is decided; a finding underlines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind of reason it is.
    pub origin: Origin,
    /// The places that decide it, the most telling first. Empty for a default that no place stands for.
    pub marks: Vec<Mark>,
}

impl Cause {
    /// A cause with one marked place.
    pub fn at(origin: Origin, site: Site, role: Role) -> Self {
        Self { origin, marks: vec![Mark { site, role }] }
    }

    /// A cause without a place.
    pub fn nowhere(origin: Origin) -> Self {
        Self { origin, marks: Vec::new() }
    }

    /// The same cause with one more marked place.
    pub fn and(mut self, site: Site, role: Role) -> Self {
        self.marks.push(Mark { site, role });
        self
    }
}

/// An answer: a value and its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The value.
    pub value: Value,
    /// Why.
    pub cause: Cause,
}

/// The answers of one route. A question that does not apply to the route has no entry.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    answers: Vec<(&'static Entry, Fact)>,
    /// A bit for each question with an answer, which others may share.
    asked: [u64; 4],
}

/// The bit that stands for a question, and the word that it is in.
fn bit(question: &Entry) -> (usize, u64) {
    // The catalogue lies in one place of memory, so that the places of its questions differ in few digits.
    let spread = (std::ptr::from_ref(question).addr() as u64 >> 3).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((spread >> 62) as usize, 1 << (spread >> 56 & 63))
}

impl Facts {
    /// Answers a question; a later answer replaces an earlier one. Of a long text the beginning is told. `None` is not
    /// known.
    pub fn answer<T: Answer>(
        &mut self,
        question: &'static Question<T>,
        answer: impl Into<Known<T>>,
        cause: Cause,
    ) {
        self.set(question.entry(), answer.into().into(), cause);
    }

    /// Answers a question with what is not known.
    pub fn answer_unknown<T: Answer>(&mut self, question: &'static Question<T>) {
        self.set_unknown(question.entry());
    }

    /// Answers a question where all runs agree, and with what is not known where they differ. `None` stands for a run in
    /// which the question does not apply, or its answer is not known.
    pub fn answer_agreed<T: Answer, A: Into<Known<T>>>(
        &mut self,
        question: &'static Question<T>,
        answers: impl IntoIterator<Item = Option<(A, Cause)>>,
    ) {
        let untyped = |(answer, cause): (A, Cause)| (answer.into().into(), cause);
        self.agree(question.entry(), answers.into_iter().map(|answer| answer.map(untyped)));
    }

    /// What the facts of all runs agree on: a question that one of them answers differently, or not at all, is not known.
    pub fn agreed(mut runs: Vec<Self>) -> Self {
        if runs.len() < 2 {
            return runs.pop().unwrap_or_default();
        }
        let mut agreed = Self::default();
        for (question, _) in runs.iter().flat_map(Self::iter) {
            if agreed.find(question).is_some() {
                continue;
            }
            let answers = runs
                .iter()
                .map(|facts| facts.find(question).map(|fact| (fact.value.clone(), fact.cause.clone())));
            agreed.agree(question, answers);
        }
        agreed
    }

    /// Takes over all answers of `others`, as [`Self::answer`] does.
    pub fn extend(&mut self, others: Self) {
        for (question, fact) in others.answers {
            self.set(question, fact.value, fact.cause);
        }
    }

    /// Gives back the memory that no answer needs: a large configuration has many routes.
    pub fn finish(mut self) -> Self {
        self.answers.shrink_to_fit();
        self
    }

    /// The answer to a question with its cause.
    pub fn fact<T: Answer>(&self, question: &'static Question<T>) -> Option<&Fact> {
        self.find(question.entry())
    }

    /// The answer to a question, if it applies and the answer is known.
    pub fn value<T: Answer>(&self, question: &'static Question<T>) -> Option<T> {
        T::of_value(&self.fact(question)?.value)
    }

    /// The answer to a question, by its name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.answers.iter().find(|(asked, _)| asked.name == name).map(|(_, fact)| fact)
    }

    /// All answers, to be changed: for whoever shows them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Fact> {
        self.answers.iter_mut().map(|(_, fact)| fact)
    }

    /// All answers, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Entry, &Fact)> {
        self.answers.iter().map(|(question, fact)| (*question, fact))
    }

    /// Whether a question may have an answer; if not, it is not looked for.
    fn may_hold(&self, question: &Entry) -> bool {
        let (word, bit) = bit(question);
        self.asked[word] & bit != 0
    }

    fn find(&self, question: &Entry) -> Option<&Fact> {
        if !self.may_hold(question) {
            return None;
        }
        self.answers.iter().find(|(asked, _)| *asked == question).map(|(_, fact)| fact)
    }

    fn set(&mut self, question: &'static Entry, value: Value, cause: Cause) {
        let value = match value {
            Value::Text(text) => Value::Text(match shortened(&text) {
                Cow::Owned(short) => short,
                Cow::Borrowed(_) => text,
            }),
            value => value,
        };
        let fact = Fact { value, cause };
        let old = match self.may_hold(question) {
            true => self.answers.iter_mut().find(|(asked, _)| *asked == question),
            false => None,
        };
        match old {
            Some((_, old)) => *old = fact,
            None => {
                let (word, bit) = bit(question);
                self.asked[word] |= bit;
                self.answers.push((question, fact));
            }
        }
    }

    fn set_unknown(&mut self, question: &'static Entry) {
        self.set(question, Value::Unknown, Cause::nowhere(Origin::Unknown));
    }

    fn agree(&mut self, question: &'static Entry, mut answers: impl Iterator<Item = Option<(Value, Cause)>>) {
        let Some(first) = answers.next() else { return };
        let value = |answer: &Option<(Value, Cause)>| answer.as_ref().map(|(value, _)| value.clone());
        if answers.any(|other| value(&other) != value(&first)) {
            return self.set_unknown(question);
        }
        if let Some((value, cause)) = first {
            self.set(question, value, cause);
        }
    }
}
