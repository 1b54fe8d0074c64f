//! What nginx refuses of the words behind a directive that reads them by itself: parameters, codes, flags, levels.

use super::value::{is_size, number};
use super::{condition, endpoint};
use crate::config::network::Network;
use crate::config::{ContextId, Line, time};
use crate::model::Model;
use wslint_model::Version;

/// The variables of nginx that no line may set anew.
const FIXED: [&str; 24] = [
    "binary_remote_addr",
    "document_root",
    "document_uri",
    "host",
    "hostname",
    "http_cookie",
    "http_host",
    "http_referer",
    "http_user_agent",
    "http_x_forwarded_for",
    "https",
    "is_args",
    "query_string",
    "remote_addr",
    "remote_port",
    "remote_user",
    "request",
    "request_method",
    "request_uri",
    "scheme",
    "server_addr",
    "server_name",
    "server_port",
    "uri",
];

/// The words of `listen` that stand alone.
const LISTEN: [&str; 12] = [
    "bind",
    "default",
    "default_server",
    "deferred",
    "http2",
    "multipath",
    "proxy_protocol",
    "quic",
    "reuseport",
    "spdy",
    "ssl",
    "udp",
];

/// The first version that listens for QUIC.
const QUIC: Version = Version(1, 25, 0);

/// The first version without SPDY.
const NO_SPDY: Version = Version(1, 9, 5);

/// The first version that resolves names of upstreams again without NGINX Plus.
const RESOLVE: Version = Version(1, 27, 3);

/// The methods that `limit_except` knows.
const METHODS: [&str; 14] = [
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LOCK",
    "MKCOL",
    "MOVE",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "UNLOCK",
];

/// The levels of a log.
const LEVELS: [&str; 8] = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];

/// Why the words of a line would be refused, whatever stands around it.
pub(super) fn bad_parameter(model: &Model<'_>, level: ContextId, line: Line, name: &str) -> Option<String> {
    let config = model.config();
    let word = |index: usize| config.known_arg(line, index);
    let behind = |first: usize| {
        let words = (first..config.arg_count(line)).filter_map(|index| config.known_arg(line, index));
        words.map(std::borrow::Cow::into_owned)
    };
    let invalid = |word: &str| format!("invalid parameter \"{word}\"");
    match name {
        "listen" => {
            let address = word(0).and_then(|address| endpoint::bad_listen(&address));
            address.or_else(|| behind(1).find_map(|word| bad_listen_word(model, &word)))
        }
        "server" if endpoint::is_member(config, level) => {
            let address = word(0).and_then(|address| endpoint::bad_member(&address));
            address.or_else(|| behind(1).find(|word| !is_server_word(model, word)).map(|word| invalid(&word)))
        }
        "rewrite" => {
            let flags = ["last", "break", "redirect", "permanent"];
            word(2).filter(|flag| !flags.contains(&flag.as_ref())).map(|flag| invalid(&flag))
        }
        "add_header" | "add_trailer" => word(2).filter(|flag| flag != "always").map(|flag| invalid(&flag)),
        "allow" | "deny" => {
            let known = |who: &str| matches!(who, "all" | "unix:") || Network::read(who).is_some();
            word(0).filter(|who| !known(who)).map(|who| invalid(&who))
        }
        "error_page" => bad_error_page(&behind(0).collect::<Vec<_>>(), config.arg_count(line)),
        "try_files" => {
            let last = word(config.arg_count(line).checked_sub(1)?)?;
            let code = last.strip_prefix('=')?;
            let good = number(code).is_some_and(|code| code <= 999);
            (!good).then(|| format!("invalid code \"{last}\""))
        }
        "set" | "auth_request_set" => bad_variable_name(word(0)?.as_ref()),
        "map" | "split_clients" => bad_variable_name(word(1)?.as_ref()),
        "geo" => bad_variable_name(word(config.arg_count(line).checked_sub(1)?)?.as_ref()),
        "if" => condition::flaw(config, line),
        "location" => {
            let modifier = word(0).filter(|_| config.arg_count(line) == 2)?;
            let known = matches!(modifier.as_ref(), "=" | "^~" | "~" | "~*");
            (!known).then(|| format!("invalid location modifier \"{modifier}\""))
        }
        "limit_req" => behind(0).find(|word| !is_limit_word(word)).map(|word| invalid(&word)),
        "limit_conn" => {
            let most = word(1)?;
            let good = number(&most).is_some_and(|most| (1..=65535).contains(&most));
            (!good).then(|| format!("invalid number of connections \"{most}\""))
        }
        "limit_req_zone" => {
            let rate = behind(1).find(|word| word.starts_with("rate=") && !is_rate(&word["rate=".len()..]));
            let rate = rate.map(|word| format!("invalid rate \"{word}\""));
            rate.or_else(|| behind(1).find_map(|word| bad_zone(&word, "zone=")))
        }
        "limit_conn_zone" => behind(1).find_map(|word| bad_zone(&word, "zone=")),
        "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => {
            behind(1).find_map(|word| bad_zone(&word, "keys_zone="))
        }
        "zone" if endpoint::is_member(config, level) => {
            let zone = format!("{}:{}", word(0)?, word(1)?);
            bad_zone(&zone, "").map(|_| format!("invalid zone size \"{}\"", word(1).unwrap_or_default()))
        }
        "random" => {
            let two = word(0).filter(|two| two != "two").or_else(|| {
                let known = |method: &str| method == "least_conn" || method.starts_with("least_time");
                word(1).filter(|method| !known(method))
            });
            two.map(|word| invalid(&word))
        }
        "limit_except" => {
            let method = behind(0).find(|word| !METHODS.contains(&word.to_ascii_uppercase().as_str()))?;
            Some(format!("invalid method \"{method}\""))
        }
        "server_name" => {
            let bad = |name: &str| {
                name == "."
                    || name.strip_prefix('*').is_some_and(|rest| !rest.starts_with('.') || rest == ".")
            };
            behind(0).find(|name| bad(name)).map(|name| format!("server name \"{name}\" is invalid"))
        }
        "set_real_ip_from" => {
            let numeric = |who: &str| who.bytes().all(|byte| byte.is_ascii_digit() || b"./:".contains(&byte));
            let who = word(0).filter(|who| numeric(who) && Network::read(who).is_none())?;
            Some(format!("host not found in set_real_ip_from \"{who}\""))
        }
        "proxy_cache_valid" | "fastcgi_cache_valid" | "uwsgi_cache_valid" | "scgi_cache_valid" => {
            let last = word(config.arg_count(line).checked_sub(1)?)?;
            if time::milliseconds(&last).is_none() {
                return Some(format!("invalid time value \"{last}\""));
            }
            let good =
                |code: &str| code == "any" || number(code).is_some_and(|code| (100..=599).contains(&code));
            let codes = behind(0).take(config.arg_count(line) - 1);
            codes.into_iter().find(|code| !good(code)).map(|code| format!("invalid status \"{code}\""))
        }
        "ssl_session_cache" => {
            let bad = |cache: &str| match cache.split_once(':') {
                None => !matches!(cache, "off" | "none" | "builtin"),
                Some(("shared", zone)) => bad_zone(zone, "").is_some(),
                Some((kind, size)) => kind != "builtin" || number(size).is_none(),
            };
            behind(0).find(|cache| bad(cache)).map(|cache| format!("invalid session cache \"{cache}\""))
        }
        "resolver" => behind(0).find_map(|word| bad_resolver_word(&word)),
        "proxy_redirect" | "proxy_cookie_path" | "proxy_cookie_domain" if config.arg_count(line) == 1 => {
            let known = |only: &str| only == "off" || (only == "default" && name == "proxy_redirect");
            word(0).filter(|only| !known(only)).map(|only| invalid(&only))
        }
        "error_log" => {
            let level = word(1)?;
            let known = LEVELS.contains(&level.as_ref()) || level.starts_with("debug_");
            (!known).then(|| format!("invalid log level \"{level}\""))
        }
        "expires" => {
            let index = config.arg_count(line).checked_sub(1)?;
            let value = word(index).filter(|value| !value.contains('$'))?;
            let span = value.trim_start_matches(['-', '+', '@']);
            let good =
                matches!(value.as_ref(), "epoch" | "max" | "off") || time::milliseconds(span).is_some();
            (!good).then(|| "\"expires\" directive invalid value".to_owned())
        }
        "root" | "alias" => {
            let path = word(0)?;
            let itself = ["document_root", "realpath_root"];
            let uses = |own: &&&str| path.contains('$') && path.contains(&format!("${own}"));
            let used = itself.iter().find(uses)?;
            Some(format!("the ${used} variable cannot be used in the \"{name}\" directive"))
        }
        _ => None,
    }
}

/// Codes, then perhaps `=` and a code, then where to go.
fn bad_error_page(words: &[String], count: usize) -> Option<String> {
    // A word that a template fills in hides which one is which.
    if words.len() != count {
        return None;
    }
    let (_, codes) = words.split_last()?;
    let (codes, answer) = match codes.split_last() {
        Some((answer, codes)) if answer.starts_with('=') => (codes, Some(answer)),
        _ => (codes, None),
    };
    if let Some(answer) = answer.filter(|answer| answer.len() > 1 && number(&answer[1..]).is_none()) {
        return Some(format!("invalid value \"{answer}\""));
    }
    codes.iter().find_map(|code| match number(code) {
        None | Some(499) => Some(format!("invalid value \"{code}\"")),
        Some(300..=599) => None,
        Some(_) => Some(format!("value \"{code}\" must be between 300 and 599")),
    })
}

fn bad_variable_name(name: &str) -> Option<String> {
    let Some(bare) = name.strip_prefix('$').filter(|bare| !bare.is_empty()) else {
        return Some(format!("invalid variable name \"{name}\""));
    };
    let fixed = FIXED.iter().any(|fixed| fixed.eq_ignore_ascii_case(bare));
    fixed.then(|| format!("the duplicate \"{bare}\" variable"))
}

fn bad_listen_word(model: &Model<'_>, word: &str) -> Option<String> {
    let given = model.settings().nginx_version_given;
    let good = match word.split_once('=') {
        None => match word {
            "quic" => !given || model.version() >= QUIC,
            "spdy" => !given || model.version() < NO_SPDY,
            word => LISTEN.contains(&word),
        },
        Some(("backlog", value)) => {
            return (value != "-1" && number(value).is_none_or(|value| value == 0))
                .then(|| format!("invalid backlog \"{word}\""));
        }
        Some(("ipv6only", value)) => matches!(value, "on" | "off"),
        Some(("so_keepalive", value)) => matches!(value, "on" | "off") || value.contains(':'),
        Some(("rcvbuf" | "sndbuf", value)) => is_size(value),
        Some((name, _)) => matches!(name, "accept_filter" | "fastopen" | "setfib"),
    };
    (!good).then(|| format!("invalid parameter \"{word}\""))
}

/// A word of a `server` in an upstream. NGINX Plus and forks have some that nginx has not.
fn is_server_word(model: &Model<'_>, word: &str) -> bool {
    match word.split_once('=') {
        None => match word {
            "backup" | "down" | "drain" => true,
            "resolve" => !model.settings().nginx_version_given || model.version() >= RESOLVE,
            _ => false,
        },
        Some(("weight", value)) => number(value).is_some_and(|value| value > 0),
        Some(("max_conns" | "max_fails", value)) => number(value).is_some(),
        Some(("fail_timeout", value)) => !value.ends_with("ms") && time::milliseconds(value).is_some(),
        Some((name, _)) => matches!(name, "id" | "route" | "service" | "sid" | "slow_start"),
    }
}

fn is_limit_word(word: &str) -> bool {
    match word.split_once('=') {
        None => word == "nodelay",
        Some(("burst" | "delay", value)) => number(value).is_some_and(|value| value > 0),
        Some((name, _)) => name == "zone",
    }
}

fn is_rate(text: &str) -> bool {
    let count = text.strip_suffix("r/s").or_else(|| text.strip_suffix("r/m")).unwrap_or(text);
    number(count).is_some_and(|count| count > 0)
}

/// A zone of shared memory: a name and a size of at least eight pages.
fn bad_zone(word: &str, prefix: &str) -> Option<String> {
    const LEAST: u64 = 8 * 4096;
    let zone = word.strip_prefix(prefix)?;
    match zone.split_once(':').and_then(|(_, size)| time::bytes(size).filter(|_| is_size(size))) {
        None => Some(format!("invalid zone size \"{word}\"")),
        Some(size) if size < LEAST => Some(format!("zone \"{word}\" is too small")),
        Some(_) => None,
    }
}

fn bad_resolver_word(word: &str) -> Option<String> {
    let good = match word.split_once('=') {
        Some(("valid", value)) => time::milliseconds(value).is_some(),
        Some(("ipv4" | "ipv6", value)) => matches!(value, "on" | "off"),
        Some(("status_zone", _)) => true,
        Some(_) => return None,
        None if word == "valid" => return Some(format!("host not found in resolver \"{word}\"")),
        None => return endpoint::bad_port(word, "resolver"),
    };
    (!good).then(|| format!("invalid parameter: {word}"))
}
