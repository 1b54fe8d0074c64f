//! `wslint facts [PATH…]`: every route with its facts and what they follow from.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::{Map, Value as Json, json};
use wslint_model::{Cause, Fact, NEVER, Origin, Project, Route, Site, Value, duration::in_words};

use crate::analysis::Analysis;
use crate::args::{FactsArgs, ReportFormat};
use crate::config::Configuration;
use crate::escape::escape;
use crate::exit::{Failure, Status, whoever_reads};
use crate::output::{Console, Locator, common_folder, count, json_place, line_text, report_problems};
use crate::project::{Loaded, load, move_route};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    routes: Routes<'a>,
}

/// All routes, of which each is followed when it is written.
struct Routes<'a> {
    loaded: &'a Loaded,
    analysis: &'a Analysis<'a>,
}

impl Serialize for Routes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let project = &self.loaded.project;
        let mut locator = Locator::new(project);
        let mut routes = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        self.analysis.each_route(&mut |_, route| {
            if written.is_ok() {
                let mut route = self.loaded.veil.route(project, &route);
                move_route(project, &mut route);
                written = routes.serialize_element(&document(project, &mut locator, &route));
            }
        });
        written.and_then(|()| routes.end())
    }
}

/// Prints the facts of all routes; those of routes that carry no WebSocket traffic are not asked for.
pub(crate) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let mut console = Console::new(&args.terminal);
    let configuration = Configuration::new(&args.paths, &args.config)?;
    let loaded = load(&args.paths, &configuration);
    let analysis = Analysis::new(&loaded.project, &loaded.settings, &configuration.addresses);
    let status = if loaded.has_errors() { Status::Failed } else { Status::Clean };
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), status)?;
    let printed = match args.format {
        ReportFormat::Full => text(&loaded, &analysis, &mut console),
        ReportFormat::Json => {
            let routes = Routes { loaded: &loaded, analysis: &analysis };
            console.json(&Document { version: 1, routes }).map_err(Failure::from)
        }
    };
    whoever_reads(printed, status)
}

fn text(loaded: &Loaded, analysis: &Analysis<'_>, console: &mut Console) -> Result<(), Failure> {
    let project = &loaded.project;
    let mut locator = Locator::new(project);
    let folder = common_folder(project.files.iter().map(|file| file.path.as_str()));
    let mut place = |site: Site| {
        let path = &project.file(site.file).path;
        let below = path.strip_prefix(&folder).unwrap_or(path);
        format!("{}:{}", escape(below), locator.start(site).line)
    };
    if !folder.is_empty() {
        writeln!(console, "Files below {}\n", escape(&folder))?;
    }
    let mut speaking = 0;
    let mut printed = Ok(());
    let mut print = |route: &Route| -> io::Result<()> {
        let server =
            route.server.as_deref().map(|server| format!(", {}", escape(server))).unwrap_or_default();
        writeln!(console, "{}{server}, {}", escape(&route.label), place(route.site))?;
        let widest = route.facts.iter().map(|(question, _)| question.name.len()).max().unwrap_or(0);
        for (question, fact) in route.facts.iter() {
            writeln!(console, "  {:widest$}  {}{}", question.name, shown(fact), origin(&fact.cause))?;
            for mark in &fact.cause.marks {
                let text = line_text(project, &loaded.veil, mark.site, console.width);
                let role = mark.role.to_string();
                writeln!(console, "  {:widest$}    {}  {text}  <- {}", "", place(mark.site), escape(&role))?;
            }
        }
        writeln!(console)
    };
    analysis.each_route(&mut |_, route| {
        if route.facts.iter().next().is_some() {
            speaking += 1;
            if printed.is_ok() {
                let mut route = loaded.veil.route(project, &route);
                move_route(project, &mut route);
                printed = print(&route);
            }
        }
    });
    printed?;
    let silent = analysis.route_count().saturating_sub(speaking);
    if silent > 0 {
        writeln!(console, "{} without any sign of WebSocket traffic", count(silent, "more route"))?;
    }
    console.flush()?;
    Ok(())
}

fn shown(fact: &Fact) -> String {
    match &fact.value {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Choice(word) => (*word).to_owned(),
        Value::Duration(milliseconds) => in_words(*milliseconds),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", escape(text)),
        Value::Unknown => "unknown".to_owned(),
    }
}

fn origin(cause: &Cause) -> String {
    match &cause.origin {
        Origin::Set => ", set".to_owned(),
        Origin::Default(version) => format!(", default of {version}"),
        Origin::Dropped => ", dropped".to_owned(),
        Origin::Declared => ", declared".to_owned(),
        Origin::Derived | Origin::Unknown => String::new(),
    }
}

fn document(project: &Project, locator: &mut Locator<'_>, route: &Route) -> Json {
    let mut document = Map::new();
    document.insert("proxy".into(), json!(route.proxy.name()));
    document.insert("route".into(), json!(route.label));
    document.insert("server".into(), json!(route.server));
    document.insert("path".into(), json!(route.path));
    document.append(&mut json_place(project, locator, route.site));
    let facts: Map<String, Json> = route
        .facts
        .iter()
        .map(|(question, fact)| (question.name.to_owned(), answer(project, locator, fact)))
        .collect();
    document.insert("facts".into(), Json::Object(facts));
    Json::Object(document)
}

fn answer(project: &Project, locator: &mut Locator<'_>, fact: &Fact) -> Json {
    let value = match &fact.value {
        Value::Flag(flag) => json!(flag),
        Value::Choice(word) => json!(word),
        Value::Duration(NEVER) => Json::Null,
        Value::Duration(number) | Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Unknown => json!("unknown"),
    };
    let origin = match &fact.cause.origin {
        Origin::Set => "set",
        Origin::Default(_) => "default",
        Origin::Dropped => "dropped",
        Origin::Derived => "derived",
        Origin::Declared => "declared",
        Origin::Unknown => "unknown",
    };
    let marks: Vec<Json> = fact
        .cause
        .marks
        .iter()
        .map(|mark| {
            let mut place = json_place(project, locator, mark.site);
            place.insert("message".into(), json!(mark.role.to_string()));
            Json::Object(place)
        })
        .collect();
    json!({ "value": value, "origin": origin, "because": marks })
}
