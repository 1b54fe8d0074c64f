// Runs the command over files in memory. The module is `wslint` built for WASI: the same program as on a server.
import { ConsoleStdout, Directory, File, Inode, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

/** The folder that holds the files. It lies below another one, as on a server: `/etc/nginx` is outside of it. */
const FOLDER = "configuration";

// Files in memory have no times. `--fix` gives a file those of the one that it replaces, which changes nothing here.
OpenFile.prototype.fd_filestat_set_times = () => 0;

/** Files by their paths, which are relative and have `/` between their components. */
export type Files = Record<string, string>;

/** What one run of the command left behind. */
export interface Outcome {
  /** 0 for nothing found, 1 for findings, 2 for a job that could not be done. */
  status: number;
  stdout: string;
  stderr: string;
  /** All files as they are after the run, which `--fix` changes. */
  files: Files;
}

/** Runs the command with these arguments in the folder that holds the files. */
export async function run(module: WebAssembly.Module, args: string[], files: Files): Promise<Outcome> {
  const folder = new Directory(tree(files));
  const top = new PreopenDirectory("/", new Map([[FOLDER, folder]]));
  const [stdout, stderr] = [new Output(), new Output()];
  const input = new OpenFile(new File([]));
  // No locale, no home, no terminal: what is found depends on the files alone.
  const wasi = new WASI(["wslint", ...args.map(ascii)], [`PWD=/${FOLDER}`], [input, stdout.file, stderr.file, top], { debug: false });
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  const status = wasi.start(instance as Parameters<WASI["start"]>[0]);
  return { status, stdout: stdout.text(), stderr: stderr.text(), files: Object.fromEntries(listed(folder.contents)) };
}

/** What a program prints. */
class Output {
  private readonly parts: Uint8Array[] = [];
  readonly file = new ConsoleStdout((part) => this.parts.push(part.slice()));

  text(): string {
    const decoder = new TextDecoder();
    return this.parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  }
}

/** The shim makes room for one byte a character: what is not ASCII is written as in a URL, the one argument that may
 * hold it. */
function ascii(arg: string): string {
  return arg.replace(/[^\x00-\x7f]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

function tree(files: Files): Map<string, Inode> {
  const top = new Map<string, Inode>();
  const encoder = new TextEncoder();
  for (const [path, text] of Object.entries(files)) {
    const names = path.split("/");
    const name = names.pop() as string;
    let folder = top;
    for (const above of names) {
      let there = folder.get(above);
      if (!(there instanceof Directory)) folder.set(above, (there = new Directory(new Map())));
      folder = (there as Directory).contents;
    }
    folder.set(name, new File(encoder.encode(text)));
  }
  return top;
}

function* listed(folder: Map<string, Inode>, above = ""): Generator<[string, string]> {
  for (const [name, entry] of folder) {
    if (entry instanceof Directory) yield* listed(entry.contents, `${above}${name}/`);
    else if (entry instanceof File) yield [`${above}${name}`, new TextDecoder().decode(entry.data)];
  }
}
