//! A text in place of one that was read: what an editor changes while people type. Whatever a text may change beyond its
//! own lines is left to a run that reads everything anew.

use std::path::PathBuf;
use std::rc::Rc;

use wslint_model::{Content, File, FileId, Include, Project, Proxy, Root};
use wslint_syntax::Span;
use wslint_syntax::nginx::{DirectiveId, Tree};

use super::hide_secrets;
use super::loaded::Loaded;
use crate::config::Configuration;
use crate::project::follow::includes;
use crate::project::nginx_roots::context;
use crate::project::problem::{Place, Problem};
use crate::project::store::{Overlay, ReaderOptions, Store};

/// Where the bytes of an old text stand in a new one: what both begin and end with stays, the rest is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// How many bytes both begin with.
    head: usize,
    /// Where in the old text that begins which both end with.
    tail: usize,
    /// How long the old text is, and the new one.
    lengths: (usize, usize),
}

impl Moved {
    /// From one text to another.
    pub(crate) fn between(old: &[u8], new: &[u8]) -> Self {
        let head = old.iter().zip(new).take_while(|(one, other)| one == other).count();
        let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
        let same = rest.take_while(|(one, other)| one == other).count();
        Self { head, tail: old.len() - same, lengths: (old.len(), new.len()) }
    }

    /// What of the new text is new.
    pub(crate) fn changed(self) -> Span {
        let (old, new) = self.lengths;
        Span::new(self.head, self.tail + new - old)
    }

    /// Where a piece of the old text stands; none if any of it is gone.
    pub(crate) fn span(self, span: Span) -> Option<Span> {
        if span.end as usize <= self.head {
            return Some(span);
        }
        let (old, new) = self.lengths;
        let moved = |at: u32| at as usize + new - old;
        (span.start as usize >= self.tail).then(|| Span::new(moved(span.start), moved(span.end)))
    }
}

impl Loaded {
    /// Puts a text in place of that of a file, if it includes what the old one included and stands at the same level, and
    /// says where the old lines stand now. The file is taken for what it was.
    pub(crate) fn replace(
        &mut self,
        file: FileId,
        text: &[u8],
        configuration: &Configuration,
    ) -> Option<Moved> {
        let old = self.project.file(file);
        let holds = |other: &File| other.host.as_ref().is_some_and(|host| host.file == file);
        let proxy = old.proxy().filter(|_| old.host.is_none() && !self.project.files.iter().any(holds))?;
        let moved = Moved::between(old.source(), text);
        let (new, mut problems) = self.parsed(file, text, proxy, configuration);
        if let (Content::Nginx(old), Content::Nginx(new)) = (&old.content, &new.content) {
            let renumbered = renumbered(old, new).filter(|_| context(old) == context(new))?;
            for root in &mut self.project.roots {
                renumber(root, file, &renumbered);
            }
        }
        self.project.files[file.0 as usize] = new;
        problems.iter_mut().for_each(|problem| hide_secrets(&self.veil, &self.project, problem));
        self.problems.retain_mut(|problem| keep(problem, file, moved));
        self.problems.extend(problems);
        Some(moved)
    }

    /// What a text reads as, and what is wrong with it.
    fn parsed(
        &self,
        file: FileId,
        text: &[u8],
        proxy: Proxy,
        configuration: &Configuration,
    ) -> (File, Vec<Problem>) {
        let options = ReaderOptions {
            environment: configuration.environment.clone(),
            haproxy_version: self.settings.haproxy_version,
        };
        let overlay = Overlay::default();
        let mut store = Store::new(options, Rc::clone(&self.territory), &overlay);
        let alone = store.parse_loose(&self.project.file(file).path, text.to_owned(), proxy);
        let Store { project: Project { mut files, .. }, mut problems, .. } = store;
        for problem in &mut problems {
            if let Place::Site(site) = &mut problem.place {
                site.file = file;
            }
            problem.marks.iter_mut().for_each(|mark| mark.site.file = file);
            if !self.certain.contains(&file) {
                problem.weaken();
            }
        }
        (files.swap_remove(alone.0 as usize), problems)
    }
}

/// What the reader of a text says of it.
const OF_READER: [&str; 6] =
    ["byte-order-mark", "encoding", "missing-line-feed", "nesting-limit", "statement-limit", "syntax"];

/// Whether a problem is still one after the text of a file was replaced, whose reader says anew what it has to say.
fn keep(problem: &mut Problem, file: FileId, moved: Moved) -> bool {
    for mark in problem.marks.iter_mut().filter(|mark| mark.site.file == file) {
        match moved.span(mark.site.span) {
            Some(span) => mark.site.span = span,
            None => return false,
        }
    }
    match &mut problem.place {
        Place::Site(site) if site.file == file => {
            let span = moved.span(site.span).filter(|_| !OF_READER.contains(&problem.code));
            span.is_some_and(|span| {
                site.span = span;
                true
            })
        }
        _ => true,
    }
}

/// The `include` lines of one text, each with the one of another text that names the same; none if the texts include
/// different files.
fn renumbered(old: &Tree, new: &Tree) -> Option<Vec<(DirectiveId, DirectiveId)>> {
    let (old, new): (Vec<(DirectiveId, Option<PathBuf>)>, Vec<_>) =
        (includes(old).collect(), includes(new).collect());
    let same = old.len() == new.len() && old.iter().zip(&new).all(|((_, one), (_, other))| one == other);
    same.then(|| old.into_iter().zip(new).map(|((old, _), (new, _))| (old, new)).collect())
}

fn renumber(root: &mut Root, file: FileId, renumbered: &[(DirectiveId, DirectiveId)]) {
    let Root::Nginx(root) = root else { return };
    let taken: Vec<(DirectiveId, Include)> = renumbered
        .iter()
        .filter_map(|&(old, new)| Some((new, root.includes.remove(&(file, old))?)))
        .collect();
    root.includes.extend(taken.into_iter().map(|(id, include)| ((file, id), include)));
}

#[cfg(test)]
mod tests {
    use wslint_syntax::Span;

    use super::Moved;

    #[test]
    fn what_is_before_and_behind_a_change_stays() {
        for (old, new, span, expected) in [
            ("abcdef", "abXXdef", (0, 2), Some((0, 2))),
            ("abcdef", "abXXdef", (3, 6), Some((4, 7))),
            ("abcdef", "abXXdef", (1, 3), None),
            ("abcdef", "abef", (4, 6), Some((2, 4))),
            ("abcdef", "abef", (2, 4), None),
            ("abab", "ab", (0, 2), Some((0, 2))),
            ("abab", "ab", (2, 4), None),
            ("a", "a", (0, 1), Some((0, 1))),
            ("", "abc", (0, 0), Some((0, 0))),
        ] {
            let moved = Moved::between(old.as_bytes(), new.as_bytes());
            let found =
                moved.span(Span::new(span.0, span.1)).map(|span| (span.start as usize, span.end as usize));
            assert_eq!(found, expected, "{old} {new} {span:?}");
        }
    }
}
