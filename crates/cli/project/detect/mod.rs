//! Tells by content whether a file is an nginx or a HAProxy configuration. Names are a poor guide: of the files with
//! `nginx` in their path in public repositories a third is something else. Works on templates too.

mod haproxy;
mod lines;
mod nginx;
mod tells;
mod words;

use std::path::Path;

use wslint_model::Proxy;

use self::haproxy::is_haproxy;
use self::nginx::tells_nginx;

pub(super) use self::lines::significant_lines;
pub(super) use self::nginx::knows_any;
pub(crate) use self::tells::Tells;

/// How much of a file is looked at. What says nothing so far, such as a long comment, is looked at as a whole.
pub(crate) const HEAD: usize = 128 << 10;

/// What some editors put in front of UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Which proxy the file configures, if it looks like one of the two.
pub(crate) fn detect(source: &[u8]) -> Option<Proxy> {
    let head = &source[..source.len().min(HEAD)];
    match look(head, source.len() > head.len()) {
        Tells::Is(proxy) => Some(proxy),
        Tells::More => detect_whole(source),
        Tells::Other => None,
    }
}

/// The same by the whole of the file, where its beginning tells nothing.
pub(crate) fn detect_whole(source: &[u8]) -> Option<Proxy> {
    match look(source, false) {
        Tells::Is(proxy) => Some(proxy),
        Tells::Other | Tells::More => None,
    }
}

/// What a text tells, of which `more` may follow.
pub(crate) fn look(text: &[u8], more: bool) -> Tells {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if is_wide(text) || is_script(text) {
        Tells::Other
    } else if is_haproxy(&significant_lines(&String::from_utf8_lossy(text))) {
        Tells::Is(Proxy::Haproxy)
    } else {
        tells_nginx(text, more)
    }
}

/// Which proxy a file configures: its content tells, or else its name.
pub(crate) fn proxy_of(path: &Path, source: &[u8]) -> Option<Proxy> {
    if is_wide(source) { None } else { detect(source).or_else(|| proxy_by_name(path)) }
}

/// For files whose content tells nothing: a few comments, a lone directive, something broken.
pub(crate) fn proxy_by_name(path: &Path) -> Option<Proxy> {
    let shown = path.to_string_lossy().to_ascii_lowercase();
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    if name.contains("haproxy") || name.ends_with(".cfg") {
        Some(Proxy::Haproxy)
    } else if shown.contains("nginx")
        || name.ends_with(".conf")
        || name.ends_with(".vhost")
        || shown.contains("sites-")
    {
        Some(Proxy::Nginx)
    } else {
        None
    }
}

/// The byte order marks of UTF-16; that of UTF-32 begins or ends like one of them.
const WIDE_MARKS: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"];

/// Whether the file is of characters that take two bytes or four, of which both proxies understand nothing: a mark says
/// so, or one byte of most pairs is NUL.
pub(crate) fn is_wide(source: &[u8]) -> bool {
    let head = &source[..source.len().min(HEAD)];
    let (pairs, _) = head.as_chunks::<2>();
    let half_empty = || pairs.iter().filter(|pair| (pair[0] == 0) != (pair[1] == 0)).count();
    let mostly = || !pairs.is_empty() && half_empty() * 2 >= pairs.len();
    WIDE_MARKS.iter().any(|mark| source.starts_with(mark)) || memchr::memchr(0, head).is_some() && mostly()
}

/// Whether the file is a configuration that was saved as UTF-16 or UTF-32.
pub(crate) fn is_wide_configuration(source: &[u8]) -> bool {
    // Every word of both proxies is ASCII, which such characters fill up with NUL.
    let ascii = |byte: &u8| *byte != 0 && byte.is_ascii();
    let text = || source[..source.len().min(HEAD)].iter().copied().filter(ascii).collect::<Vec<u8>>();
    is_wide(source) && detect(&text()).is_some()
}

/// Whether the first line names the interpreter of a language that has text of a configuration in it at most.
pub(super) fn is_script(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let Some(command) = first.strip_prefix(b"#!") else { return false };
    let command = String::from_utf8_lossy(command);
    let mut programs = command.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or_default());
    programs.any(|program| {
        let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        INTERPRETERS.contains(&name)
    })
}

/// Interpreters of scripts.
static INTERPRETERS: [&str; 24] = [
    "sh", "ash", "bash", "dash", "ksh", "zsh", "fish", "csh", "tcsh", "perl", "python", "ruby", "node",
    "nodejs", "deno", "bun", "php", "lua", "luajit", "tclsh", "expect", "awk", "make", "pwsh",
];

#[cfg(test)]
mod tests {
    use wslint_model::Proxy;

    use super::{detect, is_wide_configuration};

    fn check(expected: Option<Proxy>, texts: &[&str]) {
        for text in texts {
            assert_eq!(detect(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn nginx_is_told_by_its_blocks_and_directives() {
        check(
            Some(Proxy::Nginx),
            &[
                "events {}\nhttp {\n  server { listen 80; }\n}\n",
                "server{\n listen 80;\n}\n",
                "server\n{\n listen 80;\n}\n",
                "location /ws {\n  proxy_pass http://app;\n}\n",
                "proxy_set_header Upgrade $http_upgrade;\n",
                "map $http_upgrade $connection_upgrade {\n  default upgrade;\n  '' close;\n}\n",
                "geo $a {\n  10.0.0.1 1;\n  10.0.0.2 2;\n  10.0.0.3 3;\n  10.0.0.4 4;\n}\nserver { listen 80; }\n",
                "upstream app {\n  server 10.0.0.1;\n}\n",
                "{% if tls %}\nserver {\n  listen {{ port }} ssl;\n  ssl_certificate {{ cert }};\n}\n{% endif %}\n",
                "# managed by hand\n\nlocation / { return 404; }\n",
                "location /a {\n  access_by_lua_block {\n    local t = {\n      a = 1\n    }\n    x = t\n  }\n  return 204;\n}\n",
                "server { location = /ws { return 404; } }\n",
                "if ($host = www.example.com) {\n  return 301 https://example.com$request_uri;\n}\n",
                "if (!-e $request_filename) {\n  rewrite ^ /index.php last;\n}\n",
            ],
        );
    }

    #[test]
    fn haproxy_is_told_by_its_sections_and_keywords() {
        check(
            Some(Proxy::Haproxy),
            &[
                "global\n  daemon\n\ndefaults\n  mode http\n",
                "frontend web\nbind :80\ndefault_backend app\n",
                "{% for b in backends %}\nbackend {{ b.name }}\n  server s {{ b.host }}:80\n{% endfor %}\n",
                "  listen web\n    bind :80\n    mode http\n    server a 10.0.0.1:80\n",
            ],
        );
    }

    #[test]
    fn what_only_looks_similar_is_left_alone() {
        check(
            None,
            &[
                "",
                "# nothing but a comment\n",
                "<VirtualHost *:80>\n  ProxyPass / http://app/\n</VirtualHost>\n",
                "[program:nginx]\ncommand=nginx -g 'daemon off;'\n",
                "[Unit]\nDescription=nginx\n[Service]\nExecStart=/usr/sbin/nginx\n",
                "/var/log/nginx/*.log {\n  daily\n  rotate 14\n  missingok\n}\n",
                "VirtualHost \"example.com\"\n  enabled = true\n  ssl = {\n    key = \"a\";\n  }\n",
                "bind 127.0.0.1\nport 6379\ntimeout 0\nmaxclients 10000\n",
                "listen_addresses = '*'\nmax_connections = 100\n",
                "jicofo {\n  conference {\n    max-ssrcs = 20\n  }\n}\n",
                "varnishtest \"a test\"\nhaproxy h1 -conf {\n  defaults\n    mode http\n  frontend fe\n    bind :80\n}\n",
                "vcl 4.1;\nbackend default {\n  .host = \"127.0.0.1\";\n}\n",
                "acl localnet src 10.0.0.0/8\nhttp_access allow localnet\ncache deny all\n",
                "[DEFAULT]\nbackend = auto\nbantime = 10m\n",
                "subnet 10.0.0.0 netmask 255.0.0.0 {\n  option routers 10.0.0.1;\n  range 10.0.0.2 10.0.0.9;\n}\n",
                "server default {\n  listen {\n    type = auth\n    port = 0\n  }\n}\n",
                "options {\n  directory \"/var/cache/bind\";\n  listen-on { any; };\n};\n",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  nginx.conf: |\n    server {\n      listen 80;\n    }\n",
                "example.com {\n  reverse_proxy app:3000\n}\n",
                "akka {\n  server { idle-timeout = 60s }\n  log_format = x;\n}\n",
                "server \"a\" {\n  listen on * port 80\n  location \"/ws\" {\n    fastcgi\n  }\n}\n",
                "listen { port = 6667; };\nserver { name = \"a\"; };\nclass { name = \"b\"; };\n",
                "include core.schema\npidfile /run/slapd.pid\nbackend mdb\ndatabase mdb\nindex objectClass eq\n",
                "server = true\nlisten \"tcp\" {\n  address = \"0.0.0.0\"\n}\n",
                "The server has a log, and\nlisten to what it says:\nlog files grow over time,\nso look at them often.\n\
                 It is up to you\nhow often that is,\nbut not never.\n",
                "uid nslcd\ngid nslcd\nuri ldap://a\nlog syslog\ncache dn2uid 5m\n",
                "#!/usr/bin/perl\nif ($x) {\n  return 1;\n}\n",
                "if ($found eq 'a') {\n  return 1;\n}\nif ($found =~ /b/) {\n  return 2;\n}\n",
                "require [\"fileinto\"];\nif header :is \"X-Spam\" \"Yes\" {\n  fileinto \"Junk\";\n}\n",
                "route {\n  if (!t_relay()) {\n    break;\n  }\n  if (loose_route()) { t_relay(); break; }\n}\n",
            ],
        );
    }

    #[test]
    fn marks_and_encodings_of_editors_hide_no_configuration() {
        let text = "server {\n listen 80;\n}\n";
        assert_eq!(detect(format!("\u{feff}{text}").as_bytes()), Some(Proxy::Nginx));
        let little = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let big = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
        for encode in [&little as &dyn Fn(&str) -> Vec<u8>, &big] {
            assert!(is_wide_configuration(&encode(&format!("\u{feff}{text}"))));
            assert!(!is_wide_configuration(&encode("\u{feff}Dear diary,\n")));
        }
        assert!(!is_wide_configuration(text.as_bytes()));
    }
}
