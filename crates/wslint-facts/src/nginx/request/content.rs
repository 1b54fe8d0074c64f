//! The content phase: what hands a request on, or the file that answers.

use super::end::{Answer, AnswerKind, End, Passed};
use super::follow::Follower;
use super::pass::{self, TargetFate};
use super::state::State;
use super::uri;
use crate::length::{concat, shortened};
use crate::nginx::config::inherit::Scalar;
use crate::nginx::config::names::{Directive, PASS_DIRECTIVES};
use crate::nginx::config::{ContextId, Line};
use crate::nginx::variables::template::{self, Part};
use crate::project::NginxContext;
use crate::trace::Known;

impl Follower<'_, '_> {
    /// The content phase: what hands the request on, or the file that answers.
    pub(in crate::nginx) fn content(&mut self, state: &mut State) -> End {
        let config = self.model().config();
        for directive in PASS_DIRECTIVES {
            if let Some(line) = self.model().pass_line(state.level, directive) {
                return self.hand_on(state, directive, line);
            }
        }
        let level = config.proper_level(state.level);
        let foreign = config.context(level).lines.iter().find(|line| {
            line.name.is_none() && {
                let name = config.name(**line);
                name.starts_with("content_by_lua")
                    || matches!(
                        name.as_ref(),
                        "echo" | "js_content" | "perl" | "passenger_enabled" | "stub_status" | "empty_gif"
                    )
            }
        });
        if foreign.is_some() {
            return End::Unknown;
        }
        let opener = config.context(level).opener;
        if let Some(line) = self.snippet_headers(level) {
            return End::Passed(Box::new(Passed {
                directive: Directive::ProxyPass,
                pass: line,
                state: State { proxy_host: Some(Known::Unknown), ..state.clone() },
                destination: None,
                target: Known::Unknown,
                fate: TargetFate::Original,
                pool: None,
                upstream: Known::Unknown,
            }));
        }
        // The rest of a fragment's outermost level is unseen, and could hand the request on.
        let unseen = level == config.outermost() && config.assumed != NginxContext::Main;
        if config.context(level).open || unseen {
            return End::Unknown;
        }
        if self.index_is_passed_on(state) {
            return End::Unknown;
        }
        let last = state.uri.rsplit('/').next().unwrap_or_default();
        let status = if !matches!(state.method.as_str(), "GET" | "HEAD" | "POST") {
            Known::Known(405)
        } else if state.fallback {
            Known::Known(state.forced_status.unwrap_or(200))
        } else if state.uri == "/" || last.contains('.') {
            Known::Unknown
        } else {
            Known::Known(404)
        };
        let taken = match status {
            Known::Known(404) => ", and taken to be missing",
            _ if state.fallback => ", and taken to be there",
            _ => "",
        };
        self.step("static", opener, &format!("a file is looked for at `{}`{taken}", shortened(&state.uri)));
        End::Answered(Answer { status, kind: AnswerKind::Static, line: opener, target: None })
    }

    /// Whether the root is asked for and its index file, if there is one, would be handed on: nginx redirects to it.
    fn index_is_passed_on(&self, state: &State) -> bool {
        if state.internal || state.uri != "/" {
            return false;
        }
        let mut index = state.clone();
        index.redirect("/index.html".to_owned(), state.args.clone());
        matches!(self.aside().find_and_run(&mut index), End::Passed(_))
    }

    /// The header lines of bare directives that stand in no block. They are there to be included beside a `proxy_pass`.
    fn snippet_headers(&self, level: ContextId) -> Option<Line> {
        let config = self.model().config();
        let bare = level == config.outermost() && config.assumed == NginxContext::Location;
        config.own_last(level, Directive::ProxySetHeader).filter(|_| bare)
    }

    fn hand_on(&mut self, state: &mut State, directive: Directive, line: Line) -> End {
        let written = self.model().config().arg(line, 0);
        let passed = |state: &State| Passed {
            directive,
            pass: line,
            state: state.clone(),
            destination: None,
            target: Known::Known(state.target.clone()),
            fate: TargetFate::Original,
            pool: None,
            upstream: Known::Unknown,
        };
        if directive != Directive::ProxyPass {
            let mut passed = passed(state);
            self.step("upstream", Some(line), "handed on");
            if let Some(Known::Known(address)) = written {
                let address = address.rsplit("://").next().unwrap_or_default().to_owned();
                self.resolve(&address, &address, &mut passed);
            }
            return End::Passed(Box::new(passed));
        }
        let Some(Known::Known(written)) = written else {
            let mut passed = passed(state);
            passed.target = Known::Unknown;
            return End::Passed(Box::new(passed));
        };
        let Known::Known(value) = self.model().evaluate(&written, state) else {
            let mut passed = passed(state);
            passed.target = self.target_behind_unknown(state, &written);
            state.proxy_host = Some(Known::Unknown);
            passed.state.proxy_host = Some(Known::Unknown);
            passed.fate = TargetFate::Fixed;
            self.step("upstream", Some(line), "an address that cannot be told");
            return End::Passed(Box::new(passed));
        };
        let destination = match pass::destination(&value) {
            Ok(destination) => destination,
            Err(_) => {
                let target = Some(value);
                return End::Answered(Answer { target, ..Answer::new(500, AnswerKind::BadScheme, line) });
            }
        };
        let known = self.model().pool(&destination.host).is_some()
            || destination.address.starts_with("unix:")
            || destination.host.starts_with('[')
            || destination.host.parse::<std::net::IpAddr>().is_ok();
        if self.model().has_variables(line) && !known {
            let resolver = self.model().config().scalar(state.level, Directive::Resolver);
            if matches!(resolver, Scalar::Default) {
                return End::Answered(Answer::new(502, AnswerKind::NoResolver, line));
            }
        }
        state.proxy_host = Some(Known::Known(destination.proxy_host.clone()));
        let mut passed = passed(state);
        (passed.target, passed.fate) = self.model().target_for(state, line, &destination);
        // An upstream block has a name and no port of its own.
        let pool = self.model().pool(&destination.host);
        let address = pool.map_or(&destination.address, |pool| &pool.name);
        let note = match &passed.target {
            Known::Known(target) => format!("`{}` gets `{}`", shortened(address), shortened(target)),
            Known::Unknown => format!("`{}`", shortened(address)),
        };
        self.note_tables(&written, state);
        self.step("upstream", Some(line), &note);
        self.note_header_tables(&passed.state);
        self.resolve(&destination.host, &destination.address, &mut passed);
        passed.destination = Some(destination);
        End::Passed(Box::new(passed))
    }

    /// Finds the upstream of a name and the server that is picked.
    fn resolve(&mut self, host: &str, address: &str, passed: &mut Passed) {
        match self.model().pool(host) {
            Some(pool) => {
                passed.pool = Some(pool.name.clone());
                passed.upstream = self.model().pick(pool, Some(&passed.state));
                let (name, line) = (pool.name.clone(), pool.line);
                let note = match &passed.upstream {
                    Known::Known(Some(server)) => {
                        format!("the first server of `{}` is `{}`", shortened(&name), shortened(server))
                    }
                    _ => format!("one of the servers of `{}`", shortened(&name)),
                };
                self.step("upstream", Some(line), &note);
            }
            None => passed.upstream = Known::Known(Some(address.to_owned())),
        }
    }

    /// The request target behind a `proxy_pass` whose host is not known but whose rest is: `http://$x$request_uri`.
    fn target_behind_unknown(&self, state: &State, written: &str) -> Known<String> {
        let Some(parts) = template::parts(written) else { return Known::Unknown };
        let mut rest = String::new();
        let mut in_target = false;
        for (number, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => {
                    let text = if number == 0 {
                        text.strip_prefix("http://").or(text.strip_prefix("https://")).unwrap_or(text)
                    } else {
                        text
                    };
                    let from = if in_target { Some(0) } else { text.find('/') };
                    if let Some(from) = from {
                        in_target = true;
                        rest.push_str(&text[from..]);
                    }
                }
                Part::Variable(name) => {
                    in_target |= matches!(name.as_str(), "request_uri" | "uri" | "document_uri" | "is_args");
                    if in_target {
                        rest.push_str(&format!("${{{name}}}"));
                    }
                }
                Part::Capture(number) if in_target => rest.push_str(&format!("${number}")),
                Part::Capture(_) => {}
            }
        }
        if rest.is_empty() {
            if state.original_target {
                return Known::Known(state.target.clone());
            }
            let mark = if state.args.is_empty() { "" } else { "?" };
            return concat([&uri::escape(&state.uri), mark, &state.args]).into();
        }
        self.model().evaluate(&rest, state)
    }
}
