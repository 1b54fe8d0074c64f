//! Dockerfiles: the stages, what each is made from, and what it starts.

use wslint_syntax::Span;

use crate::word::{Word, cut};

/// What a Dockerfile says.
#[derive(Clone, Debug, Default)]
pub struct Dockerfile {
    /// Its stages, in their order.
    pub stages: Vec<Stage>,
}

/// One stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The image or the earlier stage that it begins with.
    pub from: Option<Word>,
    /// Its name.
    pub name: Option<String>,
    /// The last `ENTRYPOINT`.
    pub entrypoint: Option<Vec<Word>>,
    /// The last `CMD`.
    pub command: Option<Vec<Word>>,
}

/// What an image starts, and the image that it is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// The image that is no stage of this file.
    pub from: Option<Word>,
    /// `ENTRYPOINT`.
    pub entrypoint: Vec<Word>,
    /// `CMD`.
    pub command: Vec<Word>,
}

/// How many stages of one file are read.
const MOST_STAGES: usize = 200;

/// Reads a Dockerfile. What is no UTF-8 says nothing.
pub fn read(bytes: &[u8]) -> Dockerfile {
    let mut file = Dockerfile::default();
    let Ok(text) = std::str::from_utf8(bytes) else { return file };
    for (instruction, rest, span) in instructions(text) {
        if instruction == "FROM" {
            if file.stages.len() == MOST_STAGES {
                return file;
            }
            let words = cut(&rest, span);
            let mut words = words.into_iter().filter(|word| !word.text.starts_with("--"));
            let from = words.next();
            let name = words.nth(1).map(|word| word.text);
            file.stages.push(Stage { from, name, ..Stage::default() });
        }
        let Some(stage) = file.stages.last_mut() else { continue };
        match instruction.as_str() {
            "CMD" => stage.command = Some(command(&rest, span)),
            "ENTRYPOINT" => {
                stage.entrypoint = Some(command(&rest, span));
                // Whatever was handed to the entry point of the base is forgotten with it.
                stage.command = None;
            }
            _ => {}
        }
    }
    file
}

impl Dockerfile {
    /// What the stage of this name, or the last one, starts. Stages take over what they do not say from those that they
    /// begin with.
    pub fn started(&self, target: Option<&str>) -> Option<Started> {
        let named = |name: &str, before: usize| {
            self.stages[..before]
                .iter()
                .rposition(|stage| stage.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
        };
        let mut at = match target {
            Some(target) => named(target, self.stages.len())?,
            None => self.stages.len().checked_sub(1)?,
        };
        let mut started = Started::default();
        let (mut entrypoint, mut command) = (None, None);
        loop {
            let stage = &self.stages[at];
            if command.is_none() && entrypoint.is_none() {
                command.clone_from(&stage.command);
            }
            if entrypoint.is_none() {
                entrypoint.clone_from(&stage.entrypoint);
            }
            let base = stage.from.as_ref().and_then(|from| named(&from.text, at));
            match base {
                Some(base) => at = base,
                None => {
                    started.from.clone_from(&stage.from);
                    break;
                }
            }
        }
        started.entrypoint = entrypoint.unwrap_or_default();
        started.command = command.unwrap_or_default();
        Some(started)
    }
}

/// The instructions in upper case, each with what follows it, lines joined, and its bytes up to the end of the first line.
fn instructions(text: &str) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Span)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        let words = line.trim();
        let span = Span::new(start, start + words.len());
        at += line.len();
        if words.starts_with('#') || (words.is_empty() && open.is_some()) {
            continue;
        }
        let goes_on = words.ends_with(['\\', '`']) && !words.is_empty();
        let words = if goes_on { &words[..words.len() - 1] } else { words };
        let (mut joined, first) = open.take().unwrap_or_else(|| (String::new(), span));
        joined.push_str(words);
        joined.push(' ');
        if goes_on {
            open = Some((joined, first));
            continue;
        }
        found.extend(instruction(&joined, first));
    }
    found.extend(open.and_then(|(joined, first)| instruction(&joined, first)));
    found
}

fn instruction(line: &str, span: Span) -> Option<(String, String, Span)> {
    let (name, rest) = line.trim().split_once(char::is_whitespace)?;
    Some((name.to_ascii_uppercase(), rest.trim().to_owned(), span))
}

/// `["a", "b"]`, or what a shell gets.
fn command(rest: &str, span: Span) -> Vec<Word> {
    if rest.starts_with('[')
        && let Ok(words) = serde_json::from_str::<Vec<String>>(rest)
    {
        return words.into_iter().map(|text| Word { text, span }).collect();
    }
    cut(rest, span)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_last_stage_starts_what_it_or_its_base_says() {
        let text = "# syntax=x\nFROM python:3.12 AS base\nENTRYPOINT [\"/entry.sh\"]\nFROM node AS assets\nCMD npm start\n\
                    FROM --platform=x base AS prod\nRUN a \\\n  # a word\n  && b\nCMD daphne -b 0.0.0.0 \\\n   app.asgi:app\n";
        let file = read(text.as_bytes());
        let started = file.started(None).expect("a stage");
        let words = |words: &[crate::Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        assert_eq!(started.from.as_ref().map(|word| word.text.as_str()), Some("python:3.12"));
        assert_eq!(words(&started.entrypoint), ["/entry.sh"]);
        assert_eq!(words(&started.command), ["daphne", "-b", "0.0.0.0", "app.asgi:app"]);
        assert!(text[started.command[0].span.range()].starts_with("CMD daphne"));
        let assets = file.started(Some("assets")).expect("a stage");
        assert_eq!(words(&assets.command), ["npm", "start"]);
        assert_eq!(file.started(Some("absent")), None);
        assert_eq!(read(b"").started(None), None);
        assert_eq!(read(b"\xff").started(None), None);
    }

    #[test]
    fn stages_that_begin_with_each_other_end() {
        let file = read(b"FROM a AS a\nFROM a AS a\nFROM a\nCMD x\n");
        assert_eq!(file.started(None).expect("a stage").from.expect("a base").text, "a");
    }
}
