//! The clients in front of the proxy. Each opens its connections one after the other, holds them all at once, and
//! then tries them again.

mod attempt;
mod front;
mod held;
mod polling;
mod request;
mod socket;
mod socketio;
mod websocket;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesOrdered;
use rustix::process::Signal;

use self::attempt::{Attempt, Kept, in_time};
pub(crate) use self::front::{Entrance, Front};
use self::held::Held;
use crate::error::Doing;
use crate::{Arrived, Ask, Client, Error, Hold, Kind, Observation};

/// What a client has opened.
pub(crate) struct Begun<'client> {
    client: &'client Client,
    /// How many requests had arrived before.
    before: usize,
    attempts: Vec<Attempt>,
    kept: Vec<Option<Kept>>,
}

impl Front<'_> {
    /// Does all that `client` asks and says what happened.
    pub(crate) async fn observe(&self, client: &Client) -> Result<Observation, Error> {
        let mut begun = self.begin(client).await?;
        if client.reload {
            self.reload(client)?;
        }
        let held = self.keep(&mut begun).await?;
        if let Some(process) = &self.socketio {
            process.catch_up().await?;
        }
        let arrived = self.recorder.since(begun.before);
        Ok(self.observation(begun, &held, arrived))
    }

    /// Does what the clients ask, one after the other, and holds the connections of all of them at the same time.
    pub(crate) async fn observe_together(&self, clients: &[Client]) -> Result<Vec<Observation>, Error> {
        let mut running = FuturesOrdered::new();
        let mut observations = Vec::new();
        for client in clients {
            let opening = self.begin(client);
            tokio::pin!(opening);
            let mut begun = loop {
                // Those that are held are looked after meanwhile, so that the time of their cut is seen.
                tokio::select! {
                    begun = &mut opening => break begun?,
                    Some(done) = running.next() => observations.push(done),
                }
            };
            let arrived = self.recorder.since(begun.before);
            running.push_back(async move {
                let held = self.keep(&mut begun).await?;
                Ok(self.observation(begun, &held, arrived))
            });
        }
        while let Some(done) = running.next().await {
            observations.push(done);
        }
        observations.into_iter().collect()
    }

    /// Opens the connections of a client.
    async fn begin<'client>(&self, client: &'client Client) -> Result<Begun<'client>, Error> {
        let before = self.recorder.count();
        let entrance = &self.entrance(client)?;
        self.recorder.serve(&client.serves);
        let mut attempts = match &client.ask {
            Ask::WebSocket { browser, subprotocol, ping } => {
                let mut attempts = Vec::with_capacity(client.count);
                for _ in 0..client.count {
                    let open =
                        websocket::open(self, client, entrance, *browser, subprotocol.as_deref(), *ping);
                    attempts.push(in_time(open).await);
                }
                attempts
            }
            Ask::SocketIo { transports, cookies } => {
                let mut attempts = Vec::new();
                for _ in 0..client.count {
                    attempts.push(socketio::open(self, client, entrance, *transports, *cookies).await?);
                }
                attempts
            }
            Ask::Polling { messages, upgrades } => {
                let mut attempts = Vec::new();
                for _ in 0..client.count {
                    attempts
                        .push(in_time(polling::session(self, client, entrance, *messages, *upgrades)).await);
                }
                attempts
            }
            Ask::Http { .. } | Ask::Cors { .. } | Ask::Events => request::all(self, client, entrance).await,
        };
        let kept = attempts.iter_mut().map(|attempt| attempt.kept.take()).collect();
        Ok(Begun { client, before, attempts, kept })
    }

    /// Holds the connections of a client, each as long as it asks.
    async fn keep(&self, begun: &mut Begun<'_>) -> Result<Vec<Option<Held>>, Error> {
        let hold = begun.client.hold.map(|hold| match hold {
            Hold::For(time) => self.clock.taken(time),
            Hold::UntilCut(time) => self.clock.patience(time),
        });
        let held = join_all(begun.kept.drain(..).map(|kept| self.hold(kept, hold))).await;
        held.into_iter().collect()
    }

    /// Holds one connection, if there is a hold, and closes it.
    async fn hold(&self, kept: Option<Kept>, hold: Option<Duration>) -> Result<Option<Held>, Error> {
        match kept {
            None => Ok(None),
            Some(Kept::WebSocket(socket)) => match hold {
                None => {
                    socket.close().await;
                    Ok(None)
                }
                Some(hold) => Ok(Some(socket.hold(hold).await)),
            },
            Some(Kept::SocketIo(id)) => socketio::hold(self, id, hold).await,
        }
    }

    fn reload(&self, client: &Client) -> Result<(), Error> {
        let signal = match self.kinds[client.proxy] {
            Kind::Nginx => Signal::HUP,
            Kind::Haproxy => Signal::USR1,
        };
        match &self.proxies[client.proxy] {
            Some(proxy) => proxy.signal(signal).doing("reloading the proxy"),
            None => Ok(()),
        }
    }

    fn observation(&self, begun: Begun<'_>, held: &[Option<Held>], arrived: Vec<Arrived>) -> Observation {
        let Begun { client, before, attempts, .. } = begun;
        let still_good = |held: &Option<Held>| held.as_ref().is_none_or(|held| held.alive);
        let succeeded = attempts
            .iter()
            .zip(held)
            .filter(|(attempt, held)| attempt.error.is_none() && still_good(held))
            .count();
        let error = attempts.iter().find_map(|attempt| attempt.error.clone());
        let lost = || held.iter().flatten().find_map(|held| held.error.clone());
        let mut observation = Observation {
            ok: succeeded == client.count,
            attempts: client.count,
            succeeded,
            upgraded: attempts.iter().filter(|one| one.transport.as_deref() == Some("websocket")).count(),
            kept_from_upgrade: attempts.iter().find_map(|attempt| attempt.kept_from_upgrade.clone()),
            statuses: attempts.iter().map(|attempt| attempt.status).collect(),
            connected: attempts.first().is_some_and(|attempt| attempt.error.is_none()),
            alive: held.iter().flatten().map(|held| held.alive).reduce(|all, one| all && one),
            cut_after: held.iter().flatten().find_map(|held| held.cut_after).map(|cut| self.clock.told(cut)),
            error: error.or_else(lost),
            arrived: self.own(arrived, before),
            ..Observation::default()
        };
        if let Some(first) = attempts.into_iter().next() {
            observation.status = first.status;
            observation.headers = first.headers;
            observation.transport = first.transport;
            observation.streamed = first.streamed;
        }
        observation
    }

    /// Of what has arrived since the first `before` requests, what this client is the cause of.
    fn own(&self, mut arrived: Vec<Arrived>, before: usize) -> Vec<Arrived> {
        // HAProxy's health checks name no `User-Agent`, and every client of the lab does; if none of the requests
        // has one, the configuration takes it away, and then nothing tells them apart.
        let has_agent = |arrived: &Arrived| arrived.header("User-Agent").is_some();
        if self.kinds.contains(&Kind::Haproxy) && arrived.iter().any(has_agent) {
            arrived.retain(has_agent);
        }
        // The last words of a Socket.IO client that polls come after it has left.
        let earlier = self.recorder.since(0);
        let sessions: HashSet<&str> = earlier[..before].iter().filter_map(session).collect();
        arrived.retain(|arrived| session(arrived).is_none_or(|session| !sessions.contains(session)));
        arrived
    }

    fn entrance(&self, client: &Client) -> Result<Entrance, Error> {
        let mut entrances = self.entrances.iter().filter(|entrance| entrance.proxy == client.proxy);
        let found = match &client.listen {
            Some(wanted) => entrances.clone().find(|entrance| same_address(&entrance.written, wanted)),
            None => entrances.clone().find(|entrance| !entrance.tls).or(entrances.next()),
        };
        let spoken =
            |entrance: &Entrance| Entrance { tls: client.tls.unwrap_or(entrance.tls), ..entrance.clone() };
        found.map(spoken).ok_or_else(|| {
            let own = self.entrances.iter().filter(|entrance| entrance.proxy == client.proxy);
            let all: Vec<&str> = own.map(|entrance| entrance.written.as_str()).collect();
            let wanted = client.listen.as_deref().unwrap_or("any address");
            Error::BadSetup(format!(
                "the configuration does not listen on {wanted}; it has: {}",
                all.join(", ")
            ))
        })
    }
}

/// The Engine.IO session that a request belongs to.
fn session(arrived: &Arrived) -> Option<&str> {
    let (_, query) = arrived.uri.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("sid="))
}

/// Whether two spellings are one listening address: `80`, `:80`, `*:80` and `0.0.0.0:80` are.
fn same_address(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let address =
            address.strip_prefix("0.0.0.0:").or_else(|| address.strip_prefix("*:")).unwrap_or(address);
        address.strip_prefix(':').unwrap_or(address).to_owned()
    };
    plain(one) == plain(other)
}
