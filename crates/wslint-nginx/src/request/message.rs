//! The request as an upstream gets it, each part with the lines that make it so.

use std::borrow::Cow;
use std::collections::HashSet;

use super::cause;
use super::exit::Pass;
use super::header::{self, NOT_PASSED, Sent};
use crate::config::header_lines::{FEW_LINES, HeaderLines, asks_for_upgrade};
use crate::config::inherit::List;
use crate::config::names::Directive;
use crate::model::Model;
use crate::variables::state::State;
use wslint_model::length::MOST_KEPT;
use wslint_model::way::{Field, Message, Part};
use wslint_model::{Cause, Known, Site};

/// More lines than these are no request that any server reads: nginx itself takes 8 KiB of them for one header, and
/// HAProxy 101 lines in all.
const MOST_HEADERS: usize = 1000;

/// The headers of a handshake, which facts ask for too.
const ASKED_AGAIN: [&str; 3] = ["Host", "Connection", "Upgrade"];

/// What a program gets that a request is handed to, whose path the line of `rewritten` changed last, if any did.
pub(super) fn sent(model: &Model<'_>, pass: &Pass, rewritten: Option<Site>) -> Message {
    let state = &pass.state;
    if pass.directive != Directive::ProxyPass {
        return sent_as_it_came(pass);
    }
    let (method, method_line) = header::sent_method(model, state);
    let (http, http_line) = header::upstream_http(model, state.level);
    let level = model.config().proper_level(state.level);
    let target = Part {
        cause: (pass.target != *state.target()).then(|| cause::of_path(model, pass, rewritten)),
        value: pass.target.clone(),
    };
    let passes = header::passes_request_headers(model, state.level);
    let mut message = Message {
        method: Part { value: method, cause: method_line.map(|line| cause::set_by(model, level, line)) },
        target,
        http: Part {
            value: http,
            cause: Some(
                http_line.map_or_else(|| cause::by_default(model), |line| cause::set_by(model, level, line)),
            ),
        },
        fields: Vec::new(),
        dropped: Vec::new(),
        open: state.is_representative() && passes != Known::Known(false),
    };
    let headers = header::lines(model, state.level);
    let mut length = 0;
    for name in sent_names(model, pass, &headers.list) {
        if is_no_matter(&headers, state, &name) {
            length += name.len();
            continue;
        }
        let as_it_came = passed_on(&headers, state, &name).filter(|_| passes == Known::Known(true));
        if let Some((field, value)) = as_it_came
            && length + name.len() + value.len() <= MOST_KEPT
        {
            length += name.len() + value.len();
            message.fields.push(Field { cause: None, ..field.clone() });
            continue;
        }
        let mut sent = match ASKED_AGAIN.into_iter().find(|header| *header == name) {
            Some(header) => (*pass.sent(model, header)).clone(),
            None => header::sent_of(model, &headers, state, &name),
        };
        let values = sent.values.as_ref().into_iter().flatten();
        length += name.len() + values.map(String::len).sum::<usize>();
        if length > MOST_KEPT {
            sent.values = Known::Unknown;
        }
        let cause = cause::why_header(model, pass, &name, &sent);
        add(model, &mut message, pass, name.into_owned(), sent, cause);
    }
    message
}

/// Whether a header is one that nginx never passes on, which nobody sent and no line sets: nothing becomes of it. Those of
/// a handshake are told all the same.
fn is_no_matter(headers: &HeaderLines<'_>, state: &State, name: &str) -> bool {
    let never_passed = |header: &&str| header.eq_ignore_ascii_case(name) && !ASKED_AGAIN.contains(header);
    NOT_PASSED.iter().any(never_passed)
        && !headers.list.open
        && !headers.sets(name)
        && state.message.lines(name).next().is_none()
}

/// The line of a header that arrived once, with its value, where nothing sets or drops it: most are passed on so.
fn passed_on<'s>(headers: &HeaderLines<'_>, state: &'s State, name: &str) -> Option<(&'s Field, &'s str)> {
    let untouched = !headers.list.open
        && !headers.sets(name)
        && !NOT_PASSED.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut lines = state.message.lines(name);
    let field = lines.next().filter(|_| untouched)?;
    let value = field.value.as_ref().filter(|_| lines.next().is_none())?;
    Some((field, value))
}

/// The names of all headers that the upstream may get, as far as a request can have them.
fn sent_names<'n>(model: &'n Model<'_>, pass: &'n Pass, list: &List) -> Vec<Cow<'n, str>> {
    let set = list.lines.iter().filter_map(|&line| model.config().known_arg(line, 0));
    let arrived = pass.state.message.fields.iter().map(|field| Cow::Borrowed(field.name.as_str()));
    let mut names: Vec<Cow<'n, str>> = NOT_PASSED.map(Cow::Borrowed).into();
    // Of many names, which hardly anybody sets, a set tells faster which are known.
    let many = list.lines.len() > FEW_LINES;
    let mut known: HashSet<String> = HashSet::new();
    known.extend(names.iter().filter(|_| many).map(|name| name.to_ascii_lowercase()));
    for name in set.chain(arrived).take(MOST_HEADERS) {
        let new = match many {
            true => known.insert(name.to_ascii_lowercase()),
            false => !names.iter().any(|other| other.eq_ignore_ascii_case(&name)),
        };
        if new {
            names.push(name);
        }
    }
    names
}

fn add(
    model: &Model<'_>,
    message: &mut Message,
    pass: &Pass,
    name: String,
    sent: Sent,
    cause: Option<Cause>,
) {
    // One host stands for all others; what is made of it is another text for each.
    let by_host = sent
        .lines
        .iter()
        .any(|&line| model.config().known_arg(line, 1).is_some_and(|text| pass.state.varies_by_host(&text)));
    match sent.values {
        Known::Known(values) if values.is_empty() => {
            message.dropped.extend(cause.map(|cause| (name.to_ascii_lowercase(), cause)));
        }
        Known::Known(values) if !by_host => {
            message.fields.extend(values.into_iter().map(|value| Field {
                name: name.clone(),
                value: Known::Known(value),
                cause: cause.clone(),
            }));
        }
        _ => message.fields.push(Field { name, value: Known::Unknown, cause }),
    }
}

/// The other modules hand a request on as it came; over gRPC, which is HTTP/2, nothing asks for an upgrade.
fn sent_as_it_came(pass: &Pass) -> Message {
    let mut message = (*pass.state.message).clone();
    message.target.value = pass.target.clone();
    message.method.value = pass.state.method.clone();
    if pass.directive == Directive::GrpcPass {
        message.fields.retain(|field| !asks_for_upgrade(&field.name));
    }
    message
}
