//! What comes with every nginx package.

/// Files that every nginx package has in its prefix, in Debian's wording where it matters.
pub(super) const STOCK: &[(&str, &str)] = &[
    (
        "mime.types",
        "types { text/html html; text/css css; application/javascript js; application/json json; }\n",
    ),
    (
        "proxy_params",
        "proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         proxy_set_header X-Forwarded-Proto $scheme;\n",
    ),
    ("fastcgi_params", "fastcgi_param QUERY_STRING $query_string;\n"),
    ("fastcgi.conf", "fastcgi_param QUERY_STRING $query_string;\n"),
    ("uwsgi_params", "uwsgi_param QUERY_STRING $query_string;\n"),
    ("scgi_params", "scgi_param QUERY_STRING $query_string;\n"),
];
