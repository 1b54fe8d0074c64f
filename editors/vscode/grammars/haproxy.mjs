// The TextMate grammar of HAProxy's configuration. The words are those of data/haproxy/.
import { anyOf, names, rows } from "./tables.mjs";

/** What ends a word, which HAProxy parts by blanks. */
const END = "(?=[\\s#]|$)";
/** A word without quotes and comments. */
const WORD = "[^\\s#\"'\\\\]+";
/** The end of a line that is not carried on by a backslash. */
const LINE = "(?<!(?<!\\\\)\\\\)(?=\\n)";

/** The grammar, as the editor reads it. */
export function haproxy() {
  const sections = anyOf(names("haproxy/sections"));
  const keywords = anyOf(names("haproxy/global", "haproxy/proxy", "haproxy/others"));
  const options = anyOf(names("haproxy/options"));
  const lists = anyOf(new Set(rows("haproxy/actions").flatMap(({ rules }) => rules.split(/,\s*/))));
  const actions = anyOf(names("haproxy/actions"));
  const fetches = anyOf(names("haproxy/fetches", "haproxy/acls"));
  const converters = anyOf(names("haproxy/converters"));

  return {
    name: "HAProxy",
    scopeName: "source.haproxy",
    patterns: [
      { include: "#comment" },
      {
        begin: "^\\s*(\\.(?:if|elif|else|endif|diag|notice|warning|alert))" + END,
        beginCaptures: { 1: { name: "keyword.control.preprocessor.haproxy" } },
        end: LINE,
        patterns: [{ include: "#texts" }],
      },
      {
        begin: `^\\s*(${sections})${END}`,
        beginCaptures: { 1: { name: "keyword.control.section.haproxy" } },
        end: LINE,
        patterns: [
          { include: "#comment" },
          { include: "#strings" },
          { match: `(?<=\\s)from${END}`, name: "keyword.control.section.haproxy" },
          { match: WORD, name: "entity.name.section.haproxy" },
        ],
      },
      line(`(${lists})\\s+(${actions})(?=[\\s(#]|$)`, "keyword.other.haproxy", "support.function.action.haproxy", ["#arguments"]),
      line(`(option)\\s+(${options})${END}`, "keyword.other.haproxy", "support.constant.option.haproxy", ["#arguments"]),
      line(`(acl)\\s+(${WORD})`, "keyword.other.haproxy", "variable.other.acl.haproxy", ["#sample", "#arguments"]),
      line(`(use_backend|default_backend)\\s+(${WORD})`, "keyword.other.haproxy", "entity.name.type.backend.haproxy", [
        "#arguments",
      ]),
      line(`(server-template|server|use-server)\\s+(${WORD})`, "keyword.other.haproxy", "entity.name.type.server.haproxy", [
        "#server",
        "#arguments",
      ]),
      line(`(default-server)${END}`, "keyword.other.haproxy", undefined, ["#server", "#arguments"]),
      line(`(default-bind|bind)${END}`, "keyword.other.haproxy", undefined, ["#bind", "#arguments"]),
      ...values().map(([keyword, words]) =>
        line(`(${keyword})\\s+(${anyOf(words)})${END}`, "keyword.other.haproxy", "support.constant.haproxy", [
          "#arguments",
        ]),
      ),
      line(`(${keywords})${END}`, "keyword.other.haproxy", undefined, ["#arguments"]),
      { begin: `^\\s*${WORD}`, end: LINE, patterns: [{ include: "#arguments" }] },
      { include: "#texts" },
    ],
    repository: {
      comment: { match: "#.*$", name: "comment.line.number-sign.haproxy" },
      // Variables of the environment are replaced between double quotes only.
      strings: {
        patterns: [
          {
            begin: '"',
            end: '"',
            name: "string.quoted.double.haproxy",
            patterns: [
              { include: "#escape" },
              { match: "\\$(?:\\w+|\\{\\w+(?:\\[\\*\\])?(?:-[^}]*)?\\})", name: "variable.other.environment.haproxy" },
              { include: "#format" },
            ],
          },
          { begin: "'", end: "'", name: "string.quoted.single.haproxy", patterns: [{ include: "#format" }] },
        ],
      },
      escape: { match: "\\\\(?:x[0-9A-Fa-f]{2}|.|$)", name: "constant.character.escape.haproxy" },
      texts: { patterns: [{ include: "#comment" }, { include: "#strings" }, { include: "#escape" }] },
      arguments: {
        patterns: [
          { include: "#comment" },
          {
            begin: `(?<=\\s)(if|unless)${END}`,
            beginCaptures: { 1: { name: "keyword.control.conditional.haproxy" } },
            end: LINE,
            patterns: [{ include: "#condition" }],
          },
          { include: "#strings" },
          { include: "#format" },
          { include: "#escape" },
          { include: "#number" },
        ],
      },
      condition: {
        patterns: [
          { include: "#comment" },
          {
            begin: `(?<=[\\s!])\\{${END}`,
            beginCaptures: { 0: { name: "punctuation.section.braces.haproxy" } },
            end: `(?<=\\s)\\}${END}|${LINE}`,
            endCaptures: { 0: { name: "punctuation.section.braces.haproxy" } },
            patterns: [{ include: "#sample" }, { include: "#texts" }, { include: "#number" }],
          },
          { match: `(?<=\\s)(?:or|\\|\\|)${END}|!`, name: "keyword.operator.logical.haproxy" },
          { include: "#texts" },
          { match: WORD, name: "variable.other.acl.haproxy" },
        ],
      },
      // A fetch method with its converters, and the flags of a test.
      sample: {
        patterns: [
          { match: `(?<=[\\s\\[{!])(?:${fetches})(?=[\\s(,\\]]|$)`, name: "support.function.fetch.haproxy" },
          { match: `(?<=,)(?:${converters})(?=[\\s(,\\]]|$)`, name: "support.function.converter.haproxy" },
          { match: `(?<=\\s)-(?:[ifMnu]|m\\s+\\w+|-)${END}`, name: "keyword.operator.flag.haproxy" },
        ],
      },
      // The variables of log formats, and samples between %[ and ].
      format: {
        patterns: [
          {
            begin: "%(?:\\{[^}]*\\})?\\[",
            beginCaptures: { 0: { name: "punctuation.section.embedded.begin.haproxy" } },
            end: "\\]|(?=[\\s\"'])",
            endCaptures: { 0: { name: "punctuation.section.embedded.end.haproxy" } },
            name: "meta.embedded.sample.haproxy",
            patterns: [{ include: "#sample" }],
          },
          { match: "%(?:\\{[^}]*\\})?[A-Za-z]\\w*|%%", name: "variable.other.format.haproxy" },
        ],
      },
      number: {
        match: `(?<=\\s)-?\\d+(?:us|ms|s|m|h|d|k|g|K|M|G|%)?${END}`,
        name: "constant.numeric.haproxy",
      },
      server: { match: `(?<=\\s)(?:${anyOf(names("haproxy/server"))})${END}`, name: "support.constant.server.haproxy" },
      bind: { match: `(?<=\\s)(?:${anyOf(names("haproxy/bind"))})${END}`, name: "support.constant.bind.haproxy" },
    },
  };
}

/** A line by what it begins with, and what stands in the rest of it. */
function line(first, keyword, second, rest) {
  return {
    begin: `^\\s*(?:(no|default)\\s+)?${first}`,
    beginCaptures: { 1: { name: "keyword.operator.haproxy" }, 2: { name: keyword }, ...(second && { 3: { name: second } }) },
    end: LINE,
    patterns: rest.map((include) => ({ include })),
  };
}

/** The keywords of which only some words are taken, with these words. */
function values() {
  const taken = new Map();
  for (const name of names("haproxy/words")) {
    const [keyword, ...words] = name.split(" ");
    taken.set(keyword, [...(taken.get(keyword) ?? []), words.join(" ")]);
  }
  return [...taken];
}
