//! Which server of an upstream a first request goes to, where the config and the request determine it.

use crate::variables::evaluate::evaluate;
use std::net::IpAddr;

use crc32fast::Hasher;

use crate::config::upstream::{Member, Method, Pool};
use crate::model::Model;
use crate::variables::state::State;
use wslint_model::{Known, Version};

/// From this version on an empty key of `hash` leaves the choice to round robin.
const EMPTY_KEY_TAKES_TURNS: Version = Version(1, 17, 1);
/// Servers that a key may lead to before round robin takes over.
const MOST_TRIES: usize = 20;
/// Points of a server with weight 1 on the ring of `hash … consistent`.
const POINTS: u64 = 160;
/// A ring of more weight than this is not drawn.
const HEAVIEST_RING: u64 = 10_000;

/// The server of `pool` that a request goes to; without a request, as in `stream {}`, no key is known.
pub(crate) fn pick(model: &Model<'_>, pool: &Pool, state: Option<&State>) -> Known<Option<String>> {
    if pool.open {
        return Known::Unknown;
    }
    match (pool.active.as_slice(), &pool.method) {
        ([], _) => next_in_turn(pool),
        ([only], _) => found(only),
        (_, Method::RoundRobin | Method::LeastConn | Method::Sticky) => next_in_turn(pool),
        (_, Method::Hash { key, consistent }) => {
            let key = match state {
                Some(state) => evaluate(model, key, state),
                None if key.contains('$') => Known::Unknown,
                None => Known::Known(key.clone()),
            };
            match key {
                Known::Known(key) if key.is_empty() && model.version() >= EMPTY_KEY_TAKES_TURNS => {
                    next_in_turn(pool)
                }
                Known::Known(key) => by_key(pool, key.as_bytes(), *consistent),
                Known::Unknown => Known::Unknown,
            }
        }
        (_, Method::IpHash) => match state.and_then(|state| state.client) {
            Some(client) => by_address(pool, client),
            None => Known::Unknown,
        },
        _ => Known::Unknown,
    }
}

fn found(address: &Known<String>) -> Known<Option<String>> {
    match address {
        Known::Known(address) => Known::Known(Some(address.clone())),
        Known::Unknown => Known::Unknown,
    }
}

/// Servers take turns, so that which one a request gets is not known of several. Backups do where nothing else is in use.
fn next_in_turn(pool: &Pool) -> Known<Option<String>> {
    // nginx loads no upstream without a server: one that looks so is filled by something that is not at hand.
    if pool.members.is_empty() {
        return Known::Unknown;
    }
    let usable = |member: &&Member| !member.down && member.backup == pool.active.is_empty();
    let mut addresses = pool.members.iter().filter(usable).map(|member| &member.address);
    match addresses.next() {
        None => Known::Known(None),
        Some(first) if addresses.all(|other| other == first) => found(first),
        Some(_) => Known::Unknown,
    }
}

/// The servers that are no backups. A name may stand for several addresses, each of which counts: then it is `None`.
fn counted(pool: &Pool) -> Option<Vec<(&Member, &str)>> {
    let members = pool.members.iter().filter(|member| !member.backup);
    members.map(|member| Some((member, member.literal_address()?))).collect()
}

/// The server that a key leads to: as Cache::Memcached does it, or on a ring.
fn by_key(pool: &Pool, key: &[u8], consistent: bool) -> Known<Option<String>> {
    let Some(members) = counted(pool) else { return Known::Unknown };
    if consistent && members.iter().map(|(member, _)| member.weight).sum::<u64>() > HEAVIEST_RING {
        return Known::Unknown;
    }
    let picked = if consistent {
        on_ring(&members, key)
    } else {
        by_remainder(&members, 0, |sum, attempt| {
            let again = if attempt == 0 { String::new() } else { attempt.to_string() };
            sum + u64::from((crc32(&[again.as_bytes(), key]) >> 16) & 0x7fff)
        })
    };
    picked.map_or_else(|| next_in_turn(pool), |address| Known::Known(Some(address.to_owned())))
}

/// The server that `ip_hash` chooses: the last byte of an IPv4 address does not count.
fn by_address(pool: &Pool, client: IpAddr) -> Known<Option<String>> {
    let Some(members) = counted(pool) else { return Known::Unknown };
    let bytes = match client {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let picked = by_remainder(&members, 89, |hash, _| {
        bytes.iter().fold(hash, |hash, byte| (hash * 113 + u64::from(*byte)) % 6271)
    });
    picked.map_or_else(|| next_in_turn(pool), |address| Known::Known(Some(address.to_owned())))
}

/// The server at a hash modulo the weights; one that is down is passed over with the next hash.
fn by_remainder<'p>(
    members: &[(&Member, &'p str)],
    start: u64,
    next: impl Fn(u64, usize) -> u64,
) -> Option<&'p str> {
    let total: u64 = members.iter().map(|(member, _)| member.weight).sum();
    let mut hash = start;
    (0..=MOST_TRIES).find_map(|attempt| {
        hash = next(hash, attempt);
        let mut rest = hash.checked_rem(total)?;
        let (member, address) = members.iter().find(|(member, _)| {
            let here = rest < member.weight;
            rest = rest.saturating_sub(member.weight);
            here
        })?;
        (!member.down).then_some(*address)
    })
}

/// The next point on a ring of Ketama points, those of servers that are down left out.
fn on_ring<'p>(members: &[(&Member, &'p str)], key: &[u8]) -> Option<&'p str> {
    let mut ring: Vec<(u32, usize)> = Vec::new();
    for (number, (member, address)) in members.iter().enumerate() {
        let (host, port) = match (address.strip_prefix("unix:"), address.rsplit_once(':')) {
            (Some(path), _) => (path, ""),
            (None, Some((host, port))) => (host, if member.port_given { port } else { "" }),
            (None, None) => (*address, ""),
        };
        let mut previous = [0_u8; 4];
        for _ in 0..member.weight.saturating_mul(POINTS) {
            let point = crc32(&[host.as_bytes(), &[0], port.as_bytes(), &previous]);
            ring.push((point, number));
            previous = point.to_le_bytes();
        }
    }
    ring.sort_by_key(|(point, _)| *point);
    ring.dedup_by_key(|(point, _)| *point);
    let start = ring.partition_point(|(point, _)| *point < crc32(&[key]));
    let mut onwards = ring[start..].iter().chain(&ring[..start]).map(|(_, number)| members[*number]);
    onwards.find(|(member, _)| !member.down).map(|(_, address)| address)
}

/// The CRC-32 of parts that follow each other.
fn crc32(parts: &[&[u8]]) -> u32 {
    let mut hasher = Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize()
}
