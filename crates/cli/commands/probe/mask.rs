//! Keeps secrets out of the report: what the user sends as credentials, and those in the URL. A server may send them back.

use wslint_probe::Report;

use crate::args::ProbeArgs;
use crate::secret::{is_secret_header, is_secret_parameter};

/// What stands in the place of a secret.
const MASK: &str = "[hidden]";
/// Shorter values are in every other word.
const SHORTEST: usize = 4;
/// Headers that say nothing that anybody hides.
const PLAIN: [&str; 8] = [
    "origin",
    "host",
    "user-agent",
    "sec-websocket-protocol",
    "x-forwarded-proto",
    "x-forwarded-for",
    "accept-language",
    "referer",
];

/// The secrets of one probe.
pub(super) struct Mask {
    /// The longest first, so that a part hides nothing of the whole.
    secrets: Vec<String>,
}

impl Mask {
    /// What the flags and the URL hold.
    pub(super) fn new(args: &ProbeArgs) -> Self {
        let mut secrets: Vec<String> = Vec::new();
        for header in &args.header {
            let name = header.name.to_ascii_lowercase();
            let Some(value) = header.value.as_deref() else { continue };
            if PLAIN.contains(&name.as_str()) && !is_secret_header(&name) {
                continue;
            }
            secrets.push(value.to_owned());
            // `Bearer …`, and the values of cookies.
            let parts = value.split([' ', ';', ',']);
            secrets
                .extend(parts.map(|part| part.split_once('=').map_or(part, |(_, value)| value).to_owned()));
        }
        secrets.extend(parameters(&args.url).map(|(_, value)| value.to_owned()));
        // A quotation has other marks in the place of its own.
        let quoted: Vec<String> = secrets
            .iter()
            .filter(|secret| secret.contains('`'))
            .map(|secret| secret.replace('`', "'"))
            .collect();
        secrets.extend(quoted);
        secrets.retain(|secret| secret.chars().count() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self { secrets }
    }

    /// A text without secrets, and without those whose end was cut off.
    pub(super) fn text(&self, text: &str) -> String {
        let whole =
            self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK));
        if !whole.contains('…') {
            return whole;
        }
        self.secrets.iter().fold(whole, |text, secret| {
            let ends: Vec<usize> = secret.char_indices().map(|(end, _)| end).skip(SHORTEST).collect();
            let cut =
                |text: String, end: usize| text.replace(&format!("{}…", &secret[..end]), &format!("{MASK}…"));
            ends.into_iter().rev().fold(text, cut)
        })
    }

    /// The URL without its secrets, however short.
    pub(super) fn url(&self, url: &str) -> String {
        let filled = parameters(url).filter(|(_, value)| !value.is_empty());
        let hidden = filled.fold(url.to_owned(), |url, (name, value)| {
            url.replace(&format!("{name}={value}"), &format!("{name}={MASK}"))
        });
        self.text(&hidden)
    }

    /// A report without secrets.
    pub(super) fn report(&self, report: &mut Report) {
        for step in &mut report.steps {
            step.detail = self.text(&step.detail);
            step.cause = step.cause.as_deref().map(|cause| self.text(cause));
        }
    }
}

/// The parameters of the query whose names promise a secret.
fn parameters(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query).split('#').next().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| is_secret_parameter(name))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Mask;
    use crate::args::{Cli, Command};

    fn mask(flags: &[&str]) -> Mask {
        let cli = Cli::parse_from(["wslint", "probe"].iter().chain(flags));
        match cli.command {
            Some(Command::Probe(args)) => Mask::new(&args),
            _ => panic!("not a probe"),
        }
    }

    #[test]
    fn what_the_user_hides_is_nowhere() {
        let mask = mask(&[
            "wss://a.example/ws?token=s3cr3t-one&room=lobby",
            "--header",
            "Cookie: sid=s3cr3t-two; theme=dark-mode",
            "--header",
            "Authorization: Bearer s3cr3t-three",
            "--header",
            "Origin: https://page.example",
        ]);
        let text = mask.text("s3cr3t-one s3cr3t-two s3cr3t-three lobby sid https://page.example");
        assert_eq!(text, "[hidden] [hidden] [hidden] lobby sid https://page.example");
        assert_eq!(mask.text("`/a/s3cr3t-th…` and `x…`"), "`/a/[hidden]…` and `x…`");
        assert_eq!(mask.url("ws://a/?token=abc&room=abc"), "ws://a/?token=[hidden]&room=abc");
    }
}
