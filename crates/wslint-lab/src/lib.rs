//! Runs the real nginx and the real HAProxy on loopback, with real WebSocket and Socket.IO peers behind them and real
//! clients in front, and says what happened.
//!
//! A run takes a configuration as people write it (`listen 443 ssl`, `server app:3000`, `proxy_read_timeout 60s`)
//! and makes a private copy of it in a temporary folder: listening addresses become free loopback ports, each
//! upstream address becomes a peer of its own, timeouts are shortened to the run's pace, paths, logs and
//! certificates lead into the folder. Everything else stays byte for byte. The proxy runs that copy as an ordinary
//! user's process, clients connect, and the [`Report`] tells, in the configuration's own addresses and times, what
//! each client saw and what arrived behind the proxy.
//!
//! ```no_run
//! use std::time::Duration;
//! use wslint_lab::{Client, Lab, Setup};
//!
//! let lab = Lab::new()?;
//! let setup = Setup::nginx("location /ws { proxy_pass http://app:3000; }");
//! let report = lab.run(&setup, &[Client::websocket("/ws").hold(Duration::from_secs(70))])?;
//! assert_eq!(report.observations[0].status, Some(426));
//! # Ok::<(), wslint_lab::Error>(())
//! ```
//!
//! What the lab is not: it judges nothing, knows no rule, and predicts nothing.

mod ask;
mod client;
mod clock;
mod context;
mod error;
mod folder;
pub mod guard;
mod lab;
mod listener;
mod means;
mod peer;
mod polling;
mod process;
mod program;
mod recorder;
mod report;
mod resolver;
mod rewrite;
mod setup;
mod site;
mod socketio;
mod stage;
mod tls;

pub use ask::{Ask, Client, Hold, Transports};
pub use clock::Pace;
pub use error::Error;
pub use lab::Lab;
pub use program::Program;
pub use report::{Arrived, Observation, Report, Verdict};
pub use rewrite::LeftOut;
pub use setup::{Application, Handshake, Kind, Level, Peer, Reading, Setup, SocketIo};
pub use stage::{Link, Open, Standing};
pub use wslint_wire::Browser;
