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

#[test]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/wslint.schema.json");
    let made = schema();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("docs can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == made, "stale: run UPDATE_DOCS=1 cargo test -p wslint schema");
}
