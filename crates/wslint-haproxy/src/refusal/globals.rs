//! The keywords of `global`: those of 2.6 as `haproxy -dKall` lists them, and what came later.

use wslint_model::Version;

/// Whether a version knows a keyword.
pub(super) fn is_known(keyword: &str, version: Version) -> bool {
    if depends_on_build(keyword) {
        return true;
    }
    match since(keyword) {
        Some(first) => version >= first,
        // Later versions have tuning knobs that are not listed here.
        None => version >= Version(2, 7, 0) && keyword.starts_with("tune."),
    }
}

/// Whether a keyword has to be allowed with `expose-experimental-directives` (measured).
pub(super) fn is_experimental(keyword: &str, version: Version) -> bool {
    keyword == "tune.disable-fast-forward" && version < Version(3, 3, 0)
}

/// Whether `no` and `default` may stand before a keyword.
pub(super) fn takes_prefix(keyword: &str) -> bool {
    matches!(
        keyword,
        "log"
            | "busy-polling"
            | "set-dumpable"
            | "strict-limits"
            | "insecure-fork-wanted"
            | "numa-cpu-mapping"
    )
}

/// Keywords that only some builds of a version know.
fn depends_on_build(keyword: &str) -> bool {
    let families = [
        "51degrees-",
        "deviceatlas-",
        "wurfl-",
        "tune.quic.",
        "tune.zlib.",
        "ssl-engine",
        "profiling.memory",
    ];
    families.into_iter().any(|family| keyword.starts_with(family))
}

/// The first version that knows a keyword; 1.8 stands for all that came before 2.7 and were not measured one by one.
fn since(keyword: &str) -> Option<Version> {
    Some(match keyword {
        "busy-polling" => Version(1, 9, 0),
        "zero-warning" | "tune.idle-pool.shared" => Version(2, 2, 0),
        "expose-experimental-directives" => Version(2, 4, 0),
        "grace" | "close-spread-time" => Version(2, 5, 0),
        "h2-workaround-bogus-websocket-clients" => Version(2, 6, 0),
        "tune.disable-fast-forward" => Version(2, 8, 0),
        "tune.h1.zero-copy-fwd-recv" | "tune.h2.fe.max-total-streams" | "tune.h2.fe.glitches-threshold" => {
            Version(2, 9, 0)
        }
        "tune.h2.fe.rxbuf" => Version(3, 1, 0),
        "ca-base"
        | "chroot"
        | "cluster-secret"
        | "cpu-map"
        | "crt-base"
        | "daemon"
        | "default-path"
        | "description"
        | "external-check"
        | "fd-hard-limit"
        | "gid"
        | "group"
        | "h1-accept-payload-with-any-method"
        | "h1-case-adjust"
        | "h1-case-adjust-file"
        | "hard-stop-after"
        | "httpclient.resolvers.id"
        | "httpclient.resolvers.prefer"
        | "httpclient.ssl.ca-file"
        | "httpclient.ssl.verify"
        | "insecure-fork-wanted"
        | "insecure-setuid-wanted"
        | "issuers-chain-path"
        | "localpeer"
        | "nbproc"
        | "log"
        | "log-send-hostname"
        | "log-tag"
        | "lua-load"
        | "lua-load-per-thread"
        | "lua-prepend-path"
        | "master-worker"
        | "max-spread-checks"
        | "maxcompcpuusage"
        | "maxcomprate"
        | "maxconn"
        | "maxconnrate"
        | "maxpipes"
        | "maxsessrate"
        | "maxsslconn"
        | "maxsslrate"
        | "maxzlibmem"
        | "mworker-max-reloads"
        | "nbthread"
        | "no-memory-trimming"
        | "node"
        | "noepoll"
        | "noevports"
        | "nogetaddrinfo"
        | "nokqueue"
        | "nopoll"
        | "noreuseport"
        | "nosplice"
        | "numa-cpu-mapping"
        | "pidfile"
        | "pp2-never-send-local"
        | "presetenv"
        | "profiling.tasks"
        | "quiet"
        | "resetenv"
        | "server-state-base"
        | "server-state-file"
        | "set-dumpable"
        | "set-var"
        | "set-var-fmt"
        | "setenv"
        | "spread-checks"
        | "ssl-default-bind-ciphers"
        | "ssl-default-bind-ciphersuites"
        | "ssl-default-bind-curves"
        | "ssl-default-bind-options"
        | "ssl-default-server-ciphers"
        | "ssl-default-server-ciphersuites"
        | "ssl-default-server-options"
        | "ssl-dh-param-file"
        | "ssl-load-extra-del-ext"
        | "ssl-load-extra-files"
        | "ssl-mode-async"
        | "ssl-propquery"
        | "ssl-provider"
        | "ssl-provider-path"
        | "ssl-server-verify"
        | "ssl-skip-self-issued-ca"
        | "stats"
        | "strict-limits"
        | "thread-group"
        | "thread-groups"
        | "tune.buffers.limit"
        | "tune.buffers.reserve"
        | "tune.bufsize"
        | "tune.chksize"
        | "tune.comp.maxlevel"
        | "tune.fail-alloc"
        | "tune.fd.edge-triggered"
        | "tune.h2.header-table-size"
        | "tune.h2.initial-window-size"
        | "tune.h2.max-concurrent-streams"
        | "tune.h2.max-frame-size"
        | "tune.http.cookielen"
        | "tune.http.logurilen"
        | "tune.http.maxhdr"
        | "tune.idletimer"
        | "tune.listener.multi-queue"
        | "tune.lua.forced-yield"
        | "tune.lua.maxmem"
        | "tune.lua.service-timeout"
        | "tune.lua.session-timeout"
        | "tune.lua.task-timeout"
        | "tune.maxaccept"
        | "tune.maxpollevents"
        | "tune.maxrewrite"
        | "tune.pattern.cache-size"
        | "tune.peers.max-updates-at-once"
        | "tune.pipesize"
        | "tune.pool-high-fd-ratio"
        | "tune.pool-low-fd-ratio"
        | "tune.rcvbuf.client"
        | "tune.rcvbuf.server"
        | "tune.recv_enough"
        | "tune.runqueue-depth"
        | "tune.sched.low-latency"
        | "tune.sndbuf.client"
        | "tune.sndbuf.server"
        | "tune.ssl.cachesize"
        | "tune.ssl.capture-buffer-size"
        | "tune.ssl.capture-cipherlist-size"
        | "tune.ssl.default-dh-param"
        | "tune.ssl.force-private-cache"
        | "tune.ssl.hard-maxrecord"
        | "tune.ssl.keylog"
        | "tune.ssl.lifetime"
        | "tune.ssl.maxrecord"
        | "tune.ssl.ssl-ctx-cache-size"
        | "tune.vars.check-max-size"
        | "tune.vars.global-max-size"
        | "tune.vars.proc-max-size"
        | "tune.vars.reqres-max-size"
        | "tune.vars.sess-max-size"
        | "tune.vars.txn-max-size"
        | "uid"
        | "ulimit-n"
        | "unix-bind"
        | "unsetenv"
        | "user" => Version(1, 8, 0),
        "anonkey"
        | "cpu-affinity"
        | "cpu-policy"
        | "cpu-set"
        | "dns-accept-family"
        | "expose-deprecated-directives"
        | "force-cfg-parser-pause"
        | "h1-do-not-close-on-insecure-transfer-encoding"
        | "harden.reject-privileged-ports.quic"
        | "harden.reject-privileged-ports.tcp"
        | "http-err-codes"
        | "http-fail-codes"
        | "key-base"
        | "limited-quic"
        | "max-threads-per-group"
        | "no-quic"
        | "noktls"
        | "prealloc-fd"
        | "quick-exit"
        | "setcap"
        | "shm-stats-file"
        | "shm-stats-file-max-objects"
        | "ssl-default-bind-client-sigalgs"
        | "ssl-default-bind-sigalgs"
        | "ssl-default-server-client-sigalgs"
        | "ssl-default-server-curves"
        | "ssl-default-server-sigalgs"
        | "ssl-passphrase-cmd"
        | "ssl-security-level"
        | "stats-file"
        | "stress-level"
        | "thread-hard-limit"
        | "trace"
        | "warn-blocked-traffic-after"
        | "worker-id" => Version(2, 7, 0),
        other if other.starts_with("ocsp-update.") || other.starts_with("httpclient.") => Version(2, 7, 0),
        _ => return None,
    })
}
