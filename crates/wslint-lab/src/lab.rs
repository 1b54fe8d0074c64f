//! Where runs take place: the proxies' programs, what is slow to start, and one run from beginning to end.

use std::path::Path;
use std::slice;
use std::sync::Arc;

use crate::error::Doing;
use crate::guard::Guard;
use crate::means::Means;
use crate::program::Program;
use crate::stage::{Link, Open, Site};
use crate::{Client, Error, Kind, Report, Setup, Verdict};

/// Where real proxies and peers run. One lab serves many runs, also at the same time from several threads; what is
/// slow to start (Node, the certificate) is started once for all of them.
pub struct Lab {
    means: Means,
}

impl Lab {
    /// A lab that looks for each proxy when it is first needed, as [`Program::find`] does.
    ///
    /// # Errors
    /// Only what the system refuses. That a proxy is missing is an error of the run that needs it.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { means: Means::new()? })
    }

    /// The same lab with a process beside it that ends the proxies and takes the folders away if the lab's own process is
    /// killed. `program` with `arguments` must call [`guard::run`](crate::guard::run) with what follows.
    ///
    /// # Errors
    /// [`Error::Io`] if the process cannot be started.
    pub fn guarded(mut self, program: &Path, arguments: &[&str]) -> Result<Self, Error> {
        let guard = Guard::start(program, arguments).doing("starting the guard of the proxies")?;
        self.means.guard = Some(Arc::new(guard));
        Ok(self)
    }

    /// The same lab with this program for its kind, for example another version of nginx.
    pub fn with(self, program: Program) -> Self {
        self.means.take(program);
        self
    }

    /// The program that runs configurations of `kind`.
    ///
    /// # Errors
    /// [`Error::MissingProxy`], [`Error::BadProxy`].
    pub fn program(&self, kind: Kind) -> Result<Program, Error> {
        self.means.program(kind)
    }

    /// Runs the setup, lets each client do its work, one client after the other, and says what happened. Returns
    /// when everything that was started has ended. Not to be called from asynchronous code.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; never what a proxy or a peer does.
    pub fn run(&self, setup: &Setup, clients: &[Client]) -> Result<Report, Error> {
        let reloads = clients.iter().any(|client| client.reload);
        let open = Open::new(&self.means, slice::from_ref(setup), &|_, _| None, reloads)?;
        let (version, config) = (self.program(setup.proxy)?.version, open.verdict(0).clone());
        if config.is_accepted() && !clients.is_empty() && open.is_deaf(0) {
            return Err(Error::BadSetup("the configuration listens nowhere".into()));
        }
        let observations = match config.is_accepted() && !open.is_deaf(0) {
            true => open.observe_each(clients),
            false => Ok(Vec::new()),
        };
        let log = open.close().pop().unwrap_or_default();
        Ok(Report { version, config, observations: observations?, log })
    }

    /// Runs several setups together, at the pace of the first. `link` is asked for each address that the setup of a number
    /// connects to: the number of the setup that listens there, with its listening address, or nothing, and then a peer
    /// stands for it. Not to be called from asynchronous code.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; what a proxy says to its configuration is [`Open::verdict`].
    pub fn open(&self, setups: &[Setup], link: Link<'_>) -> Result<Open<'_>, Error> {
        Open::new(&self.means, setups, link, false)
    }

    /// Only asks the proxy whether it accepts the configuration: `nginx -t`, `haproxy -c`. It is the lab's private
    /// copy that is checked, with the lab's addresses, paths and certificate.
    ///
    /// # Errors
    /// Whatever keeps the lab from working; never the proxy's verdict.
    pub fn check_config(&self, setup: &Setup) -> Result<Verdict, Error> {
        self.means.runtime.block_on(async {
            let site = Site::build(&self.means, slice::from_ref(setup), &|_, _| None).await?;
            site.check(0).await
        })
    }
}
