import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { invalidRoute } from "../src/route";
import { serverSettings } from "../src/settings";

const settings = (given: Record<string, unknown>) => serverSettings((name) => given[name] as never);

test("what is set is told to the server, and no more", () => {
  assert.deepEqual(settings({}), { inlayHints: false });
  assert.deepEqual(settings({ config: " ops/wslint.yaml ", severity: "warning", inlayHints: true, path: "/opt/wslint" }), {
    config: "ops/wslint.yaml",
    severity: "warning",
    inlayHints: true,
  });
  assert.deepEqual(settings({ haproxyVersion: "3.0", nginxVersion: "" }), { haproxyVersion: "3.0", inlayHints: false });
});

test("a setting of another type counts as none", () => {
  assert.deepEqual(settings({ config: 5, severity: null, inlayHints: "yes" }), { inlayHints: false });
});

test("each setting of the server is one that people can set", () => {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  const known = Object.keys(contributes.configuration.properties);
  const all = { config: "a", severity: "info", inlayHints: true, nginxVersion: "1", haproxyVersion: "2" };
  for (const name of Object.keys(settings(all))) assert.ok(known.includes(`wslint.${name}`), name);
});

test("a route is traced by a URL", () => {
  for (const url of ["wss://example.com/socket.io/", " http://127.0.0.1:8080/ws?x=1 "]) assert.equal(invalidRoute(url), undefined);
  for (const url of ["", "/ws", "example.com", "ftp://example.com"]) assert.ok(invalidRoute(url), url);
});
