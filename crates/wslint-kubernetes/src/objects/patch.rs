//! Patches that stand in a kustomization: a part of an object, or a list of operations (RFC 6902).

use wslint_deploy::yaml::{self, Id, Limits};
use wslint_model::{Mapped, Site};

use super::ingress::Ingress;
use super::meta::{Annotation, Meta};
use super::service::Scale;
use crate::word::{Page, Word};

/// What patches change, as objects that change others of their names.
#[derive(Default)]
pub(crate) struct Patches {
    /// Annotations of all Ingresses.
    pub(crate) common: Vec<Annotation>,
    /// Ingresses that change others of their names.
    pub(crate) ingresses: Vec<Ingress>,
    /// How many pods workloads get.
    pub(crate) scales: Vec<Scale>,
}

impl Patches {
    /// Adds annotations of the Ingress of a name, or of all of them.
    fn annotate(&mut self, name: Option<Word>, annotations: Vec<Annotation>) {
        match name {
            Some(name) => self.ingresses.push(Ingress::patch(name, annotations)),
            None => self.common.extend(annotations),
        }
    }
}

/// The lists of a kustomization that hold patches.
const LISTS: [&str; 3] = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/// The patches of a kustomization.
pub(crate) fn of_kustomization(page: Page<'_>, object: Id) -> Patches {
    let mut patches = Patches::default();
    let commons = page.entries(object, &["commonAnnotations"]);
    for item in LISTS.iter().flat_map(|list| page.items(object, &[list])) {
        let target = Target { page, item };
        let Some(text) = page.get(item, "patch").or_else(|| page.word(item)) else { continue };
        let Some(mapped) = text_of(&text) else { continue };
        for document in &yaml::load(&mapped.text, Limits::USUAL).documents {
            let inner = Page { source: &mapped, file: page.file, document };
            let Some(root) = document.root() else { continue };
            match document.items(root) {
                [] => of_part(inner, root, &target, &mut patches),
                operations => {
                    operations.iter().for_each(|&id| of_operation(inner, id, &target, &mut patches))
                }
            }
        }
    }
    patches.common.extend(commons.into_iter().map(|(name, value)| Annotation { name, value }));
    patches
}

/// What a patch is for.
struct Target<'p> {
    page: Page<'p>,
    item: Id,
}

impl Target<'_> {
    fn kind(&self) -> Option<Word> {
        self.page.at(self.item, &["target", "kind"])
    }

    /// The name; the empty one for all objects of the kind.
    fn name(&self) -> Option<Word> {
        self.page.at(self.item, &["target", "name"])
    }
}

/// A part of an object.
fn of_part(page: Page<'_>, root: Id, target: &Target<'_>, patches: &mut Patches) {
    let Some(meta) = Meta::read(page, root) else { return };
    match target.kind().map_or(meta.kind.clone(), |kind| kind.text).as_str() {
        "Ingress" => {
            patches.annotate(Some(target.name().unwrap_or(meta.name)), meta.annotations);
        }
        "Deployment" | "StatefulSet" | "ReplicaSet" => {
            patches.scales.extend(
                Scale::of_patch(page, root)
                    .map(|scale| Scale { name: target.name().unwrap_or(scale.name), ..scale }),
            );
        }
        _ => {}
    }
}

/// One operation that adds or replaces something.
fn of_operation(page: Page<'_>, id: Id, target: &Target<'_>, patches: &mut Patches) {
    let (Some(kind), Some(path)) = (target.kind(), page.get(id, "path")) else { return };
    if page.get(id, "op").is_none_or(|op| !matches!(op.text.as_str(), "add" | "replace")) {
        return;
    }
    let name = target.name();
    match (kind.text.as_str(), path.text.as_str()) {
        ("Ingress", "/metadata/annotations") => {
            let entries = page.entries(id, &["value"]);
            let annotations = entries.into_iter().map(|(name, value)| Annotation { name, value }).collect();
            patches.annotate(name, annotations);
        }
        ("Ingress", way) => {
            let Some(short) = way.strip_prefix("/metadata/annotations/") else { return };
            let Some(value) = page.get(id, "value") else { return };
            let key = Word::unwritten(short.replace("~1", "/").replace("~0", "~"), path.site);
            patches.annotate(name, vec![Annotation { name: key, value }]);
        }
        ("Deployment" | "StatefulSet" | "ReplicaSet", "/spec/replicas") => {
            let count = page.get(id, "value");
            patches.scales.extend(name.zip(count).map(|(name, count)| Scale { name, count }));
        }
        _ => {}
    }
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
