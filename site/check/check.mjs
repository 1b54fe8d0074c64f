// Looks at the built site: every link of every page leads somewhere, and in a browser a sample of pages has no error, asks
// nobody but the site, fits its width, in light and dark, and search finds a rule.
//     node check.mjs BOOK CHROMIUM [SCREENSHOTS]
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, relative } from "node:path";
import puppeteer from "puppeteer-core";

const [book, chromium, screenshots] = process.argv.slice(2);
const problems = [];
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

const pages = new Map();
for (const path of files(book)) {
  if (path.endsWith(".html")) pages.set(path, readFileSync(path, "utf8"));
}
const anchors = (html) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
const unescaped = (text) => text.replaceAll("&amp;", "&").replaceAll("&#x27;", "'");

// 404.html and toc.html are read below another address than the one where they lie.
const apart = new Set(["404.html", "toc.html", "print.html"]);
for (const [path, html] of pages) {
  if (apart.has(relative(book, path))) continue;
  for (const [, link] of html.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)) {
    if (/^(https?:|mailto:|data:)/.test(link)) continue;
    const [file, anchor] = unescaped(link).split("#");
    const target = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
    const there = target.endsWith("/") ? join(target, "index.html") : target;
    let missing = !pages.has(there);
    if (missing) {
      try {
        missing = !statSync(there).isFile();
      } catch {}
    }
    if (missing) problems.push(`${relative(book, path)}: the link ${link} leads nowhere`);
    else if (anchor && pages.has(there) && !anchors(pages.get(there)).has(decodeURIComponent(anchor)))
      problems.push(`${relative(book, path)}: ${link} names no place of that page`);
  }
}

const server = createServer((request, response) => {
  const path = join(book, decodeURIComponent(new URL(request.url, "http://site").pathname));
  try {
    const body = readFileSync(statSync(path).isDirectory() ? join(path, "index.html") : path);
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

// All pages that people come to first, and every 25th of the others.
const names = [...pages.keys()].map((path) => relative(book, path)).filter((name) => !apart.has(name)).sort();
const sample = names.filter((name, at) => !name.includes("/") || name.endsWith("index.html") || at % 25 === 0);

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
if (screenshots) mkdirSync(screenshots, { recursive: true });
for (const scheme of ["light", "dark"]) {
  for (const width of [380, 1280]) {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    let name;
    const tell = (words) => problems.push(`${name} at ${width} px, ${scheme}: ${words}`);
    page.on("pageerror", (error) => tell(`script error: ${error.message}`));
    page.on("console", (message) => message.type() === "error" && tell(`console: ${message.text()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) tell(`asks ${request.url()}`);
    });
    for (name of sample) {
      await page.goto(`${origin}/${name}`, { waitUntil: "load" });
      const { wide, background } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        background: getComputedStyle(document.documentElement).backgroundColor,
      }));
      if (wide > 0) tell(`is ${wide} px wider than the window`);
      const bright = background.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 382;
      if (bright !== (scheme === "light")) tell(`its background is ${background}`);
      if (screenshots && !name.includes("/"))
        await page.screenshot({ path: join(screenshots, `${name}-${width}-${scheme}.png`) });
    }
    await page.close();
  }
}

const page = await browser.newPage();
await page.goto(`${origin}/index.html?search=upgrade-missing`, { waitUntil: "networkidle0" });
const found = await page.evaluate(() => [...document.querySelectorAll("#mdbook-searchresults a, #searchresults a")].map((a) => a.href));
if (!found.some((address) => address.includes("rules/nginx/upgrade-missing.html"))) problems.push(`search for a rule finds ${found.slice(0, 3)}`);
await browser.close();
server.close();

problems.slice(0, 50).forEach((problem) => console.error(problem));
if (problems.length > 0) {
  console.error(`${problems.length} problems`);
  process.exit(1);
}
console.log(`${pages.size} pages whose links lead somewhere, ${sample.length} of them seen at two widths, light and dark`);
