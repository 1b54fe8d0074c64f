// The commands of the palette, and what becomes of the server's own.
import * as vscode from "vscode";

import type { Pages } from "./pages";
import { invalidRoute } from "./route";
import type { Server } from "./server";

/** The server's command that follows one request; its result is Markdown. */
const TRACE = "wslint.trace";

/** The commands that `package.json` lists. */
export function commands(server: Server, pages: Pages, output: vscode.OutputChannel): vscode.Disposable[] {
  const register = vscode.commands.registerCommand;
  return [
    register("wslint.restartServer", () => server.restart()),
    register("wslint.showOutput", () => output.show()),
    register("wslint.fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.wslint", apply: "first" }),
    ),
    register("wslint.openRulePage", openRulePage),
    register("wslint.traceRoute", () => traceRoute(server, pages)),
  ];
}

/** Shows what the server answers to a command that a code action names. */
export function shown(pages: Pages) {
  return async (command: string, args: unknown[], next: () => Promise<unknown>): Promise<unknown> => {
    const answer = await next();
    if (command === TRACE && typeof answer === "string") await pages.show(title(args[0]), answer);
    return answer;
  };
}

function title(url: unknown): string {
  return typeof url === "string" ? `Trace ${url}` : "Trace";
}

async function traceRoute(server: Server, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const here = await routeAt(editor);
  const typed = await vscode.window.showInputBox({
    title: "Trace a Route",
    prompt: "The URL that a client calls",
    placeHolder: "wss://example.com/socket.io/",
    value: here?.[0],
    validateInput: invalidRoute,
  });
  const url = typed?.trim();
  if (url === undefined) return;
  // The route at the cursor may be one that its URL alone does not lead to.
  const asked = url === here?.[0] ? here : [url, editor.document.uri.toString()];
  const answer = await server.execute(TRACE, asked);
  if (typeof answer === "string") await pages.show(title(url), answer);
  else await vscode.window.showWarningMessage("wslint does not run, so nothing was traced.");
}

/** What the server would trace of the route on the line of the cursor: its own command's arguments. */
async function routeAt({ document, selection }: vscode.TextEditor): Promise<string[] | undefined> {
  const line = document.lineAt(selection.active.line).range;
  type Offered = vscode.Command | vscode.CodeAction;
  const offered = await vscode.commands.executeCommand<Offered[]>("vscode.executeCodeActionProvider", document.uri, line);
  const commands = offered.map(({ command }) => (typeof command === "object" ? command : undefined));
  return commands.find((command) => command?.command === TRACE)?.arguments;
}

async function openRulePage(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const told = vscode.languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === "wslint");
  const here = told.filter(({ range }) => range.intersection(editor.selection) !== undefined);
  const onLine = told.filter(({ range }) => range.start.line === editor.selection.active.line);
  const [found] = here.length > 0 ? here : onLine;
  if (typeof found?.code !== "object") {
    await vscode.window.showInformationMessage("wslint reports nothing here that has a page.");
    return;
  }
  await vscode.env.openExternal(found.code.target);
}
