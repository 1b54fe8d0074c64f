//! The fetch methods: what a request, its connection and the configuration say to each (manual, section 7.3).

use super::convert;
use super::expression::{Call, Expression};
use super::message::Message;
use super::sample::{Sample, Value};
use super::view::{Seen, View};
use wslint_model::way::Http;

/// Evaluates an expression.
pub(crate) fn evaluate(expression: &Expression, view: &View<'_>) -> Sample {
    let mut sample = fetch(&expression.fetch, view).bounded();
    for converter in &expression.converters {
        sample = convert::apply(converter, sample, view);
    }
    sample
}

fn fetch(call: &Call, view: &View<'_>) -> Sample {
    let message = view.message;
    let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
    if is_layer7(name) {
        // When the response comes the request is gone, but for its method (measured).
        if view.status.is_some() && name != "method" {
            return Sample::Missing;
        }
        match view.layer7 {
            Seen::Yes => {}
            Seen::Perhaps => return Sample::Unknown,
            Seen::No => return Sample::Missing,
        }
    }
    match name {
        "always_true" => Sample::flag(true),
        "always_false" => Sample::flag(false),
        "bool" => Sample::flag(matches!(call.arg(0), "true" | "1")),
        "int" => call.arg(0).parse().map_or(Sample::Unknown, Sample::integer),
        "str" => Sample::text(call.arg(0)),
        "var" => match message.variables.get(call.arg(0)) {
            Some(sample) => sample.clone(),
            None if view.foreign_variables || message.variables.is_incomplete() => Sample::Unknown,
            None if call.args.len() > 1 => Sample::text(call.arg(1)),
            None => Sample::Missing,
        },
        "method" => Sample::known(message.method.clone()),
        "path" => Sample::known(message.path.clone()),
        "pathq" => Sample::known(message.target()),
        "query" => match &message.query {
            None => Sample::Unknown,
            Some(None) if message.may_have_parameter("") => Sample::Unknown,
            Some(None) => Sample::Missing,
            Some(Some(query)) => Sample::text(query.clone()),
        },
        "url" | "uri" => Sample::known(message.uri()),
        "base" | "baseq" => {
            let host = message.first_header("host");
            let rest = if name == "base" { message.path.clone() } else { message.target() };
            match (host, rest) {
                (Some(None), _) | (_, None) => Sample::Unknown,
                (host, Some(rest)) => Sample::text(format!("{}{rest}", host.flatten().unwrap_or_default())),
            }
        }
        "url_param" | "urlp" => url_param(call, message),
        "hdr" => headers(call, message, true),
        "fhdr" => headers(call, message, false),
        "hdr_cnt" | "fhdr_cnt" => match headers(call, message, name == "hdr_cnt") {
            Sample::Values(values) => Sample::integer(i64::try_from(values.len()).unwrap_or(i64::MAX)),
            Sample::Missing => Sample::integer(0),
            Sample::Unknown => Sample::Unknown,
        },
        "hdr_val" | "hdr_ip" => match headers(call, message, true) {
            Sample::Values(values) => Sample::Values(values.into_iter().take(1).collect()),
            other => other,
        },
        "cook" => cookie(call.arg(0), message),
        "cook_cnt" => match cookie(call.arg(0), message) {
            Sample::Values(values) => Sample::integer(i64::try_from(values.len()).unwrap_or(i64::MAX)),
            Sample::Missing => Sample::integer(0),
            Sample::Unknown => Sample::Unknown,
        },
        "ver" => Sample::known(message.http.map(|http| version(http).to_owned())),
        "fc_http_major" => match message.http {
            Some(Http::V2) => Sample::integer(2),
            Some(Http::V10 | Http::V11) => Sample::integer(1),
            None => Sample::Unknown,
        },
        "proto_http" => Sample::flag(true),
        "hdrs" => Sample::known(message.head()),
        "body_len" | "body_size" if message.lacks_body() => Sample::integer(0),
        "body" if message.lacks_body() => Sample::text(""),
        "http_first_req" => Sample::flag(true),
        "http_auth" | "http_auth_group"
            if message.first_header("authorization").is_none() && !message.may_have("authorization") =>
        {
            Sample::flag(false)
        }
        "ssl_fc" => Sample::flag(view.tls),
        "ssl_fc_has_sni" => Sample::flag(view.tls && view.sni.is_some()),
        "ssl_fc_sni" | "ssl_fc_alpn" if !view.tls => Sample::Missing,
        // Where such a client connects to, and what it offers in TLS, is not known either.
        "ssl_sni" | "ssl_fc_sni" | "ssl_fc_alpn" | "dst" | "dst_port" if message.any_host => Sample::Unknown,
        "ssl_sni" | "ssl_fc_sni" => view.sni.map_or(Sample::Missing, Sample::text),
        "ssl_fc_alpn" => match message.http {
            Some(Http::V2) => Sample::text("h2"),
            Some(Http::V10 | Http::V11) => Sample::text("http/1.1"),
            None => Sample::Unknown,
        },
        "ssl_c_used" if !view.tls => Sample::flag(false),
        "src" => view.client.map_or(Sample::Unknown, |client| Sample::text(client.to_string())),
        "dst_port" => view.port.map_or(Sample::Unknown, |port| Sample::integer(i64::from(port))),
        "dst" => view.address.map_or(Sample::Unknown, Sample::text),
        "status" => view.status.map_or(Sample::Unknown, |status| Sample::integer(i64::from(status))),
        "nbsrv" => match (view.servers)(call.arg(0)).and_then(|count| i64::try_from(count).ok()) {
            Some(count) => Sample::integer(count),
            None => Sample::Unknown,
        },
        "srv_is_up" => Sample::flag((view.servers)(call.arg(0)) != Some(0)),
        // The first bytes of a connection are a ClientHello or a request of some hundred bytes.
        "ssl_hello_type" => Sample::integer(i64::from(view.client_tls)),
        "len" => Sample::integer(500),
        "stopping" => Sample::flag(false),
        "res.hdr" | "res.fhdr" | "shdr" => response_header(call, view),
        name => as_for_a_lone_client(name, view.counted),
    }
}

/// A version of HTTP as `req.ver` writes it.
fn version(http: Http) -> &'static str {
    match http {
        Http::V10 => "1.0",
        Http::V11 => "1.1",
        Http::V2 => "2.0",
    }
}

/// The fetch methods that need a parsed request.
fn is_layer7(name: &str) -> bool {
    matches!(
        name,
        "method"
            | "path"
            | "pathq"
            | "query"
            | "url"
            | "uri"
            | "base"
            | "baseq"
            | "url_param"
            | "urlp"
            | "hdr"
            | "fhdr"
            | "hdr_cnt"
            | "fhdr_cnt"
            | "hdr_val"
            | "hdr_ip"
            | "cook"
            | "cook_cnt"
            | "ver"
            | "proto_http"
            | "hdrs"
            | "body"
            | "body_len"
            | "body_size"
    )
}

/// Counters: the request that is followed is the first of the only client, so every rate is small, and there is none
/// where no rule counts.
fn as_for_a_lone_client(name: &str, counting: bool) -> Sample {
    let counter = name.strip_prefix("src_").or_else(|| {
        let rest = name.strip_prefix("sc")?;
        rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('_')
    });
    let counted = counter.is_some_and(|counter| {
        matches!(
            counter,
            "conn_cnt"
                | "conn_cur"
                | "conn_rate"
                | "http_req_cnt"
                | "http_req_rate"
                | "sess_cnt"
                | "sess_rate"
        )
    });
    let untouched = counter.is_some_and(|counter| {
        [
            "get_gpc",
            "gpc",
            "get_gpt",
            "http_err",
            "http_fail",
            "glitch",
            "bytes",
            "kbytes",
            "inc_gpc",
            "clr_gpc",
        ]
        .iter()
        .any(|prefix| counter.starts_with(prefix))
    });
    let proxy_counter = matches!(
        name,
        "fe_conn"
            | "be_conn"
            | "fe_req_rate"
            | "fe_sess_rate"
            | "be_sess_rate"
            | "srv_conn"
            | "srv_sess_rate"
    );
    if counted && !counting {
        if name.starts_with("src_") { Sample::integer(0) } else { Sample::Missing }
    } else if counted || proxy_counter {
        Sample::integer(1)
    } else if untouched || matches!(name, "queue" | "avg_queue" | "srv_queue") {
        Sample::integer(0)
    } else {
        Sample::Unknown
    }
}

/// `hdr(name[,occurrence])` splits at commas, `fhdr` does not. Without a name all values are iterated.
fn headers(call: &Call, message: &Message, split: bool) -> Sample {
    let name = call.arg(0);
    let mut values = Vec::new();
    for header in &message.headers {
        if !name.is_empty() && !header.name.eq_ignore_ascii_case(name) {
            continue;
        }
        match &header.value {
            None => return Sample::Unknown,
            Some(value) if split => values.extend(value.split(',').map(|part| part.trim().to_owned())),
            Some(value) => values.push(value.clone()),
        }
    }
    if values.is_empty() && message.may_have(name) {
        return Sample::Unknown;
    }
    if let Ok(occurrence) = call.arg(1).parse::<i64>()
        && occurrence != 0
    {
        let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
        let index = if occurrence > 0 { occurrence - 1 } else { count + occurrence };
        let value = usize::try_from(index).ok().and_then(|index| values.get(index).cloned());
        return value.map_or(Sample::Missing, Sample::text);
    }
    if values.is_empty() {
        return Sample::Missing;
    }
    Sample::Values(values.into_iter().map(Value::Text).collect())
}

/// A response header is known to be what a 101 carries; anything else depends on the server.
fn response_header(call: &Call, view: &View<'_>) -> Sample {
    match (view.status, call.arg(0).to_ascii_lowercase().as_str()) {
        (Some(101), "upgrade") => Sample::text("websocket"),
        (Some(101), "connection") => Sample::text("Upgrade"),
        _ => Sample::Unknown,
    }
}

fn cookie(name: &str, message: &Message) -> Sample {
    let mut values = Vec::new();
    if message.may_have("cookie") {
        return Sample::Unknown;
    }
    for line in message.header("cookie") {
        let Some(line) = line else { return Sample::Unknown };
        for pair in line.split(';') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if name.is_empty() || key.trim() == name {
                values.push(Value::Text(value.trim().trim_matches('"').to_owned()));
            }
        }
    }
    if values.is_empty() { Sample::Missing } else { Sample::Values(values) }
}

fn url_param(call: &Call, message: &Message) -> Sample {
    let Some(query) = &message.query else { return Sample::Unknown };
    let ignore_case = call.arg(2) == "i";
    let values: Vec<Value> = query
        .as_deref()
        .unwrap_or_default()
        .split(['&', ';'])
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| {
            call.arg(0).is_empty()
                || *key == call.arg(0)
                || ignore_case && key.eq_ignore_ascii_case(call.arg(0))
        })
        .map(|(_, value)| Value::Text(value.to_owned()))
        .collect();
    match values.is_empty() {
        true if message.may_have_parameter(call.arg(0)) => Sample::Unknown,
        true => Sample::Missing,
        false => Sample::Values(values),
    }
}

#[cfg(test)]
mod tests {
    use super::super::expression::Expression;
    use super::super::pattern_index::PatternIndex;
    use super::*;
    use wslint_model::length::LONGEST;
    use wslint_model::way;
    use wslint_model::{Browser, Request, Scheme};

    /// What an expression gives for a handshake with a header of two values.
    fn sample(expression: &str, values: [usize; 2]) -> Sample {
        let mut request = Request::handshake(Scheme::Ws, "a.example", 80, "/ws", Browser::Chrome);
        request.set_header("X-Long", &values.map(|length| "x".repeat(length)).join(","));
        let view = View {
            message: &Message::raw(&way::Message::of(&request)),
            tls: false,
            client_tls: false,
            sni: None,
            port: None,
            address: None,
            client: None,
            status: None,
            layer7: Seen::Yes,
            counted: false,
            foreign_variables: false,
            files: &|_| None,
            servers: &|_| None,
            is_backend: &|_| false,
            pattern_index: &PatternIndex::default(),
        };
        evaluate(&Expression::parse(expression).expect("an expression"), &view)
    }

    #[test]
    fn what_converters_make_too_long_is_not_followed() {
        let half = LONGEST / 2;
        let is_known = |values| sample("req.hdr(x-long),concat(y)", values) != Sample::Unknown;
        assert!(is_known([half - 1, half - 1]));
        assert!(!is_known([half, half]));
        assert!(!is_known([1, LONGEST]));
    }
}
