//! Values of flags that have a form of their own.

use std::path::PathBuf;
use std::str::FromStr;

/// `FROM=TO`: files that the configuration calls FROM lie at TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// An absolute path as it stands in the configuration.
    pub(crate) from: PathBuf,
    /// The folder that stands for it here.
    pub(crate) to: PathBuf,
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((from, to)) if from.starts_with('/') && !to.is_empty() => {
                Ok(Self { from: PathBuf::from(from), to: PathBuf::from(to) })
            }
            _ => Err("write it as /etc/nginx=deploy/nginx".to_owned()),
        }
    }
}

/// `NAME=VALUE`: an environment variable that HAProxy sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: String,
    /// Its value, which may be empty.
    pub(crate) value: String,
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("write it as NAME=VALUE".to_owned()),
        }
    }
}

/// `Name: value`: a header of the traced request. An empty value leaves the header out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Its name, as it is sent.
    pub(crate) name: String,
    /// Its value without surrounding blanks; `None` leaves the header out.
    pub(crate) value: Option<String>,
}

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                let value = value.trim();
                Ok(Self {
                    name: name.trim().to_owned(),
                    value: (!value.is_empty()).then(|| value.to_owned()),
                })
            }
            _ => Err("write it as 'Name: value'".to_owned()),
        }
    }
}

/// The reason of a comment, which stands in one line.
pub(super) fn reason(text: &str) -> Result<String, String> {
    match text.contains(char::is_control) {
        false => Ok(text.trim().to_owned()),
        true => Err("a reason is one line".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Mapping, Variable};

    #[test]
    fn values_keep_what_follows_the_first_separator() {
        let header: Header = "Host: a.example:8080".parse().expect("a header");
        assert_eq!(header.value.as_deref(), Some("a.example:8080"));
        let variable: Variable = "OPTS=a=b".parse().expect("a variable");
        assert_eq!((variable.name.as_str(), variable.value.as_str()), ("OPTS", "a=b"));
    }

    #[test]
    fn a_header_without_value_is_left_out() {
        let header: Header = "Origin:".parse().expect("a header");
        assert_eq!(header.value, None);
    }

    #[test]
    fn mappings_start_at_an_absolute_path() {
        assert!("etc/nginx=deploy".parse::<Mapping>().is_err());
        assert!("/etc/nginx=".parse::<Mapping>().is_err());
        assert!("/etc/nginx=deploy".parse::<Mapping>().is_ok());
    }
}
