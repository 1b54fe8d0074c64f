//! Lines of lists that are about headers which the answers to handshakes and polls depend on: a level may have thousands that
//! are about others.

use std::collections::HashMap;

use super::levels::{Config, ContextId, Line};
use super::names::Directive;

/// The lists.
const LISTS: [Directive; 3] = [Directive::AddHeader, Directive::ProxyHideHeader, Directive::ProxyPassHeader];

/// The headers.
const HEADERS: [&str; 8] = [
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Protocol",
    "X-Accel-Buffering",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
];

/// A line, and its number among those of its list at its level.
pub(crate) type Numbered = (usize, Line);

/// The lines of each level and list that are about one of the headers.
#[derive(Debug)]
pub(crate) struct HandshakeLines(HashMap<(ContextId, Directive, &'static str), Vec<Numbered>>);

impl HandshakeLines {
    /// Finds all of them.
    pub(crate) fn of(config: &Config<'_>) -> Self {
        let mut found: HashMap<_, Vec<Numbered>> = HashMap::new();
        for (level, _) in config.contexts() {
            for list in LISTS {
                for (number, line) in config.own(level, list).enumerate() {
                    let Some(name) = config.known_arg(line, 0) else { continue };
                    if let Some(header) =
                        HEADERS.into_iter().find(|header| header.eq_ignore_ascii_case(&name))
                    {
                        found.entry((level, list, header)).or_default().push((number, line));
                    }
                }
            }
        }
        Self(found)
    }

    /// The lines of a list at the level where it stands that are about a header, in order.
    pub(crate) fn about(&self, level: ContextId, list: Directive, header: &'static str) -> &[Numbered] {
        debug_assert!(HEADERS.contains(&header) && LISTS.contains(&list), "{list:?} {header}");
        self.0.get(&(level, list, header)).map_or(&[], Vec::as_slice)
    }
}
