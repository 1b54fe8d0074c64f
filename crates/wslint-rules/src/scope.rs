//! Whose routes a rule speaks of.

use wslint_model::Proxy;

/// Whose routes a rule looks at. Its name is the folder of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Those of both proxies, by the questions that both answer.
    Any,
    /// Those of one proxy.
    Proxy(Proxy),
    /// What is told of Kubernetes objects and never reaches a configuration.
    Kubernetes,
    /// Those whose lines stand in other files, such as scripts.
    Embed,
}

impl Scope {
    /// All of them, in the order in which docs list them.
    pub const ALL: [Self; 5] =
        [Self::Any, Self::Proxy(Proxy::Nginx), Self::Proxy(Proxy::Haproxy), Self::Embed, Self::Kubernetes];

    /// The name as it stands in rule ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Embed => "embed",
            Self::Proxy(proxy) => proxy.name(),
            Self::Kubernetes => "k8s",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Any => "Both proxies",
            Self::Embed => "Configurations in other files",
            Self::Proxy(proxy) => proxy.title(),
            Self::Kubernetes => "Kubernetes objects",
        }
    }

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether it holds the routes of a proxy.
    pub fn holds(self, proxy: Proxy) -> bool {
        match self {
            Self::Any => true,
            Self::Proxy(own) => own == proxy,
            // Only nginx gives dollar signs a meaning that other formats have, too.
            Self::Embed => proxy == Proxy::Nginx,
            Self::Kubernetes => false,
        }
    }

    /// The proxies whose routes it holds.
    pub fn proxies(self) -> impl Iterator<Item = Proxy> {
        [Proxy::Nginx, Proxy::Haproxy].into_iter().filter(move |proxy| self.holds(*proxy))
    }
}
