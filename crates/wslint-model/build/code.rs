//! The tables as Rust.

use std::fmt::{Debug, Write};

use crate::form::{Basis, Command, Fact, Product};
use crate::reading::{milliseconds, version};
use crate::signs::Owned;

/// The file that the crate includes.
pub(crate) fn tables(products: &[(String, Product)], signs: &[Owned<'_>]) -> String {
    let mut code = String::from("static PRODUCTS: &[Record] = &[\n");
    for (name, product) in products {
        // Writing to a string cannot fail.
        let _ = writeln!(code, "    {},", record(name, product, products));
    }
    code.push_str("];\n\nstatic WORDS: &[Word] = &[\n");
    for (name, product) in products {
        let _ = writeln!(code, "    Word {{ word: {name:?}, means: {:?} }},", product.title);
    }
    code.push_str("];\n\nstatic SIGNS: &[PathSign] = &[\n");
    let mut by_name: Vec<(&str, usize)> = Vec::new();
    for (at, Owned { sign, product }) in signs.iter().enumerate() {
        let segments: Vec<&str> = sign.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let named = segments.iter().copied().filter(|segment| !segment.contains('*'));
        let named = named.max_by_key(|segment| segment.len()).unwrap_or_default();
        by_name.push((named, at));
        let (slash, confidence) = (sign.path.ends_with('/'), sign.confidence);
        let _ = writeln!(
            code,
            "    PathSign {{ segments: &{segments:?}, slash: {slash}, confidence: Confidence::{confidence:?}, product: \
             {product} }},"
        );
    }
    by_name.sort_unstable();
    let _ = writeln!(code, "];\n\nstatic NAMED_SIGNS: &[(&str, usize)] = &{by_name:?};");
    code
}

fn record(name: &str, product: &Product, products: &[(String, Product)]) -> String {
    let bases = product.built_on.iter();
    let bases = bases.filter_map(|base| products.iter().position(|(other, _)| other == base));
    let transports = product.transports.iter().map(|transport| format!("Transport::{transport:?}"));
    let heartbeats = product.heartbeat.iter().map(|heartbeat| {
        let every = milliseconds(heartbeat).unwrap_or_default();
        let by = heartbeat.by.map(|side| format!("Side::{side:?}"));
        let answer = format!("Beat {{ every: {every:?}, by: {} }}", optional(by));
        source(
            &answer,
            heartbeat.since.as_deref(),
            heartbeat.until.as_deref(),
            heartbeat.basis,
            &heartbeat.source,
        )
    });
    format!(
        "Record {{ name: {name:?}, title: {:?}, kind: Kind::{:?}, built_on: &{:?}, endpoints: &{:?}, optional: &{:?}, transports: {}, \
         heartbeat: {}, polls: {}, http10: {}, origin_check: {}, without_websocket: {}, images: &{:?}, packages: &{:?}, \
         commands: {}, ports: &{:?}, \
         documentation: &{:?}, note: {:?} }}",
        product.title,
        product.kind,
        bases.collect::<Vec<_>>(),
        product.endpoints,
        product.optional,
        list(transports),
        list(heartbeats),
        facts("Polls", &product.polls),
        facts("Http10", &product.http10),
        facts("OriginCheck", &product.origin_check),
        facts("WithoutWebsocket", &product.without_websocket),
        product.images,
        product.packages,
        list(product.commands.iter().map(command)),
        product.ports,
        product.documentation,
        product.note.as_deref().unwrap_or_default().trim_end(),
    )
}

fn command(command: &Command) -> String {
    let Command { program, worker, heartbeat } = command;
    format!("Command {{ program: {program:?}, worker: {worker:?}, heartbeat: {heartbeat:?} }}")
}

fn facts<T: Debug>(kind: &str, facts: &[Fact<T>]) -> String {
    list(facts.iter().map(|fact| {
        let answer = format!("{kind}::{:?}", fact.answer);
        source(&answer, fact.since.as_deref(), fact.until.as_deref(), fact.basis, &fact.source)
    }))
}

fn source(answer: &str, since: Option<&str>, until: Option<&str>, basis: Basis, source: &str) -> String {
    let number = |text: Option<&str>| {
        let parts =
            text.and_then(version).map(|[major, minor, patch]| format!("Version({major}, {minor}, {patch})"));
        optional(parts)
    };
    let (since, until) = (number(since), number(until));
    format!(
        "Fact {{ answer: {answer}, since: {since}, until: {until}, basis: Basis::{basis:?}, source: {:?} }}",
        source.trim_end()
    )
}

fn optional(code: Option<String>) -> String {
    code.map_or("None".to_owned(), |code| format!("Some({code})"))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("&[{}]", items.collect::<Vec<_>>().join(", "))
}
