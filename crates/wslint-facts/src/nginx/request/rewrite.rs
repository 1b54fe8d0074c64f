//! The rewrite module: `set`, `if`, `rewrite`, `break` and `return` run in order, at a server and at a location.

use super::end::{Answer, AnswerKind, Doubt, End};
use super::follow::Follower;
use super::state::State;
use super::uri;
use crate::length::{concat, shortened};
use crate::nginx::config::names::Directive;
use crate::nginx::config::pattern::{self, Match};
use crate::nginx::config::{ContextId, Line};
use crate::trace::Known;

/// The tests of `if` that look at a file: that it is one, a folder, either or something to run.
const FILE_TESTS: [&str; 4] = ["-f", "-d", "-e", "-x"];

/// How the directives of a level ended.
#[derive(Debug)]
pub(in crate::nginx) enum Script {
    /// All ran, or a `break` or flag ended them. `moved` where the path changed so that a location is chosen again.
    Done { moved: bool },
    /// The request is answered.
    Answered(End),
}

/// What one directive says about those after it.
enum Flow {
    Next,
    Stop { moved: bool },
    Answered(End),
}

impl Follower<'_, '_> {
    /// Runs the rewrite directives of a level. A matching `if` becomes the request's level.
    pub(in crate::nginx) fn run_script(&mut self, state: &mut State, level: ContextId) -> Script {
        let mut moved = false;
        match self.run_lines(state, level, &mut moved) {
            Flow::Next => Script::Done { moved },
            Flow::Stop { moved } => Script::Done { moved },
            Flow::Answered(end) => Script::Answered(end),
        }
    }

    fn run_lines(&mut self, state: &mut State, level: ContextId, moved: &mut bool) -> Flow {
        for line in self.model().config().script(level) {
            let flow = match line.name {
                Some(Directive::Set) => self.run_set(state, line),
                Some(Directive::If) => self.run_if(state, line, moved),
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

    fn run_set(&mut self, state: &mut State, line: Line) -> Flow {
        let config = self.model().config();
        let name = config.known_arg(line, 0);
        let Some(name) = name.as_deref().and_then(|name| name.strip_prefix('$')) else { return Flow::Next };
        let value = match config.arg(line, 1) {
            Some(Known::Known(text)) => self.model().evaluate(&text, state),
            _ => Known::Unknown,
        };
        state.variables.insert(name, value);
        Flow::Next
    }

    fn run_if(&mut self, state: &mut State, line: Line, moved: &mut bool) -> Flow {
        let Some(block) = line.block else { return Flow::Next };
        match self.condition(state, line) {
            Some(false) => Flow::Next,
            Some(true) => {
                let words = self.model().config().args(line).into_iter().filter_map(Known::known);
                let condition: Vec<_> = words.collect();
                self.note_tables(condition.join(" ").trim_matches(['(', ')']), state);
                self.step("if", Some(line), "holds");
                state.level = block;
                self.run_lines(state, block, moved)
            }
            None => {
                self.doubt_branch(state, line, block);
                Flow::Next
            }
        }
    }

    /// Notes a branch of which it cannot be told whether it is taken. The way goes on past it; what the branch could
    /// have changed is not known any more.
    fn doubt_branch(&mut self, state: &mut State, line: Line, block: ContextId) {
        let config = self.model().config();
        let lines = &config.context(block).lines;
        for inner in lines.iter().filter(|inner| inner.name == Some(Directive::Set)) {
            if let Some(name) = config.known_arg(*inner, 0) {
                state.variables.insert(name.strip_prefix('$').unwrap_or(&name), Known::Unknown);
            }
        }
        let holds = |names: &[Directive]| {
            lines.iter().any(|inner| inner.name.is_some_and(|name| names.contains(&name)))
        };
        let leads_away = holds(&[Directive::Rewrite, Directive::ProxyPass, Directive::If]);
        let passes_by = holds(&[Directive::Break]) && self.decides_after(line, block);
        if !leads_away && !passes_by && !holds(&[Directive::Return]) {
            return;
        }
        let words = config.args(line).into_iter().filter_map(Known::known);
        let condition: Vec<_> = words.map(|word| word.into_owned()).collect();
        // What sets some clients apart does not concern the others, unless it lets them past what the others get.
        let of_few = state.representative && self.model().is_up_to_clients(&condition.join(" "));
        self.doubt(Doubt { line, only_answers: !passes_by && (of_few || !leads_away) });
    }

    /// Whether a directive behind an `if` decides something, from which a `break` in there would keep a request.
    fn decides_after(&self, line: Line, block: ContextId) -> bool {
        let config = self.model().config();
        let Some(level) = config.context(block).parent else { return false };
        let script = config.script(level);
        let mut behind = script.skip_while(|other| *other != line).skip(1);
        behind.any(|other| matches!(other.name, Some(Directive::Return | Directive::Rewrite)))
    }

    /// Whether the condition of an `if` holds; `None` if it cannot be told.
    fn condition(&self, state: &mut State, line: Line) -> Option<bool> {
        let config = self.model().config();
        let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
        let mut words: Vec<String> = words?.into_iter().map(|word| word.into_owned()).collect();
        if let Some(first) = words.first_mut() {
            first.drain(..usize::from(first.starts_with('(')));
        }
        if let Some(last) = words.last_mut() {
            last.truncate(last.len() - usize::from(last.ends_with(')')));
        }
        words.retain(|word| !word.is_empty());
        let value = |follower: &Self, state: &State, text: &str| {
            let value = follower.model().evaluate(text, state).known();
            value.filter(|_| !state.varies_by_host(text))
        };
        match words.as_slice() {
            [single] => {
                let text = value(self, state, single)?;
                Some(!text.is_empty() && text != "0")
            }
            // The files of the machine are not at hand: a path that a WebSocket client asks for is not one of them.
            // The one folder that is there for certain is the root itself.
            [test, path] if FILE_TESTS.contains(&test.trim_start_matches('!')) => {
                let of_request = path.ends_with("$uri") || path == "$request_filename";
                let holds = of_request && state.uri == "/" && !test.ends_with('f');
                Some(holds != test.starts_with('!'))
            }
            // A comparison with nothing: `if ($var = "")`, whose empty word is gone.
            [variable, operator] if matches!(operator.as_str(), "=" | "!=") => {
                Some(value(self, state, variable)?.is_empty() == (operator == "="))
            }
            [variable, operator, rest @ ..] => {
                let text = value(self, state, variable);
                let wanted = rest.join(" ");
                match operator.as_str() {
                    "=" => Some(text? == value(self, state, &wanted)?),
                    "!=" => Some(text? != value(self, state, &wanted)?),
                    "~" | "~*" | "!~" | "!~*" => {
                        state.forget_captures();
                        let ignore_case = operator.ends_with('*');
                        let found = match pattern::matches(&wanted, ignore_case, &text?) {
                            Match::Unknown => return None,
                            Match::No => false,
                            Match::Yes(captures) => {
                                state.take(captures);
                                true
                            }
                        };
                        Some(found != operator.starts_with('!'))
                    }
                    _ => None,
                }
            }
            [] => None,
        }
    }

    fn run_rewrite(&mut self, state: &mut State, line: Line, moved: &mut bool) -> Flow {
        let model = self.model();
        let words: Option<Vec<_>> = model.config().args(line).into_iter().map(Known::known).collect();
        let Some(words) = words.filter(|words| words.len() >= 2) else {
            self.doubt(Doubt { line, only_answers: false });
            return Flow::Next;
        };
        let (expression, replacement) = (words[0].as_ref(), words[1].as_ref());
        let flag = words.get(2).map_or("", |flag| flag.as_ref());
        let found = pattern::matches(expression, false, &state.uri);
        state.forget_captures();
        match found {
            Match::No => return Flow::Next,
            Match::Unknown => {
                self.doubt(Doubt { line, only_answers: false });
                return Flow::Next;
            }
            Match::Yes(captures) => state.take(captures),
        }
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
        let query = match query {
            Known::Known(query) if keep_args && !state.args.is_empty() => {
                let separator = if query.is_empty() { "" } else { "&" };
                concat([&query, separator, &state.args]).into()
            }
            query => query,
        };
        let (Known::Known(path), Known::Known(args)) = (path, query) else {
            if !redirects {
                return Flow::Answered(End::Unknown);
            }
            let status = Known::Known(if flag == "permanent" { 301 } else { 302 });
            let kind = AnswerKind::Redirect;
            return Flow::Answered(End::Answered(Answer { status, kind, line: Some(line), target: None }));
        };
        let mark = if args.is_empty() { "" } else { "?" };
        let result = concat([&path, mark, &args]);
        if redirects {
            let status = if flag == "permanent" { 301 } else { 302 };
            return Flow::Answered(End::Answered(Answer {
                status: Known::Known(status),
                kind: AnswerKind::Redirect,
                line: Some(line),
                target: result,
            }));
        }
        if path.is_empty() {
            return Flow::Answered(End::Answered(Answer::error(500, line)));
        }
        let (before, after) = (shortened(&state.uri), result.as_deref().map_or("…".into(), shortened));
        self.step("rewrite", Some(line), &format!("`{before}` becomes `{after}`"));
        self.rewritten = Some(line);
        state.uri = path;
        state.args = args;
        state.internal = true;
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
        let plus = || state.target.split('?').next().is_some_and(|path| path.contains('+'));
        if !in_url || !(state.quoted || plus()) {
            return self.model().evaluate(text, state);
        }
        let mut escaped = state.clone();
        escaped.captures.groups.iter_mut().for_each(|group| *group = uri::escape_argument(group));
        self.model().evaluate(text, &escaped)
    }

    fn run_return(&mut self, state: &mut State, line: Line) -> Flow {
        let model = self.model();
        let words = model.config().args(line);
        let text = |index: usize| match words.get(index) {
            Some(Known::Known(text)) => model.evaluate(text, state).known(),
            _ => None,
        };
        let first = match words.first() {
            Some(Known::Known(text)) => text.as_ref(),
            _ => return Flow::Answered(End::Unknown),
        };
        let answer = |status: u16, kind: AnswerKind, target: Option<String>| {
            Flow::Answered(End::Answered(Answer {
                status: Known::Known(status),
                kind,
                line: Some(line),
                target,
            }))
        };
        match first.parse::<u16>() {
            Ok(444) => Flow::Answered(End::Closed(Some(line))),
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
