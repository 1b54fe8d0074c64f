//! OpenShift's Routes, and what its IngressController sets for all of them.

use wslint_deploy::yaml::Id;

use super::ingress::Backend;
use super::meta::Meta;
use crate::word::{Page, Word};

/// A Route of OpenShift.
#[derive(Clone, Debug)]
pub struct OpenshiftRoute {
    /// Its name and annotations.
    pub meta: Meta,
    /// The host.
    pub host: Option<Word>,
    /// The path.
    pub path: Option<Word>,
    /// The Service.
    pub to: Word,
    /// Its share of the requests among the Services of the Route.
    pub weight: Option<Word>,
    /// The further Services that share the requests, each with its share.
    pub alternates: Vec<(Word, Option<Word>)>,
    /// The port of the Service.
    pub port: Option<Word>,
    /// `edge`, `reencrypt`, `passthrough`, or none for plain HTTP.
    pub termination: Option<Word>,
    /// What becomes of plain HTTP beside TLS.
    pub insecure: Option<Word>,
}

/// `spec.tuningOptions` of an IngressController.
#[derive(Clone, Debug)]
pub struct RouterTimeouts {
    /// `clientTimeout`.
    pub client: Option<Word>,
    /// `serverTimeout`.
    pub server: Option<Word>,
    /// `tunnelTimeout`.
    pub tunnel: Option<Word>,
}

impl OpenshiftRoute {
    /// Reads a Route; nothing of one that leads nowhere, or of another project's kind of that name.
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Option<Self> {
        let version = page.get(object, "apiVersion");
        if version
            .is_some_and(|version| !version.text.starts_with("route.openshift.io/") && version.text != "v1")
        {
            return None;
        }
        Some(Self {
            host: page.at(object, &["spec", "host"]),
            path: page.at(object, &["spec", "path"]),
            to: page.at(object, &["spec", "to", "name"])?,
            weight: page.at(object, &["spec", "to", "weight"]),
            alternates: page
                .items(object, &["spec", "alternateBackends"])
                .into_iter()
                .filter_map(|id| Some((page.get(id, "name")?, page.get(id, "weight"))))
                .collect(),
            port: page.at(object, &["spec", "port", "targetPort"]),
            termination: page.at(object, &["spec", "tls", "termination"]),
            insecure: page.at(object, &["spec", "tls", "insecureEdgeTerminationPolicy"]),
            meta,
        })
    }

    /// What it leads to.
    pub fn backend(&self) -> Backend {
        Backend { service: self.to.clone(), port: self.port.clone() }
    }

    /// What else it leads to, each with its share.
    pub fn others(&self) -> Vec<(Backend, Option<Word>)> {
        let other = |(service, weight): &(Word, Option<Word>)| {
            (Backend { service: service.clone(), port: self.port.clone() }, weight.clone())
        };
        self.alternates.iter().map(other).collect()
    }
}

impl RouterTimeouts {
    pub(crate) fn read(page: Page<'_>, object: Id) -> Self {
        let option = |key: &str| page.at(object, &["spec", "tuningOptions", key]);
        Self {
            client: option("clientTimeout"),
            server: option("serverTimeout"),
            tunnel: option("tunnelTimeout"),
        }
    }
}
