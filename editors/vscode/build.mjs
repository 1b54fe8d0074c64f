// Bundles the extension and writes its grammars into dist/: node build.mjs [--minify] [--tests].
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

import { haproxy } from "./grammars/haproxy.mjs";
import { nginx } from "./grammars/nginx.mjs";

const asked = new Set(process.argv.slice(2));
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
for (const [name, grammar] of Object.entries({ haproxy, nginx }))
  writeFileSync(`dist/${name}.tmLanguage.json`, `${JSON.stringify(grammar(), null, 2)}\n`);

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };
const { metafile } = await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  format: "cjs",
  external: ["vscode"],
  minify: asked.has("--minify"),
  metafile: true,
});
writeFileSync("dist/licenses.txt", licenses(Object.keys(metafile.inputs)));
if (asked.has("--tests")) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "dist/test",
    format: "cjs",
    packages: "external",
  });
  await build({
    ...common,
    entryPoints: ["test/editor/suite.ts"],
    outfile: "dist/editor/suite.js",
    format: "cjs",
    external: ["vscode"],
  });
}

/** The licences of the packages that these files come from. */
function licenses(files) {
  const folders = new Set(files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
      if (!file) throw new Error(`${name} has no text of its licence`);
      return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
