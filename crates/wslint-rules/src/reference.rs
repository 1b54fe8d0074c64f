//! The reference of the rule file: what it may hold, for people and, as a JSON schema, for editors. Both are made of the
//! forms that the loader reads by, so that they cannot say something else.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};
use wslint_model::{Entry, Kind, Word};

use crate::catalogue::Catalogue;
use crate::load::form::{FORMS, Form, Holds, Key};
use crate::scope::Scope;

/// The reference, in markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# The rule file\n\nOne rule is one file, `rules/PROXY/NAME.yaml`, or `rules/any/NAME.yaml` for both proxies; \
         [your own](../own-rules.md) stand where `rules_dir` of wslint.yaml or `--rules` says. [rule.schema.json](../rule.schema.json) says the \
         same to editors: put `# yaml-language-server: $schema=../../docs/rule.schema.json` in the first line. \
         [What rules may ask](questions.md) lists the questions and the recipes.\n",
    );
    for form in FORMS {
        let title = form.what.split_once(' ').map_or(form.what, |(_, name)| name);
        let _ = write!(out, "\n## {title}\n\n{}\n\n| key | holds | says |\n|---|---|---|\n", form.about);
        for key in form.keys {
            let must = if key.required { ", required" } else { "" };
            let _ = writeln!(out, "| `{}`{must} | {} | {} |", key.name, holds(&key.holds), key.about);
        }
    }
    out
}

fn holds(holds: &Holds) -> String {
    let words =
        |words: Vec<&str>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match holds {
        Holds::Text => "text".to_owned(),
        Holds::Flag => "`true` or `false`".to_owned(),
        Holds::Upto(most) => format!("a number from 1 to {most}"),
        Holds::Time => "a time such as `60s`".to_owned(),
        Holds::Bound => "a time such as `60s`, or a number".to_owned(),
        Holds::Version => "a version such as `1.29.7`".to_owned(),
        Holds::Word(given) => words(given()),
        Holds::Question => "a [question](questions.md)".to_owned(),
        Holds::Conditions => {
            "[questions](questions.md) with a word, a list of words, a flag, a [range](#range), or `present`"
                .to_owned()
        }
        Holds::Recipe => "a [recipe](questions.md)".to_owned(),
        Holds::Template => "text; `{question}` quotes an answer, `{route}` the route".to_owned(),
        Holds::Addresses => "a list of addresses of pages".to_owned(),
        Holds::Paths => "a list of paths".to_owned(),
        Holds::Path => "a path that begins with `/`".to_owned(),
        Holds::Pairs => "names with text".to_owned(),
        Holds::PairsOf(given) => format!("addresses with {}", words(given())),
        Holds::Form(form) => format!("[{}](#{})", form.what, form.anchor),
        Holds::Forms(form) => format!("a list; each is [{}](#{})", form.what, form.anchor),
    }
}

/// The JSON schema of the rule file.
pub fn schema() -> Value {
    let definitions: Map<String, Value> =
        FORMS.iter().skip(1).map(|form| (form.anchor.to_owned(), object(form))).collect();
    let mut schema = object(FORMS[0]);
    if let Value::Object(fields) = &mut schema {
        fields.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        fields.insert("title".into(), json!("A rule of wslint"));
        let mut definitions = definitions;
        definitions.insert("conditions".into(), conditions());
        definitions.extend(choices());
        fields.insert("$defs".into(), Value::Object(definitions));
    }
    schema
}

fn object(form: &Form) -> Value {
    let property = |key: &Key| {
        let mut value = value(&key.holds);
        if let Value::Object(fields) = &mut value {
            fields.insert("description".into(), json!(key.about));
        }
        (key.name.to_owned(), value)
    };
    let required: Vec<&str> = form.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "description": form.about,
        "type": "object",
        "properties": form.keys.iter().map(property).collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn value(holds: &Holds) -> Value {
    match holds {
        Holds::Text | Holds::Template => json!({ "type": "string", "minLength": 1 }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Upto(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        Holds::Time => json!({ "type": "string" }),
        Holds::Bound => json!({ "type": ["string", "integer"] }),
        Holds::Version => json!({ "type": ["string", "number"] }),
        Holds::Word(words) => json!({ "enum": words() }),
        Holds::Question => json!({ "enum": questions().into_keys().collect::<Vec<_>>() }),
        Holds::Conditions => json!({ "$ref": "#/$defs/conditions" }),
        Holds::Recipe => {
            let mut recipes: Vec<&str> =
                catalogues().flat_map(|catalogue| catalogue.recipes).map(|recipe| recipe.name).collect();
            recipes.sort_unstable();
            recipes.dedup();
            json!({ "enum": recipes })
        }
        Holds::Addresses => {
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "format": "uri" } })
        }
        Holds::Paths => {
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^/" } })
        }
        Holds::Path => json!({ "type": "string", "pattern": "^/" }),
        Holds::Pairs => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Holds::PairsOf(words) => json!({ "type": "object", "additionalProperties": { "enum": words() } }),
        Holds::Form(form) => json!({ "$ref": format!("#/$defs/{}", form.anchor) }),
        Holds::Forms(form) => {
            json!({ "type": "array", "minItems": 1, "items": { "$ref": format!("#/$defs/{}", form.anchor) } })
        }
    }
}

fn catalogues() -> impl Iterator<Item = &'static Catalogue> {
    Scope::ALL.into_iter().map(Catalogue::of)
}

/// The questions of both proxies, by name.
fn questions() -> BTreeMap<&'static str, &'static Entry> {
    let all = catalogues().flat_map(|catalogue| &catalogue.questions);
    all.map(|question| (question.name, *question)).collect()
}

fn conditions() -> Value {
    let properties = questions().into_iter().map(|(name, question)| {
        let tests = [test(question), json!({ "const": "present" })];
        (name.to_owned(), json!({ "description": question.about, "anyOf": tests }))
    });
    json!({
        "description": "Questions with what they must be answered.",
        "type": "object",
        "minProperties": 1,
        "properties": properties.collect::<Map<_, _>>(),
        "additionalProperties": false,
    })
}

/// The words of each choice, with what they mean.
fn choices() -> impl Iterator<Item = (String, Value)> {
    let word = |word: &Word| json!({ "const": word.word, "description": word.means });
    questions().into_values().filter_map(move |question| match question.kind {
        Kind::Choice(words) => {
            Some((words_of(question), json!({ "anyOf": words.iter().map(word).collect::<Vec<_>>() })))
        }
        _ => None,
    })
}

/// The name of the definition of a choice's words.
fn words_of(question: &Entry) -> String {
    format!("words-of-{}", question.name)
}

fn test(question: &Entry) -> Value {
    match question.kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice(_) => {
            let word = json!({ "$ref": format!("#/$defs/{}", words_of(question)) });
            json!({ "anyOf": [word, { "type": "array", "minItems": 1, "items": word }] })
        }
        Kind::Duration | Kind::Number => json!({ "$ref": "#/$defs/range" }),
        Kind::Text => json!({ "const": "present" }),
    }
}
