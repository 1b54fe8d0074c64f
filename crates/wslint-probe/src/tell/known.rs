//! What else is known when one answer is judged.

use crate::plan::Plan;
use crate::seen::{Answer, Reply};

/// What else is known.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) plan: &'k Plan,
    /// The answer to a plain request for the same path.
    pub(super) plain: Option<&'k Reply>,
    /// Whether the handshake without `Origin` succeeded.
    pub(super) without_origin: bool,
    /// Whether it is an Engine.IO server's path, and a session opened by polling.
    pub(super) polls: bool,
}

impl Known<'_> {
    /// Whether a plain request is answered as it should.
    pub(super) fn works(self) -> bool {
        self.plain.is_some_and(|reply| reply.as_ref().is_ok_and(|answer| answer.status < 500))
    }

    /// Whether a plain request is answered that nothing is there.
    pub(super) fn nothing_there(self) -> bool {
        self.plain.is_some_and(|reply| reply.as_ref().is_ok_and(|answer| answer.status == 404))
    }

    /// Whether a plain request gets the same answer.
    pub(super) fn is_same(self, answer: &Answer) -> bool {
        self.plain.is_some_and(|reply| {
            reply.as_ref().is_ok_and(|plain| plain.status == answer.status && plain.body == answer.body)
        })
    }
}
