//! What a run goes by: the flags, and `wslint.yaml` where they say nothing. Flags win.

mod exclude;
mod file;
mod find;
mod known;
mod layers;
mod levels;
mod own_rules;
mod read;
#[cfg(test)]
mod schema;
mod shown;
mod template;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wslint_kubernetes::Controller;
use wslint_model::choices::Polls;
use wslint_model::product::Transport;
use wslint_model::{Endpoint, Settings, Version};
use wslint_rules::{Rules, builtin};

use crate::args::{ConfigOptions, Mapping, SettingsOptions};
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::files::{ReadError, Territory, named, read_named, repository};

use self::exclude::Globs;
use self::layers::{Found, LARGEST, Layer, cannot_read, layers};
use self::own_rules::OwnRules;
pub(crate) use exclude::Exclude;
pub(crate) use find::{NAME as FILE_NAME, from_here};
pub(crate) use levels::Levels;
pub(crate) use shown::shown;
pub(crate) use template::TEMPLATE;

/// What a run goes by.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    /// The user's word on versions and endpoints.
    pub(crate) settings: Settings,
    /// The same without what the file says of versions, heartbeats and idle limits.
    pub(crate) plain: Settings,
    /// How loud the rules are.
    pub(crate) levels: Levels,
    /// The folder that relative includes of nginx start from, if the user says so.
    pub(crate) prefix: Option<PathBuf>,
    /// Folders that stand for absolute paths.
    pub(crate) mappings: Vec<Mapping>,
    /// Folders beside the linted ones that may be read, absolute and without links.
    pub(crate) permitted: Vec<PathBuf>,
    /// Whether `.gitignore` and `.ignore` hide nothing.
    pub(crate) no_ignore_files: bool,
    /// Whether the examples of documents are read.
    pub(crate) include_docs: bool,
    /// Whether the tree at hand is taken for all that nginx reads, so that a relative pattern which matches nothing in it
    /// names no file. A repository may lack what is installed beside it; a trace of one request reports it.
    pub(crate) complete: bool,
    /// Environment variables that HAProxy sees.
    pub(crate) environment: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What is not searched.
    pub(crate) exclude: Exclude,
    /// An address as one proxy calls it, and the address that the other listens on.
    pub(crate) addresses: BTreeMap<String, String>,
    /// The name that standard input goes by in the output.
    pub(crate) stdin_name: Option<String>,
    /// The text that stands in place of standard input, if one does.
    pub(crate) stdin_text: Option<Vec<u8>>,
    /// Whether code is not read for endpoints.
    pub(crate) no_code: bool,
    /// The files of settings, as people write them; those that others extend come first.
    sources: Vec<PathBuf>,
    /// People's own rules, if they have any.
    own: Option<OwnRules>,
    /// The controllers that read Ingresses, each with its version if that is known.
    pub(crate) controllers: Vec<(Controller, Option<Version>)>,
}

impl Configuration {
    /// Finds and reads the file, and lays the flags over it.
    pub(crate) fn new(paths: &[PathBuf], options: &ConfigOptions) -> Result<Self, Failure> {
        let permitted = permitted(options)?;
        let mut configuration = Self::of_settings(paths, &options.settings, &permitted)?;
        configuration.permitted.extend(permitted);
        configuration.lay_over(options);
        Ok(configuration)
    }

    /// What the settings say of the working directory, for those who lint nothing.
    pub(crate) fn here(options: &SettingsOptions) -> Result<Self, Failure> {
        Self::of_settings(&[PathBuf::from(".")], options, &[])
    }

    fn of_settings(
        paths: &[PathBuf],
        options: &SettingsOptions,
        permitted: &[PathBuf],
    ) -> Result<Self, Failure> {
        let layers = match found(paths, options, permitted)? {
            Some(file) => layers(file)?,
            None => Vec::new(),
        };
        let own = own_rules::read(&layers, &options.rules, permitted)?;
        from_layers(layers, own)
    }

    /// All rules: the built-in ones and people's own.
    pub(crate) fn rules(&self) -> &Rules {
        self.own.as_ref().map_or_else(|| builtin(), |own| &own.rules)
    }

    /// The files of people's own rules, absolute and without links, in order.
    fn own_rule_files(&self) -> BTreeSet<&Path> {
        self.own.iter().flat_map(|own| &own.files).map(PathBuf::as_path).collect()
    }

    /// Whether the file at an absolute path without links is one of people's own rules.
    pub(crate) fn is_own_rule(&self, path: &Path) -> bool {
        self.own.as_ref().is_some_and(|own| own.files.contains(path))
    }

    /// The settings without what the file says of versions, heartbeats and idle limits; `None` if it says nothing of
    /// these.
    pub(crate) fn without_claims(&self) -> Option<&Settings> {
        (self.plain != self.settings).then_some(&self.plain)
    }

    fn lay_over(&mut self, options: &ConfigOptions) {
        lay_over_settings(&mut self.settings, options);
        lay_over_settings(&mut self.plain, options);
        if let Some(prefix) = &options.nginx_prefix {
            self.prefix = Some(prefix.clone());
        }
        self.no_ignore_files = options.no_ignore_files;
        self.include_docs = options.include_docs;
        self.no_code |= options.no_code;
        self.mappings.splice(0..0, options.root.iter().cloned());
        for variable in &options.env {
            self.environment.insert(variable.name.clone().into_bytes(), variable.value.clone().into_bytes());
        }
        self.stdin_name.clone_from(&options.stdin_filename);
    }
}

/// The folders that the flags permit, without links. A pull request can put a link in their place as well.
fn permitted(options: &ConfigOptions) -> Result<Vec<PathBuf>, Failure> {
    let mut permitted: Vec<PathBuf> = Vec::new();
    let allowed = options.allow_root.iter().map(|folder| ("--allow-root", folder));
    let mapped = options.root.iter().map(|mapping| ("--root", &mapping.to));
    let prefix = options.nginx_prefix.iter().map(|folder| ("--nginx-prefix", folder));
    for (flag, folder) in allowed.chain(mapped).chain(prefix) {
        demand_folder(folder, flag)?;
        let named = named(folder, &permitted);
        permitted.push(named.map_err(|error| cannot_read(folder, &error).help(error.advice()))?.real);
    }
    Ok(permitted)
}

fn lay_over_settings(settings: &mut Settings, options: &ConfigOptions) {
    for path in &options.websocket {
        // The file may know more of this endpoint than the flag can say.
        if settings.endpoints.iter().all(|endpoint| endpoint.path != *path) {
            settings.endpoints.push(Endpoint::at(path));
        }
    }
    settings.source = options.source;
    if let Some(version) = options.nginx_version {
        settings.nginx_version = version;
        settings.nginx_version_given = true;
    }
    if let Some(version) = options.haproxy_version {
        settings.haproxy_version = version;
        settings.haproxy_version_given = true;
    }
}

/// A folder that is not there is a slip, and whatever should lie in it would seem to be missing.
fn demand_folder(folder: &Path, named_by: &str) -> Result<(), Failure> {
    match folder.is_dir() {
        true => Ok(()),
        false => Err(Failure::at(folder, &format!("there is no such folder, but {named_by} names it"))),
    }
}

fn found(
    paths: &[PathBuf],
    options: &SettingsOptions,
    permitted: &[PathBuf],
) -> Result<Option<Found>, Failure> {
    if options.no_config {
        return Ok(None);
    }
    if let Some(path) = &options.config {
        let refused = |error: ReadError| {
            let failure = cannot_read(path, &error);
            match error {
                ReadError::LeadsOut { .. } => failure.help(error.advice()),
                _ => failure,
            }
        };
        let bytes = read_named(path, permitted, LARGEST).map_err(refused)?;
        let real = named(path, permitted).map_err(refused)?.real;
        let folder = real.parent().unwrap_or(&real).to_owned();
        return Ok(Some(Found { path: path.clone(), bytes, folder }));
    }
    let Some(place) = paths.first().and_then(|path| find::find(path, permitted)) else { return Ok(None) };
    let folder = place.parent().unwrap_or(&place).to_owned();
    let path = find::from_here(&place);
    // A repository of strangers may link to any file, and a message about that one would show its keys.
    let territory = Territory::of(repository(&folder).unwrap_or(&folder));
    let bytes = territory.enter_file(&place).and_then(|entry| entry.read(LARGEST));
    let bytes = bytes.map_err(|error| match error {
        ReadError::Outside(_) => Failure::at(&path, "it is a link that leads out of the repository")
            .help("name the file that holds the settings: --config FILE"),
        error => cannot_read(&path, &error),
    })?;
    Ok(Some(Found { path, bytes, folder }))
}

/// What files of settings say together: a later one holds where both say something, and lists go on.
fn from_layers(layers: Vec<Layer>, own: Option<OwnRules>) -> Result<Configuration, Failure> {
    let mut configuration = Configuration { own, ..Configuration::default() };
    for layer in layers {
        known::demand_known(&layer, configuration.rules())?;
        configuration.add(layer)?;
    }
    configuration.plain = without_claims(&configuration.settings);
    Ok(configuration)
}

impl Configuration {
    fn add(&mut self, layer: Layer) -> Result<(), Failure> {
        let Layer { path, folder, file, .. } = layer;
        let base = find::from_here(&folder);
        self.sources.push(path.clone());
        claim(&mut self.settings, &file);
        self.levels.add(file.rules.unwrap_or_default());
        for (glob, levels) in file.paths.unwrap_or_default().0 {
            self.levels.add_there(Globs::new(&folder, &[glob]), levels);
        }
        if let Some(exclude) = file.exclude {
            self.exclude.add(Globs::new(&folder, &exclude.0));
        }
        if let Some(reads) = file.code {
            self.no_code = !reads;
        }
        self.controllers.extend(file.controllers.unwrap_or_default().0.into_iter().map(controller));
        let roots = file.roots.unwrap_or_default().0;
        let mappings: Vec<Mapping> =
            roots.into_iter().map(|(from, to)| Mapping { from: from.0, to: base.join(to.0) }).collect();
        let prefix = file.nginx_prefix.map(|prefix| base.join(prefix.0));
        let mapped = mappings.iter().map(|mapping| ("roots", &mapping.to));
        // The file may come from strangers: it opens nothing beyond its own repository, only flags do.
        let territory = Territory::of(repository(&folder).unwrap_or(&folder));
        for (key, folder) in mapped.chain(prefix.iter().map(|prefix| ("nginx_prefix", prefix))) {
            demand_folder(folder, &format!("`{key}` of {}", escape(&shown_path(&path))))?;
            self.permitted.extend(territory.enter(folder).map(|entry| entry.real));
        }
        self.mappings.splice(0..0, mappings);
        self.prefix = prefix.or(self.prefix.take());
        let variables = file.env.unwrap_or_default().0;
        self.environment
            .extend(variables.into_iter().map(|(name, value)| (name.0.into_bytes(), value.0.into_bytes())));
        let addresses = file.addresses.unwrap_or_default().0;
        self.addresses.extend(addresses.into_iter().map(|(called, listens)| (called.0, listens.0)));
        Ok(())
    }
}

fn controller(declared: file::DeclaredController) -> (Controller, Option<Version>) {
    (declared.name.0, declared.version.map(|version| version.0))
}

/// What is left of settings that claim nothing: the endpoints, which add findings and take none away.
fn without_claims(settings: &Settings) -> Settings {
    let bare = |endpoint: &Endpoint| Endpoint { host: endpoint.host.clone(), ..Endpoint::at(&endpoint.path) };
    Settings { endpoints: settings.endpoints.iter().map(bare).collect(), ..Settings::default() }
}

/// Lays what a file says of versions, endpoints and times over the settings.
fn claim(settings: &mut Settings, file: &file::File) {
    if let Some(version) = &file.nginx_version {
        settings.nginx_version = version.0;
        settings.nginx_version_given = true;
    }
    if let Some(version) = &file.haproxy_version {
        settings.haproxy_version = version.0;
        settings.haproxy_version_given = true;
    }
    if let Some(time) = &file.heartbeat {
        settings.heartbeat = Some(time.0);
    }
    if let Some(time) = &file.min_idle {
        settings.minimum_idle = time.0;
    }
    let declared: Vec<Endpoint> = file.websockets.iter().flat_map(|list| &list.0).map(endpoint).collect();
    settings
        .endpoints
        .retain(|old| !declared.iter().any(|new| (&new.path, &new.host) == (&old.path, &old.host)));
    settings.endpoints.extend(declared);
}

fn endpoint(declared: &file::DeclaredEndpoint) -> Endpoint {
    Endpoint {
        host: declared.host.as_ref().map(|host| host.0.clone()),
        framework: declared.framework.as_ref().map(|framework| framework.0),
        heartbeat: declared.heartbeat.as_ref().map(|time| time.0),
        minimum_idle: declared.min_idle.as_ref().map(|time| time.0),
        polls: declared.transports.as_ref().and_then(|transports| polls(&transports.0)),
        ..Endpoint::at(&declared.path.0)
    }
}

/// What plain requests clients send that use these transports, the first of them first; `None` for an empty list.
fn polls(transports: &[values::TransportName]) -> Option<Polls> {
    let is_plain = |transport: &values::TransportName| transport.0 != Transport::Websocket;
    Some(match transports.split_first()? {
        (first, _) if is_plain(first) => Polls::First,
        (_, rest) if rest.iter().any(is_plain) => Polls::Fallback,
        _ => Polls::Never,
    })
}

#[cfg(test)]
mod tests {
    use super::read::read;
    use wslint_model::Settings;

    use super::{TEMPLATE, claim};

    fn settings(file: &super::file::File) -> Settings {
        let mut settings = Settings::default();
        claim(&mut settings, file);
        settings
    }

    #[test]
    fn the_template_says_nothing_and_its_examples_are_valid() {
        let file = read(TEMPLATE.as_bytes()).expect("valid");
        assert!(settings(&file).endpoints.is_empty());
        let uncommented: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                // Prose has a blank behind its `#`, what can be uncommented has none.
                Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let file = read(uncommented.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong:?} in\n{uncommented}"));
        assert_eq!(settings(&file).endpoints.len(), 2);
        for key in [
            "extends",
            "websockets",
            "heartbeat",
            "min_idle",
            "rules",
            "paths",
            "rules_dir",
            "roots",
            "nginx_version",
            "haproxy_version",
            "nginx_prefix",
            "exclude",
            "env",
            "addresses",
            "code",
            "controllers",
        ] {
            assert!(uncommented.lines().any(|line| line.starts_with(&format!("{key}:"))), "{key}");
        }
    }
}
