//! Patches of a kustomization: a part of an object, or a list of operations (RFC 6902), in it or in a file that it names.

use wslint_deploy::yaml::{self, Id, Limits};
use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use super::ingress::Ingress;
use super::meta::{Annotation, Meta};
use super::service::Scale;
use crate::word::{Page, Word};

/// What patches change, as objects that change others of their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patches {
    /// Annotations of all Ingresses.
    pub(crate) common: Vec<Annotation>,
    /// Ingresses that change others of their names.
    pub(crate) ingresses: Vec<Ingress>,
    /// How many pods workloads get.
    pub(crate) scales: Vec<Scale>,
    /// What is taken away or written anew, where there is one overlay only.
    pub(crate) changes: Vec<Change>,
}

/// What a patch takes away from objects, or writes anew in them.
#[derive(Clone, Debug)]
pub struct Change {
    /// The kind.
    pub(crate) kind: String,
    /// The name; none for all objects of the kind.
    pub(crate) name: Option<String>,
    pub(crate) what: What,
}

/// What is changed.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The object is taken away.
    Object,
    /// An annotation of this name is.
    Annotation(String),
    /// All annotations are.
    Annotations,
    /// The host of a rule is another one.
    Host(usize, Word),
    /// A path of a rule is another one.
    Path(usize, usize, Word),
    /// The class is.
    Class(Word),
}

impl Change {
    /// Of an Ingress.
    fn of_ingress(name: Option<&Word>, what: What) -> Self {
        Self { kind: "Ingress".to_owned(), name: name.map(|name| name.text.clone()), what }
    }

    /// Whether it is for an object of this kind and name.
    pub(crate) fn concerns(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.as_ref().is_none_or(|own| own == name)
    }

    /// Changes an Ingress; whether it is still there.
    pub(crate) fn apply(&self, ingress: &mut Ingress) -> bool {
        if !self.concerns("Ingress", &ingress.meta.name.text) {
            return true;
        }
        match &self.what {
            What::Object => return false,
            What::Annotation(name) => ingress.meta.annotations.retain(|one| one.name.text != *name),
            What::Annotations => ingress.meta.annotations.clear(),
            What::Host(rule, host) => {
                ingress.rules.get_mut(*rule).into_iter().for_each(|rule| rule.host = Some(host.clone()));
            }
            What::Path(rule, path, word) => {
                let path = ingress.rules.get_mut(*rule).and_then(|rule| rule.paths.get_mut(*path));
                path.into_iter().for_each(|path| (path.site, path.path) = (word.site, word.clone()));
            }
            What::Class(class) => ingress.class = Some(class.clone()),
        }
        true
    }
}

impl Patches {
    /// Adds annotations of the Ingress of a name, or of all of them.
    fn annotate(&mut self, name: Option<Word>, annotations: Vec<Annotation>) {
        match name {
            Some(name) => self.ingresses.push(Ingress::patch(name, annotations)),
            None => self.common.extend(annotations),
        }
    }

    /// Adds that annotations without a value are taken away.
    fn remove(&mut self, name: Option<&Word>, annotations: Vec<String>) {
        let gone = annotations.into_iter().map(|one| Change::of_ingress(name, What::Annotation(one)));
        self.changes.extend(gone);
    }
}

/// The lists of a kustomization that hold patches.
const LISTS: [&str; 3] = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/// The patches that stand in a kustomization.
pub(crate) fn of_kustomization(page: Page<'_>, object: Id) -> Patches {
    let mut patches = Patches::default();
    let commons = page.entries(object, &["commonAnnotations"]);
    for item in LISTS.iter().flat_map(|list| page.items(object, &[list])) {
        let target = Target::read(page, item);
        let Some(text) = page.get(item, "patch").or_else(|| page.word(item)) else { continue };
        let Some(mapped) = text_of(&text) else { continue };
        target.apply(page.file, &mapped, true, &mut patches);
    }
    patches.common.extend(commons.into_iter().map(|(name, value)| Annotation { name, value }));
    patches
}

/// A file that a kustomization names as a patch.
#[derive(Clone, Debug)]
pub struct PatchFile {
    /// Its path, from the kustomization's folder on.
    pub path: String,
    target: Target,
}

impl PatchFile {
    /// The files that a kustomization names.
    pub(crate) fn of_kustomization(page: Page<'_>, object: Id) -> Vec<Self> {
        let items = LISTS.iter().flat_map(|list| page.items(object, &[list]));
        let of_item = |item: Id| {
            let path = page.get(item, "path")?;
            Some(Self { path: path.text, target: Target::read(page, item) })
        };
        items.filter_map(of_item).collect()
    }

    /// What it changes.
    pub(crate) fn read(&self, file: FileId, bytes: &[u8]) -> Patches {
        let mut patches = Patches::default();
        let mut source = Mapped::default();
        source.copy(bytes, Site { file, span: Span::new(0, bytes.len()) });
        // A part of an object that names itself is read where it stands.
        self.target.apply(file, &source, self.target.name.is_some(), &mut patches);
        patches
    }
}

/// What a patch is for.
#[derive(Clone, Debug)]
struct Target {
    kind: Option<Word>,
    /// The name; none for all objects of the kind.
    name: Option<Word>,
}

impl Target {
    fn read(page: Page<'_>, item: Id) -> Self {
        Self { kind: page.at(item, &["target", "kind"]), name: page.at(item, &["target", "name"]) }
    }

    /// Reads the text of a patch; whether parts of objects count in it.
    fn apply(&self, file: FileId, source: &Mapped, parts: bool, patches: &mut Patches) {
        for document in &yaml::load(&source.text, Limits::USUAL).documents {
            let page = Page { source, file, document };
            let Some(root) = document.root() else { continue };
            match document.items(root) {
                [] if parts => self.of_part(page, root, patches),
                operations => operations.iter().for_each(|&id| self.of_operation(page, id, patches)),
            }
        }
    }

    /// A part of an object.
    fn of_part(&self, page: Page<'_>, root: Id, patches: &mut Patches) {
        let Some(meta) = Meta::read(page, root) else { return };
        let kind = self.kind.as_ref().map_or(meta.kind.clone(), |kind| kind.text.clone());
        let name = self.name.clone().unwrap_or(meta.name);
        if is_deleted(page, root) {
            let name = Some(name.text);
            return patches.changes.push(Change { kind, name, what: What::Object });
        }
        match kind.as_str() {
            "Ingress" => {
                patches.remove(Some(&name), meta.nulls);
                patches.annotate(Some(name), meta.annotations);
            }
            "Deployment" | "StatefulSet" | "ReplicaSet" => {
                patches.scales.extend(Scale::of_patch(page, root).map(|scale| Scale { name, ..scale }));
            }
            _ => {}
        }
    }

    /// One operation.
    fn of_operation(&self, page: Page<'_>, id: Id, patches: &mut Patches) {
        let (Some(kind), Some(path)) = (&self.kind, page.get(id, "path")) else { return };
        let Some(operation) = page.get(id, "op") else { return };
        let name = self.name.clone();
        let way: Vec<&str> = path.text.trim_start_matches('/').split('/').collect();
        let unescaped = |word: &str| word.replace("~1", "/").replace("~0", "~");
        let value = page.get(id, "value");
        match (operation.text.as_str(), kind.text.as_str(), way.as_slice(), value) {
            ("remove", "Ingress", ["metadata", "annotations", short], _) => {
                patches.remove(name.as_ref(), vec![unescaped(short)]);
            }
            ("remove", "Ingress", ["metadata", "annotations"], _) => {
                patches.changes.push(Change::of_ingress(name.as_ref(), What::Annotations));
            }
            ("add" | "replace", "Ingress", ["metadata", "annotations"], _) => {
                let entries = page.entries(id, &["value"]);
                let annotations =
                    entries.into_iter().map(|(name, value)| Annotation { name, value }).collect();
                patches.annotate(name, annotations);
            }
            ("add" | "replace", "Ingress", ["metadata", "annotations", short], Some(value)) => {
                let key = Word::unwritten(unescaped(short), path.site);
                patches.annotate(name, vec![Annotation { name: key, value }]);
            }
            ("add" | "replace", "Ingress", ["spec", way @ ..], Some(value)) => {
                let what = match way {
                    ["ingressClassName"] => Some(What::Class(value)),
                    ["rules", rule, "host"] => rule.parse().ok().map(|rule| What::Host(rule, value)),
                    ["rules", rule, "http", "paths", path, "path"] => rule
                        .parse()
                        .ok()
                        .zip(path.parse().ok())
                        .map(|(rule, path)| What::Path(rule, path, value)),
                    _ => None,
                };
                patches.changes.extend(what.map(|what| Change::of_ingress(name.as_ref(), what)));
            }
            (
                "add" | "replace",
                "Deployment" | "StatefulSet" | "ReplicaSet",
                ["spec", "replicas"],
                Some(count),
            ) => patches.scales.extend(name.map(|name| Scale { name, count })),
            _ => {}
        }
    }
}

/// Whether an object stands for the deletion of another one.
pub(crate) fn is_deleted(page: Page<'_>, object: Id) -> bool {
    page.get(object, "$patch").is_some_and(|word| word.text == "delete")
}

/// The text of a patch with the place of each line; none of one without lines.
fn text_of(word: &Word) -> Option<Mapped> {
    let mut mapped = Mapped::default();
    for (line, site) in word.raw_lines() {
        let blanks = line.len() - line.trim_start().len();
        let own = Site { span: site.span, ..site };
        mapped.put(&line.as_bytes()[..blanks], own);
        let trimmed = line.trim();
        match trimmed.len() == site.span.len() {
            true => mapped.copy(trimmed.as_bytes(), own),
            false => mapped.put(trimmed.as_bytes(), own),
        }
        mapped.put(b"\n", own);
    }
    (!mapped.text.is_empty()).then_some(mapped)
}
