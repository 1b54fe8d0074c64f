//! Takes what the paths name: a file, a folder that is searched, standard input, or what `nginx -T` printed.

use std::path::Path;

use wslint_facts::{FileId, NginxContext, Proxy};

use super::Loader;
use crate::escape::shown_path;
use crate::files::{ENABLED, ReadError, Walk, named, read_stdin};
use crate::project::detect::{detect, is_utf16, is_utf16_configuration, proxy_of};
use crate::project::discover::discover;
use crate::project::dump::{self, Dump};
use crate::project::problem::{Place, Problem};
use crate::project::store::strip_here;

impl Loader<'_> {
    pub(super) fn take(&mut self, path: &Path) {
        if path == Path::new("-") {
            return self.take_stdin();
        }
        match named(path, &self.configuration.permitted) {
            Ok(named) if named.real.is_dir() => self.take_folder(path),
            Ok(_) => self.take_named(path),
            Err(error) => self.cannot_read(path, &error),
        }
    }

    fn take_stdin(&mut self) {
        let bytes = match read_stdin() {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(Path::new("-"), &error),
        };
        if self.take_dump(&bytes) {
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
        let Some(proxy) = proxy_of(Path::new(&name), &bytes) else {
            self.store.problems.push(no_configuration(Place::Path(name), &bytes));
            return;
        };
        let file = self.store.parse_loose(&name, bytes, proxy);
        self.sort_in(file, Path::new(&name).parent().unwrap_or(Path::new("")), proxy, true);
    }

    /// Takes the files of a text that `nginx -T` printed; whether it is one.
    fn take_dump(&mut self, text: &[u8]) -> bool {
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
                self.follow(file, &folder, NginxContext::Main);
            } else {
                self.sort_in(file, &folder, Proxy::Nginx, true);
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
        if dump::is_dump(bytes) {
            let text = bytes.to_owned();
            self.take_dump(&text);
            return;
        }
        let detected = if bytes.is_empty() { None } else { proxy_of(path, bytes) };
        let Some(proxy) = detected else {
            let problem = no_configuration(Place::Path(shown_path(path)), bytes);
            self.store.problems.push(problem);
            return;
        };
        match self.store.open(path, proxy) {
            Ok(file) => self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, true),
            Err(error) => self.cannot_read(path, &error),
        }
    }

    fn take_folder(&mut self, folder: &Path) {
        let (exclude, ignore_files) = (&self.configuration.exclude, !self.configuration.no_ignore_files);
        let mut found = discover(folder, &self.resolver.territory, exclude, ignore_files);
        let mut files = std::mem::take(&mut found.files);
        self.note(folder, found);
        files.iter().for_each(|file| self.resolver.candidates.add(file));
        // Main files come first, so that what they include is known before it is looked at by itself.
        files.sort_by_key(|path| path.file_name().is_none_or(|name| name != "nginx.conf"));
        let mut taken = false;
        for path in &files {
            taken |= self.take_found(path);
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
        let place = |path: &Path| Place::Path(shown_path(strip_here(path)));
        let problems = &mut self.store.problems;
        for (path, reason) in found.unreadable {
            problems.push(
                Problem::error("unreadable", place(&path), reason)
                    .help("make it readable for this user, or exclude it"),
            );
        }
        for (link, reason) in found.outside {
            let message = match reason {
                ReadError::VersionControl => "it is a link into data of version control, and is not followed",
                _ => "it is a link that leads out of what is linted, and is not followed",
            };
            problems.push(Problem::note("link-outside", place(&link), message).help(reason.advice()));
        }
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

    /// Takes a file of a folder if it is configuration; whether it is.
    fn take_found(&mut self, path: &Path) -> bool {
        if let Some(file) = self.store.parsed(path) {
            if path.parent().is_some_and(|folder| folder.ends_with(ENABLED)) {
                self.enabled.insert(file);
            }
            // A second name of a file that is known: a link into `sites-available`, a file named twice.
            return !self.is_haproxy(file) || !self.named_haproxy.contains(&file);
        }
        let looks = match self.store.look(path, Looks::of) {
            Ok(looks) => looks,
            Err(error) => {
                self.cannot_read(path, &error);
                return false;
            }
        };
        match looks {
            Looks::Dump => match self.store.peek(path).map(<[u8]>::to_owned) {
                Ok(text) => return self.take_dump(&text),
                Err(error) => self.cannot_read(path, &error),
            },
            Looks::Utf16 => {
                self.store.forget(path);
                self.store.problems.push(utf16(Place::Path(shown_path(path))));
            }
            Looks::Foreign => {
                self.store.forget(path);
                self.left.foreign.push(path.to_owned());
                return false;
            }
            Looks::Configuration(proxy) => match self.store.open(path, proxy) {
                Ok(file) => self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, false),
                Err(error) => self.cannot_read(path, &error),
            },
        }
        true
    }

    fn is_haproxy(&self, file: FileId) -> bool {
        self.store.project.haproxy(file).is_some()
    }

    fn cannot_read(&mut self, path: &Path, error: &ReadError) {
        let place = Place::Path(shown_path(strip_here(path)));
        let code = if matches!(error, ReadError::LeadsOut { .. }) { "link-outside" } else { "unreadable" };
        self.store.problems.push(Problem::error(code, place, error.to_string()).help(error.advice()));
    }
}

/// What a file in a folder looks like.
enum Looks {
    Dump,
    Utf16,
    Configuration(Proxy),
    Foreign,
}

impl Looks {
    fn of(head: &[u8]) -> Self {
        match detect(head) {
            _ if dump::is_dump(head) => Self::Dump,
            _ if is_utf16_configuration(head) => Self::Utf16,
            Some(proxy) => Self::Configuration(proxy),
            None => Self::Foreign,
        }
    }
}

fn utf16(place: Place) -> Problem {
    Problem::error("encoding", place, "it is UTF-16, and both proxies read bytes")
        .help("save it as UTF-8 without a byte order mark")
}

fn no_configuration(place: Place, source: &[u8]) -> Problem {
    if is_utf16(source) {
        return utf16(place);
    }
    Problem::error("no-configuration", place, "neither an nginx nor a HAProxy configuration")
        .help("wslint tells the proxy by the directives; an empty file or one of another program has none")
}
