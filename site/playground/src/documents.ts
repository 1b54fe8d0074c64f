// The documents that the command prints with `--format json`, as far as the page reads them. docs/report.schema.json
// describes the first one.

/** A stretch of a file. Lines and columns count from 1, columns in characters; the end is behind the last one. */
export interface Place {
  file: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

/** Puts `text` in the place of the bytes from `start` to `end`. */
export interface Edit {
  file: string;
  start: number;
  end: number;
  text: string;
}

export type Severity = "error" | "warning" | "info";

export interface Finding extends Place {
  rule: string;
  severity: Severity;
  message: string;
  reason: string;
  help: string;
  url: string;
  route: string | null;
  related: (Place & { message: string })[];
  fix: { safety: "safe" | "unsafe"; edits: Edit[] } | null;
}

/** What could not be done, or what is worth knowing of the run. Some problems have no place, others no line. */
export interface Problem extends Partial<Place> {
  kind: string;
  message: string;
  help: string | null;
}

/** What `wslint --format json` prints. */
export interface Report {
  findings: Finding[];
  errors: Problem[];
  notes: Problem[];
  summary: { files: number; routes: number; errors: number; warnings: number; infos: number };
}

/** One step of a request, with the line that decides it, if a line does. */
export interface Step {
  what: string;
  proxy: string;
  file: string | null;
  line: number | null;
  text: string | null;
  note: string | null;
}

/** What a value is: itself, null if it is not sent, or the word "unknown". */
export type Known<T> = T | "unknown" | null;

/** What `wslint trace --format json` prints. */
export interface Trace {
  request: { url: string; method: string; target: string; http: string };
  steps: Step[];
  assumptions: { words: string; file: string | null; line: number | null }[];
  outcome: {
    reason: string | null;
    verdict: "works" | "breaks" | "fails" | "unknown";
    answered_by: string;
    status: Known<number>;
    upstream: Known<string>;
    uri: Known<string>;
    host: Known<string | string[]>;
    upgrade: Known<string | string[]>;
    connection: Known<string | string[]>;
    idle_timeout_ms: Known<number>;
    idle_timeout_by: string | null;
    rules: string[];
  };
}
