//! What the rewrite module does at the level of a server. Mostly it is the same whatever path is asked for, so that it is run
//! once for the routes of a server and not once for each.

use std::cell::RefCell;

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
pub(super) const MOST_RESULTS: usize = 8;

/// The last server whose script was run, with what it came to. Whoever looks at routes one by one keeps one.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    pub(super) last: RefCell<Option<Server>>,
}

/// A server and what its script came to.
#[derive(Debug)]
pub(super) struct Server {
    level: ContextId,
    /// Whether the path of a request changes nothing of what the script does.
    is_fixed: bool,
    pub(super) results: Vec<RanScript>,
}

/// What a script came to.
#[derive(Debug)]
pub(super) struct RanScript {
    /// The request that it was run for.
    pub(super) before: State,
    pub(super) learnt: Learnt,
    pub(super) variables: Kept<Known<String>>,
    pub(super) pending: Kept<Pending>,
    pub(super) captures: Known<Captures>,
    pub(super) level: ContextId,
}

impl Scripts {
    /// Whether the script of a server does the same for every path.
    pub(super) fn is_fixed(&self, model: &Model<'_>, server: ContextId) -> bool {
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
