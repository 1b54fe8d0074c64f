//! What is going on, in one line on the terminal, for work that takes longer than people wait without wondering.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Shorter work says nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const PACE: Duration = Duration::from_millis(200);
/// Takes a line back: to its start, and nothing in it.
const CLEAR: &str = "\r\x1b[K";

/// The line. It goes away when this does.
pub(crate) struct Progress {
    shared: Arc<Shared>,
    drawer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    words: String,
    done: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // What a thread that panicked left behind are still words.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    /// Starts on standard error if that is a terminal, unless `quiet`. The words say what is done first.
    pub(crate) fn start(quiet: bool, words: &str) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        if quiet || dumb || !io::stderr().is_terminal() {
            return Self { shared: Arc::default(), drawer: None };
        }
        Self::on(io::stderr(), PATIENCE, words)
    }

    fn on(out: impl Write + Send + 'static, patience: Duration, words: &str) -> Self {
        let shared = Arc::<Shared>::default();
        shared.state().words = words.to_owned();
        let theirs = Arc::clone(&shared);
        let drawer = std::thread::Builder::new().spawn(move || draw(&theirs, out, patience));
        // Without a thread the work is done all the same.
        Self { shared, drawer: drawer.ok() }
    }

    /// Says what is done now.
    pub(crate) fn step(&self, words: impl Into<String>) {
        self.shared.state().words = words.into();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.state().done = true;
        self.shared.changed.notify_all();
        if let Some(drawer) = self.drawer.take() {
            // The line is a courtesy: whatever became of it, the work goes on.
            let _ = drawer.join();
        }
    }
}

/// Draws until the work is done. A terminal that cannot be written to gets no line.
fn draw(shared: &Shared, mut out: impl Write, patience: Duration) {
    let started = Instant::now();
    let (mut pause, mut drawn) = (patience, false);
    loop {
        let state = shared.state();
        let waited = shared.changed.wait_timeout_while(state, pause, |state| !state.done);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.done {
            break;
        }
        let line = format!("{CLEAR}{} … {} s", state.words, started.elapsed().as_secs());
        drop(state);
        drawn = out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_ok();
        pause = PACE;
    }
    if drawn {
        let _ = out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::{CLEAR, Progress};

    struct Wire(Sender<String>);

    impl Write for Wire {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_shows_the_work_and_goes_away() {
        let (sender, lines) = channel();
        let progress = Progress::on(Wire(sender), Duration::ZERO, "reading");
        for words in ["reading", "checking"] {
            progress.step(words);
            let seen = lines.iter().find(|line| line.contains(words));
            assert!(seen.is_some_and(|line| line.starts_with(CLEAR)));
        }
        drop(progress);
        assert_eq!(lines.iter().last().as_deref(), Some(CLEAR));
    }

    #[test]
    fn short_work_says_nothing() {
        let (sender, lines) = channel();
        drop(Progress::on(Wire(sender), Duration::MAX, "reading"));
        assert_eq!(lines.iter().count(), 0);
    }
}
