//! What nginx refuses of the sizes of buffers for answers, which have to fit to each other.

use super::reason::{Refusal, RefusalKind};
use super::value::number;
use crate::config::{ContextId, Line, time};
use crate::model::Model;
use wslint_model::NginxContext;

/// The size of a page of memory, which is that of a buffer by default.
const PAGE: u64 = 4096;

/// How many buffers there are by default.
const COUNT: u64 = 8;

/// The sizes in force at a level that has one of the three lines.
pub(super) fn unfit_buffers(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let config = model.config();
    let sets_buffers = |line: &Line| line.name.is_none() && config.name(*line).contains("_buffer");
    if !config.context(level).lines.iter().any(sets_buffers) {
        return None;
    }
    ["proxy", "fastcgi", "uwsgi", "scgi"].iter().find_map(|module| unfit(model, level, module))
}

fn unfit(model: &Model<'_>, level: ContextId, module: &str) -> Option<Refusal> {
    let config = model.config();
    let whole = config.assumed == NginxContext::Main && !config.has_gaps;
    let names = ["buffer_size", "buffers", "busy_buffers_size"].map(|part| format!("{module}_{part}"));
    let own = |level: ContextId, name: &str| {
        let lines = config.context(level).lines.iter().copied();
        lines.rev().find(|&line| line.name.is_none() && config.name(line) == name)
    };
    let here: Vec<Line> = names.iter().filter_map(|name| own(level, name)).collect();
    let &line = here.last().filter(|_| whole)?;
    let found = |name: &str| config.outwards(level).find_map(|(level, _)| own(level, name));
    let size_of = |line: Line, index: usize| time::bytes(config.known_arg(line, index)?.as_ref());
    let size = match found(&names[0]) {
        Some(line) => size_of(line, 0)?,
        None => PAGE,
    };
    let (count, each) = match found(&names[1]) {
        Some(line) => (number(&config.known_arg(line, 0)?)?, size_of(line, 1)?),
        None => (COUNT, PAGE),
    };
    let largest = size.max(each);
    let busy = match found(&names[2]) {
        Some(line) => size_of(line, 0)?,
        None => 2 * largest,
    };
    let [_, buffers, busy_size] = names.each_ref();
    let reason = if count < 2 {
        format!("there must be at least 2 \"{buffers}\"")
    } else if busy < largest {
        format!(
            "\"{busy_size}\" must be equal to or greater than the maximum of the value of \"{module}_buffer_size\" and \
             one of the \"{buffers}\""
        )
    } else if busy > (count - 1).saturating_mul(each) {
        format!("\"{busy_size}\" must be less than the size of all \"{buffers}\" minus one buffer")
    } else {
        return None;
    };
    Some(Refusal { kind: RefusalKind::Other, line, reason })
}
