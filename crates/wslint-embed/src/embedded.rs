//! What is found in a file.

use wslint_deploy::yaml::Complaint;
use wslint_model::{Mapped, Slip, Writing};
use wslint_syntax::Span;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The texts, in the order of the file.
    pub texts: Vec<Embedded>,
    /// What mounts folders of texts, in the order of the file.
    pub workloads: Vec<Workload>,
    /// What is wrong with the file.
    pub complaints: Vec<Complaint>,
}

/// A text that stands in another file.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The text, with the place of each byte.
    pub mapped: Mapped,
    /// The bytes of the host that begin to speak of it: its key, the command that writes it.
    pub opens: Span,
    /// The path that it will lie at, or what it is called.
    pub name: String,
    /// Which texts it lies together with.
    pub group: Group,
    /// How text is written in its place, or why none can be.
    pub writing: Result<Writing, &'static str>,
    /// Dollar signs that are not what they look like.
    pub slips: Vec<Slip>,
}

/// Which texts lie together, so that they can include each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It lies by itself.
    Alone,
    /// Everything that a document of the file writes lies on one machine, by the number of the document.
    Machine(usize),
    /// It lies in the container of this name.
    Container(String),
    /// It is a key of a ConfigMap or Secret.
    Folder(Folder),
}

/// A ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folder {
    /// The number of its document in the file, since names may stand twice.
    pub document: usize,
    /// Whether it is a Secret.
    pub secret: bool,
    /// The namespace, if the file tells.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// What makes pods, with what it mounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// The namespace, if the file tells.
    pub namespace: Option<String>,
    /// What it mounts.
    pub mounts: Vec<Mount>,
}

/// A ConfigMap or a Secret as a container sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Whether it is a Secret.
    pub secret: bool,
    /// The name of the ConfigMap or Secret.
    pub source: String,
    /// The keys that are there and the path of each; empty for all keys under their own names.
    pub items: Vec<(String, String)>,
    /// Where it is mounted.
    pub path: String,
    /// The one path in it that is mounted, as a file.
    pub sub_path: Option<String>,
}

impl Embedded {
    /// The ConfigMap or Secret that it is a key of.
    pub fn folder(&self) -> Option<&Folder> {
        match &self.group {
            Group::Folder(folder) => Some(folder),
            Group::Alone | Group::Machine(_) | Group::Container(_) => None,
        }
    }
}
