//! Messages with `{placeholders}`.

use wslint_model::duration::in_words;
use wslint_model::traffic::Framework;
use wslint_model::{Fact, Proxy, Route, Settings, Value, questions};

use crate::catalogue::{Answers, Catalogue};

/// A message whose placeholders are known to exist.
#[derive(Debug)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Route,
    Server,
    Path,
    Version,
    Answer { name: &'static str, slot: usize },
}

/// The placeholders beside the questions' names.
const NAMES: [&str; 4] = ["route", "server", "path", "version"];

impl Template {
    /// Reads a message. Braces beside a blank, `{}`, `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// Says which placeholder does not exist, or which brace stands alone.
    pub(crate) fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            let taken = literal_braces(&literal, from);
            if taken > 0 {
                // Of a doubled brace one stays.
                let doubled = from.starts_with("{{") || from.starts_with("}}");
                literal.push_str(if doubled { &from[..1] } else { &from[..taken] });
                rest = &from[taken..];
                continue;
            }
            let name = from.strip_prefix('{').and_then(|after| after.split_once('}'));
            let Some((name, after)) = name.filter(|(name, _)| !name.contains(['{', '\n'])) else {
                return Err(format!(
                    "a brace stands alone before `{}`; write `{{{{` and `}}}}` for braces",
                    from[1..].chars().take(20).collect::<String>()
                ));
            };
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::named(name, catalogue)?);
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Self { pieces })
    }

    /// The questions that the message quotes, with their slots.
    pub(crate) fn quoted(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Answer { name, slot } => Some((*name, *slot)),
            _ => None,
        })
    }

    /// The message for one route. Text from the config goes in as it is: whoever shows it escapes it.
    pub(crate) fn render(&self, route: &Route, answers: &Answers<'_>, settings: &Settings) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Route => out.push_str(&route.label),
                Piece::Server => out.push_str(route.server.as_deref().unwrap_or("this server")),
                // A query would only make the sentence long.
                Piece::Path => {
                    let spoken = route.facts.value(&questions::PATH);
                    let path = spoken.as_deref().unwrap_or(&route.path);
                    out.push_str(path.split('?').next().unwrap_or_default());
                }
                Piece::Version => {
                    let version = match route.proxy {
                        Proxy::Nginx => settings.nginx_version,
                        Proxy::Haproxy => settings.haproxy_version,
                    };
                    out.push_str(&version.to_string());
                }
                Piece::Answer { name, slot } => out.push_str(&say(name, answers[*slot])),
            }
        }
        out
    }
}

/// How many bytes at the start of `from` are braces that stand for themselves: doubled ones, `{}`, and those beside a
/// blank, as configs write them (`location /ws { … }`, `if { path /ws }`).
fn literal_braces(before: &str, from: &str) -> usize {
    if ["{{", "}}", "{}"].iter().any(|pair| from.starts_with(pair)) {
        2
    } else if let Some(after) = from.strip_prefix('{') {
        usize::from(after.chars().next().is_none_or(char::is_whitespace))
    } else {
        usize::from(before.chars().next_back().is_none_or(char::is_whitespace))
    }
}

impl Piece {
    fn named(name: &str, catalogue: &Catalogue) -> Result<Self, String> {
        match name {
            "route" => return Ok(Self::Route),
            "server" => return Ok(Self::Server),
            "path" => return Ok(Self::Path),
            "version" => return Ok(Self::Version),
            _ => {}
        }
        if let Some(slot) = catalogue.slot(name) {
            return Ok(Self::Answer { name: catalogue.questions[slot].name, slot });
        }
        let names = NAMES.into_iter().chain(catalogue.questions.iter().map(|question| question.name));
        Err(crate::nearest::unknown("placeholder", &format!("{{{name}}}"), name, names))
    }
}

fn say(question: &str, fact: Option<&Fact>) -> String {
    match fact.map(|fact| &fact.value) {
        Some(Value::Flag(true)) => "yes".to_owned(),
        Some(Value::Flag(false)) => "no".to_owned(),
        Some(Value::Choice(word)) if question == questions::FRAMEWORK.name() => {
            Framework::named(word).map_or(*word, Framework::title).to_owned()
        }
        Some(Value::Choice(word)) => (*word).to_owned(),
        Some(Value::Duration(milliseconds)) => in_words(*milliseconds),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        // Loading made sure that a rule which quotes an answer also tests for it.
        Some(Value::Unknown) | None => "unknown".to_owned(),
    }
}
