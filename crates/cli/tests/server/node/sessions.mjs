// One session for each feature of `wslint server`: node sessions.mjs MODULES BINARY FOLDER FEATURE, with a folder that is a
// copy of fixtures/projects/midnight.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Client, at, note, protocol, uri } from "./client.mjs";

const [, , , , folder, feature] = process.argv;
const CHAT = "nginx/conf.d/chat.conf";
const UPSTREAMS = "nginx/conf.d/upstreams.conf";
const SNIPPET = "nginx/snippets/websocket.conf";
const HAPROXY = "haproxy/haproxy.cfg";
const text = (path) => readFileSync(join(folder, path), "utf8");

/** The range of a whole file. */
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

/** The range of a line. */
const line = (number) => ({ start: { line: number, character: 0 }, end: { line: number, character: 200 } });

const sessions = {
  async initialize(client) {
    note("→", "initialize");
    note("←", "initialize", await client.initialize({ general: { positionEncodings: ["utf-16"] } }));
  },

  // A change of a snippet that is not saved tells in the file that includes it.
  async push(client) {
    await client.initialize();
    await client.pushed(SNIPPET, ["nginx/read-timeout-short"]);
    await client.open(SNIPPET, "nginx", text(SNIPPET));
    const lines = text(SNIPPET).split("\n");
    const end = { line: 3, character: lines[3].length };
    await client.tell(protocol.DidChangeTextDocumentNotification.type, {
      textDocument: { uri: uri(SNIPPET), version: 2 },
      contentChanges: [{ range: { start: { line: 3, character: 0 }, end }, text: "proxy_read_timeout 1h;" }],
    });
    await client.pushed(SNIPPET, []);
  },

  async pull(client) {
    await client.initialize({ textDocument: { diagnostic: { relatedDocumentSupport: true } } });
    await client.ask(protocol.DocumentDiagnosticRequest.type, { textDocument: { uri: uri(UPSTREAMS) } });
    const paths = ({ items }) => items.map(({ uri, items }) => ({ uri, codes: items.map(({ code }) => code) }));
    await client.ask(protocol.WorkspaceDiagnosticRequest.type, { previousResultIds: [] }, paths);
  },

  async actions(client) {
    await client.initialize({
      textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } } } },
    });
    await client.open(SNIPPET, "nginx", text(SNIPPET));
    const textDocument = { uri: uri(SNIPPET) };
    const [found] = await client.pushed(SNIPPET, ["nginx/read-timeout-short"]);
    await client.ask(protocol.CodeActionRequest.type, {
      textDocument,
      range: found.range,
      context: { diagnostics: [found], only: ["quickfix"] },
    });
    await client.ask(protocol.CodeActionRequest.type, {
      textDocument,
      range: line(0),
      context: { diagnostics: [], only: ["source.fixAll"] },
    });
  },

  async hover(client) {
    await client.initialize();
    await client.open(CHAT, "nginx", text(CHAT));
    await client.open(HAPROXY, "haproxy", text(HAPROXY));
    await client.ask(protocol.HoverRequest.type, at(CHAT, 13, 6));
    await client.ask(protocol.HoverRequest.type, at(CHAT, 8, 10));
    await client.ask(protocol.HoverRequest.type, at(HAPROXY, 16, 8));
    await client.ask(protocol.HoverRequest.type, at(HAPROXY, 12, 10));
    await client.ask(protocol.HoverRequest.type, at(CHAT, 11, 0));
  },

  async definition(client) {
    await client.initialize();
    await client.open(CHAT, "nginx", text(CHAT));
    await client.open(HAPROXY, "haproxy", text(HAPROXY));
    const { type } = protocol.DefinitionRequest;
    await client.ask(type, at(CHAT, 5, 20));
    await client.ask(type, at(CHAT, 8, 28));
    await client.ask(type, at(HAPROXY, 16, 20));
    await client.ask(type, at(HAPROXY, 16, 32));
  },

  async references(client) {
    await client.initialize();
    await client.open(UPSTREAMS, "nginx", text(UPSTREAMS));
    await client.open(HAPROXY, "haproxy", text(HAPROXY));
    const { type } = protocol.ReferencesRequest;
    await client.ask(type, { ...at(UPSTREAMS, 0, 22), context: { includeDeclaration: true } });
    await client.ask(type, { ...at(HAPROXY, 20, 10), context: { includeDeclaration: false } });
  },

  async symbols(client) {
    await client.initialize({ textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } } });
    await client.open(HAPROXY, "haproxy", text(HAPROXY));
    await client.ask(protocol.DocumentSymbolRequest.type, { textDocument: { uri: uri(HAPROXY) } });
  },

  // What a query finds in all files: as it stands, or by its characters in their order.
  async search(client) {
    await client.initialize();
    const { type } = protocol.WorkspaceSymbolRequest;
    await client.ask(type, { query: "chat" });
    await client.ask(type, { query: "CONNECTION_UPGRADE" });
    await client.ask(type, { query: "acl" });
    await client.ask(type, { query: "" }, (found) => found.map(({ name, containerName }) => ({ name, containerName })));
  },

  async hints(client) {
    await client.initialize({}, { inlayHints: true });
    await client.open(CHAT, "nginx", text(CHAT));
    await client.ask(protocol.InlayHintRequest.type, { textDocument: { uri: uri(CHAT) }, range: everything });
    await client.open(HAPROXY, "haproxy", text(HAPROXY));
    await client.ask(protocol.InlayHintRequest.type, { textDocument: { uri: uri(HAPROXY) }, range: everything });
  },

  async commands(client) {
    await client.initialize({ window: { showDocument: { support: true } } });
    await client.open(CHAT, "nginx", text(CHAT));
    const { type } = protocol.ExecuteCommandRequest;
    await client.ask(type, { command: "wslint.trace", arguments: ["ws://chat.example.com/ws", uri(CHAT)] });
    const page = "https://wslint.github.io/wslint/rules/nginx/upgrade-missing.html";
    await client.ask(type, { command: "wslint.openRule", arguments: [page] });
  },

  async completion(client) {
    await client.initialize();
    await client.open(HAPROXY, "haproxy", text(HAPROXY).replace("default_backend web", "default_backend "));
    await client.ask(protocol.CompletionRequest.type, at(HAPROXY, 18, 20));
    // Of all directives an editor shows those that begin with what is typed.
    await client.open(SNIPPET, "nginx", "proxy_read");
    const typed = (items) => items.filter(({ label }) => label.startsWith("proxy_read"));
    await client.ask(protocol.CompletionRequest.type, at(SNIPPET, 0, 10), typed);
  },

  // What is not wanted any more is not worked on. A request may be answered before its cancellation is read, so several are
  // sent until one is cancelled.
  async cancel(client) {
    await client.initialize();
    await client.open(CHAT, "nginx", text(CHAT));
    const { method } = protocol.HoverRequest;
    note("→", method, at(CHAT, 13, 6));
    note("→", "$/cancelRequest");
    for (let version = 2; ; version += 1) {
      // The change gives the server something to do.
      const change = { textDocument: { uri: uri(CHAT), version }, contentChanges: [{ text: text(CHAT) }] };
      await client.connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, change);
      const wanted = new protocol.CancellationTokenSource();
      const asked = client.connection.sendRequest(protocol.HoverRequest.type, at(CHAT, 13, 6), wanted.token);
      const answer = asked.then(() => undefined, ({ code, message }) => ({ code, message }));
      wanted.cancel();
      const error = await answer;
      if (error) {
        note("←", method, { error });
        break;
      }
    }
  },
};

const client = new Client();
await sessions[feature](client);
await client.close();
