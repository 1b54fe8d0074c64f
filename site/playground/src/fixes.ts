// What a fix changes, as a diff.
import { structuredPatch } from "diff";
import type { Files } from "./command";
import type { Edit } from "./documents";
import { element } from "./element";
import { edited } from "./position";

/** The files that the edits change, as they are behind them. */
export function fixed(files: Files, edits: Edit[]): Files {
  const changed: Files = {};
  for (const path of new Set(edits.map((edit) => edit.file))) {
    const before = files[path];
    if (before !== undefined) changed[path] = edited(before, edits.filter((edit) => edit.file === path));
  }
  return changed;
}

/** The files that are not as they were. */
export function changed(before: Files, after: Files): Files {
  return Object.fromEntries(Object.entries(after).filter(([path, text]) => text !== before[path]));
}

/** Shows what changes, a file after the other. */
export function diff(before: Files, after: Files): HTMLElement {
  const shown = element("div", { class: "diff", role: "group", "aria-label": "What the fix changes", tabindex: "0" });
  for (const [path, text] of Object.entries(after)) {
    const { hunks } = structuredPatch(path, path, before[path] ?? "", text, undefined, undefined, { context: 2 });
    shown.append(element("div", { class: "file" }, path));
    for (const hunk of hunks) {
      shown.append(element("div", { class: "hunk" }, `@@ line ${hunk.oldStart} @@`));
      for (const line of hunk.lines) shown.append(diff_line(line));
    }
  }
  return shown;
}

function diff_line(line: string): HTMLElement {
  const [kind, name] = line.startsWith("+") ? ["added", "ins"] : line.startsWith("-") ? ["removed", "del"] : ["same", "span"];
  return element(name as "ins" | "del" | "span", { class: `line ${kind}` }, line);
}
