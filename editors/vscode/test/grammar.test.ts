// The grammars, as VS Code's own engine reads them.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, Registry, type IGrammar } from "vscode-textmate";

const data = "../../data";
const real = "../../fixtures/real";

async function grammar(name: string): Promise<IGrammar> {
  await wasm;
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) =>
      scope === `source.${name}` ? JSON.parse(readFileSync(`dist/${name}.tmLanguage.json`, "utf8")) : null,
  });
  const loaded = await registry.loadGrammar(`source.${name}`);
  assert.ok(loaded);
  return loaded;
}
const wasm = loadWASM(readFileSync(createRequire(join(process.cwd(), "x")).resolve("vscode-oniguruma/release/onig.wasm")));

/** The words of a text with their innermost scope; blanks are left out. */
function words(grammar: IGrammar, text: string): [word: string, scope: string][] {
  const found: [string, string][] = [];
  let state = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex).trim();
      if (word !== "") found.push([word, scopes.at(-1) ?? ""]);
    }
  }
  return found;
}

/** The names in a table of data/, and the cells of its second column. */
function table(name: string): [name: string, second: string][] {
  const lines = readFileSync(`${data}/${name}.txt`, "utf8").split("\n");
  const rows = lines.filter((line) => line !== "" && !line.startsWith("#")).slice(1);
  return rows.map((row) => row.split("|").map((cell) => cell.trim())).map(([name, second]) => [name ?? "", second ?? ""]);
}

/** That a line begins with this word, in this scope. */
function begins(grammar: IGrammar, line: string, word: string, scope: string): void {
  const found = words(grammar, line);
  assert.deepEqual(found[0], [word, scope], line);
}

test("each section of HAProxy opens one", async () => {
  const haproxy = await grammar("haproxy");
  for (const [name] of table("haproxy/sections")) begins(haproxy, `${name} a`, name, "keyword.control.section.haproxy");
});

test("each keyword of HAProxy is one", async () => {
  const haproxy = await grammar("haproxy");
  const sections = new Set(table("haproxy/sections").map(([name]) => name));
  for (const file of ["global", "proxy", "others"])
    for (const [name] of table(`haproxy/${file}`))
      if (!sections.has(name)) begins(haproxy, `    ${name} 5`, name, "keyword.other.haproxy");
});

test("each option, action, and word of servers and listeners is one", async () => {
  const haproxy = await grammar("haproxy");
  const second = (line: string) => words(haproxy, line)[1];
  for (const [name] of table("haproxy/options"))
    assert.deepEqual(second(`    option ${name}`), [name, "support.constant.option.haproxy"]);
  for (const [name, rules] of table("haproxy/actions")) {
    const [action = ""] = name.split("*");
    for (const list of rules.split(/,\s*/))
      assert.deepEqual(second(`    ${list} ${action}`), [action, "support.function.action.haproxy"], `${list} ${name}`);
  }
  for (const [name] of table("haproxy/server"))
    assert.deepEqual(words(haproxy, `    server a b ${name.split("*")[0]}`)[3], [name.split("*")[0], "support.constant.server.haproxy"]);
  for (const [name] of table("haproxy/bind"))
    assert.deepEqual(words(haproxy, `    bind :80 ${name}`)[2], [name, "support.constant.bind.haproxy"]);
});

test("each fetch method and converter is one", async () => {
  const haproxy = await grammar("haproxy");
  const found = (line: string) => words(haproxy, line).map(([word, scope]) => `${word}=${scope}`);
  for (const file of ["fetches", "acls"])
    for (const [name] of table(`haproxy/${file}`))
      assert.ok(found(`    acl a ${name} b`).includes(`${name}=support.function.fetch.haproxy`), name);
  for (const [name] of table("haproxy/converters"))
    assert.ok(found(`    acl a src,${name}(1) b`).includes(`${name}=support.function.converter.haproxy`), name);
});

test("a line of HAProxy is read to its end", async () => {
  const haproxy = await grammar("haproxy");
  assert.deepEqual(
    words(haproxy, `    use_backend app if { hdr(Upgrade),lower -i websocket } !old or is_ws # why`).filter(
      ([, scope]) => scope !== "source.haproxy",
    ),
    [
      ["use_backend", "keyword.other.haproxy"],
      ["app", "entity.name.type.backend.haproxy"],
      ["if", "keyword.control.conditional.haproxy"],
      ["{", "punctuation.section.braces.haproxy"],
      ["hdr", "support.function.fetch.haproxy"],
      ["lower", "support.function.converter.haproxy"],
      ["-i", "keyword.operator.flag.haproxy"],
      ["}", "punctuation.section.braces.haproxy"],
      ["!", "keyword.operator.logical.haproxy"],
      ["old", "variable.other.acl.haproxy"],
      ["or", "keyword.operator.logical.haproxy"],
      ["is_ws", "variable.other.acl.haproxy"],
      ["# why", "comment.line.number-sign.haproxy"],
    ],
  );
  // A line that is carried on, and one that is not.
  const carried = words(haproxy, "    http-request deny \\\n        if bad\n    mode http");
  assert.ok(carried.some(([word, scope]) => word === "if" && scope === "keyword.control.conditional.haproxy"));
  assert.deepEqual(carried.slice(-2), [["mode", "keyword.other.haproxy"], ["http", "support.constant.haproxy"]]);
  const quoted = words(haproxy, `    log-format "%ci [%tr] \${HOST} %[src,lower]"`).map(([word, scope]) => `${word}=${scope}`);
  for (const part of ["%ci=variable.other.format.haproxy", "${HOST}=variable.other.environment.haproxy", "src=support.function.fetch.haproxy"])
    assert.ok(quoted.includes(part), `${part} in ${quoted}`);
});

test("each directive of nginx is one", async () => {
  const nginx = await grammar("nginx");
  for (const file of ["nginx", "plus", "modules"])
    for (const [name] of table(`nginx/${file}`)) {
      if (name === "if") continue;
      begins(nginx, `${name} a;`, name, "keyword.other.directive.nginx");
    }
});

test("blocks, locations and variables of nginx are read", async () => {
  const nginx = await grammar("nginx");
  assert.deepEqual(
    words(nginx, `location ~* ^/ws/(a{2}|b)$ { proxy_set_header Upgrade $http_upgrade; if ($a = "x") { return 403; } } # end`).filter(
      ([, scope]) => scope !== "source.nginx" && !scope.startsWith("punctuation"),
    ),
    [
      ["location", "keyword.other.directive.nginx"],
      ["~*", "keyword.operator.nginx"],
      ["proxy_set_header", "keyword.other.directive.nginx"],
      ["$http_upgrade", "variable.other.nginx"],
      ["if", "keyword.control.conditional.nginx"],
      ["$a", "variable.other.nginx"],
      ["=", "keyword.operator.nginx"],
      ['"', "string.quoted.double.nginx"],
      ["x", "string.quoted.double.nginx"],
      ['"', "string.quoted.double.nginx"],
      [")", "keyword.operator.nginx"],
      ["return", "keyword.other.directive.nginx"],
      ["403", "constant.numeric.nginx"],
      ["# end", "comment.line.number-sign.nginx"],
    ],
  );
});

test("in configurations as people run them, each line of HAProxy begins with a word that is known", async () => {
  const haproxy = await grammar("haproxy");
  const unknown = new Set<string>();
  let lines = 0;
  for (const folder of readdirSync(real)) {
    const path = `${real}/${folder}/haproxy.cfg`;
    if (!existsSync(path)) continue;
    let state = INITIAL;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const { tokens, ruleStack } = haproxy.tokenizeLine(line, state);
      state = ruleStack;
      const first = tokens.find(({ startIndex, endIndex }) => line.slice(startIndex, endIndex).trim() !== "");
      if (!first) continue;
      lines += 1;
      if (first.scopes.length === 1) unknown.add(`${folder}: ${line.trim().split(/\s/)[0]}`);
    }
  }
  assert.ok(lines > 800, `${lines} lines`);
  assert.deepEqual([...unknown], []);
});
