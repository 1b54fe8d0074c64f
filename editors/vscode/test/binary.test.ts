import assert from "node:assert/strict";
import { test } from "node:test";

import { candidates, find, type Surroundings } from "../src/binary";

const here: Surroundings = {
  setting: "",
  folders: ["/home/me/site"],
  trusted: true,
  platform: "linux",
  arch: "x64",
  env: { HOME: "/home/me", PATH: "/usr/local/bin:/usr/bin" },
};
const paths = (surroundings: Surroundings) => candidates(surroundings).map(({ path }) => path);

test("what the folder has installed comes before the PATH", () => {
  assert.deepEqual(paths(here), [
    "/home/me/site/.venv/bin/wslint",
    "/home/me/site/venv/bin/wslint",
    "/home/me/site/node_modules/@wslint/linux-x64/bin/wslint",
    "/usr/local/bin/wslint",
    "/usr/bin/wslint",
  ]);
});

test("nothing is run that lies in a folder that is not trusted", () => {
  const env = { ...here.env, PATH: ":.:tools:/usr/bin" };
  assert.deepEqual(paths({ ...here, trusted: false, env }), ["/usr/bin/wslint"]);
});

test("the setting is the only place", () => {
  const at = (setting: string) => paths({ ...here, setting });
  assert.deepEqual(at(" /opt/wslint "), ["/opt/wslint"]);
  assert.deepEqual(at("~/bin/wslint"), ["/home/me/bin/wslint"]);
  assert.deepEqual(at("${workspaceFolder}/tools/wslint"), ["/home/me/site/tools/wslint"]);
  assert.deepEqual(at("tools/wslint"), ["/home/me/site/tools/wslint"]);
});

test("a virtual environment that is active counts, and each folder", () => {
  const env = { PATH: "/usr/bin", VIRTUAL_ENV: "/envs/ops" };
  const found = paths({ ...here, folders: ["/a", "/b"], env });
  assert.deepEqual(found.slice(-2), ["/envs/ops/bin/wslint", "/usr/bin/wslint"]);
  assert.ok(found.includes("/b/.venv/bin/wslint"));
});

test("Windows has other folders, endings and lists", () => {
  const windows: Surroundings = {
    ...here,
    platform: "win32",
    folders: ["C:\\site"],
    env: { Path: "C:\\Windows;D:\\tools" },
  };
  assert.deepEqual(paths(windows), [
    "C:\\site\\.venv\\Scripts\\wslint.exe",
    "C:\\site\\venv\\Scripts\\wslint.exe",
    "C:\\site\\node_modules\\@wslint\\win32-x64\\bin\\wslint.exe",
    "C:\\Windows\\wslint.exe",
    "D:\\tools\\wslint.exe",
  ]);
});

test("the first one that can be run is taken", async () => {
  const only = (path: string) => async (asked: string) => asked === path;
  assert.deepEqual(await find(here, only("/usr/bin/wslint")), { path: "/usr/bin/wslint", origin: "PATH" });
  assert.equal(await find(here, only("/nowhere/wslint")), undefined);
});
