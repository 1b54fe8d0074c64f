//! Takes the secrets of a run out of what people and machines are shown: excerpts of files, and the words that are said
//! about them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use aho_corasick::AhoCorasick;
use foldhash::fast::RandomState;
use wslint_model::way::{Field, Message, Outcome};
use wslint_model::{Content, FileId, Known, Mark, Project, Role, Route, Site, Value};
use wslint_rules::Finding;
use wslint_syntax::Span;

use super::literal::{looks_random, without_variables};
use super::names::{is_secret_header, is_secret_variable};
use super::ranges::merged;
use super::tree::{Seeker, holds_whole_statements, of_haproxy_line, of_nginx_line};
use super::{line, text};

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Shorter values are not looked for elsewhere, in bytes: they would be found in ordinary words.
const SHORTEST: usize = 6;
/// How many values are looked for elsewhere.
const MOST_VALUES: usize = 1000;
/// The longest value that is looked for elsewhere, in bytes.
const LONGEST: usize = 512;
/// How many texts are remembered in which there is no secret, and the longest of them in bytes.
const MOST_TEXTS: (usize, usize) = (1000, 1000);

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
    /// Texts to be written in which there is no secret: many fixes write the same.
    clean_edits: Clean,
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

    /// Where these files hold secrets, those of configuration that stands in them among them, in their order and none
    /// overlapping, as offsets in each. What tells a secret on its line alone is for [`super::secret`] to see.
    pub(crate) fn in_files(
        &self,
        project: &Project,
        files: impl Iterator<Item = FileId>,
    ) -> HashMap<FileId, Vec<Range<usize>>> {
        let mut found: HashMap<FileId, Vec<Range<usize>>> = files.map(|file| (file, Vec::new())).collect();
        let mut seeker = Seeker::default();
        for (number, file) in project.files.iter().enumerate() {
            let id = FileId(number as u32);
            let host = file.host.as_ref().map_or(id, |host| host.file);
            let Some(ranges) = found.get_mut(&host) else { continue };
            seeker.seek(&file.content, |range, _| {
                let span = Span::new(range.start, range.end);
                ranges.push(project.written(Site { file: id, span }).span.range());
            });
        }
        for (file, ranges) in &mut found {
            let file = project.file(*file);
            let source = file.source();
            if let Content::Beside(_) = file.content {
                ranges.extend(text::all_given(source));
            }
            if let Some(values) = self.values(project) {
                ranges.extend(values.find_iter(source).map(|found| found.range()));
            }
            *ranges = merged(std::mem::take(ranges));
        }
        found
    }

    /// Whether a text that is to be written holds a secret.
    pub(crate) fn is_held_by(&self, project: &Project, text: &[u8]) -> bool {
        if self.clean_edits.holds(text) {
            return false;
        }
        let held = text.split(|&byte| byte == b'\n').any(|line| super::secret(line).is_some())
            || self.values(project).is_some_and(|values| values.is_match(text));
        if !held {
            self.clean_edits.keep(text);
        }
        held
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
            let mut seeker = Seeker::default();
            for file in &project.files {
                seeker.seek(&file.content, |_, value| values.add(value));
                if values.all.len() >= MOST_VALUES {
                    break;
                }
            }
            (!values.all.is_empty()).then(|| AhoCorasick::new(&values.all).ok()).flatten()
        });
        values.as_ref()
    }
}

/// The values of secrets, each once.
#[derive(Default)]
struct Values {
    all: HashSet<String>,
}

impl Values {
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

#[cfg(test)]
mod tests {
    use super::*;
    use wslint_model::File;
    use wslint_syntax::{haproxy, nginx};

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
