//! The frameworks: each file says what declares an endpoint in one of them, and reads it. A new one is a file here, its
//! name in the list below, and its cases in `cases/`.

mod actioncable;
mod aiohttp;
mod aspnet;
mod channels;
mod fastapi;
mod flask_sock;
mod java;
mod nestjs;
mod phoenix;
mod python_routers;
mod python_socketio;
mod quart;
mod signalr;
mod socket_io;
mod spring;
mod starlette;
mod tornado;
mod websockets_py;
mod ws;

use crate::framework::Framework;

/// All frameworks whose code is read. One that is not named here is dead code, which the compiler tells.
static ALL: &[&Framework] = &[
    &actioncable::FRAMEWORK,
    &aiohttp::FRAMEWORK,
    &aspnet::FRAMEWORK,
    &channels::FRAMEWORK,
    &fastapi::FRAMEWORK,
    &flask_sock::FRAMEWORK,
    &nestjs::FRAMEWORK,
    &phoenix::FRAMEWORK,
    &python_socketio::FRAMEWORK,
    &quart::FRAMEWORK,
    &signalr::FRAMEWORK,
    &socket_io::FRAMEWORK,
    &spring::FRAMEWORK,
    &starlette::FRAMEWORK,
    &tornado::FRAMEWORK,
    &websockets_py::FRAMEWORK,
    &ws::FRAMEWORK,
];

/// All frameworks whose code is read, in the order of their files.
#[must_use]
pub fn all() -> &'static [&'static Framework] {
    ALL
}

/// Frameworks whose code is not read, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("Laravel Reverb and Laravel WebSockets", "a process of its own, which the command that starts it tells"),
    ("Ratchet, Workerman, Swoole", "a port of their own on which they take every path"),
];
