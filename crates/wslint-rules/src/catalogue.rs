//! What the rules of one proxy may speak of: its questions and its recipes.

use std::collections::HashMap;
use std::sync::LazyLock;

use wslint_model::{Entry, Fact, Facts, Proxy, Recipe, questions};

/// The questions and recipes of one proxy. Each question has a slot, so that a route's answers become an array
/// once and each test of each rule is one look into it.
pub(crate) struct Catalogue {
    /// The proxy.
    pub(crate) proxy: Proxy,
    /// The questions, by slot.
    pub(crate) questions: Vec<&'static Entry>,
    /// The recipes.
    pub(crate) recipes: &'static [Recipe],
    slots: HashMap<&'static str, usize>,
}

/// A route's answers by slot.
pub(crate) type Answers<'f> = Vec<Option<&'f Fact>>;

impl Catalogue {
    /// The catalogue of a proxy.
    pub(crate) fn of(proxy: Proxy) -> &'static Self {
        static NGINX: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::new(Proxy::Nginx, wslint_nginx::QUESTIONS, wslint_nginx::RECIPES));
        static HAPROXY: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::new(Proxy::Haproxy, wslint_haproxy::QUESTIONS, wslint_haproxy::RECIPES)
        });
        match proxy {
            Proxy::Nginx => &NGINX,
            Proxy::Haproxy => &HAPROXY,
        }
    }

    fn new(proxy: Proxy, own: &[&'static Entry], recipes: &'static [Recipe]) -> Self {
        let questions: Vec<_> = questions::QUESTIONS.iter().chain(own).copied().collect();
        let slots = questions.iter().enumerate().map(|(slot, question)| (question.name, slot)).collect();
        Self { proxy, questions, recipes, slots }
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

    use wslint_model::Proxy;

    use super::Catalogue;

    #[test]
    fn no_name_stands_for_two_things() {
        for proxy in [Proxy::Nginx, Proxy::Haproxy] {
            let catalogue = Catalogue::of(proxy);
            let mut names = HashSet::new();
            for question in &catalogue.questions {
                assert!(names.insert(question.name), "{} question `{}`", proxy.name(), question.name);
            }
            let mut names = HashSet::new();
            for recipe in catalogue.recipes {
                assert!(names.insert(recipe.name), "{} recipe `{}`", proxy.name(), recipe.name);
            }
        }
    }
}
