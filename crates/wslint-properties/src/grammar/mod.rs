//! Texts that look like configuration, made of choices: random directives of those that the proxies know, nested as they
//! may be, with values that fit often and now and then something that nobody means well.
//!
//! A choice is one byte, so that what makes random bytes makes random texts, and fewer or smaller bytes make shorter and
//! plainer ones.

mod choices;
mod haproxy;
mod nginx;
mod rule;
mod settings;

pub use choices::Choices;
pub use haproxy::haproxy;
pub use nginx::nginx;
pub use rule::rule;
pub use settings::settings;
