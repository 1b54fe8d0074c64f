// A client made of the protocol layer of vscode-languageclient. It keeps a record of what it asks and is answered.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, binary, folder] = process.argv.slice(2);
/** The protocol's types and connections, from where scripts/install-editors put them. */
export const protocol = createRequire(join(modules, "package.json"))("vscode-languageserver-protocol/node");

const root = pathToFileURL(folder).href;
const record = [];

/** The URI of a file of the folder. */
export const uri = (path) => `${root}/${path}`;

/** A place in a file, counted from 0. */
export const at = (path, line, character) => ({ textDocument: { uri: uri(path) }, position: { line, character } });

/** A place as `line:character`, a range as two of them, a long text as its length. */
function short(key, value) {
  if (key === "text" && value.length > 40) return `${value.length} characters`;
  if (value?.start && value.end) return `${short("", value.start)}–${short("", value.end)}`;
  return value?.line === undefined ? value : `${value.line}:${value.character}`;
}

/** Notes what goes to the server and comes from it; where the folder lies and which release it is differ by run. */
export function note(direction, what, value) {
  const text = value === undefined ? "" : ` ${JSON.stringify(value, short, 2)}`;
  const shown = text.replaceAll(root, "file:///tree").replaceAll(folder, "/tree");
  record.push(`${direction} ${what}${shown.replace(/("version": )"\d+\.\d+\.\d+"/, '$1"VERSION"')}`);
}

/** A client of a server of its own. */
export class Client {
  #server = spawn(binary, ["server"], { stdio: ["pipe", "pipe", "inherit"] });
  #ended = new Promise((ended) => this.#server.once("exit", ended));
  /** The connection itself, for what leaves no note. */
  connection = protocol.createProtocolConnection(this.#server.stdout, this.#server.stdin);
  #diagnostics = new Map();
  #waiting = [];

  constructor() {
    this.connection.onNotification(protocol.PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.#diagnostics.set(uri, diagnostics);
      for (const look of this.#waiting.splice(0)) look();
    });
    this.connection.onRequest(protocol.RegistrationRequest.type, () => {});
    this.connection.onRequest(protocol.DiagnosticRefreshRequest.type, () => {});
    this.connection.onRequest(protocol.InlayHintRefreshRequest.type, () => {});
    this.connection.onRequest(protocol.ShowDocumentRequest.type, (params) => {
      note("←", protocol.ShowDocumentRequest.method, params);
      return { success: true };
    });
    this.connection.listen();
  }

  /** Introduces the client with these capabilities; what the server answers. */
  async initialize(capabilities = {}, initializationOptions = undefined) {
    const introduced = await this.connection.sendRequest(protocol.InitializeRequest.type, {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: "tree" }],
      capabilities,
      initializationOptions,
    });
    await this.connection.sendNotification(protocol.InitializedNotification.type, {});
    return introduced;
  }

  /** Asks, and notes both sides; of the answer only what is picked. */
  async ask(type, params, pick = (answer) => answer) {
    note("→", type.method, params);
    try {
      const answer = await this.connection.sendRequest(type, params);
      note("←", type.method, pick(answer));
      return answer;
    } catch (error) {
      note("←", type.method, { error: { code: error.code, message: error.message } });
      return undefined;
    }
  }

  /** Tells the server something that has no answer. */
  async tell(type, params) {
    note("→", type.method, params);
    await this.connection.sendNotification(type, params);
  }

  /** Opens a file with a text. */
  open(path, languageId, text) {
    const textDocument = { uri: uri(path), languageId, version: 1, text };
    return this.tell(protocol.DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Waits until the diagnostics of a file that were sent last have these codes, and notes them. */
  async pushed(path, codes) {
    const wanted = JSON.stringify([...codes].sort());
    for (;;) {
      const told = this.#diagnostics.get(uri(path));
      if (told && JSON.stringify(told.map(({ code }) => code).sort()) === wanted) {
        note("←", protocol.PublishDiagnosticsNotification.type.method, { uri: uri(path), diagnostics: told });
        return told;
      }
      await new Promise((look) => this.#waiting.push(look));
    }
  }

  /** Says good-bye; prints the record. */
  async close() {
    await this.ask(protocol.ShutdownRequest.type);
    await this.tell(protocol.ExitNotification.type);
    note("=", "exit status", await this.#ended);
    this.connection.dispose();
    console.log(record.join("\n"));
  }
}
