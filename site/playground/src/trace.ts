// The way of one request, drawn as a path: each hop with the line that decides it.
import type { Finding, Known, Step, Trace } from "./documents";
import { element, prose } from "./element";
import { type Page, place_button, worst_first } from "./findings";

const PROXIES: Record<string, string> = { nginx: "nginx", haproxy: "HAProxy" };

/** What a verdict says in a sentence. `breaks`: the handshake succeeds, and something spoils the connection behind it. */
const VERDICTS: Record<Trace["outcome"]["verdict"], string> = {
  works: "Works",
  breaks: "The handshake succeeds, and the connection breaks",
  fails: "Fails",
  unknown: "Cannot be told from these files",
};

/** Shows the way, how it ends, and which of the findings lie on it. */
export function show_trace(parent: HTMLElement, trace: Trace, findings: Finding[], page: Page): void {
  const { outcome, request } = trace;
  const verdict = element("p", { class: `verdict ${outcome.verdict}` }, element("strong", {}, VERDICTS[outcome.verdict]));
  if (outcome.reason) verdict.append(": ", ...prose(outcome.reason));
  const path = element("ol", { class: "path" });
  path.append(hop("request", `${request.method} ${request.target} HTTP/${request.http}`, null, null, page, "client"));
  let proxy = "";
  for (const step of trace.steps) {
    if (step.proxy !== proxy) {
      proxy = step.proxy;
      path.append(element("li", { class: "proxy" }, element("h3", {}, PROXIES[proxy] ?? proxy)));
    }
    path.append(hop(step.what, step.text, step.note, step, page));
  }
  path.append(last_hop(trace, page));
  const met = worst_first(findings.filter((finding) => outcome.rules.includes(finding.rule)));
  parent.replaceChildren(verdict, ...reasons(met, page), path, facts(trace), ...assumptions(trace, page));
}

function hop(
  what: string,
  text: string | null,
  note: string | null,
  step: Pick<Step, "file" | "line"> | null,
  page: Page,
  kind = "hop",
): HTMLElement {
  const item = element("li", { class: kind }, element("span", { class: "what" }, what));
  const beside = element("div", { class: "beside" });
  if (text) beside.append(element("code", { class: "deciding" }, text));
  if (note) beside.append(element("p", {}, ...prose(note)));
  if (step?.file && step.line !== null) beside.append(place_button({ file: step.file, line: step.line }, page));
  item.append(beside);
  return item;
}

function last_hop({ outcome }: Trace, page: Page): HTMLElement {
  const by: Record<string, string> = { upstream: "the upstream answers", proxy: "the proxy answers", nobody: "nobody answers" };
  const status = outcome.status === null || outcome.status === "unknown" ? "" : ` with ${outcome.status}`;
  const who = outcome.answered_by === "upstream" && outcome.upstream && outcome.upstream !== "unknown" ? ` (${outcome.upstream})` : "";
  const words = `${by[outcome.answered_by] ?? "who answers is not known"}${status}${who}`;
  return hop("answer", null, words, null, page, `end ${outcome.verdict}`);
}

/** What the upstream gets, and how long silence may last. */
function facts({ outcome }: Trace): HTMLElement {
  const rows: [string, string][] = [
    ["URI", shown(outcome.uri)],
    ["Host", shown(outcome.host)],
    ["Upgrade", shown(outcome.upgrade)],
    ["Connection", shown(outcome.connection)],
    ["Silence", silence(outcome.idle_timeout_ms, outcome.idle_timeout_by)],
  ];
  const list = element("dl", { class: "facts" });
  for (const [name, value] of rows) list.append(element("dt", {}, name), element("dd", {}, value));
  return list;
}

function shown(value: Known<string | string[]>): string {
  if (value === null) return "not sent";
  return Array.isArray(value) ? value.join(", ") : value === "" ? "empty" : value;
}

function silence(limit: Known<number>, by: string | null): string {
  if (limit === "unknown") return "not known";
  if (limit === null) return "never cut";
  return `cut after ${limit / 1000} s${by ? ` by ${by}` : ""}`;
}

/** What is found on the way, which is why it ends as it does. */
function reasons(findings: Finding[], page: Page): HTMLElement[] {
  if (findings.length === 0) return [];
  const items = findings.map((finding) => element("li", {}, ...prose(finding.message), " ", place_button(finding, page)));
  return [element("ul", { class: "places" }, ...items)];
}

function assumptions({ assumptions }: Trace, page: Page): HTMLElement[] {
  if (assumptions.length === 0) return [];
  const items = assumptions.map(({ words, file, line }) => {
    const item = element("li", {}, ...prose(words), " ");
    if (file !== null && line !== null) item.append(place_button({ file, line }, page));
    return item;
  });
  return [element("p", {}, "Assumed:"), element("ul", { class: "places" }, ...items)];
}
