//! What the name of a file says, before anything is read: whether it may be configuration, so that a large repository
//! is not read as a whole.

use std::ffi::OsStr;
use std::path::Path;

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
    !NEVER.contains(&ending) || (COUNTRIES.contains(&ending) && holds_sites(path.parent()))
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

    use super::may_be_configuration;

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
