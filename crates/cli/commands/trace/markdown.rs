//! `wslint trace` as Markdown, for editors: what is printed for people, as a block of code.

use super::{follow, story};
use crate::config::Configuration;
use crate::escape::backticks;
use crate::exit::Failure;
use crate::project::Loaded;
use crate::server::Target;
use crate::target;

/// Follows a request through what was loaded, and tells it.
///
/// # Errors
/// What is no URL, and files without a configuration that a request could be followed through.
pub(in crate::commands) fn markdown(
    loaded: &Loaded,
    configuration: &Configuration,
    traced: &Target<'_>,
) -> Result<String, Failure> {
    let mut request = target::request(target::target(traced.url)?, &[]);
    request.listen = target::listen(traced.listen)?;
    request.source = configuration.settings.source;
    match follow(loaded, configuration, &request, traced.url)? {
        Some(traced) => Ok(block(&story::text(&traced)?)),
        None => Err(Failure::said("there is no configuration here that a request could be followed through")),
    }
}

/// A fenced block (CommonMark, section 4.5), which three backticks at least begin and end.
fn block(text: &str) -> String {
    let fence = backticks(text, 3);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::block;

    #[test]
    fn nothing_within_ends_the_block() {
        assert_eq!(block("a `b`\n"), "```text\na `b`\n```\n");
        assert_eq!(block("````\nb"), "`````text\n````\nb\n`````\n");
    }
}
