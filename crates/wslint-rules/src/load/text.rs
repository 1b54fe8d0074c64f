//! From text to nodes, and from a node's number back to its line and column.
//!
//! The YAML library tells a place only in its errors. So a place is found by reading the text once more and
//! failing on purpose at the node that is looked for; it costs a second reading, on the failing path only.

use serde::de::DeserializeSeed;

use crate::node::{Count, Node, Seed};

/// A 1-based line and column in characters.
pub(super) type Place = (usize, usize);

/// Reads YAML.
///
/// # Errors
/// What the YAML library says, and where.
pub(super) fn yaml(text: &str) -> Result<Node, (Place, String)> {
    read(text, None).map_err(|error| {
        let place = place(&error);
        let message = error.to_string();
        // The place is told apart from the message, so it need not stand in it.
        (place, message.replacen(&format!(" at line {} column {}", place.0, place.1), "", 1))
    })
}

/// The place of a node, by its number.
pub(super) fn locate(text: &str, number: u32) -> Place {
    read(text, Some(number)).err().map_or((1, 1), |error| place(&error))
}

fn read(text: &str, stop_at: Option<u32>) -> Result<Node, serde_yaml::Error> {
    let count = Count::default();
    Seed::new(&count, stop_at).deserialize(serde_yaml::Deserializer::from_str(text))
}

fn place(error: &serde_yaml::Error) -> Place {
    error.location().map_or((1, 1), |at| (at.line().max(1), at.column().max(1)))
}

/// Reads the JSON that the build script made from YAML.
///
/// # Errors
/// If it is no JSON, which cannot be unless the build script is broken.
pub(crate) fn json(text: &str) -> Result<Node, serde_json::Error> {
    let count = Count::default();
    Seed::new(&count, None).deserialize(&mut serde_json::Deserializer::from_str(text))
}
