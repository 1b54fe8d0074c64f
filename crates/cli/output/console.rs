//! Where the output goes, and how wide and colourful it may be there.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use serde::Serialize;

use crate::args::{ColorChoice, TerminalOptions};

/// The width of output that no terminal shows.
const PIPED_WIDTH: usize = 80;
/// Lines longer than this are hard to read on the widest terminal.
const WIDEST: usize = 120;
/// Below this nothing can be laid out.
const NARROWEST: usize = 40;

/// Standard output with its abilities.
pub(crate) struct Console {
    writer: BufWriter<Box<dyn Write>>,
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
        let terminal = stdout.is_terminal();
        let color = match options.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // NO_COLOR, CLICOLOR_FORCE, TERM=dumb and the like are anstream's business.
            ColorChoice::Auto => AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let width = if terminal {
            let columns = terminal_size::terminal_size().map_or(PIPED_WIDTH, |(width, _)| width.0.into());
            columns.clamp(NARROWEST, WIDEST)
        } else {
            PIPED_WIDTH
        };
        Self {
            writer: BufWriter::new(Box::new(stdout.lock())),
            width,
            color,
            links: terminal && color,
            quiet: options.quiet,
        }
    }

    /// Standard output for machines.
    pub(crate) fn plain() -> Self {
        Self {
            writer: BufWriter::new(Box::new(io::stdout().lock())),
            width: PIPED_WIDTH,
            color: false,
            links: false,
            quiet: false,
        }
    }

    /// Writes one JSON document and a line feed.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, document)?;
        self.writer.write_all(b"\n")?;
        self.writer.flush()
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
