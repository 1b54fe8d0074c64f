//! Counts what stands in bytes, many of them at a time.

/// Whether a byte is ASCII whitespace, without a condition that the processor has to foresee.
#[inline]
pub(crate) const fn is_whitespace(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\t') | (byte == b'\n') | (byte == b'\r') | (byte == b'\x0c')
}

/// How many bytes with the one behind them something holds of. It must not depend on conditions that the processor has to
/// foresee, so that it is asked of many at once.
pub(crate) fn count_pairs(bytes: &[u8], holds: impl Fn(u8, u8) -> bool) -> usize {
    // As many as a byte can count.
    const CHUNK: usize = u8::MAX as usize;
    let behind = bytes.get(1..).unwrap_or_default();
    let of_chunk = |(bytes, behind): (&[u8], &[u8])| {
        let pairs = bytes.iter().zip(behind).map(|(&byte, &next)| u8::from(holds(byte, next)));
        usize::from(pairs.sum::<u8>())
    };
    bytes.chunks(CHUNK).zip(behind.chunks(CHUNK)).map(of_chunk).sum()
}

#[cfg(test)]
mod tests {
    use super::{count_pairs, is_whitespace};

    #[test]
    fn each_pair_is_counted_once() {
        for length in [0, 1, 2, 254, 255, 256, 257, 511, 1_000] {
            let bytes = vec![b'a'; length];
            assert_eq!(count_pairs(&bytes, |byte, next| byte == next), length.saturating_sub(1));
        }
        assert!((0..=u8::MAX).all(|byte| is_whitespace(byte) == byte.is_ascii_whitespace()));
        assert_eq!(count_pairs(b"a b  c", |byte, next| (byte == b' ') & (next != b' ')), 2);
    }
}
