// The files of the page: their names, their texts, and which one is open.
import type { EditorState } from "@codemirror/state";
import type { Files } from "./command";
import type { Editor } from "./editor";

/** What is told of a name that a file cannot have; nothing of one that it can. */
export function objection(path: string, others: string[]): string | undefined {
  if (path === "") return "a file needs a name";
  if (path.includes("\0") || path.split("/").some((part) => part === "" || part === "." || part === ".."))
    return "a name is a path such as nginx/conf.d/app.conf, without . and ..";
  if (others.includes(path)) return `there is a file ${path} already`;
  if (others.some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`)))
    return "a name cannot be a file and a folder";
  return undefined;
}

/** The tree that is linted. */
export class Tree {
  private states = new Map<string, EditorState>();
  private shown = "";

  constructor(private readonly editor: Editor) {}

  /** The names of the files, in the order of their tabs. */
  get paths(): string[] {
    return [...this.states.keys()];
  }

  /** The file that is open. */
  get open(): string {
    return this.shown;
  }

  /** The texts of all files. */
  get files(): Files {
    return Object.fromEntries(this.paths.map((path) => [path, this.state(path).doc.toString()]));
  }

  /** The state of a file, with what was typed into it. */
  state(path: string): EditorState {
    return path === this.shown ? this.editor.state : (this.states.get(path) as EditorState);
  }

  /** Begins anew with other files, of which there is at least one. */
  load(files: Files, open?: string): void {
    this.states = new Map(Object.entries(files).map(([path, text]) => [path, this.editor.fresh(path, text)]));
    this.shown = "";
    this.show(open !== undefined && this.states.has(open) ? open : (this.paths[0] as string));
  }

  /** Opens a file. */
  show(path: string): void {
    if (path === this.shown) return;
    const before = this.editor.show(this.states.get(path) as EditorState);
    if (this.shown) this.states.set(this.shown, before);
    this.shown = path;
  }

  /** Adds a file and opens it. */
  add(path: string, text: string): void {
    this.states.set(path, this.editor.fresh(path, text));
    this.show(path);
  }

  /** Gives the open file another name. */
  rename(path: string): void {
    const renamed = this.paths.map((old): [string, EditorState] => {
      const state = this.state(old);
      return old === this.shown ? [path, this.editor.fresh(path, state.doc.toString())] : [old, state];
    });
    this.states = new Map(renamed);
    this.shown = "";
    this.show(path);
  }

  /** Removes the open file, which is not the only one. */
  remove(): void {
    const at = this.paths.indexOf(this.shown);
    this.states.delete(this.shown);
    this.shown = "";
    this.show(this.paths[Math.max(0, at - 1)] as string);
  }

  /** Puts other texts in the place of these files' ones, which can be undone in each. */
  replace(files: Files): void {
    const open = this.shown;
    for (const [path, text] of Object.entries(files)) {
      if (!this.states.has(path)) continue;
      this.show(path);
      this.editor.replace(text);
    }
    this.show(open);
  }
}
