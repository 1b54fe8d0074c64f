// The real Socket.IO server and client, driven by one command a line on stdin; answers and arrivals leave as
// JSON lines on stdout. All of one process, since starting Node costs more than everything that it does here.
// It ends when stdin does, so it cannot outlive the process that started it.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";
import { io } from "socket.io-client";

const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const servers = new Map();
const clients = new Map();

// rawHeaders alternates names and values; order, case and repetition are those of the wire.
const pairs = (raw) => Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]]);

function serve({ id, heartbeat, patience, path, cors, cookie, host, port }) {
  const http = createServer((_request, response) => response.writeHead(404).end());
  const server = new Server({
    path,
    cookie,
    pingInterval: heartbeat,
    pingTimeout: patience,
    serveClient: false,
    cors: cors ? { origin: cors, credentials: true } : undefined,
  });
  let connections = 0;
  http.on("connection", (socket) => (socket.labConnection = ++connections));
  const arrived = (request) =>
    say({
      arrived: id,
      connection: request.socket.labConnection,
      method: request.method,
      uri: request.url,
      http: request.httpVersion,
      headers: pairs(request.rawHeaders),
    });
  server.on("connection", (socket) => socket.on("echo", (text, answer) => answer(text)));
  server.attach(http);
  // Recorded before Engine.IO answers, so that an arrival is always told before its consequence.
  http.prependListener("request", arrived);
  http.prependListener("upgrade", arrived);
  servers.set(id, { http, server });
  http.listen(port, host, () => say({ id, port: http.address().port }));
}

function stop({ id, server }) {
  const found = servers.get(server);
  servers.delete(server);
  found?.server.disconnectSockets(true);
  found?.http.closeAllConnections();
  found?.http.close();
  say({ id });
}

function connect({ id, url, path, transports, headers, cookies, patience }) {
  const socket = io(url, {
    path,
    transports,
    extraHeaders: headers,
    withCredentials: cookies,
    forceNew: true,
    reconnection: false,
    rejectUnauthorized: false,
    timeout: patience,
  });
  const state = { socket, settled: performance.now(), cut: null, reason: null, waiting: null };
  clients.set(id, state);
  let answered = false;
  const answer = (fields) => {
    if (answered) return;
    answered = true;
    clearTimeout(state.probe);
    state.settled = performance.now();
    say({ id, transport: socket.io.engine?.transport?.name ?? null, ...fields });
  };
  socket.on("connect_error", (error) => {
    const status = error.context?.status ?? error.context?.statusCode ?? null;
    const body = typeof error.context?.responseText === "string" ? error.context.responseText : null;
    answer({ connected: false, error: error.message, status: status || null, body });
    socket.close();
  });
  socket.on("disconnect", (reason) => {
    state.cut = performance.now();
    state.reason = reason;
    answer({ connected: false, error: reason });
    state.waiting?.();
  });
  // A client that may upgrade to WebSocket is settled once it did or gave up; the probe starts before "connect".
  const engine = socket.io.engine;
  const probe = new Promise((resolve) => {
    if (transports.length === 1 || transports[0] === "websocket") resolve();
    for (const end of ["upgrade", "upgradeError", "close"]) engine.once(end, resolve);
    state.probe = setTimeout(resolve, patience);
  });
  socket.on("connect", async () => {
    try {
      await probe;
      await socket.timeout(patience).emitWithAck("echo", "hello");
      answer({ connected: true });
    } catch (error) {
      answer({ connected: false, error: error.message });
    }
  });
}

async function hold({ id, client, duration, patience }) {
  const state = clients.get(client);
  if (state && state.reason === null && duration > 0) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, duration);
      state.waiting = () => (clearTimeout(timer), resolve());
    });
  }
  let alive = false;
  if (state && state.reason === null) {
    try {
      await state.socket.timeout(patience).emitWithAck("echo", "still here");
      alive = true;
    } catch {
      alive = false;
    }
  }
  const cut = state?.cut === null ? null : Math.round(state.cut - state.settled);
  say({ id, alive, cut, reason: state?.reason ?? null });
}

// Answered once the client's last request is through, so that it is not taken for a later client's.
function leave({ id, client, patience }) {
  const state = clients.get(client);
  clients.delete(client);
  const engine = state?.socket.io.engine;
  if (!engine || engine.readyState === "closed") return say({ id });
  const timer = setTimeout(() => say({ id }), patience);
  engine.once("close", () => (clearTimeout(timer), say({ id })));
  state.socket.disconnect();
}

const commands = { serve, stop, connect, hold, leave, sync: ({ id }) => say({ id }) };
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const command = JSON.parse(line);
  commands[command.do](command);
});
input.on("close", () => process.exit(0));
