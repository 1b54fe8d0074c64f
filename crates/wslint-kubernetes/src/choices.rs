//! The words that answer questions of objects.

wslint_model::choices! {
    /// Why an annotation does nothing.
    pub enum Misfit {
        /// The controller knows no annotation of this name.
        Unknown "unknown",
        /// Another controller reads it, or none does any more.
        Foreign "foreign",
        /// The controller does not take its value.
        ValueIgnored "value-ignored",
        /// It is read from another object.
        WrongObject "wrong-object",
        /// Something else decides what it is about.
        NoEffect "no-effect",
    }

    /// What a load balancer in front does to WebSockets.
    pub enum Balancer {
        /// It speaks HTTP with the controller, and hands no upgrade on.
        Http "http",
        /// It cuts silent connections before the controller does.
        Idle "idle",
    }

    /// Whether it is known which controller reads an object.
    pub enum ReaderKnown {
        /// It is.
        Known "known",
        /// Nothing in the tree tells.
        Unknown "unknown",
    }
}
