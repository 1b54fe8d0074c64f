//! A request as it stands on the wire between two hops: each part with what makes it so.

use crate::fact::Cause;
use crate::known::Known;
use crate::request::Request;

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Http {
    /// HTTP/1.0, which has no upgrade (RFC 9110, section 7.8).
    V10,
    /// HTTP/1.1.
    V11,
    /// HTTP/2, where an extended CONNECT stands for the upgrade (RFC 8441).
    V2,
}

impl Http {
    /// The name as in a request line.
    pub fn name(self) -> &'static str {
        match self {
            Self::V10 => "HTTP/1.0",
            Self::V11 => "HTTP/1.1",
            Self::V2 => "HTTP/2.0",
        }
    }

    /// The version that a [`Request`] names.
    pub fn of(request: &Request) -> Self {
        match request.http.as_str() {
            "1.0" => Self::V10,
            "2" | "2.0" => Self::V2,
            _ => Self::V11,
        }
    }
}

/// One part of a message, and the lines that make it what it is; no cause where the proxy just passes it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// What is sent.
    pub value: Known<T>,
    /// Why it is that.
    pub cause: Option<Cause>,
}

impl<T> Part<T> {
    /// A part that no line of a configuration touches.
    pub fn plain(value: T) -> Self {
        Self { value: Known::Known(value), cause: None }
    }
}

/// One line of the head. Its value is unknown where it cannot be told what, or whether at all, it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name as it is sent.
    pub name: String,
    /// The value.
    pub value: Known<String>,
    /// The lines that set it; `None` where it is passed on.
    pub cause: Option<Cause>,
}

/// A request as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The method.
    pub method: Part<String>,
    /// The request target: path and query.
    pub target: Part<String>,
    /// The version of HTTP.
    pub http: Part<Http>,
    /// The header lines in order.
    pub fields: Vec<Field>,
    /// Why header lines are not sent, by the name in lower case: what drops them.
    pub dropped: Vec<(String, Cause)>,
    /// Whether lines that are not listed may be sent too: the message stands for those of all browsers.
    pub open: bool,
}

impl Message {
    /// A request as its client sends it.
    pub fn of(request: &Request) -> Self {
        request.clone().into()
    }

    /// The lines of a field.
    pub fn lines<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m Field> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// The values of a field, one for each line; unknown where one of them is.
    pub fn values(&self, name: &str) -> Known<Vec<&str>> {
        self.lines(name).map(|field| field.value.as_ref().map(String::as_str)).collect::<Option<_>>().into()
    }

    /// All lines of a field, apart by LF, which no value can hold; `None` for a field that is not sent.
    pub fn value(&self, name: &str) -> Known<Option<String>> {
        let mut lines = self.lines(name);
        match (lines.next(), lines.next()) {
            (None, _) => Known::Known(None),
            (Some(only), None) => only.value.clone().map(Some),
            (Some(_), Some(_)) => self.values(name).map(|values| Some(values.join("\n"))),
        }
    }

    /// Whether a field is a list that holds `token`, in any case; `None` where it cannot be told.
    pub fn holds(&self, name: &str, token: &str) -> Option<bool> {
        let values = self.values(name).known()?;
        Some(values.into_iter().any(|value| holds_token(value, token)))
    }

    /// Why a field is what it is, or is not sent.
    pub fn cause(&self, name: &str) -> Option<&Cause> {
        let dropped = || self.dropped.iter().find(|(dropped, _)| dropped.eq_ignore_ascii_case(name));
        self.lines(name).find_map(|field| field.cause.as_ref()).or_else(|| dropped().map(|(_, cause)| cause))
    }

    /// The path of the target, without the query.
    pub fn path(&self) -> Option<&str> {
        self.target.value.as_ref()?.split('?').next()
    }
}

impl From<Request> for Message {
    fn from(request: Request) -> Self {
        let http = Part::plain(Http::of(&request));
        let field = |(name, value)| Field { name, value: Known::Known(value), cause: None };
        // Whoever follows a request adds a line or two.
        let mut fields = Vec::with_capacity(request.headers.len() + 2);
        fields.extend(request.headers.into_iter().map(field));
        Self {
            method: Part::plain(request.method),
            target: Part::plain(request.target),
            http,
            fields,
            dropped: Vec::new(),
            open: false,
        }
    }
}

/// Whether an `Origin` that named the client's own host still names the `Host` that is sent; also where it never did.
pub fn keeps_origin(client: &Message, sent: &Message) -> bool {
    let authority = |origin: &str| origin.split_once("://").map(|(_, authority)| authority.to_owned());
    let own = |message: &Message| {
        let (origin, host) = (message.value("Origin").known()??, message.value("Host").known()??);
        Some(authority(&origin).as_deref() == Some(host.as_str()))
    };
    own(client) != Some(true) || sent.value("Origin") == Known::Known(None) || own(sent) == Some(true)
}

/// Whether `X-Forwarded-Host` or `Forwarded` (RFC 7239) names the host that the client called.
pub(super) fn names_host(client: &Message, sent: &Message) -> bool {
    let (Known::Known(Some(called)), Known::Known(named), Known::Known(forwarded)) =
        (client.value("Host"), sent.value("X-Forwarded-Host"), sent.value("Forwarded"))
    else {
        return false;
    };
    let pairs = forwarded.as_deref().unwrap_or_default().split([',', ';']);
    let hosts = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| key.eq_ignore_ascii_case("host"));
    hosts
        .map(|(_, host)| host.trim_matches('"'))
        .chain(named.as_deref())
        .any(|host| host.eq_ignore_ascii_case(&called))
}

/// Whether the value of a field is a list that holds `token`, in any case (RFC 9110, section 5.6.1).
pub fn holds_token(value: &str, token: &str) -> bool {
    value.split(',').any(|item| item.trim().eq_ignore_ascii_case(token))
}
