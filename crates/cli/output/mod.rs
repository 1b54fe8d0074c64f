//! What people and machines read. Each format of findings is one file behind [`Printer`].

mod azure;
mod checkout;
mod checkstyle;
mod concise;
mod console;
mod copy;
mod draw;
mod entry;
mod excerpt;
pub(crate) mod facts;
mod folder;
mod full;
mod github;
mod gitlab;
mod guard;
mod html;
mod inventory;
mod json;
mod junit;
mod line;
mod locate;
#[cfg(not(target_os = "wasi"))]
mod markdown;
mod message;
mod notes;
pub(crate) mod page;
mod passage;
mod problems;
mod progress;
mod rdjson;
mod reason;
mod report;
mod run;
mod safe_json;
mod sarif;
mod sequence;
mod served;
mod statistics;
mod summary;
mod words;
mod xml;

use crate::args::Format;

pub(crate) use console::Console;
pub(crate) use folder::common_folder;
pub(crate) use github::Annotation;
pub(crate) use guard::in_actions;
pub(crate) use html::{
    Drawing, State, Station, code_of, drawing_of, drawn as draw_way, page as html_page, prose, stations_of,
};
pub(crate) use inventory::print_inventory;
pub(crate) use json::place as json_place;
pub(crate) use line::{Line, first_line, line_text};
pub(crate) use locate::Locator;
#[cfg(not(target_os = "wasi"))]
pub(crate) use markdown::drawn;
pub(crate) use message::{say, tell};
pub(crate) use passage::Passage;
pub(crate) use problems::report_problems;
pub(crate) use progress::Progress;
pub(crate) use reason::with_reason;
pub(crate) use run::{Found, Printer, Run};
pub(crate) use served::{Answer, Reader, Served, Verdict};
pub(crate) use words::{count, unbroken};

/// Whether what a page in the browser does not show is left out: it loads all of the command.
pub(crate) const SMALL: bool = cfg!(target_os = "wasi");

/// The printer of a format, unless it is left out.
pub(crate) fn printer(format: Format) -> Option<&'static dyn Printer> {
    Some(match format {
        Format::Concise => &concise::Concise,
        Format::Json => &json::Json,
        _ if SMALL => return None,
        Format::Full => &full::Full,
        Format::Sarif => &sarif::Sarif,
        Format::Github => &github::Github,
        Format::Gitlab => &gitlab::Gitlab,
        Format::Junit => &junit::Junit,
        Format::Checkstyle => &checkstyle::Checkstyle,
        Format::Rdjson => &rdjson::Rdjson,
        Format::Azure => &azure::Azure,
        Format::Html => &html::Html,
    })
}

/// The printer of `--statistics` in a format, if the format has room for them.
pub(crate) fn statistics_printer(format: Format) -> Option<&'static dyn Printer> {
    match format {
        Format::Full | Format::Concise => Some(&statistics::Table),
        Format::Json => Some(&statistics::Document),
        Format::Sarif
        | Format::Github
        | Format::Gitlab
        | Format::Junit
        | Format::Checkstyle
        | Format::Rdjson
        | Format::Azure
        | Format::Html => None,
    }
}
