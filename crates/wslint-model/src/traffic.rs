//! Knowing that a route carries WebSocket traffic, what serves it, and how often its heartbeat speaks.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::choices::IdleVerdict;
use crate::product::{self, Transport};
use crate::segment;

pub use crate::choices::Confidence;
pub use crate::product::{Framework, Heartbeat, Sign};
use wslint_syntax::Span;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// What a segment of a path says whatever the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Strong,
    Weak,
    /// As the last segment: nothing, whatever stands before it.
    Aside,
    /// It is server-sent events.
    Events,
}

/// Idle limits up to this one, in milliseconds, cut silent connections within a minute.
const SHORT: u64 = 60_000;

/// The limit that a connection is given which is cut too early, in milliseconds, if nobody asks for more.
const LONG: u64 = 3_600_000;
/// The longest that both proxies take, in milliseconds: they count in 31 bits.
pub const LONGEST_IDLE: u64 = 24 * 86_400_000;

/// A limit that is long enough for a heartbeat and the accepted minimum; all times in milliseconds. Of a heartbeat that is
/// slower than an hour the next whole hour, since a limit that is as long as it is a race.
pub fn long_enough(heartbeat: Option<Heartbeat>, minimum: u64) -> u64 {
    let slow = heartbeat.map_or(0, |heartbeat| match heartbeat.silence {
        silence if silence < LONG => 0,
        silence => (silence / LONG + 1).saturating_mul(LONG),
    });
    LONG.max(minimum).max(slow).min(LONGEST_IDLE)
}

/// The answer to [`crate::questions::IDLE_VERDICT`]; all times in milliseconds. A limit that is at or above the accepted minimum is long,
/// unless the heartbeat is slower still. One that is as long as the heartbeat is a race, which no heartbeat is known to win.
pub fn idle_verdict(limit: u64, heartbeat: Option<Heartbeat>, minimum: u64) -> IdleVerdict {
    match heartbeat {
        Some(heartbeat) if limit < heartbeat.silence && heartbeat.certain => IdleVerdict::BelowHeartbeat,
        _ if limit >= minimum => IdleVerdict::Long,
        Some(heartbeat) if limit > heartbeat.silence => match limit <= SHORT {
            true => IdleVerdict::KeptAlive,
            false => IdleVerdict::Long,
        },
        _ if limit <= SHORT => IdleVerdict::Short,
        _ => IdleVerdict::Moderate,
    }
}

/// How many paths are known with what they say, and how long they may be, in bytes.
const MOST_KNOWN: usize = 256;
const LONGEST_KNOWN: usize = 64;

thread_local! {
    /// What paths say: the locations of a large tree are mostly called like those of others.
    static KNOWN: RefCell<HashMap<Box<str>, PathSigns, RandomState>> = RefCell::default();
}

/// What a path says.
#[derive(Clone, Copy)]
struct PathSigns {
    sign: Option<Sign>,
    events: bool,
}

impl PathSigns {
    fn by(path: &str) -> Self {
        let find = || {
            let path = path.split('?').next().unwrap_or_default().to_ascii_lowercase();
            Self { sign: find_sign(&path), events: says_events(&path) }
        };
        if path.len() > LONGEST_KNOWN {
            return find();
        }
        KNOWN.with_borrow_mut(|known| {
            known.get(path).copied().unwrap_or_else(|| {
                let said = find();
                if known.len() < MOST_KNOWN {
                    known.insert(path.into(), said);
                }
                said
            })
        })
    }
}

/// What the path of a request, or of a location, says about WebSocket traffic: a product's own sign before what any
/// segment says.
pub fn sign_of_path(path: &str) -> Option<Sign> {
    PathSigns::by(path).sign
}

fn find_sign(path: &str) -> Option<Sign> {
    if path.rsplit('/').find(|segment| !segment.is_empty()).is_some_and(|last| says(last, Says::Aside)) {
        return None;
    }
    let any = |what| path.split('/').any(|segment| says(segment, what));
    let of_word = || {
        let strong = any(Says::Strong).then_some(Confidence::Strong);
        let confidence = strong.or_else(|| any(Says::Weak).then_some(Confidence::Weak))?;
        Some(Sign { confidence, framework: None })
    };
    product::sign_of_path(path).or_else(of_word)
}

/// Whether a path is one that only server-sent events are served at.
pub fn is_events_path(path: &str) -> bool {
    PathSigns::by(path).events
}

fn says_events(path: &str) -> bool {
    path.split('/').any(|segment| says(segment, Says::Events))
        || product::sign_of_path(path)
            .and_then(|sign| sign.framework)
            .is_some_and(|framework| framework.record().transports == [Transport::Events])
}

/// What the first label of a host says about WebSocket traffic.
pub fn sign_of_host(host: &str) -> Option<Sign> {
    let (first, _) = host.split_once('.')?;
    let (_, confidence) = HOSTS.iter().find(|(word, _)| first.eq_ignore_ascii_case(word))?;
    Some(Sign { confidence: *confidence, framework: None })
}

/// What the name of a section, a server or a test says about WebSocket traffic: the surest of its parts between `-`, `_`,
/// `.` and `:`, each alone or with the next one.
pub fn sign_of_name(name: &str) -> Option<Sign> {
    let parts = || name.as_bytes().split(|byte| matches!(byte, b'-' | b'_' | b'.' | b':'));
    let pairs = parts().zip(parts().skip(1)).map(|(one, next)| sign_of_word(one, next));
    let signs = pairs.chain(parts().map(|part| sign_of_word(part, b""))).flatten();
    // Of equal ones the first.
    signs.reduce(|best, next| if next.confidence > best.confidence { next } else { best })
}

/// How long the words of names are that begin with a byte, a bit for each length: nearly all words are none of them.
static LENGTHS: [u64; 256] = {
    let mut lengths = [0; 256];
    let mut at = 0;
    while at < NAMES.len() {
        let word = NAMES[at].0.as_bytes();
        lengths[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

/// What a word of a name says, which one part of it makes, or two together.
fn sign_of_word(part: &[u8], next: &[u8]) -> Option<Sign> {
    let first = part.first().or(next.first())?.to_ascii_lowercase();
    let lengths = LENGTHS[usize::from(first)];
    if lengths == 0 {
        return None;
    }
    let without_number =
        |part: &[u8]| part.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    let length = match without_number(next) {
        0 => without_number(part),
        length => part.len() + length,
    };
    if lengths & 1_u64.checked_shl(length as u32)? == 0 {
        return None;
    }
    let stem = || part.iter().chain(next).take(length).map(u8::to_ascii_lowercase);
    let is_stem = |word: &str| word.len() == length && word.bytes().eq(stem());
    let (word, confidence, product) = NAMES.iter().find(|(word, ..)| is_stem(word))?;
    // `ws1` is as often a web server as a WebSocket.
    let numbered = length < part.len() + next.len() && *word == "ws";
    let confidence = if numbered { Confidence::Weak } else { *confidence };
    Some(Sign { confidence, framework: product.and_then(Framework::named) })
}

/// How a program that makes text says of the line below how sure it is that WebSockets go through it: `strong` or `weak`
/// behind it.
pub const SAID: &str = "# websocket: ";

/// What the line above a place of such a text says, and where.
pub fn said_above(source: &[u8], at: usize) -> Option<(Confidence, Span)> {
    let end = source.get(..at)?.iter().rposition(|byte| *byte == b'\n')?;
    let start = source[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
    let line = std::str::from_utf8(&source[start..end]).ok()?;
    let confidence = match line.trim_start().strip_prefix(SAID)? {
        "strong" => Confidence::Strong,
        _ => Confidence::Weak,
    };
    Some((confidence, Span::new(start, end)))
}

fn says(segment: &str, what: Says) -> bool {
    let is_word = PATHS.binary_search_by_key(&segment, |(word, _)| word).is_ok_and(|at| PATHS[at].1 == what);
    is_word || PATTERNS.iter().any(|(pattern, says)| *says == what && segment::is(pattern, segment))
}
