// The server and the talk with it: starts, restarts and ends `wslint server`.
import { access, constants, stat } from "node:fs/promises";
import * as vscode from "vscode";
import { ExecuteCommandRequest, LanguageClient, State, type StaticFeature } from "vscode-languageclient/node";

import { find } from "./binary";
import { documents } from "./documents";
import { serverSettings } from "./settings";
import type { Status } from "./status";

/** The page that says how `wslint` is installed. */
const INSTALLING = "https://wslint.github.io/wslint/#install";

/** The server of the window. */
export class Server implements vscode.Disposable {
  #client: LanguageClient | undefined;
  // Starting and stopping happen one after the other.
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
    /** Shows what the server answers to a command of its own. */
    private readonly shown: (command: string, args: unknown[], next: () => Promise<unknown>) => Promise<unknown>,
  ) {}

  /** Starts the server, after ending the one that runs. */
  restart(): Promise<void> {
    this.#last = this.#last.then(() => this.#stop()).then(() => this.#start());
    return this.#last;
  }

  /** Ends the server. */
  stop(): Promise<void> {
    this.#last = this.#last.then(() => this.#stop());
    return this.#last;
  }

  dispose(): void {
    void this.stop();
  }

  /** Has the server carry a command out; nothing if no server runs. */
  async execute(command: string, args: unknown[]): Promise<unknown> {
    const client = this.#client;
    if (client?.state !== State.Running) return undefined;
    return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.dispose();
  }

  async #start(): Promise<void> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri);
    const paths = folders.filter((uri) => uri.scheme === "file").map((uri) => uri.fsPath);
    const setting = vscode.workspace.getConfiguration("wslint").get<string>("path", "");
    const { platform, arch, env } = process;
    const trusted = vscode.workspace.isTrusted;
    const binary = await find({ setting, folders: paths, trusted, platform, arch, env }, canRun);
    if (!binary) {
      this.status.missing();
      const what = setting.trim() === "" ? "wslint is not installed" : `wslint.path is no program: ${setting}`;
      this.output.error(what);
      void this.#missing(what);
      return;
    }
    this.output.info(`wslint server: ${binary.path} (${binary.origin})`);
    this.status.starting(binary);
    const client: LanguageClient = new LanguageClient(
      "wslint",
      "wslint",
      { command: binary.path, args: ["server"], options: paths[0] === undefined ? {} : { cwd: paths[0] } },
      {
        documentSelector: documents,
        outputChannel: this.output,
        initializationOptions: settings(),
        middleware: {
          workspace: {
            // A server that is being replaced needs no settings: the next one begins with those of then.
            didChangeConfiguration: async (sections, next) => {
              if (client !== this.#client) return;
              try {
                await next(sections);
              } catch (error) {
                if (client === this.#client) throw error;
              }
            },
          },
          executeCommand: (command, args, next) =>
            this.shown(command, args, async () => next(command, args) as Promise<unknown>),
        },
      },
    );
    client.registerFeature(pushed);
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.status.running(binary, client.initializeResult?.serverInfo?.version);
      else if (newState === State.Stopped && this.#client === client) this.status.stopped(binary);
    });
    try {
      await client.start();
    } catch (error) {
      this.status.stopped(binary);
      this.output.error(`wslint server does not start: ${String(error)}`);
    }
  }

  async #missing(what: string): Promise<void> {
    const install = "How to Install";
    const open = "Open Settings";
    const chosen = await vscode.window.showWarningMessage(what, install, open);
    if (chosen === install) await vscode.env.openExternal(vscode.Uri.parse(INSTALLING));
    else if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", "wslint.path");
  }
}

/**
 * Has the server send diagnostics by itself, of all files at once: what a change breaks is often said in another file, which
 * need not be open.
 */
const pushed: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    delete capabilities.textDocument?.diagnostic;
    delete capabilities.workspace?.diagnostics;
  },
  initialize: () => {},
  getState: () => ({ kind: "static" }),
  clear: () => {},
};

function settings() {
  const configuration = vscode.workspace.getConfiguration("wslint");
  return serverSettings((name) => configuration.get(name));
}

async function canRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
