//! The names of Kubernetes manifests: Services, and ConfigMaps with their keys.

use wslint_deploy::kubernetes::{kind, objects};
use wslint_deploy::yaml::{self, Document, Id, Limits};
use wslint_kubernetes::objects::may_support;
use wslint_model::{FileId, Site};

use super::name::{Kind, Name};

pub(super) fn names(file: FileId, source: &[u8], names: &mut Vec<Name>) {
    if !may_support(source) {
        return;
    }
    for document in &yaml::load(source, Limits::USUAL).documents {
        let mut manifest = Manifest { file, document, names };
        for object in objects(document) {
            manifest.defined(object);
            manifest.used(object);
        }
    }
}

struct Manifest<'m> {
    file: FileId,
    document: &'m Document,
    names: &'m mut Vec<Name>,
}

impl Manifest<'_> {
    /// What an object defines.
    fn defined(&mut self, object: Id) {
        let name = self.document.at(object, &["metadata", "name"]);
        match kind(self.document, object) {
            Some("Service") => self.add(Kind::Service, name, true),
            Some("ConfigMap") => {
                self.add(Kind::ConfigMap, name, true);
                let Some(data) = self.document.get(object, "data") else { return };
                for &(key, _) in self.document.entries(data) {
                    self.add_key(name, Some(key), true);
                }
            }
            _ => {}
        }
    }

    /// What an object names of others.
    fn used(&mut self, object: Id) {
        let document = self.document;
        let mut open = vec![object];
        while let Some(id) = open.pop() {
            open.extend(document.items(id).iter().rev());
            for &(key, value) in document.entries(id).iter().rev() {
                self.used_by(document.text(key).unwrap_or_default(), value);
                open.push(value);
            }
        }
    }

    /// What the value of a key names: the backend of an Ingress, an upstream of a VirtualServer, the target of a Route, a
    /// volume, a variable.
    fn used_by(&mut self, key: &str, value: Id) {
        let document = self.document;
        let name = document.get(value, "name");
        match key {
            "serviceName" => self.add(Kind::Service, Some(value), false),
            "service" => self.add(Kind::Service, name.or(Some(value)), false),
            "to" if kind(document, value) == Some("Service") => self.add(Kind::Service, name, false),
            "backendRefs" => {
                for &item in document.items(value) {
                    self.add(Kind::Service, document.get(item, "name"), false);
                }
            }
            "configMapRef" => self.add(Kind::ConfigMap, name, false),
            "configMapKeyRef" => {
                self.add(Kind::ConfigMap, name, false);
                self.add_key(name, document.get(value, "key"), false);
            }
            "configMap" => {
                self.add(Kind::ConfigMap, name, false);
                let items = document.get(value, "items").map_or(&[][..], |items| document.items(items));
                for &item in items {
                    self.add_key(name, document.get(item, "key"), false);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind, id: Option<Id>, defines: bool) {
        let Some((id, text)) = id.and_then(|id| Some((id, self.document.text(id)?))) else { return };
        self.push(kind, text.to_owned(), id, defines);
    }

    /// A key goes by its ConfigMap.
    fn add_key(&mut self, map: Option<Id>, id: Option<Id>, defines: bool) {
        let text = |id: Option<Id>| self.document.text(id?);
        let Some(((map, key), id)) = text(map).zip(text(id)).zip(id) else { return };
        self.push(Kind::ConfigMapKey, format!("{map}/{key}"), id, defines);
    }

    fn push(&mut self, kind: Kind, name: String, id: Id, defines: bool) {
        let site = Site { file: self.file, span: self.document.span(id) };
        self.names.push(Name { kind, name: name.into_bytes(), site, defines });
    }
}
