// Runs the extension in Visual Studio Code's server, with a browser in front of it, and does what a person would do there:
// node drive.mjs EDITOR EXTENSION WSLINT FOLDER CHROMIUM [SCREENSHOT]. EXTENSION is the unpacked package, FOLDER a copy of
// fixtures/projects/midnight.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import puppeteer from "puppeteer-core";

const [editor, extension, wslint, folder, chromium, screenshot] = process.argv.slice(2).map((path) => resolve(path));
const data = mkdtempSync(join(tmpdir(), "wslint-vscode-"));
mkdirSync(join(folder, ".venv/bin"), { recursive: true });
symlinkSync(wslint, join(folder, ".venv/bin/wslint"));

const server = spawn(
  process.execPath,
  [
    join(editor, "out/server-main.js"),
    ...["--accept-server-license-terms", "--without-connection-token", "--telemetry-level", "off"],
    ...["--host", "127.0.0.1", "--port", "0", "--server-data-dir", data],
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
process.on("exit", () => server.kill());
const port = await new Promise((known, failed) => {
  let said = "";
  server.stdout.on("data", (text) => {
    said += text;
    const [, port] = /Server bound to 127\.0\.0\.1:(\d+)/.exec(said) ?? [];
    if (port) known(port);
  });
  server.once("exit", () => failed(new Error(`the editor's server ended: ${said}`)));
});

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 800 });
let last = "nothing";
page.on("console", async (message) => {
  const [, waits] = /wslint: waits until (.*)/.exec(message.text()) ?? [];
  if (!waits) return;
  last = waits;
  if (waits === "the folder is trusted") await page.locator(".workspace-trust-features .monaco-button").click();
  if (waits === "the URL is there and accepted") {
    await page.waitForFunction(() => /^wss?:/.test(document.querySelector(".quick-input-box input")?.value ?? ""));
    await page.keyboard.press("Enter");
  }
});
const ended = new Promise((ended) => page.exposeFunction("codeAutomationExit", (code) => ended(code)));
await page.exposeFunction("codeAutomationLog", (type, args) => {
  if (type === "error") console.error(...args);
});
const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
const payload = [
  ["extensionDevelopmentPath", remote(extension)],
  ["extensionTestsPath", remote(resolve("dist/editor/suite.js"))],
  ["skipWelcome", "true"],
];
const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
await page.goto(`http://127.0.0.1:${port}/?${query}`);
let patience;
const code = await Promise.race([ended, new Promise((over) => (patience = setTimeout(over, 240_000, "no answer")))]);
clearTimeout(patience);
// What people were told besides.
const told = await page.$$eval(".notification-list-item-message", (messages) => messages.map(({ textContent }) => textContent));
const failures = told.filter((words) => /fail|error/i.test(words));
if (screenshot) await page.screenshot({ path: screenshot });
await browser.close();
server.kill();
rmSync(data, { recursive: true, force: true });
if (code !== 0) {
  console.error(`the extension fails in the editor (${code}), while it waits until ${last}`);
  process.exit(1);
}
if (failures.length > 0) {
  console.error(`the extension tells people: ${failures.join("; ")}`);
  process.exit(1);
}
