//! What the rewrite module does at the level of a server. Mostly it is the same whatever path is asked for, so that it is run
//! once for the routes of a server and not once for each.

use std::cell::RefCell;

use super::follower::Follower;
use super::rewrite::Script;
use crate::config::ContextId;
use crate::config::names::Directive;
use crate::config::pattern::Captures;
use crate::model::Model;
use crate::variables::of_request::tells_path;
use crate::variables::state::{Pending, State};
use crate::variables::template;
use wslint_model::Known;
use wslint_model::length::Kept;
use wslint_model::way::Learnt;

/// How many requests are told apart that come to one server: the handshakes of browsers, and plain ones.
const MOST_RESULTS: usize = 8;

/// The last server whose script was run, with what it came to. Whoever looks at routes one by one keeps one.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    last: RefCell<Option<Server>>,
}

#[derive(Debug)]
struct Server {
    level: ContextId,
    /// Whether the path of a request changes nothing of what the script does.
    is_fixed: bool,
    results: Vec<Outcome>,
}

/// What a script came to.
#[derive(Debug)]
struct Outcome {
    /// The request that it was run for.
    before: State,
    learnt: Learnt,
    variables: Kept<Known<String>>,
    pending: Kept<Pending>,
    captures: Known<Captures>,
    level: ContextId,
}

impl Scripts {
    /// Whether the script of a server does the same for every path.
    fn is_fixed(&self, model: &Model<'_>, server: ContextId) -> bool {
        let mut last = self.last.borrow_mut();
        match &*last {
            Some(last) if last.level == server => last.is_fixed,
            _ => {
                let is_fixed = is_fixed(model, server);
                *last = Some(Server { level: server, is_fixed, results: Vec::new() });
                is_fixed
            }
        }
    }
}

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
        let mut outcomes = known.iter().flat_map(|last| &last.results);
        let same =
            outcomes.find(|outcome| outcome.before.asks_alike(state) && self.oracle.recall(&outcome.learnt));
        if let Some(outcome) = same {
            state.variables = outcome.variables.clone();
            state.pending = outcome.pending.clone();
            state.captures = outcome.captures.clone();
            state.level = outcome.level;
            return Script::Done { moved: false };
        }
        drop(known);
        let (before, mark) = (state.clone(), self.oracle.mark());
        let script = self.run_script(state, server);
        if let (Script::Done { moved: false }, Some(learnt)) = (&script, self.oracle.learnt_since(mark))
            && let Some(last) = &mut *scripts.last.borrow_mut()
            && last.results.len() < MOST_RESULTS
        {
            last.results.push(Outcome {
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

/// Whether nothing that the script of a server looks at or does has to do with the path: no `rewrite`, no test of a file, no
/// variable that tells it, and no table, which may look at anything. What a template may leave out is another matter too.
fn is_fixed(model: &Model<'_>, server: ContextId) -> bool {
    let config = model.config();
    let is_free = |word: &str| {
        let tests_file = matches!(word.trim_start_matches(['(', '!']), "-f" | "-d" | "-e" | "-x");
        let by_path = |name: &String| tells_path(name) || model.tables().of(name).is_some();
        !tests_file && !template::variables(word).iter().any(by_path)
    };
    let mut levels = vec![server];
    while let Some(level) = levels.pop() {
        for line in config.script(level) {
            let words = config.args(line);
            let free = words.iter().all(|word| word.as_ref().is_some_and(|word| is_free(word)));
            if !free || line.name == Some(Directive::Rewrite) || config.is_optional(line) {
                return false;
            }
            levels.extend(line.block);
        }
    }
    true
}
