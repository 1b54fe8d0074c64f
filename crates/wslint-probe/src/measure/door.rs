//! The way to the service: addresses, connections, TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, Error as TlsError};
use wslint_wire::{Stream, Wire};

use super::trust::config;
use crate::plan::Plan;
use crate::seen::{Address, Reach, Tls};

/// A name with more addresses is not tried at all of them.
const MOST_ADDRESSES: usize = 4;

/// Where all connections go to: one address, so that what is seen is one server's doing.
pub(super) struct Door {
    address: SocketAddr,
    tls: Option<(ServerName<'static>, ClientConfig)>,
    patience: Duration,
}

/// What a connection offers in TLS.
#[derive(Clone, Copy)]
pub(super) enum Offer {
    /// HTTP/1.1 alone, as browsers do for a WebSocket.
    Http1,
    /// HTTP/2 alone.
    Http2,
    /// Both, as browsers do for pages.
    Both,
}

impl Offer {
    fn protocols(self) -> Vec<Vec<u8>> {
        let (one, two) = (b"http/1.1".to_vec(), b"h2".to_vec());
        match self {
            Self::Http1 => vec![one],
            Self::Http2 => vec![two],
            Self::Both => vec![two, one],
        }
    }
}

impl Door {
    /// Looks for the service. Without a door it cannot be reached, and [`Reach`] says why.
    pub(super) async fn find(plan: &Plan, watch: &dyn Fn(&str)) -> (Reach, Option<Self>) {
        let mut reach = Reach::default();
        let at = plan.connect.clone().unwrap_or_else(|| format!("{}:{}", plan.host, plan.port));
        watch("resolving the name");
        let found = match timeout(plan.patience, lookup_host(&at)).await {
            Ok(Ok(found)) => found.take(MOST_ADDRESSES).collect::<Vec<_>>(),
            Ok(Err(error)) => {
                reach.unresolved = Some(error.to_string());
                return (reach, None);
            }
            Err(_) => {
                reach.unresolved =
                    Some(format!("no name server answered within {} s", plan.patience.as_secs_f64()));
                return (reach, None);
            }
        };
        watch("connecting");
        for address in found {
            let started = Instant::now();
            let connected = match timeout(plan.patience, TcpStream::connect(address)).await {
                Ok(Ok(_)) => Ok(started.elapsed()),
                Ok(Err(error)) => Err(words(&error)),
                Err(_) => Err(format!("no answer within {} s", plan.patience.as_secs_f64())),
            };
            reach.addresses.push(Address { address, connected });
        }
        let Some(first) = reach.addresses.iter().find(|address| address.connected.is_ok()) else {
            return (reach, None);
        };
        let mut door = Self { address: first.address, tls: None, patience: plan.patience };
        if !plan.tls {
            return (reach, Some(door));
        }
        watch("opening TLS");
        let host = plan.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|error| error.to_string());
        match name.and_then(|name| Ok((name, config(&plan.trust)?))) {
            Ok(tls) => door.tls = Some(tls),
            Err(reason) => {
                reach.unprepared = Some(reason);
                return (reach, None);
            }
        }
        let spoken = door.spoken().await;
        reach.tls = Some(match spoken {
            Ok(tls) => Ok(tls),
            Err(error) => {
                let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
                reach.untrusted = matches!(tls, Some(TlsError::InvalidCertificate(_)));
                reach.not_tls = matches!(tls, Some(TlsError::InvalidMessage(_)));
                Err(words(&error))
            }
        });
        let works = matches!(reach.tls, Some(Ok(_)));
        (reach, works.then_some(door))
    }

    /// What is spoken where both versions of HTTP are offered.
    async fn spoken(&self) -> io::Result<Tls> {
        let connecting = async {
            let stream = TcpStream::connect(self.address).await?;
            match &self.tls {
                Some((name, config)) => connector(config, Offer::Both).connect(name.clone(), stream).await,
                None => Err(io::ErrorKind::Unsupported.into()),
            }
        };
        let stream = timeout(self.patience, connecting).await.map_err(|_| late(self.patience))??;
        let session = stream.get_ref().1;
        let version = session.protocol_version().and_then(|version| version.as_str());
        let alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        Ok(Tls { version: version.unwrap_or("TLS").replace('_', "."), alpn })
    }

    /// A new connection.
    pub(super) async fn open(&self, offer: Offer) -> io::Result<Wire> {
        Ok(Wire::new(self.stream(offer).await?))
    }

    /// A new connection as a stream of bytes.
    pub(super) async fn stream(&self, offer: Offer) -> io::Result<Stream> {
        let deadline = Instant::now() + self.patience;
        let connecting = async {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            Ok(match &self.tls {
                None => Box::new(stream) as Stream,
                Some((name, config)) => {
                    Box::new(connector(config, offer).connect(name.clone(), stream).await?)
                }
            })
        };
        timeout_at(deadline, connecting).await.map_err(|_| late(self.patience))?
    }

    /// How long each step may take.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }
}

fn connector(config: &ClientConfig, offer: Offer) -> TlsConnector {
    let mut config = config.clone();
    config.alpn_protocols = offer.protocols();
    TlsConnector::from(Arc::new(config))
}

fn late(patience: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", patience.as_secs_f64()))
}

/// What went wrong, without the number of the system's error.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}
