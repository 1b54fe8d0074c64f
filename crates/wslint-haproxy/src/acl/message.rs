//! The request as it stands at one point of its way: what rules have seen and changed so far.

use std::collections::{BTreeSet, HashMap};

use super::sample::Sample;
use wslint_model::length::{self, Kept, LONGEST};
use wslint_model::way::{self, Field, Http, Part};
use wslint_model::{Cause, Known, Origin, Role, Site, Version};

/// More header fields are not followed. HAProxy itself reads 101 (`tune.http.maxhdr`), and as many as 32,767 if told to.
const MOST_FIELDS: usize = 1000;

/// The longest name of a header field whose changes are kept, in bytes: no real one has as many.
const LONGEST_NAME: usize = 256;

/// A header field; its value is `None` where it cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The name as it was sent or set.
    pub(crate) name: String,
    /// The value.
    pub(crate) value: Option<String>,
}

/// A request on its way.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The method that rules see, which is the client's whatever `set-method` says (measured); `None` where it cannot
    /// be known.
    pub(crate) method: Option<String>,
    /// The method that the server gets; `None` where it cannot be known.
    pub(crate) sent_method: Option<String>,
    /// `https://host` before the path, as HTTP/2 requests carry it inside HAProxy.
    pub(crate) authority: Option<String>,
    /// Whether a rule has put scheme and authority into the request target, so that the server gets them.
    pub(crate) absolute: bool,
    /// The path without the query; `None` where it cannot be known.
    pub(crate) path: Option<String>,
    /// What follows the `?`; the outer `None` where it cannot be known, the inner where there is no `?`.
    pub(crate) query: Option<Option<String>>,
    /// The header fields in order.
    pub(crate) headers: Vec<Header>,
    /// The version in which it is sent; `None` where it cannot be known.
    pub(crate) http: Option<Http>,
    /// Whether the client itself sent it over HTTP/2.
    pub(crate) came_over_h2: bool,
    /// What `set-var` has stored.
    pub(crate) variables: Kept<Sample>,
    /// Whether fields that are not listed may have been sent too: the request stands for those of all browsers.
    pub(crate) open: bool,
    /// Whether it stands for requests to every host.
    pub(crate) any_host: bool,
    /// The fields of which it cannot be known whether they are there, by lower-case name.
    doubtful: BTreeSet<String>,
    /// The last rule that changed a header field, by lower-case name.
    header_sites: HashMap<String, Site>,
    /// The last rule that changed the path or the query.
    pub(crate) uri_site: Option<Site>,
    /// Whether a rule wrote the query.
    pub(crate) writes_query: bool,
    /// The last rule that changed the method that the server gets.
    pub(crate) method_site: Option<Site>,
}

impl Message {
    /// The request as it arrives, byte by byte: what a proxy in `mode tcp` passes on.
    pub(crate) fn raw(arrived: &way::Message) -> Self {
        let method = arrived.method.value.as_ref().cloned();
        let http = arrived.http.value.as_ref().copied();
        let mut message = Self {
            sent_method: method.clone(),
            method,
            authority: None,
            absolute: false,
            path: None,
            query: None,
            headers: Vec::new(),
            http,
            came_over_h2: http == Some(Http::V2),
            variables: Kept::default(),
            open: arrived.open,
            any_host: arrived.open && arrived.values("host") == Known::Unknown,
            doubtful: BTreeSet::new(),
            header_sites: HashMap::new(),
            uri_site: None,
            writes_query: false,
            method_site: None,
        };
        if let Known::Known(target) = &arrived.target.value {
            message.receive(target);
        }
        for field in &arrived.fields {
            // A handshake that has lost one of these says so; what becomes of others on the way may not be known.
            let lower = field.name.to_ascii_lowercase();
            let expected = matches!(lower.as_str(), "host" | "upgrade" | "connection");
            match field.value.as_ref() {
                None if !expected && arrived.lines(&field.name).count() == 1 => {
                    message.doubtful.insert(lower);
                }
                value => message.add(&field.name, value.cloned()),
            }
        }
        message
    }

    /// Takes the request target as it arrives, which may be in the absolute form.
    fn receive(&mut self, target: &str) {
        let after_scheme = target.find("://").filter(|_| !target.starts_with('/')).map(|scheme| scheme + 3);
        let authority_ends =
            after_scheme.map_or(0, |start| target[start..].find('/').map_or(target.len(), |at| start + at));
        if authority_ends > 0 {
            self.authority = Some(target[..authority_ends].to_owned());
            self.absolute = true;
        }
        self.set_target(Some(target[authority_ends..].to_owned()));
    }

    /// The request as it is sent, each part with the rule that made it so.
    pub(crate) fn sent(&self) -> way::Message {
        let set_by = |site: Option<Site>| site.map(|site| Cause::at(Origin::Set, site, Role::SetHere));
        let field = |name: &str, value: Option<&String>| Field {
            name: name.to_owned(),
            value: value.cloned().into(),
            cause: set_by(self.site_of(name)),
        };
        let listed = self.headers.iter().map(|header| field(&header.name, header.value.as_ref()));
        let doubtful = self.doubtful.iter().map(|name| field(name, None));
        let fields: Vec<Field> = listed.chain(doubtful).collect();
        let is_sent = |name: &str| fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
        let removed_by =
            |site| Cause::at(Origin::Dropped, site, Role::Says("after this rule it is not sent".to_owned()));
        let mut dropped: Vec<(String, Cause)> = self
            .header_sites
            .iter()
            .filter(|(name, _)| !is_sent(name))
            .map(|(name, site)| (name.clone(), removed_by(*site)))
            .collect();
        dropped.sort_by(|(one, _), (other, _)| one.cmp(other));
        way::Message {
            method: Part { value: self.sent_method.clone().into(), cause: set_by(self.method_site) },
            target: Part { value: self.sent_target().into(), cause: set_by(self.uri_site) },
            http: Part { value: self.http.into(), cause: None },
            fields,
            dropped,
            open: self.open,
        }
    }

    /// What the HTTP/1 parser of `mode http` makes of the request before any rule sees it: `keep-alive` and
    /// `close` leave `Connection` (mux_h1.c), and an offer of h2c leaves `Upgrade` (measured on 3.2 and 3.4).
    pub(crate) fn parse_http(&mut self, version: Version, tls: bool) {
        if self.http == Some(Http::V2) {
            let scheme = if tls { "https" } else { "http" };
            let host = self.first_header("host").flatten().unwrap_or_default();
            self.authority = Some(format!("{scheme}://{host}"));
            // RFC 8441: an extended CONNECT has no key, and HAProxy shows it to the rules as an upgrade.
            if self.first_header("upgrade").is_some() {
                self.remove("sec-websocket-key");
                self.set("connection", Some("upgrade".to_owned()));
            }
        }
        if version >= Version(3, 0, 0) {
            let h2c = |value: &str| {
                let tokens = value.split(',').map(str::trim);
                tokens.clone().any(|token| token.eq_ignore_ascii_case("h2c")).then(|| {
                    tokens.filter(|token| !token.eq_ignore_ascii_case("h2c")).collect::<Vec<_>>().join(", ")
                })
            };
            if let Some(rest) = self.first_header("upgrade").flatten().and_then(|value| h2c(&value)) {
                self.remove("upgrade");
                if !rest.is_empty() {
                    self.add("upgrade", Some(rest));
                } else if version >= Version(3, 3, 0) {
                    self.strip_connection(&["upgrade"]);
                }
            }
        }
        self.strip_connection(&["keep-alive", "close"]);
    }

    /// Whether a field that is not there may have been sent all the same.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        // What a handshake carries or lacks by its nature (RFC 6455, section 4.1), and what no rule is shown. A subprotocol
        // and extensions are the client's choice.
        let chosen = matches!(name.as_str(), "sec-websocket-protocol" | "sec-websocket-extensions");
        let settled = (name.starts_with("sec-websocket-") && !chosen)
            || name.starts_with(':')
            || matches!(
                name.as_str(),
                "host"
                    | "connection"
                    | "upgrade"
                    | "accept"
                    | "content-length"
                    | "content-type"
                    | "transfer-encoding"
                    | "te"
                    | "expect"
            );
        self.doubtful.contains(&name) || self.open && !settled && !self.header_sites.contains_key(&name)
    }

    /// Whether the query may hold a parameter that is not there: clients add some of their own, such as a token. Those of
    /// Socket.IO's protocol are where it puts them.
    pub(crate) fn may_have_parameter(&self, name: &str) -> bool {
        const OF_SOCKETIO: [&str; 6] = ["EIO", "transport", "sid", "t", "j", "b64"];
        self.open && !self.writes_query && !OF_SOCKETIO.contains(&name)
    }

    /// Leaves open whether a field is there, and what it holds.
    pub(crate) fn doubt(&mut self, name: &str) {
        self.remove(name);
        self.doubtful.insert(name.to_ascii_lowercase());
    }

    /// Takes tokens out of `Connection`, and the field with them when nothing is left. Where one is taken HAProxy writes
    /// the others anew, without blanks (measured).
    pub(crate) fn strip_connection(&mut self, unwanted: &[&str]) {
        for header in &mut self.headers {
            if !header.name.eq_ignore_ascii_case("connection") {
                continue;
            }
            let Some(value) = &header.value else { continue };
            let tokens = value.split(',').map(str::trim);
            let left: Vec<&str> = tokens
                .clone()
                .filter(|token| !unwanted.iter().any(|name| token.eq_ignore_ascii_case(name)))
                .collect();
            if left.len() < tokens.count() {
                header.value = Some(left.join(","));
            }
        }
        self.headers.retain(|header| {
            !header.name.eq_ignore_ascii_case("connection") || header.value.as_deref() != Some("")
        });
    }

    /// The values of a field, one for each line.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Option<&'a str>> {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_deref())
    }

    /// The value of the first field of that name: the outer `None` where there is none, the inner where it
    /// cannot be known.
    pub(crate) fn first_header(&self, name: &str) -> Option<Option<String>> {
        self.header(name).next().map(|value| value.map(str::to_owned))
    }

    /// All lines of a field as one value, as a server that joins them sees it.
    pub(crate) fn joined(&self, name: &str) -> Option<Option<String>> {
        let values: Vec<Option<&str>> = self.header(name).collect();
        if values.is_empty() {
            return None;
        }
        Some(values.into_iter().collect::<Option<Vec<_>>>().map(|values| values.join(", ")))
    }

    /// All fields as `req.hdrs` shows them, names in lower case; `None` where one cannot be known.
    pub(crate) fn head(&self) -> Option<String> {
        let line = |header: &Header| {
            Some(format!("{}: {}\r\n", header.name.to_ascii_lowercase(), header.value.as_deref()?))
        };
        let lines: Option<String> = self.headers.iter().map(line).collect();
        lines.filter(|_| !self.open && self.doubtful.is_empty()).map(|lines| lines + "\r\n")
    }

    /// Whether the fields are more, or take more bytes, than any server reads and this model follows.
    pub(crate) fn is_too_large(&self) -> bool {
        let value = |header: &Header| header.value.as_deref().map_or(0, str::len);
        let size: usize = self.headers.iter().map(|header| header.name.len() + value(header)).sum();
        let doubtful: usize = self.doubtful.iter().map(String::len).sum();
        self.headers.len() + self.doubtful.len() > MOST_FIELDS || size + doubtful > LONGEST
    }

    /// Notes the rule that changed a field last. Of very many fields, and of very long names, no rule is noted.
    pub(crate) fn changed_by(&mut self, name: &str, site: Site) {
        let name = name.to_ascii_lowercase();
        let has_room = self.header_sites.len() < MOST_FIELDS && name.len() <= LONGEST_NAME;
        if has_room || self.header_sites.contains_key(&name) {
            self.header_sites.insert(name, site);
        }
    }

    /// The last rule that changed a field.
    pub(crate) fn site_of(&self, name: &str) -> Option<Site> {
        self.header_sites.get(&name.to_ascii_lowercase()).copied()
    }

    /// Whether nothing announces a body.
    pub(crate) fn lacks_body(&self) -> bool {
        ["content-length", "transfer-encoding"].into_iter().all(|name| self.first_header(name).is_none())
    }

    /// Removes a field.
    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.doubtful.remove(&name.to_ascii_lowercase());
    }

    /// Adds a field.
    pub(crate) fn add(&mut self, name: &str, value: Option<String>) {
        self.headers.push(Header { name: name.to_owned(), value });
    }

    /// Sets a field, replacing all of that name.
    pub(crate) fn set(&mut self, name: &str, value: Option<String>) {
        self.remove(name);
        self.add(name, value);
    }

    /// Path and query; `None` where they cannot be known.
    pub(crate) fn target(&self) -> Option<String> {
        let path = self.path.as_ref()?;
        match self.query.as_ref()? {
            Some(query) => length::concat([path, "?", query]),
            None => Some(path.clone()),
        }
    }

    /// The request target as the server gets it; `None` where it cannot be known.
    pub(crate) fn sent_target(&self) -> Option<String> {
        if self.absolute { self.uri() } else { self.target() }
    }

    /// The request target as rules see it: with scheme and authority for HTTP/2.
    pub(crate) fn uri(&self) -> Option<String> {
        length::concat([self.authority.as_deref().unwrap_or_default(), &self.target()?])
    }

    /// Replaces path and query with what a rule computed; an absolute form sets the authority too.
    pub(crate) fn set_uri(&mut self, uri: Option<String>) {
        let Some(uri) = uri else {
            (self.path, self.query) = (None, None);
            return;
        };
        let start = uri.find("://").map_or(0, |scheme| scheme + 3);
        let target = if start == 0 {
            uri.as_str()
        } else {
            let path = uri[start..].find('/').map_or(uri.len(), |at| start + at);
            self.authority = Some(uri[..path].to_owned());
            self.absolute = !self.came_over_h2;
            self.set("host", Some(uri[start..path].to_owned()));
            &uri[path..]
        };
        if !target.starts_with('/') {
            // What is no path is taken for an authority, and becomes the `Host` or the target (measured).
            self.set("host", None);
            (self.path, self.query) = (None, None);
            return;
        }
        self.set_target(Some(target.to_owned()));
    }

    /// Replaces path and query.
    pub(crate) fn set_target(&mut self, target: Option<String>) {
        let Some(target) = target else {
            (self.path, self.query) = (None, None);
            return;
        };
        match target.split_once('?') {
            Some((path, query)) => {
                self.path = Some(path.to_owned());
                self.query = Some(Some(query.to_owned()));
            }
            None => {
                self.path = Some(target);
                self.query = Some(None);
            }
        }
    }

    /// Whether the message asks for a WebSocket: `Upgrade: websocket` that `Connection` names. `None` where
    /// one of the two cannot be known.
    pub(crate) fn asks_for_websocket(&self) -> Option<bool> {
        let has_token = |name: &str, token: &str| match self.joined(name) {
            None => Some(false),
            Some(value) => Some(value?.split(',').any(|part| part.trim().eq_ignore_ascii_case(token))),
        };
        match (has_token("upgrade", "websocket"), has_token("connection", "upgrade")) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wslint_model::{Browser, Request, Scheme};

    /// A handshake as it arrives at a listener in `mode tcp`, but for what `change` does to it.
    fn raw(change: impl FnOnce(&mut way::Message)) -> Message {
        let request = Request::handshake(Scheme::Ws, "a.example", 80, "/ws?x=1", Browser::Firefox);
        let mut arrived = way::Message::of(&request);
        change(&mut arrived);
        Message::raw(&arrived)
    }

    fn set(arrived: &mut way::Message, name: &str, value: Known<String>) {
        arrived.fields.retain(|field| !field.name.eq_ignore_ascii_case(name));
        arrived.fields.push(Field { name: name.to_owned(), value, cause: None });
    }

    #[test]
    fn a_target_in_the_absolute_form_has_an_authority() {
        let parts = |target: &str| {
            let message = raw(|arrived| arrived.target = Part::plain(target.to_owned()));
            (message.authority, message.path.expect("a path"), message.query.flatten())
        };
        let (authority, query) = (Some("http://a.example".to_owned()), Some("x=1".to_owned()));
        assert_eq!(parts("/ws?x=1"), (None, "/ws".to_owned(), query.clone()));
        assert_eq!(parts("http://a.example/ws?x=1"), (authority, "/ws".to_owned(), query));
        assert_eq!(parts("/go?to=http://b.example/x").0, None);
    }

    #[test]
    fn a_field_that_may_be_sent_is_doubtful_unless_a_handshake_cannot_lack_it() {
        let fate = |name: &str, lines: usize| {
            let message = raw(|arrived| {
                set(arrived, name, Known::Unknown);
                let field = arrived.fields.last().expect("a field").clone();
                arrived.fields.extend(std::iter::repeat_n(field, lines - 1));
            });
            (message.may_have(name), message.header(name).filter(Option::is_none).count())
        };
        assert_eq!(fate("X-Token", 1), (true, 0));
        assert_eq!(fate("X-Token", 2), (false, 2));
        assert_eq!(fate("Host", 1), (false, 1));
        assert_eq!(fate("Upgrade", 1), (false, 1));
    }

    #[test]
    fn an_offer_of_h2c_is_taken_out_by_versions_that_do() {
        let sent = |upgrade: &str, version| {
            let mut message = raw(|arrived| {
                set(arrived, "Upgrade", Known::Known(upgrade.to_owned()));
                set(arrived, "Connection", Known::Known("Upgrade, HTTP2-Settings".to_owned()));
            });
            message.parse_http(version, false);
            let [upgrade, connection] = ["upgrade", "connection"].map(|name| message.joined(name).flatten());
            (upgrade.unwrap_or_default(), connection.unwrap_or_default())
        };
        let pair = |upgrade: &str, connection: &str| (upgrade.to_owned(), connection.to_owned());
        let kept = "Upgrade, HTTP2-Settings";
        assert_eq!(sent("h2c", Version(2, 6, 12)), pair("h2c", kept));
        assert_eq!(sent("h2c", Version(3, 0, 0)), pair("", kept));
        assert_eq!(sent("h2c", Version(3, 3, 0)), pair("", "HTTP2-Settings"));
        assert_eq!(sent("h2c, websocket", Version(3, 3, 0)), pair("websocket", kept));
        assert_eq!(sent("websocket", Version(3, 3, 0)), pair("websocket", kept));
    }

    #[test]
    fn a_head_that_no_server_reads_is_too_large() {
        let with = |count: usize, length: usize| {
            let mut message = raw(|arrived| arrived.fields.clear());
            (0..count).for_each(|_| message.add("x", Some("v".repeat(length))));
            message.is_too_large()
        };
        assert!(!with(MOST_FIELDS, 1));
        assert!(with(MOST_FIELDS + 1, 1));
        assert!(with(MOST_FIELDS + 2, 1));
        assert!(!with(1, LONGEST - 1));
        assert!(with(1, LONGEST));
        assert!(with(2, LONGEST));
    }
}
