//! Kubernetes objects: Services, and the containers of the workloads that their selectors choose.

use std::collections::BTreeMap;

use crate::unit::Unit;
use crate::word::Word;
use crate::yaml::{self, Complaint, Document, Id, Limits};

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Kubernetes {
    /// The Services.
    pub services: Vec<Service>,
    /// The workloads: whatever makes pods.
    pub workloads: Vec<Workload>,
    /// What is wrong with the file.
    pub complaints: Vec<Complaint>,
}

/// A Service: a name, and which pods answer at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: Word,
    /// Its namespace, if the file tells.
    pub namespace: Option<String>,
    /// The labels that its pods have.
    pub selector: BTreeMap<String, String>,
    /// Its ports, each with the one of the pods.
    pub ports: Vec<ServicePort>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its number.
    pub number: u16,
    /// Its name, if it has one.
    pub name: Option<Word>,
    /// The protocol that it says is spoken there: `appProtocol`.
    pub protocol: Option<Word>,
    /// The port of the pods.
    pub target: TargetPort,
}

/// The port of a pod, by its number or by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPort {
    /// By its number.
    Number(u16),
    /// By the name that the container gives it.
    Name(String),
}

/// What makes pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its kind: `Deployment`, `StatefulSet` and the like.
    pub kind: String,
    /// Its name.
    pub name: Word,
    /// How many pods it says it has.
    pub replicas: Option<Word>,
    /// Its namespace, if the file tells.
    pub namespace: Option<String>,
    /// The labels of its pods.
    pub labels: BTreeMap<String, String>,
    /// Its containers, each with its ports and their names.
    pub containers: Vec<(Unit, Vec<ContainerPort>)>,
}

/// A port of a container, with its name if it has one.
pub type ContainerPort = (u16, Option<String>);

/// How many objects of one file are read.
const MOST_OBJECTS: usize = 5_000;

/// Reads a file of objects, one document each or in a `List`.
pub fn read(bytes: &[u8]) -> Kubernetes {
    let yaml::File { documents, complaints } = yaml::load(bytes, Limits::USUAL);
    let mut read = Kubernetes { complaints, ..Kubernetes::default() };
    for document in &documents {
        for object in objects(document) {
            match kind(document, object) {
                Some("Service") => read.services.extend(service(document, object)),
                Some("Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Pod") => {
                    read.workloads.extend(workload(document, object));
                }
                _ => {}
            }
        }
    }
    read
}

/// The objects of a document: itself, or the items of a `List`.
pub fn objects(document: &Document) -> impl Iterator<Item = Id> {
    let root = document.root();
    let list = root.filter(|&root| kind(document, root).is_some_and(|kind| kind.ends_with("List")));
    let list = list.and_then(|root| document.get(root, "items"));
    let one = root.filter(|_| list.is_none());
    let items = list.map_or(&[][..], |list| document.items(list));
    one.into_iter().chain(items.iter().copied()).take(MOST_OBJECTS)
}

/// The `kind` of an object.
pub fn kind(document: &Document, object: Id) -> Option<&str> {
    document.get(object, "kind").and_then(|id| document.word(id))
}

/// What a Service says; nothing of one without a name or a `spec`.
pub fn service(document: &Document, object: Id) -> Option<Service> {
    let name = Word::of(document, document.at(object, &["metadata", "name"])?)?;
    let spec = document.get(object, "spec")?;
    let selector = labels(document, document.get(spec, "selector"));
    let ports = document.get(spec, "ports").map_or(&[][..], |ports| document.items(ports));
    let port = |&id: &Id| {
        let number = document.word(document.get(id, "port")?)?.parse().ok()?;
        let word = |key: &str| document.get(id, key).and_then(|id| Word::of(document, id));
        let target = match word("targetPort") {
            None => TargetPort::Number(number),
            Some(Word { text, .. }) => text.parse().map_or(TargetPort::Name(text), TargetPort::Number),
        };
        Some(ServicePort { number, name: word("name"), protocol: word("appProtocol"), target })
    };
    let ports = ports.iter().filter_map(port).collect();
    Some(Service { name, namespace: namespace(document, object), selector, ports })
}

/// What a workload says of its pods; nothing of one without a name or containers.
pub fn workload(document: &Document, object: Id) -> Option<Workload> {
    let pod = match kind(document, object) {
        Some("Pod") => object,
        _ => document.at(object, &["spec", "template"])?,
    };
    let containers = document.at(pod, &["spec", "containers"])?;
    let name = Word::of(document, document.at(object, &["metadata", "name"])?)?;
    let container = |&id: &Id| {
        let words = |key: &str| document.get(id, key).map_or_else(Vec::new, |id| Word::command(document, id));
        let ports = document.get(id, "ports").map_or(&[][..], |ports| document.items(ports));
        let port = |&id: &Id| {
            let number = document.word(document.get(id, "containerPort")?)?.parse().ok()?;
            let name = document.get(id, "name").and_then(|id| document.word(id));
            Some((number, name.map(str::to_owned)))
        };
        let unit = Unit {
            name: name.clone(),
            names: Vec::new(),
            image: document.get(id, "image").and_then(|id| Word::of(document, id)),
            build: None,
            entrypoint: words("command"),
            command: words("args"),
            published: Vec::new(),
            on_machine: false,
            extends: None,
            incomplete: false,
        };
        (unit, ports.iter().filter_map(port).collect())
    };
    let containers = document.items(containers).iter().map(container).collect();
    Some(Workload {
        kind: kind(document, object).unwrap_or_default().to_owned(),
        replicas: document.at(object, &["spec", "replicas"]).and_then(|id| Word::of(document, id)),
        name,
        namespace: namespace(document, object),
        labels: labels(document, document.at(pod, &["metadata", "labels"])),
        containers,
    })
}

fn namespace(document: &Document, object: Id) -> Option<String> {
    document.at(object, &["metadata", "namespace"]).and_then(|id| document.word(id)).map(str::to_owned)
}

fn labels(document: &Document, id: Option<Id>) -> BTreeMap<String, String> {
    let entries = id.map_or(&[][..], |id| document.entries(id));
    let label =
        |&(key, value): &(Id, Id)| Some((document.text(key)?.to_owned(), document.text(value)?.to_owned()));
    entries.iter().filter_map(label).collect()
}

impl Service {
    /// Whether a name leads to it: its own, or with its namespace behind it, or with one of its pods before it.
    pub fn is_called(&self, host: &str) -> bool {
        let of_pod = host.split_once('.').filter(|(pod, _)| {
            let number = pod.rsplit_once('-').map_or("", |(_, number)| number);
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
        });
        self.is_name(host) || of_pod.is_some_and(|(_, host)| self.is_name(host))
    }

    fn is_name(&self, host: &str) -> bool {
        let Some(rest) = host.strip_prefix(self.name.text.as_str()) else { return false };
        let Some(rest) = rest.strip_prefix('.') else { return rest.is_empty() };
        let mut parts = rest.split('.');
        let namespace = parts.next().unwrap_or_default();
        let known = self.namespace.as_deref().is_none_or(|own| own == namespace);
        let cluster: Vec<&str> = parts.collect();
        known && (cluster.is_empty() || cluster[0] == "svc")
    }

    /// Whether its selector chooses the pods of a workload.
    pub fn chooses(&self, workload: &Workload) -> bool {
        let same_namespace = match (&self.namespace, &workload.namespace) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        same_namespace
            && !self.selector.is_empty()
            && self.selector.iter().all(|(key, value)| workload.labels.get(key) == Some(value))
    }

    /// The containers that answer at a port of it, of one workload. Without a port its only one is meant, or that of HTTP.
    pub fn containers<'w>(&self, workload: &'w Workload, port: Option<u16>) -> Vec<&'w Unit> {
        if !self.chooses(workload) {
            return Vec::new();
        }
        let containers = &workload.containers;
        let port = port.or(match self.ports.as_slice() {
            [only] => Some(only.number),
            _ => Some(80),
        });
        let target = self.ports.iter().find(|own| Some(own.number) == port).map(|own| &own.target);
        let takes = |ports: &[ContainerPort]| match target {
            Some(TargetPort::Number(number)) => ports.iter().any(|(port, _)| port == number),
            Some(TargetPort::Name(name)) => {
                ports.iter().any(|(_, own)| own.as_deref() == Some(name.as_str()))
            }
            None => false,
        };
        match containers.as_slice() {
            [(only, _)] => vec![only],
            several => several.iter().filter(|(_, ports)| takes(ports)).map(|(unit, _)| unit).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn services_choose_containers_by_labels_and_port() {
        let text = "kind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {app: web}\n  \
                    ports: [{port: 80, targetPort: http}, {port: 90}]\n---\nkind: Deployment\nmetadata: {name: w}\n\
                    spec:\n  template:\n    metadata: {labels: {app: web, tier: x}}\n    spec:\n      containers:\n      \
                    - {name: a, image: 'a:1', ports: [{containerPort: 8000, name: http}]}\n      \
                    - {name: b, image: 'b:1', ports: [{containerPort: 90}]}\n";
        let read = read(text.as_bytes());
        let (service, workload) = (&read.services[0], &read.workloads[0]);
        let image = |port| {
            let units = service.containers(workload, port);
            units.iter().map(|unit| unit.image.as_ref().expect("an image").text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(image(Some(80)), ["a:1"]);
        assert_eq!(image(Some(90)), ["b:1"]);
        assert_eq!(image(None), ["a:1"]);
        assert!(image(Some(70)).is_empty());
        for host in ["web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local", "w-0.web.shop"] {
            assert!(service.is_called(host), "{host}");
        }
        for host in ["web2", "web.other", "web.shop.example.com", "x.web", "w-x.web", "0.web"] {
            assert!(!service.is_called(host), "{host}");
        }
    }
}
