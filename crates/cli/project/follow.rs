//! Follows the includes of one nginx configuration: each file is read once, cycles are cut and reported with their
//! chain, and what could blow up is bounded.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use wslint_model::{FileId, Include, Mark, NginxContext, NginxRoot, Proxy, Role, Site};
use wslint_syntax::nginx::{BlockKind, DirectiveId, Tree};

use super::dump::Dump;
use super::include::{Found, Resolver, named};
use super::nginx_roots::context;
use super::problem::{Place, Problem};
use super::store::Store;
use crate::escape::{escape, shown_path};
use crate::files::{ReadError, Territory, is_pattern};

/// How deep includes may nest. Real trees stay below 6.
const DEEPEST: usize = 64;
/// How many files one run may read.
const MOST_FILES: usize = 50_000;
/// How many times files may be included in all, counting each way: doubling includes would otherwise never end.
const MOST_EXPANSIONS: u64 = 1_000_000;

/// What came of following the includes of one file.
pub(crate) struct Followed {
    /// The configuration.
    pub(crate) root: NginxRoot,
    /// Which file includes which, as far as that is no guess.
    pub(crate) sure: Vec<(FileId, FileId)>,
    /// The files of patterns that begin at the root of the file system and match there: the tree lies where nginx reads
    /// it.
    pub(crate) in_place: Vec<FileId>,
}
/// How many directives and blocks a configuration may have in all, each include counted: so many, and one for so many
/// bytes of its files. Ten thousand servers that include a snippet of ten lines stay far below.
const MOST_DIRECTIVES: (u64, u64) = (100_000, 2);
const MOST_BLOCKS: (u64, u64) = (10_000, 12);

/// Follows the includes from `main` on. `base` is where relative ones start; `dump` holds the files if they came
/// in one.
pub(crate) fn follow(
    store: &mut Store<'_>,
    resolver: &Resolver,
    dump: Option<&Dump>,
    main: FileId,
    base: &Path,
    context: NginxContext,
) -> Followed {
    let mut walk = Walk {
        store,
        resolver,
        dump,
        base,
        whole: context == NginxContext::Main,
        stack: vec![(main, None)],
        done: HashMap::new(),
        includes: HashMap::new(),
        sure: Vec::new(),
        in_place: Vec::new(),
        bounded: false,
    };
    walk.visit(main);
    let Walk { includes, sure, in_place, .. } = walk;
    Followed { root: NginxRoot { main, context, includes }, sure, in_place }
}

struct Walk<'a, 'o> {
    store: &'a mut Store<'o>,
    resolver: &'a Resolver,
    dump: Option<&'a Dump>,
    base: &'a Path,
    whole: bool,
    /// The files that are being followed, each with the line that included it.
    stack: Vec<(FileId, Option<Site>)>,
    done: HashMap<FileId, Size>,
    includes: HashMap<(FileId, DirectiveId), Include>,
    sure: Vec<(FileId, FileId)>,
    in_place: Vec<FileId>,
    /// Whether it was said that a bound was reached.
    bounded: bool,
}

/// What including a file brings along.
#[derive(Clone, Copy)]
struct Size {
    /// How deep its includes nest, itself counted.
    depth: usize,
    /// How many files are read if each include is counted, itself too.
    expansions: u64,
    /// How many directives, and how many blocks among them, that comes to.
    directives: u64,
    blocks: u64,
}

impl Size {
    /// A file without its includes.
    fn of(tree: Option<&Tree>) -> Self {
        let blocks = |tree: &Tree| tree.ids().filter(|&id| tree.has_block(id)).count();
        Self {
            depth: 1,
            expansions: 1,
            directives: tree.map_or(0, Tree::len) as u64,
            blocks: tree.map_or(0, blocks) as u64,
        }
    }

    /// The same with another file included.
    fn with(self, inner: Self) -> Self {
        Self {
            depth: self.depth.max(inner.depth + 1),
            expansions: self.expansions.saturating_add(inner.expansions),
            directives: self.directives.saturating_add(inner.directives),
            blocks: self.blocks.saturating_add(inner.blocks),
        }
    }
}

impl Walk<'_, '_> {
    fn visit(&mut self, file: FileId) -> Size {
        let mut size = Size::of(self.store.project.nginx(file));
        for (id, site, argument) in self.lines(file) {
            let include = match argument {
                Some(path) => self.include(file, site, &path, &mut size),
                None => Include::Unknown,
            };
            self.includes.insert((file, id), include);
        }
        self.done.insert(file, size);
        size
    }

    /// The `include` lines of a file, each with what it names, if that can be known.
    fn lines(&self, file: FileId) -> Vec<(DirectiveId, Site, Option<PathBuf>)> {
        let Some(tree) = self.store.project.nginx(file) else { return Vec::new() };
        includes(tree).map(|(id, argument)| (id, Site { file, span: tree.statement(id) }, argument)).collect()
    }

    fn include(&mut self, from: FileId, site: Site, path: &Path, size: &mut Size) -> Include {
        if let Some(dump) = self.dump
            && (dump.outside().is_none() || dump.find(path, self.base).is_some())
        {
            return self.include_dumped(dump, from, site, path, size);
        }
        let including = self.store.paths[from.0 as usize].clone();
        let base = self.dump.and_then(Dump::outside).unwrap_or(self.base);
        let (paths, sure) = match self.resolver.find(path, base, &including) {
            Found::Files(paths) => (paths, true),
            Found::Some(paths, reason) => {
                let more = format!("`{}` names more, which is not opened", escape(&shown_path(path)));
                self.store.tell(not_opened(site, &more, &reason));
                (paths, true)
            }
            Found::Likely(paths) => (paths, false),
            Found::Shipped => return Include::Shipped,
            Found::Refused(reason) => {
                let problem = refused(site, path, &reason);
                self.store.tell(if_itself(problem, path, &including));
                return Include::Unknown;
            }
            Found::TooMuch => {
                let most = Territory::MOST_EXPANDED;
                self.too_much(site, format!("patterns look at more than {most} files and folders"));
                return Include::Unknown;
            }
            Found::MissingBelowRoot(place) => {
                let message =
                    format!("nginx cannot include `{}`: it does not exist", escape(&shown_path(path)));
                let help = format!("its root is mapped, so that it would be {}", escape(&shown_path(&place)));
                self.store
                    .problems
                    .push(Problem::error("include-missing", Place::Site(site), message).help(help));
                return Include::Unknown;
            }
            Found::Nothing if self.whole => {
                self.store.tell(matches_nothing(site, path));
                return Include::Files(Vec::new());
            }
            Found::Nothing | Found::Missing => {
                let problem = missing(site, path, self.whole);
                self.store.tell(if_itself(problem, path, &including));
                return Include::Unknown;
            }
        };
        let single = paths.len() == 1;
        let guessed = !sure && !paths.is_empty();
        let first = paths.first().and_then(|place| place.parent());
        let in_place = sure && is_pattern(path) && path.has_root() && first == path.parent();
        let mut files = Vec::new();
        for place in paths {
            let place = self.resolver.through_mapped_link(place);
            if let Some(file) = self.enter(site, &place, sure, size) {
                files.push(file);
            }
        }
        if sure {
            self.sure.extend(files.iter().map(|&file| (from, file)));
        }
        if in_place {
            self.in_place.extend(&files);
        }
        if files.is_empty() && guessed {
            let problem = missing(site, path, self.whole);
            self.store.problems.push(if_itself(problem, path, &including));
        }
        // A single file that could not be followed could have set anything, and so could what was guessed wrong.
        match (files.is_empty(), guessed) {
            (true, _) if single || guessed => Include::Unknown,
            (_, true) => Include::Likely(files),
            (_, false) => Include::Files(files),
        }
    }

    /// Follows what an include names in a dump.
    fn include_dumped(
        &mut self,
        dump: &Dump,
        from: FileId,
        site: Site,
        path: &Path,
        size: &mut Size,
    ) -> Include {
        let Some(files) = dump.find(path, self.base) else {
            let message = format!("the dump does not hold `{}`", escape(&shown_path(path)));
            let help = "pipe all that `nginx -T` prints";
            self.store.tell(Problem::note("include-missing", Place::Site(site), message).help(help));
            let shipped = wslint_nginx::is_shipped(path.as_os_str().as_encoded_bytes());
            return if shipped { Include::Shipped } else { Include::Unknown };
        };
        let followed: Vec<FileId> =
            files.into_iter().filter(|&file| self.descend(site, file, true, size)).collect();
        self.sure.extend(followed.iter().map(|&file| (from, file)));
        Include::Files(followed)
    }

    /// Reads and follows one included file; `None` if it is cut.
    fn enter(&mut self, site: Site, place: &Path, sure: bool, size: &mut Size) -> Option<FileId> {
        if self.store.project.files.len() >= MOST_FILES {
            self.too_much(site, format!("more than {MOST_FILES} files"));
            return None;
        }
        let file = match self.store.open(place, Proxy::Nginx) {
            Ok(file) => file,
            Err(error) => {
                let problem = match error {
                    ReadError::Outside(_) | ReadError::VersionControl => refused(site, place, &error),
                    _ => unreadable(site, place, &error),
                };
                self.store.tell(if sure { problem } else { problem.weakened() });
                return None;
            }
        };
        // A guess that lands on a whole configuration was wrong: none stands inside of another.
        let tree = self.store.project.nginx(file);
        if !sure && self.whole && tree.and_then(context) == Some(NginxContext::Main) {
            return None;
        }
        self.descend(site, file, sure, size).then_some(file)
    }

    /// Follows one included file, once; whether it was followed to its end.
    fn descend(&mut self, site: Site, file: FileId, sure: bool, size: &mut Size) -> bool {
        if let Some(start) = self.stack_position(file) {
            if sure {
                self.report_cycle(file, site, start);
            }
            return false;
        }
        let inner = match self.done.get(&file) {
            Some(&inner) => inner,
            None if self.stack.len() >= DEEPEST => Size::of(None),
            None => {
                self.stack.push((file, Some(site)));
                let inner = self.visit(file);
                self.stack.pop();
                inner
            }
        };
        if self.stack.len() + inner.depth > DEEPEST {
            self.too_much(site, format!("includes nested more than {DEEPEST} deep"));
            return false;
        }
        let grown = size.with(inner);
        let bounds = [
            (grown.expansions, MOST_EXPANSIONS, "included files"),
            (grown.directives, self.bound(MOST_DIRECTIVES), "directives"),
            (grown.blocks, self.bound(MOST_BLOCKS), "blocks"),
        ];
        if let Some((_, most, what)) = bounds.into_iter().find(|(number, most, _)| number > most) {
            self.too_much(site, format!("more than {most} {what}, counting each way"));
            return false;
        }
        *size = grown;
        true
    }

    /// How many of something there may be: so many in any configuration, and one for so many bytes of a large one.
    fn bound(&self, (any, bytes): (u64, u64)) -> u64 {
        any + self.store.size / bytes
    }

    /// Where on the way from the main file a file already stands.
    fn stack_position(&self, file: FileId) -> Option<usize> {
        self.stack.iter().position(|&(on_the_way, _)| on_the_way == file)
    }

    fn report_cycle(&mut self, file: FileId, site: Site, start: usize) {
        let name = |file: FileId| escape(&self.store.project.file(file).path).into_owned();
        let mut chain: Vec<String> = self.stack[start..].iter().map(|&(file, _)| name(file)).collect();
        chain.push(name(file));
        let marks = self.stack[start + 1..]
            .iter()
            .filter_map(|&(inner, site)| {
                let words = format!("includes {}", name(inner));
                Some(Mark { site: site?, role: Role::Says(words) })
            })
            .collect();
        let problem = Problem::error(
            "include-cycle",
            Place::Site(site),
            format!("the includes form a cycle, and nginx crashes on it: {}", chain.join(" -> ")),
        )
        .help("remove one include of the chain")
        .marks(marks);
        self.store.tell(problem);
    }

    /// Says once for a configuration that a bound was reached.
    fn too_much(&mut self, site: Site, bound: String) {
        if !std::mem::replace(&mut self.bounded, true) {
            self.store.tell(
                Problem::error("include-limit", Place::Site(site), format!("{bound}: the rest is not read"))
                    .help("lint the parts of this tree one by one"),
            );
        }
    }
}

/// The `include` lines of a file that are followed, each with what it names, if that can be known.
pub(crate) fn includes(tree: &Tree) -> impl Iterator<Item = (DirectiveId, Option<PathBuf>)> {
    let lines = tree.ids().filter(|&id| &*tree.name(id) == b"include" && is_followed(tree, id));
    lines.map(|id| match tree.words(id) {
        [_, word] if !word.unknown => (id, Some(named(&tree.text(word)))),
        _ => (id, None),
    })
}

/// `charset_map` and `split_clients` hold data in which `include` is a value like any other; Lua is no configuration.
fn is_followed(tree: &Tree, id: DirectiveId) -> bool {
    let Some(parent) = tree.parent(id) else { return true };
    match tree.block(parent) {
        Some(block) if block.kind == BlockKind::Data => {
            matches!(&*tree.name(parent), b"types" | b"map" | b"geo")
        }
        _ => true,
    }
}

fn refused(site: Site, path: &Path, reason: &ReadError) -> Problem {
    let words = format!("`{}` is not opened, and what it sets stays unknown", escape(&shown_path(path)));
    let problem = not_opened(site, &words, reason);
    match reason {
        // It may as well be a path of the machine that the proxy runs on.
        ReadError::Outside(_) if path.has_root() => {
            problem.help(format!("--root FROM=TO says where it lies here; {}", reason.advice()))
        }
        _ => problem,
    }
}

fn not_opened(site: Site, words: &str, reason: &ReadError) -> Problem {
    Problem::note("include-outside", Place::Site(site), format!("{words}: {reason}")).help(reason.advice())
}

fn missing(site: Site, path: &Path, whole: bool) -> Problem {
    let message = format!("`{}` is not at hand; what it sets stays unknown", escape(&shown_path(path)));
    let help = if whole && path.has_root() {
        "--root FROM=TO says where it lies here"
    } else {
        "--nginx-prefix DIR says where relative includes start"
    };
    Problem::note("include-missing", Place::Site(site), message).help(help)
}

/// What a file includes under its own name may be itself, once it lies where that path leads.
fn if_itself(mut problem: Problem, path: &Path, including: &Path) -> Problem {
    if path.file_name().is_some() && path.file_name() == including.file_name() {
        problem.message.push_str("; if it is this very file, nginx crashes on the cycle");
    }
    problem
}

fn matches_nothing(site: Site, path: &Path) -> Problem {
    let name = shown_path(path);
    let name = escape(&name);
    let message = format!("`{name}` matches no file here; it is taken to include nothing");
    Problem::note("include-missing", Place::Site(site), message)
        .help("--nginx-prefix DIR says where relative includes start")
}

fn unreadable(site: Site, place: &Path, error: &ReadError) -> Problem {
    let message = format!("cannot include {}: {error}", escape(&shown_path(place)));
    let help = match error {
        ReadError::NotRegular("directory") => "nginx fails on it too: name the files in it, `DIR/*.conf`",
        ReadError::NotRegular(_) => "nginx would hang or fail on it",
        ReadError::Missing => "nginx fails on a link that leads nowhere: remove the link",
        _ => "make it readable, or lint a copy",
    };
    Problem::error("unreadable", Place::Site(site), message).help(help).about(place)
}
