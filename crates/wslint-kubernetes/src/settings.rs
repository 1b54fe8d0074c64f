//! What decides a setting of an object: its annotation, the controller's ConfigMap, or a default; and which annotation was
//! meant to, where another controller reads it.

use wslint_model::Site;

use crate::annotations::{self, Fault};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Annotation, ConfigMap, Meta};
use crate::text::Cause;
use crate::word::Word;

/// Where the settings of an object come from, the first that says something first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'o> {
    pub(crate) controller: Controller,
    pub(crate) meta: &'o Meta,
    /// The object that settings are inherited from: a master of mergeable Ingresses.
    pub(crate) parent: Option<&'o Meta>,
    pub(crate) config_map: Option<&'o ConfigMap>,
}

/// The value of a setting and why.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) cause: Cause,
    /// Whether the controller copies it from its ConfigMap without a look at it.
    pub(crate) copied: bool,
}

impl<'o> Settings<'o> {
    /// The settings of an object that inherits none.
    pub(crate) fn of(cluster: &Cluster<'o>, controller: Controller, meta: &'o Meta) -> Self {
        Self { controller, meta, parent: None, config_map: cluster.config_map(controller) }
    }

    /// The object's own annotation of a name, under any prefix that the controller reads.
    pub(crate) fn own(&self, short: &str) -> Option<&'o Annotation> {
        let prefixes = self.controller.prefixes();
        let of = |meta: &'o Meta| {
            let annotations = meta.annotations.iter();
            annotations.rev().find(|one| one.short() == short && prefixes.contains(&one.prefix()))
        };
        of(self.meta).or_else(|| self.parent.and_then(of))
    }

    /// The same without what is inherited.
    pub(crate) fn meta_only(self) -> Self {
        Self { parent: None, ..self }
    }

    /// Whether a number other than 0 is set, and which place says so.
    pub(crate) fn flag_like(&self, short: &str) -> (bool, Site) {
        let said = self.own(short).or_else(|| self.entry(short));
        let set = said.filter(|one| one.value.text.parse::<u64>().is_ok_and(|number| number > 0));
        (set.is_some(), set.map_or(self.meta.name.site, Annotation::site))
    }

    /// The text of the object's own annotation, if the controller takes it.
    pub(crate) fn word(&self, short: &str) -> Option<&'o Word> {
        self.own(short).map(|annotation| &annotation.value)
    }

    /// Whether the object's own flag, or that of the ConfigMap, is set; and which place says so.
    pub(crate) fn flag(&self, short: &str, default: bool) -> (bool, Site) {
        let said = self.own(short).or_else(|| self.entry(short));
        match said {
            Some(annotation) => {
                let text = annotation.value.text.to_ascii_lowercase();
                let value = match text.as_str() {
                    "true" | "1" | "t" => true,
                    "false" | "0" | "f" => false,
                    _ => default,
                };
                (value, annotation.site())
            }
            None => (default, self.meta.name.site),
        }
    }

    /// The entry of the controller's ConfigMap.
    pub(crate) fn entry(&self, short: &str) -> Option<&'o Annotation> {
        self.config_map.and_then(|map| map.entry(short))
    }

    /// What is wrong with an annotation's value.
    pub(crate) fn fault(&self, annotation: &Annotation) -> Option<Fault> {
        let known = annotations::known(self.controller, annotation.prefix(), annotation.short());
        let known = known.or_else(|| {
            annotations::known(self.controller, self.controller.prefixes()[0], annotation.short())
        });
        known.filter(|_| !annotation.value.open)?.fault(self.controller, &annotation.value.text)
    }

    /// An annotation of the same meaning that another controller reads, or nobody any more.
    pub(crate) fn meant(&self, shorts: &[&str]) -> Option<&'o Annotation> {
        let foreign = |one: &&Annotation| {
            let prefix = one.prefix();
            !self.controller.prefixes().contains(&prefix)
                && (prefix == "ingress.kubernetes.io" || Controller::of_prefix(prefix).is_some())
        };
        self.meta.annotations.iter().filter(foreign).find(|one| shorts.contains(&one.short()))
    }

    /// The value of a setting: `default` where nothing sets it that the controller takes. `form` writes a value that is
    /// taken, `meant` are other names of the same meaning.
    pub(crate) fn value(
        &self,
        short: &str,
        meant: &[&str],
        default: &str,
        form: impl Fn(&Word) -> String,
    ) -> Setting {
        let title = self.controller.title();
        let own = self.own(short);
        let bad = own.and_then(|annotation| Some((annotation, self.fault(annotation)?)));
        if let (Some(annotation), None) = (own, &bad) {
            return Setting {
                value: form(&annotation.value),
                cause: Cause::at(annotation.site()),
                copied: false,
            };
        }
        // F5's controller copies what its ConfigMap says, whatever it is.
        let copies = self.controller == Controller::NginxIngress;
        let entry = self.entry(short).filter(|entry| copies || self.fault(entry).is_none());
        let (value, whose) = match entry {
            Some(entry) => (form(&entry.value), "the value of the controller's ConfigMap".to_owned()),
            None => (default.to_owned(), format!("its default of {default}")),
        };
        if let Some((annotation, fault)) = bad {
            let text = crate::quoted::shown(&annotation.value.text);
            let note = format!("{text} is {}: {title} ignores it, and {whose} stays", fault.is);
            return Setting { value, cause: Cause::noted(annotation.site(), note), copied: false };
        }
        if let Some(entry) = entry {
            return Setting { value, cause: Cause::at(entry.site()), copied: copies };
        }
        if let Some(annotation) = self.meant(meant) {
            let note = format!("{title} does not read this annotation: {whose} stays");
            return Setting { value, cause: Cause::noted(annotation.site(), note), copied: false };
        }
        let assumed = match self.config_map {
            Some(_) => "",
            None => ", unless the controller's ConfigMap says otherwise",
        };
        let note = format!("no annotation sets it here: {whose} applies{assumed}");
        Setting { value, cause: Cause::noted(self.meta.name.site, note), copied: false }
    }
}
