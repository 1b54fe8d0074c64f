//! The frameworks: each file says what declares an endpoint in one of them, and reads it. A new one is a file here, its
//! name in the list below, and its cases in `cases/`.

use crate::framework::Framework;

/// Makes the modules and the list of what they know.
macro_rules! frameworks {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        /// All frameworks whose code is read, in the order of their names.
        #[must_use]
        pub fn all() -> &'static [&'static Framework] {
            static ALL: &[&Framework] = &[$(&$name::FRAMEWORK),+];
            ALL
        }
    };
}

mod java;
mod python_routers;

frameworks! {
    actioncable,
    aspnet,
    channels,
    fastapi,
    nestjs,
    phoenix,
    python_socketio,
    signalr,
    socket_io,
    spring,
    ws,
}

/// Frameworks whose code is not read, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("Laravel Reverb and Laravel WebSockets", "a process of its own, which the command that starts it tells"),
    ("Ratchet, Workerman, Swoole", "a port of their own on which they take every path"),
];
