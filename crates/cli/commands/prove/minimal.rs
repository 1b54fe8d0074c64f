//! What a report of a disagreement needs: the lines that decide about a request, without names and addresses that are
//! somebody's.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use wslint_model::Site;
use wslint_model::way::{Run, Runs};

use crate::output::first_line;
use crate::project::Loaded;

/// More lines than these are no minimal route.
const MOST: usize = 40;

/// An IPv4 address, or a name with a dot in it.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\b(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,})\b";
    Regex::new(pattern).expect("the pattern is valid")
});

/// What names of files end in.
const FILES: [&str; 12] =
    ["conf", "cfg", "pem", "crt", "cert", "key", "lst", "map", "html", "sock", "hdr", "http"];

/// The lines that decide about the runs of a request: its steps, what sets headers, and what cuts silence.
pub(super) fn lines(loaded: &Loaded, runs: &Runs<Run>) -> Vec<Site> {
    let hops = || runs.results.iter().flat_map(|run| &run.hops);
    let steps = hops().flat_map(|hop| &hop.steps).filter_map(|step| step.site);
    let fields = hops().filter_map(|hop| hop.sent.as_ref()).flat_map(|message| &message.fields);
    let headers = fields.filter_map(|field| field.cause.as_ref()).flat_map(|cause| &cause.marks);
    let silence = hops().filter_map(|hop| hop.idle.as_ref()?.site);
    let mut sites: Vec<Site> = Vec::new();
    for site in steps.chain(headers.map(|mark| mark.site)).chain(silence) {
        if sites.len() < MOST && !sites.contains(&site) && !loaded.project.text(site).is_empty() {
            sites.push(site);
        }
    }
    sites
}

/// Replaces names and addresses, the same one by the same one.
#[derive(Default)]
pub(super) struct Replacer {
    known: HashMap<String, String>,
}

impl Replacer {
    /// The text of a line with them replaced.
    pub(super) fn line(&mut self, loaded: &Loaded, site: Site) -> String {
        let line = first_line(&loaded.project, &loaded.veil, site);
        self.text(String::from_utf8_lossy(&line).trim())
    }

    /// A text with them replaced.
    pub(super) fn text(&mut self, text: &str) -> String {
        NAMES.replace_all(text, |found: &Captures<'_>| self.replaced(&found[0])).into_owned()
    }

    fn replaced(&mut self, name: &str) -> String {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let is_address = ending.bytes().all(|byte| byte.is_ascii_digit());
        if name.starts_with("127.") || name == "0.0.0.0" || FILES.contains(&ending) {
            return name.to_owned();
        }
        let number = self.known.len() + 1;
        let new =
            || if is_address { format!("10.0.0.{number}") } else { format!("host{number}.example.com") };
        self.known.entry(name.to_ascii_lowercase()).or_insert_with(new).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Replacer;

    #[test]
    fn names_and_addresses_are_replaced_alike() {
        let mut replacer = Replacer::default();
        let check = |replacer: &mut Replacer, text: &str, expected: &str| {
            assert_eq!(replacer.text(text), expected);
        };
        check(&mut replacer, "server_name Chat.Acme.com;", "server_name host1.example.com;");
        check(&mut replacer, "proxy_pass http://203.0.113.7:3000;", "proxy_pass http://10.0.0.2:3000;");
        check(&mut replacer, "ws://chat.acme.com/ws", "ws://host1.example.com/ws");
        check(
            &mut replacer,
            "server a 127.0.0.1:80 ssl crt app.pem",
            "server a 127.0.0.1:80 ssl crt app.pem",
        );
        check(&mut replacer, "proxy_read_timeout 60s;", "proxy_read_timeout 60s;");
    }
}
