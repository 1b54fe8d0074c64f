//! Keeps what the runner of GitHub Actions or the agent of Azure Pipelines would obey out of the text that it shows.
//!
//! The runner takes a line that starts with `::name …::`, blanks before it or not, and `##[name]` anywhere in a line,
//! for a command (actions/runner, `ActionCommand.cs`), on both output streams; the agent takes `##vso[name]` anywhere
//! (microsoft/azure-pipelines-agent, `Command.cs`). A configuration in a pull request can hold such text, so in a pipeline
//! it is written out like everything else that an output would obey.

use std::io::{self, Write};

/// Whether this is a step of a GitHub workflow.
pub(crate) fn in_actions() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Whether what is printed is looked at for commands: in a GitHub workflow, or by an agent of Azure Pipelines.
pub(super) fn obeyed() -> bool {
    in_actions() || std::env::var_os("TF_BUILD").is_some()
}

/// A writer that writes commands out where they would be obeyed.
pub(crate) struct Guarded<W> {
    inner: W,
    state: Option<State>,
}

/// What the line so far could become the beginning of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but blanks and signs, before which the runner may not look for a command.
    Start,
    /// A colon behind that.
    Colon,
    /// Neither.
    Inside,
    /// A number sign.
    One,
    /// Two number signs or more.
    Two,
}

impl<W: Write> Guarded<W> {
    /// Guards a writer if commands are obeyed here.
    pub(crate) fn new(inner: W, obeyed: bool) -> Self {
        Self { inner, state: obeyed.then_some(State::Start) }
    }

    /// Writes a line that is meant as a command.
    pub(crate) fn command(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.inner, "{line}")
    }
}

impl State {
    /// The state behind one more byte, and whether that byte would make a command.
    fn next(self, byte: u8) -> (Self, bool) {
        match (self, byte) {
            (_, b'\n' | b'\r') => (Self::Start, false),
            (Self::Start, b':') => (Self::Colon, false),
            (Self::Colon, b':') => (Self::Inside, true),
            // Beyond ASCII there are blanks, which the runner skips, and no letter of a command.
            (Self::Start, byte) if byte.is_ascii_whitespace() || !byte.is_ascii() => (Self::Start, false),
            (Self::One | Self::Two, b'#') => (Self::Two, false),
            (_, b'#') => (Self::One, false),
            (Self::Two, b'[' | b'v' | b'V') => (Self::Inside, true),
            _ => (Self::Inside, false),
        }
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(state) = &mut self.state else { return self.inner.write(bytes) };
        let mut written = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            let (next, command) = state.next(byte);
            *state = next;
            if command {
                self.inner.write_all(&bytes[written..at])?;
                write!(self.inner, "\\u{{{byte:x}}}")?;
                written = at + 1;
            }
        }
        self.inner.write_all(&bytes[written..])?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Documents come in pieces of a few bytes.
        match self.state {
            None => self.inner.write_all(bytes),
            Some(_) => self.write(bytes).map(|_| ()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::Guarded;

    #[test]
    fn commands_are_written_out_and_nothing_else_is() {
        for (text, guarded) in [
            ("::error::a", ":\\u{3a}error::a"),
            ("a\n \t\u{a0}\u{3000}::error::a", "a\n \t\u{a0}\u{3000}:\\u{3a}error::a"),
            ("a\r::b", "a\r:\\u{3a}b"),
            ("a ##[group]b ###[c]", "a ##\\u{5b}group]b ###\\u{5b}c]"),
            ("a ##vso[task.x]b ##w", "a ##\\u{76}so[task.x]b ##w"),
            ("a ::b::c [::]:80 #[d] # #[e]\n:a:b", "a ::b::c [::]:80 #[d] # #[e]\n:a:b"),
        ] {
            let guard = |pieces: &mut dyn Iterator<Item = &[u8]>| {
                let mut out = Vec::new();
                let mut writer = Guarded::new(&mut out, true);
                for piece in pieces {
                    writer.write_all(piece).expect("memory takes it");
                }
                String::from_utf8(out).expect("UTF-8")
            };
            assert_eq!(guard(&mut std::iter::once(text.as_bytes())), guarded);
            assert_eq!(guard(&mut text.as_bytes().chunks(1)), guarded, "byte by byte");
        }
        let mut out = Vec::new();
        Guarded::new(&mut out, false).write_all(b"::error::a ##[b]").expect("memory takes it");
        assert_eq!(out, b"::error::a ##[b]");
    }
}
