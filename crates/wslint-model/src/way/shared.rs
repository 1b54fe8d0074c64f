//! A value that many hold at a time.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// A value that is shared until one of its holders changes it, who then gets a copy of its own.
#[derive(Debug, Default)]
pub struct Shared<T>(Rc<T>);

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Rc::make_mut(&mut self.0)
    }
}

impl<T: Eq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        // `Rc` compares the places first.
        self.0 == other.0
    }
}

impl<T: Eq> Eq for Shared<T> {}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[test]
    fn who_changes_it_has_its_own() {
        let one = Shared::from("a".to_owned());
        let mut other = one.clone();
        assert_eq!(one, other);
        other.push('b');
        assert_eq!((one.as_str(), other.as_str()), ("a", "ab"));
        assert_ne!(one, other);
    }
}
