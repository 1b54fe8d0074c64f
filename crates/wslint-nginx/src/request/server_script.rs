//! The script of a server, which is taken over from another request of the same server where it does the same.

use super::follower::Follower;
use super::rewrite::Script;
use super::scripts::{MOST_RESULTS, RanScript};
use crate::variables::state::State;

impl Follower<'_, '_, '_> {
    /// Runs the script of the request's server, or takes over what it came to for the same request of another path.
    pub(crate) fn run_server_script(&mut self, state: &mut State) -> Script {
        let server = state.server;
        let none = self.model().config().script(server).next().is_none();
        let scripts = self.scripts.filter(|_| !none && state.is_new() && !self.oracle.tells_steps());
        let Some(scripts) = scripts.filter(|scripts| scripts.is_fixed(self.model(), server)) else {
            return self.run_script(state, server);
        };
        let known = scripts.last.borrow();
        let mut scripts_run = known.iter().flat_map(|last| &last.results);
        let same = scripts_run.find(|ran| ran.before.asks_alike(state) && self.oracle.recall(&ran.learnt));
        if let Some(ran) = same {
            state.variables = ran.variables.clone();
            state.pending = ran.pending.clone();
            state.captures = ran.captures.clone();
            state.level = ran.level;
            return Script::Done { moved: false };
        }
        drop(known);
        let (before, mark) = (state.clone(), self.oracle.mark());
        let script = self.run_script(state, server);
        if let (Script::Done { moved: false }, Some(learnt)) = (&script, self.oracle.learnt_since(mark))
            && let Some(last) = &mut *scripts.last.borrow_mut()
            && last.results.len() < MOST_RESULTS
        {
            last.results.push(RanScript {
                before,
                learnt,
                variables: state.variables.clone(),
                pending: state.pending.clone(),
                captures: state.captures.clone(),
                level: state.level,
            });
        }
        script
    }
}
