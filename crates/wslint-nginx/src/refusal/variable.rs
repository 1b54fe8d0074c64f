//! What nginx refuses of variables: a name that nothing defines, a `$` without a name.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::reason::{Refusal, RefusalKind};
use crate::config::ContextId;
use crate::config::names::Directive;
use crate::config::{Line, context_bit};
use crate::directives::context;
use crate::model::Model;
use crate::variables::builtins::is_built_in;
use crate::variables::template;
use wslint_model::NginxContext;

/// Directives whose values are compiled with variables, so that an unknown one is refused, each with the first
/// argument that is.
const WITH_VARIABLES: [(&str, usize); 47] = [
    ("access_log", 0),
    ("add_header", 1),
    ("add_trailer", 1),
    ("alias", 0),
    ("auth_basic", 0),
    ("auth_request_set", 1),
    ("error_page", 1),
    ("expires", 0),
    ("fastcgi_cache_key", 0),
    ("fastcgi_param", 1),
    ("fastcgi_pass", 0),
    ("grpc_pass", 0),
    ("grpc_set_header", 1),
    ("hash", 0),
    ("if", 0),
    ("index", 0),
    ("limit_conn_zone", 0),
    ("limit_rate", 0),
    ("limit_rate_after", 0),
    ("limit_req_zone", 0),
    ("log_format", 1),
    ("map", 0),
    ("proxy_bind", 0),
    ("proxy_cache", 0),
    ("proxy_cache_bypass", 0),
    ("proxy_cache_key", 0),
    ("proxy_cookie_domain", 1),
    ("proxy_cookie_path", 1),
    ("proxy_method", 0),
    ("proxy_no_cache", 0),
    ("proxy_pass", 0),
    ("proxy_redirect", 1),
    ("proxy_set_body", 0),
    ("proxy_set_header", 1),
    ("proxy_ssl_name", 0),
    ("return", 0),
    ("rewrite", 1),
    ("root", 0),
    ("scgi_param", 1),
    ("secure_link", 0),
    ("secure_link_md5", 0),
    ("set", 1),
    ("split_clients", 0),
    ("sub_filter", 1),
    ("try_files", 0),
    ("uwsgi_param", 1),
    ("uwsgi_pass", 0),
];

/// How many words with good variables are kept in mind.
const MOST_GOOD: usize = 1024;

/// The first variable of a line that nginx would refuse.
/// `good` holds words without one, of which a configuration repeats most.
pub(super) fn bad_variable<'p>(
    model: &Model<'p>,
    level: ContextId,
    line: Line,
    name: &str,
    good: &mut HashSet<Cow<'p, str>, RandomState>,
) -> Option<Refusal> {
    const STREAM: context::Contexts = context::STREAM | context::STREAM_SERVER | context::STREAM_UPSTREAM;
    let config = model.config();
    if context_bit(config, level) & STREAM != 0 {
        return None;
    }
    // Most lines hold none.
    if memchr::memchr(b'$', config.project().text(config.site(line))).is_none() {
        return None;
    }
    let at = WITH_VARIABLES.binary_search_by_key(&name, |(name, _)| *name).ok()?;
    let refuse = |kind, reason| Some(Refusal { kind, line, reason });
    for index in WITH_VARIABLES[at].1..config.arg_count(line) {
        let Some(word) = config.known_arg(line, index).filter(|word| word.contains('$')) else { continue };
        match name {
            // The variable that a table feeds.
            "map" | "split_clients" if index == 1 => continue,
            // An expression ends with a `$` of its own.
            "if" if index > 0 && is_expression(model, line) => continue,
            _ => {}
        }
        // What an `if` compares is a variable by name, and a capture has none.
        let tested = word.trim_start_matches('(').trim_end_matches(')');
        if let Some(number) = tested.strip_prefix('$').filter(|_| name == "if" && index == 0)
            && number.parse::<u8>().is_ok()
        {
            return refuse(RefusalKind::UnknownVariable, format!("unknown \"{number}\" variable"));
        }
        if good.contains(&word) {
            continue;
        }
        let Some(parts) = template::parts(&word) else {
            // What stands between a `$` and the next blank may be a placeholder's.
            let plain = word.ends_with('$') || word.contains("$$");
            return if plain { refuse(RefusalKind::Value, "invalid variable name".to_owned()) } else { None };
        };
        let unknown = parts.into_iter().find_map(|part| match part {
            template::Part::Variable(variable) if !is_defined(model, &variable) => Some(variable),
            _ => None,
        });
        // Another file could define it, unless the whole configuration is at hand.
        let whole = config.assumed == NginxContext::Main && !config.has_gaps;
        if let Some(variable) = unknown.filter(|_| whole) {
            return refuse(RefusalKind::UnknownVariable, format!("unknown \"{variable}\" variable"));
        }
        if good.len() < MOST_GOOD {
            good.insert(word);
        }
    }
    None
}

fn is_expression(model: &Model<'_>, line: Line) -> bool {
    let operator = model.config().known_arg(line, 1);
    line.name == Some(Directive::If) && operator.is_some_and(|operator| operator.contains('~'))
}

/// Whether anything defines a variable: nginx itself, a table, a `set`, a group, or a directive of a module.
fn is_defined(model: &Model<'_>, variable: &str) -> bool {
    is_built_in(variable)
        || model.tables().of(variable).is_some()
        || model.assigned().contains(variable)
        || model.defined_by_modules().contains(variable)
}
