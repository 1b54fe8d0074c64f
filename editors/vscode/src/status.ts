// What the status bar says of the server, beside the language of the document.
import * as vscode from "vscode";

import type { Binary } from "./binary";
import { documents } from "./documents";

/** The item of the status bar. */
export class Status implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;

  constructor() {
    this.#item = vscode.languages.createLanguageStatusItem("wslint", documents);
    this.#item.name = "wslint";
  }

  /** No program was found. */
  missing(): void {
    this.#show("wslint is not installed", undefined, vscode.LanguageStatusSeverity.Error);
  }

  /** The program is being started. */
  starting(binary: Binary): void {
    this.#show("wslint starts", binary, vscode.LanguageStatusSeverity.Information, true);
  }

  /** The server answers. */
  running(binary: Binary, version: string | undefined): void {
    this.#show(`wslint ${version ?? ""}`.trim(), binary, vscode.LanguageStatusSeverity.Information);
  }

  /** The server ended, and is not started by itself again. */
  stopped(binary: Binary): void {
    this.#show("wslint stopped", binary, vscode.LanguageStatusSeverity.Error);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(text: string, binary: Binary | undefined, severity: vscode.LanguageStatusSeverity, busy = false): void {
    this.#item.text = text;
    this.#item.detail = binary && `${binary.path} (${binary.origin})`;
    this.#item.severity = severity;
    this.#item.busy = busy;
    this.#item.command =
      severity === vscode.LanguageStatusSeverity.Error
        ? { command: "wslint.restartServer", title: "Restart" }
        : { command: "wslint.showOutput", title: "Output" };
  }
}
