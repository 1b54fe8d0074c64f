//! From rule files to checked rules. A rule that loads cannot fail later: every key, question, word, placeholder
//! and recipe is looked up here, and everything that is wrong with all files is told at once, each with its place.

mod conditions;
mod examples;
mod fields;
pub(crate) mod form;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use wslint_model::questions;

use crate::catalogue::Catalogue;
use crate::condition::Condition;
use crate::example::Example;
use crate::nearest;
use crate::node::Node;
use crate::rule::{Adjust, Examples, Fix, Rule, Safety, Severity, Trigger};
use crate::rules::Rules;
use crate::said::Said;
use crate::scope::Scope;
use fields::{Complaints, Fields};

/// The longest part of an id, in bytes.
const LONGEST_NAME: usize = 60;

/// What stands before the slash where a page of a product is asked for.
const PRODUCT: &str = "product";

/// Something wrong in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct LoadError {
    /// The file, as it was named to [`load`].
    pub path: String,
    /// The 1-based line.
    pub line: usize,
    /// The 1-based column in characters.
    pub column: usize,
    /// What is wrong, and where possible what was meant.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)
    }
}

/// Reads rule files: for each the path that messages name and from which the id follows, and its YAML text.
///
/// # Errors
/// All that is wrong in all files, by file, line and column.
pub fn load(files: &[(String, String)]) -> Result<Rules, Vec<LoadError>> {
    read_all(files, Home::Repository, Vec::new())
}

/// Reads people's own rule files, and puts their rules beside these ones. Their ids name none of the scopes, so that they
/// never meet a built-in one; `proxy` says whose routes they look at.
///
/// # Errors
/// All that is wrong in all files, by file, line and column.
pub(crate) fn own(files: &[(String, String)], beside: Vec<Rule>) -> Result<Rules, Vec<LoadError>> {
    read_all(files, Home::Own, beside)
}

/// Where a rule file comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    /// From the directory `rules/` of the repository.
    Repository,
    /// From people who use the program.
    Own,
}

fn read_all(files: &[(String, String)], home: Home, mut rules: Vec<Rule>) -> Result<Rules, Vec<LoadError>> {
    let mut errors = Vec::new();
    for (path, text) in files {
        let complaint = |(line, column), message| LoadError { path: path.clone(), line, column, message };
        match text::yaml(text) {
            Err((place, message)) => errors.push(complaint(place, message)),
            Ok(node) => match read(&node, path, Source::Yaml(home)) {
                Ok(rule) if rules.iter().any(|other| other.id == rule.id) => {
                    errors.push(complaint((1, 1), format!("another file defines `{}` too", rule.id)));
                }
                Ok(rule) => rules.push(rule),
                Err(complaints) => errors.extend(
                    complaints.into_iter().map(|(number, said)| complaint(text::locate(text, number), said)),
                ),
            },
        }
    }
    if errors.is_empty() {
        Ok(Rules::new(rules))
    } else {
        errors.sort();
        Err(errors)
    }
}

/// A rule as the build script embeds it.
pub(crate) struct Embedded {
    /// The path inside rules/.
    pub(crate) path: &'static str,
    /// The rule without its examples.
    pub(crate) rule: Node,
    /// Its examples as JSON.
    pub(crate) examples: &'static str,
}

/// The rules that are embedded. What is wrong in one of them is found by the tests, which load the same files with
/// [`load`]; here such a rule is left out.
pub(crate) fn embedded(files: &[Embedded]) -> Vec<Rule> {
    let rules = files.iter();
    rules.filter_map(|file| read(&file.rule, file.path, Source::Embedded(file.examples)).ok()).collect()
}

/// The examples of an embedded rule.
fn embedded_examples(json: &'static str, scope: Scope, severity: Severity) -> Vec<Example> {
    let complaints = Complaints::of_embedded();
    let node = text::json(json).ok();
    node.and_then(|node| examples::read(&node, scope, severity, &complaints)).unwrap_or_default()
}

#[derive(Clone, Copy)]
enum Source {
    Yaml(Home),
    Embedded(&'static str),
}

fn read(node: &Node, path: &str, source: Source) -> Result<Rule, Vec<(u32, String)>> {
    let complaints = match source {
        Source::Embedded(_) => Complaints::of_embedded(),
        Source::Yaml(_) => Complaints::default(),
    };
    let rule = rule(node, path, source, &complaints);
    let complaints = complaints.into_sorted();
    match rule {
        Some(rule) if complaints.is_empty() => Ok(rule),
        // Whatever is missing has complained.
        _ => Err(complaints),
    }
}

fn rule(node: &Node, path: &str, source: Source, complaints: &Complaints) -> Option<Rule> {
    // The examples of an embedded rule are apart from it.
    let own = matches!(source, Source::Yaml(Home::Own));
    let lacks: &[&str] = match source {
        Source::Embedded(_) => &["examples", "proxy"],
        Source::Yaml(Home::Repository) => &["proxy"],
        Source::Yaml(Home::Own) => &[],
    };
    let given = Fields::lacking(node, &form::RULE, lacks, complaints)?;
    let (id, scope) = match own {
        true => (
            given.get("id").and_then(|node| own_id(node, path, complaints)),
            own_scope(node, given.get("proxy"), complaints)?,
        ),
        false => {
            let folder = path.rsplit('/').nth(1).unwrap_or_default();
            let id = given.get("id").and_then(|node| id(node, path, complaints));
            // Without a usable id the folder still says which questions there are, so that the rest is checked too.
            (id, scope_of(id.unwrap_or(folder))?)
        }
    };
    let catalogue = Catalogue::of(scope);
    let title = given.get("title").and_then(|node| title(node, complaints));
    let severity = given.get("severity").and_then(|node| severity(node, complaints));
    let general = given.get("general").and_then(|node| fields::flag(node, complaints));
    let speaks = given.get("when").is_some();
    let trigger = match speaks {
        true => trigger(node, &given, catalogue, complaints),
        false => {
            refuse_trigger(&given, severity, complaints);
            None
        }
    };
    let why = given.get("why").and_then(|node| fields::kept(node, complaints));
    let references = given.get("references").map_or_else(Vec::new, |node| references(node, complaints));
    let fix = given.get("fix").and_then(|node| fix(node, catalogue, complaints));
    let (made, embedded) = match source {
        Source::Embedded(examples) => (OnceLock::new(), examples),
        Source::Yaml(_) => {
            let node = given.get("examples");
            let severity = severity.unwrap_or(Severity::Info);
            let read = node.and_then(|node| examples::read(node, scope, severity, complaints));
            if let (Some(node), Some(read)) = (node, &read) {
                examples::check(node, read, scope, speaks, complaints);
            }
            (OnceLock::from(read.unwrap_or_default()), "")
        }
    };
    let examples = Examples { made, embedded, read: embedded_examples };
    Some(Rule {
        id: id?.to_owned(),
        title: title?,
        severity: severity?,
        scope,
        file: own.then(|| path.to_owned()),
        general: general.unwrap_or_default(),
        why: why?,
        references,
        fix,
        trigger: if speaks { Some(trigger?) } else { None },
        examples,
    })
}

/// When a rule speaks, and what it says then.
fn trigger(
    node: &Node,
    given: &Fields<'_>,
    catalogue: &'static Catalogue,
    complaints: &Complaints,
) -> Option<Trigger> {
    for key in ["at", "message", "help"] {
        if given.get(key).is_none() {
            complaints.at(node, format!("`{key}` is missing"));
        }
    }
    let conditions =
        |node: Option<&Node>| node.and_then(|node| conditions::read(node, catalogue, complaints));
    let at = given
        .get("at")
        .and_then(|node| conditions::question(fields::text(node, complaints)?, node, catalogue, complaints));
    let when = conditions(given.get("when")).map(|when| evidence_last(when, catalogue));
    let unless = conditions(given.get("unless"));
    let adjust = given.get("adjust").map_or_else(Vec::new, |node| adjust(node, catalogue, complaints));
    let tested = when.as_deref();
    let message = given.get("message").and_then(|node| said(node, catalogue, tested, complaints));
    let help = given.get("help").and_then(|node| said(node, catalogue, tested, complaints));
    let unless = unless.unwrap_or_default();
    Some(Trigger { at: at?, when: when?, unless, adjust, message: message?, help: help? })
}

/// A rule without `when` is a page that never speaks: it has nothing to say, to fix or to warn of.
fn refuse_trigger(given: &Fields<'_>, severity: Option<Severity>, complaints: &Complaints) {
    for key in ["general", "at", "unless", "adjust", "message", "help", "fix"] {
        if let Some(node) = given.get(key) {
            complaints.at(node, format!("without `when` the rule never speaks, and has no `{key}`"));
        }
    }
    if let (Some(node), Some(Severity::Warning | Severity::Error)) = (given.get("severity"), severity) {
        complaints.at(node, "without `when` the rule never speaks, and is `info`");
    }
}

fn scope_of(id: &str) -> Option<Scope> {
    Scope::named(id.split('/').next().unwrap_or_default())
}

fn id<'n>(node: &'n Node, path: &str, complaints: &Complaints) -> Option<&'n str> {
    let id = fields::text(node, complaints)?;
    let name = id.split_once('/').map_or("", |(_, name)| name);
    if scope_of(id).is_none() || !is_name(name) {
        let message = format!(
            "`{id}` is not an id; write `nginx/…`, `haproxy/…`, `any/…`, `embed/…` or `k8s/…` in lower case with dashes"
        );
        complaints.at(node, message);
        return None;
    }
    if complaints.is_trusted() {
        return Some(id);
    }
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let folder = parts.next().unwrap_or_default();
    let expected = format!("{folder}/{}", file.strip_suffix(".yaml").unwrap_or(file));
    if expected != id {
        complaints.at(node, format!("the id is `{id}`, but the file's place makes it `{expected}`"));
    }
    Some(id)
}

/// Whether it is a part of an id.
fn is_name(part: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !part.is_empty() && part.len() <= LONGEST_NAME && part.bytes().all(is_name_byte)
}

/// The id of somebody's own rule.
fn own_id<'n>(node: &'n Node, path: &str, complaints: &Complaints) -> Option<&'n str> {
    let id = fields::text(node, complaints)?;
    let Some((owner, name)) = id.split_once('/').filter(|(owner, name)| is_name(owner) && is_name(name))
    else {
        let message = format!("`{id}` is not an id; write `your-team/…` in lower case with dashes");
        complaints.at(node, message);
        return None;
    };
    if scope_of(owner).is_some() || owner == PRODUCT {
        let message =
            format!("`{owner}/` is for what is built in; write another word, such as `your-team/{name}`");
        complaints.at(node, message);
        return None;
    }
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if stem != name {
        complaints.at(node, format!("the id is `{id}`, but the file's name makes it `{owner}/{stem}`"));
    }
    Some(id)
}

/// Whose routes somebody's own rule looks at.
fn own_scope(rule: &Node, proxy: Option<&Node>, complaints: &Complaints) -> Option<Scope> {
    let Some(proxy) = proxy else {
        complaints.at(rule, "`proxy` is missing; write `nginx`, `haproxy`, or `any` for both");
        return None;
    };
    let words = form::OWN_SCOPES.map(|scope| (scope.name(), scope));
    fields::word(proxy, "proxy", &words, complaints)
}

/// Almost every route that is looked at carries WebSocket traffic, so that test decides last: rules × routes is where
/// the time of a large tree goes. It is also the last thing that a finding needs to explain.
fn evidence_last(mut when: Vec<Condition>, catalogue: &Catalogue) -> Vec<Condition> {
    let websocket = catalogue.slot(questions::WEBSOCKET.name());
    when.sort_by_key(|condition| Some(condition.slot) == websocket);
    when
}

fn title(node: &Node, complaints: &Complaints) -> Option<String> {
    let title = fields::text(node, complaints)?;
    if title.ends_with('.') || title.contains('\n') {
        complaints.at(node, "a title is one line without a period at its end");
    }
    Some(title.to_owned())
}

fn severity(node: &Node, complaints: &Complaints) -> Option<Severity> {
    fields::word(node, "severity", &Severity::WORDS, complaints)
}

fn adjust(node: &Node, catalogue: &Catalogue, complaints: &Complaints) -> Vec<Adjust> {
    let items = fields::list(node, "adjustments", complaints).unwrap_or_default();
    let read = items.iter().filter_map(|item| {
        let given = Fields::of(item, &form::ADJUST, complaints)?;
        let when = given.get("when").and_then(|node| conditions::read(node, catalogue, complaints));
        let severity = given.get("severity").and_then(|node| severity(node, complaints));
        Some(Adjust { when: when?, severity: severity? })
    });
    read.collect()
}

/// A message of a rule. It is read here, so that a rule that loads has something to say, unless the tests have read it.
fn said(
    node: &Node,
    catalogue: &'static Catalogue,
    when: Option<&[Condition]>,
    complaints: &Complaints,
) -> Option<Said> {
    let said = Said::new(fields::kept(node, complaints)?, catalogue);
    if complaints.is_trusted() {
        return Some(said);
    }
    match said.checked() {
        Ok(template) => {
            for (name, slot) in template.quoted() {
                if when.is_some_and(|when| when.iter().all(|condition| condition.slot != slot)) {
                    complaints.at(
                        node,
                        format!(
                            "`{{{name}}}` may be unknown where this rule fires; add `{name}: present` to `when`"
                        ),
                    );
                }
            }
        }
        Err(message) => complaints.at(node, message),
    }
    Some(said)
}

fn references(node: &Node, complaints: &Complaints) -> Vec<Cow<'static, str>> {
    let items = fields::list(node, "addresses", complaints).unwrap_or_default();
    let read = items.iter().filter_map(|item| {
        let address = fields::kept(item, complaints)?;
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            complaints
                .at(item, format!("expected an address that begins with `https://`, found `{address}`"));
            return None;
        }
        Some(address)
    });
    read.collect()
}

fn fix(node: &Node, catalogue: &Catalogue, complaints: &Complaints) -> Option<Fix> {
    let given = Fields::of(node, &form::FIX, complaints)?;
    let recipe = given.get("recipe").and_then(|node| {
        fields::parsed(node, complaints, |text| {
            let names = || catalogue.recipes.iter().map(|recipe| recipe.name);
            let what = format!("{} recipe", catalogue.owner());
            names().find(|name| *name == text).ok_or_else(|| nearest::unknown(&what, text, text, names()))
        })
    });
    let words = [("safe", Safety::Safe), ("unsafe", Safety::Unsafe)];
    let safety = given.get("safety").and_then(|node| fields::word(node, "safety", &words, complaints));
    Some(Fix { recipe: recipe?, safety: safety? })
}
