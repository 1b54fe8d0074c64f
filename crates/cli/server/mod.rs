//! `wslint server`: the Language Server Protocol (version 3.17) over standard input and output. The engine is the one of the
//! command; open buffers lie over the files on disk, so that a change in a snippet tells in every file that includes it.
//! Nothing is written, no socket is opened and no process is started.
//!
//! | file | what it does |
//! |---|---|
//! | `session` | reads messages, and answers them in their order |
//! | `inbox`, `outbox` | what waits to be read, and what is sent |
//! | `state` | what answers rest on |
//! | `answers`, `commands` | what is asked for |
//! | `settings` | what the editor wants |
//! | `capabilities` | what client and server tell each other first |
//! | `buffers`, `unsaved` | what is open in the editor |
//! | `workspace`, `place` | the folders, and when each is looked at |
//! | `seen`, `finding` | what was seen in a folder: its files, findings and problems |
//! | `reach`, `touched` | which files of a large folder tell about others, and what of a file a change is about |
//! | `diagnostics`, `actions`, `hover`, `inlay_hints` | what clients are told of it |
//! | `routes` | the routes of a file |
//! | `names` | where names are defined and used, and the outline of a file |
//! | `words` | what may be written at a place, and what a directive or keyword is |
//! | `position`, `uri` | the protocol's places and names of files |

mod actions;
mod answers;
mod buffers;
mod capabilities;
mod commands;
mod diagnostics;
mod finding;
mod hover;
mod inbox;
mod inlay_hints;
mod names;
mod outbox;
mod place;
mod position;
mod reach;
mod routes;
mod seen;
mod session;
mod settings;
mod state;
mod touched;
mod trace;
mod unsaved;
mod uri;
mod words;
mod workspace;

pub(crate) use session::serve;
pub(crate) use trace::Target;
