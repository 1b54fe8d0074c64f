//! `--verbose`: what each file was taken for, and why, on standard error.

use std::io::{self, Write};

use wslint_model::NginxContext;

use super::console::Console;
use super::locate::Locator;
use super::words::count;
use crate::escape::{escape, shown_path};
use crate::project::{Loaded, Taken, Target, inventory};

/// Prints a line for each file that was looked at.
pub(crate) fn print_inventory(loaded: &Loaded, out: &mut Console) -> io::Result<()> {
    let mut locator = Locator::new(&loaded.project);
    for (path, taken) in inventory(loaded) {
        let words = match taken {
            Taken::NginxMain => "nginx, a whole configuration by its outermost directives".to_owned(),
            Taken::Included(site, more) => {
                let site = loaded.project.written(site);
                let place = format!("{}:{}", loaded.project.file(site.file).path, locator.start(site).line);
                let more =
                    if more == 0 { String::new() } else { format!(" and {}", count(more, "other place")) };
                format!("nginx, included at {}{more}", escape(&place))
            }
            Taken::Fragment(context) => {
                let block = block(context);
                format!(
                    "nginx, a fragment by its outermost directives: read as in {block}, since nothing includes it"
                )
            }
            Taken::Haproxy(1) => "HAProxy, a whole configuration by its sections".to_owned(),
            Taken::Haproxy(files) => format!(
                "HAProxy, one configuration with the other {} of its folder",
                count(files - 1, "file")
            ),
            Taken::HaproxyFragment(_) => {
                "HAProxy, a fragment: sections that take or serve its traffic are not at hand".to_owned()
            }
            Taken::Hidden(by) => format!("left alone: {} hides it", escape(&shown_path(by))),
            Taken::Left(reason) => format!("left alone: {reason}"),
        };
        writeln!(out, "{}: {words}", escape(&path))?;
    }
    if loaded.left.by_name > 0 {
        let files = count(loaded.left.by_name, "file");
        writeln!(out, "{files} more left alone: documents, data, source code or backups by their names")?;
    }
    for Target { proxy, version, place } in &loaded.targets {
        writeln!(
            out,
            "deployment: {} {} is predicted, by {}",
            proxy.title(),
            version.short(),
            escape(place)
        )?;
    }
    for maker in loaded.project.files.iter().filter_map(|file| file.host.as_ref()?.maker.as_ref()) {
        writeln!(out, "deployment: {} reads the manifests, since {}", maker.name, escape(&maker.because))?;
    }
    for line in &loaded.deployment {
        writeln!(out, "deployment: {}", escape(line))?;
    }
    writeln!(out)?;
    out.flush()
}

fn block(context: NginxContext) -> &'static str {
    match context {
        NginxContext::Main => "the main configuration",
        NginxContext::Http => "http {}",
        NginxContext::Server => "server {}",
        NginxContext::Location => "location {}",
        NginxContext::Stream => "stream {}",
    }
}
