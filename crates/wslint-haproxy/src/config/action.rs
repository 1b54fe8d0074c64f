//! The rules of `http-request`, `http-response` and `tcp-request`: an action and its condition
//! (manual, section 4.2 and 4.3).

use crate::acl::condition::Condition;
use crate::acl::expression::Expression;
use crate::acl::format::{Format, Piece};
use crate::acl::pattern::Method;
use crate::acl::test::Heads;
use crate::statement::Statement;

/// What a rule does, as far as it matters to a handshake.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// `allow`, `accept`: no further rule of this list is asked.
    Accept,
    /// `deny`, `tarpit`, `return`, `auth`: HAProxy answers with this status.
    Answer {
        /// The keyword: `deny`, `return` …
        keyword: &'static str,
        /// The status; `None` where it cannot be known.
        status: Option<u16>,
        /// Where the text of the answer comes from.
        page: Page,
    },
    /// `redirect`.
    Redirect(Redirect),
    /// `reject`, `silent-drop`: the connection ends or hangs without an answer.
    Drop {
        /// The keyword.
        keyword: &'static str,
    },
    /// `set-header`.
    SetHeader(String, Format),
    /// `add-header`.
    AddHeader(String, Format),
    /// `del-header`, with its matching method.
    DelHeader(String, Method),
    /// `replace-header` (whole value) or `replace-value` (each comma-separated one).
    ReplaceHeader {
        /// The field.
        name: String,
        /// The regular expression.
        regex: Option<String>,
        /// What the match becomes.
        format: Format,
        /// Each comma-separated value by itself.
        each: bool,
    },
    /// `set-method`.
    SetMethod(Format),
    /// `set-path`, `set-pathq`, `set-uri`, `set-query`.
    SetUri(Part, Format),
    /// `replace-path`, `replace-pathq`, `replace-uri`.
    ReplaceUri(Part, Option<String>, Format),
    /// `set-var`.
    SetVariable(String, Option<Expression>),
    /// `set-var-fmt`.
    SetVariableFormat(String, Format),
    /// `unset-var`.
    UnsetVariable(String),
    /// `set-timeout`.
    SetTimeout {
        /// `tunnel`, `server` or `client`.
        name: String,
        /// Milliseconds; `None` for an expression.
        milliseconds: Option<u64>,
        /// What yields the milliseconds where no time is written.
        expression: Option<Expression>,
    },
    /// `set-status` of a response.
    SetStatus(Option<u16>),
    /// `set-dst`, `set-dst-port`: another destination, for servers whose line leaves it to the client.
    SetDestination,
    /// `set-src`: another address of the client.
    SetSource(Option<Expression>),
    /// `expect-proxy`: the client has to send a PROXY header.
    ExpectProxy,
    /// `tcp-request content switch-mode http`.
    SwitchToHttp,
    /// `use-service`: something outside the configuration answers.
    Service,
    /// `lua.*`: a script may do anything with the request or the answer.
    Script,
    /// `send-spoe-group`: an agent may set variables.
    Agent,
    /// Anything that changes nothing about where the request goes and what it carries.
    Nothing,
}

/// A redirect.
#[derive(Clone, Debug)]
pub(crate) struct Redirect {
    /// The status.
    pub(crate) status: u16,
    /// Where it leads.
    pub(crate) to: Location,
    /// Whether the client's query is left out (`drop-query`).
    pub(crate) drops_query: bool,
    /// Whether the path gets a slash at its end (`append-slash`).
    pub(crate) appends_slash: bool,
    /// Whether nothing happens when the target is empty (`ignore-empty`).
    pub(crate) ignores_empty: bool,
}

/// Where a redirect leads (manual, section 4.2 "redirect").
#[derive(Clone, Debug)]
pub(crate) enum Location {
    /// To the same target with this scheme.
    Scheme(Format),
    /// To the client's own target with this before it.
    Prefix(Format),
    /// To this address.
    Address(Format),
    /// The line does not say.
    Missing,
}

impl Redirect {
    /// Whether it sends the client to `https`.
    pub(crate) fn is_to_tls(&self) -> bool {
        let begins = |format: &Format, with: &str| match format.pieces.first() {
            Some(Piece::Text(text)) => text.to_ascii_lowercase().starts_with(with),
            _ => false,
        };
        match &self.to {
            Location::Scheme(format) => begins(format, "https"),
            Location::Prefix(format) | Location::Address(format) => begins(format, "https://"),
            Location::Missing => false,
        }
    }
}

/// Where the text of an answer that HAProxy gives itself comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// HAProxy's own page for the status, in whose place `errorfile` and its kin may put another.
    Standard,
    /// The same, for a request that could not be parsed: no rule sees the answer.
    Unparsed,
    /// What a rule or another part of HAProxy writes.
    Fixed,
    /// A file that holds the whole answer, status line and all.
    File(String),
}

/// Which part of the request target an action changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The path without the query.
    Path,
    /// Path and query.
    PathQuery,
    /// The whole target, scheme and authority included.
    Uri,
    /// The query.
    Query,
}

/// The list that a rule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// `tcp-request connection`.
    TcpConnection,
    /// `tcp-request session`.
    TcpSession,
    /// `tcp-request content`.
    TcpContent,
    /// `http-request`.
    HttpRequest,
    /// `redirect`, which runs after all `http-request` rules.
    Redirect,
    /// `http-response`.
    HttpResponse,
    /// `http-after-response`, which runs over every response that leaves.
    HttpAfterResponse,
}

/// A rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The list.
    pub(crate) stage: Stage,
    /// What it does.
    pub(crate) action: Action,
    /// When; always without one.
    pub(crate) condition: Option<Condition>,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
}

impl Rule {
    /// Reads a statement of one of the rule lists; `None` for anything else.
    pub(crate) fn parse(statement: &Statement<'_>, index: usize, heads: &mut Heads) -> Option<Self> {
        let (stage, at) = match (statement.word(0), statement.word(1)) {
            ("http-request", _) => (Stage::HttpRequest, 1),
            ("http-response", _) => (Stage::HttpResponse, 1),
            ("http-after-response", _) => (Stage::HttpAfterResponse, 1),
            ("redirect", _) => (Stage::Redirect, 0),
            ("tcp-request", "connection") => (Stage::TcpConnection, 2),
            ("tcp-request", "session") => (Stage::TcpSession, 2),
            ("tcp-request", "content") => (Stage::TcpContent, 2),
            // Before 1.5 rules of the content stage stood without the word.
            _ => return None,
        };
        let (action, after) = action(statement, stage, at);
        let condition = Condition::find(statement, after, heads);
        Some(Self { stage, action, condition, statement: index })
    }
}

/// Reads the action at a word and says where a condition may begin.
fn action(statement: &Statement<'_>, stage: Stage, at: usize) -> (Action, usize) {
    let word = |offset: usize| statement.word(at + offset);
    let format = |offset: usize| match statement.known(at + offset) {
        Some(text) => Format::parse(text),
        None => Format { pieces: vec![Piece::Unknown] },
    };
    let expression = |offset: usize| statement.known(at + offset).map(str::to_owned);
    let keyword = word(0);
    if let Some(name) = parenthesized(keyword, "set-var") {
        let expression = statement.known(at + 1).and_then(Expression::parse);
        return (Action::SetVariable(name, expression), at + 2);
    }
    if let Some(name) = parenthesized(keyword, "set-var-fmt") {
        return (Action::SetVariableFormat(name, format(1)), at + 2);
    }
    if let Some(name) = parenthesized(keyword, "do-resolve") {
        return (Action::SetVariable(name, None), at + 2);
    }
    if let Some(name) = parenthesized(keyword, "unset-var") {
        return (Action::UnsetVariable(name), at + 1);
    }
    let response = stage == Stage::HttpResponse;
    let tcp = matches!(stage, Stage::TcpConnection | Stage::TcpSession | Stage::TcpContent);
    let answer = |keyword, default| {
        let status = status_argument(statement, at, default);
        (Action::Answer { keyword, status, page: page(statement, at) }, at + 1)
    };
    match keyword {
        "allow" | "accept" => (Action::Accept, at + 1),
        "deny" => answer("deny", if response { 502 } else { 403 }),
        "tarpit" => answer("tarpit", 500),
        "auth" => answer("auth", 401),
        "return" => answer("return", 200),
        "redirect" => redirect(statement, at),
        "reject" if tcp || stage == Stage::HttpRequest => (Action::Drop { keyword: "reject" }, at + 1),
        "silent-drop" => (Action::Drop { keyword: "silent-drop" }, at + 1),
        "set-header" => (Action::SetHeader(word(1).to_owned(), format(2)), at + 3),
        "add-header" => (Action::AddHeader(word(1).to_owned(), format(2)), at + 3),
        "del-header" => {
            let method = if word(2) == "-m" { Method::named(word(3)) } else { None };
            (Action::DelHeader(word(1).to_owned(), method.unwrap_or(Method::Str)), at + 2)
        }
        "replace-header" | "replace-value" => {
            let action = Action::ReplaceHeader {
                name: word(1).to_owned(),
                regex: expression(2),
                format: format(3),
                each: keyword == "replace-value",
            };
            (action, at + 4)
        }
        "set-path" => (Action::SetUri(Part::Path, format(1)), at + 2),
        "set-pathq" => (Action::SetUri(Part::PathQuery, format(1)), at + 2),
        "set-uri" => (Action::SetUri(Part::Uri, format(1)), at + 2),
        "set-query" => (Action::SetUri(Part::Query, format(1)), at + 2),
        "replace-path" => (Action::ReplaceUri(Part::Path, expression(1), format(2)), at + 3),
        "replace-pathq" => (Action::ReplaceUri(Part::PathQuery, expression(1), format(2)), at + 3),
        "replace-uri" => (Action::ReplaceUri(Part::Uri, expression(1), format(2)), at + 3),
        "set-method" => (Action::SetMethod(format(1)), at + 2),
        "set-timeout" => {
            let time = statement.known(at + 2).and_then(|text| super::duration::parse(text).ok());
            let milliseconds = time.map(|time| time.milliseconds);
            let expression = match milliseconds {
                Some(_) => None,
                None => statement.known(at + 2).and_then(Expression::parse),
            };
            (Action::SetTimeout { name: word(1).to_owned(), milliseconds, expression }, at + 3)
        }
        "set-status" => {
            (Action::SetStatus(statement.known(at + 1).and_then(|code| code.parse().ok())), at + 2)
        }
        "set-dst" | "set-dst-port" => (Action::SetDestination, at + 2),
        "expect-proxy" => (Action::ExpectProxy, at + 2),
        "switch-mode" if word(1) == "http" => (Action::SwitchToHttp, at + 2),
        "set-src" => (Action::SetSource(statement.known(at + 1).and_then(Expression::parse)), at + 2),
        "normalize-uri" => (Action::SetUri(Part::PathQuery, Format { pieces: vec![Piece::Unknown] }), at + 1),
        "use-service" => (Action::Service, at + 1),
        "send-spoe-group" => (Action::Agent, at + 1),
        keyword if keyword.starts_with("lua.") => (Action::Script, at + 1),
        _ => (Action::Nothing, at + 1),
    }
}

fn parenthesized(keyword: &str, name: &str) -> Option<String> {
    let rest = keyword.strip_prefix(name)?.strip_prefix('(')?;
    let inner = rest.strip_suffix(')')?;
    Some(inner.split(',').next().unwrap_or_default().to_owned())
}

/// `deny_status 429` or `status 429`; the default of the action without one.
fn status_argument(statement: &Statement<'_>, at: usize, default: u16) -> Option<u16> {
    let mut index = at + 1;
    while index < statement.words.len() && !matches!(statement.word(index), "if" | "unless") {
        if matches!(statement.word(index), "deny_status" | "status") {
            return statement.known(index + 1).and_then(|status| status.parse().ok());
        }
        index += 1;
    }
    Some(default)
}

/// What a rule answers with. `deny status 403` is an answer of its own, `deny deny_status 403` is not (measured).
fn page(statement: &Statement<'_>, at: usize) -> Page {
    let words: Vec<&str> = statement.words.iter().skip(at).map(|word| word.text).collect();
    let end = words.iter().position(|word| matches!(*word, "if" | "unless")).unwrap_or(words.len());
    let place = |name: &str| words[..end].iter().position(|word| *word == name);
    let written = ["status", "content-type", "file", "lf-file", "string", "lf-string", "hdr", "errorfiles"];
    if let Some(before) = place("errorfile") {
        Page::File(statement.word(at + before + 1).to_owned())
    } else if place("default-errorfiles").is_some() {
        Page::Standard
    } else if statement.word(at) == "return" || written.into_iter().any(|name| place(name).is_some()) {
        Page::Fixed
    } else {
        Page::Standard
    }
}

fn redirect(statement: &Statement<'_>, at: usize) -> (Action, usize) {
    let mut redirect = Redirect {
        status: 302,
        to: Location::Missing,
        drops_query: false,
        appends_slash: false,
        ignores_empty: false,
    };
    let mut index = at + 1;
    while index < statement.words.len() && !matches!(statement.word(index), "if" | "unless") {
        let value = statement.known(index + 1);
        let format = || match value {
            Some(text) => Format::parse(text),
            None => Format { pieces: vec![Piece::Unknown] },
        };
        match statement.word(index) {
            "code" => {
                redirect.status = value.and_then(|code| code.parse().ok()).unwrap_or(302);
                index += 1;
            }
            "scheme" => {
                redirect.to = Location::Scheme(format());
                index += 1;
            }
            "prefix" => {
                redirect.to = Location::Prefix(format());
                index += 1;
            }
            "location" => {
                redirect.to = Location::Address(format());
                index += 1;
            }
            "set-cookie" | "set-cookie-fmt" | "clear-cookie" => index += 1,
            "drop-query" => redirect.drops_query = true,
            "append-slash" => redirect.appends_slash = true,
            "ignore-empty" => redirect.ignores_empty = true,
            _ => {}
        }
        index += 1;
    }
    (Action::Redirect(redirect), index)
}
