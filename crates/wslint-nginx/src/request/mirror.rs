//! The subrequests of `mirror`, which runs after `try_files` and whose answers nginx throws away.
//!
//! One of them counts: nginx cannot upgrade a connection for a subrequest (`connection upgrade in subrequest` in
//! `ngx_http_upstream_upgrade`), and closes the client's instead. Observed with nginx 1.22.1: the client gets the 101 of the
//! upstream or nothing, and is cut within milliseconds. A copy that is refused, is not answered or is answered with
//! something else than 101 changes nothing.

use super::exit::{Copied, Exit, Pass};
use super::follower::Follower;
use crate::config::Line;
use crate::config::names::Directive;
use crate::variables::state::State;

/// A copy of a request.
pub(super) struct Mirror {
    pub(super) line: Line,
    /// The request as it is when it begins.
    pub(super) state: State,
}

impl Follower<'_, '_, '_> {
    /// The copies of a handshake that are sent from here.
    pub(super) fn mirrors(&self, state: &State) -> Vec<Mirror> {
        if state.subrequest || !state.websocket {
            return Vec::new();
        }
        let config = self.model().config();
        let mirror = |line: Line| {
            let uri = config.known_arg(line, 0).filter(|uri| uri != "off")?;
            let mut copy = state.clone();
            copy.redirect(uri.into_owned(), state.args.clone());
            copy.subrequest = true;
            copy.level = state.server;
            Some(Mirror { line, state: copy })
        };
        config.list(state.level, Directive::Mirror).lines.into_iter().filter_map(mirror).collect()
    }

    /// Notes a copy that passes the client's upgrade on.
    pub(super) fn note_mirror(&mut self, line: Line, exit: Exit) {
        if let Exit::Passed(pass) = exit
            && pass.upgrade_reaches(self.model()) == Some(true)
        {
            self.copies.push((line, pass));
        }
    }

    /// The copy that counts, beside where the request itself went: one that comes to the same upstream is answered as
    /// the request is.
    pub(super) fn worst_copy(&self, exit: &Exit) -> Option<Copied> {
        let Exit::Passed(pass) = exit else { return None };
        let copied =
            |(line, copy): &(Line, Box<Pass>)| Copied { line: *line, same: same_upstream(copy, pass) };
        self.copies.iter().map(copied).max_by_key(|copied| copied.same)
    }
}

/// Whether two requests surely come to the same upstream, with the same path: to one address, or to one `upstream`.
fn same_upstream(copy: &Pass, pass: &Pass) -> bool {
    let target = |pass: &Pass| pass.target.clone().known();
    let address = |pass: &Pass| pass.upstream.clone().known().flatten();
    let pool = |pass: &Pass| pass.pool.clone().known().flatten();
    let same = |one: Option<String>, other: Option<String>| one.is_some() && one == other;
    same(target(copy), target(pass)) && (same(address(copy), address(pass)) || same(pool(copy), pool(pass)))
}
