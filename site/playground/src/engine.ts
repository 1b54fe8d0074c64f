// Asks the worker, one question after the other.
import type { Files, Outcome } from "./command";
import type { Answer, Question } from "./worker";

/** How long a question may take, in milliseconds. The largest examples take some 100 ms; beyond this, nobody waits. */
const PATIENCE = 60_000;

interface Asked {
  question: Question;
  settle: (outcomes: Outcome[]) => void;
  fail: (error: Error) => void;
}

/** The command in its worker. */
export class Engine {
  private worker: Worker | undefined;
  private running: Asked | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting: Asked[] = [];
  private count = 0;

  /** Runs the command once for each list of arguments, over the same files. Rejects where the browser cannot run it, and
   * for what takes longer than a minute. */
  ask(files: Files, ...runs: string[][]): Promise<Outcome[]> {
    return new Promise((settle, fail) => {
      this.waiting.push({ question: { id: ++this.count, files, runs }, settle, fail });
      this.next();
    });
  }

  private next(): void {
    if (this.running) return;
    this.running = this.waiting.shift();
    if (!this.running) return;
    this.patience = setTimeout(() => this.give_up("it takes longer than a minute"), PATIENCE);
    this.started().postMessage(this.running.question);
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker("worker.js");
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.take(data));
    worker.addEventListener("error", () => this.give_up("the browser cannot run it"));
    return (this.worker = worker);
  }

  private take(answer: Answer): void {
    const asked = this.ended();
    if ("outcomes" in answer) asked?.settle(answer.outcomes);
    else asked?.fail(new Error(answer.failure));
    this.next();
  }

  private give_up(why: string): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.ended()?.fail(new Error(why));
    this.next();
  }

  private ended(): Asked | undefined {
    clearTimeout(this.patience);
    const asked = this.running;
    this.running = undefined;
    return asked;
  }
}
