// Looks at the built page in a real browser: what it finds equals what the command finds, on all fixtures and with all that
// the fixtures are asked; a link carries the input; keys lead everywhere; no rule of axe is broken; it fits its width, in
// light and dark; it asks nobody but the site; and it is small.
//     node check.mjs FOLDER CHROMIUM WSLINT FIXTURES [SCREENSHOTS]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import puppeteer from "puppeteer-core";

const [folder, chromium, command, fixtures, screenshots] = process.argv.slice(2);
// It is run in other folders.
const wslint = resolve(command);
/** What all that the page loads may take, compressed, in bytes. */
const MOST = 1_500_000;
let problems = 0;
const tell = (problem) => {
  problems++;
  console.error(problem);
};
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://site");
  const path = join(folder, pathname === "/" ? "index.html" : decodeURIComponent(pathname));
  try {
    const body = readFileSync(path);
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
if (screenshots) mkdirSync(screenshots, { recursive: true });

// Opens the page, with everything told that goes wrong in it.
async function opened(name, { width = 1280, height = 900, scheme = "light", hash = "" } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  page.loaded = [];
  page.on("pageerror", (error) => tell(`${name}: script error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && tell(`${name}: console: ${message.text()}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith(origin)) page.loaded.push(new URL(url).pathname);
    else if (!/^(data|blob):/.test(url)) tell(`${name}: asks ${url}`);
  });
  await page.goto(`${origin}/${hash}`, { waitUntil: "load" });
  await looked(page);
  return page;
}

const looked = (page) =>
  page.waitForFunction(() => document.documentElement.dataset.state === "done", { timeout: 120_000, polling: 50 });
// Does something that has the page look again, and waits for it.
async function looked_after(page, act) {
  await page.evaluate(() => (document.documentElement.dataset.state = "touched"));
  await act();
  await looked(page);
}
const summary = (page) => page.$eval("#summary", (part) => part.textContent);
const choose = (page, title) =>
  looked_after(page, async () => {
    const value = await page.$$eval("#example option", (all, title) => all.find((one) => one.textContent === title).value, title);
    await page.select("#example", value);
  });

// --- Equal to the command ---

function* files(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}
// Text as a page has it.
const text = (path) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(path));

function* trees() {
  for (const group of ["projects", "real", "deployments", "embedded", "kubernetes"]) {
    for (const name of readdirSync(join(fixtures, group)).filter((name) => name !== "README.md").sort()) {
      const top = join(fixtures, group, name);
      if (statSync(top).isDirectory())
        yield [`${group}/${name}`, Object.fromEntries([...files(top)].map((path) => [relative(top, path), text(path)]))];
      else yield [`${group}/${name}`, { [name]: text(top) }];
    }
  }
  for (const path of files(join(fixtures, "compare")))
    if (basename(path) !== "README.md" && !path.endsWith(".txt")) yield [relative(fixtures, path), { [basename(path)]: text(path) }];
}
// What is asked of each tree. The last run writes.
const runs = [
  ["--format=json", "--severity=info"],
  ["trace", "--format=json", "ws://chat.example.com/socket.io/?EIO=4"],
  ["--fix", "--unsafe-fixes", "--format=json"],
];

function by_command(tree) {
  const scratch = mkdtempSync(join(tmpdir(), "wslint-page-"));
  // Some messages name the folder.
  const top = join(scratch, "configuration");
  try {
    for (const [path, contents] of Object.entries(tree)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), contents);
    }
    const outcomes = runs.map((args) => {
      const { status, stdout } = spawnSync(wslint, args, { cwd: top, encoding: "utf8", env: { PWD: top }, maxBuffer: 1 << 28 });
      return { status, stdout };
    });
    return { outcomes, after: Object.fromEntries([...files(top)].map((path) => [relative(top, path), text(path)])) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

// A worker like that of the page, asked directly.
async function by_page(page, tree) {
  const outcomes = await page.evaluate(
    (tree, runs) =>
      new Promise((settle, fail) => {
        globalThis.asked ??= new Worker("worker.js");
        asked.onmessage = ({ data }) => ("failure" in data ? fail(new Error(data.failure)) : settle(data.outcomes));
        asked.postMessage({ id: 1, files: tree, runs });
      }),
    tree,
    runs,
  );
  return { outcomes: outcomes.map(({ status, stdout }) => ({ status, stdout })), after: outcomes.at(-1).files };
}

const parsed = ({ status, stdout }) => ({ status, document: stdout.startsWith("{") ? JSON.parse(stdout) : stdout });
let compared = 0;
{
  const page = await opened("fixtures");
  for (const [name, tree] of trees()) {
    let here;
    try {
      here = await by_page(page, tree);
    } catch (error) {
      tell(`${name}: the page fails: ${error.message}`);
      continue;
    }
    const there = by_command(tree);
    compared++;
    runs.forEach((args, at) => {
      const [one, other] = [parsed(here.outcomes[at]), parsed(there.outcomes[at])];
      if (!isDeepStrictEqual(one, other))
        tell(`${name}: wslint ${args.join(" ")} differs: ${first_difference(one, other)}`);
    });
    if (!isDeepStrictEqual(here.after, there.after)) tell(`${name}: --fix leaves other files: ${first_difference(here.after, there.after)}`);
  }
  await page.close();
}

function first_difference(one, other, path = "") {
  if (typeof one === "object" && typeof other === "object" && one && other) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
      if (!isDeepStrictEqual(one[key], other[key])) return first_difference(one[key], other[key], `${path}/${key}`);
  }
  return `${path}: in the page ${JSON.stringify(one)}, by the command ${JSON.stringify(other)}`.slice(0, 600);
}

// --- The page itself ---

const keys = async (page, ...pressed) => {
  for (const key of pressed) await page.keyboard.press(key);
};
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at.id || at.closest("[id]")?.id || at.tagName;
  });

{
  const page = await opened("typing");
  const incident = await summary(page);
  if (!incident.startsWith("2 errors, 3 warnings")) tell(`typing: the incident has ${incident}`);
  await page.click("#findings .place");
  if (!(await page.evaluate(() => document.activeElement.closest("#editor")))) tell("typing: a place does not lead into the editor");

  // A fix, with its diff, and without the finding when it is applied.
  await page.click("#findings details.fix summary");
  await page.waitForSelector("#findings .diff .added");
  await looked_after(page, () => page.click("#findings details.fix button"));
  if ((await summary(page)) === incident) tell("typing: the applied fix changes nothing");
  await page.click("#fix-all");
  await page.waitForSelector("#all-fixes .diff");
  await looked_after(page, () => page.click("#all-fixes > button"));
  if (await page.$eval("#fix-all", (button) => !button.hidden)) tell("typing: safe fixes are left");

  // Typing finds and forgets.
  await choose(page, "FastAPI");
  const before = await summary(page);
  await page.focus("#tabs [aria-selected=true]");
  await keys(page, "End", "Home");
  await page.$$eval("#tabs button", (tabs) => tabs.find((tab) => tab.textContent.startsWith("nginx/")).click());
  await page.focus("#editor .cm-content");
  await page.keyboard.down("Control");
  await keys(page, "End");
  await page.keyboard.up("Control");
  await looked_after(page, () => page.keyboard.type("\nserver { listen 81; location /ws { proxy_pass http://u; }"));
  if ((await summary(page)) === before) tell(`typing: an open block is not told: ${await summary(page)}`);
  await page.close();
}

{
  // The dump of `nginx -T`, pasted into a new file, becomes its files; and a name that a file cannot have is refused.
  const page = await opened("dump");
  await page.click("#add");
  await page.focus("#editor .cm-content");
  const dump = Object.entries({
    "/etc/nginx/nginx.conf": "events {}\nhttp { include conf.d/*.conf; }\n",
    "/etc/nginx/conf.d/chat.conf": "server {\n  listen 8088;\n  location /socket.io/ { proxy_pass http://127.0.0.1:3000; }\n}\n",
  });
  const printed = dump.map(([path, contents]) => `# configuration file ${path}:\n${contents}\n`).join("");
  await looked_after(page, () => page.keyboard.sendCharacter(`nginx: the configuration file is ok\n${printed}`));
  const tabs = await page.$$eval("#tabs button", (all) => all.map((tab) => tab.firstChild.textContent));
  if (!dump.every(([path]) => tabs.includes(path.slice(1))) || tabs.includes("new.conf")) tell(`dump: the files are ${tabs.join(", ")}`);
  const found = await page.$$eval("#findings button.place", (places) => places.map((place) => place.textContent));
  if (!found.includes("etc/nginx/conf.d/chat.conf:3")) tell(`dump: nothing is found in it: ${found.join(", ")}`);
  const name = () => page.$eval("#name", (field) => field.value);
  const rename = async (name) => {
    await page.click("#name", { count: 3 });
    await page.keyboard.type(name);
    await looked_after(page, () => page.keyboard.press("Enter"));
  };
  await rename("../outside.conf");
  if ((await name()) !== "etc/nginx/conf.d/chat.conf") tell(`dump: it is renamed to ${await name()}`);
  await rename("etc/nginx/conf.d/other.conf");
  if ((await name()) !== "etc/nginx/conf.d/other.conf") tell(`dump: a name becomes ${await name()}`);
  await page.close();
}

{
  // A link carries everything; one that was cut off is told.
  const page = await opened("link");
  await choose(page, "Socket.IO behind HAProxy");
  await looked_after(page, async () => {
    await page.$eval("#haproxy-version", (field) => (field.value = "2.4"));
    await page.click("#notes");
  });
  await page.click("#share");
  await page.waitForFunction(() => location.hash.startsWith("#input="));
  const state = (page) =>
    page.evaluate(() => ({
      summary: document.querySelector("#summary").textContent,
      fields: [...document.querySelectorAll("#url, #haproxy-version, #name")].map((field) => field.value),
      notes: document.querySelector("#notes").checked,
      tabs: [...document.querySelectorAll("#tabs button")].map((tab) => tab.textContent),
      text: document.querySelector("#editor .cm-content").textContent,
      trace: document.querySelector("#trace").textContent,
    }));
  const hash = await page.evaluate(() => location.hash);
  const other = await opened("link", { hash });
  if (!isDeepStrictEqual(await state(page), await state(other))) tell(`link: ${first_difference(await state(page), await state(other))}`);
  await other.close();
  const cut = await opened("link", { hash: hash.slice(0, -40) });
  if (!(await cut.$eval("#said", (said) => said.textContent)).includes("cut off")) tell("link: one that was cut off is not told");
  await cut.close();
  await page.close();
}

{
  // From the address bar on, Tab reaches all that can be done, in the order of the page, and leaves the editor again.
  const page = await opened("keys");
  const way = [];
  for (let presses = 0; presses < 24; presses++) {
    await keys(page, "Tab");
    way.push(await focused(page));
  }
  const wanted = ["example", "share", "tabs", "name", "add", "remove", "from-disk", "editor", "nginx-version", "haproxy-version", "notes", "fix-all"];
  const met = wanted.map((id) => way.indexOf(id));
  if (met.includes(-1) || !isDeepStrictEqual(met, met.toSorted((one, other) => one - other))) tell(`keys: Tab leads ${way.join(", ")}`);
  await page.focus("#tabs [aria-selected=true]");
  const open = () => page.$eval("#tabs [aria-selected=true]", (tab) => tab.textContent);
  const first = await open();
  await keys(page, "ArrowRight");
  if ((await open()) === first || (await focused(page)) !== "tabs") tell("keys: an arrow does not lead to the next tab");
  await page.focus("#url");
  await looked_after(page, () => page.keyboard.press("Enter"));
  if ((await page.$$("#trace .path li")).length < 5) tell("keys: Enter does not trace");
  await page.close();
}

// --- How it looks, and what it loads ---

for (const scheme of ["light", "dark"]) {
  for (const width of [380, 1280]) {
    const name = `${width} px, ${scheme}`;
    const page = await opened(name, { width, scheme });
    await page.$$eval("#findings details.fix", (all) => all.slice(0, 2).forEach((details) => (details.open = true)));
    await page.waitForSelector("#findings .diff");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) tell(`${name}: it is ${wide} px wider than the window`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => axe.run());
    for (const { id, nodes } of violations)
      tell(`${name}: axe ${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary.slice(0, 200)}`).join(" | ")}`);
    if (screenshots) await page.screenshot({ path: join(screenshots, `playground-${width}-${scheme}.png`), fullPage: true });
    await page.close();
  }
}

const page = await opened("size");
const loaded = new Set(page.loaded.map((path) => (path === "/" ? "/index.html" : path)));
// A worker's own requests are not those of the page.
loaded.add("/wslint.wasm.xz");
const sizes = [...loaded].map((path) => [path, Math.min(statSync(join(folder, path)).size, gzipSync(readFileSync(join(folder, path)), { level: 9 }).length)]);
const size = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
if (size > MOST) tell(`it loads ${size} bytes, compressed: ${sizes.map(([path, bytes]) => `${path} ${bytes}`).join(", ")}`);
await browser.close();
server.close();

if (problems > 0) {
  console.error(`${problems} problems`);
  process.exit(1);
}
console.log(`${compared} trees for which the page equals the command, at ${size} compressed bytes`);
