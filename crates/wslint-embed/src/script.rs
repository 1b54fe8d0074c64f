//! Scripts of shells: the heredocs that write files.

use wslint_deploy::yaml::Complaint;
use wslint_model::{FileId, Mapped, Site, Slip, Writing};
use wslint_syntax::Span;

use crate::compose_map::through;
use crate::echoed;
use crate::embedded::{Embedded, Group, Read};
use crate::heredoc::{self, Heredoc};
use crate::nested::within;
use crate::shell::{expanded, expanding, kept, unquoted};
use crate::variables::name;
use crate::words::has_words;
use crate::writing::written_in;

pub(crate) use crate::heredoc::holds as holds_heredoc;

/// Reads a script.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    read_at(bytes, file, 0)
}

/// Reads a script that stands so deep within other texts.
pub(crate) fn read_at(bytes: &[u8], file: FileId, depth: usize) -> Read {
    let mut read = Read::default();
    let heredocs = heredoc::all(bytes);
    for here in &heredocs {
        take(here, bytes, file, depth, &mut read);
    }
    let lines: Vec<Span> = heredocs.iter().map(|here| here.body).collect();
    echoed::read(bytes, &lines, file, false, &mut read);
    read
}

/// Takes the text of a heredoc, if it may be configuration.
pub(crate) fn take(here: &Heredoc, bytes: &[u8], file: FileId, depth: usize, read: &mut Read) {
    if !has_words(&bytes[here.body.range()]) {
        return;
    }
    if !here.ends {
        let words = "no line ends this heredoc: a shell reads it to the end of the file".to_owned();
        read.complaints.push(Complaint { span: here.operator, words });
    }
    let (mapped, writing, slips) = text(here, bytes, file);
    let inner = within(&mapped, &writing, file, depth);
    if !inner.is_empty() {
        return read.texts.extend(inner);
    }
    let target = target(&bytes[here.command.range()]);
    let group = if target.is_some() { Group::Machine(0) } else { Group::Alone };
    let word = || String::from_utf8_lossy(&bytes[here.operator.range()]).into_owned();
    let name = target.unwrap_or_else(word);
    read.texts.push(Embedded { mapped, opens: here.operator, name, group, writing, slips });
}

/// The text of a heredoc as the file will have it, how text is written there, and what is wrong with its dollar signs.
pub(crate) fn text(
    here: &Heredoc,
    bytes: &[u8],
    file: FileId,
) -> (Mapped, Result<Writing, &'static str>, Vec<Slip>) {
    let mut outer = Mapped::default();
    let body = &bytes[here.body.range()];
    let mut at = here.body.start as usize;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let tabs = if here.strips { line.iter().take_while(|&&byte| byte == b'\t').count() } else { 0 };
        let span = Span::new(at + tabs, at + line.len());
        outer.copy(&line[tabs..], Site { file, span });
        at += line.len();
    }
    let mut writing = Ok(Writing { line_feed: b"\n", ..Writing::default() });
    if let Some(quote) = here.within {
        let inner = unquoted(&outer.text, quote, file);
        outer = through(&outer, inner);
        writing = Err("the quotes of another command stand around it");
    }
    if here.quoted {
        let slips = if here.within.is_none() { kept(&outer.text, file) } else { Vec::new() };
        let slips = outward(slips, &outer, &writing);
        return (outer, writing, slips);
    }
    let sets = |variable: &str| is_set(bytes, variable, here.body);
    let made = expanded(&outer.text, file, &sets);
    let slips = if here.within.is_none() { outward(made.slips, &outer, &writing) } else { Vec::new() };
    (through(&outer, made.mapped), writing.map(|_| expanding()), slips)
}

/// The slips of a text whose edits are those of the file around it. Of one that is not written there nothing is told.
fn outward(slips: Vec<Slip>, outer: &Mapped, writing: &Result<Writing, &'static str>) -> Vec<Slip> {
    let found = slips.into_iter().filter_map(|mut slip| {
        slip.mend = written_in(outer, writing, &slip.mend)?;
        Some(slip)
    });
    found.collect()
}

/// Whether a script gives a variable a value, or asks for it outside of a heredoc's lines.
pub(crate) fn is_set(bytes: &[u8], variable: &str, body: Span) -> bool {
    memchr::memmem::find_iter(bytes, variable.as_bytes()).any(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let rest = &bytes[at + variable.len()..];
        let whole = name(&bytes[at..]) == variable
            && before.is_none_or(|byte| {
                !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b'/')
            });
        if !whole || body.range().contains(&at) {
            return false;
        }
        let line_start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |found| found + 1);
        let first = bytes[line_start..at].trim_ascii_start();
        let declares = ["read", "for", "export", "local", "declare", "typeset"].iter();
        let declared = declares.into_iter().any(|word| first.starts_with(word.as_bytes()));
        (rest.starts_with(b"=") && before != Some(b'$')) || declared
    })
}

/// The file that a command writes what it reads to.
pub(crate) fn target(command: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(command);
    let words = words(&text);
    let path = |word: &str| {
        let word: String = word.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
        (!word.is_empty() && word != "/dev/null" && !word.starts_with('&')).then_some(word)
    };
    let redirected = words.iter().enumerate().find_map(|(at, word)| {
        let rest =
            word.strip_prefix(">>").or_else(|| word.strip_prefix(">|")).or_else(|| word.strip_prefix('>'))?;
        path(if rest.is_empty() { words.get(at + 1)? } else { rest })
    });
    let teed = || {
        let tee = words.iter().position(|word| word.rsplit('/').next() == Some("tee"))?;
        let arguments = words[tee + 1..].iter().take_while(|word| !matches!(**word, "|" | ";" | "&&" | "||"));
        arguments.filter(|word| !word.starts_with(['-', '<', '>'])).find_map(|word| path(word))
    };
    let copied = || words.iter().find_map(|word| path(word.strip_prefix("of=")?));
    teed().or(redirected).or_else(copied)
}

/// The words of a command line, with redirections as words of their own.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        match word.find('>') {
            Some(at)
                if at > 0
                    && word[..at].chars().all(|c| c.is_ascii_alphanumeric() || "'\"<-_".contains(c)) =>
            {
                words.extend([&word[..at], &word[at..]]);
            }
            _ => words.push(word),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_file_that_is_written_is_found() {
        for (command, file) in [
            ("cat > /etc/nginx/a.conf <<EOF", Some("/etc/nginx/a.conf")),
            ("cat <<EOF >/etc/nginx/a.conf", Some("/etc/nginx/a.conf")),
            ("cat <<'EOF'>>\"$D/a.conf\"", Some("$D/a.conf")),
            ("cat <<EOF | sudo tee /etc/nginx/a.conf > /dev/null", Some("/etc/nginx/a.conf")),
            ("tee -a a.conf <<EOF", Some("a.conf")),
            ("sudo tee /a.conf >/dev/null <<EOF", Some("/a.conf")),
            ("kubectl apply -f - <<EOF", None),
        ] {
            assert_eq!(target(command.as_bytes()).as_deref(), file, "{command}");
        }
    }
}
