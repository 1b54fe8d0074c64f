//! The installed proxies.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use wslint_lab::{Error, Kind, Program};
use wslint_model::{Proxy, Version};

use crate::args::ProveArgs;
use crate::config::Configuration;
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::project::Loaded;

/// The program of each proxy, if there is one.
pub(super) struct Programs {
    nginx: Result<Program, String>,
    haproxy: Result<Program, String>,
    /// Those that were told.
    told: RefCell<BTreeSet<String>>,
}

impl Programs {
    /// The programs that the flags name, else those in `PATH`.
    pub(super) fn find(args: &ProveArgs) -> Result<Self, Failure> {
        Ok(Self {
            nginx: find(Kind::Nginx, args.nginx.as_deref())?,
            haproxy: find(Kind::Haproxy, args.haproxy.as_deref())?,
            told: RefCell::default(),
        })
    }

    /// The program of a proxy, or why there is none.
    pub(super) fn of(&self, proxy: Proxy) -> Result<&Program, &str> {
        let found = match proxy {
            Proxy::Nginx => &self.nginx,
            Proxy::Haproxy => &self.haproxy,
        };
        found.as_ref().map_err(String::as_str)
    }

    /// Has the versions of the programs predicted, whatever the configuration is said to run on.
    pub(super) fn predict(&self, configuration: &mut Configuration) {
        let version = |proxy| self.of(proxy).ok()?.version.parse::<Version>().ok();
        let settings = &mut configuration.settings;
        settings.versions_hold = true;
        if let Some(version) = version(Proxy::Nginx) {
            (settings.nginx_version, settings.nginx_version_given) = (version, true);
        }
        if let Some(version) = version(Proxy::Haproxy) {
            (settings.haproxy_version, settings.haproxy_version_given) = (version, true);
        }
    }

    /// The programs that a group of configurations is run in, in words.
    pub(super) fn used<'p>(
        &'p self,
        loaded: &'p Loaded,
        roots: &'p [usize],
    ) -> impl Iterator<Item = String> + 'p {
        let proxies = roots.iter().map(|&root| loaded.project.roots[root].proxy());
        proxies.filter_map(|proxy| self.of(proxy).ok()).map(|program| {
            let path = shown_path(&program.path);
            format!("{} {} ({})", program.kind, program.version, escape(&path))
        })
    }

    /// Whether a program was not told before; then it is now.
    pub(super) fn is_new(&self, words: &str) -> bool {
        self.told.borrow_mut().insert(words.to_owned())
    }
}

/// The program that the user names, which must be there, or one that is installed, which need not.
fn find(kind: Kind, named: Option<&Path>) -> Result<Result<Program, String>, Failure> {
    let name = kind.program();
    match named.filter(|path| !path.as_os_str().is_empty()) {
        Some(path) => {
            match Program::at(kind, path.to_owned()) {
                Ok(program) => Ok(Ok(program)),
                Err(error) => Err(Failure::at(path, &error.to_string())
                    .help(format!("name a working {name} with --{name}"))),
            }
        }
        None => Ok(Program::find(kind).map_err(|error| match error {
            Error::MissingProxy { .. } => {
                format!("{kind} is not installed: install it, or name the program with --{name}")
            }
            error => error.to_string(),
        })),
    }
}
