//! What was found in the code of one folder.

use crate::file::Place;
use crate::path::Path;

/// All that the code of one folder says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// The endpoints, in the order of their paths.
    pub declared: Vec<Declared>,
    /// Servers that take WebSockets at every path, or at one that the framework does not tell.
    pub any_path: Vec<AnyPath>,
    /// What declares an endpoint whose path cannot be told.
    pub unknown: Vec<Unknown>,
}

/// An endpoint that server code declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// What clients ask the server itself for: prefixes within the code are part of it, those of proxies are not.
    pub path: Path,
    /// The framework that declares it, by its name in [`crate::all`].
    pub framework: &'static str,
    /// The file of `products/` that says how the framework behaves, if it decides that itself.
    pub product: Option<&'static str>,
    /// How clients reach it.
    pub transports: Transports,
    /// Who keeps silent connections alive, where the code says so.
    pub heartbeat: Set<Heartbeat>,
    /// Further settings of the server, by the names that the code uses.
    pub settings: Vec<Setting>,
    /// The path in the code, or the call that takes the framework's default path.
    pub place: Place,
    /// Client code in the same folder that asks for this path.
    pub clients: Vec<Place>,
}

/// A server that takes WebSockets at whatever path.
#[derive(Clone, Debug, PartialEq)]
pub struct AnyPath {
    /// The framework, by its name in [`crate::all`].
    pub framework: &'static str,
    /// The file of `products/` that says how the framework behaves.
    pub product: Option<&'static str>,
    /// Who keeps silent connections alive, where the code says so.
    pub heartbeat: Set<Heartbeat>,
    /// Further settings of the server, by the names that the code uses.
    pub settings: Vec<Setting>,
    /// What makes the server.
    pub place: Place,
}

/// Something that declares an endpoint which cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The framework, by its name in [`crate::all`].
    pub framework: &'static str,
    /// What is not known, as a clause: "its path is computed".
    pub why: &'static str,
    /// What declares it.
    pub place: Place,
}

/// How clients reach an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transports {
    /// Plain requests that wait for an answer, and WebSockets.
    PollingAndWebsocket,
    /// WebSockets only.
    WebsocketOnly,
    /// It cannot be told, or the code contradicts itself.
    Unknown,
}

/// What the server does about silent connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// It sends something each so many milliseconds.
    Every(u64),
    /// It sends nothing by itself.
    Off,
}

/// Whether the code sets something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Set<T> {
    /// It does not: the framework's default holds.
    #[default]
    Not,
    /// It does.
    To(T, Place),
    /// It does, in a way that cannot be told.
    Unknown(Place),
}

impl<T> Set<T> {
    /// What it is set to, where the code does so and it can be told.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::To(value, _) => Some(value),
            Self::Not | Self::Unknown(_) => None,
        }
    }
}

/// A setting that the code gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name in the code: `pingInterval`.
    pub name: &'static str,
    /// Its value in the framework's own unit; nothing if it is not literal.
    pub value: Option<Value>,
    /// Where it is set.
    pub place: Place,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// `None`, `null`, `nil`.
    Nothing,
    /// A list of texts.
    Words(Vec<String>),
}
