//! Which generators of kustomizations stand for a deployment, and what they make with those that they are merged with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wslint_embed::{Behavior, Generator};

use crate::project::clean::clean;

/// How many kustomizations are looked at below all overlays together.
const MOST_VISITS: usize = 100_000;

/// How many kustomizations with a generator of one name lie above each other.
const MOST_DEEP: usize = 64;

/// A kustomization with its generators.
pub(super) struct Kustomization {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) generators: Vec<Generator>,
    /// The folders that it builds on.
    pub(super) bases: Vec<PathBuf>,
}

/// Kustomizations that are built on each other, each called by its number.
pub(super) struct Overlays<'k> {
    kustomizations: &'k [Kustomization],
    /// Those that each one builds on.
    bases: Vec<Vec<usize>>,
}

impl<'k> Overlays<'k> {
    pub(super) fn new(kustomizations: &'k [Kustomization]) -> Self {
        let folders: BTreeMap<PathBuf, usize> = kustomizations
            .iter()
            .enumerate()
            .map(|(at, one)| (clean(one.path.parent().unwrap_or(Path::new(""))), at))
            .collect();
        let of =
            |one: &Kustomization| one.bases.iter().filter_map(|base| folders.get(base).copied()).collect();
        Self { kustomizations, bases: kustomizations.iter().map(of).collect() }
    }

    /// The generators that deployments have, each with the number of its kustomization: of those of one name the nearest
    /// one below what nothing is built on.
    pub(super) fn standing(&self) -> BTreeSet<(usize, usize)> {
        let built_on: BTreeSet<usize> = self.bases.iter().flatten().copied().collect();
        let mut standing = BTreeSet::new();
        let mut visits = MOST_VISITS;
        for top in (0..self.kustomizations.len()).filter(|at| !built_on.contains(at)) {
            let mut names: BTreeMap<(bool, &str), usize> = BTreeMap::new();
            for at in self.down_from(top, &mut visits) {
                for (number, generator) in self.kustomizations[at].generators.iter().enumerate() {
                    let name = (generator.folder.secret, generator.folder.name.as_str());
                    if *names.entry(name).or_insert(at) == at {
                        standing.insert((at, number));
                    }
                }
            }
        }
        standing
    }

    /// The keys of a generator with the paths of their files: its own, and those that it is merged with.
    pub(super) fn files(&self, at: usize, number: usize) -> Vec<(&'k str, PathBuf)> {
        let mut found: Vec<(&str, PathBuf)> = Vec::new();
        let mut next = Some((at, number));
        let mut visits = MOST_VISITS;
        for _ in 0..MOST_DEEP {
            let Some((at, number)) = next else { break };
            let Kustomization { path, generators, .. } = &self.kustomizations[at];
            let generator = &generators[number];
            let folder = path.parent().unwrap_or(Path::new(""));
            for (key, below) in &generator.files {
                if !found.iter().any(|(known, _)| known == key) {
                    found.push((key, clean(&folder.join(below))));
                }
            }
            let merges = generator.behavior == Behavior::Merge;
            next = if merges { self.below(at, generator, &mut visits) } else { None };
        }
        found
    }

    /// The generator of a name that a kustomization builds on, the nearest one.
    fn below(&self, at: usize, generator: &Generator, visits: &mut usize) -> Option<(usize, usize)> {
        let named = |other: &Generator| {
            other.folder.name == generator.folder.name && other.folder.secret == generator.folder.secret
        };
        self.down_from(at, visits).into_iter().skip(1).find_map(|base| {
            let number = self.kustomizations[base].generators.iter().position(named)?;
            Some((base, number))
        })
    }

    /// A kustomization and all below it, the nearest first.
    fn down_from(&self, top: usize, visits: &mut usize) -> Vec<usize> {
        let mut seen = BTreeSet::from([top]);
        let mut order = vec![top];
        let mut next = 0;
        while let Some(&one) = order.get(next)
            && *visits > 0
        {
            (next, *visits) = (next + 1, *visits - 1);
            order.extend(self.bases[one].iter().copied().filter(|base| seen.insert(*base)));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use wslint_embed::{bases, generators};

    use super::{Kustomization, Overlays};

    /// Kustomizations, each in a folder of its own name.
    fn kustomizations(texts: &[(&str, &str)]) -> Vec<Kustomization> {
        let one = |&(folder, text): &(&str, &str)| Kustomization {
            path: format!("{folder}/kustomization.yaml").into(),
            bytes: Vec::new(),
            generators: generators(text.as_bytes()),
            bases: bases(text.as_bytes()).iter().map(|base| base.trim_start_matches("../").into()).collect(),
        };
        texts.iter().map(one).collect()
    }

    /// What each generator that stands for a deployment makes.
    fn made(texts: &[(&str, &str)]) -> Vec<String> {
        let kustomizations = kustomizations(texts);
        let overlays = Overlays::new(&kustomizations);
        let standing = overlays.standing().into_iter();
        standing
            .map(|(at, number)| {
                let files = overlays.files(at, number).into_iter();
                let files: Vec<String> = files.map(|(_, path)| path.display().to_string()).collect();
                format!("{}: {}", texts[at].0, files.join(" "))
            })
            .collect()
    }

    fn generator(behavior: &str, file: &str) -> String {
        format!("configMapGenerator:\n- {{name: web, behavior: {behavior}, files: [{file}]}}\n")
    }

    #[test]
    fn each_overlay_is_a_deployment() {
        let base = generator("create", "nginx.conf") + "resources: [deployment.yaml]\n";
        let merges = |file: &str| format!("resources: [../base]\n{}", generator("merge", file));
        assert_eq!(
            made(&[("base", &base), ("one", &merges("a.conf")), ("two", &merges("nginx.conf"))]),
            ["one: one/a.conf base/nginx.conf", "two: two/nginx.conf"]
        );
        let replaces = format!("resources: [../base]\n{}", generator("replace", "a.conf"));
        assert_eq!(
            made(&[("base", &base), ("one", &replaces), ("plain", "resources: [../base]\n")]),
            ["base: base/nginx.conf", "one: one/a.conf"]
        );
    }

    #[test]
    fn overlays_of_overlays_are_merged_down_to_the_base() {
        let base = generator("create", "a.conf");
        let middle = format!("resources: [../base]\n{}", generator("merge", "b.conf"));
        let top = format!("resources: [../middle]\n{}", generator("merge", "c.conf"));
        assert_eq!(
            made(&[("top", &top), ("middle", &middle), ("base", &base)]),
            ["top: top/c.conf middle/b.conf base/a.conf"]
        );
        let round = format!("resources: [../round]\n{}", generator("merge", "a.conf"));
        assert_eq!(made(&[("round", &round)]), Vec::<String>::new());
    }
}
