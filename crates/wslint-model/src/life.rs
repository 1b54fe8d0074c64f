//! Which versions of a proxy know a directive or keyword.

use crate::version::Version;

/// The versions that know a name, as its line in `data/` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// The first version that knows it; `Version(0, 0, 0)` where it is older than the tables.
    pub since: Version,
    /// The first version that takes it with a warning only.
    pub obsolete: Option<Version>,
    /// The first version that knows it no more.
    pub until: Option<Version>,
    /// What to write in its place; empty where nothing replaces it.
    pub instead: &'static str,
}

/// How a version stands to a [`Life`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The name comes with a later version, with this one.
    TooOld(Version),
    /// The version knows the name.
    Knows,
    /// The version takes the name, and warns that it is obsolete since that one.
    Warns(Version),
    /// The name is gone since that version.
    Gone(Version),
}

impl Life {
    /// How a version stands to the name.
    pub fn at(&self, version: Version) -> Age {
        match (self.until, self.obsolete) {
            _ if version < self.since => Age::TooOld(self.since),
            (Some(until), _) if version >= until => Age::Gone(until),
            (_, Some(obsolete)) if version >= obsolete => Age::Warns(obsolete),
            _ => Age::Knows,
        }
    }

    /// Whether a version takes the name, with a warning or without.
    pub fn has(&self, version: Version) -> bool {
        matches!(self.at(version), Age::Knows | Age::Warns(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_grows_old_and_goes() {
        let life = Life {
            since: Version(1, 9, 5),
            obsolete: Some(Version(1, 19, 7)),
            until: Some(Version(1, 25, 1)),
            instead: "",
        };
        let check = |version, age, has| {
            assert_eq!((life.at(version), life.has(version)), (age, has), "{version}");
        };
        check(Version(1, 9, 4), Age::TooOld(Version(1, 9, 5)), false);
        check(Version(1, 9, 5), Age::Knows, true);
        check(Version(1, 19, 7), Age::Warns(Version(1, 19, 7)), true);
        check(Version(1, 25, 0), Age::Warns(Version(1, 19, 7)), true);
        check(Version(1, 25, 1), Age::Gone(Version(1, 25, 1)), false);
        let ever = Life { since: Version(0, 0, 0), obsolete: None, until: None, instead: "" };
        assert!(ever.has(Version(0, 0, 0)) && ever.has(Version(9, 9, 9)));
    }
}

/// What holds where no line sets something, by version: each value with the first version that has it, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults(pub &'static [(Version, &'static str)]);

impl Defaults {
    /// The value in a version, if there is one that is known.
    pub fn at(&self, version: Version) -> Option<&'static str> {
        let known = self.0.iter().take_while(|(since, _)| *since <= version);
        known.last().map(|(_, value)| *value)
    }
}
