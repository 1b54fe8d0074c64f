//! What runs need and share: the proxies' programs, the guard, and what is slow to start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::error::Doing;
use crate::folder::Folder;
use crate::guard::Guard;
use crate::program::Program;
use crate::socketio::SocketIoProcess;
use crate::tls::Tls;
use crate::{Error, Kind};

/// What the runs of one lab share.
pub(crate) struct Means {
    programs: Mutex<HashMap<Kind, Program>>,
    pub(crate) tls: Arc<Tls>,
    pub(crate) guard: Option<Arc<Guard>>,
    socketio: OnceCell<Arc<SocketIoProcess>>,
    // Last, so that it is there to reap Node when that is dropped.
    pub(crate) runtime: Runtime,
}

impl Means {
    pub(crate) fn new() -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .doing("starting the lab's threads")?;
        let tls = Arc::new(Tls::generate()?);
        Ok(Self { programs: Mutex::default(), tls, guard: None, socketio: OnceCell::new(), runtime })
    }

    /// Takes this program for its kind.
    pub(crate) fn take(&self, program: Program) {
        self.programs().insert(program.kind, program);
    }

    /// The program that runs configurations of `kind`, looked for when it is first needed.
    pub(crate) fn program(&self, kind: Kind) -> Result<Program, Error> {
        let mut programs = self.programs();
        if let Some(program) = programs.get(&kind) {
            return Ok(program.clone());
        }
        let program = Program::find(kind)?;
        programs.insert(kind, program.clone());
        Ok(program)
    }

    fn programs(&self) -> MutexGuard<'_, HashMap<Kind, Program>> {
        self.programs.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A private folder.
    pub(crate) fn folder(&self) -> Result<Folder, Error> {
        Folder::new(self.guard.clone()).doing("making a folder")
    }

    /// The Node process, started on first use. On a thread of the runtime, which outlives the caller's thread.
    pub(crate) async fn socketio(&self) -> Result<Arc<SocketIoProcess>, Error> {
        let start = || async {
            let started = self.runtime.spawn(SocketIoProcess::start()).await;
            started.map_err(|error| Error::MissingSocketIo { reason: error.to_string() })?
        };
        self.socketio.get_or_try_init(start).await.cloned()
    }
}
