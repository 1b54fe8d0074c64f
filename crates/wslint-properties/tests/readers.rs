//! The readers of both proxies and of code, asked of bytes without any order, of pieces that mean something to them, and of whole configurations.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use wslint_properties::{code, grammar, haproxy_reader, nginx_reader};

use support::{cases, made};

/// Bytes with the tokenizer's special ones far more often than chance has them.
fn nginx_pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "a", "b c;", "d {", "}", " ", "\n", "\r\n", ";", "{", "\"", "'", "\\", "$", "${", "#", "# x\n", ")", "\t",
            "map $a $b {", "x_by_lua_block {", "--[[", "]]", "[=[", "\"e\"", "'f'",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        4 => prop::sample::select(vec![
            "{{ x }}", "{{", "}}", "{% if a %}", "{% else %}", "{% endif %}", "{{ end }}", "{{if a}}", "{{else}}", "{#", "#}",
            "<% if a %>", "<% else %>", "<% end %>", "<%= x %>", "%{ if a }", "${A}", "__A__", "%abc%", "EXTRA\n", "{%", "%}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
        1 => (4080usize..4100).prop_map(|length| vec![b'x'; length]),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Pieces that mean something to the reader of HAProxy, so that random sequences reach its corners.
#[rustfmt::skip]
fn haproxy_pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "\n", "\n", "\r", " ", "\t", "#", "\"", "'", "\\", "\\x41", "\\x00", "$", "${", "}", "[*]", "-", "A", "B",
        "${A[*]}", "\"$A\"", "\"${B}\"", "\"${Z-d}\"", "$.LINE", "[", "]", "\0", ".if ", ".elif ", ".else", ".endif",
        ".notice ", ".alert", "(", ")", "!", "&&", "||", "1", "0", "defined", "streq(", ",", "no ", "default ",
        "global\n", "frontend f\n", "setenv ", "resetenv ", "option ", "{{", "}}", "{%", "%}", "<%", "%>", "{#",
        "#}", "__X__", "é", "text",
    ];
    vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Pieces of all languages, so that random sequences reach the corners of the readers.
#[rustfmt::skip]
fn code_pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "\n", "\n", "\n    ", " ", "(", ")", "[", "]", "{", "}", "<", ">", ",", ".", ";", ":", "=", "==", "===", "=>", "+", "*",
        "\"", "'", "`", "\\", "/", "//", "/*", "*/", "#", "#{", "${", "@", "r\"", "f'", "\"\"\"", "'''", "~s(", "%w[", "é", "\0",
        "'/ws'", "\"/ws/{id}\"", "'/chat'", "r'^ws/(?P<a>\\w+)/$'", "\"P\"", "30000", "10 * 1000", "true", "None", "true",
        "import ", "from ", "require('socket.io')", "'socket.io'", "'ws'", "'@nestjs/websockets'", "'socket.io-client'", "io",
        "new ", "Server", "WebSocketServer", "path: ", "path=", "pingInterval: ", "transports: ", "noServer: true", "const a = ",
        "io.attach(", "server.on('upgrade', ", "handleUpgrade", "setInterval(", ".ping()", "@WebSocketGateway(", "WsAdapter",
        "useWebSocketAdapter(", "fastapi", "FastAPI(", "APIRouter(", "app = ", "router = ", "prefix=", "app", "router",
        "app.include_router(", "@router.websocket(", "app.mount(", "import a\n", "from a import router\n", "from . import a\n",
        "path(", "re_path(", "URLRouter(", "A.as_asgi()", "socketio", "ASGIApp(", "AsyncServer(", "flask_socketio", "SocketIO(",
        "mount ActionCable.server => ", "scope ", "do\n", "end\n", "config.action_cable.mount_path = ",
        "< ApplicationCable::Channel", "app.MapHub<A>(", "MapGroup(", "MapBlazorHub()", "AddSignalR(", "KeepAliveInterval = ",
        "TimeSpan.FromSeconds(", "AcceptWebSocketAsync", "if (", "Path == ", "Map(", "StompEndpointRegistry", "addEndpoint(",
        "WebSocketConfigurer", "addHandler(", ".withSockJS()", "setHeartbeatValue(", "use Phoenix.Endpoint\n", "socket ",
        "websocket: ", "longpoll: ", "server:\n  servlet:\n    context-path: /a\n", "@sock.route(", "flask_sock", "Sock(", "Blueprint(", "url_prefix=", "WebSocketRoute(", "Mount(", "Starlette(", "routes=",
        "class A(WebSocketHandler): ", "websocket_ping_interval=", "WebSocketResponse(heartbeat=", "add_get(", "def a(r):\n",
        "'express-ws'", "express()", "app.ws(", "app.use(", "'@fastify/websocket'", "'fastify'", "app.get(", "{websocket: true}",
        "app.register(", "'hono'", "new Hono()", "upgradeWebSocket()", "app.route(", "'elysia'", "new Elysia(", ".group(", ".ws(",
        "Bun.serve(", "websocket: {}", "pathname === ", "upgrade", "'sockjs'", "sockjs.createServer(", "'graphql-ws'", "useServer(",
        "fn a(ws: WebSocketUpgrade) {", "Router::new()", ".route(", ".nest(", "axum", "actix_ws", "web::scope(", ".to(a)",
        "warp::path(", "warp::path!(", ".and(", "warp::ws()", "#[get(", "@ServerEndpoint(", "io.ktor", "routing {", "route(",
        "webSocket(", "pingPeriod = ", "func a(r *gin.Engine) {\n", "import \"github.com/gorilla/websocket\"\n", "x.Upgrade(",
        "http.HandleFunc(", "r.Route(", "func(r chi.Router) {", "r := ", "r.Group(", "time.NewTicker(", "PingMessage", "time.Second",
        "a(r)", "new WebSocket(", "withUrl(", "createConsumer(",
    ];
    vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_bytes(source in vec(any::<u8>(), 0..1000)) {
        nginx_reader(&source);
        haproxy_reader(&source);
    }

    #[test]
    fn any_characters_of_code(text in ".{0,400}") {
        code(&text);
    }

    #[test]
    fn pieces_of_code(text in code_pieces()) {
        code(&text);
    }

    #[test]
    fn pieces_of_nginx(source in nginx_pieces()) {
        nginx_reader(&source);
    }

    #[test]
    fn pieces_of_haproxy(source in haproxy_pieces()) {
        haproxy_reader(&source);
    }

    #[test]
    fn configurations_of_either_proxy(nginx in made(grammar::nginx), haproxy in made(grammar::haproxy)) {
        for text in [nginx, haproxy] {
            nginx_reader(text.as_bytes());
            haproxy_reader(text.as_bytes());
        }
    }
}
