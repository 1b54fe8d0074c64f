//! What the rules of a scope may speak of: its questions and its recipes.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use wslint_model::{Entry, Fact, Facts, Proxy, Recipe, questions};

use crate::scope::Scope;

/// The questions and recipes of a scope. Each question has a slot, so that a route's answers become an array once and
/// each test of each rule is one look into it. The questions that both proxies answer have the same slots in every scope,
/// so that a rule for both can look into the answers of either.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// The scope.
    pub(crate) scope: Scope,
    /// The questions, by slot.
    pub(crate) questions: Vec<&'static Entry>,
    /// The recipes.
    pub(crate) recipes: &'static [Recipe],
    slots: HashMap<&'static str, usize, RandomState>,
}

/// A route's answers by slot.
pub(crate) type Answers<'f> = Vec<Option<&'f Fact>>;

impl Catalogue {
    /// The catalogue of a scope.
    pub(crate) fn of(scope: Scope) -> &'static Self {
        static ANY: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Scope::Any, &[], &[]));
        static NGINX: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::new(Scope::Proxy(Proxy::Nginx), wslint_nginx::QUESTIONS, wslint_nginx::RECIPES)
        });
        static HAPROXY: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::new(Scope::Proxy(Proxy::Haproxy), wslint_haproxy::QUESTIONS, wslint_haproxy::RECIPES)
        });
        static KUBERNETES: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::new(Scope::Kubernetes, wslint_kubernetes::QUESTIONS, &[]));
        match scope {
            Scope::Kubernetes => &KUBERNETES,
            Scope::Any => &ANY,
            Scope::Proxy(Proxy::Nginx) | Scope::Embed => &NGINX,
            Scope::Proxy(Proxy::Haproxy) => &HAPROXY,
        }
    }

    fn new(scope: Scope, own: &[&'static Entry], recipes: &'static [Recipe]) -> Self {
        let questions: Vec<_> = questions::QUESTIONS.iter().chain(own).copied().collect();
        let slots = questions.iter().enumerate().map(|(slot, question)| (question.name, slot)).collect();
        Self { scope, questions, recipes, slots }
    }

    /// Whose its questions and recipes are, as an adjective in complaints.
    pub(crate) fn owner(&self) -> &'static str {
        match self.scope {
            Scope::Any => "shared",
            Scope::Embed => Proxy::Nginx.name(),
            Scope::Proxy(proxy) => proxy.name(),
            Scope::Kubernetes => "Kubernetes",
        }
    }

    /// The slot of a question, by its name.
    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        self.slots.get(name).copied()
    }

    /// Sorts a route's answers into their slots.
    pub(crate) fn answers<'f>(&self, facts: &'f Facts) -> Answers<'f> {
        let mut answers = vec![None; self.questions.len()];
        for (question, fact) in facts.iter() {
            if let Some(slot) = self.slot(question.name) {
                answers[slot] = Some(fact);
            }
        }
        answers
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Catalogue, Proxy};
    use crate::scope::Scope;

    #[test]
    fn the_proxies_share_the_questions_of_one_name() {
        let scopes = [Scope::Any, Scope::Proxy(Proxy::Nginx), Scope::Proxy(Proxy::Haproxy)];
        let [any, nginx, haproxy] = scopes.map(|scope| &Catalogue::of(scope).questions);
        for (slot, question) in nginx.iter().enumerate() {
            let other = haproxy.iter().position(|other| other.name == question.name);
            assert_eq!(other, (slot < any.len()).then_some(slot), "{}", question.name);
        }
    }

    #[test]
    fn no_name_stands_for_two_things() {
        for scope in Scope::ALL {
            let catalogue = Catalogue::of(scope);
            let mut names = HashSet::new();
            for question in &catalogue.questions {
                assert!(names.insert(question.name), "{} question `{}`", scope.name(), question.name);
            }
            let mut names = HashSet::new();
            for recipe in catalogue.recipes {
                assert!(names.insert(recipe.name), "{} recipe `{}`", scope.name(), recipe.name);
            }
        }
    }
}
