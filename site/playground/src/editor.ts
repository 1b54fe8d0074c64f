// The editor: one view, and for each file a state that keeps its history and selection.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { nginx } from "@codemirror/legacy-modes/mode/nginx";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { haproxy } from "./haproxy";

const colours = HighlightStyle.define([
  { tag: tags.comment, class: "tok-comment" },
  { tag: tags.string, class: "tok-string" },
  { tag: tags.keyword, class: "tok-keyword" },
  { tag: [tags.heading, tags.controlKeyword, tags.meta], class: "tok-strong" },
  { tag: [tags.number, tags.bool, tags.atom], class: "tok-number" },
  { tag: tags.variableName, class: "tok-variable" },
]);

/** Colours by what the file is, as far as its name or text tells at a glance; the command looks closer. */
function language(path: string, text: string): Extension {
  if (/\.(ya?ml|tpl)$/.test(path)) return StreamLanguage.define(yaml);
  if (/(^|\/)haproxy|\.cfg$/.test(path) || /^(defaults|frontend|backend|listen)\b/m.test(text)) return StreamLanguage.define(haproxy);
  return StreamLanguage.define(nginx);
}

/** The view of the file that is open. */
export class Editor {
  private readonly view: EditorView;

  /** Places the editor in `parent`. `changed` is told of each text that is typed. */
  constructor(
    parent: HTMLElement,
    private readonly changed: (text: string) => void,
  ) {
    this.view = new EditorView({ parent });
  }

  /** A state for a file that was not open yet. */
  fresh(path: string, text: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        bracketMatching(),
        syntaxHighlighting(colours),
        language(path, text),
        lintGutter(),
        // Tab leaves the editor, as it leaves any other field.
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": `Contents of ${path}`, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(update.state.doc.toString());
        }),
      ],
    });
  }

  /** Shows a file; what was shown before is the state that comes back. */
  show(state: EditorState): EditorState {
    const before = this.view.state;
    this.view.setState(state);
    return before;
  }

  get state(): EditorState {
    return this.view.state;
  }

  /** Puts another text in the place of the whole one, which can be undone. */
  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Underlines what is found in the file that is open. */
  underline(diagnostics: Diagnostic[]): void {
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  /** Selects a stretch, brings it into view, and puts the cursor there. */
  go(from: number, to: number): void {
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }
}
