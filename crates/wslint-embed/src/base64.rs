//! Text that is written in base64 or as an address, of which single bytes have no place.

use ::base64::Engine as _;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes that a `data:` address holds (RFC 2397).
pub(crate) fn of_address(text: &str) -> Option<Vec<u8>> {
    let (kind, data) = text.strip_prefix("data:")?.split_once(',')?;
    let data: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    match kind.ends_with(";base64") {
        true => decode(std::str::from_utf8(&data).ok()?),
        false => Some(data),
    }
}

/// The bytes that a text stands for, if it is base64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    ENGINE.decode(packed).ok()
}
