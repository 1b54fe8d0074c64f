//! Recipes that change, add or take out one line.

use super::editor;
use super::fixer::Fixer;
use crate::choices;
use crate::config::ContextKind;
use crate::config::inherit::Scalar;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::questions;
use crate::refusal::RefusalKind;
use crate::request::{header, pass};
use wslint_model::Edit;

impl Fixer<'_, '_> {
    pub(super) fn set_read_timeout(&self) -> Option<Vec<Edit>> {
        let streams = self.model.config().context(self.level).kind == ContextKind::StreamServer;
        let directive = match self.pass?.name? {
            Directive::ProxyPass if streams => Directive::ProxyTimeout,
            Directive::UwsgiPass => Directive::UwsgiReadTimeout,
            Directive::ScgiPass => Directive::ScgiReadTimeout,
            Directive::ProxyPass => Directive::ProxyReadTimeout,
            _ => return None,
        };
        // Another hop may be the one that cuts.
        let config = self.model.config();
        let here = match config.scalar(self.level, directive) {
            Scalar::Set(line, _) => config.site(line),
            Scalar::Default | Scalar::Unknown => config.opener_site(self.level),
        };
        let told = self.facts.fact(&questions::IDLE_TIMEOUT)?.cause.marks.first().map(|mark| mark.site);
        if told.is_some_and(|site| site != here) {
            return None;
        }
        self.set_scalar(directive, &self.facts.value(&questions::IDLE_REMEDY)?)
    }

    /// Takes the URI part out of `proxy_pass`: what follows host and port. Where it takes the place of another prefix, and
    /// only one of the two ends in a slash, the other one gets its slash instead.
    pub(super) fn drop_uri_part(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let pass = self.pass.filter(|&line| self.is_own(line))?;
        let refused = self.refusal.filter(|refusal| refusal.kind == RefusalKind::UriPart);
        // All routes tell of a line that nginx refuses, of whichever it is.
        if refused.is_some_and(|refusal| config.site(refusal.line) != config.site(pass)) {
            return None;
        }
        let written = config.known_arg(pass, 0)?;
        if let Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)) =
            config.location_kind(self.level)
        {
            let uri = pass::destination(&written).map_or(String::new(), |destination| destination.uri);
            // Of other protocols no URI is told.
            let strips = !uri.is_empty() && is_other_prefix(&name, &uri);
            match (name.ends_with('/'), uri.ends_with('/')) {
                _ if !strips => {}
                // With a variable it says all of the path: what was meant by it is not known.
                _ if written.contains('$') => return None,
                (false, true) => {
                    let opener = config.context(self.level).opener?;
                    let last = config.arg_count(opener).checked_sub(1)?;
                    if config.known_arg(opener, last)? != name {
                        return None;
                    }
                    return Some(vec![editor::replace_arg(config, opener, last, &format!("{name}/"))?]);
                }
                (true, false) => {
                    return Some(vec![editor::replace_arg(config, pass, 0, &format!("{written}/"))?]);
                }
                _ => return None,
            }
        }
        let (scheme, rest) = written.split_once("://")?;
        let authority = match rest.strip_prefix("unix:") {
            Some(path) => format!("unix:{}", path.split_once(':')?.0),
            None => rest[..rest.find('/')?].to_owned(),
        };
        Some(vec![editor::replace_arg(config, pass, 0, &format!("{scheme}://{authority}"))?])
    }

    pub(super) fn use_http_scheme(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let refused = self.refusal.filter(|refusal| refusal.kind == RefusalKind::WebSocketScheme);
        let line = refused.map(|refusal| refusal.line)?;
        let written = config.known_arg(line, 0)?;
        let (scheme, rest) = written.split_once("://")?;
        let scheme = if scheme.eq_ignore_ascii_case("wss") { "https" } else { "http" };
        Some(vec![editor::replace_arg(config, line, 0, &format!("{scheme}://{rest}"))?])
    }

    /// Mends all dollar signs of the text that holds a wrong one. The edits are those of the file around it.
    pub(super) fn mend_dollars(&self) -> Option<Vec<Edit>> {
        let site = self.facts.fact(&questions::SLIP)?.cause.marks.first()?.site;
        let host = self.model.config().project().file(site.file).host.as_ref()?;
        Some(host.slips.iter().map(|slip| slip.mend.clone()).collect())
    }

    /// Takes out the line that one of these answers points at. A last header line stays: without it the level would
    /// inherit others.
    pub(super) fn delete_line(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let bad = [
            self.line_of(&questions::UPGRADE, choices::Upgrade::Repeated),
            self.line_of(&questions::KEY_HEADERS, choices::KeyHeaders::Overridden),
            self.line_of(&questions::METHOD, choices::Method::Overridden),
            self.line_of(&questions::REQUEST_HEADERS, choices::RequestHeaders::Dropped),
            self.line_of(&questions::RESPONSE_HEADERS, choices::ResponseHeaders::Hidden),
            self.line_of(&questions::RESPONSE_HEADERS, choices::ResponseHeaders::HiddenSubprotocol),
            self.line_of(&questions::HOST, choices::Host::Missing),
            self.line_of(&questions::HOST, choices::Host::Repeated),
        ];
        let line = bad.into_iter().flatten().next()?;
        if !self.is_own(line) {
            return None;
        }
        let name = line.name?;
        let list = matches!(name, Directive::ProxySetHeader | Directive::ProxyHideHeader);
        if list && config.own(self.level, name).count() < 2 && self.inherits(name) {
            return None;
        }
        Some(vec![editor::delete(config, line)])
    }

    /// Whether lines of a list stand above the level.
    fn inherits(&self, name: Directive) -> bool {
        let above = self.model.config().list_above(self.level, name);
        above.open || !above.lines.is_empty()
    }

    /// Writes every header name of the list without its colon.
    pub(super) fn drop_colon(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let set = header::lines(self.model, self.level);
        let lines = set.list.lines.iter().copied();
        let wrong = lines.filter(|&line| config.known_arg(line, 0).is_some_and(|name| name.ends_with(':')));
        wrong
            .map(|line| {
                let name = config.known_arg(line, 0)?;
                self.is_own(line).then_some(())?;
                editor::replace_arg(config, line, 0, name.trim_end_matches(':'))
            })
            .collect()
    }

    /// `location /ws` becomes `location ^~ /ws`.
    pub(super) fn stop_patterns(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        // The second place of the answer is the location that is named after the path.
        let taken =
            self.facts.fact(&questions::CLIENT_SCRIPT).or_else(|| self.facts.fact(&questions::SELECTED))?;
        let site = taken.cause.marks.get(1)?.site;
        let level = config.opened_at(site)?;
        let Some(LocationKind::Prefix(name)) = config.location_kind(level) else { return None };
        let line = config.context(level).opener?;
        Some(vec![editor::replace_arg(config, line, 0, &format!("^~ {name}"))?])
    }

    /// `ip_hash` before anything else, as `keepalive` must stand behind the method.
    pub(super) fn add_affinity(&self) -> Option<Vec<Edit>> {
        let line =
            self.cause_line(&questions::AFFINITY).filter(|line| line.name == Some(Directive::Upstream))?;
        let pool = self.model.pool(&self.model.config().known_arg(line, 0)?)?;
        if pool.method_line.is_some() {
            return None;
        }
        Some(vec![editor::insert_first(self.model.config(), line.block?, &["ip_hash".to_owned()])?])
    }

    pub(super) fn allow_burst(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let line = self.cause_line(&questions::REQUEST_BURST)?;
        let index = (0..config.arg_count(line))
            .find(|&index| config.known_arg(line, index).is_some_and(|word| word.starts_with("burst=")));
        let edit = match index {
            Some(index) => editor::replace_arg(config, line, index, "burst=20")?,
            None => editor::append_words(config, line, "burst=20 nodelay")?,
        };
        Some(vec![edit])
    }

    pub(super) fn buffering_off(&self) -> Option<Vec<Edit>> {
        self.set_scalar(Directive::ProxyBuffering, "off")
    }

    pub(super) fn cache_off(&self) -> Option<Vec<Edit>> {
        self.set_scalar(Directive::ProxyCache, "off")
    }

    /// Takes the `set` from behind the `rewrite … break` and puts it in front.
    pub(super) fn move_set(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let set = self.cause_line(&questions::SET_AFTER_BREAK).filter(|&line| self.is_own(line))?;
        let site = self.facts.fact(&questions::SET_AFTER_BREAK)?.cause.marks.get(1)?.site;
        let breaks = config.script(self.level).find(|&line| config.site(line) == site)?;
        (breaks.file == set.file).then(|| {
            vec![editor::insert_before(config, breaks, &config.quoted(set)), editor::delete(config, set)]
        })
    }

    pub(super) fn allow_no_referer(&self) -> Option<Vec<Edit>> {
        let line = self.cause_line(&questions::REFERER).filter(|&line| self.is_own(line))?;
        Some(vec![editor::append_words(self.model.config(), line, "none")?])
    }

    pub(super) fn add_always(&self) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let line = self.cause_line(&questions::CORS_ALWAYS)?;
        // Another word in its place is one that nginx refuses.
        let is_free = config.tree(line).words(line.id).len() == 3;
        is_free.then(|| editor::append_words(config, line, "always").map(|edit| vec![edit]))?
    }
}

/// Whether a URI part takes the place of another prefix, rather than of the same one or of a Socket.IO path.
fn is_other_prefix(prefix: &str, uri: &str) -> bool {
    let bare = |path: &str| path.trim_end_matches('/').to_owned();
    let (prefix, uri) = (bare(prefix), bare(uri));
    !prefix.is_empty() && prefix != uri && !prefix.ends_with("/socket.io")
}
