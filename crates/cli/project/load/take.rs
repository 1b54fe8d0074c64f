//! Takes what the paths name: a file, a folder that is searched, standard input, or what `nginx -T` printed.

use std::path::Path;

use wslint_embed::Format;
use wslint_kubernetes::objects;
use wslint_model::{FileId, NginxContext, Proxy};

use super::certain::{certain_proxy, is_of_another_program, nothing_in_it};
use super::loader::Loader;
use super::settle::absolute;
use crate::escape::shown_path;
use crate::files::{ENABLED, ReadError, Walk, named, read_stdin};
use crate::project::deployment;
use crate::project::detect::{self, Tells, detect_whole, is_wide_configuration};
use crate::project::discover::discover;
use crate::project::dump::{self, Dump};
use crate::project::file_kind;
use crate::project::file_names::{MainFile, main_file};
use crate::project::problem::{Level, Place, Problem};
use crate::project::store::{strip_here, wide_characters};

impl Loader<'_> {
    pub(super) fn take(&mut self, path: &Path) {
        if path == Path::new("-") {
            return self.take_stdin();
        }
        match named(path, &self.configuration.permitted) {
            Ok(named) if named.real.is_dir() => {
                self.folders.push(absolute(path));
                self.take_folder(path);
            }
            Ok(_) => self.take_named(path),
            Err(error) => self.cannot_read(path, &error),
        }
    }

    fn take_stdin(&mut self) {
        let given = self.configuration.stdin_text.clone();
        let bytes = match given.map_or_else(read_stdin, Ok) {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(Path::new("-"), &error),
        };
        if self.take_dump(&bytes, true) {
            return;
        }
        if dump::is_nothing(&bytes) {
            let message = match bytes.is_empty() {
                true => "standard input is empty",
                false => "standard input holds messages of nginx, but no configuration",
            };
            let problem = Problem::error("no-configuration", Place::Path("-".to_owned()), message)
                .help("`nginx -T` prints the configuration only if nginx accepts it; see what it says");
            self.store.problems.push(problem);
            return;
        }
        let name = self.stdin_name.clone();
        let format = Format::by_name(Path::new(&name)).or_else(|| Format::by_text(&bytes));
        let format = format.or_else(|| objects::may_route(&bytes).then_some(Format::Yaml));
        if let Some(format) = format
            && self.take_host_of_stdin(&name, &bytes, format)
        {
            return;
        }
        match certain_proxy(Path::new(&name), &bytes) {
            Ok(proxy) => {
                let file = self.store.parse_loose(&name, bytes, proxy);
                self.take_certain(file, Path::new(&name), proxy, true);
            }
            Err(refusal) => self.store.problems.push(refusal),
        }
    }

    /// Takes the files of a text that `nginx -T` printed; whether it is one.
    fn take_dump(&mut self, text: &[u8], named: bool) -> bool {
        let parts = dump::parts(text);
        let Some((main, _)) = parts.first() else { return false };
        let folder = main.parent().map(Path::to_owned).unwrap_or_default();
        let first = FileId(self.store.project.files.len() as u32);
        let mut names = Vec::with_capacity(parts.len());
        for (name, range) in parts {
            self.store.parse_loose(&shown_path(&name), text[range].to_owned(), Proxy::Nginx);
            names.push(name);
        }
        let dump = Dump::new(first, names);
        let files = dump.files();
        self.dumps.push(dump);
        for file in files {
            // The first one is what nginx was started with, even if all it does is include others.
            if file == first && self.context(file).is_none() {
                if named {
                    self.certain.insert(file);
                }
                self.follow(file, &folder, NginxContext::Main);
            } else {
                self.sort_in(file, &folder, Proxy::Nginx, named);
            }
        }
        true
    }

    /// A file that the user names is taken whatever it is called.
    fn take_named(&mut self, path: &Path) {
        let bytes = match self.store.peek(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(path, &error),
        };
        if dump::holds_several(bytes) {
            let text = bytes.to_owned();
            self.take_dump(&text, true);
            return;
        }
        if let Some(format) = host_format(path, bytes, self.configuration.include_docs) {
            return match self.take_host(path, format, true) {
                Ok(true) => self.beside.extend(deployment::above(path, &self.resolver.territory)),
                Ok(false) => match self.proxy_of_script(path) {
                    Some(proxy) => self.open_certain(path, proxy, true),
                    None => self.holds_none(path, format),
                },
                Err(error) => self.cannot_read(path, &error),
            };
        }
        match certain_proxy(path, bytes) {
            Ok(proxy) => {
                self.beside.extend(deployment::above(path, &self.resolver.territory));
                self.open_certain(path, proxy, true);
            }
            Err(refusal) => self.store.problems.push(refusal),
        }
    }

    /// Reads a file that a proxy reads for certain.
    fn open_certain(&mut self, path: &Path, proxy: Proxy, named: bool) {
        match self.store.open(path, proxy) {
            Ok(file) => self.take_certain(file, path, proxy, named),
            Err(error) => self.cannot_read(path, &error),
        }
    }

    fn take_certain(&mut self, file: FileId, path: &Path, proxy: Proxy, named: bool) {
        self.certain.insert(file);
        let wrong = |problem: &Problem| {
            problem.level == Level::Error && matches!(problem.place, Place::Site(site) if site.file == file)
        };
        if !self.store.problems.iter().any(wrong) {
            self.store.problems.extend(nothing_in_it(self.store.project.file(file), path));
        }
        self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, named);
    }

    fn take_folder(&mut self, folder: &Path) {
        let mut found = discover(folder, &self.resolver.territory, self.configuration);
        let mut files = std::mem::take(&mut found.files);
        self.beside.append(&mut found.beside);
        let hosts = std::mem::take(&mut found.hosts);
        self.note(folder, found);
        files.iter().for_each(|file| self.resolver.candidates.add(file));
        // Main files come first, so that what they include is known before it is looked at by itself.
        files.sort_by_key(|path| path.file_name().is_none_or(|name| name != "nginx.conf"));
        self.telling.extend(hosts.iter().cloned());
        self.take_generators(&hosts);
        let mut taken = false;
        for path in &files {
            taken |= self.take_found(path);
        }
        for path in &hosts {
            let Some(format) = Format::by_name(path) else { continue };
            taken |= self.take_found_host(path, format);
        }
        if !taken {
            let message = "no nginx or HAProxy configuration found in this folder";
            let problem = Problem::error("no-configuration", Place::Path(shown_path(folder)), message)
                .help("name the file, if it is one: `wslint path/to/nginx.conf`");
            self.store.problems.push(problem);
        }
    }

    /// Says what of a folder was not walked, and keeps what was left out.
    fn note(&mut self, folder: &Path, found: Walk) {
        let problems = &mut self.store.problems;
        for (path, reason) in found.unreadable {
            problems.push(
                Problem::error("unreadable", place(&path), reason)
                    .help("make it readable for this user, or exclude it"),
            );
        }
        problems.extend(found.outside.iter().map(|(link, reason)| outside(link, reason)));
        for (path, reason) in found.strange {
            let message = format!("{reason}: as an ignore file it hides nothing");
            problems.push(Problem::note("ignore-file", place(&path), message));
        }
        if let Some(words) = found.limit {
            problems.push(
                Problem::error("walk-limit", place(folder), format!("{words}: the rest is not looked at"))
                    .help("name the folders that hold configuration, or exclude what holds none"),
            );
        }
        self.left.by_name += found.by_name;
        self.left.excluded.extend(found.excluded);
        self.left.hidden.extend(found.hidden);
    }

    /// Takes a file of a folder if it is configuration; whether it is, or is said not to be read.
    fn take_found(&mut self, path: &Path) -> bool {
        let main = main_file(path);
        if let Some(file) = self.store.parsed(path) {
            if path.parent().is_some_and(|folder| folder.ends_with(ENABLED)) {
                self.enabled.insert(file);
            }
            if main.is_some_and(|main| !main.template) {
                self.certain.insert(file);
            }
            // A second name of a file that is known: a link into `sites-available`, a file named twice.
            return !self.is_haproxy(file) || !self.named_haproxy.contains(&file);
        }
        if let Some(main) = main {
            return self.take_main(path, main);
        }
        let looks = match self.look(path) {
            Ok(looks) => looks,
            Err(error) => {
                self.note_unread(path, &error);
                return false;
            }
        };
        match looks {
            Looks::Dump => match self.store.peek(path).map(<[u8]>::to_owned) {
                Ok(text) => return self.take_dump(&text, false),
                Err(error) => self.note_unread(path, &error),
            },
            Looks::Wide => self.store.problems.push(wide_characters(place(path)).weakened()),
            Looks::OtherFormat(words) => {
                let format = match self.store.peek(path) {
                    Ok(bytes) => host_format(path, bytes, false),
                    Err(error) if Format::by_name(path).is_some() => {
                        self.note_unread(path, &error);
                        None
                    }
                    Err(_) => None,
                };
                if format.is_some_and(|format| self.take_found_host(path, format)) {
                    return true;
                }
                if let Some(proxy) = self.proxy_of_script(path) {
                    return self.open_found(path, proxy);
                }
                self.left.formats.push((path.to_owned(), words));
            }
            Looks::Foreign => self.left.foreign.push(path.to_owned()),
            Looks::Configuration(proxy) => return self.open_found(path, proxy),
        }
        self.store.forget(path);
        false
    }

    /// Reads a found file as configuration; whether it can be read.
    fn open_found(&mut self, path: &Path, proxy: Proxy) -> bool {
        match self.store.open(path, proxy) {
            Ok(file) => {
                self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, false);
                true
            }
            Err(error) => {
                self.note_unread(path, &error);
                self.store.forget(path);
                false
            }
        }
    }

    /// The proxy of a file that is called like a configuration, and of which nothing but the first line says that it is a
    /// script: both proxies take that for a comment.
    fn proxy_of_script(&mut self, path: &Path) -> Option<Proxy> {
        path.extension().filter(|ending| *ending == "conf" || *ending == "cfg")?;
        let bytes = self.store.peek(path).ok()?;
        let first = bytes.split(|&byte| byte == b'\n').next().filter(|line| line.starts_with(b"#!"))?;
        detect_whole(&bytes[first.len()..])
    }

    /// Takes a file of a folder if it holds configuration; whether it does.
    fn take_found_host(&mut self, path: &Path, format: Format) -> bool {
        self.take_host(path, format, false).unwrap_or_else(|error| {
            self.note_unread(path, &error);
            false
        })
    }

    /// Takes a file that is called like what a proxy is started with. Whatever it looks like, it is read, or it is an
    /// error that it cannot be; only what speaks plainly of another program is left alone, and a note says so.
    fn take_main(&mut self, path: &Path, main: MainFile) -> bool {
        let bytes = match self.store.peek(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.cannot_read(path, &error);
                return true;
            }
        };
        if dump::holds_several(bytes) {
            let text = bytes.to_owned();
            return self.take_dump(&text, true);
        }
        if is_of_another_program(path, bytes) {
            let message = "it is called like a main file, but is of another program: it is left alone";
            self.store.problems.push(Problem::note("other-program", place(path), message));
            self.left.foreign.push(path.to_owned());
            self.store.forget(path);
            return false;
        }
        match certain_proxy(path, bytes) {
            Ok(proxy) if main.template => match self.store.open(path, proxy) {
                // The proxy never reads the file itself, so that nothing in it is wrong for certain.
                Ok(file) => {
                    self.store.problems.extend(nothing_in_it(self.store.project.file(file), path));
                    self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, false);
                }
                Err(error) => self.cannot_read(path, &error),
            },
            Ok(proxy) => self.open_certain(path, proxy, false),
            Err(refusal) => {
                self.store.forget(path);
                self.store.problems.push(refusal);
            }
        }
        true
    }

    /// What a found file looks like: by its beginning, if that tells.
    fn look(&mut self, path: &Path) -> Result<Looks, ReadError> {
        if let Some(format) = file_kind::by_name(path) {
            return Ok(Looks::OtherFormat(format));
        }
        match self.store.look(path, Looks::of)? {
            Some(Looks::Dump) | None => {
                let text = self.store.peek(path)?;
                Ok(match detect_whole(text) {
                    _ if dump::holds_several(text) => Looks::Dump,
                    Some(proxy) => Looks::Configuration(proxy),
                    None => Looks::Foreign,
                })
            }
            Some(looks) => Ok(looks),
        }
    }

    fn is_haproxy(&self, file: FileId) -> bool {
        self.store.project.haproxy(file).is_some()
    }

    fn cannot_read(&mut self, path: &Path, error: &ReadError) {
        self.store.problems.push(unreadable(path, error));
    }

    /// Says that a file was not read of which nobody knows whether it is configuration.
    fn note_unread(&mut self, path: &Path, error: &ReadError) {
        self.store.problems.push(unreadable(path, error).weakened());
    }
}

/// The format of a file that may hold configuration rather than be one.
fn host_format(path: &Path, bytes: &[u8], include_docs: bool) -> Option<Format> {
    let other = file_kind::other_format(path, bytes).filter(|_| main_file(path).is_none())?;
    let by_text = || Format::by_text(bytes).filter(|format| format.title() == other);
    let format = Format::by_name(path).or_else(by_text)?;
    (include_docs || format != Format::Document).then_some(format)
}

/// What a file in a folder looks like.
enum Looks {
    Dump,
    Wide,
    Configuration(Proxy),
    OtherFormat(&'static str),
    Foreign,
}

impl Looks {
    /// By the beginning of a text, of which `more` may follow; none if that tells nothing.
    fn of(head: &[u8], more: bool) -> Option<Self> {
        if dump::is_dump(head) {
            return Some(Self::Dump);
        }
        if is_wide_configuration(head) {
            return Some(Self::Wide);
        }
        if let Some(format) = file_kind::by_text(head) {
            return Some(Self::OtherFormat(format));
        }
        match detect::look(head, more) {
            Tells::Is(proxy) => Some(Self::Configuration(proxy)),
            Tells::Other => Some(Self::Foreign),
            Tells::More => None,
        }
    }
}

fn place(path: &Path) -> Place {
    Place::Path(shown_path(strip_here(path)))
}

fn unreadable(path: &Path, error: &ReadError) -> Problem {
    let code = if matches!(error, ReadError::LeadsOut { .. }) { "link-outside" } else { "unreadable" };
    Problem::error(code, place(path), error.to_string()).help(error.advice())
}

fn outside(link: &Path, reason: &ReadError) -> Problem {
    let message = match reason {
        ReadError::VersionControl => "it is a link into data of version control, and is not followed",
        _ => "it is a link that leads out of what is linted, and is not followed",
    };
    let problem = match main_file(link) {
        Some(_) => Problem::error("link-outside", place(link), message),
        None => Problem::note("link-outside", place(link), message),
    };
    problem.help(reason.advice())
}
