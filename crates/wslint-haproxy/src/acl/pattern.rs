//! Matching samples against patterns (manual, section 7.1): `-m beg`, `-m dir`, integer ranges and so on.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use super::sample::Value;
use wslint_model::literals::Need;
use wslint_model::regular;

/// A matching method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    /// `-m found`: the sample is there.
    Found,
    /// `-m bool`.
    Bool,
    /// `-m int`.
    Int,
    /// `-m ip`.
    Ip,
    /// `-m len`.
    Len,
    /// `-m str`.
    Str,
    /// `-m beg`.
    Beg,
    /// `-m end`.
    End,
    /// `-m sub`.
    Sub,
    /// `-m dir`.
    Dir,
    /// `-m dom`.
    Dom,
    /// `-m reg`.
    Reg,
}

impl Method {
    /// Finds a method by the name that `-m` and the suffixes of legacy keywords use.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "found" => Self::Found,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "ip" => Self::Ip,
            "len" => Self::Len,
            "str" => Self::Str,
            "beg" => Self::Beg,
            "end" => Self::End,
            "sub" => Self::Sub,
            "dir" => Self::Dir,
            "dom" => Self::Dom,
            "reg" => Self::Reg,
            _ => return None,
        })
    }
}

/// What stands between the parts of a path.
const PATH: &[char] = &['/', '?'];

/// What stands between the parts of a domain.
const DOMAIN: &[char] = &['/', '?', '.', ':'];

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// The pattern as it stands in the configuration or in a pattern file.
    pub(crate) text: Box<str>,
}

impl Pattern {
    /// A pattern as it is written.
    pub(crate) fn new(text: String) -> Self {
        Self { text: text.into_boxed_str() }
    }

    /// Whether a value matches; `None` where that cannot be decided (a regular expression that this crate's
    /// engine does not read, a value of another type).
    pub(crate) fn matches(&self, method: Method, ignore_case: bool, value: &Value) -> Option<bool> {
        let text = value.text();
        Some(match method {
            Method::Found => true,
            Method::Bool => value.integer()? != 0,
            Method::Int => in_range(value.integer()?, &self.text)?,
            Method::Len => in_range(i64::try_from(text.len()).ok()?, &self.text)?,
            Method::Ip => in_network(text.parse().ok()?, &self.text)?,
            Method::Reg if regular::misses(&self.text, ignore_case, &text) => false,
            Method::Reg => regular::compiled(&self.text, ignore_case)?.is_match(&text).ok()?,
            _ if ignore_case => compare(method, &text.to_ascii_lowercase(), &self.text.to_ascii_lowercase()),
            _ => compare(method, &text, &self.text),
        })
    }
}

/// What a value must have to match a pattern, and hardly any other has: the outer `None` where that cannot be looked up,
/// the inner where no value matches.
pub(super) fn need(method: Method, ignore_case: bool, pattern: &str) -> Option<Option<(Need, Cow<'_, str>)>> {
    let part = |delimiters: &'static [char]| {
        let first = pattern.split(delimiters).find(|part| !part.is_empty());
        first.map(|first| (Need::Part(delimiters), first.into()))
    };
    Some(match method {
        Method::Str => Some((Need::Whole, pattern.into())),
        Method::Beg => Some((Need::Head, pattern.into())),
        Method::End => Some((Need::Tail, pattern.into())),
        Method::Dir => part(PATH),
        Method::Dom => part(DOMAIN),
        Method::Reg => Some((Need::Head, regular::head(pattern, ignore_case)?.into())),
        Method::Found | Method::Bool | Method::Int | Method::Ip | Method::Len | Method::Sub => return None,
    })
}

fn compare(method: Method, text: &str, pattern: &str) -> bool {
    match method {
        Method::Beg => text.starts_with(pattern),
        Method::End => text.ends_with(pattern),
        Method::Sub => text.contains(pattern),
        Method::Dir => has_component(text, pattern, PATH),
        Method::Dom => has_component(text, pattern, DOMAIN),
        _ => text == pattern,
    }
}

/// Whether the pattern, without delimiters at its ends, stands in the text between delimiters
/// (`match_word()` of HAProxy's pattern.c).
fn has_component(text: &str, pattern: &str, delimiters: &[char]) -> bool {
    let pattern = pattern.trim_matches(delimiters);
    if pattern.is_empty() {
        return false;
    }
    text.match_indices(pattern).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + pattern.len()..].chars().next();
        before.is_none_or(|c| delimiters.contains(&c)) && after.is_none_or(|c| delimiters.contains(&c))
    })
}

/// An integer pattern: `5`, `1024:65535`, `:80`, or an operator and a number in one string (`gt 5`).
fn in_range(value: i64, pattern: &str) -> Option<bool> {
    if let Some((operator, number)) = pattern.split_once(' ') {
        let number: i64 = number.parse().ok()?;
        return Some(match operator {
            "eq" => value == number,
            "ge" => value >= number,
            "gt" => value > number,
            "le" => value <= number,
            "lt" => value < number,
            _ => return None,
        });
    }
    match pattern.split_once(':') {
        None => Some(value == pattern.parse().ok()?),
        Some((low, high)) => {
            let low = if low.is_empty() { i64::MIN } else { low.parse().ok()? };
            let high = if high.is_empty() { i64::MAX } else { high.parse().ok()? };
            Some((low..=high).contains(&value))
        }
    }
}

/// An address and how many of its bits count.
fn network(pattern: &str) -> Option<(IpAddr, u32)> {
    let (network, bits) = match pattern.split_once('/') {
        Some((network, bits)) => (network, Some(bits.parse::<u32>().ok()?)),
        None => (pattern, None),
    };
    let network: IpAddr = network.parse().ok()?;
    let all = if network.is_ipv4() { 32 } else { 128 };
    Some((network, bits.unwrap_or(all).min(all)))
}

/// An address is looked for among the networks of its own family, and then, as the same address of the other one, among
/// those (`pat_match_ip()` of HAProxy's pattern.c; measured).
fn in_network(address: IpAddr, pattern: &str) -> Option<bool> {
    let (network, bits) = network(pattern)?;
    Some(match network {
        IpAddr::V4(network) => as_v4(address).is_some_and(|address| {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            address.to_bits() & mask == network.to_bits() & mask
        }),
        IpAddr::V6(network) => {
            let address = match address {
                IpAddr::V4(address) => address.to_ipv6_mapped(),
                IpAddr::V6(address) => address,
            };
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            address.to_bits() & mask == network.to_bits() & mask
        }
    })
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, or of 6to4.
fn as_v4(address: IpAddr) -> Option<Ipv4Addr> {
    let address = match address {
        IpAddr::V4(address) => return Some(address),
        IpAddr::V6(address) => address,
    };
    match address.segments() {
        [0x2002, high, low, ..] => Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
        _ => address.to_ipv4(),
    }
}

/// Which of the keys of a map that match is taken: the one of the highest rank, and of equals the first. HAProxy indexes
/// prefixes and networks, so that the longest wins, and looks among the networks of the address's own family first.
pub(crate) fn rank(method: Method, key: &str, value: &Value) -> (bool, usize) {
    match method {
        Method::Beg => (false, key.len()),
        Method::Ip => {
            let address = value.text().parse::<IpAddr>();
            network(key).map_or((false, 0), |(network, bits)| {
                let same = address.is_ok_and(|address| address.is_ipv4() == network.is_ipv4());
                (same, bits as usize)
            })
        }
        _ => (false, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wslint_model::literals::Literals;

    fn check(method: &str, ignore_case: bool, text: &str, pattern: &str, expected: Option<bool>) {
        let method = Method::named(method).expect("a method");
        let value = Value::Text(text.to_owned());
        let matched = Pattern::new(pattern.to_owned()).matches(method, ignore_case, &value);
        assert_eq!(matched, expected, "{text} against {pattern}");
    }

    #[test]
    fn what_matches_has_what_is_needed() {
        let texts = [
            "",
            "/",
            "/ws",
            "/WS",
            "ws",
            "/ws/a",
            "a/ws",
            "/a/ws?x=/b",
            "example.com",
            ".example.com",
            "www.Example.com",
            "example.com:80",
            "..",
            "é/ws",
            "^/ws",
            "^/ws/?",
            "^WWW",
        ];
        for method in [Method::Str, Method::Beg, Method::End, Method::Dir, Method::Dom, Method::Reg] {
            for ignore_case in [false, true] {
                for pattern in texts {
                    let mut literals = Literals::default();
                    match need(method, ignore_case, pattern) {
                        Some(Some((need, text))) => literals.add(need, ignore_case, &text, ()),
                        Some(None) => {}
                        None => continue,
                    }
                    literals.finish();
                    for text in texts {
                        let value = Value::Text(text.to_owned());
                        let matched = Pattern::new(pattern.to_owned()).matches(method, ignore_case, &value);
                        let found = !literals.candidates(text).is_empty();
                        assert!(found || matched == Some(false), "{method:?} {ignore_case} {pattern} {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_method_matches_as_documented() {
        check("str", false, "/ws", "/ws", Some(true));
        check("str", false, "WebSocket", "websocket", Some(false));
        check("str", true, "WebSocket", "websocket", Some(true));
        check("beg", false, "/socket.iox", "/socket.io", Some(true));
        check("end", false, "/a/ws", "/ws", Some(true));
        check("sub", false, "/a/socket.io/b", "socket.io", Some(true));
        check("dir", false, "/a/socket.io/b", "socket.io", Some(true));
        check("dir", false, "/a/socket.iox/b", "socket.io", Some(false));
        check("dom", false, "a.ws.example.com:80", "ws.example.com", Some(true));
        check("dom", false, "xws.example.com", "ws.example.com", Some(false));
        check("reg", false, "/ws/", r"^/(ws|socket\.io)/", Some(true));
        check("reg", false, "/ws", "(", None);
        check("len", false, "abc", "gt 2", Some(true));
        check("int", false, "8080", "1024:65535", Some(true));
        check("int", false, "80", "443", Some(false));
        check("int", false, "x", "443", None);
        check("ip", false, "10.1.2.3", "10.0.0.0/8", Some(true));
        check("ip", false, "10.1.2.3", "10.0.0.0", Some(false));
        check("found", false, "", "", Some(true));
        check("found", false, "x", "y", Some(true));
    }
}
