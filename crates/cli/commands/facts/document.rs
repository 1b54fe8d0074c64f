//! All facts as one JSON document.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::{Map, Value as Json, json};
use wslint_model::{Fact, NEVER, Origin, Project, Route, Value};

use crate::analysis::Analysis;
use crate::exit::Failure;
use crate::output::{Console, Locator, json_place};
use crate::project::{Loaded, move_route};

/// Prints the document.
pub(super) fn print<'a>(
    loaded: &'a Loaded,
    analysis: &'a Analysis<'a, 'a>,
    console: &mut Console,
) -> Result<(), Failure> {
    Ok(console.json(&Document { version: 1, routes: Routes { loaded, analysis } })?)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    routes: Routes<'a>,
}

/// All routes, of which each is followed when it is written.
struct Routes<'a> {
    loaded: &'a Loaded,
    analysis: &'a Analysis<'a, 'a>,
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
