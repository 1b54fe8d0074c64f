//! Actions that change the request: its target and its header fields.

use super::walk::Walk;
use crate::acl::format::Format;
use crate::acl::pattern::{Method, Pattern};
use crate::acl::sample::Value;
use crate::config::action::{Action, Part};
use wslint_model::length::{Growing, shortened};
use wslint_model::{Site, regular};

impl Walk<'_, '_> {
    pub(crate) fn rewrite_uri(&mut self, action: &Action, site: Site) {
        let before = self.message.target();
        match action {
            Action::SetUri(part, format) => {
                let value = self.write(format, None);
                self.set_part(*part, value);
            }
            Action::ReplaceUri(part, regex, format) => {
                let value = match part {
                    Part::Path => self.message.path.clone(),
                    Part::PathQuery => self.message.target(),
                    Part::Uri | Part::Query => self.message.uri(),
                };
                let replaced = value.and_then(|value| self.replace(&value, regex.as_deref()?, format));
                match replaced {
                    Some(Replaced::No) => return,
                    Some(Replaced::To(value)) => self.set_part(*part, Some(value)),
                    None => self.set_part(*part, None),
                }
            }
            _ => return,
        }
        let after = self.message.target();
        if before != after || after.is_none() {
            self.message.uri_site = Some(site);
            let shown = after.as_deref().map_or("something that is not known".into(), shortened);
            self.step("http-request", Some(site), format_args!("the request target becomes `{shown}`"));
        }
    }

    fn set_part(&mut self, part: Part, value: Option<String>) {
        self.message.writes_query |= !matches!(part, Part::Path);
        match part {
            Part::Path => self.message.path = value,
            Part::PathQuery => self.message.set_target(value),
            Part::Uri => self.message.set_uri(value),
            Part::Query => {
                self.message.query = value.map(|query| {
                    let query = query.trim_start_matches('?');
                    (!query.is_empty()).then(|| query.to_owned())
                });
            }
        }
    }

    pub(crate) fn rewrite_header(&mut self, action: &Action, site: Site) {
        let name = match action {
            Action::SetHeader(name, format) => {
                let value = self.write(format, None);
                self.message.set(name, value);
                name.clone()
            }
            Action::AddHeader(name, format) => {
                let value = self.write(format, None);
                self.message.add(name, value);
                name.clone()
            }
            Action::DelHeader(pattern, method) => {
                let gone = self.matching_headers(pattern, *method);
                for name in &gone {
                    self.message.remove(name);
                    self.message.changed_by(name, site);
                }
                if *method == Method::Str {
                    // It is not there either if the client may have sent it.
                    self.message.remove(pattern);
                    self.message.changed_by(pattern, site);
                }
                if gone.iter().any(|name| is_telling(name)) {
                    self.step(
                        "http-request",
                        Some(site),
                        format_args!("`{}` is removed", shortened(&gone.join("`, `"))),
                    );
                }
                return;
            }
            Action::ReplaceHeader { name, regex, format, each } => {
                let mut changed = false;
                for index in 0..self.message.headers.len() {
                    let header = &self.message.headers[index];
                    if !header.name.eq_ignore_ascii_case(name) {
                        continue;
                    }
                    let Some(value) = header.value.clone() else { continue };
                    let regex = regex.as_deref();
                    let replaced = regex.and_then(|regex| self.replace_value(&value, regex, format, *each));
                    changed |= replaced.as_ref() != Some(&value);
                    self.message.headers[index].value = replaced;
                    if self.message.is_too_large() {
                        return;
                    }
                }
                if !changed {
                    return;
                }
                name.clone()
            }
            _ => return,
        };
        let lower = name.to_ascii_lowercase();
        if is_telling(&lower) {
            self.step("http-request", Some(site), format_args!("`{}` is changed", shortened(&name)));
        }
        self.message.changed_by(&lower, site);
    }

    /// Leaves open what an action does to header fields, where it may or may not be carried out and no handshake
    /// depends on it. False for any other action.
    pub(crate) fn blur_header(&mut self, action: &Action, site: Site) -> bool {
        let names = match action {
            Action::SetHeader(name, _) | Action::AddHeader(name, _) => vec![name.to_ascii_lowercase()],
            Action::DelHeader(pattern, method) => self.matching_headers(pattern, *method),
            Action::ReplaceHeader { name, .. } => match self.message.header(name).next() {
                Some(_) => vec![name.to_ascii_lowercase()],
                None => Vec::new(),
            },
            _ => return false,
        };
        if names.iter().any(|name| is_telling(name) || name == "origin") {
            return false;
        }
        for name in names {
            self.message.doubt(&name);
            self.message.changed_by(&name, site);
        }
        true
    }

    /// The names of the header fields that `del-header` takes. Inside HAProxy names are in lower case, so a regular
    /// expression with capitals matches none; the other methods ignore case (measured).
    fn matching_headers(&self, pattern: &str, method: Method) -> Vec<String> {
        let ignore_case = method != Method::Reg;
        let pattern = Pattern::new(pattern.to_owned());
        let mut names = Vec::new();
        for header in &self.message.headers {
            let name = header.name.to_ascii_lowercase();
            let value = Value::Text(name.clone());
            if pattern.matches(method, ignore_case, &value) == Some(true) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn replace_value(&self, value: &str, regex: &str, format: &Format, each: bool) -> Option<String> {
        let parts: Vec<&str> = if each { value.split(',').map(str::trim).collect() } else { vec![value] };
        let mut results = Growing::default();
        for (number, part) in parts.into_iter().enumerate() {
            results.push(if number > 0 { ", " } else { "" })?;
            match self.replace(part, regex, format)? {
                Replaced::No => results.push(part)?,
                Replaced::To(result) => results.push(&result)?,
            }
        }
        Some(results.finish())
    }

    /// `replace-*`: where the expression matches, the whole value becomes the format with its references.
    fn replace(&self, value: &str, regex: &str, format: &Format) -> Option<Replaced> {
        let regex = regular::compiled(regex, false)?;
        let Some(captures) = regex.captures(value).ok()? else { return Some(Replaced::No) };
        regular::expanded(&self.write(format, None)?, &captures).map(Replaced::To)
    }
}

/// What `replace-*` did.
enum Replaced {
    /// The expression did not match.
    No,
    /// The value is now this.
    To(String),
}

/// The header fields whose change is a step worth telling.
fn is_telling(name: &str) -> bool {
    matches!(name, "upgrade" | "connection" | "host") || name.starts_with("sec-websocket-")
}
