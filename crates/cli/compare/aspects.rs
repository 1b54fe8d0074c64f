//! What is compared of two routes, each by one question of the catalogue, and which answers are the better ones. What has no
//! better side, such as the address of an upstream, is a change. Everything else that may go wrong is told by the rules,
//! whose findings are compared besides.

use wslint_model::choices::IdleVerdict;
use wslint_model::{Choice, NEVER, Value};

/// Whether the traffic fares worse or better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// Worse.
    Worse,
    /// Neither: it is another one.
    Changed,
    /// Better.
    Better,
}

impl Direction {
    /// Its name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Better => "better",
        }
    }
}

/// Which answers are better than others.
#[derive(Clone, Copy, Debug)]
enum Scale {
    /// None is.
    None,
    /// These words are good, all others are not; no answer is good.
    Good(&'static [&'static str]),
    /// The longer or the more the better; no answer is no limit.
    More,
    /// The same of what only matters to clients that poll.
    MoreForPolls,
    /// Good words that only matter to clients that poll.
    GoodForPolls(&'static [&'static str]),
    /// Whether handshakes succeed.
    Handshake,
    /// Where clients connect: that one of the places is gone is worse.
    Sockets,
    /// After which time silence is cut.
    Idle,
}

/// One thing that is compared.
#[derive(Debug)]
pub(crate) struct Aspect {
    /// The question.
    pub(crate) question: &'static str,
    /// What it is called in reports.
    pub(crate) title: &'static str,
    scale: Scale,
    /// A question of which this one is a consequence: where that one differs, nothing is told of this.
    pub(crate) told_by: Option<&'static str>,
    /// An answer to this question that explains the value.
    pub(crate) because: Option<&'static str>,
    /// Whether it is told where no request is handed on, too.
    of_any: bool,
    /// Whether it is told only where both sides answer: no answer says nothing then.
    pub(crate) of_both: bool,
    /// Words that stand for more than one value: with one of them it is the deciding line that is compared.
    pub(crate) by_line: &'static [&'static str],
}

/// Everything that is compared, in the order of reports.
pub(crate) const ASPECTS: &[Aspect] = &[
    aspect("rejected", "configuration", Scale::Good(&[])).because("rejection").of_any(),
    aspect("handshake", "handshake", Scale::Handshake).because("handshake-reason").of_any(),
    aspect("listens", "listens at", Scale::Sockets).of_any().of_both(),
    aspect("handler", "answered by", Scale::Good(&["proxy", "uwsgi", "scgi", "stream"])).of_any(),
    aspect("answer", "answer", Scale::None).told_by("handshake").of_any(),
    aspect("assumed", "assumed of clients", Scale::None).of_any(),
    aspect("upgrade", "Upgrade", Scale::Good(&["passed"])).of_both(),
    aspect("connection", "Connection", Scale::Good(&["passed"])).of_both(),
    aspect("http-version", "HTTP to the upstream", Scale::None).of_both(),
    aspect("request-headers", "headers of the client", Scale::None),
    aspect("key-headers", "Sec-WebSocket headers", Scale::Good(&["kept"])).of_both(),
    aspect("response-headers", "headers of the 101", Scale::Good(&["passed"])).of_both(),
    aspect("host", "Host", Scale::Good(&["client", "without-port", "upstream", "fixed"]))
        .by_line(&["fixed"])
        .of_both(),
    aspect("origin", "Origin", Scale::None).by_line(&["rewritten"]).of_both(),
    aspect("forwarded-proto", "X-Forwarded-Proto", Scale::None).of_both(),
    aspect("upstream-path", "path at the upstream", Scale::Good(&["kept", "moved"]))
        .because("upstream-uri")
        .of_both(),
    aspect("upstream-uri", "URI at the upstream", Scale::None).told_by("upstream-path").of_both(),
    aspect("query", "query", Scale::Good(&["kept"])).of_both(),
    aspect("idle-timeout", "idle limit", Scale::Idle).because("idle-timeout-by").of_any().of_both(),
    aspect("hops", "proxies on the way", Scale::None).of_both(),
    aspect("upstream", "upstream", Scale::None).of_both(),
    aspect("servers", "servers", Scale::None).told_by("upstream").of_both(),
    aspect("shares", "shares of the servers", Scale::None).told_by("upstream"),
    aspect(
        "affinity",
        "affinity",
        Scale::GoodForPolls(&["single", "sticky", "kept-by-address", "kept-by-cookie", "all-on-one"]),
    )
    .of_both(),
    aspect("sticky-key", "key of affinity", Scale::None).told_by("affinity"),
    aspect("server-timeout", "timeout server", Scale::MoreForPolls).told_by("idle-timeout").of_both(),
    aspect("poll-post", "POST of polls", Scale::None).of_both(),
    aspect("body-limit", "size of a body", Scale::MoreForPolls),
    aspect("request-rate", "requests a minute", Scale::More),
    aspect("request-burst", "burst of requests", Scale::More),
    aspect("connection-limit", "connections of a client", Scale::More),
    aspect("rate-limit", "limit of a client", Scale::More),
    aspect("worker-connections", "worker_connections", Scale::More),
    aspect("frontend-limit", "connections of the frontend", Scale::More),
    aspect("server-limit", "connections of a server", Scale::More),
    aspect("header-buffer", "size of a header line", Scale::More),
    aspect("send-rate", "bytes a second", Scale::More),
    aspect("worker-shutdown", "life after a reload", Scale::More),
    aspect("hard-stop", "life after a reload", Scale::More),
    aspect("cors-origin", "Access-Control-Allow-Origin", Scale::None),
    aspect("cors-wildcard", "CORS for every origin", Scale::None),
    aspect("cors-always", "CORS on errors", Scale::None),
    aspect("cors-added", "CORS beside the server's", Scale::None),
    aspect("auth", "authentication", Scale::None),
    aspect("password", "password", Scale::None),
    aspect("cache", "cache", Scale::None),
    aspect("buffering", "buffering", Scale::None),
    aspect("mode", "mode", Scale::None).of_both(),
    aspect("listener", "HTTP/2 at the listener", Scale::None).of_both(),
    aspect("server-protocol", "HTTP/2 to the server", Scale::None).of_both(),
    aspect("health-check", "health check", Scale::None),
    aspect("checks", "checks of the servers", Scale::None).told_by("upstream"),
    aspect("own-headers", "other headers", Scale::None),
    aspect("shutdown-when-down", "ends when the server is down", Scale::None),
];

/// What the idle limit is compared by besides.
const IDLE_VERDICT: &str = "idle-verdict";

const fn aspect(question: &'static str, title: &'static str, scale: Scale) -> Aspect {
    Aspect {
        question,
        title,
        scale,
        told_by: None,
        because: None,
        of_any: false,
        of_both: false,
        by_line: &[],
    }
}

impl Aspect {
    const fn told_by(self, question: &'static str) -> Self {
        Self { told_by: Some(question), ..self }
    }

    const fn because(self, question: &'static str) -> Self {
        Self { because: Some(question), ..self }
    }

    const fn of_any(self) -> Self {
        Self { of_any: true, ..self }
    }

    const fn of_both(self) -> Self {
        Self { of_both: true, ..self }
    }

    /// Whether it is told where no request is handed on, too.
    pub(crate) fn is_of_any(&self) -> bool {
        self.of_any
    }

    const fn by_line(self, words: &'static [&'static str]) -> Self {
        Self { by_line: words, ..self }
    }

    /// The questions that are asked for it.
    pub(crate) fn questions(&self) -> impl Iterator<Item = &'static str> {
        let verdict = matches!(self.scale, Scale::Idle).then_some(IDLE_VERDICT);
        [Some(self.question), self.because, verdict].into_iter().flatten()
    }

    /// Whether the second of two answers that differ is the worse or the better one. `verdicts` are those on the idle limit;
    /// `polls` says whether clients poll.
    pub(crate) fn direction(
        &self,
        old: Option<&Value>,
        new: Option<&Value>,
        verdicts: [Option<&Value>; 2],
        polls: bool,
    ) -> Direction {
        let ranks = match self.scale {
            Scale::None => return Direction::Changed,
            Scale::Good(words) => [old, new].map(|value| goodness(value, words)),
            Scale::GoodForPolls(words) if polls => [old, new].map(|value| goodness(value, words)),
            Scale::More => [old, new].map(amount),
            Scale::MoreForPolls if polls => [old, new].map(amount),
            Scale::GoodForPolls(_) | Scale::MoreForPolls => return Direction::Changed,
            Scale::Handshake => match [old, new].map(success) {
                // What may or may not succeed is better than what cannot, and no worse than what does.
                [Some(0), None] => return Direction::Better,
                [None, Some(0)] => return Direction::Worse,
                ranks => ranks,
            },
            Scale::Idle => return idle([old, new], verdicts),
            Scale::Sockets => return sockets(old, new),
        };
        match ranks {
            [Some(old), Some(new)] if new < old => Direction::Worse,
            [Some(old), Some(new)] if new > old => Direction::Better,
            _ => Direction::Changed,
        }
    }
}

fn goodness(value: Option<&Value>, words: &[&str]) -> Option<u64> {
    match value {
        None => Some(1),
        Some(Value::Choice(word)) => Some(u64::from(words.contains(word))),
        Some(_) => None,
    }
}

fn amount(value: Option<&Value>) -> Option<u64> {
    match value {
        None => Some(NEVER),
        Some(Value::Duration(number) | Value::Number(number)) => Some(*number),
        Some(_) => None,
    }
}

fn success(value: Option<&Value>) -> Option<u64> {
    match value {
        Some(Value::Choice("succeeds")) => Some(2),
        Some(Value::Choice("sometimes")) => Some(1),
        Some(Value::Choice("fails")) => Some(0),
        _ => None,
    }
}

/// A list of listeners, whatever is spoken there.
fn listeners(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Text(text)) => {
            text.split(", ").map(|listener| listener.strip_suffix(" ssl").unwrap_or(listener)).collect()
        }
        _ => Vec::new(),
    }
}

fn sockets(old: Option<&Value>, new: Option<&Value>) -> Direction {
    let (old, new) = (listeners(old), listeners(new));
    match old.iter().any(|listener| !new.contains(listener)) {
        true => Direction::Worse,
        false => Direction::Changed,
    }
}

/// A shorter limit is worse where silence may last as long, and not where a heartbeat comes before both or both are at or
/// above the accepted minimum.
fn idle(limits: [Option<&Value>; 2], verdicts: [Option<&Value>; 2]) -> Direction {
    let rank = |verdict: Option<&Value>| {
        let Some(Value::Choice(word)) = verdict else { return None };
        let ranks = [
            (IdleVerdict::BelowHeartbeat, 0),
            (IdleVerdict::Short, 1),
            (IdleVerdict::Moderate, 2),
            (IdleVerdict::KeptAlive, 3),
            (IdleVerdict::Long, 3),
        ];
        ranks.iter().find(|(verdict, _)| verdict.word() == *word).map(|(_, rank)| *rank)
    };
    let [Some(old), Some(new)] = limits.map(amount) else { return Direction::Changed };
    match verdicts.map(rank) {
        [Some(before), Some(after)] if after < before => Direction::Worse,
        [Some(before), Some(after)] if after > before => Direction::Better,
        [Some(3), Some(3)] => Direction::Changed,
        _ if new < old => Direction::Worse,
        _ if new > old => Direction::Better,
        _ => Direction::Changed,
    }
}

#[cfg(test)]
mod tests {
    use wslint_model::{NEVER, Value};

    use super::{ASPECTS, Direction};

    fn direction(question: &str, old: Option<Value>, new: Option<Value>) -> Direction {
        let aspect = ASPECTS.iter().find(|aspect| aspect.question == question).expect("it is compared");
        aspect.direction(old.as_ref(), new.as_ref(), [None, None], true)
    }

    #[test]
    fn every_aspect_is_a_question() {
        let reference = wslint_rules::page::questions();
        for question in ASPECTS.iter().flat_map(|aspect| aspect.questions().chain(aspect.told_by)) {
            assert!(reference.contains(&format!("`{question}`")), "{question}");
        }
    }

    #[test]
    fn what_is_worse_one_way_is_better_the_other_way() {
        let (word, time) = (|word| Some(Value::Choice(word)), |time| Some(Value::Duration(time)));
        for (question, good, bad) in [
            ("handshake", word("succeeds"), word("fails")),
            ("handshake", word("succeeds"), word("sometimes")),
            ("handshake", word("sometimes"), word("fails")),
            ("handshake", word("uncertain"), word("fails")),
            ("upgrade", word("passed"), word("lost")),
            ("rejected", None, word("other")),
            ("affinity", word("single"), word("none")),
            ("idle-timeout", time(NEVER), time(60_000)),
            ("connection-limit", None, Some(Value::Number(5))),
        ] {
            assert_eq!(direction(question, good.clone(), bad.clone()), Direction::Worse, "{question}");
            assert_eq!(direction(question, bad, good), Direction::Better, "{question}");
        }
        for (question, one, other) in [
            ("handshake", word("succeeds"), word("uncertain")),
            ("host", word("client"), word("fixed")),
            ("upstream", Some(Value::Text("a:1".to_owned())), Some(Value::Text("b:1".to_owned()))),
            ("connection-limit", Some(Value::Unknown), Some(Value::Number(5))),
        ] {
            assert_eq!(direction(question, one.clone(), other.clone()), Direction::Changed, "{question}");
            assert_eq!(direction(question, other, one), Direction::Changed, "{question}");
        }
    }
}
