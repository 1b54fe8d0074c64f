//! Internal redirects: `try_files` and `error_page`.

use super::exit::{Answer, AnswerKind, Exit};
use super::follower::{Follower, Start, Turn};
use crate::config::Line;
use crate::config::names::Directive;
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use wslint_model::Known;
use wslint_model::length::shortened;

impl Follower<'_, '_, '_> {
    /// The last resort of `try_files`. Whether the others exist is not in the config: they are taken not to.
    pub(crate) fn try_files(&mut self, state: &mut State) -> Option<Turn> {
        let config = self.model().config();
        let line = config.own_last(state.level, Directive::TryFiles)?;
        if config.is_optional(line) && config.hands_requests_on(config.proper_level(state.level)) {
            self.assume_left_out(line);
            return None;
        }
        let words = config.args(line);
        let Some((Known::Known(last), tried)) = words.split_last() else {
            return Some(Turn::Exit(Exit::Unknown));
        };
        // Whoever redirects to a file by name has that file, and it is found where the path itself is tried.
        let is_path = |word: &Known<_>| matches!(word, Known::Known(word) if word == "$uri");
        if state.fallback && tried.iter().any(is_path) {
            return None;
        }
        // The one folder that is there for certain is the root itself.
        let is_folder = |word: &Known<_>| matches!(word, Known::Known(word) if word == "$uri/");
        if state.path() == Some("/") && tried.iter().any(is_folder) {
            return None;
        }
        self.step(
            "try_files",
            Some(line),
            format_args!("no file for `{}`, so `{}`", shortened(state.told_path()), shortened(last)),
        );
        if tried.iter().any(|word| matches!(word, Known::Known(word) if word.contains('$'))) {
            let words = format!("no file is found for `{}`", shortened(state.told_path()));
            self.assume(&words, line);
        }
        if let Some(status) = last.strip_prefix('=') {
            // A file that is called by its name is often there, and is the answer then.
            let by_name = tried.iter().any(|word| matches!(word, Known::Known(word) if !word.contains('$')));
            let status = match status.parse() {
                Ok(status) if !by_name => Known::Known(status),
                _ => Known::Unknown,
            };
            let answer = Answer { status, kind: AnswerKind::TryFiles, line: Some(line), target: None };
            return Some(Turn::Exit(Exit::Answered(answer)));
        }
        self.settle(state, last);
        self.redirected = Some(line);
        match evaluate(self.model(), last, state) {
            Known::Known(target) if target.starts_with('@') => Some(self.go_named(state, &target, line)),
            Known::Known(target) => {
                Self::go_to(state, last, &target);
                Some(Turn::Again(Start::Server))
            }
            Known::Unknown => Some(Turn::Exit(Exit::Unknown)),
        }
    }

    /// Redirects to a path of the config. Its query is the one written there: the client's is lost.
    fn go_to(state: &mut State, written: &str, target: &str) {
        let (path, args) = target.split_once('?').unwrap_or((target, ""));
        state.redirect(path.to_owned(), Known::Known(args.to_owned()));
        // Whoever writes the name of a file here has that file.
        let name = written.split('?').next().and_then(|path| path.rsplit('/').next());
        state.fallback = name.is_some_and(|name| name.contains('.') && !name.contains('$'));
    }

    fn go_named(&mut self, state: &mut State, name: &str, line: Line) -> Turn {
        match self.model().locations(state.server).named(name) {
            Some(level) => {
                self.step("location", self.model().config().context(level).opener, "by its name");
                state.level = level;
                state.internal = true;
                Turn::Again(Start::Here)
            }
            None if self.model().config().context(state.server).open => Turn::Exit(Exit::Unknown),
            None => Turn::Exit(Exit::Answered(Answer::error(500, line))),
        }
    }

    /// What `error_page` makes of an answer with this status.
    pub(super) fn error_page(&mut self, state: &mut State, status: u16) -> Option<Turn> {
        let config = self.model().config();
        if status < 300 {
            return None;
        }
        let list = config.list(state.level, Directive::ErrorPage);
        for line in list.lines {
            let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
            let Some(words) = words else { return Some(Turn::Exit(Exit::Unknown)) };
            let Some((target, codes)) = words.split_last() else { continue };
            if !codes.iter().any(|code| code.parse() == Ok(status)) {
                continue;
            }
            self.step("error_page", Some(line), format_args!("takes over the {status}"));
            let forced = codes.iter().find_map(|code| code.strip_prefix('='));
            state.forced_status = match forced {
                None => Some(status),
                Some(code) => code.parse().ok(),
            };
            let written = target;
            self.settle(state, written);
            let Known::Known(target) = evaluate(self.model(), written, state) else {
                return Some(Turn::Exit(Exit::Unknown));
            };
            self.redirected = Some(line);
            if target.starts_with('@') {
                return Some(self.go_named(state, &target, line));
            }
            if target.starts_with('/') {
                if state.method.as_ref().is_none_or(|method| method != "HEAD") {
                    state.method = Known::Known("GET".to_owned());
                }
                Self::go_to(state, written, &target);
                return Some(Turn::Again(Start::Server));
            }
            let status =
                Known::Known(state.forced_status.filter(|code| (301..=308).contains(code)).unwrap_or(302));
            return Some(Turn::Exit(Exit::Answered(Answer {
                status,
                kind: AnswerKind::Redirect,
                line: Some(line),
                target: Some(target),
            })));
        }
        None
    }
}
