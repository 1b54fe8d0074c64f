//! The published JSON schema of `wslint.yaml`, made of the types that read it.
//! `UPDATE_DOCS=1 cargo test -p wslint schema` writes it.

use std::borrow::Cow;
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value, json};
use wslint_kubernetes::Controller;

use super::file::File;
use super::values::{
    AbsoluteFolder, Address, ControllerName, EndpointPath, Folder, FrameworkName, Heartbeat, Host,
    IgnoreGlob, LEVELS, Level, List, Pairs, RulePattern, SettingsFile, TRANSPORTS, Time, TransportName,
    VariableName, VariableValue, VersionNumber, framework_names,
};

/// The form of each value. YAML reads `1.22` and `25` as numbers, so what may look like one allows them.
macro_rules! forms {
    ($($name:ident: $form:tt;)*) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($form)
            }
        }
    )*};
}

forms! {
    EndpointPath: {"type": "string", "pattern": r"^/\S*$"};
    Host: {"type": "string", "pattern": r"^[^:/\s]+$"};
    FrameworkName: {"type": "string", "enum": framework_names()};
    ControllerName: {"enum": Controller::ALL.map(Controller::name)};
    TransportName: {"enum": TRANSPORTS};
    Heartbeat: {"type": "string", "pattern": r"^[0-9]+(ms|s|m|h|d)$"};
    Time: {"type": "string", "pattern": r"^([0-9]+(ms|s|m|h|d)|never)$"};
    VersionNumber: {"type": ["string", "number"], "pattern": r"^[0-9]+(\.[0-9]+){0,2}$"};
    RulePattern: {"type": "string"};
    Level: {"enum": LEVELS.iter().map(|word| json!(word)).chain([json!(false)]).collect::<Vec<_>>()};
    Folder: {"type": "string", "minLength": 1};
    SettingsFile: {"type": "string", "minLength": 1};
    AbsoluteFolder: {"type": "string", "pattern": "^/"};
    IgnoreGlob: {"type": "string"};
    VariableName: {"type": "string", "pattern": "^[^=]+$"};
    VariableValue: {"type": ["string", "number", "boolean", "null"]};
    Address: {"type": "string", "pattern": r"^\S+$"};
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("List_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": generator.subschema_for::<T>()})
    }
}

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Pairs<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}_to_{}", K::schema_name(), V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": K::json_schema(generator),
            "additionalProperties": generator.subschema_for::<V>(),
        })
    }
}

fn schema() -> String {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<File>();
    // The derived schema knows no other names of a key.
    for form in schema
        .get_mut("definitions")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|all| all.values_mut())
    {
        if let Some(keys) = form.get_mut("properties").and_then(Value::as_object_mut)
            && let Some(framework) = keys.get("framework").cloned()
        {
            keys.insert("server".to_owned(), framework);
        }
    }
    schema.insert("$id".to_owned(), json!("https://wslint.github.io/wslint/wslint.schema.json"));
    schema.insert("title".to_owned(), json!("wslint.yaml"));
    let comment = "Generated from crates/cli/config by `UPDATE_DOCS=1 cargo test -p wslint schema`.";
    schema.insert("$comment".to_owned(), json!(comment));
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// The reference, in markdown: each mapping with its keys, made of the schema.
fn reference(schema: &Value) -> String {
    let comment = "<!-- Made from crates/cli/config by `UPDATE_DOCS=1 cargo test -p wslint schema`. Change it there. -->";
    let mut out = format!(
        "{comment}\n\n# The keys of wslint.yaml\n\nAll of them may be left out. [configuration.md](configuration.md) shows them in use, and \
         [wslint.schema.json](wslint.schema.json) says the same to editors.\n\n"
    );
    table(&mut out, schema);
    for (name, form) in schema["definitions"].as_object().into_iter().flatten() {
        out += &format!("\n## {}\n\n{}\n\n", title(name), words(form));
        table(&mut out, form);
    }
    out
}

fn table(out: &mut String, form: &Value) {
    *out += "| key | holds | says |\n|---|---|---|\n";
    let required =
        |key: &str| form["required"].as_array().is_some_and(|keys| keys.iter().any(|one| one == key));
    for (key, value) in form["properties"].as_object().into_iter().flatten() {
        let must = if required(key) { ", required" } else { "" };
        *out += &format!("| `{key}`{must} | {} | {} |\n", holds(value), words(value));
    }
}

fn words(form: &Value) -> String {
    form["description"].as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}

/// `DeclaredEndpoint` as people read it.
fn title(name: &str) -> String {
    name.trim_start_matches("Declared").to_lowercase()
}

/// What a value is, in words.
fn holds(form: &Value) -> String {
    if let Some(name) = form["$ref"].as_str().or(form["anyOf"][0]["$ref"].as_str()) {
        let title = title(name.rsplit('/').next().unwrap_or_default());
        return format!("[{title}](#{title})");
    }
    if let Some(words) = form["enum"].as_array() {
        // The names of products are too many for a table.
        let few = words.len() < 12;
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return if few { words.join(", ") } else { "a [name](products/README.md)".to_owned() };
    }
    let is = |kind: &str| match &form["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    match () {
        () if is("array") => format!("a list of {}", holds(&form["items"])),
        () if is("object") => {
            format!(
                "a mapping from {} to {}",
                holds(&form["propertyNames"]),
                holds(&form["additionalProperties"])
            )
        }
        () if is("boolean") && !is("string") => "`true`, `false`".to_owned(),
        () => match form["pattern"].as_str() {
            Some(pattern) if pattern.contains("ms|s|m|h|d") => "a time such as `25s`".to_owned(),
            Some(pattern) if pattern.contains("{0,2}") => "a version such as `1.22.1`".to_owned(),
            Some(pattern) if pattern.starts_with("^/") => "a path that begins with `/`".to_owned(),
            _ => "text".to_owned(),
        },
    }
}

/// Holds a page against what it is made of, or writes it.
fn hold(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).expect("docs can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == made, "{name} is stale: run UPDATE_DOCS=1 cargo test -p wslint schema");
}

#[test]
fn the_published_schema_is_fresh() {
    let made = schema();
    hold("wslint.schema.json", &made);
    hold("wslint-yaml.md", &reference(&serde_json::from_str(&made).expect("a schema is JSON")));
}
