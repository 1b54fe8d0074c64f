//! What a rule file may hold: each mapping with its keys, said once. The loader asks for these keys and no others; the
//! reference of the rule file and its JSON schema are made from them.

use wslint_model::Proxy;

use crate::example::{Browser, Client, Fate, Peer};
use crate::rule::Severity;
use crate::scope::Scope;

/// A mapping with known keys.
pub(crate) struct Form {
    /// What it is called in complaints: `a rule`.
    pub(crate) what: &'static str,
    /// Its anchor in the reference.
    pub(crate) anchor: &'static str,
    /// What it is for, in one sentence.
    pub(crate) about: &'static str,
    /// Its keys, in the order in which people write them.
    pub(crate) keys: &'static [Key],
}

/// A key of a mapping.
pub(crate) struct Key {
    /// As it is written.
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What its value is.
    pub(crate) holds: Holds,
    /// What it says, in one sentence.
    pub(crate) about: &'static str,
}

/// What a value is.
pub(crate) enum Holds {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1 up to this one.
    Upto(u64),
    /// A time such as `60s`.
    Time,
    /// A time for a question about one, a whole number for a count.
    Bound,
    /// A version such as `1.29.7`.
    Version,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// The name of a question.
    Question,
    /// Questions with what they must be answered.
    Conditions,
    /// The name of a recipe.
    Recipe,
    /// Text in which `{name}` stands for the answer to a question.
    Template,
    /// A list of addresses of pages.
    Addresses,
    /// A list of paths that begin with `/`.
    Paths,
    /// A path that begins with `/`.
    Path,
    /// Names with text.
    Pairs,
    /// Addresses with one of these words.
    PairsOf(fn() -> Vec<&'static str>),
    /// Another mapping.
    Form(&'static Form),
    /// A list of mappings.
    Forms(&'static Form),
}

/// Whose routes people's own rules may look at.
pub(crate) const OWN_SCOPES: [Scope; 3] =
    [Scope::Proxy(Proxy::Nginx), Scope::Proxy(Proxy::Haproxy), Scope::Any];

/// All mappings, the outermost first.
pub(crate) static FORMS: &[&Form] = &[&RULE, &RANGE, &ADJUST, &FIX, &EXAMPLE, &PROOF];

const fn required(name: &'static str, holds: Holds, about: &'static str) -> Key {
    Key { name, required: true, holds, about }
}

const fn optional(name: &'static str, holds: Holds, about: &'static str) -> Key {
    Key { name, required: false, holds, about }
}

fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}

/// The whole file.
pub(crate) static RULE: Form = Form {
    what: "a rule",
    anchor: "rule",
    about: "The file: which answers of a route must hold, and what to say then.",
    keys: &[
        required(
            "id",
            Holds::Text,
            "The proxy, `any` for both, or `embed` for what stands in other files, a slash, and the name of the file without `.yaml`. \
             Of your own rules any other word stands before the slash, such as the name of your team.",
        ),
        optional(
            "proxy",
            Holds::Word(|| OWN_SCOPES.iter().map(|scope| scope.name()).collect()),
            "Whose routes it looks at, `any` for those of both; only of your own rules, which must have it.",
        ),
        required("title", Holds::Text, "What is wrong, in one line without a period."),
        required(
            "severity",
            Holds::Word(|| names(&Severity::WORDS)),
            "How bad it is: `error` fails for every client, `warning` under a stated condition, `info` is a note.",
        ),
        optional(
            "general",
            Holds::Flag,
            "Whether it stands behind other rules: it says nothing of a route of which another one tells an error, and \
             nothing of a place that another one points at.",
        ),
        optional("at", Holds::Question, "The question whose cause is underlined; required beside `when`."),
        optional(
            "when",
            Holds::Conditions,
            "All of these must hold. A question without a known answer does not. A rule without `when` is a page that \
             people look up: it never speaks, its severity is `info`, and its examples have no `bad`.",
        ),
        optional("unless", Holds::Conditions, "None of these may hold, or be unknown."),
        optional("adjust", Holds::Forms(&ADJUST), "The first entry that holds sets another severity."),
        optional(
            "message",
            Holds::Template,
            "What happens to whose traffic, because of which line; required beside `when`.",
        ),
        optional("help", Holds::Template, "What to type; required beside `when`."),
        required("why", Holds::Text, "What the proxy does and what was measured, in markdown."),
        optional("references", Holds::Addresses, "Manuals, specifications and reports."),
        optional("fix", Holds::Form(&FIX), "How `--fix` edits the configuration."),
        required("examples", Holds::Forms(&EXAMPLE), "Configurations that show it, each of which is a test."),
    ],
};

/// A test of a time or a count.
pub(crate) static RANGE: Form = Form {
    what: "a range",
    anchor: "range",
    about: "What a time or a count must be.",
    keys: &[
        optional("at-least", Holds::Bound, "It is this or more."),
        optional("above", Holds::Bound, "It is more than this."),
        optional("at-most", Holds::Bound, "It is this or less."),
        optional("below", Holds::Bound, "It is less than this."),
    ],
};

/// An entry of `adjust`.
pub(crate) static ADJUST: Form = Form {
    what: "an adjustment",
    anchor: "adjustment",
    about: "Another severity under a further condition.",
    keys: &[
        required("when", Holds::Conditions, "All of these must hold beside those of the rule."),
        required("severity", Holds::Word(|| names(&Severity::WORDS)), "How bad it is then."),
    ],
};

/// The value of `fix`.
pub(crate) static FIX: Form = Form {
    what: "a fix",
    anchor: "fix",
    about: "How the configuration is edited.",
    keys: &[
        required("recipe", Holds::Recipe, "The recipe of the proxy that makes the edits."),
        required(
            "safety",
            Holds::Word(|| vec!["safe", "unsafe"]),
            "`safe` changes nothing else that works; `unsafe` may change what else uses the route.",
        ),
    ],
};

/// An entry of `examples`.
pub(crate) static EXAMPLE: Form = Form {
    what: "an example",
    anchor: "example",
    about: "A configuration that shows the rule, or one that it must leave alone; both are tried on the real proxy. For `embed` it \
            is the file around the configuration, whose first line tells the format.",
    keys: &[
        optional("about", Holds::Text, "What it shows, in one clause."),
        optional(
            "proxy",
            Holds::Word(|| vec![Proxy::Nginx.name(), Proxy::Haproxy.name()]),
            "The proxy that it is for; only of rules for both, which have examples of each.",
        ),
        optional("websocket", Holds::Paths, "Endpoints that are declared for it, as by `--websocket`."),
        optional(
            "host",
            Holds::Text,
            "The host that the declared endpoints live on, as by `host` in wslint.yaml.",
        ),
        optional("nginx-version", Holds::Version, "The nginx that it is for; only of examples for nginx."),
        optional(
            "haproxy-version",
            Holds::Version,
            "The HAProxy that it is for; only of examples for HAProxy.",
        ),
        optional(
            "bad",
            Holds::Text,
            "A configuration in which the rule speaks, on the lines that end in `# <- here`.",
        ),
        optional(
            "good",
            Holds::Text,
            "One in which no rule speaks: the fixed one, or the nearest harmless one.",
        ),
        optional("proof", Holds::Form(&PROOF), "What a client does on the real proxy, and how that ends."),
    ],
};

/// The value of `proof`.
pub(crate) static PROOF: Form = Form {
    what: "a proof",
    anchor: "proof",
    about: "What the client of the test does, and what must become of it. Without one a browser's handshake is made.",
    keys: &[
        optional("unprovable", Holds::Text, "Why the lab cannot show it; then nothing else stands here."),
        optional("client", Holds::Word(|| names(Client::WORDS)), "What kind of client connects."),
        optional("path", Holds::Path, "What it asks for."),
        optional("hold", Holds::Time, "How long the connection is kept idle."),
        optional("clients", Holds::Upto(64), "How many clients connect."),
        optional("method", Holds::Text, "The method, for `client: http`."),
        optional("browser", Holds::Word(|| names(Browser::WORDS)), "Whose handshake it is."),
        optional("cookies", Holds::Flag, "Whether the client keeps cookies."),
        optional("reload", Holds::Flag, "Whether the proxy is reloaded while the connection stands."),
        optional("tls", Holds::Flag, "Whether the client speaks TLS to a socket that hands it on."),
        optional("listen", Holds::Text, "The socket of the configuration that is connected to."),
        optional("host", Holds::Text, "The host that is asked for."),
        optional("headers", Holds::Pairs, "Header lines of the request."),
        optional("peers", Holds::PairsOf(|| names(Peer::WORDS)), "What listens at an upstream's address."),
        optional("bad", Holds::Word(|| names(Fate::WORDS)), "What becomes of it under `bad`."),
        optional("good", Holds::Word(|| names(Fate::WORDS)), "What becomes of it under `good`."),
    ],
};
