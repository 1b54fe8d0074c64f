//! The versions that a program may have, as far as a deployment pins them.

use crate::version::Version;

/// The versions from one on, and before another one. What does not say which holds for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    from: Version,
    before: Version,
}

impl Versions {
    /// Nothing says which.
    pub const ALL: Self = Self { from: Version(0, 0, 0), before: Version(u32::MAX, 0, 0) };

    /// The version itself and all after it.
    pub fn from(version: Version) -> Self {
        Self { from: version, ..Self::ALL }
    }

    /// The versions before one.
    pub fn before(version: Version) -> Self {
        Self { before: version, ..Self::ALL }
    }

    /// The versions whose numbers begin so: one of them where all three are given.
    pub fn beginning(numbers: &[u32]) -> Self {
        match *numbers {
            [] => Self::ALL,
            [major] => Self { from: Version(major, 0, 0), before: Version(major.saturating_add(1), 0, 0) },
            [major, minor] => {
                let before = Version(major, minor.saturating_add(1), 0);
                Self { from: Version(major, minor, 0), before }
            }
            [major, minor, patch, ..] => {
                let before = Version(major, minor, patch.saturating_add(1));
                Self { from: Version(major, minor, patch), before }
            }
        }
    }

    /// Those of which both say that they may be it. What contradicts itself says nothing.
    pub fn and(self, other: Self) -> Self {
        let both = Self { from: self.from.max(other.from), before: self.before.min(other.before) };
        if both.from < both.before { both } else { Self::ALL }
    }

    /// Whether one of them does what versions since the first and before the second do.
    pub(super) fn meets(self, since: Option<Version>, until: Option<Version>) -> bool {
        since.is_none_or(|since| since < self.before) && until.is_none_or(|until| until > self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::Versions;
    use crate::version::Version;

    #[test]
    fn facts_meet_the_versions_that_they_are_of() {
        let (old, new) = ((None, Some(Version(1, 67, 0))), (Some(Version(1, 67, 0)), None));
        let meets = |versions: Versions| (versions.meets(old.0, old.1), versions.meets(new.0, new.1));
        assert_eq!(meets(Versions::ALL), (true, true));
        assert_eq!(meets(Versions::beginning(&[1])), (true, true));
        assert_eq!(meets(Versions::beginning(&[1, 66])), (true, false));
        assert_eq!(meets(Versions::beginning(&[1, 66, 9])), (true, false));
        assert_eq!(meets(Versions::beginning(&[1, 67, 0])), (false, true));
        assert_eq!(meets(Versions::from(Version(1, 67, 0))), (false, true));
        assert_eq!(meets(Versions::before(Version(1, 67, 0))), (true, false));
        let one = Versions::from(Version(1, 0, 0)).and(Versions::before(Version(1, 50, 0)));
        assert_eq!(meets(one), (true, false));
        assert_eq!(Versions::from(Version(2, 0, 0)).and(Versions::before(Version(1, 0, 0))), Versions::ALL);
        assert_eq!(Versions::beginning(&[u32::MAX]).from, Version(u32::MAX, 0, 0));
    }
}
