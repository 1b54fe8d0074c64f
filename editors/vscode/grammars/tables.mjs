// The names in the tables of data/, which data/README.md explains.
import { readFileSync } from "node:fs";

/** The rows of a table, each as an object of its cells by the names of the columns. */
export function rows(table) {
  const text = readFileSync(new URL(`../../../data/${table}.txt`, import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const [columns, ...cells] = lines.map((line) => line.split("|").map((cell) => cell.trim()));
  return cells.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ""])));
}

/** The names in a table, each once. */
export function names(...tables) {
  return [...new Set(tables.flatMap((table) => rows(table).map(({ name }) => name)))];
}

/** A regular expression of any of these names; of two names that begin alike, the longer one is tried first.
 * A `*` at its end stands for what may follow within the word. */
export function anyOf(words) {
  const escaped = (word) =>
    word
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\*$/, "[^\\s(#]*")
      .replaceAll(" ", "\\s+");
  return [...words]
    .sort((one, other) => other.length - one.length || (one < other ? -1 : 1))
    .map(escaped)
    .join("|");
}
