// Places of the command's documents in the text of the editor, which counts UTF-16 code units.
import type { Text } from "@codemirror/state";
import type { Edit, Place } from "./documents";

/** Where a place begins and ends in a text; what lies behind its end is brought back to it. */
export function range(text: Text, place: Place): { from: number; to: number } {
  const from = offset(text, place.line, place.column);
  return { from, to: Math.max(from, offset(text, place.end_line, place.end_column)) };
}

/** Where the character at a line and column begins, both counted from 1. */
export function offset(text: Text, line: number, column: number): number {
  if (line > text.lines) return text.length;
  const { from, text: words } = text.line(Math.max(1, line));
  let units = 0;
  let characters = 1;
  for (const character of words) {
    if (characters++ >= column) break;
    units += character.length;
  }
  return from + units;
}

/** A text with edits of it made. Edits are in bytes and do not overlap. */
export function edited(text: string, edits: Edit[]): string {
  const [bytes, decoder] = [new TextEncoder().encode(text), new TextDecoder()];
  const parts: string[] = [];
  let done = 0;
  for (const edit of [...edits].sort((one, other) => one.start - other.start)) {
    parts.push(decoder.decode(bytes.subarray(done, edit.start)), edit.text);
    done = edit.end;
  }
  parts.push(decoder.decode(bytes.subarray(done)));
  return parts.join("");
}
