//! Which files of a large nginx configuration tell about some of them: of ten thousand virtual hosts that lie beside each
//! other few do. Others are told from them by their names: virtual hosts that share no name, no upstream and no socket's
//! default with those that are looked at are left aside. What is found without them is held against all of them as soon as
//! nobody waits.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use wslint_model::{Content, File, FileId, Include, NginxRoot, Project, Root};
use wslint_syntax::nginx::Tree;

/// How many files that include a file are looked at with it: one that all virtual hosts include is seen in some of them.
const MOST_HOLDERS: usize = 20;

/// How many virtual hosts that share a name with those that are looked at stay.
const MOST_RELATED: usize = 100;

/// How many bytes the other configurations may have that are looked at beside those of the files.
const MOST_BESIDE: usize = 256 << 10;

/// What tells of a file which others it may be about. Words are kept as numbers that are all but certain to differ.
#[derive(Debug, Default)]
struct Words {
    /// Whether it holds virtual hosts.
    serves: bool,
    /// Whether one of them takes what is meant for no other.
    takes_the_rest: bool,
    /// The names of virtual hosts and upstreams.
    names: Vec<u64>,
    /// The sockets.
    sockets: Vec<u64>,
}

/// The words of all files.
#[derive(Debug)]
pub(super) struct Reach(Vec<Words>);

impl Reach {
    /// Reads the files of a project.
    pub(super) fn new(project: &Project) -> Self {
        Self(project.files.iter().map(words).collect())
    }

    /// A file changed.
    pub(super) fn update(&mut self, project: &Project, file: FileId) {
        self.0[file.0 as usize] = words(project.file(file));
    }

    /// The configurations with what tells about some files, and the files that include these, as far as they are looked
    /// at.
    pub(super) fn narrowed(
        &self,
        project: &Project,
        roots: &[Root],
        files: &BTreeSet<FileId>,
    ) -> (Vec<Root>, HashSet<FileId>) {
        let mut narrowed = Vec::new();
        let mut holders = HashSet::new();
        let mut beside = 0;
        for root in roots {
            let of_root = root.files();
            let holds = files.iter().any(|file| of_root.contains(file));
            if !holds {
                beside += of_root.iter().map(|&file| project.file(file).source().len()).sum::<usize>();
            }
            match root {
                Root::Nginx(root) if holds => {
                    let above = above(root, files);
                    narrowed.push(Root::Nginx(self.narrow(root, files, &above)));
                    holders.extend(above);
                }
                root if holds || beside <= MOST_BESIDE => narrowed.push(root.clone()),
                _ => {}
            }
        }
        (narrowed, holders)
    }

    fn narrow(&self, root: &NginxRoot, files: &BTreeSet<FileId>, holders: &HashSet<FileId>) -> NginxRoot {
        let looked_at = |file: &FileId| files.contains(file) || holders.contains(file);
        let of_looked_at = || files.iter().chain(holders).map(|&file| &self.0[file.0 as usize]);
        let names: HashSet<u64> = of_looked_at().flat_map(|words| &words.names).copied().collect();
        let sockets: HashSet<u64> = of_looked_at().flat_map(|words| &words.sockets).copied().collect();
        let mut untaken = sockets.clone();
        let mut related = 0;
        let mut aside: HashSet<FileId> = HashSet::new();
        let mut stays = |file: &FileId| {
            let words = &self.0[file.0 as usize];
            if !words.serves || looked_at(file) {
                return true;
            }
            // The first server of a socket takes what is meant for no other.
            let first = words.sockets.iter().filter(|socket| untaken.remove(socket)).count() > 0;
            let shares = words.names.iter().any(|name| names.contains(name))
                || (words.takes_the_rest && words.sockets.iter().any(|socket| sockets.contains(socket)));
            related += usize::from(shares);
            let stays = first || (shares && related <= MOST_RELATED);
            if !stays {
                aside.insert(*file);
            }
            stays
        };
        let mut includes: HashMap<_, Include> = HashMap::new();
        let mut in_order: Vec<_> = root.includes.iter().collect();
        in_order.sort_unstable_by_key(|(place, _)| **place);
        for (&place, include) in in_order {
            let narrowed = match include {
                Include::Files(all) if all.len() > 1 => {
                    Include::Files(all.iter().copied().filter(&mut stays).collect())
                }
                other => other.clone(),
            };
            includes.insert(place, narrowed);
        }
        includes.retain(|(holder, _), _| !aside.contains(holder));
        NginxRoot { main: root.main, context: root.context, includes }
    }
}

/// The files that include others, and those that include them, as far as they are looked at.
fn above(root: &NginxRoot, files: &BTreeSet<FileId>) -> HashSet<FileId> {
    let mut holders: HashMap<FileId, Vec<FileId>> = HashMap::new();
    for (&(holder, _), include) in &root.includes {
        include.files().iter().for_each(|&file| holders.entry(file).or_default().push(holder));
    }
    let of = |file: &FileId| holders.get(file).map_or(&[][..], Vec::as_slice);
    let nearest: BTreeSet<FileId> = files.iter().flat_map(of).copied().collect();
    let mut open: Vec<FileId> = nearest.into_iter().take(MOST_HOLDERS).collect();
    let mut above = HashSet::new();
    while let Some(file) = open.pop() {
        if above.insert(file) {
            open.extend(of(&file));
        }
    }
    above
}

/// Directives that hand requests to an address, which may be the name of an `upstream`.
const PASS: [&[u8]; 5] = [b"proxy_pass", b"grpc_pass", b"fastcgi_pass", b"uwsgi_pass", b"scgi_pass"];

fn words(file: &File) -> Words {
    let mut words = Words::default();
    if let Content::Nginx(tree) = &file.content {
        read(tree, &mut words);
    }
    words
}

fn read(tree: &Tree, words: &mut Words) {
    for id in tree.ids() {
        let name = tree.name(id);
        let mut arguments = tree.args(id);
        match &*name {
            b"server" if tree.has_block(id) => words.serves = true,
            b"server_name" => words.names.extend(arguments.map(|name| number(&name.to_ascii_lowercase()))),
            b"upstream" => words.names.extend(arguments.next().map(|name| number(&name))),
            b"listen" => {
                words.sockets.extend(arguments.next().map(|socket| number(&socket)));
                words.takes_the_rest |=
                    arguments.any(|word| matches!(&*word, b"default_server" | b"default"));
            }
            name if PASS.contains(&name) => words.names.extend(arguments.next().map(|to| number(host(&to)))),
            _ => {}
        }
    }
}

/// The host of an address, which may be the name of an upstream.
fn host(address: &[u8]) -> &[u8] {
    let start = memchr::memmem::find(address, b"://").map_or(0, |at| at + 3);
    let end = address[start..].iter().position(|byte| matches!(byte, b'/' | b':' | b'$'));
    &address[start..end.map_or(address.len(), |end| start + end)]
}

fn number(word: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
