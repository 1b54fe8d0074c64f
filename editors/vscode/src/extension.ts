// The extension: one server for the window, and what people see of it.
import * as vscode from "vscode";

import { commands, shown } from "./commands";
import { Pages } from "./pages";
import { Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

/** Called by the editor once one of the `activationEvents` of `package.json` happens. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("wslint", { log: true });
  const status = new Status();
  const pages = new Pages();
  const running = new Server(output, status, shown(pages));
  server = running;
  context.subscriptions.push(
    output,
    status,
    pages,
    ...commands(running, pages, output),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("wslint.path")) await running.restart();
    }),
    // What a folder has installed for itself may be run from now on.
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
  );
  await running.restart();
}

/** Called by the editor when it closes, or the extension is turned off. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
