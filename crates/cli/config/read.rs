//! Reads `wslint.yaml`, and says what is wrong with it and where.

use serde::Deserialize as _;
use serde::de::IgnoredAny;
use wslint_deploy::yaml;
use wslint_rules::nearest;

use super::file::File;
use crate::escape::escape;

/// More brackets than this are never open at once.
const DEEPEST: usize = 100;

/// What is wrong with a file, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Line and column, from 1; of the file as a whole there are none.
    pub(super) place: Option<(usize, usize)>,
    /// What is wrong. Safe to print.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

/// Reads the bytes of a file. One that holds nothing but comments says nothing.
pub(super) fn read(bytes: &[u8]) -> Result<File, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Wrong { place: Some((line, column)), ..whole("the text is not UTF-8".to_owned()) }
    })?;
    if let Some(place) = too_deep(text) {
        return Err(Wrong { place: Some(place), ..whole("brackets nested too deep".to_owned()) });
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(document) = documents.next() else { return Ok(File::default()) };
    let file = Option::<File>::deserialize(document).map_err(|error| wrong(&error))?;
    match documents.next().map(IgnoredAny::deserialize) {
        None => Ok(file.unwrap_or_default()),
        // What cannot be read behind the first value comes as a document of its own.
        Some(Err(error)) => Err(wrong(&error)),
        Some(Ok(_)) => Err(whole("it holds more than one YAML document".to_owned())),
    }
}

/// Line and column of the bracket that is nested too deep.
fn too_deep(text: &str) -> Option<(usize, usize)> {
    let before = &text[..yaml::too_deep(text, DEEPEST)?];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((before.matches('\n').count() + 1, before[line_start..].chars().count() + 1))
}

fn whole(message: String) -> Wrong {
    Wrong { place: None, message, help: None }
}

fn wrong(error: &serde_yaml::Error) -> Wrong {
    let place = error.location().map(|location| (location.line(), location.column()));
    let text = error.to_string();
    // The place stands in front of the message, where editors and terminals find it.
    let message = match place {
        Some((line, column)) => text.replace(&format!(" at line {line} column {column}"), ""),
        None => text,
    };
    let (message, help) = reword(&message);
    Wrong { place, message: escape(&message).into_owned(), help }
}

/// The words of serde as people say them; an unknown key with what it was meant for.
fn reword(message: &str) -> (String, Option<String>) {
    if let Some((path, key, known)) = unknown_key(message) {
        return match nearest(key, known.iter().copied()) {
            Some(near) => (format!("{path}unknown key `{key}`; did you mean `{near}`?"), None),
            None => {
                let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
                (format!("{path}unknown key `{key}`"), Some(format!("there is {}", known.join(", "))))
            }
        };
    }
    if let Some((path, rest)) = message.split_once("missing field ") {
        return (format!("{path}the key {rest} is missing"), None);
    }
    if let Some((path, rest)) = message.split_once("duplicate field ") {
        return (format!("{path}the key {rest} stands twice"), None);
    }
    if let Some((path, rest)) = message.split_once("invalid type: ")
        && let Some((found, wanted)) = rest.split_once(", expected ")
    {
        let wanted = if wanted == "field identifier" { "a key" } else { wanted };
        let found = match found {
            "sequence" => "a list",
            "map" => "a mapping",
            other => other,
        };
        return (format!("{path}expected {wanted}, found {found}"), None);
    }
    (message.to_owned(), None)
}

/// The parts of serde's message about an unknown key: what stands before it, the key, and the known ones.
fn unknown_key(message: &str) -> Option<(&str, &str, Vec<&str>)> {
    let (path, rest) = message.split_once("unknown field `")?;
    // The key may hold anything, the list of known ones does not.
    let (key, list) = rest.rsplit_once("`, expected ")?;
    Some((path, key, list.split('`').skip(1).step_by(2).collect()))
}
