//! The flags of `wslint probe`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::options::{ConfigOptions, TerminalOptions};
use super::values::Header;

/// `wslint probe URL [PATH…]`
#[derive(Debug, Args)]
pub(crate) struct ProbeArgs {
    /// The service: `wss://host[:port]/path`, or ws://; https:// and http:// mean the same
    #[arg(value_name = "URL")]
    pub(crate) url: String,

    /// Files and folders of the configuration that the service is said to run; what is seen is held against it
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Hold connections so long to see whether silence cuts them: `2m`, `90s`
    #[arg(long, value_name = "TIME", value_parser = time, env = "WSLINT_HOLD", hide_env = true)]
    pub(crate) hold: Option<Duration>,

    /// The page that asks, where it is of another origin than the service: `https://app.example.com`
    #[arg(long, value_name = "ORIGIN", value_parser = origin, env = "WSLINT_ORIGIN", hide_env = true)]
    pub(crate) origin: Option<String>,

    /// A header in place of the one that a browser would send, such as a cookie; without a value, that header is left out.
    /// Values are not printed
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<Header>,

    /// Connect to this address in place of the URL's: one server behind a balancer, or one that the name does not lead to yet
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address, env = "WSLINT_CONNECT", hide_env = true)]
    pub(crate) connect: Option<String>,

    /// The path is that of a Socket.IO server, where neither its name nor its answer tells
    #[arg(long, env = "WSLINT_SOCKETIO", hide_env = true)]
    pub(crate) socketio: bool,

    /// Trust the certificate authorities of this PEM file, and no others
    #[arg(long, value_name = "FILE", conflicts_with = "insecure", env = "WSLINT_CA", hide_env = true)]
    pub(crate) ca: Option<PathBuf>,

    /// Accept any certificate
    #[arg(long)]
    pub(crate) insecure: bool,

    /// How long each step may take
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s", env = "WSLINT_TIMEOUT", hide_env = true)]
    pub(crate) timeout: Duration,

    /// With a PATH: the address that requests arrive at in the configuration, where it is not the URL's
    #[arg(long, value_name = "ADDRESS:PORT", requires = "paths")]
    pub(crate) listen: Option<String>,

    /// How the report is printed
    #[arg(long, value_enum, default_value_t = ProbeFormat::Full)]
    pub(crate) format: ProbeFormat,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// How the report of a probe is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeFormat {
    /// For people
    Full,
    /// One JSON document
    Json,
    /// For a ticket or a chat
    Markdown,
}

/// A time of more than nothing and at most a day.
fn time(text: &str) -> Result<Duration, String> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    match humantime::parse_duration(text) {
        Ok(time) if !time.is_zero() && time <= DAY => Ok(time),
        _ => Err("write it as 90s, 2m or 1h, up to a day".to_owned()),
    }
}

fn origin(text: &str) -> Result<String, String> {
    let bare = text.strip_suffix('/').unwrap_or(text);
    let whole = bare.split_once("://").is_some_and(|(scheme, host)| {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\"<>`".contains(&byte);
        !scheme.is_empty()
            && !host.is_empty()
            && bare.bytes().all(|byte| plain(byte) || byte == b'/')
            && host.bytes().all(plain)
    });
    if whole || text == "null" {
        Ok(bare.to_owned())
    } else {
        Err("write it as https://app.example.com, without a path".to_owned())
    }
}

fn address(text: &str) -> Result<String, String> {
    let port = text.rsplit_once(':').filter(|(host, _)| {
        let bracketed = !host.contains(':') || (host.starts_with('[') && host.ends_with(']'));
        !host.is_empty() && bracketed && !host.contains(char::is_whitespace)
    });
    match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write it as 192.0.2.7:443, [2001:db8::7]:443 or host:443".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, origin, time};

    #[test]
    fn values_are_checked_when_they_are_read() {
        for (text, right) in
            [("90s", true), ("2m", true), ("1h 30m", true), ("0s", false), ("2", false), ("8d", false)]
        {
            assert_eq!(time(text).is_ok(), right, "{text}");
        }
        for (text, right) in [
            ("https://app.example.com", true),
            ("https://app.example.com:8443/", true),
            ("null", true),
            ("app.example.com", false),
            ("https://app.example.com/path", false),
            ("https://app.example.com\r\nX: y", false),
        ] {
            assert_eq!(origin(text).is_ok(), right, "{text}");
        }
        for (text, right) in [
            ("192.0.2.7:443", true),
            ("[::1]:80", true),
            ("::1:80", false),
            ("host", false),
            ("host:99999", false),
        ] {
            assert_eq!(address(text).is_ok(), right, "{text}");
        }
    }
}
