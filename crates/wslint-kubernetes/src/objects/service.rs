//! Services, the workloads behind them, and what scales these.

use wslint_deploy::kubernetes;
use wslint_deploy::yaml::Id;

use super::meta::Meta;
use crate::word::{Page, Word};

/// A Service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name and annotations.
    pub meta: Meta,
    /// What it chooses, and its ports.
    pub said: kubernetes::Service,
    /// Its ports with the places of their names and protocols.
    pub ports: Vec<Port>,
    /// `spec.type`.
    pub kind: Option<Word>,
    /// `sessionAffinity: ClientIP`.
    pub affinity: Option<Word>,
}

/// A port of a Service.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: Option<Word>,
    /// `appProtocol`.
    pub protocol: Option<Word>,
}

/// What makes pods.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What it says of its pods.
    pub said: kubernetes::Workload,
    /// Its name.
    pub name: Word,
    /// How many pods it says it has.
    pub replicas: Option<Word>,
    /// The images of its containers.
    pub images: Vec<Word>,
    /// The arguments of its containers.
    pub arguments: Vec<Word>,
}

/// A HorizontalPodAutoscaler.
#[derive(Clone, Debug)]
pub struct Scaler {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The name of what it scales.
    pub target: Word,
    /// The least number of pods.
    pub least: Option<Word>,
    /// The greatest number of pods.
    pub most: Option<Word>,
}

/// How many pods a kustomization or a patch gives a workload.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The workload's name.
    pub name: Word,
    /// How many pods.
    pub count: Word,
}

impl Scale {
    /// `replicas:` of a kustomization.
    pub(crate) fn of_kustomization(page: Page<'_>, object: Id) -> Vec<Self> {
        let items = page.items(object, &["replicas"]).into_iter();
        items
            .filter_map(|id| Some(Self { name: page.get(id, "name")?, count: page.get(id, "count")? }))
            .collect()
    }

    /// `spec.replicas` of a workload that says nothing else.
    pub(crate) fn of_patch(page: Page<'_>, object: Id) -> Option<Self> {
        let name = page.at(object, &["metadata", "name"])?;
        Some(Self { name, count: page.at(object, &["spec", "replicas"])? })
    }
}

impl Service {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Option<Self> {
        let said = kubernetes::service(page.document, object)?;
        let word = |word: &wslint_deploy::Word| page.word_at(&word.text, word.span);
        let port = |port: &kubernetes::ServicePort| Port {
            number: port.number,
            name: port.name.as_ref().map(word),
            protocol: port.protocol.as_ref().map(word),
        };
        Some(Self {
            meta,
            ports: said.ports.iter().map(port).collect(),
            kind: page.at(object, &["spec", "type"]),
            affinity: page
                .at(object, &["spec", "sessionAffinity"])
                .filter(|affinity| affinity.text == "ClientIP"),
            said,
        })
    }

    /// The port that a backend names by its number or name.
    pub fn port(&self, named: Option<&Word>) -> Option<&Port> {
        let Some(named) = named else { return self.ports.first().filter(|_| self.ports.len() == 1) };
        self.ports.iter().find(|port| {
            named.text.parse() == Ok(port.number)
                || port.name.as_ref().is_some_and(|name| name.text == named.text)
        })
    }
}

impl Workload {
    pub(crate) fn read(page: Page<'_>, object: Id) -> Option<Self> {
        let said = kubernetes::workload(page.document, object)?;
        let word = |word: &wslint_deploy::Word| page.word_at(&word.text, word.span);
        let units = || said.containers.iter().map(|(unit, _)| unit);
        Some(Self {
            name: word(&said.name),
            replicas: said.replicas.as_ref().map(word),
            images: units().filter_map(|unit| unit.image.as_ref()).map(word).collect(),
            arguments: units()
                .flat_map(|unit| unit.entrypoint.iter().chain(&unit.command))
                .map(word)
                .collect(),
            said,
        })
    }
}

impl Scaler {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Option<Self> {
        Some(Self {
            name: meta.name.text,
            namespace: meta.namespace,
            target: page.at(object, &["spec", "scaleTargetRef", "name"])?,
            least: page.at(object, &["spec", "minReplicas"]),
            most: page.at(object, &["spec", "maxReplicas"]),
        })
    }
}
