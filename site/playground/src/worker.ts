// Runs the command beside the page, so that typing never waits for it.
import { type Files, type Outcome, run } from "./command";

/** Runs of the command over the same files. */
export interface Question {
  id: number;
  files: Files;
  runs: string[][];
}

/** What the runs left behind, or why they could not be made. */
export type Answer = { id: number; outcomes: Outcome[] } | { id: number; failure: string };

const module = WebAssembly.compileStreaming(fetch(new URL("wslint.wasm", self.location.href)));

self.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    const outcomes: Outcome[] = [];
    for (const args of data.runs) outcomes.push(await run(await module, args, data.files));
    answer = { id: data.id, outcomes };
  } catch (error) {
    answer = { id: data.id, failure: String(error) };
  }
  self.postMessage(answer);
});
