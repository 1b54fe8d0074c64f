// Looks at reports of `--format html` in a browser: of the linter, of `trace` and of `compare`, also of a configuration whose
// names are marks and scripts. Each asks nobody, runs nothing, fits its width in light and dark, and fits on paper:
//     node report.mjs WSLINT REPOSITORY CHROMIUM [SCREENSHOTS]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [wslint, repository, chromium, screenshots] = process.argv.slice(2);
const problems = [];
const scratch = mkdtempSync(join(tmpdir(), "wslint-reports-"));

const hostile = "</title><script>document.title='ran'</script><img src=//x.example/a onerror=document.title='ran'>";
const long = "a-very-long-name-without-any-place-to-break-it".repeat(8);
/** A configuration whose names are marks, or too long for a line. */
const site = (timeout) => `events {}
http {
    upstream "${hostile}" { server 127.0.0.1:3000; server 127.0.0.1:3001; }
    server {
        listen 80;
        server_name "${hostile}" ${long}.example.com;
        location "/socket.io/${hostile}" {
            proxy_pass "http://${hostile}";
        }
        location /ws/${long} {
            proxy_pass http://${long}:3000;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_http_version 1.1;
            proxy_read_timeout ${timeout};
        }
        location /socket.io/ {
            proxy_pass http://127.0.0.1:3000;
        }
    }
}
`;
for (const [name, timeout] of [["old", "1h"], ["new", "20s"]]) {
  mkdirSync(join(scratch, name));
  writeFileSync(join(scratch, name, "nginx.conf"), site(timeout));
}
const midnight = "fixtures/projects/midnight";
const change = "fixtures/compare/nginx-headers-lost";
const reports = {
  lint: [repository, ["--severity", "info", midnight]],
  trace: [repository, ["trace", "ws://chat.example.com/socket.io/", midnight]],
  compare: [repository, ["compare", `${change}/old`, `${change}/new`]],
  "hostile-lint": [scratch, ["--severity", "info", "new"]],
  "hostile-trace": [scratch, ["trace", `ws://${long.slice(0, 60)}.example.com/ws/${long}`, "new"]],
  "hostile-compare": [scratch, ["compare", "old", "new"]],
};
for (const [name, [cwd, [...words]]] of Object.entries(reports)) {
  const at = ["trace", "compare"].includes(words[0]) ? 1 : 0;
  words.splice(at, 0, "--format", "html");
  const { status, stdout, stderr } = spawnSync(wslint, words, { cwd, encoding: "utf8" });
  if (status > 1) problems.push(`${name}: exit status ${status}: ${stderr}`);
  writeFileSync(join(scratch, `${name}.html`), stdout);
}

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
if (screenshots) mkdirSync(screenshots, { recursive: true });
for (const name of Object.keys(reports)) {
  const address = pathToFileURL(join(scratch, `${name}.html`)).href;
  for (const scheme of ["light", "dark"]) {
    for (const width of [380, 1280]) {
      const page = await browser.newPage();
      const tell = (words) => problems.push(`${name} at ${width} px, ${scheme}: ${words}`);
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      page.on("pageerror", (error) => tell(`script error: ${error.message}`));
      page.on("console", (message) => message.type() === "error" && tell(`console: ${message.text()}`));
      page.on("dialog", (dialog) => tell(`dialog: ${dialog.message()}`));
      page.on("request", (request) => request.url() !== address && tell(`asks ${request.url()}`));
      await page.goto(address, { waitUntil: "load" });
      const seen = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        background: getComputedStyle(document.body).backgroundColor,
        title: document.title,
        marks: document.querySelectorAll("script, img, iframe, object, link").length,
        ways: document.querySelectorAll(".way").length,
        // What is drawn beside its box.
        cut: [...document.querySelectorAll(".station, .finding, td, th")].filter(
          (box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX === "visible" && box.clientWidth > 0,
        ).length,
      }));
      if (seen.wide > 0) tell(`is ${seen.wide} px wider than the window`);
      if (seen.cut > 0) tell(`${seen.cut} boxes are narrower than what stands in them`);
      if (seen.title === "ran" || seen.marks > 0) tell("a name became a mark");
      if (seen.ways === 0) tell("no way is drawn");
      const bright = seen.background.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 382;
      if (bright !== (scheme === "light")) tell(`its background is ${seen.background}`);
      if (screenshots) await page.screenshot({ path: join(screenshots, `report-${name}-${width}-${scheme}.png`), fullPage: true });
      await page.close();
    }
  }
  // On paper: dark ink whatever the screen, and nothing beside the sheet of A4, which is 794 px wide.
  const page = await browser.newPage();
  await page.setViewport({ width: 794, height: 1123 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await page.emulateMediaType("print");
  await page.goto(address, { waitUntil: "load" });
  const [wide, background] = await page.evaluate(() => [
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    getComputedStyle(document.body).backgroundColor,
  ]);
  if (wide > 0) problems.push(`${name} on paper: is ${wide} px wider than the sheet`);
  if (background !== "rgb(255, 255, 255)") problems.push(`${name} on paper: its background is ${background}`);
  if (screenshots) await page.pdf({ path: join(screenshots, `report-${name}.pdf`), format: "A4" });
  await page.close();
}
await browser.close();
rmSync(scratch, { recursive: true, force: true });

problems.slice(0, 50).forEach((problem) => console.error(problem));
if (problems.length > 0) {
  console.error(`${problems.length} problems`);
  process.exit(1);
}
console.log(`${Object.keys(reports).length} reports seen at two widths, light and dark, and on paper`);
