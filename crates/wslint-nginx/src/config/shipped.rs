//! Files that packages and Certbot put beside the configuration and that repositories leave out: their names say what is
//! in them.

/// The headers that Debian's `proxy_params` sets. The value of `Host` differs from version to version.
const PROXY_PARAMS: [&str; 4] = ["Host", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"];

/// Whole names of files that hold no line which concerns a request to an upstream.
const HARMLESS: [&str; 9] = [
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "fastcgi-php.conf",
    "uwsgi_params",
    "scgi_params",
    "koi-utf",
    "koi-win",
    "win-utf",
];

/// Words in the names of snippets about certificates, compression, addresses, PHP and fixed answers.
const ELSEWHERE: [&str; 21] = [
    "acme",
    "acmechallenge",
    "brotli",
    "certbot",
    "certificate",
    "certificates",
    "cloudflare",
    "dhparam",
    "exploits",
    "favicon",
    "gzip",
    "letsencrypt",
    "php",
    "realip",
    "robots",
    "security",
    "selfsigned",
    "signed",
    "snakeoil",
    "ssl",
    "tls",
];

/// Folders that hold nothing of the kind: modules to load, and what Red Hat's `nginx.conf` includes in its server, which is
/// empty as installed.
const FOLDERS: [&str; 3] = ["modules-enabled", "modules", "default.d"];

/// Whether a file, or a pattern of files, that is not at hand is one whose name says what is in it.
pub fn is_shipped(path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = name.strip_suffix(".conf").unwrap_or(name);
    let mut words = stem.split(|letter: char| !letter.is_ascii_alphanumeric());
    is_proxy_params(&path)
        || HARMLESS.contains(&name)
        || words.any(|word| ELSEWHERE.contains(&word.to_ascii_lowercase().as_str()))
        || folder.rsplit('/').next().is_some_and(|folder| FOLDERS.contains(&folder))
}

/// The headers that such a file sets for upstreams; their values are not known.
pub(crate) fn shipped_headers(path: &[u8]) -> &'static [&'static str] {
    if is_proxy_params(&String::from_utf8_lossy(path)) { &PROXY_PARAMS } else { &[] }
}

fn is_proxy_params(path: &str) -> bool {
    matches!(path, "proxy_params" | "/etc/nginx/proxy_params")
}

#[cfg(test)]
mod tests {
    use super::is_shipped;

    #[test]
    fn names_tell_what_packages_ship() {
        let check = |path: &str, expected: bool| assert_eq!(is_shipped(path.as_bytes()), expected, "{path}");
        check("mime.types", true);
        check("/etc/nginx/fastcgi_params", true);
        check("proxy_params", true);
        check("snippets/letsencrypt.conf", true);
        check("/etc/letsencrypt/options-ssl-nginx.conf", true);
        check("snippets/ssl-params.conf", true);
        check("snippets/self-signed.conf", true);
        check("/etc/nginx/default.d/*.conf", true);
        check("/etc/nginx/modules-enabled/*.conf", true);
        check("snippets/websocket.conf", false);
        check("snippets/proxy_params", false);
        check("/etc/nginx/conf.d/*.conf", false);
        check("crossltd.conf", false);
    }
}
