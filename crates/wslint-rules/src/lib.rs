//! Rules over facts, read from rules/*.yaml.
