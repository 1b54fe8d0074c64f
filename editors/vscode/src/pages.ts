// The Markdown that the server answers, shown as pages of the editor.
import * as vscode from "vscode";

const SCHEME = "wslint";

/** Shows texts in Markdown previews. Nothing of them is a file. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.#changed.event;

  /** Shows a text under a title; one that was shown under it before is replaced. */
  async show(title: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title.replaceAll("/", "\u2215")}.md` });
    this.#texts.set(uri.toString(), markdown);
    this.#changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
