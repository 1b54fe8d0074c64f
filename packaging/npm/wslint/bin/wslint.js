#!/usr/bin/env node
// Runs the binary of this platform, which npm installed as an optional dependency.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `@wslint/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "wslint.exe" : "wslint";
let binary;
try {
  binary = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(
    `error: ${name} is not installed: there is no build of wslint for this platform, or npm was told to leave optional dependencies out (--omit=optional)`,
  );
  process.exit(2);
}
const { error, signal, status } = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`error: ${binary}: ${error.message}`);
  process.exit(2);
}
if (signal) {
  process.kill(process.pid, signal);
}
process.exit(status ?? 2);
