//! The form of `products/<name>.yaml`. What its keys mean is said here once: the published schema takes these words.

use serde::Deserialize;

/// What runs behind proxies and speaks WebSocket, or is asked whether it does. The file's name is its name.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Product {
    /// The name as its makers write it.
    pub(crate) title: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// Files of this folder whose facts hold here too, where this file gives none: the framework or server that it is made
    /// with, the nearest first.
    #[serde(default)]
    pub(crate) built_on: Vec<String>,
    /// Where clients ask for a handshake, from the product's own root: `*` stands for one segment.
    #[serde(default)]
    pub(crate) endpoints: Vec<String>,
    /// Those of its endpoints that a setting switches on, or few of its users need: they are not expected to work wherever
    /// the product is.
    #[serde(default)]
    pub(crate) optional: Vec<String>,
    /// Paths that tell of the product by themselves.
    #[serde(default)]
    pub(crate) signs: Vec<Sign>,
    /// Words that tell of it as a part of the name of a section, a server or a test.
    #[serde(default)]
    pub(crate) names: Vec<Name>,
    /// How its clients get what is new, the preferred way first.
    #[serde(default)]
    pub(crate) transports: Vec<Transport>,
    /// How often something is sent on a quiet connection, by default.
    #[serde(default)]
    pub(crate) heartbeat: Vec<Heartbeat>,
    /// Whether its clients send plain requests too, which must reach the server that the handshake reaches.
    #[serde(default)]
    pub(crate) polls: Vec<Fact<Polls>>,
    /// What it does with a handshake over HTTP/1.0.
    #[serde(default)]
    pub(crate) http10: Vec<Fact<Http10>>,
    /// What it compares the `Origin` of a handshake with, by default.
    #[serde(default)]
    pub(crate) origin_check: Vec<Fact<OriginCheck>>,
    /// What is left of it where no handshake succeeds.
    #[serde(default)]
    pub(crate) without_websocket: Vec<Fact<WithoutWebsocket>>,
    /// The names of its container images, without registry defaults and tags.
    #[serde(default)]
    pub(crate) images: Vec<String>,
    /// The packages that bring it, as manifests call them: `npm:ws`, `pypi:uvicorn`, `gem:…`, `go:…`, `hex:…`, `nuget:…`.
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    /// The programs that start it.
    #[serde(default)]
    pub(crate) commands: Vec<Command>,
    /// The ports that it listens on by default.
    #[serde(default)]
    pub(crate) ports: Vec<u16>,
    /// What it says about proxies itself.
    #[serde(default)]
    pub(crate) documentation: Vec<String>,
    /// What else its proxy should know, in Markdown.
    pub(crate) note: Option<String>,
}

/// A path that tells of a product.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Sign {
    /// The whole path of a request or of a location in lower case: `*` stands for anything within one segment, `**` for any
    /// number of segments. One that ends with `/` asks for that slash; any other path may have it.
    pub(crate) path: String,
    /// How sure the path is by itself.
    pub(crate) confidence: Confidence,
}

/// A word of names.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    /// The word in small letters; a name may part it by `-`, `_`, `.` or `:`.
    pub(crate) word: String,
    /// How sure the word is by itself.
    pub(crate) confidence: Confidence,
}

/// A program that starts it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    /// The program, or the module that `python -m` starts.
    pub(crate) program: String,
    /// How the worker class of gunicorn begins that it is.
    pub(crate) worker: Option<String>,
    /// The flag that sets its heartbeat, in seconds; 0 switches it off.
    pub(crate) heartbeat: Option<String>,
}

/// What is known, in which versions, and from where.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact<T> {
    /// What it does.
    pub(crate) answer: T,
    /// The first version that does so, where older ones do not.
    pub(crate) since: Option<String>,
    /// The first version that does so no more.
    pub(crate) until: Option<String>,
    /// What it rests on.
    pub(crate) basis: Basis,
    /// Where it was read: package, version and file, a page, or what was run.
    pub(crate) source: String,
}

/// How often something is sent on a quiet connection.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Heartbeat {
    /// The longest silence, such as `25s` or `500ms`, or `none` where nobody speaks by itself.
    pub(crate) answer: String,
    /// Who speaks.
    pub(crate) by: Option<Side>,
    /// The first version that does so, where older ones do not.
    pub(crate) since: Option<String>,
    /// The first version that does so no more.
    pub(crate) until: Option<String>,
    /// What it rests on.
    pub(crate) basis: Basis,
    /// Where it was read: package, version and file, a page, or what was run.
    pub(crate) source: String,
}

/// Words of the form, whose variants are those of the types of the same names in the crate.
macro_rules! words {
    ($($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $means:literal])+ $variant:ident,)+ })+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name {
            $($(#[doc = $means])+ $variant,)+
        }
    )+};
}

words! {
    /// What a product is.
    Kind {
        /// What applications are written with.
        Framework,
        /// What runs applications, or passes their messages on.
        Server,
        /// What is installed as it is.
        Product,
        /// A language of messages that several servers speak.
        Protocol,
        /// A server that developers run for themselves.
        Development,
    }

    /// A way in which clients get what is new.
    Transport {
        /// A WebSocket.
        Websocket,
        /// Requests that wait for an answer.
        LongPolling,
        /// Server-sent events.
        Events,
        /// One long answer.
        Stream,
        /// Plain requests.
        Http,
        /// HTTP/3.
        Webtransport,
        /// SPDY over an upgraded connection.
        Spdy,
        /// gRPC over HTTP/2.
        Grpc,
    }

    /// Who sends a heartbeat.
    Side {
        /// The server.
        Server,
        /// The client.
        Client,
        /// Both sides.
        Both,
    }

    /// What a fact rests on.
    Basis {
        /// The product's own code was read.
        Code,
        /// Its makers' documentation was read.
        Documentation,
        /// It was run.
        Measured,
        /// It is generally said. It may silence a finding, and never makes one.
        Unverified,
    }

    /// How sure a path is.
    Confidence {
        /// Other paths have it as well.
        Weak,
        /// Little else has it.
        Strong,
        /// Nothing else has it.
        Certain,
    }

    /// What plain requests clients send beside the handshake.
    Polls {
        /// They begin with long polling.
        First,
        /// They negotiate by a plain request before the handshake.
        Negotiates,
        /// They poll where no handshake succeeds.
        Fallback,
        /// They send none.
        Never,
    }

    /// What becomes of a handshake over HTTP/1.0.
    Http10 {
        /// It fails.
        Refused,
        /// It succeeds.
        Accepted,
    }

    /// What `Origin` is compared with.
    OriginCheck {
        /// With `Host`.
        Host,
        /// With `Host` and a scheme: that which a forwarded header names, and `http` without one.
        Origin,
        /// With the host that a forwarded header names, and with `Host` without one.
        ForwardedHost,
        /// With a list of the product's own settings.
        List,
        /// With nothing.
        Nothing,
    }

    /// What is left without WebSockets.
    WithoutWebsocket {
        /// Nothing that is of use.
        Dies,
        /// All of it: clients use another transport.
        FallsBack,
        /// All but a part of it.
        Degrades,
    }
}
