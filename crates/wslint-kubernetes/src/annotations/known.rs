//! An annotation that a controller knows.

/// An annotation that a controller knows.
#[derive(Debug)]
pub struct Known {
    /// Its name; with the prefix where the controller has several that differ.
    pub name: &'static str,
    /// What becomes of it here.
    pub treatment: Treatment,
    /// What its value must be.
    pub holds: Holds,
    /// Whether a value of another form makes the controller refuse the object; otherwise it keeps its default.
    pub rejects: bool,
    /// The objects that it is read from; empty for an Ingress and whatever else may carry it.
    pub levels: &'static [Level],
}

/// What becomes of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It decides what is generated.
    Lowered,
    /// The controller does nothing with it.
    Ignored,
    /// With it the controller refuses the object.
    Rejected,
    /// It decides something that no WebSocket notices.
    Irrelevant,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Anything.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A time, as the controller writes times.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// An object that annotations are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The controller's ConfigMap.
    ConfigMap,
    /// The Ingress.
    Ingress,
    /// The Service.
    Service,
}
