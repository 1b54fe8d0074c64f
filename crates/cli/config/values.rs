//! The values of `wslint.yaml`. Each is checked while it is read, so that whatever is wrong with it is reported with its
//! line and column.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use ignore::gitignore::GitignoreBuilder;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use wslint_kubernetes::Controller;
use wslint_model::product::Transport;
use wslint_model::traffic::Framework;
use wslint_model::{Choice, NEVER, Version};
use wslint_rules::{Severity, nearest, parse_time};

use crate::rule_word::Matcher;

/// The longest text, in bytes. A file of one MiB may name the same text a hundred thousand times by its anchor.
const LONGEST_TEXT: usize = 4096;

/// The most entries of a list or a mapping, for the same reason.
const MOST_ENTRIES: usize = 2000;

/// Where the products are listed, which are too many for a message.
const PRODUCTS: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/products/");

/// Makes a type that is read from one scalar, exactly as it stands in the file: `1.30` is a version, not a number.
macro_rules! scalars {
    ($($(#[$about:meta])* $name:ident($held:ty): $wanted:literal, $read:expr;)*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct $name(pub(super) $held);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read: fn(&str) -> Result<$held, String> = $read;
                deserializer.deserialize_str(Scalar { wanted: $wanted, read }).map(Self)
            }
        }
    )*};
}

scalars! {
    /// The path of a handshake.
    EndpointPath(String): "a path that begins with `/`", |text| match text.starts_with('/') {
        true if !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not the path of an endpoint; it begins with `/` and holds no blank")),
    };
    /// A host name.
    Host(String): "a host name", |text| match text.contains([':', '/']) || text.contains(char::is_whitespace) {
        false if !text.is_empty() => Ok(text.to_ascii_lowercase()),
        _ => Err(format!("`{text}` is not a host name; write it without scheme, port and path")),
    };
    /// The name of a framework, a server or a product.
    FrameworkName(Framework): "the name of a framework", |text| {
        Framework::named(text).ok_or_else(|| match nearest(text, framework_names()) {
            Some(near) => format!("unknown framework `{text}`; did you mean `{near}`?"),
            None => format!("unknown framework `{text}`; those that are known: {PRODUCTS}"),
        })
    };
    /// The name of a controller that reads Ingresses.
    ControllerName(Controller): "the name of a controller", |text| {
        Controller::named(text).ok_or_else(|| unknown("controller", text, &Controller::ALL.map(Controller::name)))
    };
    /// A way in which clients reach an endpoint.
    TransportName(Transport): "`websocket` or `polling`", |text| match text {
        "websocket" => Ok(Transport::Websocket),
        "polling" => Ok(Transport::LongPolling),
        _ => Err(unknown("transport", text, &TRANSPORTS)),
    };
    /// A time in milliseconds that is not endless.
    Heartbeat(u64): "a time such as `25s`", |text| match parse_time(text)? {
        0 | NEVER => Err("a heartbeat is a time above zero, such as `25s`; leave the key out if there is none".to_owned()),
        time => Ok(time),
    };
    /// A time in milliseconds.
    Time(u64): "a time such as `10m` or `never`", parse_time;
    /// The version of a proxy.
    VersionNumber(Version): "a version such as `1.22.1`", str::parse;
    /// Some of the rules.
    RulePattern(Matcher): "the id of a rule, a prefix or a glob", Matcher::unchecked;
    /// How loud a rule is; `None` for `off`.
    Level(Option<Severity>): "`off`, `info`, `warning` or `error`", |text| match text {
        // YAML 1.1 reads `off` as this one, and so do tools that rewrite the file.
        "off" | "false" => Ok(None),
        "info" => Ok(Some(Severity::Info)),
        "warning" => Ok(Some(Severity::Warning)),
        "error" => Ok(Some(Severity::Error)),
        _ => Err(unknown("severity", text, &LEVELS)),
    };
    /// A folder; one that is not absolute lies below the folder of the file.
    Folder(PathBuf): "a folder", |text| match text {
        "" => Err("a folder is missing here; `.` is the folder of this file".to_owned()),
        _ => Ok(PathBuf::from(text)),
    };
    /// A file of settings.
    SettingsFile(PathBuf): "a file such as `shared/wslint.yaml`", |text| match text {
        "" => Err("the name of a file is missing here".to_owned()),
        _ => Ok(PathBuf::from(text)),
    };
    /// A folder as it stands in the configuration.
    AbsoluteFolder(PathBuf): "an absolute path", |text| match text.starts_with('/') {
        true => Ok(PathBuf::from(text)),
        false => Err(format!("`{text}` is not an absolute path as it stands in the configuration, such as `/etc/nginx`")),
    };
    /// A line of a .gitignore.
    IgnoreGlob(String): "a glob as in .gitignore", |text| {
        GitignoreBuilder::new("").add_line(None, text).map_err(|error| format!("`{text}` is not a glob: {error}"))?;
        Ok(text.to_owned())
    };
    /// The name of an environment variable.
    VariableName(String): "the name of a variable", |text| match text.contains('=') {
        false if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not the name of a variable")),
    };
    /// The value of an environment variable.
    VariableValue(String): "text", |text| Ok(text.to_owned());
    /// An address as a proxy names it.
    Address(String): "an address such as `10.0.0.1:8080`", |text| match text.contains(char::is_whitespace) {
        false if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not an address such as `10.0.0.1:8080`")),
    };
}

/// The words of [`TransportName`].
pub(super) const TRANSPORTS: [&str; 2] = ["websocket", "polling"];

/// The words of [`Level`].
pub(super) const LEVELS: [&str; 4] = ["off", "info", "warning", "error"];

/// The names of all frameworks.
pub(super) fn framework_names() -> Vec<&'static str> {
    Framework::WORDS.iter().map(|word| word.word).collect()
}

fn unknown(what: &str, text: &str, names: &[&str]) -> String {
    match nearest(text, names.iter().copied()) {
        Some(near) => format!("unknown {what} `{text}`; did you mean `{near}`?"),
        None => {
            let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("unknown {what} `{text}`; there is {}", all.join(", "))
        }
    }
}

struct Scalar<T> {
    wanted: &'static str,
    read: fn(&str) -> Result<T, String>,
}

impl<T> Visitor<'_> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        if text.len() > LONGEST_TEXT {
            return Err(E::custom(format!("text of more than {LONGEST_TEXT} bytes")));
        }
        (self.read)(text).map_err(E::custom)
    }
}

/// A list of a sane length.
#[derive(Clone, Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

/// A mapping of a sane length in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Pairs<K, V>(pub(super) Vec<(K, V)>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Entries(PhantomData)).map(Self)
    }
}

impl<'de, K: Deserialize<'de> + PartialEq, V: Deserialize<'de>> Deserialize<'de> for Pairs<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairEntries(PhantomData)).map(Self)
    }
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_element()? {
            entries.push(entry);
            room(entries.len())?;
        }
        Ok(entries)
    }
}

struct PairEntries<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + PartialEq, V: Deserialize<'de>> Visitor<'de> for PairEntries<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Vec<(K, V)>, A::Error> {
        let mut entries: Vec<(K, V)> = Vec::new();
        while let Some(key) = access.next_key()? {
            if entries.iter().any(|(there, _)| *there == key) {
                return Err(de::Error::custom("this key stands twice"));
            }
            entries.push((key, access.next_value()?));
            room(entries.len())?;
        }
        Ok(entries)
    }
}

fn room<E: de::Error>(entries: usize) -> Result<(), E> {
    if entries <= MOST_ENTRIES { Ok(()) } else { Err(E::custom(format!("more than {MOST_ENTRIES} entries"))) }
}
