//! A name server that knows the upstreams' names of one run, for configurations in which nginx resolves names per
//! request (`proxy_pass http://$backend` with a `resolver`). It answers what nginx asks, A and AAAA, and nothing else
//! of RFC 1035.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use crate::Error;
use crate::error::Doing;

/// The name server while it runs; dropping it ends it.
pub(crate) struct Resolver {
    /// Where it answers.
    pub(crate) address: SocketAddr,
    _task: JoinSet<()>,
}

impl Resolver {
    /// Starts a name server for `names`, which are in lower case.
    pub(crate) async fn start(names: HashMap<String, Ipv4Addr>) -> Result<Self, Error> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.doing("starting a name server")?;
        let address = socket.local_addr().doing("starting a name server")?;
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                if let Some(answer) = answer(&query[..length], &names) {
                    // A proxy that has ended needs no answer.
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Ok(Self { address, _task: task })
    }
}

/// A loopback address that no other run has, so that a name can have its port for itself.
pub(crate) fn own_address() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    let part = |value: u32| (value % 254 + 1) as u8;
    // Processes that run at the same time have numbers that differ in one of the two.
    Ipv4Addr::new(127, part(process), part(process / 254 * 7 + number / 254), part(number))
}

const HEADER: usize = 12;
const A: u16 = 1;
const NAME_ERROR: u8 = 3;

/// The answer to a query with one question; none to anything else.
fn answer(query: &[u8], names: &HashMap<String, Ipv4Addr>) -> Option<Vec<u8>> {
    let mut labels = Vec::new();
    let mut at = HEADER;
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
    let question = query.get(HEADER..at + 4)?;
    let address = names.get(&labels.join("."));
    let found = address.filter(|_| kind == A);
    let code = if address.is_some() { 0 } else { NAME_ERROR };
    let mut answer = query.get(..2)?.to_vec();
    // A response with recursion available; one question, as many answers as were found.
    answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(found.is_some()), 0, 0, 0, 0]);
    answer.extend_from_slice(question);
    if let Some(address) = found {
        // The name by reference to the question, class IN, a minute to live, four bytes.
        answer.extend([0xc0, HEADER as u8, 0, A as u8, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(address.octets());
    }
    Some(answer)
}
