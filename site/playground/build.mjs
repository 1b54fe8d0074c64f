// Bundles the page into a folder: node build.mjs FIXTURES FOLDER
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [fixtures, folder] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: { playground: join(here, "src/main.ts"), worker: join(here, "src/worker.ts") },
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
});
for (const name of ["index.html", "playground.css"]) copyFileSync(join(here, name), join(folder, name));

function* files(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

// What a case of the fixtures expects is no part of what is linted.
const EXPECTED = ["expected.txt", "loads.txt"];
const examples = JSON.parse(readFileSync(join(here, "examples.json"), "utf8")).map(({ folder, ...example }) => {
  const top = join(fixtures, folder);
  const paths = [...files(top)].filter((path) => !EXPECTED.includes(relative(top, path)));
  return { ...example, files: Object.fromEntries(paths.map((path) => [relative(top, path), readFileSync(path, "utf8")])) };
});
writeFileSync(join(folder, "examples.json"), JSON.stringify(examples));
