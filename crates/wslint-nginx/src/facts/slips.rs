//! Dollar signs that the file around a configuration escapes where it must not, or does not where it must.

use wslint_model::choices::Slip as Kind;
use wslint_model::{Cause, Facts, Mark, Origin, Role, Site, Slip};

use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::questions;

/// Answers what is wrong with the dollar signs of the lines that a level and those around it have.
pub(super) fn tell(model: &Model<'_>, level: ContextId, facts: &mut Facts) {
    let config = model.config();
    let levels = config.outwards(level).filter_map(|(level, _)| model.slips().get(&level));
    let found: Vec<(Line, &Slip)> = levels.flatten().copied().collect();
    let Some(&(_, first)) = found.first() else { return };
    let same = found.iter().filter(|(_, slip)| slip.kind == first.kind);
    let words = match first.kind {
        Kind::Kept => "the backslash stays, as the delimiter is quoted",
        Kind::Expanded => "the shell puts nothing in its place, as the delimiter is not quoted",
        Kind::Interpolated => "Docker Compose puts nothing in its place",
        Kind::Doubled => "nothing makes one dollar sign of these two",
    };
    let mark = |&(line, slip): &(Line, &Slip)| Mark {
        site: if slip.span.is_empty() {
            config.site(line)
        } else {
            Site { file: line.file, span: slip.span }
        },
        role: Role::Says(words.to_owned()),
    };
    let cause = Cause { origin: Origin::Set, marks: same.map(mark).collect() };
    facts.answer(&questions::SLIP, first.kind, cause.clone());
    facts.answer(&questions::SLIP_VARIABLE, first.variable.clone(), cause);
}
