//! What the deployment tells of whoever serves the upstreams: reading it is the command's work, believing it the models'.

use std::collections::HashMap;

use crate::choices::{Http10, Polls};
use crate::fact::{Cause, Mark, Origin, Role};
use crate::product::{Framework, Heartbeat, Kind};
use crate::settings::Endpoint;
use crate::site::FileId;

/// The programs that upstreams lead to, by the file and the name that a line of it calls them by.
#[derive(Debug, Default)]
pub struct Services {
    services: Vec<Service>,
    /// By file, host in small letters, and port; without a port for whatever port is not named. Nothing where nobody knows
    /// which program that is.
    by_name: HashMap<(FileId, String, Option<u16>), Option<usize>>,
}

/// A program of the deployment.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// The name that the deployment gives it.
    pub name: String,
    /// What it is, or what runs it, where that is certain.
    pub framework: Option<Framework>,
    /// The heartbeat of that, unless it is switched off; or one that is likely.
    pub heartbeat: Option<Heartbeat>,
    /// Whether HTTP/1.0 does no harm, where only that is likely.
    pub accepts_http10: bool,
    /// The lines that say so, the one that names the program first, then its service and so on: what its maker would read.
    pub marks: Vec<Mark>,
    /// The first line of a configuration that hands requests to it.
    pub called: Option<Mark>,
    /// Where it takes handshakes, as it calls these paths itself.
    pub endpoints: Vec<Endpoint>,
    /// Whether these are all that its code declares.
    pub complete: bool,
    /// Whether settings of its own may put a folder before all of its paths, as products have them.
    pub based: bool,
}

/// Where the Socket.IO server of a program answers.
#[derive(Clone, Copy, Debug)]
pub enum SocketIo<'s> {
    /// At the path that it is sent.
    Here,
    /// At another one only.
    At(&'s Endpoint),
}

impl<'s> SocketIo<'s> {
    /// The other path that it answers at, and the line that says so with what it means; none if it answers at this one.
    pub fn elsewhere(self) -> Option<(&'s str, Mark)> {
        let Self::At(endpoint) = self else { return None };
        let words = format!("its Socket.IO server answers at `{}` only", endpoint.path);
        let mark = endpoint.marks.first().map(|mark| Mark { site: mark.site, role: Role::Says(words) })?;
        Some((&endpoint.path, mark))
    }
}

impl Services {
    /// Whether nothing is known of any.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Service> {
        self.services.iter()
    }

    /// Adds a program, and gives the number that [`call`](Self::call) takes.
    pub fn add(&mut self, service: Service) -> usize {
        self.services.push(service);
        self.services.len() - 1
    }

    /// Forgets where a program takes handshakes, whose code several programs are made of.
    pub fn forget_endpoints(&mut self, number: usize) {
        self.services[number].endpoints.clear();
    }

    /// What is known of a program, by its number.
    pub fn get(&self, number: usize) -> &Service {
        &self.services[number]
    }

    /// Says that a line of a file calls a program so, or one of which nothing is known.
    pub fn call(&mut self, file: FileId, host: &str, port: Option<u16>, number: Option<usize>) {
        self.by_name.insert((file, host.to_ascii_lowercase(), port), number);
    }

    /// The program that a line of this file means by an address: a host, and behind a colon a port.
    pub fn at(&self, file: FileId, address: &str) -> Option<&Service> {
        if self.by_name.is_empty() {
            return None;
        }
        let (host, port) = split(address);
        let find = |port| self.by_name.get(&(file, host.to_ascii_lowercase(), port));
        let number = find(port).or_else(|| find(None))?.as_ref()?;
        Some(&self.services[*number])
    }

    /// The program that all of these addresses mean, or one that is like all of them.
    pub fn of_all<'s, 'a>(
        &'s self,
        file: FileId,
        addresses: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Option<&'s Service> {
        if self.by_name.is_empty() {
            return None;
        }
        let mut addresses = addresses.into_iter();
        let first = self.at(file, addresses.next()??)?;
        for address in addresses {
            if !self.at(file, address?)?.is_like(first) {
                return None;
            }
        }
        Some(first)
    }
}

/// Host and port of an address.
pub fn split(address: &str) -> (&str, Option<u16>) {
    match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
        _ => (address, None),
    }
}

impl Service {
    /// Whether all that is known of it holds of another one as well.
    fn is_like(&self, other: &Self) -> bool {
        let paths = |service: &Self| service.endpoints.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
        let framework = |service: &Self| service.framework.map(|one| (one.name(), one.versions()));
        framework(self) == framework(other)
            && self.heartbeat == other.heartbeat
            && self.accepts_http10 == other.accepts_http10
            && paths(self) == paths(other)
    }

    /// What serves a path by which another thing is told: what is installed as it is wins over a path, and a path that
    /// tells of a framework's clients wins over the server that runs them.
    pub fn framework_of(&self, by_path: Option<Framework>) -> Option<Framework> {
        let (Some(own), Some(told)) = (self.framework, by_path) else { return self.framework.or(by_path) };
        let is_run = own.record().kind == Kind::Server
            && matches!(told.record().kind, Kind::Framework | Kind::Protocol);
        Some(if is_run { told } else { own })
    }

    /// Where its code says that a Socket.IO server answers.
    pub fn socketio_paths(&self) -> impl Iterator<Item = &str> + '_ {
        self.socketio().map(|endpoint| endpoint.path.as_str())
    }

    fn socketio(&self) -> impl Iterator<Item = &Endpoint> + '_ {
        self.endpoints.iter().filter(|endpoint| {
            endpoint.framework.is_some_and(|framework| framework.is("socket.io"))
                && !endpoint.marks.is_empty()
        })
    }

    /// Whether its paths may stand below a folder that a proxy leaves in them. Folders that most applications have
    /// themselves lead to a part of it.
    pub fn may_stand_below(&self, folder: &str) -> bool {
        const OWN: &[&str] = &[
            "api", "assets", "css", "health", "images", "js", "login", "media", "metrics", "public", "static",
        ];
        let last = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        self.based && !OWN.contains(&last)
    }

    /// Whether its Socket.IO server answers at a path that it is sent, where that is known.
    pub fn socketio_at(&self, sent: &str) -> Option<SocketIo<'_>> {
        let folder = |path: &str| format!("{}/", path.trim_end_matches('/'));
        let first = self.socketio().next()?;
        if self.socketio_paths().any(|path| folder(sent).starts_with(&folder(path))) {
            return Some(SocketIo::Here);
        }
        (self.complete && !self.based).then_some(SocketIo::At(first))
    }

    /// What it does with HTTP/1.0, where that is known of what runs it.
    pub fn http10(&self) -> Option<Http10> {
        let own = self.framework.and_then(Framework::http10);
        own.or(self.accepts_http10.then_some(Http10::Accepted))
    }

    /// The lines that say what it is.
    pub fn cause(&self) -> Cause {
        Cause { origin: Origin::Derived, marks: self.marks.clone() }
    }

    /// The lines that say that what runs it sends nothing by itself; none where that is not known.
    pub fn quiet(&self) -> Option<Cause> {
        let framework = self.framework.filter(|_| self.heartbeat.is_none())?;
        let words = match (framework.heartbeat(), framework.is_quiet()) {
            (Some(_), _) => format!("{} is set to send no pings", framework.title()),
            (None, true) => format!("{} sends nothing by itself", framework.title()),
            (None, false) => return None,
        };
        Some(self.cause_for(words))
    }

    /// The same, with what the first of the lines means for somebody who asks about something.
    pub fn cause_for(&self, words: String) -> Cause {
        let mut cause = self.cause();
        if let Some(first) = cause.marks.first_mut() {
            first.role = Role::Says(words);
        }
        cause
    }
}

/// What takes the handshakes of a route: what its endpoint says, or else its path, unless the deployment shows better. Code
/// that declares an endpoint knows better than a path, and the user better than a deployment.
pub fn framework_on(
    endpoint: Option<&Endpoint>,
    by_path: Option<Framework>,
    service: Option<&Service>,
) -> Option<Framework> {
    let shown = endpoint.is_some_and(|endpoint| !endpoint.marks.is_empty());
    let own = endpoint.and_then(|endpoint| endpoint.framework).or(by_path.filter(|_| !shown));
    match service.filter(|_| !endpoint.is_some_and(Endpoint::says_what_serves_it)) {
        Some(service) => service.framework_of(own),
        None => own,
    }
}

/// What an endpoint that is known of, or the user, says of plain requests, or else the framework.
pub fn polls(endpoint: Option<&Endpoint>, framework: Option<Framework>) -> Option<Polls> {
    endpoint.and_then(|endpoint| endpoint.polls).or_else(|| framework?.polling())
}

#[cfg(test)]
mod tests {
    use wslint_syntax::Span;

    use super::{Service, Services};
    use crate::fact::{Mark, Role};
    use crate::product::Framework;
    use crate::settings::Endpoint;
    use crate::site::{FileId, Site};

    fn service(framework: &str) -> Service {
        Service { framework: Framework::named(framework), ..Service::default() }
    }

    #[test]
    fn addresses_lead_to_services_of_their_file() {
        let mut services = Services::default();
        let (one, other) = (services.add(service("daphne")), services.add(service("grafana")));
        services.call(FileId(0), "Web", None, Some(one));
        services.call(FileId(0), "web", Some(9090), None);
        services.call(FileId(0), "localhost", Some(3000), Some(other));
        services.call(FileId(0), "web2", Some(80), Some(one));
        let name = |file, address| {
            services.at(FileId(file), address).and_then(|one| one.framework).map(Framework::name)
        };
        assert_eq!(name(0, "web:8000"), Some("daphne"));
        assert_eq!(name(0, "web:9090"), None);
        assert_eq!(name(0, "localhost:3000"), Some("grafana"));
        assert_eq!(name(0, "localhost:80"), None);
        assert_eq!(name(1, "web:8000"), None);
        let all =
            |addresses: &[&str]| services.of_all(FileId(0), addresses.iter().copied().map(Some)).is_some();
        assert!(all(&["web:1", "web2:80"]));
        assert!(!all(&["web:1", "localhost:3000"]) && !all(&["web:1", "x:1"]) && !all(&[]));
    }

    #[test]
    fn the_code_of_a_socketio_server_tells_where_it_answers() {
        let mark = Mark { site: Site { file: FileId(0), span: Span::new(0, 0) }, role: Role::Routed };
        let at = |path: &str| Endpoint {
            framework: Framework::named("socket.io"),
            marks: vec![mark.clone()],
            ..Endpoint::at(path)
        };
        let service = |complete| Service { endpoints: vec![at("/talk/")], complete, ..Service::default() };
        let elsewhere = |sent: &str, complete| {
            service(complete).socketio_at(sent).map(|answers| answers.elsewhere().is_some())
        };
        for (sent, complete, expected) in [
            ("/talk/", true, Some(false)),
            ("/talk", true, Some(false)),
            ("/talk/1", false, Some(false)),
            ("/talker/", true, Some(true)),
            ("/socket.io/", true, Some(true)),
            ("/socket.io/", false, None),
        ] {
            assert_eq!(elsewhere(sent, complete), expected, "{sent} {complete}");
        }
        assert!(Service::default().socketio_at("/").is_none());
    }

    #[test]
    fn folders_that_applications_have_are_no_base_paths() {
        let product = Service { based: true, ..Service::default() };
        assert!(product.may_stand_below("/grafana/") && product.may_stand_below("/tools/grafana"));
        assert!(!product.may_stand_below("/static/") && !product.may_stand_below("/x/api"));
        assert!(!Service::default().may_stand_below("/grafana/"));
    }

    #[test]
    fn what_runs_a_framework_is_not_taken_for_it() {
        let of =
            |own: &str, path: &str| service(own).framework_of(Framework::named(path)).map(Framework::name);
        assert_eq!(of("uvicorn", "socket.io"), Some("socket.io"));
        assert_eq!(of("grafana", "socket.io"), Some("grafana"));
        assert_eq!(of("daphne", "home-assistant"), Some("daphne"));
        assert_eq!(of("daphne", ""), Some("daphne"));
        assert_eq!(of("", "sockjs"), Some("sockjs"));
    }
}
