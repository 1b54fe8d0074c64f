//! Where the output goes, and how wide and colourful it may be there.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use anstream::stream::RawStream;
use serde::Serialize;
use supports_hyperlinks::Stream;

use super::guard::{Guarded, obeyed};
use super::safe_json;
use crate::args::{ColorChoice, TerminalOptions};

/// The width of output that no terminal shows.
const PIPED_WIDTH: usize = 80;
/// Lines longer than this are hard to read on the widest terminal.
const WIDEST: usize = 120;
/// Below this nothing can be laid out.
const NARROWEST: usize = 40;

/// An output with its abilities.
pub(crate) struct Console {
    writer: Guarded<BufWriter<Box<dyn Write>>>,
    /// Columns.
    pub(crate) width: usize,
    /// Whether colours may be used.
    pub(crate) color: bool,
    /// Whether the terminal shows links.
    pub(crate) links: bool,
    /// Whether notes and the summary are left out.
    pub(crate) quiet: bool,
}

impl Console {
    /// Standard output as the user wants it.
    pub(crate) fn new(options: &TerminalOptions) -> Self {
        let stdout = io::stdout();
        let (width, color) = abilities(&stdout, options);
        Self {
            width,
            color,
            links: color && supports_hyperlinks::on(Stream::Stdout),
            quiet: options.quiet,
            ..Self::over(Box::new(stdout.lock()), obeyed())
        }
    }

    /// Standard error as the user wants it.
    pub(crate) fn stderr(options: &TerminalOptions) -> Self {
        let stderr = io::stderr();
        let (width, color) = abilities(&stderr, options);
        Self {
            width,
            color,
            links: color && supports_hyperlinks::on(Stream::Stderr),
            quiet: options.quiet,
            ..Self::over(Box::new(stderr.lock()), obeyed())
        }
    }

    /// Standard output for machines.
    pub(crate) fn plain() -> Self {
        Self::over(Box::new(io::stdout().lock()), obeyed())
    }

    /// A file.
    pub(crate) fn file(file: impl Write + 'static, options: &TerminalOptions) -> Self {
        Self { quiet: options.quiet, ..Self::over(Box::new(file), false) }
    }

    fn over(writer: Box<dyn Write>, guarded: bool) -> Self {
        Self {
            writer: Guarded::new(BufWriter::new(writer), guarded),
            width: PIPED_WIDTH,
            color: false,
            links: false,
            quiet: false,
        }
    }

    /// Writes one JSON document and a line feed.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        safe_json::write(&mut self.writer, document)?;
        self.writer.write_all(b"\n")?;
        self.writer.flush()
    }

    /// Writes a line that the runner of a pipeline shall obey.
    pub(crate) fn command(&mut self, line: &str) -> io::Result<()> {
        self.writer.command(line)
    }

    /// Words that lead to an address where the terminal shows links.
    pub(crate) fn linked(&self, words: &str, address: Option<&str>) -> String {
        match address.filter(|_| self.links) {
            Some(address) => format!("\x1b]8;;{address}\x1b\\{words}\x1b]8;;\x1b\\"),
            None => words.to_owned(),
        }
    }
}

/// The width of a stream, and whether it may be coloured.
fn abilities(stream: &(impl RawStream + IsTerminal), options: &TerminalOptions) -> (usize, bool) {
    let color = match options.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // NO_COLOR, CLICOLOR_FORCE, TERM=dumb and the like are anstream's business.
        ColorChoice::Auto => AutoStream::choice(stream) != anstream::ColorChoice::Never,
    };
    let width = if IsTerminal::is_terminal(stream) {
        let columns = terminal_size::terminal_size().map_or(PIPED_WIDTH, |(width, _)| width.0.into());
        columns.clamp(NARROWEST, WIDEST)
    } else {
        PIPED_WIDTH
    };
    (width, color)
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
