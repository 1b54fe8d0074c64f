//! The directives that the model reads. What nginx knows of them, and of all others, stands in the table of
//! [`directives`](crate::directives).

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::directives::{self, Inherits, Spec};

macro_rules! directives {
    ($($variant:ident $name:literal)*) => {
        /// A directive that the model reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Directive { $($variant),* }

        impl Directive {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            /// Finds a directive by its name, which is case-sensitive.
            pub(crate) fn named(name: &[u8]) -> Option<Self> {
                static NAMES: LazyLock<HashMap<&[u8], Directive, FixedState>> =
                    LazyLock::new(|| Directive::ALL.iter().map(|one| (one.name().as_bytes(), *one)).collect());
                NAMES.get(name).copied()
            }

            /// The bit that stands for it in a set of directives.
            pub(crate) const fn bit(self) -> u128 {
                1 << self as u32
            }

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

directives! {
    AddHeader "add_header"
    AddHeaderInherit "add_header_inherit"
    Alias "alias"
    Allow "allow"
    AuthBasic "auth_basic"
    AuthBasicUserFile "auth_basic_user_file"
    AuthRequest "auth_request"
    AuthRequestSet "auth_request_set"
    Break "break"
    ClientHeaderBufferSize "client_header_buffer_size"
    ClientMaxBodySize "client_max_body_size"
    Deny "deny"
    ErrorPage "error_page"
    Events "events"
    FastcgiPass "fastcgi_pass"
    FastcgiReadTimeout "fastcgi_read_timeout"
    Geo "geo"
    GrpcPass "grpc_pass"
    GrpcReadTimeout "grpc_read_timeout"
    Hash "hash"
    Http "http"
    Http2 "http2"
    If "if"
    Include "include"
    Index "index"
    Internal "internal"
    IpHash "ip_hash"
    Keepalive "keepalive"
    KeepaliveTimeout "keepalive_timeout"
    LargeClientHeaderBuffers "large_client_header_buffers"
    LeastConn "least_conn"
    LimitConn "limit_conn"
    LimitConnZone "limit_conn_zone"
    LimitExcept "limit_except"
    LimitRate "limit_rate"
    LimitReq "limit_req"
    LimitReqZone "limit_req_zone"
    Listen "listen"
    Location "location"
    Map "map"
    MemcachedPass "memcached_pass"
    MergeSlashes "merge_slashes"
    Mirror "mirror"
    ProxyBuffering "proxy_buffering"
    ProxyCache "proxy_cache"
    ProxyCacheBypass "proxy_cache_bypass"
    ProxyCacheKey "proxy_cache_key"
    ProxyCacheValid "proxy_cache_valid"
    ProxyConnectTimeout "proxy_connect_timeout"
    ProxyHideHeader "proxy_hide_header"
    ProxyHttpVersion "proxy_http_version"
    ProxyIgnoreHeaders "proxy_ignore_headers"
    ProxyInterceptErrors "proxy_intercept_errors"
    ProxyMethod "proxy_method"
    ProxyNoCache "proxy_no_cache"
    ProxyNextUpstream "proxy_next_upstream"
    ProxyNextUpstreamTries "proxy_next_upstream_tries"
    ProxyPass "proxy_pass"
    ProxyPassHeader "proxy_pass_header"
    ProxyPassRequestHeaders "proxy_pass_request_headers"
    ProxyProtocol "proxy_protocol"
    ProxyReadTimeout "proxy_read_timeout"
    ProxySendTimeout "proxy_send_timeout"
    ProxySetHeader "proxy_set_header"
    ProxySsl "proxy_ssl"
    ProxySslServerName "proxy_ssl_server_name"
    ProxyTimeout "proxy_timeout"
    Random "random"
    Resolver "resolver"
    Return "return"
    Rewrite "rewrite"
    Root "root"
    Satisfy "satisfy"
    ScgiPass "scgi_pass"
    ScgiReadTimeout "scgi_read_timeout"
    SendTimeout "send_timeout"
    Server "server"
    ServerName "server_name"
    Set "set"
    SetRealIpFrom "set_real_ip_from"
    SplitClients "split_clients"
    Ssl "ssl"
    SslCertificate "ssl_certificate"
    SslPreread "ssl_preread"
    SslRejectHandshake "ssl_reject_handshake"
    SslVerifyClient "ssl_verify_client"
    Sticky "sticky"
    Stream "stream"
    TryFiles "try_files"
    Upstream "upstream"
    UwsgiPass "uwsgi_pass"
    UwsgiReadTimeout "uwsgi_read_timeout"
    ValidReferers "valid_referers"
    WorkerConnections "worker_connections"
    WorkerShutdownTimeout "worker_shutdown_timeout"
    Zone "zone"
}

/// The lines of each directive in the table, looked up once, since every line of a config asks for them.
static SPECS: LazyLock<Vec<&'static [Spec]>> = LazyLock::new(|| {
    let specs = Directive::ALL.iter().map(|directive| directives::named(directive.name().as_bytes()));
    specs.collect()
});

impl Directive {
    /// What nginx knows about it, line by line.
    pub(crate) fn specs(self) -> &'static [Spec] {
        SPECS[self as usize]
    }

    /// The first of its lines.
    pub(crate) fn spec(self) -> &'static Spec {
        &self.specs()[0]
    }

    /// Whether it is inherited in this way.
    pub(crate) fn inherits(self, how: Inherits) -> bool {
        self.specs().iter().any(|spec| spec.inherits == Some(how))
    }
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

#[cfg(test)]
mod tests {
    use super::Directive;
    use crate::directives::Owner;

    #[test]
    fn every_directive_that_the_model_reads_is_one_of_nginx() {
        for &directive in Directive::ALL {
            let spec = directive.spec();
            assert_eq!(spec.owner, Owner::Nginx, "{directive:?}");
            assert_eq!(Directive::named(spec.name.as_bytes()), Some(directive));
        }
    }
}
