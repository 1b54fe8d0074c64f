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
            secrets.extend(
                value
                    .split([' ', ';', ','])
                    .map(|part| part.split_once('=').map_or(part, |(_, value)| value).to_owned()),
            );
        }
        let query =
            args.url.split_once('?').map_or("", |(_, query)| query).split('#').next().unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        secrets
            .extend(pairs.filter(|(name, _)| is_secret_parameter(name)).map(|(_, value)| value.to_owned()));
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self { secrets }
    }

    /// A text without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
    }

    /// A report without secrets.
    pub(super) fn report(&self, report: &mut Report) {
        for step in &mut report.steps {
            step.detail = self.text(&step.detail);
            step.cause = step.cause.as_deref().map(|cause| self.text(cause));
        }
    }
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
    }
}
