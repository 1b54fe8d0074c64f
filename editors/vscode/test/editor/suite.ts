// What the extension does in the editor: run by its extension host in the folder of fixtures/projects/midnight, which the
// editor does not trust yet. `drive.mjs` stands outside, where the person sits.
import assert from "node:assert/strict";
import * as vscode from "vscode";

const CHAT = "nginx/conf.d/chat.conf";
const SNIPPET = "nginx/snippets/websocket.conf";
const HAPROXY = "haproxy/haproxy.cfg";

const uri = (path: string) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, path);

/** The codes of what is reported of a file. */
function codes(path: string): string[] {
  const told = vscode.languages.getDiagnostics(uri(path)).filter(({ source }) => source === "wslint");
  return told.map(({ code }) => String(typeof code === "object" ? code.value : code));
}

/** Waits until something holds; who waits for ever is ended from outside. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  console.log(`wslint: waits until ${what}`);
  while (!(await holds())) await new Promise((again) => setTimeout(again, 50));
}

/** Opens a file in an editor. */
async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri(path)));
}

const execute = vscode.commands.executeCommand;

/** Called by the editor. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension("wslint.wslint");
  assert.ok(extension);
  // What lies in the folder is enough: nobody opened a file yet.
  const opened = () => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme !== "output");
  assert.deepEqual(opened(), []);
  await until("the folder makes the extension active", () => extension.isActive);
  assert.deepEqual(opened(), []);
  const { document } = await open(HAPROXY);
  assert.equal(document.languageId, "haproxy");
  assert.equal((await open(CHAT)).document.languageId, "nginx");

  // The program lies in the folder, so nothing runs before the folder is trusted.
  assert.equal(vscode.workspace.isTrusted, false);
  await execute("wslint.restartServer");
  assert.deepEqual(vscode.languages.getDiagnostics().flatMap(([, told]) => told), []);
  await execute("workbench.trust.manage");
  await until("the folder is trusted", () => vscode.workspace.isTrusted);

  // Problems of files that nobody opened.
  await until("a snippet has a problem", () => codes(SNIPPET).includes("nginx/read-timeout-short"));
  const [warning] = vscode.languages.getDiagnostics(uri(SNIPPET));
  assert.equal(warning?.severity, vscode.DiagnosticSeverity.Warning);
  assert.match(warning.relatedInformation?.[0]?.location.uri.path ?? "", /chat\.conf$/);

  const at = new vscode.Position(13, 6);
  const hovers = await execute<vscode.Hover[]>("vscode.executeHoverProvider", uri(CHAT), at);
  const words = hovers.flatMap(({ contents }) => contents).map((text) => (typeof text === "string" ? text : text.value));
  assert.match(words.join("\n"), /handshake: `succeeds`/);
  const upstream = new vscode.Position(8, 28);
  const [definition] = await execute<vscode.Location[]>("vscode.executeDefinitionProvider", uri(CHAT), upstream);
  assert.match(definition?.uri.path ?? "", /upstreams\.conf$/);
  const symbols = await execute<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", uri(HAPROXY));
  assert.ok(symbols.some(({ name }) => name === "backend realtime"));
  const everywhere = await execute<vscode.SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "chat.example");
  assert.ok(everywhere.some(({ name }) => name === "server chat.example.com"));
  const backends = new vscode.Position(18, 20);
  const completions = await execute<vscode.CompletionList>("vscode.executeCompletionItemProvider", uri(HAPROXY), backends);
  assert.ok(completions.items.some(({ label }) => label === "realtime"));

  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
  const settings = () => vscode.workspace.getConfiguration("wslint");
  const all = new vscode.Range(0, 0, 99, 0);
  const hints = async () =>
    (await execute<vscode.InlayHint[]>("vscode.executeInlayHintProvider", uri(CHAT), all)).map(({ label }) =>
      typeof label === "string" ? label : label.map(({ value }) => value).join(""),
    );
  assert.deepEqual(await hints(), []);
  await settings().update("inlayHints", true);
  await until("a location tells its fate", async () => (await hints()).some((hint) => hint.includes("60 s")));
  await settings().update("severity", "error");
  await until("a warning is not shown", () => codes(SNIPPET).length === 0);
  await settings().update("severity", undefined);
  await until("a warning is shown again", () => codes(SNIPPET).length > 0);

  // On the line of a location its URL is there already.
  const editorOfChat = await open(CHAT);
  editorOfChat.selection = new vscode.Selection(at, at);
  const asked = execute("wslint.traceRoute");
  await until("the URL is there and accepted", () => tabs().some((label) => label.includes("Trace ws:")));
  await asked;

  const told = await execute<string>("wslint.trace", "ws://chat.example.com/ws", uri(CHAT).toString());
  assert.match(told, /10\.20\.0\.21:4000/);

  // The fix of a snippet is made where it concerns one location only.
  const editor = await open(SNIPPET);
  await execute("wslint.fixAll");
  const chat = await vscode.workspace.openTextDocument(uri(CHAT));
  await until("the fix is made", () => chat.getText().includes("proxy_read_timeout 1h;"));
  await until("the problem is gone", () => codes(SNIPPET).length === 0);

  // What is typed counts, saved or not.
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "proxy_set_header Upgrade {"));
  await until("a slip is told", () => codes(SNIPPET).includes("syntax"));
  await execute("undo");
  await until("it is taken back", () => !codes(SNIPPET).includes("syntax"));

  await execute("wslint.restartServer");
  await until("the server reports again", () => codes("nginx/conf.d/upstreams.conf").includes("nginx/socketio-no-sticky"));
  await settings().update("path", "/nowhere/wslint");
  await until("a path that leads nowhere ends the server", () => codes("nginx/conf.d/upstreams.conf").length === 0);
}
