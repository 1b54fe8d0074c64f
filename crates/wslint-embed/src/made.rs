//! Texts in what a program makes of a file: a template with values in it.

use wslint_model::{Edit, FileId, Mapped, Slip};

use crate::compose_map::through;
use crate::embedded::Embedded;

/// A text of what was made, as one of the file; none that stands mostly in other files.
pub(crate) fn of_file(text: Embedded, source: &Mapped, file: FileId) -> Option<Embedded> {
    let opens = source.map.site(text.opens).filter(|site| site.file == file)?.span;
    let mapped = through(source, text.mapped);
    let own = mapped.map.pieces().iter().filter(|piece| piece.from.file == file);
    let own: usize = own.map(|piece| piece.text.len()).sum();
    if own * 2 < mapped.text.len() {
        return None;
    }
    let slips = text.slips.into_iter().filter_map(|slip| {
        let site = source.map.editable(slip.mend.site.span).filter(|site| site.file == file)?;
        Some(Slip { mend: Edit { site, ..slip.mend }, ..slip })
    });
    Some(Embedded { mapped, opens, slips: slips.collect(), ..text })
}
