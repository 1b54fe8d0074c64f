//! A rule file as a plain tree, before anyone asks what its keys mean.
//!
//! The same tree is read from YAML (by people's hand), from JSON (examples) and stands in the program (the embedded
//! rules, which the build script writes as constants, for a fast start). Each
//! node has its number in document order, which the loader turns back into a line and a column. This module
//! knows no key; the build script compiles it a second time, so it depends on serde alone.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// One value, or one key of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The node's number in document order, which stands for its place.
    pub(crate) number: u32,
    /// What it holds.
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing, as after `key:`.
    Empty,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(u64),
    /// Any other number. YAML reads `1.30` as 1.3, so text that looks like this must be quoted.
    Decimal(f64),
    /// Text.
    Text(Cow<'static, str>),
    /// `[a, b]` or lines that begin with `-`.
    List(Cow<'static, [Node]>),
    /// `key: value` pairs in their order. A key may stand twice: that is for the reader to refuse.
    Map(Cow<'static, [(Node, Node)]>),
}

/// More nodes than this are no rule: a file of a few lines may name the same mapping a million times by its anchor.
const MOST_NODES: u32 = 50_000;

/// The most text of all nodes together, in bytes, for the same reason.
const MOST_TEXT: usize = 8 << 20;

/// How much of a file was read.
#[derive(Default)]
pub(crate) struct Count {
    /// The number of the next node.
    nodes: Cell<u32>,
    /// Bytes of text.
    text: Cell<usize>,
}

/// Reads one node and all below it. `stop_at` makes the reader fail at that number, so that the error carries
/// the place.
pub(crate) struct Seed<'c> {
    count: &'c Count,
    stop_at: Option<u32>,
}

impl<'c> Seed<'c> {
    /// A seed that goes on counting.
    pub(crate) fn new(count: &'c Count, stop_at: Option<u32>) -> Self {
        Self { count, stop_at }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let number = self.count.nodes.get();
        if number >= MOST_NODES {
            return Err(de::Error::custom(format!("more than {MOST_NODES} values")));
        }
        self.count.nodes.set(number + 1);
        let visitor = NodeVisitor { count: self.count, number, stop_at: self.stop_at };
        Ok(Node { number, value: deserializer.deserialize_any(visitor)? })
    }
}

struct NodeVisitor<'c> {
    count: &'c Count,
    number: u32,
    stop_at: Option<u32>,
}

impl NodeVisitor<'_> {
    fn keep<E: de::Error>(&self, value: Value) -> Result<Value, E> {
        if self.stop_at == Some(self.number) { Err(E::custom("here")) } else { Ok(value) }
    }

    fn below(&self) -> Seed<'_> {
        Seed { count: self.count, stop_at: self.stop_at }
    }
}

impl<'de> Visitor<'de> for NodeVisitor<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false, a list or a mapping")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.keep(Value::Empty)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        self.keep(Value::Empty)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
        self.keep(Value::Flag(flag))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        self.keep(Value::Whole(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        self.keep(Value::Decimal(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        self.keep(Value::Decimal(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        let bytes = self.count.text.get() + text.len();
        if bytes > MOST_TEXT {
            return Err(E::custom(format!("more than {} MiB of text", MOST_TEXT >> 20)));
        }
        self.count.text.set(bytes);
        self.keep(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.keep::<A::Error>(Value::Empty)?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.below())? {
            items.push(item);
        }
        Ok(Value::List(Cow::Owned(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.keep::<A::Error>(Value::Empty)?;
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(self.below())? {
            entries.push((key, access.next_value_seed(self.below())?));
        }
        Ok(Value::Map(Cow::Owned(entries)))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Empty => serializer.serialize_unit(),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Whole(number) => serializer.serialize_u64(*number),
            Value::Decimal(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter()),
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries.iter() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
