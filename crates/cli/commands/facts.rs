//! `wslint facts [PATH…]`: every route with its facts and what they follow from.

use std::io::Write;

use serde_json::{Map, Value as Json, json};
use wslint_facts::{Cause, Fact, NEVER, Origin, Project, Route, Value};

use super::lint::report_problems;
use crate::analysis::Analysis;
use crate::args::{FactsArgs, ReportFormat};
use crate::escape::escape;
use crate::exit::{Failure, Status};
use crate::output::{Console, Locator, duration, json_place, line_text};
use crate::project::load;

/// Prints the facts of all routes; those of routes that carry no WebSocket traffic are not asked for.
pub(crate) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let mut console = Console::new(&args.terminal);
    let loaded = load(&args.paths, &args.config);
    let settings = args.config.settings();
    let analysis = Analysis::new(&loaded.project, &settings);
    report_problems(&loaded, &console)?;
    match args.format {
        ReportFormat::Full => text(&loaded.project, &analysis, &mut console)?,
        ReportFormat::Json => {
            let mut locator = Locator::new(&loaded.project);
            let routes: Vec<Json> =
                analysis.routes.iter().map(|route| document(&loaded.project, &mut locator, route)).collect();
            console.json(&json!({ "version": 1, "routes": routes }))?;
        }
    }
    Ok(if loaded.has_errors() { Status::Failed } else { Status::Clean })
}

fn text(project: &Project, analysis: &Analysis<'_>, console: &mut Console) -> Result<(), Failure> {
    let mut locator = Locator::new(project);
    let mut quiet_routes = 0;
    for route in &analysis.routes {
        if route.facts.iter().next().is_none() {
            quiet_routes += 1;
            continue;
        }
        let position = locator.start(route.site);
        let path = escape(&project.file(route.site.file).path);
        let server =
            route.server.as_deref().map(|server| format!("  ({})", escape(server))).unwrap_or_default();
        writeln!(console, "{}{server}  {path}:{}", escape(&route.label), position.line)?;
        let widest = route.facts.iter().map(|(question, _)| question.name.len()).max().unwrap_or(0);
        for (question, fact) in route.facts.iter() {
            writeln!(console, "  {:widest$}  {}  {}", question.name, shown(fact), origin(&fact.cause))?;
            for mark in &fact.cause.marks {
                let position = locator.start(mark.site);
                let path = escape(&project.file(mark.site.file).path);
                let line = line_text(project, mark.site, console.width.saturating_sub(widest + 8));
                writeln!(
                    console,
                    "  {:widest$}    {path}:{}  {}",
                    "",
                    position.line,
                    escape(&mark.role.to_string())
                )?;
                writeln!(console, "  {:widest$}      {line}", "")?;
            }
        }
        writeln!(console)?;
    }
    if quiet_routes > 0 {
        writeln!(console, "{quiet_routes} more without any sign of WebSocket traffic")?;
    }
    console.flush()?;
    Ok(())
}

fn shown(fact: &Fact) -> String {
    match &fact.value {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Choice(word) => (*word).to_owned(),
        Value::Duration(milliseconds) => duration(*milliseconds),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", escape(text)),
        Value::Unknown => "unknown".to_owned(),
    }
}

fn origin(cause: &Cause) -> String {
    match &cause.origin {
        Origin::Set => "(set)".to_owned(),
        Origin::Default(version) => format!("(default of {version})"),
        Origin::Dropped => "(dropped)".to_owned(),
        Origin::Derived => "(derived)".to_owned(),
        Origin::Declared => "(declared)".to_owned(),
        Origin::Unknown => String::new(),
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
