//! Files that somebody made to be slow or to break a reader: whatever is said a million times, it is read to its end.

use wslint_code::{File, read};

/// The bytes of one flood in one of all languages.
const SIZE: usize = 1 << 14;

/// The bytes of a flood of one sign.
const DEEP: usize = 1 << 20;

/// Names of files in all languages.
const NAMES: [&str; 11] =
    ["a.ts", "a.js", "a.py", "a.rb", "a.cs", "a.java", "a.kt", "a.go", "a.rs", "a.ex", "application.yml"];

/// What every framework looks for, so that its reader is entered.
const BEFORE: &str = r#"
import { Server, WebSocketServer } from 'socket.io'; import ws, { Server as S } from 'ws'; require('@nestjs/websockets')
from fastapi import FastAPI
import socketio, flask_socketio
use Phoenix.Endpoint
from flask_sock import Sock; import websockets, aiohttp, tornado
import express from 'express-ws'; require('@fastify/websocket'); require('fastify'); require('hono'); require('elysia')
require('sockjs'); require('uWebSockets.js'); require('graphql-ws')
use axum::WebSocketUpgrade; use actix_ws; io.ktor
import "github.com/gorilla/websocket"
StompEndpointRegistry WebSocketHandlerRegistry
"#;

/// Pieces that open, nest, repeat or never end.
const UNITS: &[&str] = &[
    "(",
    ")",
    "[",
    "{",
    "}",
    "<",
    "\"",
    "'",
    "`",
    "\\",
    "\\\"",
    "/",
    "//",
    "/*",
    "*/",
    "#",
    "#{",
    "${",
    "`${",
    "\"#{",
    "$\"{",
    "@\"",
    "\"\"\"",
    "'''",
    "r#\"",
    "r#",
    "r",
    "f\"",
    "%w[",
    "~s(",
    "~S\"\"\"",
    "?\"",
    "=begin\n",
    "\n",
    " ",
    "\n (",
    ",",
    "+",
    "*",
    "=",
    ":=",
    "a.",
    "a=b,",
    "a = 'x' + ",
    "/[",
    "(/",
    "1 * ",
    "x: y\n",
    "new Server(http, {path: '/a'}); ",
    "const io = new Server(",
    "io.attach(http, {",
    "new WebSocketServer({noServer: true});",
    "server.on('upgrade', () => handleUpgrade('/x'",
    "setInterval(() => ws.ping(), 1);",
    "@WebSocketGateway({path: ",
    "app.include_router(router, prefix='/a')\nrouter = APIRouter(prefix='/b')\n@router.websocket('/c')\n",
    "app.mount('/x', socketio.ASGIApp(sio))\n",
    "path('x', URLRouter([",
    "path('x', A.as_asgi()),",
    "mount ActionCable.server => '/a'\n",
    "scope '/a' do\n ",
    "app.MapGroup(\"/a\").MapHub<A>(",
    "Map(\"/x\", AcceptWebSocketAsync(",
    "registry.addEndpoint(\"/a\").withSockJS().",
    "socket \"/a\", X,\n",
    "new WebSocket('/a'); io({",
    "@sock.route('/a')\n",
    "sock = Sock(app)\n",
    "class A(WebSocketHandler): ...\n(r'/a', A)\n",
    "WebSocketRoute('/a', b),",
    "routes = [Mount('/a', routes=[",
    "app.add_get('/a', b)\ndef b(): WebSocketResponse()\n",
    "websockets.serve(a)\n",
    "app.ws('/a', b); app.use('/c', app); const app = express();",
    "app.get('/a', {websocket: true}, b); ",
    "app.register((app) => {",
    "app.route('/a', app); const app = new Hono(); app.get('/b', upgradeWebSocket());",
    "new Elysia().group('/a', (app) => app",
    ".ws('/a', {})",
    "Bun.serve({websocket: {}, fetch() { if (pathname === '/a') {",
    "sockjs.createServer({prefix: '/a'}).installHandlers(s, {",
    "useServer({}, new WebSocketServer({path: '/a'})); ",
    "fn a(ws: WebSocketUpgrade) -> Router { Router::new().route(\"/a\", get(a)).nest(\"/b\", a()) }\n",
    ".nest(\"/a\", a()",
    "let a = a(); ",
    "web::scope(\"/a\").route(\"/b\", web::get().to(a)",
    "fn a() { ws::start() }\n",
    ".and(warp::ws())",
    "@ServerEndpoint(\"/a\")",
    "webSocket(\"/a\") { route(\"/b\") {",
    "http.HandleFunc(\"/a\", func() {",
    "func a(r *gin.Engine) {\n r.GET(\"/b\", a)\n}\n",
    "r.Route(\"/a\", func(r chi.Router) {",
    "r := r.Group(\"/a\")\n",
    "a(r)\n",
    "x.Upgrade(",
    "import \"github.com/gorilla/websocket\"\n",
    "a := time.NewTicker(a * a)\n",
    "const a = require('./a'); import b from './b';",
];

/// A flood of one unit, in lines or without any.
fn flood(unit: &str, size: usize, line: usize) -> String {
    let mut text = String::from(BEFORE);
    let mut last = 0;
    while text.len() < size {
        text.push_str(unit);
        if text.len() - last > line {
            text.push('\n');
            last = text.len();
        }
    }
    text
}

/// Reads files, and looks at the places that are told.
fn is_read(files: &[File<'_>], unit: &str) {
    let code = read(files, &[]);
    for place in code.declared.iter().map(|one| &one.place).chain(code.unknown.iter().map(|one| &one.place)) {
        assert!(files[place.file].text.get(place.span.range()).is_some(), "{unit:?}: {place:?}");
    }
}

#[test]
fn floods_are_read_to_their_end() {
    for unit in UNITS {
        // Long lines are taken for what a tool made.
        for line in [200, usize::MAX] {
            let text = flood(unit, SIZE, line);
            let files: Vec<File<'_>> = NAMES.iter().map(|path| File { path, text: &text }).collect();
            is_read(&files, unit);
        }
    }
}

#[test]
fn megabytes_of_one_sign_are_read() {
    for (unit, path) in [
        ("(", "a.ts"),
        ("{", "a.go"),
        ("\"", "a.cs"),
        ("'", "a.rb"),
        ("\\", "a.py"),
        ("`", "a.js"),
        ("[", "a.ex"),
    ] {
        is_read(&[File { path, text: &flood(unit, DEEP, 200) }], unit);
    }
}
