// Runs the command beside the page, so that typing never waits for it.
import { XzReadableStream } from "xz-decompress";
import { type Files, type Outcome, run } from "./command";

/** Runs of the command over the same files. */
export interface Question {
  id: number;
  files: Files;
  runs: string[][];
}

/** What the runs left behind, or why they could not be made. */
export type Answer = { id: number; outcomes: Outcome[] } | { id: number; failure: string };

const module = loaded(new URL("wslint.wasm.xz", self.location.href));

/** The command. As xz it is a third smaller than what servers compress by themselves. */
async function loaded(url: URL): Promise<WebAssembly.Module> {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Error(`the server has no wslint.wasm.xz: it answers with ${status}`);
  return WebAssembly.compile(await new Response(new XzReadableStream(body)).arrayBuffer());
}

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
