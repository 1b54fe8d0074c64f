//! Takes the secrets of a run out of what people and machines are shown: excerpts of files, and the words that are said
//! about them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use aho_corasick::AhoCorasick;
use foldhash::fast::RandomState;
use memchr::memmem;
use wslint_model::way::{Field, Message, Outcome};
use wslint_model::{Content, FileId, Known, Mark, Project, Role, Route, Site, Value};
use wslint_rules::Finding;
use wslint_syntax::nginx::{BlockKind, DirectiveId};
use wslint_syntax::{Span, haproxy, nginx};

use super::literal::{looks_random, without_variables};
use super::names::{is_secret, is_secret_header, is_secret_variable};
use super::ranges::merged;
use super::statement::{self, Look, Table, Word};
use super::{line, text};

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Shorter values are not looked for elsewhere, in bytes: they would be found in ordinary words.
const SHORTEST: usize = 6;
/// How many values are looked for elsewhere.
const MOST_VALUES: usize = 1000;
/// The longest value that is looked for elsewhere, in bytes.
const LONGEST: usize = 512;
/// How many names of directives are remembered.
const MOST_NAMES: usize = 1000;
/// How many texts are remembered in which there is no secret, and the longest of them in bytes.
const MOST_TEXTS: (usize, usize) = (1000, 1000);
/// How many statements of one line are looked at.
const MOST_ON_A_LINE: usize = 200;

/// Words that are looked for nowhere, although a statement may give one as a password.
const ORDINARY: [&str; 10] = [
    "upgrade",
    "websocket",
    "keep-alive",
    "localhost",
    "default",
    "backend",
    "frontend",
    "location",
    "server",
    "upstream",
];

/// Hides the secrets of a run.
#[derive(Debug, Default)]
pub(crate) struct Veil {
    /// Values of variables of the environment that are secrets.
    environment: Vec<String>,
    /// The values of the files' secrets, found when the first text is shown.
    values: OnceLock<Option<AhoCorasick>>,
    /// Texts in which there is no secret: many findings say the same.
    clean: Clean,
    /// Lines of whole statements in which there is no secret: many hosts have the same.
    clean_lines: Clean,
}

/// Texts that were looked at and hold no secret, as far as they are remembered.
#[derive(Debug, Default)]
struct Clean(Mutex<HashSet<Vec<u8>, RandomState>>);

impl Clean {
    fn holds(&self, text: &[u8]) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(text)
    }

    fn keep(&self, text: &[u8]) {
        let (most, longest) = MOST_TEXTS;
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if text.len() <= longest && texts.len() < most {
            texts.insert(text.to_owned());
        }
    }
}

impl Veil {
    /// A veil over what the variables of this environment hold.
    pub(crate) fn new(environment: &BTreeMap<Vec<u8>, Vec<u8>>) -> Self {
        let secret =
            environment.iter().filter(|(name, _)| is_secret_variable(&String::from_utf8_lossy(name)));
        let values = secret.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        Self { environment: values.collect(), ..Self::default() }
    }

    /// Where a line of a file, or a part of one, holds secrets, as offsets in the file.
    pub(crate) fn in_line(&self, project: &Project, file: FileId, span: Span) -> Vec<Range<usize>> {
        let start = span.start as usize;
        let content = &project.file(file).content;
        let bytes = &project.file(file).source()[span.range()];
        let alike = matches!(content, Content::Nginx(tree) if holds_whole_statements(tree, span));
        if alike && self.clean_lines.holds(bytes) {
            return Vec::new();
        }
        let mut found: Vec<Range<usize>> =
            line::secrets(bytes).into_iter().map(|range| start + range.start..start + range.end).collect();
        found.extend(match content {
            Content::Nginx(tree) => of_nginx_line(tree, span),
            Content::Haproxy(tree) => of_haproxy_line(tree, span),
            Content::Beside(_) => {
                let given = text::given(bytes).map(|at| start + at.start..start + at.end);
                given.chain(of_held_line(project, Site { file, span })).collect()
            }
        });
        if let Some(values) = self.values(project) {
            found.extend(values.find_iter(bytes).map(|found| start + found.start()..start + found.end()));
        }
        if alike && found.is_empty() {
            self.clean_lines.keep(bytes);
        }
        merged(found)
    }

    /// A text without secrets, but for those that whoever asks has given.
    fn text<'t>(&self, project: &Project, shown: &'t str, given: &[&str]) -> Cow<'t, str> {
        let mut found = text::secrets(shown.as_bytes());
        if line::answers(shown.as_bytes()) {
            found.extend(text::noted(shown.as_bytes()));
        }
        if let Some(values) = self.values(project) {
            found.extend(values.find_iter(shown).map(|found| found.range()));
        }
        found.retain(|range| !given.iter().any(|given| given.contains(&shown[range.clone()])));
        if found.is_empty() {
            return Cow::Borrowed(shown);
        }
        let mut safe = String::with_capacity(shown.len());
        let mut done = 0;
        for range in merged(found) {
            safe.extend([&shown[done..range.start], HIDDEN]);
            done = range.end;
        }
        safe.push_str(&shown[done..]);
        Cow::Owned(safe)
    }

    /// Hides what a finding says of secrets.
    pub(crate) fn finding(&self, project: &Project, finding: &mut Finding<'_>) {
        let texts = [&mut finding.message, &mut finding.help].into_iter().chain(&mut finding.routes);
        texts.for_each(|text| self.hide(project, text, &[]));
        [&mut finding.primary]
            .into_iter()
            .chain(&mut finding.marks)
            .for_each(|mark| self.mark(project, mark));
    }

    /// Hides what a route says of secrets.
    pub(crate) fn route(&self, project: &Project, route: &Route) -> Route {
        let mut route = route.clone();
        self.hide(project, &mut route.label, &[]);
        self.hide(project, &mut route.path, &[]);
        let names = route.server.iter_mut().chain(&mut route.host);
        names.for_each(|name| self.hide(project, name, &[]));
        for fact in route.facts.iter_mut() {
            if let Value::Text(text) = &mut fact.value {
                self.hide(project, text, &[]);
            }
            fact.cause.marks.iter_mut().for_each(|mark| self.mark(project, mark));
        }
        route
    }

    /// Hides what a clause says of secrets, but for what whoever asks has given.
    pub(crate) fn words(&self, project: &Project, words: &mut String, given: &[&str]) {
        self.hide(project, words, given);
    }

    /// Hides what an outcome says of secrets, but for what whoever asks has given.
    pub(crate) fn outcome(&self, project: &Project, outcome: &mut Outcome, given: &[&str]) {
        let Outcome { reason, location, upstream, backend, uri, host, upgrade, connection, .. } = outcome;
        let words = reason.iter_mut().map(|reason| &mut reason.words).chain(location);
        words.for_each(|words| self.hide(project, words, given));
        for value in [upstream, backend, uri, host, upgrade, connection] {
            if let Known::Known(Some(value)) = value {
                self.hide(project, value, given);
            }
        }
    }

    /// Hides what a request holds of secrets on its way, but for what it had when it was made.
    pub(crate) fn message(&self, project: &Project, message: &mut Message, given: &[&str]) {
        for Field { name, value, .. } in &mut message.fields {
            let Known::Known(value) = value else { continue };
            if is_secret_header(name) && !given.contains(&value.as_str()) {
                HIDDEN.clone_into(value);
            }
            self.hide(project, value, given);
        }
        if let Known::Known(target) = &mut message.target.value {
            self.hide(project, target, given);
        }
    }

    fn hide(&self, project: &Project, text: &mut String, given: &[&str]) {
        let remembered = given.is_empty();
        if remembered && self.clean.holds(text.as_bytes()) {
            return;
        }
        match self.text(project, text, given) {
            Cow::Owned(safe) => *text = safe,
            Cow::Borrowed(_) if remembered => self.clean.keep(text.as_bytes()),
            Cow::Borrowed(_) => {}
        }
    }

    /// Hides what the label of a place says of secrets.
    pub(crate) fn mark(&self, project: &Project, mark: &mut Mark) {
        if let Role::Says(words) = &mut mark.role {
            self.hide(project, words, &[]);
        }
    }

    /// What finds the values of secrets anywhere: a password that a `set` gives to a variable comes out in a path.
    fn values(&self, project: &Project) -> Option<&AhoCorasick> {
        let values = self.values.get_or_init(|| {
            let mut values = Values::default();
            self.environment.iter().for_each(|value| values.add(value));
            for file in &project.files {
                match &file.content {
                    Content::Nginx(tree) => values.add_nginx(tree),
                    Content::Haproxy(tree) => values.add_haproxy(tree),
                    Content::Beside(_) => {}
                }
            }
            (!values.all.is_empty()).then(|| AhoCorasick::new(&values.all).ok()).flatten()
        });
        values.as_ref()
    }
}

/// The values of secrets, each once. A large configuration has the same few names again and again: what was found of each
/// is remembered.
#[derive(Default)]
struct Values<'p> {
    all: HashSet<String>,
    /// Where nginx's directives of a name may hold a secret.
    directives: HashMap<Cow<'p, [u8]>, Look, RandomState>,
    /// The words behind such names, with whether they may be names of secrets.
    firsts: HashMap<Cow<'p, str>, bool, RandomState>,
    /// The words of HAProxy that fetch something, with whether it may be a secret.
    fetches: HashMap<&'p [u8], bool, RandomState>,
}

impl<'p> Values<'p> {
    fn add(&mut self, value: &str) {
        // Of `user:password` and of `Basic credentials` the second part is what nobody may see.
        let parts = value.rsplit([':', ' ']).next().into_iter().chain([value]);
        for part in parts.map(|part| part.trim_matches(['"', '\'', '='])) {
            if !part.contains(['$', '%', '(', '{']) {
                self.keep(part);
                continue;
            }
            // An expression or a text in a format is quoted as it is written, and its parts are found in requests.
            let written = part.starts_with('^') || part.starts_with("str(") || part.starts_with("%[str(");
            if written {
                self.keep(part);
            }
            let runs = without_variables(part);
            let runs =
                runs.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '+' | '/' | '.'));
            runs.filter(|run| written && looks_random(run)).for_each(|run| self.keep(run));
        }
    }

    fn keep(&mut self, value: &str) {
        let telling = (SHORTEST..=LONGEST).contains(&value.len())
            && !ORDINARY.contains(&value.to_ascii_lowercase().as_str());
        if telling && self.all.len() < MOST_VALUES {
            self.all.insert(value.to_owned());
        }
    }

    fn add_nginx(&mut self, tree: &'p nginx::Tree) {
        for id in tree.ids() {
            if self.all.len() >= MOST_VALUES {
                return;
            }
            if !(in_table(tree, id) || self.may_hold(tree, id)) {
                continue;
            }
            let words = words_of(tree, id);
            for range in statement::of_nginx(&words, table_of(tree, id).as_ref().map(Names::table)) {
                self.add(&String::from_utf8_lossy(&tree.source()[range]));
            }
        }
    }

    /// Whether it is worth looking at a directive that stands in no table.
    fn may_hold(&mut self, tree: &'p nginx::Tree, id: DirectiveId) -> bool {
        let name = tree.name(id);
        let look = match self.directives.get(&name) {
            Some(known) => *known,
            None => {
                let look = Look::at(&String::from_utf8_lossy(&name));
                remember(&mut self.directives, name, look);
                look
            }
        };
        match look {
            Look::Nowhere => false,
            Look::Anywhere => true,
            Look::BehindName => {
                let first = tree.words(id).get(1).map_or(Cow::Borrowed(""), |word| tree.string(word));
                if let Some(known) = self.firsts.get(&first) {
                    return *known;
                }
                let names = statement::may_name_secret(&first);
                remember(&mut self.firsts, first, names);
                names
            }
        }
    }

    fn add_haproxy(&mut self, tree: &'p haproxy::Tree) {
        // What is nowhere in the file need not be sought in its lines.
        let here = TELLING.iter().filter(|word| tree.may_hold(word));
        let finders: Vec<memmem::Finder<'_>> = here.map(memmem::Finder::new).collect();
        let tells = |line: &[u8]| finders.iter().any(|finder| finder.find(line).is_some());
        for line in tree.lines().iter().filter(|line| tree.line_may_hold(line, tells)) {
            if self.all.len() >= MOST_VALUES {
                return;
            }
            if !tree.words(line).iter().any(|word| self.may_tell(tree.text(word))) {
                continue;
            }
            let words = line_words(tree, line);
            for range in statement::of_haproxy(&words) {
                let word = words.iter().find(|word| word.range == range);
                let part = || String::from_utf8_lossy(&tree.source()[range.clone()]);
                self.add(&word.map_or_else(part, |word| word.text.clone()));
            }
        }
    }

    /// Whether it is worth looking for secrets in a line of HAProxy that has this word.
    fn may_tell(&mut self, word: &'p [u8]) -> bool {
        if is_telling(word) {
            return true;
        }
        if memchr::memchr(b'(', word).is_none() {
            return false;
        }
        if let Some(known) = self.fetches.get(word) {
            return *known;
        }
        let names = statement::names_secret(&String::from_utf8_lossy(word));
        remember(&mut self.fetches, word, names);
        names
    }
}

/// Keeps what was found of a name, unless so many are kept already.
fn remember<K: Eq + Hash, V>(known: &mut HashMap<K, V, RandomState>, name: K, found: V) {
    if known.len() < MOST_NAMES {
        known.insert(name, found);
    }
}

/// Whether a directive of this name may hold a secret: of those for header fields only some do.
fn names_secret(tree: &nginx::Tree, id: DirectiveId, name: &[u8]) -> bool {
    let first = || tree.words(id).get(1).map_or(Cow::Borrowed(""), |word| tree.string(word));
    !name.ends_with(b"_header")
        || is_secret(&String::from_utf8_lossy(name))
        || statement::may_name_secret(&first())
}

/// The words of HAProxy that may stand in front of a secret, and what is in each sample and in each variable that is set.
const TELLING: [&[u8]; 20] = [
    b"stats",
    b"setenv",
    b"presetenv",
    b"set-var",
    b"set-var-fmt",
    b"dynamic-cookie-key",
    b"tcp-check",
    b".if",
    b".elif",
    b"set-header",
    b"add-header",
    b"hdr",
    b"replace-header",
    b"replace-value",
    b"password",
    b"insecure-password",
    b"http_auth_pass",
    b"http_auth_bearer",
    LUA,
    b"(",
];

/// What the actions and samples of scripts begin with.
const LUA: &[u8] = b"lua.";

/// Whether a word is one of these that stand alone.
fn is_telling(word: &[u8]) -> bool {
    TELLING.contains(&word) || word.starts_with(LUA)
}

fn in_table(tree: &nginx::Tree, id: DirectiveId) -> bool {
    let block = tree.parent(id).and_then(|parent| tree.block(parent));
    block.is_some_and(|block| block.kind == BlockKind::Data)
}

/// What a table looks up, and the variable that it gives.
struct Names<'t> {
    source: Cow<'t, str>,
    variable: Cow<'t, str>,
}

impl Names<'_> {
    fn table(&self) -> Table<'_> {
        Table { source: &self.source, variable: &self.variable }
    }
}

fn table_of(tree: &nginx::Tree, id: DirectiveId) -> Option<Names<'_>> {
    let parent = tree.parent(id).filter(|_| in_table(tree, id))?;
    let words = tree.words(parent);
    let text = |at: usize| words.get(at).map_or(Cow::Borrowed(""), |word| tree.string(word));
    Some(Names { source: text(1), variable: text(words.len().saturating_sub(1)) })
}

fn words_of(tree: &nginx::Tree, id: DirectiveId) -> Vec<Word<'_>> {
    let word = |word: &nginx::Word| Word { text: tree.string(word), range: word.span.range() };
    tree.words(id).iter().map(word).collect()
}

fn line_words<'t>(tree: &'t haproxy::Tree, line: &haproxy::Line) -> Vec<Word<'t>> {
    let word = |word: &'t haproxy::Word| Word {
        text: match tree.string(word) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(tree.text(word)),
        },
        range: word.span.range(),
    };
    tree.words(line).iter().map(word).collect()
}

/// Whether a line holds nothing but whole statements, none of them an entry of a table: others that are the same to the byte
/// hold the same secrets.
fn holds_whole_statements(tree: &nginx::Tree, line: Span) -> bool {
    let low = tree.first_from(line.start).map_or(tree.len(), |id| id.0 as usize);
    let ids = |from: usize| (from..tree.len()).map(|id| DirectiveId(id as u32));
    let before = low.checked_sub(1).map(|id| tree.statement(DirectiveId(id as u32)).end);
    before.is_none_or(|end| end <= line.start)
        && ids(low)
            .take_while(|&id| tree.statement(id).start < line.end)
            .all(|id| tree.statement(id).end <= line.end && !in_table(tree, id))
}

/// The secrets of the statements that stand on a line, or reach onto it from an earlier one.
fn of_nginx_line(tree: &nginx::Tree, line: Span) -> Vec<Range<usize>> {
    let start = |id: usize| tree.statement(DirectiveId(id as u32)).start;
    let low = tree.first_from(line.start).map_or(tree.len(), |id| id.0 as usize);
    let on_line =
        (low.saturating_sub(1)..tree.len()).take_while(|&id| start(id) < line.end.max(line.start + 1));
    let ids = on_line.take(MOST_ON_A_LINE).map(|id| DirectiveId(id as u32));
    let telling = ids.filter(|&id| names_secret(tree, id, &tree.name(id)) || in_table(tree, id));
    telling
        .flat_map(|id| {
            statement::of_nginx(&words_of(tree, id), table_of(tree, id).as_ref().map(Names::table))
        })
        .filter(|range| range.start < line.end as usize && range.end > line.start as usize)
        .collect()
}

/// The secrets of the configuration that stands on a line of another file.
fn of_held_line(project: &Project, site: Site) -> Vec<Range<usize>> {
    let Some(held) = project.held(site) else { return Vec::new() };
    let file = project.file(held.file);
    let found = match &file.content {
        Content::Nginx(tree) => of_nginx_line(tree, held.span),
        Content::Haproxy(tree) => of_haproxy_line(tree, held.span),
        Content::Beside(_) => Vec::new(),
    };
    let written = |range: Range<usize>| {
        let span = Span::new(range.start, range.end);
        let written = project.written(Site { file: held.file, span }).span;
        let line = written.start.max(site.span.start)..written.end.min(site.span.end);
        (line.start < line.end).then_some(line.start as usize..line.end as usize)
    };
    found.into_iter().filter_map(written).collect()
}

fn of_haproxy_line(tree: &haproxy::Tree, line: Span) -> Vec<Range<usize>> {
    let lines = tree.lines();
    let first = lines.partition_point(|statement| statement.span.start < line.start);
    let here = lines.get(first).filter(|statement| statement.span.start < line.end);
    here.into_iter().flat_map(|statement| statement::of_haproxy(&line_words(tree, statement))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wslint_model::File;

    /// A project of one file.
    fn project(content: Content) -> Project {
        let file = File::new("a.conf", content, false);
        Project { files: vec![file], ..Project::default() }
    }

    fn of_nginx(text: &str) -> Project {
        project(Content::Nginx(nginx::parse(text.as_bytes().to_vec(), nginx::Options::default()).tree.into()))
    }

    fn of_haproxy(text: &str) -> Project {
        project(Content::Haproxy(haproxy::parse(text.as_bytes(), &haproxy::Options::default()).tree))
    }

    /// The lines of the file as they are shown, with a star for each secret.
    fn shown(project: &Project) -> String {
        let file = project.file(FileId(0));
        let text = String::from_utf8_lossy(file.source()).into_owned();
        let (mut shown, mut start) = (String::new(), 0);
        for line in text.split_inclusive('\n') {
            let span = Span::new(start, start + line.trim_end_matches('\n').len());
            let mut done = start;
            for range in Veil::default().in_line(project, FileId(0), span) {
                shown.extend([&text[done..range.start], "*"]);
                done = range.end;
            }
            start += line.len();
            shown.push_str(&text[done..start]);
        }
        shown
    }

    /// A text as it is shown beside the file.
    fn said(project: &Project, words: &str) -> String {
        let mut words = words.to_owned();
        Veil::default().words(project, &mut words, &[]);
        words
    }

    #[test]
    fn lines_of_a_file_show_what_their_statements_hide() {
        let text = "http {\nmap $http_x_api_key $known {\n default 0;\n hunter2 1;\n}\n\
                    map $host $api_key {\n default h0;\n a.example hunter3;\n}\n\
                    map $host $known {\n hunter2 1;\n}\n\
                    proxy_set_header Authorization\n  \"hunter4\";\nproxy_set_header Host a; set $token b1;\n}\n";
        let hidden = text
            .replace(" hunter2 1;\n}\nmap $host $api", " * 1;\n}\nmap $host $api")
            .replace("h0", "*")
            .replace("hunter3", "*")
            .replace("\"hunter4\"", "*")
            .replace("b1", "*");
        // A value that is long enough is hidden wherever it stands.
        assert_eq!(shown(&of_nginx(text)), hidden.replace("hunter2", "*"));
        let text = "backend a\n http-request set-header X-Token h1 if b\n server b 10.0.0.1:80\n";
        assert_eq!(shown(&of_haproxy(text)), text.replace("h1", "*"));
    }

    #[test]
    fn the_value_of_a_secret_is_hidden_wherever_it_is_said() {
        let project = of_nginx(
            "http { set $api_key \"hunter2x\"; proxy_set_header Authorization \"Basic aGk6aG8xMjM0\"; \
             map $host $secret { a.example mapped-value; } my_password moduled; proxy_set_header Cookie short; \
             proxy_set_header X-Token upgrade; add_header X-Auth-Token abc$host; add_header X-Note harmless; \
             fastcgi_param DB_PASS param-value; env SECRET_KEY=env-value; }",
        );
        for value in ["hunter2x", "aGk6aG8xMjM0", "mapped-value", "moduled", "param-value", "env-value"] {
            assert_eq!(said(&project, &format!("sent as `/{value}?x`")), "sent as `/***?x`");
        }
        // Too short to be looked for, an ordinary word, a variable's, and none at all.
        for value in ["short", "upgrade", "abc$host", "harmless", "a.example"] {
            assert_eq!(said(&project, value), value);
        }
        let project = of_haproxy(
            "userlist u\n user a insecure-password hunter2x\nbackend a\n stats auth admin:hunter3x\n",
        );
        assert_eq!(said(&project, "hunter2x, hunter3x and admin"), "***, *** and admin");
        let project = of_nginx("http { if ($arg_token ~ \"^(hunter2x|hunter3x)$\") { return 403; } }");
        for (text, hidden) in [
            ("if `$arg_token ~ ^(hunter2x|hunter3x)$` holds", "if `$arg_token ~ ^(***|***)$` holds"),
            ("/?hunter3x", "/?***"),
        ] {
            assert_eq!(said(&project, text), hidden);
        }
        let project = of_haproxy(
            "backend a\n http-request set-header Authorization \"Bearer %[str(hunter2x)]\"\n \
             http-request deny if { http_auth_bearer hunter3x }\n http-request lua.check_token hunter4x\n",
        );
        assert_eq!(
            said(&project, "Bearer %[str(hunter2x)], hunter3x, hunter4x"),
            "Bearer %[str(***)], ***, ***"
        );
        let (longest, longer) = ("x".repeat(LONGEST), "y".repeat(LONGEST + 1));
        let project = of_nginx(&format!("http {{ set $token {longest}; set $secret {longer}; }}"));
        assert_eq!(said(&project, &longest), "***");
        assert_eq!(said(&project, &longer), longer);
    }

    #[test]
    fn secrets_of_the_environment_are_hidden_too() {
        let environment = [("DB_PASSWORD", "hunter2x"), ("HOSTNAME", "machine")];
        let bytes = |text: &str| text.as_bytes().to_vec();
        let environment = environment.iter().map(|(name, value)| (bytes(name), bytes(value))).collect();
        let veil = Veil::new(&environment);
        let project = of_nginx("http {}");
        let said = |given: &[&str]| {
            let mut words = "hunter2x on machine".to_owned();
            veil.words(&project, &mut words, given);
            words
        };
        assert_eq!(said(&[]), "*** on machine");
        // Whoever asks about it knows it already.
        assert_eq!(said(&["/?token=hunter2x"]), "hunter2x on machine");
    }

    #[test]
    fn a_request_shows_of_secrets_what_its_client_was_told_to_send() {
        let project = of_nginx("http {}");
        let message = |given: &[&str]| {
            let request = {
                let mut request =
                    wslint_model::Request::plain(wslint_model::Scheme::Http, "a", 80, "/?token=b");
                request.set_header("Authorization", "Basic c");
                request.set_header("X-Note", "d");
                request
            };
            let mut message = Message::of(&request);
            Veil::default().message(&project, &mut message, given);
            let value = |name| message.value(name).known().flatten().unwrap_or_default();
            (value("Authorization"), value("X-Note"), message.target.value.known().unwrap_or_default())
        };
        let three = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(message(&[]), three("***", "d", "/?token=***"));
        assert_eq!(message(&["Basic c", "/?token=b"]), three("Basic c", "d", "/?token=b"));
    }
}
