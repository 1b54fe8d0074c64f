//! Text that is packed by gzip, of which single bytes have no place.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// How many bytes all texts of one file come to, at most: as many as a ConfigMap or Secret may hold.
pub(crate) const MOST: usize = 1 << 20;

/// What bytes that are to be packed text are.
pub(crate) enum Unpacked {
    /// They are not packed.
    Plain(Vec<u8>),
    /// The text.
    Text(Vec<u8>),
    /// They are broken, or there is no room for the text.
    Not(&'static str),
}

/// Unpacks bytes, if gzip has packed them, into no more than `room`, which it takes the text's length from.
pub(crate) fn unpacked(bytes: Vec<u8>, room: &mut usize) -> Unpacked {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Unpacked::Plain(bytes);
    }
    let mut text = Vec::new();
    match MultiGzDecoder::new(bytes.as_slice()).take(*room as u64 + 1).read_to_end(&mut text) {
        Err(_) => Unpacked::Not("this begins like what gzip packs, and is not: it is not read"),
        Ok(_) if text.len() > *room => {
            *room = 0;
            Unpacked::Not("what gzip has packed in this file is more than 1 MiB: the rest is not read")
        }
        Ok(_) => {
            *room -= text.len();
            Unpacked::Text(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::{MOST, Unpacked, unpacked};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn there_is_room_for_so_much() {
        let mut room = MOST;
        let text = |unpacked| match unpacked {
            Unpacked::Text(text) => Ok(text.len()),
            Unpacked::Plain(_) => Err("plain"),
            Unpacked::Not(why) => Err(why),
        };
        assert_eq!(text(unpacked(packed(b"server {}"), &mut room)), Ok(9));
        assert_eq!(text(unpacked(b"server {}".to_vec(), &mut room)), Err("plain"));
        assert!(text(unpacked(packed(&vec![b' '; MOST]), &mut room)).is_err(), "the room is used up");
        assert_eq!(room, 0);
        let mut room = MOST;
        let half = packed(b"server {}");
        assert!(text(unpacked(half[..half.len() / 2].to_vec(), &mut room)).is_err(), "it is cut off");
    }
}
