// The list of findings.
import type { Files } from "./command";
import type { Finding, Place, Problem, Report } from "./documents";
import { element, prose } from "./element";
import { diff, fixed } from "./fixes";

/** What the list asks of the page. */
export interface Page {
  /** Whether there is a file of this name. */
  has(file: string): boolean;
  /** Opens the file and goes to the place. */
  go(place: { file: string; line: number } & Partial<Place>): void;
  /** Puts the fixed files in the place of the others. */
  apply(files: Files): void;
}

/** Shows what was found, worst first, with what could not be done above and what is worth knowing below. */
export function show_findings(list: HTMLElement, report: Report, files: Files, page: Page): void {
  list.replaceChildren(
    ...report.errors.map((problem) => problem_item(problem, "error", page)),
    ...worst_first(report.findings).map((finding) => finding_item(finding, files, page)),
    ...report.notes.map((problem) => problem_item(problem, "note", page)),
  );
}

/** Findings by their severity, and those of one severity in their order. */
export function worst_first(findings: Finding[]): Finding[] {
  const ranks = { error: 0, warning: 1, info: 2 };
  return findings.toSorted((one, other) => ranks[one.severity] - ranks[other.severity]);
}

function finding_item(finding: Finding, files: Files, page: Page): HTMLElement {
  const item = element(
    "li",
    { class: `finding ${finding.severity}` },
    element(
      "p",
      { class: "title" },
      element("strong", { class: "severity" }, finding.severity),
      " ",
      element("a", { href: finding.url, target: "_blank", rel: "noopener", class: "rule" }, finding.rule),
    ),
    element("p", {}, ...prose(finding.message)),
    places(finding, page),
    element("p", { class: "help" }, element("b", {}, "Help: "), ...prose(finding.help)),
  );
  if (finding.fix) item.append(fix_part(finding, files, page));
  return item;
}

function places(finding: Finding, page: Page): HTMLElement {
  const all = [{ ...finding, message: finding.reason }, ...finding.related];
  return element(
    "ul",
    { class: "places" },
    ...all.map((place) => element("li", {}, place_button(place, page), " ", ...prose(place.message))),
  );
}

/** A button that goes to a place; words for one that is in no file of the page. */
export function place_button(place: { file: string; line: number } & Partial<Place>, page: Page): HTMLElement {
  const words = `${place.file}:${place.line}`;
  if (!page.has(place.file)) return element("code", {}, words);
  const button = element("button", { type: "button", class: "place" }, words);
  button.addEventListener("click", () => page.go(place));
  return button;
}

function fix_part(finding: Finding, files: Files, page: Page): HTMLElement {
  const fix = finding.fix as NonNullable<Finding["fix"]>;
  const after = fixed(files, fix.edits);
  const words = fix.safety === "safe" ? "Show the fix" : "Show the fix, which may change more than this";
  const details = element("details", { class: "fix" }, element("summary", {}, words));
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    const apply = element("button", { type: "button" }, "Apply the fix");
    apply.addEventListener("click", () => page.apply(after));
    details.append(diff(files, after), apply);
  });
  return details;
}

function problem_item(problem: Problem, kind: "error" | "note", page: Page): HTMLElement {
  const item = element(
    "li",
    { class: `finding ${kind}` },
    element("p", { class: "title" }, element("strong", { class: "severity" }, kind)),
    element("p", {}, ...prose(problem.message)),
  );
  const { file, line } = problem;
  if (file !== undefined && line !== undefined)
    item.append(element("p", {}, place_button({ ...problem, file, line }, page)));
  if (problem.help) item.append(element("p", { class: "help" }, element("b", {}, "Help: "), ...prose(problem.help)));
  return item;
}
