//! The cookies that a browser would have after an answer, and those that it would keep back.

use cookie::{Cookie as Parsed, SameSite};

use crate::plan::Plan;
use crate::seen::{Answer, Cookie};

/// More cookies than these are no browser's.
const MOST: usize = 50;

/// The cookies of one page.
#[derive(Default)]
pub(super) struct Jar {
    cookies: Vec<(String, String)>,
    pub(super) seen: Vec<Cookie>,
}

impl Jar {
    /// Takes the cookies of an answer in.
    pub(super) fn take(&mut self, plan: &Plan, answer: &Answer) {
        let lines = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
        for (_, line) in lines.take(MOST) {
            let Ok(parsed) = Parsed::parse(line.as_str()) else { continue };
            let kept_back = kept_back(plan, &parsed);
            let (name, value) = (parsed.name().to_owned(), parsed.value().to_owned());
            if kept_back.is_none() && value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                self.cookies.retain(|(present, _)| *present != name);
                self.cookies.push((name.clone(), value));
            }
            let attributes = line.split(';').skip(1).map(str::trim).collect::<Vec<_>>().join("; ");
            self.seen.retain(|seen| seen.name != name);
            self.seen.push(Cookie { name, attributes, kept_back });
        }
    }

    /// The value of `Cookie`, with what the user sends besides.
    pub(super) fn line(&self, plan: &Plan) -> Option<String> {
        let given = plan.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Cookie"));
        let given = given.filter_map(|(_, value)| value.clone());
        let own = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let all: Vec<String> = given.chain(own).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// Why a browser would not send a cookie with the next request of the page (RFC 6265, section 5.4; RFC 6265bis for
/// `SameSite`).
fn kept_back(plan: &Plan, cookie: &Parsed<'_>) -> Option<String> {
    if cookie.max_age().is_some_and(|age| age.is_zero() || age.is_negative()) {
        return Some("it is deleted".into());
    }
    if cookie.secure() == Some(true) && !plan.tls {
        return Some("it is `Secure`, and this is no TLS".into());
    }
    let path = cookie.path().filter(|path| path.starts_with('/')).unwrap_or("/");
    if !covers(path, plan.path()) {
        return Some(format!("its `Path={}` does not cover `{}`", tame(path), plan.path()));
    }
    if let Some(domain) = cookie.domain() {
        let (host, domain) =
            (plan.host.to_ascii_lowercase(), domain.trim_start_matches('.').to_ascii_lowercase());
        if host != domain && !host.ends_with(&format!(".{domain}")) {
            return Some(format!("its `Domain={}` is not that of `{host}`", tame(&domain)));
        }
    }
    if same_site(plan) {
        return None;
    }
    match (cookie.same_site(), cookie.secure()) {
        (Some(SameSite::None), Some(true)) => None,
        (Some(SameSite::None), _) => Some("`SameSite=None` counts with `Secure` only".into()),
        (Some(site), _) => Some(format!("the page is of another site, and it is `SameSite={site}`")),
        (None, _) => {
            Some("the page is of another site, and without `SameSite=None; Secure` it is `Lax`".into())
        }
    }
}

/// What a server says, short enough for a sentence and without the marks of a quotation.
fn tame(text: &str) -> String {
    text.chars().filter(|&character| character != '`').take(60).collect()
}

/// Whether a cookie's path is the request's or a folder above it.
fn covers(path: &str, request: &str) -> bool {
    request == path
        || request.strip_prefix(path).is_some_and(|rest| path.ends_with('/') || rest.starts_with('/'))
}

/// Whether the page and the service are of one site: of one scheme, and of hosts that share their last two labels. Where
/// a registry gives out longer names, two sites pass for one, and a cookie for sent.
fn same_site(plan: &Plan) -> bool {
    let page = plan.page().to_ascii_lowercase();
    let Some((scheme, authority)) = page.split_once("://") else { return false };
    let host = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = host.map_or(authority, |(host, _)| host);
    let own = plan.host.to_ascii_lowercase();
    let site = |host: &str| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    let is_address = own.starts_with('[') || own.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let one = if is_address { own == host } else { site(&own) == site(host) };
    one && (scheme == "https") == plan.tls
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Jar, covers};
    use crate::plan::{Plan, Service, Trust};
    use crate::seen::Answer;

    fn kept_back(origin: Option<&str>, tls: bool, line: &str) -> Option<String> {
        let plan = Plan {
            tls,
            host: "chat.example.com".into(),
            port: if tls { 443 } else { 80 },
            target: "/socket.io/".into(),
            connect: None,
            headers: Vec::new(),
            origin: origin.map(str::to_owned),
            trust: Trust::System,
            patience: Duration::from_secs(1),
            hold: None,
            service: Service::Told,
        };
        let headers = vec![("Set-Cookie".to_owned(), line.to_owned())];
        let answer = Answer { status: 200, headers, body: String::new(), took: Duration::ZERO };
        let mut jar = Jar::default();
        jar.take(&plan, &answer);
        assert_eq!(jar.line(&plan).is_none(), jar.seen[0].kept_back.is_some());
        jar.seen[0].kept_back.clone()
    }

    #[test]
    fn a_browser_keeps_back_what_is_not_for_the_request() {
        let other = Some("https://app.example.org");
        let beside = Some("https://www.example.com");
        for (origin, tls, line, sent) in [
            (None, true, "srv=a; Path=/; HttpOnly; Secure", true),
            (None, false, "srv=a; Path=/", true),
            (None, false, "srv=a; Secure", false),
            (None, true, "srv=a; Path=/app", false),
            (None, true, "srv=a; Path=/socket.io", true),
            (None, true, "srv=a; Domain=example.com", true),
            (None, true, "srv=a; Domain=example.org", false),
            (None, true, "srv=a; Max-Age=0", false),
            (beside, true, "srv=a; SameSite=Strict", true),
            (other, true, "srv=a", false),
            (other, true, "srv=a; SameSite=Lax", false),
            (other, true, "srv=a; SameSite=None", false),
            (other, true, "srv=a; SameSite=None; Secure", true),
        ] {
            assert_eq!(kept_back(origin, tls, line).is_none(), sent, "{origin:?} {line}");
        }
    }

    #[test]
    fn a_path_covers_what_lies_below() {
        assert!(covers("/", "/a") && covers("/a", "/a") && covers("/a", "/a/b") && covers("/a/", "/a/b"));
        assert!(!covers("/a", "/ab") && !covers("/a/", "/a"));
    }
}
