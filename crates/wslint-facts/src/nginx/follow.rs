//! Following one request through the phases: server, location, rewrite, access, `try_files`, content, `error_page`.
//!
//! The lines that decide are noted as steps. Where it cannot be told what happens, the way that most requests take is
//! followed and the doubt is noted; what the files of the machine decide is answered as for a path without a file.

use super::config::{ContextId, ContextKind, Line};
use super::inherit::Scalar;
use super::location::{LocationKind, Selected};
use super::model::Model;
use super::names::{Directive, PASS_DIRECTIVES};
use super::pass::{self, Destination, TargetFate};
use super::pattern::Match;
use super::rewrite::Script;
use super::state::State;
use super::template::{self, Part};
use super::uri;
use crate::project::NginxContext;
use crate::trace::{Known, Step};

/// Internal redirects that nginx follows for one request (`NGX_HTTP_MAX_URI_CHANGES`).
const MAX_REDIRECTS: usize = 10;

/// What answers a request that nginx answers itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerKind {
    /// `return` with a status.
    Return,
    /// `return` with a text of its own, which `error_page` leaves alone.
    ReturnText,
    /// `return` or `rewrite` with a redirect.
    Redirect,
    /// The automatic redirect from `/x` to `/x/`.
    SlashRedirect,
    /// The access phase.
    Denied,
    /// A location for internal redirects only.
    Internal,
    /// A file, or that there is none.
    Static,
    /// The last argument of `try_files`.
    TryFiles,
    /// A request that nginx cannot read or a `proxy_pass` that it cannot carry out.
    Error,
    /// `proxy_pass` to a name without `resolver`.
    NoResolver,
    /// `proxy_pass` with a variable that does not begin with `http://`.
    BadScheme,
    /// Plain HTTP to a socket that speaks TLS.
    PlainToTls,
}

/// An answer that nginx gives itself.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: Known<u16>,
    pub(super) kind: AnswerKind,
    /// The line that decides.
    pub(super) line: Option<Line>,
    /// Where a redirect leads, or the address that is none.
    pub(super) target: Option<String>,
}

impl Answer {
    /// An answer that a line decides.
    pub(super) fn new(status: u16, kind: AnswerKind, line: Line) -> Self {
        Self { status: Known::Known(status), kind, line: Some(line), target: None }
    }

    /// An error that a line causes.
    pub(super) fn error(status: u16, line: Line) -> Self {
        Self::new(status, AnswerKind::Error, line)
    }
}

/// A request that was handed to another program.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    /// `proxy_pass`, `uwsgi_pass` …
    pub(super) directive: Directive,
    /// The line.
    pub(super) pass: Line,
    /// The request as it is handed on.
    pub(super) state: State,
    /// Where `proxy_pass` sends it, if the value is known.
    pub(super) destination: Option<Destination>,
    /// The request target that the upstream gets, and what was done to it.
    pub(super) target: Known<String>,
    pub(super) fate: TargetFate,
    /// The name of the upstream block.
    pub(super) pool: Option<String>,
    /// The address of the server.
    pub(super) upstream: Known<Option<String>>,
}

/// How a request ends.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// nginx answers.
    Answered(Answer),
    /// It is handed on.
    Passed(Box<Passed>),
    /// The connection is handed on as it is, by `stream {}`.
    Tunnelled { server: ContextId, pass: Line, pool: Option<String>, upstream: Known<Option<String>> },
    /// The connection is closed or refused without an answer.
    Closed(Option<Line>),
    /// It cannot be told.
    Unknown,
}

/// A line of which it cannot be told what it does with the request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    pub(super) line: Line,
    /// Whether it could only answer the request, not send it elsewhere.
    pub(super) only_answers: bool,
}

/// An `auth_request` whose answer is not in the config.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthDoubt {
    pub(super) line: Line,
    /// Whether the client's upgrade reaches the program that is asked.
    pub(super) leaks: bool,
}

/// Follows one request and notes the way.
#[derive(Debug)]
pub(super) struct Follower<'m, 'p> {
    model: &'m Model<'p>,
    pub(super) steps: Vec<Step>,
    pub(super) doubts: Vec<Doubt>,
    pub(super) auth: Option<AuthDoubt>,
    /// The servers that were passed through on the way to the last one.
    pub(super) hops: Vec<Passed>,
}

/// Where the phases begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Server,
    Location,
    /// In the level that has been set: a named location.
    Here,
}

/// What a run of the phases leads to.
enum Turn {
    End(End),
    Again(Start),
}

impl<'m, 'p> Follower<'m, 'p> {
    pub(super) fn new(model: &'m Model<'p>) -> Self {
        Self { model, steps: Vec::new(), doubts: Vec::new(), auth: None, hops: Vec::new() }
    }

    pub(super) fn model(&self) -> &'m Model<'p> {
        self.model
    }

    /// A follower whose steps are not those of the request.
    pub(super) fn aside(&self) -> Follower<'m, 'p> {
        Follower::new(self.model)
    }

    /// Notes a step.
    pub(super) fn step(&mut self, what: &'static str, line: Option<Line>, note: &str) {
        let site = line.map(|line| self.model.config().site(line));
        self.steps.push(Step { what, site, note: note.to_owned() });
    }

    /// Notes a doubt.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.step("unknown", Some(doubt.line), "it cannot be told from the files what this does");
        self.doubts.push(doubt);
    }

    /// Notes that the program behind `auth_request` decides.
    pub(super) fn auth_decides(&mut self, line: Line, leaks: bool) {
        self.auth = Some(AuthDoubt { line, leaks });
    }

    /// Follows a request from the server on.
    pub(super) fn find_and_run(&mut self, state: &mut State) -> End {
        self.run(state, Start::Server)
    }

    /// Follows a request from inside a location on, as if its path had selected that: what the server rewrites first
    /// is taken into account unless it moves the path.
    pub(super) fn run_in(&mut self, state: &mut State, location: ContextId) -> End {
        state.level = state.server;
        let uri = (state.uri.clone(), state.original_target, state.internal);
        if let Script::Answered(end) = self.run_script(state, state.server) {
            return end;
        }
        (state.uri, state.original_target, state.internal) = uri;
        if let Some(LocationKind::Pattern { expression, ignore_case }) = self.model.location_kind(location)
            && let Match::Yes(captures) = self.model.patterns().matches(&expression, ignore_case, &state.uri)
        {
            state.take(captures);
        }
        state.level = location;
        self.run(state, Start::Here)
    }

    fn run(&mut self, state: &mut State, start: Start) -> End {
        let mut start = start;
        let mut error_redirected = false;
        for _ in 0..=MAX_REDIRECTS {
            let end = match self.phases(state, start) {
                Turn::Again(next) => {
                    start = next;
                    continue;
                }
                Turn::End(end) => end,
            };
            let End::Answered(answer) = &end else { return end };
            if error_redirected || answer.kind == AnswerKind::ReturnText {
                return end;
            }
            match self.error_page(state, answer) {
                None => return end,
                Some(Turn::End(end)) => return end,
                Some(Turn::Again(next)) => {
                    error_redirected = true;
                    start = next;
                }
            }
        }
        End::Answered(Answer { status: Known::Known(500), kind: AnswerKind::Error, line: None, target: None })
    }

    fn phases(&mut self, state: &mut State, start: Start) -> Turn {
        if start == Start::Server {
            state.level = state.server;
            if let Script::Answered(end) = self.run_script(state, state.server) {
                return Turn::End(end);
            }
        }
        if start != Start::Here
            && let Some(end) = self.find_location(state)
        {
            return Turn::End(end);
        }
        let level = state.level;
        let is_location = self.model.config().context(level).kind == ContextKind::Location;
        if is_location {
            match self.run_script(state, level) {
                Script::Answered(end) => return Turn::End(end),
                Script::Done { moved: true } => {
                    state.prefix_counts = true;
                    return Turn::Again(Start::Location);
                }
                Script::Done { moved: false } => {}
            }
        }
        if let Some(end) = self.check_access(state) {
            return Turn::End(end);
        }
        if let Some(turn) = self.try_files(state) {
            return turn;
        }
        Turn::End(self.content(state))
    }

    /// Chooses the location. `Some` is an answer.
    fn find_location(&mut self, state: &mut State) -> Option<End> {
        let config = self.model.config();
        match self.model.select_location(state) {
            Selected::Location { level, unsure } => {
                let line = config.context(level).opener;
                self.step("location", line, &format!("the longest match for `{}`", state.uri));
                if let (true, Some(line)) = (unsure, line) {
                    self.doubt(Doubt { line, only_answers: false });
                }
                state.level = level;
            }
            Selected::SlashRedirect(level) => {
                state.level = level;
                if let Some(end) = self.hidden_from_clients(state) {
                    return Some(end);
                }
                let line = config.context(level).opener?;
                let target = match state.args.as_str() {
                    "" => format!("{}/", state.uri),
                    args => format!("{}/?{args}", state.uri),
                };
                return Some(End::Answered(Answer {
                    status: Known::Known(301),
                    kind: AnswerKind::SlashRedirect,
                    line: Some(line),
                    target: Some(target),
                }));
            }
            Selected::None { unsure } => {
                let line = config.context(state.server).opener;
                self.step("location", line, &format!("no location matches `{}`", state.uri));
                if let (true, Some(line)) = (unsure, line) {
                    self.doubt(Doubt { line, only_answers: false });
                }
                state.level = state.server;
            }
            Selected::Unknown => return Some(End::Unknown),
        }
        if let Some(end) = self.hidden_from_clients(state) {
            return Some(end);
        }
        let limit = config.own_last(state.level, Directive::LimitExcept);
        if let Some((line, block)) = limit.and_then(|line| Some((line, line.block?))) {
            let allowed = config.args(line).into_iter().any(|method| match method {
                Known::Known(method) => {
                    method.eq_ignore_ascii_case(&state.method)
                        || (method.eq_ignore_ascii_case("GET") && state.method == "HEAD")
                }
                Known::Unknown => true,
            });
            if !allowed {
                self.step("limit_except", Some(line), &format!("holds for `{}`", state.method));
                state.level = block;
            }
        }
        None
    }

    /// An `internal` location is no location for a client's own request.
    fn hidden_from_clients(&self, state: &State) -> Option<End> {
        let line = self.model.config().own_last(state.level, Directive::Internal)?;
        (!state.internal).then(|| End::Answered(Answer::new(404, AnswerKind::Internal, line)))
    }

    fn try_files(&mut self, state: &mut State) -> Option<Turn> {
        let config = self.model.config();
        let line = config.own_last(state.level, Directive::TryFiles)?;
        if state.fallback {
            return None;
        }
        let words = config.args(line);
        let Some(Known::Known(last)) = words.last() else {
            return Some(Turn::End(End::Unknown));
        };
        self.step("try_files", Some(line), &format!("no file for `{}`, so `{last}`", state.uri));
        if let Some(status) = last.strip_prefix('=') {
            let status = status.parse().map_or(Known::Unknown, Known::Known);
            let answer = Answer { status, kind: AnswerKind::TryFiles, line: Some(line), target: None };
            return Some(Turn::End(End::Answered(answer)));
        }
        if last.starts_with('@') {
            return Some(self.go_named(state, last, line));
        }
        match self.model.evaluate(last, state) {
            Known::Known(target) => {
                Self::go_to(state, &target);
                Some(Turn::Again(Start::Server))
            }
            Known::Unknown => Some(Turn::End(End::Unknown)),
        }
    }

    /// Redirects to a path of the config. Its query is the one written there: the client's is lost.
    fn go_to(state: &mut State, target: &str) {
        let (path, args) = target.split_once('?').unwrap_or((target, ""));
        state.redirect(path.to_owned(), args.to_owned());
        // Whoever writes the name of a file here has that file.
        state.fallback = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    }

    fn go_named(&mut self, state: &mut State, name: &str, line: Line) -> Turn {
        match self.model.locations(state.server).named(name) {
            Some(level) => {
                self.step("location", self.model.config().context(level).opener, "by its name");
                state.level = level;
                state.internal = true;
                Turn::Again(Start::Here)
            }
            None if self.model.config().context(state.server).open => Turn::End(End::Unknown),
            None => Turn::End(End::Answered(Answer::error(500, line))),
        }
    }

    /// What `error_page` makes of an answer.
    fn error_page(&mut self, state: &mut State, answer: &Answer) -> Option<Turn> {
        let config = self.model.config();
        let Known::Known(status) = answer.status else { return None };
        if status < 300 {
            return None;
        }
        let list = config.list(state.level, Directive::ErrorPage);
        for line in list.lines {
            let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
            let Some(words) = words else { return Some(Turn::End(End::Unknown)) };
            let Some((target, codes)) = words.split_last() else { continue };
            if !codes.iter().any(|code| code.parse() == Ok(status)) {
                continue;
            }
            self.step("error_page", Some(line), &format!("takes over the {status}"));
            let forced = codes.iter().find_map(|code| code.strip_prefix('='));
            state.forced_status = match forced {
                None => Some(status),
                Some(code) => code.parse().ok(),
            };
            if target.starts_with('@') {
                return Some(self.go_named(state, target, line));
            }
            let Known::Known(target) = self.model.evaluate(target, state) else {
                return Some(Turn::End(End::Unknown));
            };
            if target.starts_with('/') {
                if state.method != "HEAD" {
                    state.method = "GET".to_owned();
                }
                Self::go_to(state, &target);
                return Some(Turn::Again(Start::Server));
            }
            let status =
                Known::Known(state.forced_status.filter(|code| (301..=308).contains(code)).unwrap_or(302));
            return Some(Turn::End(End::Answered(Answer {
                status,
                kind: AnswerKind::Redirect,
                line: Some(line),
                target: Some(target),
            })));
        }
        None
    }

    /// The content phase: what hands the request on, or the file that answers.
    fn content(&mut self, state: &mut State) -> End {
        let config = self.model.config();
        for directive in PASS_DIRECTIVES {
            if let Some(line) = self.model.pass_line(state.level, directive) {
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
        let last = state.uri.rsplit('/').next().unwrap_or_default();
        let status = if state.fallback {
            Known::Known(state.forced_status.unwrap_or(200))
        } else if state.uri == "/" || last.contains('.') {
            Known::Unknown
        } else {
            Known::Known(404)
        };
        self.step("static", opener, &format!("a file is looked for at `{}`", state.uri));
        End::Answered(Answer { status, kind: AnswerKind::Static, line: opener, target: None })
    }

    /// The header lines of bare directives that stand in no block. They are there to be included beside a `proxy_pass`.
    fn snippet_headers(&self, level: ContextId) -> Option<Line> {
        let config = self.model.config();
        let bare = level == config.outermost() && config.assumed == NginxContext::Location;
        config.own_last(level, Directive::ProxySetHeader).filter(|_| bare)
    }

    fn hand_on(&mut self, state: &mut State, directive: Directive, line: Line) -> End {
        let written = self.model.config().arg(line, 0);
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
            if let Some(Known::Known(address)) = written {
                let address = address.rsplit("://").next().unwrap_or_default().to_owned();
                self.resolve(&address, &address, &mut passed);
            }
            self.step("upstream", Some(line), "handed on");
            return End::Passed(Box::new(passed));
        }
        let Some(Known::Known(written)) = written else {
            let mut passed = passed(state);
            passed.target = Known::Unknown;
            return End::Passed(Box::new(passed));
        };
        let Known::Known(value) = self.model.evaluate(&written, state) else {
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
        let known = self.model.pool(&destination.host).is_some()
            || destination.address.starts_with("unix:")
            || destination.host.starts_with('[')
            || destination.host.parse::<std::net::IpAddr>().is_ok();
        if self.model.has_variables(line) && !known {
            let resolver = self.model.config().scalar(state.level, Directive::Resolver);
            if matches!(resolver, Scalar::Default) {
                return End::Answered(Answer::new(502, AnswerKind::NoResolver, line));
            }
        }
        state.proxy_host = Some(Known::Known(destination.proxy_host.clone()));
        let mut passed = passed(state);
        (passed.target, passed.fate) = self.model.target_for(state, line, &destination);
        self.resolve(&destination.host, &destination.address, &mut passed);
        let note = match &passed.target {
            Known::Known(target) => format!("`{}` gets `{target}`", destination.address),
            Known::Unknown => format!("`{}`", destination.address),
        };
        self.step("upstream", Some(line), &note);
        passed.destination = Some(destination);
        End::Passed(Box::new(passed))
    }

    /// Finds the upstream of a name and the server that is picked.
    fn resolve(&mut self, host: &str, address: &str, passed: &mut Passed) {
        match self.model.pool(host) {
            Some(pool) => {
                passed.pool = Some(pool.name.clone());
                passed.upstream = pool.first();
                let (name, line) = (pool.name.clone(), pool.line);
                self.step("upstream", Some(line), &format!("the servers of `{name}`"));
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
            return if state.original_target {
                Known::Known(state.target.clone())
            } else {
                let path = uri::escape(&state.uri);
                Known::Known(if state.args.is_empty() { path } else { format!("{path}?{}", state.args) })
            };
        }
        self.model.evaluate(&rest, state)
    }
}
