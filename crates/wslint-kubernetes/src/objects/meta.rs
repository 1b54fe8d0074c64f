//! What every object has: its kind, its name, its namespace, its annotations.

use wslint_deploy::kubernetes;
use wslint_deploy::yaml::Id;
use wslint_model::Site;
use wslint_syntax::Span;

use crate::word::{Page, Word};

/// What every object has.
#[derive(Clone, Debug)]
pub struct Meta {
    /// Its kind: `Ingress`.
    pub kind: String,
    /// Its name; the place of its `kind` where it has none.
    pub name: Word,
    /// Its namespace, if the file tells.
    pub namespace: Option<String>,
    /// When the cluster created it, as `kubectl get` prints it.
    pub created: Option<String>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Annotations that have no value: a patch takes those of another object away by them.
    pub(crate) nulls: Vec<String>,
}

/// An annotation of an object, or an entry of a ConfigMap.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// Its name, with the prefix.
    pub name: Word,
    /// Its value.
    pub value: Word,
}

impl Annotation {
    /// Where what it says is decided: its bytes, or the value where that stands in another file.
    pub fn site(&self) -> Site {
        match self.name.site.file == self.value.site.file {
            true => self.place(),
            false => self.value.site,
        }
    }

    /// Its bytes, from the name to the value.
    pub fn place(&self) -> Site {
        let (name, value) = (self.name.site, self.value.site);
        let joins = name.file == value.file && name.span.start <= value.span.end;
        let end = if joins { value.span.end.max(name.span.end) } else { name.span.end };
        Site { span: Span { start: name.span.start, end }, ..name }
    }

    /// The name behind its prefix.
    pub fn short(&self) -> &str {
        self.name.text.rsplit_once('/').map_or(self.name.text.as_str(), |(_, short)| short)
    }

    /// The prefix, without the slash.
    pub fn prefix(&self) -> &str {
        self.name.text.rsplit_once('/').map_or("", |(prefix, _)| prefix)
    }
}

impl Meta {
    /// That of an object which something else makes.
    pub(super) fn unwritten(kind: &str, name: Word) -> Self {
        Self {
            kind: kind.to_owned(),
            name,
            namespace: None,
            created: None,
            annotations: Vec::new(),
            nulls: Vec::new(),
        }
    }

    /// Reads them; nothing of what has no kind.
    pub(crate) fn read(page: Page<'_>, object: Id) -> Option<Self> {
        let kind = kubernetes::kind(page.document, object)?.to_owned();
        let name = page.at(object, &["metadata", "name"]).or_else(|| page.get(object, "kind"))?;
        let namespace = page.at(object, &["metadata", "namespace"]).filter(|word| !word.open);
        let nulls = page.nulls(object, &["metadata", "annotations"]);
        let entries = page.entries(object, &["metadata", "annotations"]).into_iter();
        let annotations = entries
            .filter(|(name, _)| !nulls.contains(&name.text))
            .map(|(name, value)| Annotation { name, value })
            .collect();
        let created = page.at(object, &["metadata", "creationTimestamp"]).map(|word| word.text);
        Some(Self { kind, name, namespace: namespace.map(|word| word.text), created, annotations, nulls })
    }

    /// The annotation of a name. Of one that stands twice, the last.
    pub fn annotation(&self, name: &str) -> Option<&Annotation> {
        self.annotations.iter().rev().find(|annotation| annotation.name.text == name)
    }

    /// Whether both may be of one namespace.
    pub fn shares_namespace(&self, other: Option<&str>) -> bool {
        match (self.namespace.as_deref(), other) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }

    /// The object as people call it: `Ingress live`.
    pub fn called(&self) -> String {
        format!("{} {}", self.kind, self.name.text)
    }
}
