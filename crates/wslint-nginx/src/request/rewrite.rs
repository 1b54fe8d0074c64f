//! The rewrite module: `set`, `if`, `rewrite`, `break` and `return` run in order, at a server and at a location.

use super::exit::{Answer, AnswerKind, Exit};
use super::follower::Follower;
use crate::config::names::Directive;
use crate::config::pattern::{self, Match};
use crate::config::{ContextId, Line};
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use crate::variables::uri;
use wslint_model::Known;
use wslint_model::length::{concat, shortened};

/// How the directives of a level ended.
#[derive(Debug)]
pub(crate) enum Script {
    /// All ran, or a `break` or flag ended them. `moved` where the path changed so that a location is chosen again.
    Done { moved: bool },
    /// The request is answered.
    Answered(Exit),
}

/// What one directive says about those after it.
enum Flow {
    Next,
    Stop { moved: bool },
    Answered(Exit),
}

impl Follower<'_, '_, '_> {
    /// Runs the rewrite directives of a level. A matching `if` becomes the request's level.
    pub(crate) fn run_script(&mut self, state: &mut State, level: ContextId) -> Script {
        let mut moved = false;
        match self.run_lines(state, level, &mut moved) {
            Flow::Next => Script::Done { moved },
            Flow::Stop { moved } => Script::Done { moved },
            Flow::Answered(exit) => Script::Answered(exit),
        }
    }

    fn run_lines(&mut self, state: &mut State, level: ContextId, moved: &mut bool) -> Flow {
        let model = self.model();
        let many = model.rewrites(level);
        let mut ahead: Option<(String, Vec<usize>)> = None;
        let mut next = 0;
        while let Some(line) = model.config().script_line(level, next) {
            let mut number = next;
            if let (Some(many), Some(path)) = (many, state.path()) {
                if ahead.as_ref().is_none_or(|(of, _)| of != path) {
                    ahead = Some((path.to_owned(), many.possible(path)));
                }
                let possible = ahead.as_ref().map_or(&[][..], |(_, possible)| possible);
                number = possible[possible.partition_point(|&other| other < next)..]
                    .first()
                    .copied()
                    .unwrap_or(usize::MAX);
            }
            if number > next {
                // Each of those between was asked in vain.
                state.forget_captures();
                next = number;
                continue;
            }
            next = number + 1;
            if self.is_left_out(state, level, line) {
                continue;
            }
            let flow = match line.name {
                Some(Directive::Set) => {
                    self.run_set(state, line);
                    Flow::Next
                }
                Some(Directive::If) => self.run_if(state, (level, number), line, moved),
                Some(Directive::Rewrite) => self.run_rewrite(state, line, moved),
                Some(Directive::Return) => self.run_return(state, line),
                _ => {
                    // The location stays what it is, whatever an earlier rewrite made of the path.
                    state.prefix_counts &= !*moved;
                    Flow::Stop { moved: false }
                }
            };
            if !matches!(flow, Flow::Next) {
                return flow;
            }
        }
        Flow::Next
    }

    /// `place` is the level of the `if` and its number among the directives there.
    fn run_if(&mut self, state: &mut State, place: (ContextId, usize), line: Line, moved: &mut bool) -> Flow {
        let Some(block) = line.block.filter(|&block| self.takes_branch(state, place, line, block)) else {
            return Flow::Next;
        };
        let words = self.model().config().args(line).into_iter().filter_map(Known::known);
        let condition: Vec<_> = words.collect();
        self.note_tables(condition.join(" ").trim_matches(['(', ')']), state);
        self.step("if", Some(line), "holds");
        state.level = block;
        self.run_lines(state, block, moved)
    }

    fn run_rewrite(&mut self, state: &mut State, line: Line, moved: &mut bool) -> Flow {
        let model = self.model();
        let words: Option<Vec<_>> = model.config().args(line).into_iter().map(Known::known).collect();
        let Some(words) = words.filter(|words| words.len() >= 2) else {
            return match self.oracle.guess(&model.config().quoted(line)) {
                true => Flow::Answered(Exit::Unknown),
                false => Flow::Next,
            };
        };
        let (expression, replacement) = (words[0].as_ref(), words[1].as_ref());
        let flag = words.get(2).map_or("", |flag| flag.as_ref());
        let found = match state.path() {
            Some(path) => pattern::matches(expression, false, path),
            None => Match::Unknown,
        };
        state.forget_captures();
        match found {
            Match::No => return Flow::Next,
            Match::Unknown if !self.oracle.guess(&model.config().quoted(line)) => return Flow::Next,
            Match::Unknown => state.take_unknown(expression),
            Match::Yes(captures) => state.take(captures),
        }
        self.settle(state, replacement);
        let (keep_args, replacement) = match replacement.strip_suffix('?') {
            Some(replacement) => (false, replacement),
            None => (true, replacement),
        };
        let external = ["http://", "https://", "$scheme"].iter().any(|start| replacement.starts_with(start));
        let redirects = external || matches!(flag, "redirect" | "permanent");
        // A `?` that an expression captured belongs to the path: only one that is written begins the query.
        let (path, query) = match replacement.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (replacement, None),
        };
        let path = self.replaced(path, state, redirects);
        let query = query.map_or(Known::Known(String::new()), |query| self.replaced(query, state, true));
        let args = match (query, &state.args) {
            (query, _) if !keep_args => query,
            (Known::Known(query), Known::Known(args)) => {
                let separator = if query.is_empty() || args.is_empty() { "" } else { "&" };
                concat([&query, separator, args]).into()
            }
            _ => Known::Unknown,
        };
        let result = match (&path, &args) {
            (Known::Known(path), Known::Known(args)) => {
                let mark = if args.is_empty() { "" } else { "?" };
                concat([path, mark, args])
            }
            _ => None,
        };
        if redirects {
            let status = Known::Known(if flag == "permanent" { 301 } else { 302 });
            let kind = AnswerKind::Redirect;
            return Flow::Answered(Exit::Answered(Answer { status, kind, line: Some(line), target: result }));
        }
        if path.as_ref().is_some_and(String::is_empty) {
            return Flow::Answered(Exit::Answered(Answer::error(500, line)));
        }
        let told = result.as_deref().unwrap_or("a path that cannot be told");
        self.step(
            "rewrite",
            Some(line),
            format_args!("`{}` becomes `{}`", shortened(state.told_path()), shortened(told)),
        );
        self.rewritten = Some(line);
        state.uri = path;
        state.args = args;
        state.internal = true;
        state.fallback = false;
        state.original_target = false;
        match flag {
            "last" => Flow::Stop { moved: true },
            "break" => {
                state.prefix_counts = false;
                Flow::Stop { moved: false }
            }
            _ => {
                *moved = true;
                Flow::Next
            }
        }
    }

    /// What a replacement comes to. Captures are escaped where they become part of a URL, if the path arrived escaped.
    fn replaced(&self, text: &str, state: &State, in_url: bool) -> Known<String> {
        let plus = || {
            let path = state.target().as_ref().and_then(|target| target.split('?').next());
            path.is_some_and(|path| path.contains('+'))
        };
        if !in_url || !(state.quoted || plus()) {
            return evaluate(self.model(), text, state);
        }
        let mut escaped = state.clone();
        if let Known::Known(captures) = &mut escaped.captures {
            captures.groups.iter_mut().for_each(|group| *group = uri::escape_argument(group));
        }
        evaluate(self.model(), text, &escaped)
    }

    fn run_return(&mut self, state: &mut State, line: Line) -> Flow {
        let model = self.model();
        let words = model.config().args(line);
        let text = |index: usize| match words.get(index) {
            Some(Known::Known(text)) => evaluate(model, text, state).known(),
            _ => None,
        };
        let first = match words.first() {
            Some(Known::Known(text)) => text.as_ref(),
            _ => return Flow::Answered(Exit::Unknown),
        };
        let answer = |status: u16, kind: AnswerKind, target: Option<String>| {
            Flow::Answered(Exit::Answered(Answer {
                status: Known::Known(status),
                kind,
                line: Some(line),
                target,
            }))
        };
        match first.parse::<u16>() {
            Ok(444) => Flow::Answered(Exit::Closed { by: "return", line: Some(line) }),
            Ok(status) if matches!(status, 301 | 302 | 303 | 307 | 308) => {
                answer(status, AnswerKind::Redirect, text(1))
            }
            // A text of its own is sent as it is; without one `error_page` may take over.
            Ok(status) if words.len() > 1 => answer(status, AnswerKind::ReturnText, None),
            Ok(status) => answer(status, AnswerKind::Return, None),
            Err(_) => answer(302, AnswerKind::Redirect, text(0)),
        }
    }
}
