//! The lines of a list of `proxy_set_header`, by the header that each sets: read once, as every route below asks for a dozen
//! of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::inherit::List;
use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use super::shipped::shipped_headers;
use wslint_model::Known;

/// More lines of one list than these are looked up by the header that they set.
pub(crate) const FEW_LINES: usize = 32;

/// Whether a header is one of the two that ask for another protocol.
pub(crate) fn asks_for_upgrade(name: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
}

/// What a line of a list sets.
#[derive(Debug)]
enum Sets<'p> {
    /// A header of this name.
    Header(Cow<'p, str>),
    /// The headers of a file that packages ship.
    Shipped(&'static [&'static str]),
    /// A header whose name is not known.
    Unknown,
    /// Nothing: its name is missing.
    Nothing,
}

impl<'p> Sets<'p> {
    fn of(config: &Config<'p>, line: Line) -> Self {
        match config.arg(line, 0) {
            Some(Known::Known(path)) if config.stands_for_file(line) => {
                Self::Shipped(shipped_headers(path.as_bytes()))
            }
            Some(Known::Known(name)) => Self::Header(name),
            Some(Known::Unknown) => Self::Unknown,
            None => Self::Nothing,
        }
    }
}

/// The lines of a list, with what each sets.
#[derive(Debug)]
pub(crate) struct HeaderLines<'p> {
    /// The list.
    pub(crate) list: List,
    /// The lines that set a header that asks for another protocol.
    pub(crate) asking: Vec<Line>,
    /// The first line that would set such a header but for the colon behind its name.
    pub(crate) with_colon: Option<Line>,
    /// The lines that are asked one by one.
    one_by_one: Vec<(Line, Sets<'p>)>,
    /// The others, where there are many, by the header in lower case that each sets.
    by_name: HashMap<String, Vec<Line>>,
}

impl<'p> HeaderLines<'p> {
    /// Reads the lines of a list.
    pub(crate) fn new(config: &Config<'p>, list: List) -> Self {
        let many = list.lines.len() > FEW_LINES;
        let mut lines = Self {
            asking: Vec::new(),
            with_colon: None,
            one_by_one: Vec::new(),
            by_name: HashMap::new(),
            list,
        };
        for &line in &lines.list.lines {
            if let Some(name) = config.known_arg(line, 0) {
                lines.asking.extend(Some(line).filter(|_| asks_for_upgrade(&name)));
                let colon = || name.strip_suffix(':').is_some_and(asks_for_upgrade).then_some(line);
                lines.with_colon = lines.with_colon.or_else(colon);
            }
            match Sets::of(config, line) {
                Sets::Header(name) if many => {
                    lines.by_name.entry(name.to_ascii_lowercase()).or_default().push(line);
                }
                sets => lines.one_by_one.push((line, sets)),
            }
        }
        lines
    }

    /// Whether a line sets a header, or could.
    pub(crate) fn sets(&self, header: &str) -> bool {
        let may_set = |sets: &Sets<'_>| match sets {
            Sets::Shipped(names) => names.iter().any(|name| name.eq_ignore_ascii_case(header)),
            Sets::Header(name) => name.eq_ignore_ascii_case(header),
            Sets::Nothing => false,
            Sets::Unknown => true,
        };
        self.one_by_one.iter().any(|(_, sets)| may_set(sets))
            || (!self.by_name.is_empty() && self.by_name.contains_key(&header.to_ascii_lowercase()))
    }

    /// The lines that set one header, and whether a line whose name is not known could.
    pub(crate) fn of(&self, header: &str) -> (Vec<Line>, bool) {
        let mut unsure = false;
        let mut found = Vec::new();
        for (line, sets) in &self.one_by_one {
            match sets {
                Sets::Shipped(names) => unsure |= names.iter().any(|name| name.eq_ignore_ascii_case(header)),
                Sets::Header(name) if name.eq_ignore_ascii_case(header) => found.push(*line),
                Sets::Header(_) | Sets::Nothing => {}
                Sets::Unknown => unsure = true,
            }
        }
        if !self.by_name.is_empty() {
            found.extend(self.by_name.get(&header.to_ascii_lowercase()).into_iter().flatten());
        }
        (found, unsure)
    }
}

/// How many short lists are kept: that of a level, those that it replaces, and those of the levels beside it which a route
/// is compared with.
const RECENT_LISTS: usize = 8;

/// The lists that were asked for: the long ones, and of the others the last few.
#[derive(Debug, Default)]
pub(crate) struct HeaderLists<'p> {
    known: Mutex<KnownLists<'p>>,
}

/// Lists by the levels that they stand at.
#[derive(Debug, Default)]
struct KnownLists<'p> {
    long: HashMap<ContextId, Arc<HeaderLines<'p>>>,
    /// The one that was asked for last stands last.
    recent: Vec<(ContextId, Arc<HeaderLines<'p>>)>,
}

impl<'p> HeaderLists<'p> {
    /// The list that is in force at a level.
    pub(crate) fn at(&self, config: &Config<'p>, level: ContextId) -> Arc<HeaderLines<'p>> {
        let holder = match config.place_of_list(level, Directive::ProxySetHeader) {
            Some(holder) => holder,
            None => return Arc::new(HeaderLines::new(config, config.list(level, Directive::ProxySetHeader))),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = known.recent.iter().rposition(|(of, _)| *of == holder) {
            known.recent[at..].rotate_left(1);
            return Arc::clone(&known.recent[known.recent.len() - 1].1);
        }
        if let Some(lines) = known.long.get(&holder) {
            return Arc::clone(lines);
        }
        let lines = Arc::new(HeaderLines::new(config, config.list(holder, Directive::ProxySetHeader)));
        if lines.list.lines.len() > FEW_LINES {
            known.long.insert(holder, Arc::clone(&lines));
        } else {
            if known.recent.len() == RECENT_LISTS {
                known.recent.remove(0);
            }
            known.recent.push((holder, Arc::clone(&lines)));
        }
        lines
    }
}
