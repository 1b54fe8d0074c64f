//! Kubernetes objects: whatever a manifest holds, what controllers would make of it is a configuration, and each place that is
//! told lies in the manifest.

use wslint_deploy::helm::{Chart, Named, Values, rendered};
use wslint_kubernetes::controllers::{Generated, compile};
use wslint_kubernetes::select::Selection;
use wslint_kubernetes::{judge, objects};
use wslint_model::{FileId, Mapped, Proxy};
use wslint_syntax::{haproxy, nginx};

const MANIFEST: FileId = FileId(0);
const VALUES: FileId = FileId(1);

/// A manifest, and the same bytes as the template and the values of a chart.
///
/// # Panics
/// Where a place lies outside of the file, or where what is generated is no configuration.
pub fn manifest(bytes: &[u8]) {
    let (read, complaints) = objects::read(MANIFEST, bytes);
    for complaint in complaints {
        assert!(complaint.span.end as usize <= bytes.len(), "{complaint:?}");
    }
    let written = ["snippet", "config-backend"]
        .iter()
        .any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some());
    stands(&read, bytes.len(), written);
    let Some(values) = Values::read(VALUES, bytes.to_vec()) else { return };
    let mut named = Named::default();
    named.add(VALUES, bytes);
    let Some(made) = rendered(bytes, MANIFEST, &Chart { values, named, ..Chart::default() }) else { return };
    lies_within(&made, bytes.len());
    stands(&objects::read_mapped(MANIFEST, &made).0, bytes.len(), written);
}

/// Asks what is generated and judged. `written` tells that people write some of its lines as they are.
fn stands(objects: &objects::Objects, length: usize, written: bool) {
    let selection = Selection::new(objects, &[]);
    for generated in compile(objects, &selection) {
        lies_within(&generated.text, length);
        let notes = generated.maker.notes.iter().map(|(span, _)| *span);
        let related = generated.maker.related.iter().map(|related| related.span);
        for span in notes.chain(related).chain(generated.maker.copied.iter().copied()) {
            assert!(span.end as usize <= generated.text.text.len(), "{span:?}");
        }
        // A snippet is as people write it.
        if !written {
            reads(&generated);
        }
    }
    for route in judge::judge(objects, &selection, &[]) {
        let marks = route.facts.iter().flat_map(|(_, fact)| &fact.cause.marks);
        for site in marks.map(|mark| mark.site).chain([route.site]) {
            assert!(site.span.end as usize <= length, "{site:?}");
        }
    }
}

fn lies_within(text: &Mapped, length: usize) {
    for piece in text.map.pieces() {
        assert!([MANIFEST, VALUES].contains(&piece.from.file), "{piece:?}");
        assert!(piece.from.span.end as usize <= length, "{piece:?}");
    }
}

fn reads(generated: &Generated) {
    let own = generated.text.text.clone();
    let shown = String::from_utf8_lossy(&generated.text.text);
    match generated.chosen.controller.proxy() {
        Proxy::Nginx => {
            let options = nginx::Options { templates: true, ..Default::default() };
            let errors = nginx::parse(own, options).errors;
            assert!(errors.is_empty(), "{errors:?} in\n{shown}");
        }
        Proxy::Haproxy => {
            let options = haproxy::Options { templates: true, ..Default::default() };
            let errors = haproxy::parse(own, &options).errors;
            assert!(errors.is_empty(), "{errors:?} in\n{shown}");
        }
    }
}
