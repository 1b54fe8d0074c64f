//! A program that a deployment starts, whoever says so: a service of a compose file, a container of a workload.

use crate::Word;

/// A program that a deployment starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The name of the service or of the workload.
    pub name: Word,
    /// The names that other programs of the deployment call it by, its own among them.
    pub names: Vec<Word>,
    /// Its image.
    pub image: Option<Word>,
    /// How its image is made.
    pub build: Option<Build>,
    /// What is started in place of the image's own entry point.
    pub entrypoint: Vec<Word>,
    /// What is started, or handed to the entry point.
    pub command: Vec<Word>,
    /// Ports of the machine that lead to it.
    pub published: Vec<Port>,
    /// Whether it shares the network of the machine, so that each of its ports is one of the machine.
    pub on_machine: bool,
    /// The other file, and the service there, that says what this one does not.
    pub extends: Option<(Word, Word)>,
    /// Whether another file, or a part that is not read, may say more of it.
    pub incomplete: bool,
}

/// How an image is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The folder that it is made of, from the file that says so on.
    pub context: Word,
    /// The Dockerfile in that folder, where it is not called so.
    pub dockerfile: Option<Word>,
    /// The stage that is started, where it is not the last.
    pub target: Option<Word>,
}

/// A port of the machine that leads to a port of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The port of the machine.
    pub outside: u16,
    /// The port of the program.
    pub inside: u16,
}
