//! How long computed values may become, and how much of them people are shown.
//!
//! A few lines of a configuration can double a value again and again, or keep it under a thousand names. The proxies
//! would take gigabytes for that, or answer 500; here what grows beyond these bounds is unknown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// The longest value that is computed, in bytes. No proxy reads a request line or a header field of that length by
/// default: nginx takes 8 KiB (`large_client_header_buffers`), HAProxy 16 KiB (`tune.bufsize`).
pub const LONGEST: usize = 64 << 10;

/// How many bytes all values together may take that are kept under their names while one request is followed.
pub const MOST_KEPT: usize = 4 * LONGEST;

/// What keeping a value takes beside its name and its bytes, about.
const UPKEEP: usize = 64;

/// How many characters of a value people are shown.
const SHOWN: usize = 200;

/// The value, unless it is too long to be followed.
pub fn bounded(value: String) -> Option<String> {
    (value.len() <= LONGEST).then_some(value)
}

/// The pieces as one value, unless that is too long to be followed.
pub fn concat<'t>(pieces: impl IntoIterator<Item = &'t str>) -> Option<String> {
    let mut value = Growing::default();
    for piece in pieces {
        value.push(piece)?;
    }
    Some(value.finish())
}

/// A value in the making.
#[derive(Debug, Default)]
pub struct Growing {
    text: String,
}

impl Growing {
    /// Adds a piece; `None` once the value would be too long to be followed.
    pub fn push(&mut self, piece: &str) -> Option<()> {
        if self.text.len() + piece.len() > LONGEST {
            return None;
        }
        self.text.push_str(piece);
        Some(())
    }

    /// The value.
    pub fn finish(self) -> String {
        self.text
    }
}

/// The beginning of a value, with a sign where it goes on: what a message, a step or a label quotes of it.
pub fn shortened(value: &str) -> Cow<'_, str> {
    cut(value, SHOWN)
}

/// The first characters of a text, with a sign where it goes on.
pub fn cut(text: &str, characters: usize) -> Cow<'_, str> {
    if text.len() <= characters {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(characters) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// A value that can be kept under a name.
pub trait Keep: Clone {
    /// How many bytes it holds.
    fn size(&self) -> usize;
}

/// How many bytes a value takes with its name.
fn room(name: &str, value: &impl Keep) -> usize {
    name.len() + value.size() + UPKEEP
}

/// Values by their names. Those that find no room are not kept, and it is noted that some are missing.
#[derive(Clone, Debug)]
pub struct Kept<V> {
    /// Shared with copies as long as none of them changes; none as long as nothing was kept.
    values: Option<Rc<HashMap<String, V>>>,
    size: usize,
    incomplete: bool,
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Self { values: None, size: 0, incomplete: false }
    }
}

impl<V: Keep> Kept<V> {
    /// Keeps a value in place of the one that the name had.
    pub fn insert(&mut self, name: &str, value: V) {
        self.remove(name);
        let grown = self.size + room(name, &value);
        if grown > MOST_KEPT {
            self.incomplete = true;
            return;
        }
        self.size = grown;
        Rc::make_mut(self.values.get_or_insert_default()).insert(name.to_owned(), value);
    }

    /// Lets go of the value of a name, and gives it.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let values = self.values.as_mut().filter(|values| values.contains_key(name))?;
        let value = Rc::make_mut(values).remove(name)?;
        self.size -= room(name, &value);
        Some(value)
    }

    /// The value of a name, if it is kept.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.values.as_ref()?.get(name)
    }

    /// Whether none is kept, and none is missing.
    pub fn is_empty(&self) -> bool {
        self.values.as_ref().is_none_or(|values| values.is_empty()) && !self.incomplete
    }

    /// Whether values are missing: then a name without one may have any.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, Kept, LONGEST, MOST_KEPT, SHOWN, concat, shortened};

    impl Keep for String {
        fn size(&self) -> usize {
            self.len()
        }
    }

    #[test]
    fn values_grow_up_to_a_bound() {
        let half = "x".repeat(LONGEST / 2);
        assert_eq!(concat([half.as_str(), half.as_str()]).map(|value| value.len()), Some(LONGEST));
        assert_eq!(concat([half.as_str(), half.as_str(), "x"]), None);
        assert_eq!(concat([]).as_deref(), Some(""));
    }

    #[test]
    fn people_are_shown_the_beginning() {
        assert_eq!(shortened("/ws"), "/ws");
        let short = "é".repeat(SHOWN);
        assert_eq!(shortened(&short), short);
        assert_eq!(shortened(&format!("{short}x")), format!("{short}…"));
    }

    #[test]
    fn what_finds_no_room_is_missing() {
        let mut kept: Kept<String> = Kept::default();
        let value = "x".repeat(LONGEST);
        for name in ["a", "b", "c"] {
            kept.insert(name, value.clone());
        }
        // The same name again takes no more room.
        kept.insert("c", value.clone());
        assert!(!kept.is_incomplete());
        kept.insert("d", value.clone());
        assert!(kept.is_incomplete() && kept.get("d").is_none() && kept.get("c").is_some());
        let mut names: Kept<String> = Kept::default();
        (0..MOST_KEPT).for_each(|name| names.insert(&name.to_string(), String::new()));
        assert!(names.is_incomplete() && names.values.is_some_and(|values| values.len() < MOST_KEPT / 64));
    }
}
