//! The directives that the model knows: where each may stand, how many arguments it takes, whether it may be repeated
//! at one level, and which values it accepts. A name that is not here is a module's own affair and is left alone.
//!
//! Source: the `ngx_command_t` tables of nginx 1.22.1 and 1.31.4.

use wslint_model::Version;

/// A set of contexts, as bits.
pub(crate) type Contexts = u16;

/// The bits of [`Contexts`].
pub(crate) mod context {
    pub(crate) const MAIN: u16 = 1;
    pub(crate) const EVENTS: u16 = 2;
    pub(crate) const HTTP: u16 = 4;
    pub(crate) const SERVER: u16 = 8;
    pub(crate) const LOCATION: u16 = 16;
    /// `if` in a location.
    pub(crate) const IF: u16 = 32;
    /// `if` in a server.
    pub(crate) const SERVER_IF: u16 = 64;
    pub(crate) const LIMIT_EXCEPT: u16 = 128;
    pub(crate) const UPSTREAM: u16 = 256;
    pub(crate) const STREAM: u16 = 512;
    pub(crate) const STREAM_SERVER: u16 = 1024;
    pub(crate) const STREAM_UPSTREAM: u16 = 2048;
    /// Blocks whose content the model does not look at.
    pub(crate) const OTHER: u16 = 4096;
}

use context::{
    EVENTS, HTTP, IF, LIMIT_EXCEPT, LOCATION, MAIN, SERVER, SERVER_IF, STREAM, STREAM_SERVER,
    STREAM_UPSTREAM, UPSTREAM,
};

const HSL: u16 = HTTP | SERVER | LOCATION;
const STREAMS: u16 = STREAM | STREAM_SERVER;
const REWRITES: u16 = SERVER | SERVER_IF | LOCATION | IF;
const ACCESS: u16 = HSL | LIMIT_EXCEPT;
const PASSES: u16 = LOCATION | IF | LIMIT_EXCEPT;
const ANY_UPSTREAM: u16 = UPSTREAM | STREAM_UPSTREAM;

/// What the values of a directive must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Anything.
    Any,
    /// `on` or `off`.
    Flag,
    /// A time that may be given in milliseconds.
    Milliseconds,
    /// A version of HTTP.
    HttpVersion,
}

/// What nginx knows about a directive before it reads its value.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The name.
    pub(crate) name: &'static str,
    /// Where it may stand.
    pub(crate) contexts: Contexts,
    /// The smallest and the largest number of arguments.
    pub(crate) arguments: (usize, usize),
    /// Whether a second one at the same level is refused.
    pub(crate) once: bool,
    /// What its first value must look like.
    pub(crate) values: Values,
    /// The first version that has it, where that is recent enough to matter.
    pub(crate) since: Version,
}

macro_rules! directives {
    ($($variant:ident $name:literal $contexts:expr, $least:expr, $most:expr, $times:ident, $values:ident $(, since $major:literal $minor:literal $patch:literal)?;)*) => {
        /// A directive that the model knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Directive { $($variant),* }

        impl Directive {
            /// Finds a directive by its name, which is case-sensitive.
            pub(crate) fn named(name: &[u8]) -> Option<Self> {
                match std::str::from_utf8(name).ok()? {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// What nginx knows about it.
            pub(crate) fn spec(self) -> &'static Spec {
                match self {
                    $(Self::$variant => {
                        static SPEC: Spec = Spec {
                            name: $name,
                            contexts: $contexts,
                            arguments: ($least, $most),
                            once: directives!(@once $times),
                            values: Values::$values,
                            since: directives!(@since $($major $minor $patch)?),
                        };
                        &SPEC
                    })*
                }
            }
        }
    };
    (@once once) => { true };
    (@once many) => { false };
    (@since) => { Version(0, 0, 0) };
    (@since $major:literal $minor:literal $patch:literal) => { Version($major, $minor, $patch) };
}

const MANY: usize = usize::MAX;

directives! {
    AddHeader "add_header" HSL | IF, 2, 3, many, Any;
    AddHeaderInherit "add_header_inherit" HSL | IF, 1, 1, once, Any, since 1 29 3;
    Alias "alias" LOCATION, 1, 1, once, Any;
    Allow "allow" ACCESS, 1, 1, many, Any;
    AuthBasic "auth_basic" ACCESS, 1, 1, once, Any;
    AuthBasicUserFile "auth_basic_user_file" ACCESS, 1, 1, once, Any;
    AuthRequest "auth_request" HSL, 1, 1, once, Any;
    AuthRequestSet "auth_request_set" HSL, 2, 2, many, Any;
    Break "break" REWRITES, 0, 0, many, Any;
    ClientHeaderBufferSize "client_header_buffer_size" HTTP | SERVER, 1, 1, once, Any;
    ClientMaxBodySize "client_max_body_size" HSL, 1, 1, once, Any;
    Deny "deny" ACCESS, 1, 1, many, Any;
    ErrorPage "error_page" HSL | IF, 2, MANY, many, Any;
    Events "events" MAIN, 0, 0, many, Any;
    FastcgiPass "fastcgi_pass" LOCATION | IF, 1, 1, once, Any;
    FastcgiReadTimeout "fastcgi_read_timeout" HSL, 1, 1, once, Milliseconds;
    Geo "geo" HTTP | STREAM, 1, 2, many, Any;
    GrpcPass "grpc_pass" LOCATION | IF, 1, 1, once, Any;
    GrpcReadTimeout "grpc_read_timeout" HSL, 1, 1, once, Milliseconds;
    Hash "hash" ANY_UPSTREAM, 1, 2, many, Any;
    Http "http" MAIN, 0, 0, many, Any;
    Http2 "http2" HTTP | SERVER, 1, 1, once, Flag, since 1 25 1;
    If "if" SERVER | LOCATION, 1, MANY, many, Any;
    Include "include" 0xffff, 1, 1, many, Any;
    Internal "internal" LOCATION, 0, 0, many, Any;
    IpHash "ip_hash" UPSTREAM, 0, 0, many, Any;
    Keepalive "keepalive" UPSTREAM, 1, 2, once, Any;
    KeepaliveTimeout "keepalive_timeout" HSL | UPSTREAM, 1, 2, once, Any;
    LargeClientHeaderBuffers "large_client_header_buffers" HTTP | SERVER, 2, 2, once, Any;
    LeastConn "least_conn" ANY_UPSTREAM, 0, 0, many, Any;
    LimitConn "limit_conn" HSL | STREAMS, 2, 2, many, Any;
    LimitConnZone "limit_conn_zone" HTTP | STREAM, 2, 2, many, Any;
    LimitExcept "limit_except" LOCATION, 1, MANY, many, Any;
    LimitRate "limit_rate" HSL | IF, 1, 1, once, Any;
    LimitReq "limit_req" HSL, 1, 3, many, Any;
    LimitReqZone "limit_req_zone" HTTP, 3, 4, many, Any;
    Listen "listen" SERVER | STREAM_SERVER, 1, MANY, many, Any;
    Location "location" SERVER | LOCATION, 1, 2, many, Any;
    Map "map" HTTP | STREAM, 2, 2, many, Any;
    MemcachedPass "memcached_pass" LOCATION | IF, 1, 1, once, Any;
    MergeSlashes "merge_slashes" HTTP | SERVER, 1, 1, once, Flag;
    Mirror "mirror" HSL, 1, 1, many, Any;
    ProxyBuffering "proxy_buffering" HSL, 1, 1, once, Flag;
    ProxyCache "proxy_cache" HSL, 1, 1, once, Any;
    ProxyCacheBypass "proxy_cache_bypass" HSL, 1, MANY, many, Any;
    ProxyCacheKey "proxy_cache_key" HSL, 1, 1, once, Any;
    ProxyCacheValid "proxy_cache_valid" HSL, 1, MANY, many, Any;
    ProxyConnectTimeout "proxy_connect_timeout" HSL | STREAMS, 1, 1, once, Milliseconds;
    ProxyHideHeader "proxy_hide_header" HSL, 1, 1, many, Any;
    ProxyHttpVersion "proxy_http_version" HSL, 1, 1, once, HttpVersion;
    ProxyIgnoreHeaders "proxy_ignore_headers" HSL, 1, MANY, many, Any;
    ProxyInterceptErrors "proxy_intercept_errors" HSL, 1, 1, once, Flag;
    ProxyMethod "proxy_method" HSL, 1, 1, once, Any;
    ProxyNoCache "proxy_no_cache" HSL, 1, MANY, many, Any;
    ProxyPass "proxy_pass" PASSES | STREAM_SERVER, 1, 1, once, Any;
    ProxyPassHeader "proxy_pass_header" HSL, 1, 1, many, Any;
    ProxyPassRequestHeaders "proxy_pass_request_headers" HSL, 1, 1, once, Flag;
    ProxyProtocol "proxy_protocol" STREAMS, 1, 1, once, Flag;
    ProxyReadTimeout "proxy_read_timeout" HSL, 1, 1, once, Milliseconds;
    ProxySendTimeout "proxy_send_timeout" HSL, 1, 1, once, Milliseconds;
    ProxySetHeader "proxy_set_header" HSL, 2, 2, many, Any;
    ProxySsl "proxy_ssl" STREAMS, 1, 1, once, Flag;
    ProxyTimeout "proxy_timeout" STREAMS, 1, 1, once, Milliseconds;
    Random "random" ANY_UPSTREAM, 0, 2, many, Any;
    Resolver "resolver" HSL | UPSTREAM | STREAMS | STREAM_UPSTREAM, 1, MANY, once, Any;
    Return "return" REWRITES | STREAM_SERVER, 1, 2, many, Any;
    Rewrite "rewrite" REWRITES, 2, 3, many, Any;
    Root "root" HSL | IF, 1, 1, once, Any;
    Satisfy "satisfy" HSL, 1, 1, once, Any;
    ScgiPass "scgi_pass" LOCATION | IF, 1, 1, once, Any;
    ScgiReadTimeout "scgi_read_timeout" HSL, 1, 1, once, Milliseconds;
    SendTimeout "send_timeout" HSL, 1, 1, once, Milliseconds;
    Server "server" HTTP | STREAM | ANY_UPSTREAM, 0, MANY, many, Any;
    ServerName "server_name" SERVER | STREAM_SERVER, 1, MANY, many, Any;
    Set "set" REWRITES, 2, 2, many, Any;
    SetRealIpFrom "set_real_ip_from" HSL | STREAMS, 1, 1, many, Any;
    SplitClients "split_clients" HTTP | STREAM, 2, 2, many, Any;
    Ssl "ssl" HTTP | SERVER, 1, 1, once, Flag;
    SslPreread "ssl_preread" STREAMS, 1, 1, once, Flag;
    Sticky "sticky" UPSTREAM, 1, MANY, many, Any, since 1 29 6;
    Stream "stream" MAIN, 0, 0, many, Any;
    TryFiles "try_files" SERVER | LOCATION, 2, MANY, once, Any;
    Upstream "upstream" HTTP | STREAM, 1, 1, many, Any;
    UwsgiPass "uwsgi_pass" LOCATION | IF, 1, 1, once, Any;
    UwsgiReadTimeout "uwsgi_read_timeout" HSL, 1, 1, once, Milliseconds;
    ValidReferers "valid_referers" SERVER | LOCATION, 1, MANY, many, Any;
    WorkerConnections "worker_connections" EVENTS, 1, 1, once, Any;
    WorkerShutdownTimeout "worker_shutdown_timeout" MAIN, 1, 1, once, Milliseconds;
    Zone "zone" ANY_UPSTREAM, 1, 2, many, Any;
}

/// The directives that hand a request to another program, in the order in which a level is searched for one.
pub(crate) const PASS_DIRECTIVES: [Directive; 6] = [
    Directive::ProxyPass,
    Directive::UwsgiPass,
    Directive::ScgiPass,
    Directive::FastcgiPass,
    Directive::GrpcPass,
    Directive::MemcachedPass,
];
