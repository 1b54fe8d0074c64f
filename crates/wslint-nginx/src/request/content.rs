//! The content phase: what hands a request on, or the file that answers.

use super::exit::{Answer, AnswerKind, Exit, Pass};
use super::follower::Follower;
use super::pass::{self, TargetFate};
use super::{header, modules, pick};
use crate::config::inherit::Scalar;
use crate::config::listen;
use crate::config::names::{Directive, PASS_DIRECTIVES};
use crate::config::upstream::Pool;
use crate::config::{ContextId, Line};
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use crate::variables::template::{self, Part};
use crate::variables::uri;
use wslint_model::length::shortened;
use wslint_model::way::{Address, Listens};
use wslint_model::{Known, NginxContext};

/// How many servers of an upstream that are listeners of the same configuration are followed.
const MOST_OWN_SERVERS: usize = 4;

impl Follower<'_, '_, '_> {
    /// What hands the request on, or keeps it from being told who answers; none where a file does.
    pub(super) fn content(&mut self, state: &mut State) -> Option<Exit> {
        let config = self.model().config();
        for directive in PASS_DIRECTIVES {
            if let Some(line) = pass::pass_line(self.model(), state.level, directive) {
                if config.is_optional(line) && self.is_passed_on_otherwise(state.level, directive) {
                    return Some(Exit::Unknown);
                }
                return Some(self.hand_on(state, directive, line));
            }
        }
        let level = config.proper_level(state.level);
        if let Some(line) = modules::answering(self.model(), level) {
            let note = format!("`{}` answers, which is not followed", config.name(line));
            self.step("module", Some(line), note);
            return Some(Exit::Unknown);
        }
        if let Some(line) = self.snippet_headers(level) {
            let state = State { proxy_host: Some(Known::Unknown), ..state.clone() };
            let pass = Pass::to_unknown(Directive::ProxyPass, line, state, Known::Unknown);
            return Some(Exit::Passed(Box::new(pass)));
        }
        // What a template has for another case may have stood in the place of what hands the request on.
        if config.script(level).any(|line| config.is_optional(line)) {
            return Some(Exit::Unknown);
        }
        // The rest of a fragment's outermost level is unseen, and could hand the request on.
        let unseen = level == config.outermost() && config.assumed != NginxContext::Main;
        (config.context(level).open || unseen).then_some(Exit::Unknown)
    }

    /// Whether a level has a directive of another kind that hands requests on: arms of a template may have one each.
    fn is_passed_on_otherwise(&self, level: ContextId, directive: Directive) -> bool {
        let others = PASS_DIRECTIVES.into_iter().filter(|&other| other != directive);
        others.into_iter().any(|other| pass::pass_line(self.model(), level, other).is_some())
    }

    /// The file that answers, or that there is none.
    pub(super) fn file(&mut self, state: &State) -> Exit {
        let config = self.model().config();
        let opener = config.context(config.proper_level(state.level)).opener;
        // A path whose last word looks like that of a file may be one.
        let may_be_file =
            |path: &str| path == "/" || path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let takes = |method: &String| matches!(method.as_str(), "GET" | "HEAD" | "POST");
        let status = if state.method.as_ref().is_some_and(|method| !takes(method)) {
            Known::Known(405)
        } else if state.fallback {
            Known::Known(state.forced_status.unwrap_or(200))
        } else if state.path().is_none_or(may_be_file) {
            Known::Unknown
        } else {
            Known::Known(404)
        };
        let taken = match status {
            Known::Known(404) => ", and taken to be missing",
            _ if state.fallback => ", and taken to be there",
            _ => "",
        };
        if let (false, Some(opener)) = (taken.is_empty(), opener) {
            let there = if state.fallback { "a" } else { "no" };
            self.assume(&format!("{there} file is at `{}`", shortened(state.told_path())), opener);
        }
        self.step(
            "static",
            opener,
            format_args!("a file is looked for at `{}`{taken}", shortened(state.told_path())),
        );
        Exit::Answered(Answer { status, kind: AnswerKind::Static, line: opener, target: None })
    }

    /// The header lines of bare directives that stand in no block. They are there to be included beside a `proxy_pass`.
    fn snippet_headers(&self, level: ContextId) -> Option<Line> {
        let config = self.model().config();
        let bare = level == config.outermost() && config.assumed == NginxContext::Location;
        config.own_last(level, Directive::ProxySetHeader).filter(|_| bare)
    }

    fn hand_on(&mut self, state: &mut State, directive: Directive, line: Line) -> Exit {
        let written = self.model().config().arg(line, 0);
        if directive != Directive::ProxyPass {
            let mut pass = Pass::to_unknown(directive, line, state.clone(), state.target().clone());
            self.step("upstream", Some(line), "passed on");
            if let Some(Known::Known(address)) = written {
                let address = address.rsplit("://").next().unwrap_or_default().to_owned();
                self.resolve(&address, &address, &mut pass);
            }
            return Exit::Passed(Box::new(pass));
        }
        let Some(Known::Known(written)) = written else {
            return Exit::Passed(Box::new(Pass::to_unknown(directive, line, state.clone(), Known::Unknown)));
        };
        self.note_tables(&written, state);
        self.settle_address(state, &written);
        self.settle_handshake(state);
        let Known::Known(value) = evaluate(self.model(), &written, state) else {
            let target = self.target_behind_unknown(state, &written);
            state.proxy_host = Some(Known::Unknown);
            let mut pass = Pass::to_unknown(directive, line, state.clone(), target);
            pass.fate = TargetFate::Fixed;
            self.step("upstream", Some(line), "an address that cannot be told");
            return Exit::Passed(Box::new(pass));
        };
        let destination = match pass::destination(&value) {
            Ok(destination) => destination,
            Err(_) => {
                let target = Some(value);
                return Exit::Answered(Answer { target, ..Answer::new(500, AnswerKind::BadScheme, line) });
            }
        };
        let known = self.model().pool(&destination.host).is_some()
            || destination.address.starts_with("unix:")
            || destination.host.starts_with('[')
            || destination.host.parse::<std::net::IpAddr>().is_ok();
        if pass::has_variables(self.model(), line) && !known {
            let config = self.model().config();
            let resolver = config.scalar(state.level, Directive::Resolver);
            let whole = config.assumed == NginxContext::Main && !config.has_gaps;
            // A name without a port may be that of an upstream in a file that is not at hand.
            let named_elsewhere = !whole && destination.proxy_host == destination.host;
            if matches!(resolver, Scalar::Default) && !named_elsewhere {
                return Exit::Answered(Answer::new(502, AnswerKind::NoResolver, line));
            }
        }
        state.proxy_host = Some(Known::Known(destination.proxy_host.clone()));
        state.proxy_port = Some(Known::Known(destination.proxy_port.clone()));
        let (target, fate) = pass::target_for(self.model(), state, line, &destination);
        let mut pass = Pass::to_unknown(directive, line, state.clone(), target);
        pass.fate = fate;
        // An upstream block has a name and no port of its own.
        let pool = self.model().pool(&destination.host);
        let address = pool.map_or(&destination.address, |pool| &pool.name);
        let address = shortened(address);
        match &pass.target {
            Known::Known(target) => {
                self.step("upstream", Some(line), format_args!("`{address}` gets `{}`", shortened(target)));
            }
            Known::Unknown => self.step("upstream", Some(line), format_args!("`{address}`")),
        }
        self.note_header_tables(&pass.state);
        self.resolve(&destination.host, &destination.address, &mut pass);
        pass.destination = Some(destination);
        Exit::Passed(Box::new(pass))
    }

    /// Decides the variables of the headers that make a handshake.
    fn settle_handshake(&mut self, state: &mut State) {
        let set = header::lines(self.model(), state.level);
        for header in ["Upgrade", "Connection"] {
            for line in set.of(header).0 {
                if let Some(value) = self.model().config().known_arg(line, 1) {
                    self.settle(state, &value);
                }
            }
        }
    }

    /// Finds the upstream of a name and the server that is picked.
    fn resolve(&mut self, host: &str, address: &str, pass: &mut Pass) {
        match self.model().pool(host) {
            Some(pool) => {
                pass.pool = Known::Known(Some(pool.name.clone()));
                pass.upstream = pick::pick(self.model(), pool, Some(&pass.state));
                if pass.upstream == Known::Unknown {
                    pass.upstream = self.own_server(pool);
                }
                let (name, line) = (shortened(&pool.name), pool.line);
                match &pass.upstream {
                    Known::Known(Some(server)) => {
                        let note = format_args!("the server of `{name}` is `{}`", shortened(server));
                        self.step("upstream", Some(line), note);
                    }
                    _ => self.step("upstream", Some(line), format_args!("one of the servers of `{name}`")),
                }
            }
            None => {
                pass.pool = Known::Known(None);
                pass.upstream = Known::Known(Some(address.to_owned()));
            }
        }
    }

    /// Of servers that take turns, one that is a listener of this very configuration: each is followed.
    fn own_server(&mut self, pool: &Pool) -> Known<Option<String>> {
        let listens = |server: &&String| {
            let address = Address::read(server).map(|address| listen::Address::of(&address));
            let listeners = self.model().http_listeners();
            address.is_some_and(|address| {
                matches!(listeners.listens(&address), Listens::Exactly | Listens::AtEvery)
            })
        };
        let own = pool.own.get_or_init(|| {
            let known = pool.active.iter().filter_map(Known::as_ref);
            known.filter(listens).take(MOST_OWN_SERVERS).cloned().collect()
        });
        let name = shortened(&pool.name);
        let picks =
            |server: &str| format!("whether `{}` of `upstream {name}` gets the request", shortened(server));
        let taken = own.iter().find(|server| self.oracle.guess(&picks(server)));
        taken.map_or(Known::Unknown, |server| Known::Known(Some(server.clone())))
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
                    in_target |= matches!(&**name, "request_uri" | "uri" | "document_uri" | "is_args");
                    if in_target {
                        rest.push_str(&format!("${{{name}}}"));
                    }
                }
                Part::Capture(number) if in_target => rest.push_str(&format!("${number}")),
                Part::Capture(_) => {}
            }
        }
        if rest.is_empty() {
            return match &state.uri {
                _ if state.original_target => state.target().clone(),
                Known::Known(path) => state.with_query(&uri::escape(path)),
                Known::Unknown => Known::Unknown,
            };
        }
        evaluate(self.model(), &rest, state)
    }
}
