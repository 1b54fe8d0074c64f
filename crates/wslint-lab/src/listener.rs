//! Whether a proxy listens already.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, SocketAddrV4};

use tokio::net::TcpSocket;

/// Whether somebody listens at this very address, found out without a connection that a proxy would count or log. A port can
/// be bound a second time as long as nobody listens on it, since both set SO_REUSEADDR. A listener at all addresses, such as
/// that of a passing `nginx -t`, makes that impossible too, so that on Linux the list of sockets decides.
pub(crate) fn is_listened_at(address: SocketAddr) -> bool {
    let is_taken = || {
        TcpSocket::new_v4()
            .is_ok_and(|socket| socket.set_reuseaddr(true).is_ok() && socket.bind(address).is_err())
    };
    is_taken()
        && match (address, File::open("/proc/net/tcp")) {
            (SocketAddr::V4(address), Ok(sockets)) => is_listed(sockets, address),
            _ => true,
        }
}

/// Whether one of these sockets listens at this very address (proc(5), `/proc/net/tcp`). Those that listen come first. Each is
/// asked for by itself: the kernel takes long to find all others.
fn is_listed(sockets: impl Read, address: SocketAddrV4) -> bool {
    const LINE: usize = 150;
    const LISTENS: &str = "0A";
    let own = format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port());
    let lines = BufReader::with_capacity(LINE, sockets).lines().skip(1).map_while(Result::ok);
    lines
        .map(|line| line.split_whitespace().skip(1).take(3).map(str::to_owned).collect::<Vec<_>>())
        .take_while(|words| words.last().is_some_and(|state| state == LISTENS))
        .any(|words| words.first() == Some(&own))
}
