//! What becomes of a request at a section: all its runs, through every configuration behind it.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::config::Config;
use crate::config::proxy::ProxyId;
use crate::request::follow::{Taken, follow_at};
use crate::routes::wish::{Open, Wish};
use wslint_model::way::{Arrival, End, Hop, Message, Network, PROXY_HEADER, Run, Runs, explore};
use wslint_model::{Cause, HaproxyRoot, Known, Request, Services, Settings, Site};

/// A configuration, and the network that it is a part of.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'s, 'p> {
    /// The configuration.
    pub(crate) config: &'s Config<'p>,
    /// The root, for its pattern files.
    pub(crate) root: &'s HaproxyRoot,
    /// What the user says.
    pub(crate) settings: &'s Settings,
    /// What the deployment tells of the upstreams.
    pub(crate) services: &'s Services,
    /// All configurations.
    pub(crate) network: &'s Network<'s>,
    /// The number of this one among them.
    pub(crate) number: usize,
    /// What was followed last.
    pub(crate) recent: &'s Recent,
}

/// What need not be found again for each way: the requests that were made and followed last, for ways that ask for the same
/// are tried with the same requests, whether sections take connections for TLS, and the hosts to which they are limited.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    made: RefCell<VecDeque<(Wished, Made)>>,
    followed: RefCell<VecDeque<(Tried, Rc<Ways>)>>,
    expects_tls: RefCell<HashMap<ProxyId, bool>>,
    only_hosts: RefCell<HashMap<ProxyId, Option<String>>>,
}

/// What a request is made for: a wish at a section, of a handshake or of a poll.
type Wished = (ProxyId, Wish, bool);

/// A request, and the `bind` line that it arrives at.
type Made = (Request, Option<usize>);

/// What is followed: a request, where it arrives, and what it leaves open.
type Tried = (Request, (ProxyId, Option<usize>), Open);

impl Recent {
    /// How many are kept: as many as one way is tried with.
    const MOST: usize = 8;

    /// Whether a section takes connections for TLS; `find` is asked once.
    pub(crate) fn expects_tls(&self, section: ProxyId, find: impl FnOnce() -> bool) -> bool {
        *self.expects_tls.borrow_mut().entry(section).or_insert_with(find)
    }

    /// The host to which a section is limited; `find` is asked once.
    pub(crate) fn only_host(
        &self,
        section: ProxyId,
        find: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        self.only_hosts.borrow_mut().entry(section).or_insert_with(find).clone()
    }

    /// The request for a wish at a section, a handshake or a poll; it is made where it is none of the last ones.
    pub(crate) fn request(
        &self,
        (section, wish, websocket): (ProxyId, &Wish, bool),
        make: impl FnOnce() -> Made,
    ) -> Made {
        let is_asked =
            |(of, other, handshake): &Wished| *of == section && *handshake == websocket && other == wish;
        if let Some((_, made)) = self.made.borrow().iter().find(|(wished, _)| is_asked(wished)) {
            return made.clone();
        }
        let made = make();
        let mut last = self.made.borrow_mut();
        last.truncate(Self::MOST - 1);
        last.push_front(((section, wish.clone(), websocket), made.clone()));
        made
    }

    fn get(&self, tried: &Tried) -> Option<Rc<Ways>> {
        let known = self.followed.borrow();
        known.iter().find(|(other, _)| other == tried).map(|(_, ways)| Rc::clone(ways))
    }

    fn put(&self, tried: Tried, ways: &Rc<Ways>) {
        let mut known = self.followed.borrow_mut();
        known.truncate(Self::MOST - 1);
        known.push_front((tried, Rc::clone(ways)));
    }
}

impl Surroundings<'_, '_> {
    /// All runs of a request that comes to a section, at one of its `bind` lines.
    pub(crate) fn follow(
        &self,
        request: &Request,
        (frontend, bind): (ProxyId, Option<usize>),
        open: Open,
    ) -> Rc<Ways> {
        let tried = (request.clone(), (frontend, bind), open);
        if let Some(ways) = self.recent.get(&tried) {
            return ways;
        }
        let ways = Rc::new(self.explored(&tried));
        self.recent.put(tried, &ways);
        ways
    }

    fn explored(&self, &(ref request, (frontend, bind), open): &Tried) -> Ways {
        let mut arrival = Arrival::of(request);
        arrival.client = self.settings.source.or(arrival.client);
        arrival.message.open = open.fields;
        if open.host {
            let hosts = arrival.message.fields.iter_mut();
            hosts
                .filter(|field| field.name.eq_ignore_ascii_case("host"))
                .for_each(|field| field.value = Known::Unknown);
        }
        // Whatever stands before a listener that wants a PROXY header sends one.
        let line = bind.and_then(|bind| self.config.proxy(frontend).binds.get(bind));
        arrival.proxy_header = line.is_some_and(|line| line.accept_proxy);
        let runs = explore(|oracle| {
            let (hop, taken) = follow_at(self.config, self.root, &arrival, (frontend, bind), oracle);
            let hop = Hop { config: self.number, ..hop };
            let run = match open.path {
                true => self.network.go_on_within(hop, oracle),
                false => self.network.go_on(hop, oracle),
            };
            (run, taken)
        });
        let Runs { results, complete, asked, assumed } = runs;
        let (results, taken) = results.into_iter().unzip();
        Ways { runs: Runs { results, complete, asked, assumed }, taken }
    }
}

/// All runs of one request.
#[derive(Debug)]
pub(crate) struct Ways {
    /// The runs.
    pub(crate) runs: Runs<Run>,
    /// What each of them takes in its first hop.
    taken: Vec<Taken>,
}

impl Ways {
    /// The runs of which `told` holds, as all runs.
    pub(crate) fn only(&self, told: impl Fn(&Way<'_>) -> bool) -> Runs<Run> {
        let Runs { complete, asked, assumed, .. } = &self.runs;
        let results = self.iter().filter(told).map(|way| way.run.clone()).collect();
        Runs { results, complete: *complete, asked: asked.clone(), assumed: assumed.clone() }
    }

    /// The runs, each with what it takes in its first hop.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Way<'_>> + Clone {
        self.runs.results.iter().zip(&self.taken).map(|(run, taken)| Way { run, taken })
    }
}

/// One run of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'w> {
    /// The run.
    pub(crate) run: &'w Run,
    /// What it takes in its first hop.
    pub(crate) taken: &'w Taken,
}

/// How a run leaves the configuration that it begins in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// It is sent to an upstream, or to another configuration.
    Sent,
    /// HAProxy answers.
    Answered {
        /// The keyword or the reason: `deny`, `redirect`, `no backend` …
        by: &'static str,
        /// The status, if known.
        status: Option<u16>,
        /// The line that decides.
        site: Option<Site>,
    },
    /// The connection is closed or hangs.
    Dropped {
        /// The keyword or the reason: `reject`, `silent-drop` …
        by: &'static str,
        /// The line that decides.
        site: Option<Site>,
    },
    /// Something outside of the configuration decides.
    Unknown,
}

impl<'w> Way<'w> {
    /// The first hop.
    pub(crate) fn first(&self) -> &'w Hop {
        &self.run.hops[0]
    }

    /// The hops within the configuration that the run begins in, up to the first one of another.
    pub(crate) fn own(&self) -> &'w [Hop] {
        let hops = &self.run.hops;
        let number = hops[0].config;
        &hops[..hops.iter().take_while(|hop| hop.config == number).count()]
    }

    /// The last of these.
    fn last(&self) -> &'w Hop {
        let own = self.own();
        &own[own.len() - 1]
    }

    /// The request as it leaves the configuration, where it is sent on.
    pub(crate) fn sent(&self) -> Option<&'w Message> {
        self.last().sent.as_ref()
    }

    /// Path and query as they leave the configuration; `None` where the request is not sent, or they are not known.
    pub(crate) fn sent_target(&self) -> Option<(&'w str, Option<&'w str>)> {
        let target = self.sent()?.target.value.as_ref()?.as_str();
        let after_scheme = target.find("://").filter(|_| !target.starts_with('/'));
        let target = match after_scheme {
            Some(scheme) => {
                let authority = scheme + 3;
                target[authority..].find('/').map_or("/", |path| &target[authority + path..])
            }
            None => target,
        };
        Some(match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        })
    }

    /// Why a field leaves as it does, or is not sent: the last line on the way that touches it.
    pub(crate) fn cause(&self, name: &str) -> Option<&'w Cause> {
        self.own().iter().rev().find_map(|hop| hop.sent.as_ref()?.cause(name))
    }

    /// The last line that changes the target, as a cause.
    pub(crate) fn target_cause(&self) -> Option<&'w Cause> {
        self.own().iter().rev().find_map(|hop| hop.sent.as_ref()?.target.cause.as_ref())
    }

    /// Whether no rule of the section leads to a backend.
    pub(crate) fn finds_no_backend(&self) -> bool {
        let by = match self.leaves() {
            Leaves::Answered { by, .. } | Leaves::Dropped { by, .. } => by,
            Leaves::Sent | Leaves::Unknown => return false,
        };
        by == "no backend" && self.taken.backend.is_none()
    }

    /// How it leaves the configuration. That two ends of a connection disagree about the PROXY protocol is told here
    /// even if the other end belongs to another configuration.
    pub(crate) fn leaves(&self) -> Leaves {
        if self.run.circle {
            return Leaves::Dropped { by: "circle", site: None };
        }
        let own = self.own();
        let end = &self.run.last().end;
        if let End::Answered { by: PROXY_HEADER, site, .. } | End::Dropped { by: PROXY_HEADER, site, .. } =
            end
        {
            return Leaves::Dropped { by: PROXY_HEADER, site: *site };
        }
        // Where the next hop closes the connection, the one before it answers 502.
        if let (End::Dropped { site, .. }, Some(closed)) = (end, self.run.closed_on())
            && own.iter().any(|hop| std::ptr::eq(hop, closed))
        {
            return Leaves::Answered { by: "closed by the next hop", status: Some(502), site: *site };
        }
        let last = self.last();
        match &last.end {
            End::Sent(_) => match last.reply.status {
                Some(status) => {
                    Leaves::Answered { by: "set-status", status: Some(status), site: obstacle(last) }
                }
                None => Leaves::Sent,
            },
            End::Answered { by, status, site, .. } => {
                Leaves::Answered { by, status: status.as_ref().copied(), site: *site }
            }
            End::Dropped { by, site, .. } => Leaves::Dropped { by, site: *site },
            End::Unknown => Leaves::Unknown,
        }
    }
}

/// The line that keeps the upstream's 101 from the client.
fn obstacle(hop: &Hop) -> Option<Site> {
    let certain = hop.reply.obstacles.iter().find(|obstacle| obstacle.certain)?;
    Some(certain.cause.as_ref()?.marks.first()?.site)
}
