//! The version of a proxy, which decides its defaults and what it accepts.

use std::fmt;
use std::str::FromStr;

/// A proxy's version: major, minor, patch. Missing parts are 0, so `3.2` is `3.2.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// The nginx that rules assume unless told otherwise: Debian 12's.
    pub const NGINX_DEFAULT: Self = Self(1, 22, 1);
    /// The HAProxy that rules assume unless told otherwise: Debian 12's.
    pub const HAPROXY_DEFAULT: Self = Self(2, 6, 12);
}

impl Version {
    /// The version without a last part that is 0: `2.6`, `2.6.12`.
    pub fn short(self) -> String {
        match self {
            Self(major, minor, 0) => format!("{major}.{minor}"),
            version => version.to_string(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Version {
    type Err = String;

    /// Reads `1.22.1`, `2.6` or `3`.
    fn from_str(text: &str) -> Result<Self, String> {
        let refusal = || format!("`{text}` is not a version; write it as 1.22.1 or 2.6");
        let mut parts = [0; 3];
        let mut given = text.split('.');
        for part in &mut parts {
            match given.next() {
                Some(digits) => *part = digits.parse().map_err(|_| refusal())?,
                None => break,
            }
        }
        if given.next().is_some() {
            return Err(refusal());
        }
        Ok(Self(parts[0], parts[1], parts[2]))
    }
}
