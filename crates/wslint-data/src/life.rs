//! The `life` cell: from which release on a name is known, and until when.

/// A release: major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u32, pub u32, pub u32);

/// `since 1.9.5, obsolete 1.19.7, until 1.25.1, use keepalive_timeout`, of which any part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// The first release that knows the name; none where it is older than the tables.
    pub since: Option<Release>,
    /// The first release that takes it with a warning only.
    pub obsolete: Option<Release>,
    /// The first release that knows it no more.
    pub until: Option<Release>,
    /// What to write in its place.
    pub instead: String,
    /// `experimental`, or `experimental until 3.3`: it has to be allowed, before this release if one is given.
    pub experimental: Option<Option<Release>>,
}

impl Life {
    /// Reads a cell.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(cell: &str) -> Result<Self, String> {
        let mut life = Self::default();
        for part in cell.split(", ").filter(|part| !part.is_empty()) {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            match word {
                "since" => life.since = Some(release(rest)?),
                "obsolete" => life.obsolete = Some(release(rest)?),
                "until" => life.until = Some(release(rest)?),
                "use" if !rest.is_empty() => life.instead = rest.to_owned(),
                "experimental" => {
                    let until = rest.strip_prefix("until ").map(release).transpose()?;
                    life.experimental = Some(until);
                }
                _ => {
                    return Err(format!(
                        "`{part}` is none of `since`, `obsolete`, `until`, `use` and `experimental`"
                    ));
                }
            }
        }
        let order = [life.since, life.obsolete, life.until];
        let order: Vec<Release> = order.into_iter().flatten().collect();
        let ends = life.since.is_none_or(|since| life.until.is_none_or(|until| since < until));
        if order.is_sorted() && ends { Ok(life) } else { Err(format!("`{cell}` ends before it begins")) }
    }

    /// The life as Rust, without what is said of experiments.
    pub fn code(&self) -> String {
        let Self { since, obsolete, until, instead, .. } = self;
        let since = since.map_or("Version(0, 0, 0)".to_owned(), Release::code);
        format!(
            "Life {{ since: {since}, obsolete: {}, until: {}, instead: {instead:?} }}",
            optional(*obsolete),
            optional(*until)
        )
    }
}

impl Release {
    /// The release as Rust: `Version(1, 25, 1)`.
    pub fn code(self) -> String {
        format!("Version({}, {}, {})", self.0, self.1, self.2)
    }
}

fn optional(release: Option<Release>) -> String {
    release.map_or("None".to_owned(), |release| format!("Some({})", release.code()))
}

/// Reads `1.25.1` or `2.6`.
pub(crate) fn release(text: &str) -> Result<Release, String> {
    let numbers: Option<Vec<u32>> = text.split('.').map(|number| number.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[major, minor]) => Ok(Release(major, minor, 0)),
        Some(&[major, minor, patch]) => Ok(Release(major, minor, patch)),
        _ => Err(format!("`{text}` is no release such as 1.25.1 or 2.6")),
    }
}

/// The values of a `default` cell as Rust, each with the first release that has it: `60s`, or `1.0, 1.1 since 1.29.7`.
///
/// # Errors
/// What is wrong with the cell.
pub fn defaults(cell: &str) -> Result<String, String> {
    let mut values = Vec::new();
    for part in cell.split(", ").filter(|part| !part.is_empty()) {
        let (value, since) = match part.split_once(" since ") {
            Some((value, since)) => (value, release(since)?),
            None => (part, Release(0, 0, 0)),
        };
        values.push((since, value));
    }
    if !values.is_sorted_by(|(one, _), (other, _)| one < other) {
        return Err(format!("the releases of `{cell}` are not in order"));
    }
    let values: Vec<String> =
        values.into_iter().map(|(since, value)| format!("({}, {value:?})", since.code())).collect();
    Ok(format!("Defaults(&[{}])", values.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_are_read() {
        let life = Life::read("since 1.9.5, obsolete 1.19.7, until 1.25.1, use keepalive_timeout").unwrap();
        assert_eq!(life.since, Some(Release(1, 9, 5)));
        assert_eq!(
            life.code(),
            "Life { since: Version(1, 9, 5), obsolete: Some(Version(1, 19, 7)), until: Some(Version(1, 25, 1)), \
             instead: \"keepalive_timeout\" }"
        );
        assert_eq!(Life::read(""), Ok(Life::default()));
        let experimental = |cell| Life::read(cell).unwrap().experimental;
        assert_eq!(experimental("since 2.4, experimental"), Some(None));
        assert_eq!(experimental("experimental until 3.3"), Some(Some(Release(3, 3, 0))));
        let wrong = |cell| Life::read(cell).unwrap_err();
        assert_eq!(wrong("since 2"), "`2` is no release such as 1.25.1 or 2.6");
        assert_eq!(wrong("since 2.6, until 2.4"), "`since 2.6, until 2.4` ends before it begins");
        assert_eq!(
            wrong("from 2.6"),
            "`from 2.6` is none of `since`, `obsolete`, `until`, `use` and `experimental`"
        );
    }

    #[test]
    fn defaults_are_read() {
        assert_eq!(defaults(""), Ok("Defaults(&[])".to_owned()));
        assert_eq!(defaults("60s"), Ok("Defaults(&[(Version(0, 0, 0), \"60s\")])".to_owned()));
        let two = "Defaults(&[(Version(0, 0, 0), \"1.0\"), (Version(1, 29, 7), \"1.1\")])";
        assert_eq!(defaults("1.0, 1.1 since 1.29.7"), Ok(two.to_owned()));
        let unordered = "the releases of `1.1 since 2.0, 1.0` are not in order";
        assert_eq!(defaults("1.1 since 2.0, 1.0"), Err(unordered.to_owned()));
        assert_eq!(defaults("a since b"), Err("`b` is no release such as 1.25.1 or 2.6".to_owned()));
    }
}
