//! What stands for names, to be looked up by them. A large configuration has very many small ones of these, so that they take
//! no more memory than what they hold.

/// Values by their names.
#[derive(Debug)]
pub(crate) struct ByName<V>(Box<[(Box<str>, V)]>);

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<V> ByName<V> {
    /// Takes names with their values; of several with one name the first counts.
    pub(crate) fn new(mut pairs: Vec<(Box<str>, V)>) -> Self {
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        pairs.dedup_by(|(later, _), (first, _)| later == first);
        Self(pairs.into_boxed_slice())
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        let place = self.0.binary_search_by(|(other, _)| (**other).cmp(name)).ok()?;
        Some(&self.0[place].1)
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::ByName;

    #[test]
    fn the_first_of_a_name_counts() {
        let names = ["b", "a", "b", "c", "a"];
        let pairs = names.into_iter().enumerate().map(|(number, name)| (name.into(), number)).collect();
        let by_name: ByName<usize> = ByName::new(pairs);
        let found = ["a", "b", "c", "d", ""].map(|name| by_name.get(name).copied());
        assert_eq!((found, by_name.len()), ([Some(1), Some(0), Some(3), None, None], 3));
    }
}
