// The page: files in tabs, what is found in them while they are typed, and the way of one request.
import type { Diagnostic } from "@codemirror/lint";
import type { Files } from "./command";
import type { Finding, Place, Report, Trace } from "./documents";
import { files_of_dump } from "./dump";
import { Editor } from "./editor";
import { counted, element, part } from "./element";
import { Engine } from "./engine";
import { Tree, objection } from "./files";
import { type Page, show_findings } from "./findings";
import { changed, diff } from "./fixes";
import { type Input, fragment_of, input_of } from "./link";
import { offset, range } from "./position";
import { led_to, show_tabs } from "./tabs";
import { show_trace } from "./trace";

interface Example {
  title: string;
  url?: string;
  open?: string;
  files: Files;
}

/** How long the keyboard rests before the files are looked at, in milliseconds. */
const REST = 150;
/** Links beyond this many characters do not survive in many chats and mail programs. */
const LONG_LINK = 8_000;

const engine = new Engine();
const tabs = part("tabs");
const url = part<HTMLInputElement>("url");
const nginx = part<HTMLInputElement>("nginx-version");
const haproxy = part<HTMLInputElement>("haproxy-version");
const notes = part<HTMLInputElement>("notes");
const summary = part("summary");
const editor = new Editor(part("editor"), (text) => {
  if (!take_dump(text)) look_soon();
});
const tree = new Tree(editor);

let report: Report | undefined;
/** Whether the files are being looked at, and whether they changed since. */
let looking = false;
let stale = false;
let resting: ReturnType<typeof setTimeout> | undefined;

const page: Page = {
  has: (file) => tree.paths.includes(file),
  go({ file, line, column, end_line, end_column }) {
    if (!tree.paths.includes(file)) return;
    open(file);
    const text = editor.state.doc;
    if (column !== undefined && end_line !== undefined && end_column !== undefined) {
      const { from, to } = range(text, { file, line, column, end_line, end_column });
      editor.go(from, to);
    } else {
      editor.go(offset(text, line, 1), offset(text, line, Infinity));
    }
  },
  apply(files) {
    tree.replace(files);
    void look();
  },
};

/** The arguments that say which proxies are meant. */
function versions(): string[] {
  const of = (flag: string, field: HTMLInputElement) => (field.value.trim() ? [`${flag}=${field.value.trim()}`] : []);
  return [...of("--nginx-version", nginx), ...of("--haproxy-version", haproxy)];
}

function look_soon(): void {
  clearTimeout(resting);
  resting = setTimeout(() => void look(), REST);
}

/** Looks at all files, and once more if something changed meanwhile. */
async function look(): Promise<void> {
  clearTimeout(resting);
  stale = true;
  if (looking) return;
  looking = true;
  document.documentElement.dataset["state"] = "looking";
  while (stale) {
    stale = false;
    await look_once();
  }
  looking = false;
  document.documentElement.dataset["state"] = "done";
}

/** Lints all files, follows the request if there is one, and shows both. */
async function look_once(): Promise<void> {
  const files = tree.files;
  const asked = url.value.trim();
  const runs = [["--format=json", `--severity=${notes.checked ? "info" : "warning"}`, ...versions()]];
  if (asked) runs.push(["trace", "--format=json", ...versions(), "--", asked]);
  try {
    const [lint, trace] = await engine.ask(files, ...runs);
    if (stale || !lint) return;
    take_report(lint.stdout, lint.stderr, files);
    take_trace(trace);
  } catch (error) {
    summary.textContent = `wslint could not run: ${(error as Error).message}`;
  }
}

function take_report(stdout: string, stderr: string, files: Files): void {
  report = stdout ? shown_of(JSON.parse(stdout) as Report) : undefined;
  part("findings").replaceChildren();
  part("fix-all").hidden = !report?.findings.some((finding) => finding.fix?.safety === "safe");
  part("all-fixes").replaceChildren();
  if (report) {
    show_findings(part("findings"), report, files, page);
    const { errors, warnings, infos } = report.summary;
    const found = [counted(errors, "error"), counted(warnings, "warning"), ...(notes.checked ? [counted(infos, "note")] : [])];
    summary.textContent = `${found.join(", ")} in ${counted(report.summary.files, "file")} with ${counted(report.summary.routes, "route")}`;
    if (report.errors.length > 0) summary.textContent += `; ${counted(report.errors.length, "thing")} could not be done`;
  } else {
    summary.textContent = stderr.trim();
  }
  underline();
  show_all_tabs();
}

/** A report without the notes that nobody asked for, which the document holds all the same. */
function shown_of(read: Report): Report {
  return notes.checked ? read : { ...read, findings: read.findings.filter((finding) => finding.severity !== "info") };
}

function take_trace(outcome: { stdout: string; stderr: string } | undefined): void {
  const shown = part("trace");
  if (!outcome) shown.replaceChildren();
  else if (outcome.stdout) show_trace(shown, JSON.parse(outcome.stdout) as Trace, report?.findings ?? [], page);
  else shown.replaceChildren(element("p", { class: "failed" }, outcome.stderr.trim()));
}

function underline(): void {
  const found = (report?.findings ?? []).filter((finding) => finding.file === tree.open);
  const text = editor.state.doc;
  const diagnostic = (finding: Finding): Diagnostic => ({
    ...range(text, first_line(finding, text.lines)),
    severity: finding.severity,
    source: finding.rule,
    message: `${finding.message}\n${finding.help}`.replaceAll("`", ""),
  });
  editor.underline(found.map(diagnostic).sort((one, other) => one.from - other.from));
}

/** A block is underlined on its first line only. */
function first_line(place: Place, lines: number): Place {
  if (place.end_line === place.line || place.line >= lines) return place;
  return { ...place, end_line: place.line, end_column: Infinity };
}

function show_all_tabs(): void {
  const worst = new Map<string, string>();
  for (const severity of ["info", "warning", "error"] as const)
    for (const finding of report?.findings ?? []) if (finding.severity === severity) worst.set(finding.file, severity);
  show_tabs(tabs, tree.paths, tree.open, worst, open);
  part<HTMLInputElement>("name").value = tree.open;
  part<HTMLButtonElement>("remove").disabled = tree.paths.length === 1;
}

function open(path: string): void {
  tree.show(path);
  underline();
  show_all_tabs();
}

/** Begins anew with an example or with what a link carries. */
function begin(input: Input): void {
  tree.load(input.files, input.open);
  url.value = input.url ?? "";
  nginx.value = input.nginx ?? "";
  haproxy.value = input.haproxy ?? "";
  notes.checked = input.notes ?? false;
  report = undefined;
  show_all_tabs();
  void look();
}

/** What a link carries. */
function input(): Input {
  return {
    files: tree.files,
    open: tree.open,
    url: url.value.trim() || undefined,
    nginx: nginx.value.trim() || undefined,
    haproxy: haproxy.value.trim() || undefined,
    notes: notes.checked || undefined,
  };
}

/** Puts the files of a dump in the place of the file that it was pasted into. */
function take_dump(text: string): boolean {
  const files = files_of_dump(text);
  if (!files) return false;
  const dump = tree.open;
  for (const [path, contents] of Object.entries(files)) tree.add(free_name(path), contents);
  const first = tree.open;
  tree.show(dump);
  tree.remove();
  open(first);
  part("said").textContent = `The output of nginx -T is split into its ${counted(Object.keys(files).length, "file")}.`;
  void look();
  return true;
}

/** A name that no file has yet. */
function free_name(wanted: string): string {
  const taken = tree.paths;
  if (objection(wanted, taken) === undefined) return wanted;
  for (let count = 2; ; count++) {
    const name = wanted.replace(/(\.[^./]*)?$/, `-${count}$1`);
    if (objection(name, taken) === undefined) return name;
  }
}

async function share(): Promise<void> {
  const fragment = await fragment_of(input());
  history.replaceState(null, "", `#${fragment}`);
  const link = location.href;
  const length = link.length > LONG_LINK ? ` It has ${link.length} characters: some programs cut it.` : "";
  try {
    await navigator.clipboard.writeText(link);
    part("said").textContent = `The link is copied.${length}`;
  } catch {
    part("said").textContent = `The link is in the address bar.${length}`;
  }
}

/** Shows what `--fix` changes, and offers to take it over. */
async function show_all_fixes(): Promise<void> {
  const before = tree.files;
  const [fixed] = await engine.ask(before, ["--fix", "--quiet", ...versions()]);
  const after = changed(before, fixed?.files ?? {});
  const shown = part("all-fixes");
  if (Object.keys(after).length === 0) {
    shown.replaceChildren(element("p", {}, fixed?.stderr.trim() || "There is nothing to fix."));
    return;
  }
  const apply = element("button", { type: "button" }, "Apply all");
  apply.addEventListener("click", () => page.apply(after));
  shown.replaceChildren(diff(before, after), apply);
}

async function take_files(list: FileList | null): Promise<void> {
  for (const file of list ?? []) {
    const text = await file.text();
    tree.add(free_name(file.name), text);
    take_dump(text);
  }
  show_all_tabs();
  void look();
}

function listen(examples: Example[]): void {
  const choice = part<HTMLSelectElement>("example");
  choice.append(...examples.map(({ title }, at) => element("option", { value: String(at) }, title)));
  choice.addEventListener("change", () => {
    const chosen = examples[Number(choice.value)];
    if (!chosen) return;
    history.replaceState(null, "", location.pathname);
    begin(chosen);
  });
  tabs.addEventListener("keydown", (event) => {
    const to = led_to(event.key, tree.paths.indexOf(tree.open), tree.paths.length);
    const path = to === undefined ? undefined : tree.paths[to];
    if (path === undefined) return;
    event.preventDefault();
    open(path);
  });
  part("add").addEventListener("click", () => {
    tree.add(free_name("new.conf"), "");
    show_all_tabs();
    part<HTMLInputElement>("name").select();
  });
  part("remove").addEventListener("click", () => {
    tree.remove();
    show_all_tabs();
    void look();
  });
  part("name").addEventListener("change", ({ target }) => {
    const field = target as HTMLInputElement;
    const path = field.value.trim().replace(/^\/+/, "");
    if (path === tree.open) return;
    const against = objection(path, tree.paths.filter((other) => other !== tree.open));
    part("said").textContent = against ? `The name stays as it is: ${against}.` : "";
    if (!against) tree.rename(path);
    show_all_tabs();
    void look();
  });
  part<HTMLInputElement>("from-disk").addEventListener("change", ({ target }) => void take_files((target as HTMLInputElement).files));
  part("share").addEventListener("click", () => void share());
  part("fix-all").addEventListener("click", () => void show_all_fixes());
  part("request").addEventListener("submit", (event) => {
    event.preventDefault();
    void look();
  });
  for (const field of [url, nginx, haproxy, notes]) field.addEventListener("change", () => void look());
  addEventListener("hashchange", () => void from_link(examples));
}

/** Begins with what the address carries, or else with the first example. */
async function from_link(examples: Example[]): Promise<void> {
  let carried: Input | undefined;
  try {
    carried = await input_of(location.hash);
  } catch {
    part("said").textContent = "The link is broken: it was cut off, or it was not made by this page.";
  }
  begin(carried ?? (examples[0] as Example));
}

async function start(): Promise<void> {
  const examples = (await (await fetch("examples.json")).json()) as Example[];
  listen(examples);
  await from_link(examples);
}

void start();
