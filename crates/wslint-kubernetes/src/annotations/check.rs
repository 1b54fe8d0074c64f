//! Whether a controller takes a value.

use super::known::{Holds, Known};
use crate::controller::Controller;

/// Why a controller does not take a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What the value is not: `no whole number`.
    pub is: String,
    /// Whether the object is refused for it.
    pub rejects: bool,
}

impl Known {
    /// What is wrong with a value, if anything is.
    pub fn fault(&self, controller: Controller, value: &str) -> Option<Fault> {
        let is = match self.holds {
            Holds::Text => return None,
            Holds::Number if value.parse::<i64>().is_ok() => return None,
            Holds::Number => "no whole number".to_owned(),
            Holds::Flag if is_flag(value) => return None,
            Holds::Flag => "neither `true` nor `false`".to_owned(),
            Holds::Time if milliseconds(controller, value).is_some() => return None,
            Holds::Time => match controller {
                Controller::HaproxyIngress => "no number with a unit such as `s` or `h`".to_owned(),
                _ => "no time as the controller reads it".to_owned(),
            },
            Holds::Word(words) if words.iter().any(|word| word.eq_ignore_ascii_case(value)) => return None,
            Holds::Word([word]) => format!("not `{word}`"),
            Holds::Word(words) => format!("none of {}", words.join(", ")),
        };
        Some(Fault { is, rejects: self.rejects })
    }
}

fn is_flag(value: &str) -> bool {
    ["true", "false", "1", "0", "t", "f"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A time as a controller reads it, in milliseconds: without a unit seconds for nginx, milliseconds for HAProxy
/// Technologies and OpenShift, and nothing for HAProxy Ingress.
pub fn milliseconds(controller: Controller, value: &str) -> Option<u64> {
    let value = value.trim();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = value.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let of = |unit: &str| match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let factor = match (controller, unit) {
        (Controller::IngressNginx, "") => 1_000,
        (Controller::IngressNginx, _) => return None,
        (Controller::NginxIngress | Controller::GatewayFabric, "") => 1_000,
        (Controller::NginxIngress | Controller::GatewayFabric, "w") => 604_800_000,
        (Controller::NginxIngress | Controller::GatewayFabric, "M") => 2_592_000_000,
        (Controller::NginxIngress | Controller::GatewayFabric, "y") => 31_536_000_000,
        (Controller::NginxIngress | Controller::GatewayFabric, unit) => match of(unit) {
            Some(factor) => factor,
            // Several parts, as nginx takes them: `1h30m`, `1h 30m`.
            None => return several(controller, value),
        },
        (Controller::HaproxyIngress, "") => return None,
        (Controller::Openshift, _) if number == 0 || value.starts_with('0') => return None,
        (_, "us") => return Some(number / 1_000),
        (_, "") => 1,
        (_, unit) => of(unit)?,
    };
    number.checked_mul(factor)
}

/// The sum of the parts of a time of nginx.
fn several(controller: Controller, value: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut rest = value;
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        if digits == 0 || letters == 0 || letters > 2 || parts > 6 {
            return None;
        }
        let (part, behind) = rest.split_at(digits + letters);
        let unit = &part[digits..];
        if !matches!(unit, "ms" | "s" | "m" | "h" | "d" | "w" | "M" | "y") {
            return None;
        }
        total = total.checked_add(milliseconds(controller, part)?)?;
        rest = behind.trim_start();
        parts += 1;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;
    use crate::controller::Controller::{HaproxyIngress, Haproxytech, IngressNginx, NginxIngress, Openshift};

    #[test]
    fn each_controller_reads_times_its_own_way() {
        for (controller, value, time) in [
            (IngressNginx, "3600", Some(3_600_000)),
            (IngressNginx, "3600s", None),
            (IngressNginx, "3600.0", None),
            (NginxIngress, "3600", Some(3_600_000)),
            (NginxIngress, "1h30m", Some(5_400_000)),
            (NginxIngress, "1 hour", None),
            (NginxIngress, "1hour", None),
            (Haproxytech, "3600", Some(3_600)),
            (Haproxytech, "1h", Some(3_600_000)),
            (HaproxyIngress, "3600", None),
            (HaproxyIngress, "1h", Some(3_600_000)),
            (Openshift, "1h30m", None),
            (Openshift, "0", None),
            (Openshift, "5000", Some(5_000)),
            (Openshift, "infinity", None),
            (Haproxytech, "99999999999999999999h", None),
        ] {
            assert_eq!(milliseconds(controller, value), time, "{} {value}", controller.name());
        }
    }
}
