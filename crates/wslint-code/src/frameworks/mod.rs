//! The frameworks: each file says what declares an endpoint in one of them, and reads it. A new one is a file here, its
//! name in the list below, and its cases in `cases/`.

mod actioncable;
mod actix;
mod aiohttp;
mod aspnet;
mod axum;
mod bun;
mod channels;
mod elysia;
mod express_ws;
mod fastapi;
mod fastify;
mod flask_sock;
mod go;
mod graphql_ws;
mod hono;
mod jakarta;
mod java;
mod ktor;
mod nestjs;
mod phoenix;
mod python_routers;
mod python_socketio;
mod quart;
mod rust;
mod signalr;
mod socket_io;
mod sockjs;
mod spring;
mod starlette;
mod tornado;
mod uwebsockets;
mod warp;
mod websockets_py;
mod ws;

use crate::framework::Framework;

/// All frameworks whose code is read. One that is not named here is dead code, which the compiler tells.
static ALL: &[&Framework] = &[
    &actioncable::FRAMEWORK,
    &actix::FRAMEWORK,
    &aiohttp::FRAMEWORK,
    &aspnet::FRAMEWORK,
    &axum::FRAMEWORK,
    &bun::FRAMEWORK,
    &channels::FRAMEWORK,
    &elysia::FRAMEWORK,
    &express_ws::FRAMEWORK,
    &fastapi::FRAMEWORK,
    &fastify::FRAMEWORK,
    &flask_sock::FRAMEWORK,
    &go::FRAMEWORK,
    &graphql_ws::FRAMEWORK,
    &hono::FRAMEWORK,
    &jakarta::FRAMEWORK,
    &ktor::FRAMEWORK,
    &nestjs::FRAMEWORK,
    &phoenix::FRAMEWORK,
    &python_socketio::FRAMEWORK,
    &quart::FRAMEWORK,
    &signalr::FRAMEWORK,
    &socket_io::FRAMEWORK,
    &sockjs::FRAMEWORK,
    &spring::FRAMEWORK,
    &starlette::FRAMEWORK,
    &tornado::FRAMEWORK,
    &uwebsockets::FRAMEWORK,
    &warp::FRAMEWORK,
    &websockets_py::FRAMEWORK,
    &ws::FRAMEWORK,
];

/// All frameworks whose code is read, in the order of their files.
#[must_use]
pub fn all() -> &'static [&'static Framework] {
    ALL
}

/// The server, by its file of `products/`, on which applications of a framework usually run that start none themselves.
#[must_use]
pub fn usual_server(framework: &str) -> Option<&'static str> {
    match framework {
        "channels" => Some("daphne"),
        "fastapi" | "starlette" => Some("uvicorn"),
        _ => None,
    }
}

/// Frameworks whose code is not read, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("Laravel Reverb and Laravel WebSockets", "a process of its own, which the command that starts it tells"),
    ("Ratchet, Workerman, Swoole", "a port of their own on which they take every path"),
    ("Litestar", "its handlers are handed to routers and controllers by their names, across files"),
    ("Vert.x", "its routers are handed on as values, and a handler of SockJS stands far from its path"),
    ("Rocket", "its routes are mounted in a call far from them"),
    ("Deno", "it compares paths by hand in one function"),
];
