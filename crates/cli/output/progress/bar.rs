//! The line on a terminal, drawn by a thread of its own.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Shorter work says nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const PACE: Duration = Duration::from_millis(200);

/// The line. It goes away when this does.
pub(crate) struct Progress {
    bar: ProgressBar,
    words: Arc<Mutex<String>>,
}

impl Progress {
    /// Starts on standard error if that is a terminal, unless `quiet`. The words say what is done first.
    pub(crate) fn start(quiet: bool, words: &str) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if quiet || dumb || !io::stderr().is_terminal() {
            return Self::on(ProgressDrawTarget::hidden(), PATIENCE, words);
        }
        let progress = Self::on(ProgressDrawTarget::stderr(), PATIENCE, words);
        progress.bar.enable_steady_tick(PACE);
        progress
    }

    fn on(target: ProgressDrawTarget, patience: Duration, words: &str) -> Self {
        let words = Arc::new(Mutex::new(words.to_owned()));
        let told = Arc::clone(&words);
        let line = move |state: &ProgressState, out: &mut dyn Write| {
            if state.elapsed() >= patience {
                let words = told.lock().unwrap_or_else(PoisonError::into_inner);
                // The line is a courtesy: whatever becomes of it, the work goes on.
                let _ = write!(out, "{words} … {} s", state.elapsed().as_secs());
            }
        };
        let style =
            ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, target).with_style(style.with_key("line", line));
        Self { bar, words }
    }

    /// Says what is done now.
    pub(crate) fn step(&self, words: impl Into<String>) {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words.into();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use indicatif::{ProgressDrawTarget, TermLike};

    use super::Progress;

    /// A terminal of so many columns that shows one line, which may be wrapped.
    #[derive(Clone, Debug)]
    struct Terminal {
        columns: u16,
        shown: Arc<Mutex<String>>,
    }

    impl Terminal {
        fn shown(&self) -> String {
            self.shown.lock().expect("no panic").clone()
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            self.columns
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, line: &str) -> io::Result<()> {
            self.write_str(line)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.shown.lock().expect("no panic").push_str(text.trim_end());
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.shown.lock().expect("no panic").clear();
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A terminal, and the line on it.
    fn on_terminal(columns: u16, patience: Duration) -> (Terminal, Progress) {
        let terminal = Terminal { columns, shown: Arc::default() };
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        (terminal, Progress::on(target, patience, "reading the configuration"))
    }

    #[test]
    fn the_line_shows_the_work_and_goes_away() {
        for columns in [80, 20] {
            let (terminal, progress) = on_terminal(columns, Duration::ZERO);
            progress.bar.force_draw();
            assert!(terminal.shown().starts_with("reading the configuration … "), "{terminal:?}");
            progress.step("checking");
            progress.bar.force_draw();
            assert!(terminal.shown().starts_with("checking … "), "{terminal:?}");
            drop(progress);
            assert_eq!(terminal.shown(), "");
        }
    }

    #[test]
    fn short_work_says_nothing() {
        let (terminal, progress) = on_terminal(80, Duration::MAX);
        progress.bar.force_draw();
        assert_eq!(terminal.shown(), "");
    }
}
