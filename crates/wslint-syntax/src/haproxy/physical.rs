//! The lines of a file as the proxy's buffer delivers them.
//!
//! The proxy reads with `fgets()` into a buffer of 2048 bytes that doubles when a line fills it. That has two
//! effects that a plain split at LF lacks: a last line without LF that fills the buffer exactly is lost
//! without a warning, and a NUL byte cuts its line.

/// The size of the line buffer at the start of a file (`LINESIZE`).
const LINE_SIZE: usize = 2048;

/// A line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct PhysicalLine {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset after its last byte, without its LF, and before a NUL byte.
    pub(super) end: usize,
    /// What cuts the line short, if not LF.
    pub(super) cut: Option<Cut>,
}

/// Why a line does not end with LF in the proxy's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The file ends, or a NUL byte is followed by nothing that would be read after it.
    MissingLf,
    /// A NUL byte, and the file goes on.
    StrayNul,
}

/// Reads a file line by line.
pub(super) struct PhysicalLines<'a> {
    source: &'a [u8],
    at: usize,
    buffer: usize,
}

impl<'a> PhysicalLines<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self { source, at: 0, buffer: LINE_SIZE }
    }

    /// Lines whose lengths will change before the proxy reads them: none is lost.
    pub(super) fn of_template(source: &'a [u8]) -> Self {
        Self { source, at: 0, buffer: usize::MAX }
    }

    /// Grows the buffer until the line fits; false when the last line of the file fills it exactly and is
    /// lost, because the proxy then asks for more and finds the end of the file.
    fn fits(&mut self, length: usize, text: usize, lf: bool) -> bool {
        loop {
            let room = self.buffer - 1;
            if text < room || (text == room && lf && text == length) {
                return true;
            }
            self.buffer = self.buffer.saturating_mul(2);
            if room == length {
                return false;
            }
        }
    }
}

impl Iterator for PhysicalLines<'_> {
    type Item = PhysicalLine;

    fn next(&mut self) -> Option<PhysicalLine> {
        let start = self.at;
        let rest = self.source.get(start..).filter(|rest| !rest.is_empty())?;
        let lf = memchr::memchr(b'\n', rest);
        let length = lf.map_or(rest.len(), |at| at + 1);
        self.at = start + length;
        let nul = memchr::memchr(0, &rest[..length]);
        let text = nul.unwrap_or(length);
        if !self.fits(length, text, lf.is_some()) {
            return None;
        }
        let cut = match nul {
            Some(_) if length.min(self.buffer - 1) + start < self.source.len() => Some(Cut::StrayNul),
            Some(_) => Some(Cut::MissingLf),
            None if lf.is_none() => Some(Cut::MissingLf),
            None => None,
        };
        let end = start + if nul.is_none() && lf.is_some() { text - 1 } else { text };
        Some(PhysicalLine { start, end, cut })
    }
}
