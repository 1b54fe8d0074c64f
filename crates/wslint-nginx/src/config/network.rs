//! Ranges of addresses, as `allow`, `deny`, `geo` and `set_real_ip_from` write them.

use std::net::IpAddr;

/// A range of addresses as `allow`, `deny` and `geo` write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    /// How many bits count.
    pub(crate) bits: u8,
}

impl Network {
    /// Reads an address, alone or with a prefix length.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        Some(Self { address, bits: bits.unwrap_or(all) }).filter(|network| network.bits <= all)
    }

    /// Whether an address lies in it.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        let (own, other, all) = match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        let differing: u128 = own ^ other;
        differing.checked_shr(u32::from(all - self.bits)).unwrap_or(0) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_hold_addresses() {
        let check = |network: &str, address: &str, expected: bool| {
            let network = Network::read(network).unwrap();
            assert_eq!(network.holds(address.parse().unwrap()), expected, "{network:?} {address}");
        };
        check("127.0.0.1", "127.0.0.1", true);
        check("10.0.0.0/8", "10.1.2.3", true);
        check("10.0.0.0/8", "11.1.2.3", false);
        check("0.0.0.0/0", "203.0.113.1", true);
        check("::/0", "::1", true);
        check("::1", "127.0.0.1", false);
        assert_eq!(Network::read("10.0.0.0/33"), None);
        assert_eq!(Network::read("unix:"), None);
    }
}
