// The TextMate grammar of nginx's configuration. The words are those of data/nginx/.
import { anyOf, names } from "./tables.mjs";

/** The grammar, as the editor reads it. */
export function nginx() {
  const directives = anyOf(names("nginx/nginx", "nginx/plus", "nginx/modules"));
  return {
    name: "NGINX",
    scopeName: "source.nginx",
    patterns: [
      { include: "#comment" },
      { match: "[{}]", name: "punctuation.section.block.nginx" },
      {
        begin: "\\b(\\w+_by_lua_block)\\s*(\\{)",
        beginCaptures: { 1: { name: "keyword.other.directive.nginx" }, 2: { name: "punctuation.section.block.nginx" } },
        end: "\\}",
        endCaptures: { 0: { name: "punctuation.section.block.nginx" } },
        contentName: "meta.embedded.block.lua",
        patterns: [{ include: "#lua" }],
      },
      {
        begin: "(?<![^\\s;{}])(location)(?:\\s+(=|~\\*|~|\\^~))?(?=\\s)",
        beginCaptures: { 1: { name: "keyword.other.directive.nginx" }, 2: { name: "keyword.operator.nginx" } },
        end: "(?=[{};])",
        patterns: [{ include: "#arguments" }],
      },
      {
        begin: "(?<![^\\s;{}])(if)\\s*(\\()",
        beginCaptures: { 1: { name: "keyword.control.conditional.nginx" }, 2: { name: "punctuation.section.group.nginx" } },
        end: "(?=[{};])",
        patterns: [
          { match: "(?<=\\s)(?:!?~\\*?|!?=|!?-[fdex])(?=\\s)|\\)(?=\\s*\\{)", name: "keyword.operator.nginx" },
          { include: "#arguments" },
        ],
      },
      {
        begin: `(?<![^\\s;{}])(${directives})(?=[\\s;{]|$)`,
        beginCaptures: { 1: { name: "keyword.other.directive.nginx" } },
        end: ";|(?=[{}])",
        endCaptures: { 0: { name: "punctuation.terminator.nginx" } },
        patterns: [{ include: "#arguments" }],
      },
      // The values of a map, and directives of other modules.
      { begin: "[^\\s;{}#]+", end: ";|(?=[{}])", patterns: [{ include: "#arguments" }], beginCaptures: { 0: { patterns: [{ include: "#arguments" }] } } },
    ],
    repository: {
      // A comment begins where a word may begin.
      comment: { match: "(?<![^\\s;{}])#.*$", name: "comment.line.number-sign.nginx" },
      variable: { match: "\\$(?:\\w+|\\{\\w+\\})", name: "variable.other.nginx" },
      escape: { match: "\\\\.", name: "constant.character.escape.nginx" },
      arguments: {
        patterns: [
          { include: "#comment" },
          { include: "#variable" },
          { include: "#escape" },
          {
            begin: '(?<![^\\s({])"',
            end: '"',
            name: "string.quoted.double.nginx",
            patterns: [{ include: "#escape" }, { include: "#variable" }],
          },
          {
            begin: "(?<![^\\s({])'",
            end: "'",
            name: "string.quoted.single.nginx",
            patterns: [{ include: "#escape" }, { include: "#variable" }],
          },
          { match: "(?<=\\s)(?:on|off)(?=[\\s;]|$)", name: "constant.language.nginx" },
          { match: "(?<=\\s)\\d+(?:\\.\\d+)?(?:ms|[smhdwMykKgG])?(?=[\\s;]|$)", name: "constant.numeric.nginx" },
        ],
      },
      lua: {
        patterns: [
          { begin: "\\{", end: "\\}", patterns: [{ include: "#lua" }] },
          { include: "source.lua" },
        ],
      },
    },
  };
}
