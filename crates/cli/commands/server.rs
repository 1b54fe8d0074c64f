//! `wslint server`: the language server, for editors.

use lsp_server::Connection;

use super::trace;
use crate::args::ServerArgs;
use crate::exit::{Failure, Status};
use crate::server::serve;

/// Serves the editor that started it.
pub(crate) fn run(args: &ServerArgs) -> Result<Status, Failure> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection, &args.config, trace::markdown);
    drop(connection);
    // After a failure the thread that reads may wait for a client that says nothing more.
    served?;
    threads.join()?;
    Ok(Status::Clean)
}
