//! What the name of a file says, before anything is read: whether it may be configuration, so that a large repository
//! is not read as a whole, and whether it is called like what the proxies are started with.

use std::ffi::OsStr;
use std::path::Path;

use wslint_model::Proxy;

/// A file that is called like the one that a proxy is started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MainFile {
    /// The proxy.
    pub(super) proxy: Proxy,
    /// Whether the name says that the proxy reads what is rendered from it, and not the file itself.
    pub(super) template: bool,
}

/// Whether a file is called like a main file: `nginx.conf`, `haproxy.cfg.j2`.
pub(super) fn main_file(path: &Path) -> Option<MainFile> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let rendered = without_template_ending(&name);
    let proxy = match rendered {
        "nginx.conf" => Proxy::Nginx,
        "haproxy.cfg" => Proxy::Haproxy,
        _ => return None,
    };
    Some(MainFile { proxy, template: is_template(path) })
}

/// Whether a file lies where another program keeps what it knows about others: `supervisor/conf.d/nginx.conf`.
pub(super) fn lies_with_another_program(path: &Path) -> bool {
    let folders = path.ancestors().skip(1).take(2).filter_map(Path::file_name);
    folders.into_iter().any(|folder| PROGRAMS.iter().any(|program| folder == *program))
}

/// Folders of programs that know nginx and HAProxy as others.
#[rustfmt::skip]
static PROGRAMS: &[&str] = &[
    "supervisor", "supervisord", "supervisord.d", "supervisor.d", "systemd", "tmpfiles.d", "sysusers.d", "init",
    "upstart", "monit", "monit.d", "monitrc.d", "logrotate.d", "fail2ban", "filter.d", "jail.d", "rsyslog.d", "collectd",
    "collectd.d", "telegraf", "telegraf.d", "munin", "sysctl.d", "limits.d", "sudoers.d", "profile.d", "cron.d",
];

/// Whether the name of a file says that it is a template.
pub(super) fn is_template(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_string_lossy().to_ascii_lowercase();
        without_template_ending(&name).len() < name.len()
    })
}

/// The name of what is rendered from a template: `nginx.conf` of `nginx.conf.j2`. Other names stay as they are.
pub(super) fn without_template_ending(name: &str) -> &str {
    let rendered = name.rsplit_once('.').filter(|(_, ending)| TEMPLATES.contains(ending));
    rendered.map_or(name, |(rendered, _)| rendered)
}

/// Endings of templates.
#[rustfmt::skip]
static TEMPLATES: &[&str] = &[
    "j2", "jinja", "jinja2", "tmpl", "tpl", "tftpl", "gotmpl", "ctmpl", "template", "erb", "epp", "mustache", "hbs",
    "ejs", "liquid", "mako", "m4", "in",
];

/// Everything but source code, documents, data and backups. An unknown ending stays: `app.example.com` in
/// `sites-available` is a file name like any other.
pub(super) fn may_be_configuration(path: &Path) -> bool {
    let Some(name) = path.file_name().map(OsStr::to_string_lossy) else { return false };
    let saved_by_emacs = name.starts_with('#') && name.ends_with('#');
    if name.ends_with('~') || name.starts_with(".#") || saved_by_emacs {
        return false;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let ending = ending.as_str();
    !NEVER.contains(&ending) || is_host(ending, path.parent())
}

/// Whether a file that ends like source code or a document is called like the host that it serves, by its folder.
pub(super) fn is_host(ending: &str, folder: Option<&Path>) -> bool {
    COUNTRIES.contains(&ending) && holds_sites(folder)
}

/// Whether the files of a folder are called like the hosts that they serve.
fn holds_sites(folder: Option<&Path>) -> bool {
    let name = folder.and_then(Path::file_name).map(OsStr::to_string_lossy).unwrap_or_default();
    ["sites", "vhost", "virtualhost"].iter().any(|start| name.starts_with(start))
}

/// Countries whose domains end like source code or documents do.
static COUNTRIES: &[&str] = &["cc", "md", "mo", "pl", "pm", "py", "rs", "sh", "so"];

/// Endings of what is never a configuration of either proxy.
#[rustfmt::skip]
static NEVER: &[&str] = &[
    // documents and data
    "md", "markdown", "rst", "adoc", "txt", "html", "htm", "xhtml", "css", "scss", "sass", "less", "xml", "xsd",
    "json", "json5", "jsonl", "yaml", "yml", "toml", "ini", "properties", "csv", "tsv", "sql", "lock", "log", "diff",
    "patch", "pdf", "po", "pot", "mo", "hcl", "tf", "tfvars", "nix", "env", "map", "svg", "graphql", "proto",
    // source code and what is made of it
    "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "py", "pyc", "rb", "php", "pl", "pm", "go", "rs", "java",
    "kt", "scala", "swift", "c", "h", "cc", "cpp", "hpp", "cs", "m", "lua", "sh", "bash", "zsh", "fish", "ps1", "bat",
    "cmd", "ex", "exs", "erl", "clj", "hs", "r", "dart", "vtc", "vcl", "vim", "el", "t", "o", "so", "a", "class",
    "jar", "wasm", "exe", "dll", "ipynb", "service", "socket", "timer",
    // pictures, archives, keys
    "png", "jpg", "jpeg", "gif", "ico", "webp", "bmp", "mp3", "mp4", "webm", "ogg", "woff", "woff2", "ttf", "eot",
    "otf", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "tar", "deb", "rpm", "iso", "bin", "db", "sqlite", "pem",
    "crt", "key", "csr", "der", "p12", "gpg", "asc", "sig", "pub", "tmp", "pid",
    // backups of editors and package managers
    "bak", "orig", "old", "swp", "swo", "rej", "save", "rpmsave", "rpmorig", "dpkg-old", "dpkg-dist", "dpkg-new",
    "dpkg-bak", "ucf-dist", "ucf-old",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wslint_model::Proxy;

    use super::{MainFile, main_file, may_be_configuration};

    #[test]
    fn main_files_are_called_as_the_proxies_call_them() {
        let check = |name: &str, expected: Option<(Proxy, bool)>| {
            let expected = expected.map(|(proxy, template)| MainFile { proxy, template });
            assert_eq!(main_file(Path::new(name)), expected, "{name}");
        };
        check("nginx.conf", Some((Proxy::Nginx, false)));
        check("deploy/NGINX.conf.j2", Some((Proxy::Nginx, true)));
        check("haproxy.cfg", Some((Proxy::Haproxy, false)));
        check("haproxy.cfg.tmpl", Some((Proxy::Haproxy, true)));
        for name in
            ["nginx.conf.bak", "nginx.conf/app", "my-nginx.conf", "nginx.yaml", "haproxy.cfg.md", "conf"]
        {
            check(name, None);
        }
    }

    #[test]
    fn unknown_endings_may_be_configuration() {
        for name in
            ["nginx.conf", "app.example.com", "default", "nginx.conf.j2", "haproxy.cfg.tmpl", "#1.vhost"]
        {
            assert!(may_be_configuration(Path::new(name)), "{name}");
        }
        for name in ["README.md", "nginx.conf.bak", "server.js", "nginx.conf~", "#nginx.conf#", "deploy.yaml"]
        {
            assert!(!may_be_configuration(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn hosts_of_some_countries_end_like_source_code() {
        for name in ["sites-available/chat.example.pl", "nginx/vhosts.d/example.rs"] {
            assert!(may_be_configuration(Path::new(name)), "{name}");
        }
        for name in ["scripts/deploy.pl", "sites-available/deploy.js", "sites-available/example.pl.bak"] {
            assert!(!may_be_configuration(Path::new(name)), "{name}");
        }
    }
}
