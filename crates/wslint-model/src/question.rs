//! The closed catalogue of questions that a route answers. Rules may test these and nothing else.

/// A question that a route answers, such as `upgrade` or `idle-timeout`. The questions of both proxies stand in
/// [`crate::traffic::QUESTIONS`], those of one in its crate.
#[derive(Debug)]
pub struct Question {
    /// The name that rules, `wslint facts` and docs use: kebab-case.
    pub name: &'static str,
    /// What kind of answer it has.
    pub kind: Kind,
    /// What is asked, in one sentence, for the docs.
    pub about: &'static str,
}

/// Each question is one static of its catalogue, so being the same place is being the same question.
impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Question {}

/// The kind of a question's answer, which decides what a rule may test it for.
#[derive(Debug)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A time in milliseconds, or never.
    Duration,
    /// A count.
    Number,
    /// Text that messages quote; rules test only whether it is there.
    Text,
}
