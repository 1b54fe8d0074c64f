//! What the predicates of a condition ask, and the answers as far as they are known.

use super::environment::{Environment, Value};
use super::options::{Options, Unset};

/// The answer to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    /// It depends on an environment or a build that is not known.
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// A question that a condition may ask (`cond_predicates[]` of the proxy).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predicate {
    Defined,
    Feature,
    StrEq,
    StrNeq,
    StrStr,
    VersionAtLeast,
    VersionBefore,
    LibraryName,
    /// A question about the version of the TLS library, or about an option of the command line.
    Build,
}

impl Predicate {
    /// The predicate of that name in that version of the proxy.
    pub(super) fn named(name: &[u8], version: (u32, u32, u32)) -> Option<Self> {
        let version = (version.0, version.1);
        Some(match name {
            b"defined" => Self::Defined,
            b"feature" => Self::Feature,
            b"streq" => Self::StrEq,
            b"strneq" => Self::StrNeq,
            b"version_atleast" => Self::VersionAtLeast,
            b"version_before" => Self::VersionBefore,
            b"ssllib_name_startswith" => Self::LibraryName,
            b"openssl_version_atleast" | b"openssl_version_before" => Self::Build,
            b"strstr" if version >= (2, 8) => Self::StrStr,
            b"enabled" if version >= (2, 8) => Self::Build,
            b"awslc_api_atleast" | b"awslc_api_before" | b"fips_mode" if version >= (3, 3) => Self::Build,
            _ => return None,
        })
    }

    /// How many arguments it takes; all of them must be given.
    pub(super) fn arity(self) -> usize {
        match self {
            Self::StrEq | Self::StrNeq | Self::StrStr => 2,
            _ => 1,
        }
    }

    /// The answer, for as many arguments as [`Self::arity`] says.
    pub(super) fn holds(
        self,
        arguments: &[Vec<u8>],
        environment: &Environment<'_>,
        options: &Options,
    ) -> Truth {
        let argument = |at: usize| arguments.get(at).map_or(&b""[..], Vec::as_slice);
        let (first, second) = (argument(0), argument(1));
        match self {
            Self::Defined => match environment.get(first) {
                Value::Set(_) => Truth::True,
                Value::Unset => Truth::False,
                Value::Unknown => Truth::Unknown,
            },
            Self::StrEq => Truth::from(first == second),
            Self::StrNeq => Truth::from(first != second),
            Self::StrStr => Truth::from(memchr::memmem::find(first, second).is_some()),
            Self::VersionAtLeast => Truth::from(!newer(first, options.version)),
            Self::VersionBefore => Truth::from(newer(first, options.version)),
            Self::Feature | Self::LibraryName if options.unset == Unset::Unknown => Truth::Unknown,
            Self::Feature => Truth::from(built_with(first)),
            Self::LibraryName => Truth::from(b"OpenSSL".starts_with(first)),
            Self::Build => Truth::Unknown,
        }
    }
}

/// The features of Debian's build of HAProxy 2.6, as `haproxy -vv` lists them.
const FEATURES: &[u8] = b"-51DEGREES +ACCEPT4 +BACKTRACE -CLOSEFROM +CPU_AFFINITY +CRYPT_H -DEVICEATLAS +DL \
    -ENGINE +EPOLL -EVPORTS +GETADDRINFO -KQUEUE +LIBCRYPT +LINUX_SPLICE +LINUX_TPROXY +LUA \
    -MEMORY_PROFILING +NETFILTER +NS -OBSOLETE_LINKER +OPENSSL +OT -PCRE +PCRE2 +PCRE2_JIT -PCRE_JIT +POLL \
    +PRCTL -PROCCTL +PROMEX -QUIC +RT +SLZ -STATIC_PCRE -STATIC_PCRE2 +SYSTEMD +TFO +THREAD +THREAD_DUMP \
    +TPROXY -WURFL -ZLIB";

/// Whether the list has `feature` as the end of a word that begins with `+`, and not one with `-` before it:
/// the proxy searches the text of the list. It finds the empty feature (measured).
fn built_with(feature: &[u8]) -> bool {
    let listed = memchr::memmem::find_iter(FEATURES, feature)
        .filter(|at| matches!(FEATURES.get(at + feature.len()), None | Some(b' ')))
        .find_map(|at| match at.checked_sub(1).map(|before| FEATURES[before]) {
            Some(b'+') => Some(true),
            Some(b'-') => Some(false),
            _ => None,
        });
    feature.is_empty() || listed == Some(true)
}

/// Whether the version that `text` names is newer than `version`; a text that names none is not.
fn newer(text: &[u8], version: (u32, u32, u32)) -> bool {
    let ours = [i64::from(version.0), i64::from(version.1), i64::from(version.2), 0, RELEASE, 0, 0];
    elements(text).is_some_and(|theirs| theirs > ours)
}

/// The rank of a version without a tag among its pre-releases.
const RELEASE: i64 = 3;

/// version = number *3( "." number ) [ "-" [ ( "dev" / "rc" / "pre" ) number [ "-" ] ] commit ]
///
/// The elements in the order in which versions compare: four numbers, the rank of the tag, its number, and
/// the number of commits (`split_version()`).
fn elements(text: &[u8]) -> Option<[i64; 7]> {
    let mut elements = [0, 0, 0, 0, RELEASE, 0, 0];
    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    for (at, element) in elements[..4].iter_mut().enumerate() {
        let (value, after) = integer(rest, 10);
        *element = unsigned(value);
        match after.split_first() {
            None => return Some(elements),
            Some((b'-', after)) => {
                rest = after;
                break;
            }
            Some((b'.', after)) if at < 3 => rest = after,
            Some(_) => return None,
        }
    }
    let tags: [(&[u8], i64); 3] = [(b"dev", 1), (b"rc", 2), (b"pre", 2)];
    for (tag, rank) in tags {
        if let Some(after) = rest.strip_prefix(tag) {
            let (value, after) = integer(after, 10);
            (elements[4], elements[5]) = (rank, unsigned(value));
            match after.split_first() {
                None => return Some(elements),
                Some((b'-', after)) => rest = after,
                Some(_) => return None,
            }
            break;
        }
    }
    let commit = match memchr::memrchr(b'-', rest) {
        Some(at) if at + 1 == rest.len() => return None,
        Some(at) => &rest[at + 1..],
        None => rest,
    };
    let (value, after) = integer(commit, 10);
    elements[6] = if after.is_empty() { unsigned(value) } else { 0 };
    Some(elements)
}

/// The proxy keeps the elements in C's `unsigned int`.
fn unsigned(value: i64) -> i64 {
    i64::from(value as u32)
}

/// C's `strtol`: white space, a sign, digits, as far as they go; the value is limited to 64 bits. Base 0 is
/// told by a prefix `0x` or `0`. Without any digit the value is 0 and nothing is read.
pub(super) fn integer(text: &[u8], base: u32) -> (i64, &[u8]) {
    let blanks = text.iter().position(|&byte| !super::words::is_blank(byte)).unwrap_or(text.len());
    let (negative, unsigned) = match text[blanks..].split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, &text[blanks..]),
    };
    let digit = |byte: u8, base: u32| char::from(byte).to_digit(base);
    let (base, digits) = match (base, unsigned) {
        (0, [b'0', b'x' | b'X', first, ..]) if digit(*first, 16).is_some() => (16, &unsigned[2..]),
        (0, [b'0', ..]) => (8, unsigned),
        (0, _) => (10, unsigned),
        _ => (base, unsigned),
    };
    let length = digits.iter().position(|&byte| digit(byte, base).is_none()).unwrap_or(digits.len());
    if length == 0 {
        return (0, text);
    }
    let magnitude = digits[..length]
        .iter()
        .filter_map(|&byte| digit(byte, base))
        .fold(0i64, |value, digit| value.saturating_mul(i64::from(base)).saturating_add(i64::from(digit)));
    (if negative { -magnitude } else { magnitude }, &digits[length..])
}
