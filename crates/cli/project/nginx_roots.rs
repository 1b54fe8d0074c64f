//! What an nginx file is by its top-level statements: a whole configuration, or a fragment that another file includes
//! at some level.

use wslint_model::NginxContext;
use wslint_syntax::nginx::{DirectiveId, Tree};

/// The context that the file's top-level statements stand in. `None` if nothing in it speaks of requests: type tables,
/// parameter lists, an empty file.
pub(crate) fn context(tree: &Tree) -> Option<NginxContext> {
    let mut seen = Seen::default();
    for id in tree.roots() {
        seen.look(tree, id);
    }
    seen.context()
}

#[derive(Default)]
struct Seen {
    main: bool,
    server: bool,
    stream_server: bool,
    http: bool,
    location: bool,
    server_only: bool,
    any: bool,
}

impl Seen {
    fn look(&mut self, tree: &Tree, id: DirectiveId) {
        let block = tree.has_block(id);
        match &*tree.name(id) {
            b"http" | b"events" | b"stream" | b"mail" if block => self.main = true,
            b"worker_processes" | b"load_module" | b"user" | b"daemon" | b"worker_rlimit_nofile" => {
                self.main = true
            }
            b"server" if block => {
                if is_stream_server(tree, id) {
                    self.stream_server = true;
                } else {
                    self.server = true;
                }
            }
            b"upstream" | b"map" | b"geo" | b"split_clients" if block => self.http = true,
            b"limit_req_zone"
            | b"limit_conn_zone"
            | b"proxy_cache_path"
            | b"log_format"
            | b"variables_hash_max_size"
            | b"map_hash_bucket_size"
            | b"server_names_hash_bucket_size" => self.http = true,
            b"location" if block => self.location = true,
            b"listen" | b"server_name" => self.server_only = true,
            b"if" if block => self.any = true,
            name => {
                self.any |=
                    [&b"proxy_"[..], b"add_header", b"rewrite", b"return", b"try_files", b"auth_request"]
                        .iter()
                        .any(|start| name.starts_with(start));
            }
        }
    }

    fn context(&self) -> Option<NginxContext> {
        if self.main {
            Some(NginxContext::Main)
        } else if self.server {
            Some(NginxContext::Http)
        } else if self.location || self.server_only {
            // Some people keep an upstream beside the locations that use it; the locations carry the traffic.
            Some(NginxContext::Server)
        } else if self.stream_server {
            Some(NginxContext::Stream)
        } else if self.http {
            Some(NginxContext::Http)
        } else if self.any {
            Some(NginxContext::Location)
        } else {
            None
        }
    }
}

/// `stream {}` has `proxy_pass` at server level, `http {}` never.
fn is_stream_server(tree: &Tree, server: DirectiveId) -> bool {
    tree.children(server).any(|id| &*tree.name(id) == b"proxy_pass")
}

/// Whether requests could take a route that stands in the file.
pub(crate) fn has_routes(tree: &Tree) -> bool {
    tree.ids().any(|id| tree.has_block(id) && matches!(&*tree.name(id), b"server" | b"location"))
}

/// Whether the file includes others.
pub(crate) fn has_includes(tree: &Tree) -> bool {
    tree.ids().any(|id| &*tree.name(id) == b"include")
}

#[cfg(test)]
mod tests {
    use wslint_model::NginxContext;
    use wslint_syntax::nginx::{Options, parse};

    fn check(expected: Option<NginxContext>, text: &str) {
        assert_eq!(super::context(&parse(text.as_bytes(), Options::default()).tree), expected, "{text}");
    }

    #[test]
    fn the_context_follows_from_the_statements() {
        check(Some(NginxContext::Main), "events {}\nhttp {}\n");
        check(Some(NginxContext::Main), "user www; include /etc/nginx/http.conf;\n");
        check(Some(NginxContext::Http), "server { listen 80; }\n");
        check(Some(NginxContext::Http), "upstream app { server 10.0.0.1; }\n");
        check(Some(NginxContext::Server), "location /ws { proxy_pass http://app; }\n");
        check(
            Some(NginxContext::Server),
            "upstream app { server a; }\nlocation / { proxy_pass http://app; }\n",
        );
        check(Some(NginxContext::Stream), "server { listen 1; proxy_pass app; }\n");
        check(Some(NginxContext::Location), "proxy_set_header Upgrade $http_upgrade;\n");
        check(None, "types { text/html html; }\n");
        check(None, "fastcgi_param A b;\n");
        check(None, "");
    }
}
