//! A name, and what it is the name of.

use wslint_model::Site;

/// What a name is the name of. Names of different kinds have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Kind {
    /// An `upstream` of nginx.
    Upstream,
    /// A variable of nginx.
    Variable,
    /// A location that begins with `@`.
    NamedLocation,
    /// A `backend` or `listen` of HAProxy.
    Backend,
    /// A named `defaults` section.
    Defaults,
    /// A `userlist` of HAProxy.
    Userlist,
    /// A Service of Kubernetes.
    Service,
    /// A ConfigMap of Kubernetes.
    ConfigMap,
    /// A key of a ConfigMap, which goes by both names.
    ConfigMapKey,
    /// An `acl` of the section whose header stands there.
    Acl(Site),
}

/// A word that is a name, or holds one.
#[derive(Debug)]
pub(super) struct Name {
    /// What it is the name of.
    pub(super) kind: Kind,
    /// The name.
    pub(super) name: Vec<u8>,
    /// Where it stands.
    pub(super) site: Site,
    /// Whether it is defined here.
    pub(super) defines: bool,
}
