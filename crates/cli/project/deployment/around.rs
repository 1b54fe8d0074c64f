//! The files around the configurations that tell of a deployment, read once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use memchr::memmem::find;
use wslint_deploy::link::{Says, Source, is_local, normal};
use wslint_deploy::{compose, dockerfile, extends, kubernetes};
use wslint_model::{Project, Proxy, Settings};

use super::budget::Budget;
use super::ground::{Ground, place_in};
use super::names::{Caller, callers};
use super::target::{Images, Target};
use super::{is_compose, is_dockerfile, machine};

/// The files around the configurations that tell of a deployment.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(super) sources: Vec<Source>,
    /// The bytes of each source.
    pub(super) texts: Vec<Vec<u8>>,
    images: Images,
    /// What is worth knowing of the reading, a line each.
    pub(super) told: Vec<String>,
}

impl Around {
    /// Reads those of the files that a walk found beside the configurations, as far as a configuration can gain by it.
    pub(crate) fn read(ground: &mut Ground<'_>, beside: &[PathBuf], named: &[PathBuf]) -> Self {
        let mut around = Self::default();
        let runs = |proxy| ground.project.files.iter().any(|file| file.proxy() == Some(proxy));
        let settings = &ground.configuration.settings;
        let wants_version = runs(Proxy::Nginx) && !settings.nginx_version_given
            || runs(Proxy::Haproxy) && !settings.haproxy_version_given;
        let (calls_any, calls_local) = {
            let mut callers = callers(ground.project, ground.paths).peekable();
            let is_local = |caller: Caller| caller.names.keys().any(|(host, _)| is_local(host));
            (callers.peek().is_some(), callers.any(is_local))
        };
        if !calls_any && (beside.is_empty() || !wants_version) {
            return around;
        }
        let absolute = |path: &PathBuf| normal(&std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        // Each once, whatever was named how often.
        let all: BTreeSet<PathBuf> = beside.iter().map(absolute).collect();
        // What is called like a compose file comes first, before room is spent on others.
        let (first, then): (Vec<_>, Vec<_>) = all.into_iter().partition(|path| is_compose(path));
        let mut budget = Budget::default();
        for path in first.into_iter().chain(then) {
            if is_dockerfile(&path) && !wants_version || machine::is_local(&path) {
                continue;
            }
            if let Some(bytes) = budget.read(ground.territory, &path) {
                around.take(path, bytes);
            }
        }
        extends::complete(&mut around.sources);
        if calls_local {
            let (programs, is_more) = machine::programs(ground, &around.sources, beside, named);
            if is_more {
                let words =
                    "there is more code than is read: what listens on ports of the machine is not known";
                around.told.push(words.to_owned());
            }
            for (path, bytes, locals) in programs {
                around.sources.push(Source { path, says: Says::Machine(locals) });
                around.texts.push(bytes);
            }
        }
        if budget.spent {
            around.told.push("there is more of it than is read: the rest is not known".to_owned());
        }
        around
    }

    fn take(&mut self, path: PathBuf, bytes: Vec<u8>) {
        if is_dockerfile(&path) {
            for stage in dockerfile::read(&bytes).stages {
                stage.from.iter().for_each(|from| self.images.see(&path, &bytes, from));
            }
            return;
        }
        let holds = |word: &[u8]| find(&bytes, word).is_some();
        let (says, complaints) = if holds(b"services") && !holds(b"apiVersion") {
            let mut read = compose::read(&bytes);
            let complaints = std::mem::take(&mut read.complaints);
            for image in read.services.iter().filter_map(|unit| unit.image.as_ref()) {
                self.images.see(&path, &bytes, image);
            }
            (Says::Compose(read), complaints)
        } else if holds(b"apiVersion") && holds(b"kind:") && (holds(b"Service") || holds(b"image:")) {
            let mut read = kubernetes::read(&bytes);
            let complaints = std::mem::take(&mut read.complaints);
            let units = read.workloads.iter().flat_map(|workload| &workload.containers);
            for image in units.filter_map(|(unit, _)| unit.image.as_ref()) {
                self.images.see(&path, &bytes, image);
            }
            (Says::Kubernetes(read), complaints)
        } else {
            return;
        };
        if let Some(complaint) = complaints.first() {
            self.told.push(format!("{}: {}", place_in(&path, &bytes, complaint.span), complaint.words));
        }
        self.sources.push(Source { path, says });
        self.texts.push(bytes);
    }

    /// The versions that are predicted where the user names none.
    pub(crate) fn targets(&self, project: &Project, settings: &Settings) -> Vec<Target> {
        let mut targets = self.images.targets();
        targets.retain(|target| {
            let given = match target.proxy {
                Proxy::Nginx => settings.nginx_version_given,
                Proxy::Haproxy => settings.haproxy_version_given,
            };
            !given && project.files.iter().any(|file| file.proxy() == Some(target.proxy))
        });
        targets
    }

    /// The path and the bytes of a source.
    pub(super) fn source(&self, number: usize) -> (&Path, &[u8]) {
        (&self.sources[number].path, &self.texts[number])
    }
}
