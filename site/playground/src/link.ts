// A link that carries the whole input in its fragment, which browsers send to nobody.
import type { Files } from "./command";

/** What a link carries. */
export interface Input {
  files: Files;
  /** The file that is open. */
  open?: string;
  /** The URL whose way is followed. */
  url?: string;
  /** The versions that are asked about, where they are not the usual ones. */
  nginx?: string;
  haproxy?: string;
  /** Whether notes are shown as well. */
  notes?: boolean;
}

/** The name of the form of the fragment: raw deflate of JSON, in the base64 of URLs. */
const FORM = "input=";
/** How much an opened link may hold, in bytes. Real trees stay far below; what is made to fill the memory does not. */
const LARGEST = 16 << 20;

/** The fragment that carries the input. */
export async function fragment_of(input: Input): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(input));
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return FORM + base64(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/** The input that a fragment carries; nothing if it carries none.
 * Throws for a fragment that was cut off or does not come from this page. */
export async function input_of(fragment: string): Promise<Input | undefined> {
  const carried = fragment.replace(/^#/, "");
  if (!carried.startsWith(FORM)) return undefined;
  const packed = bytes_of(carried.slice(FORM.length));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return checked(JSON.parse(await text_of(stream)));
}

async function text_of(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true });
    if (text.length > LARGEST) throw new Error("it holds more than 16 MiB");
  }
  return text;
}

/** What was read, if it has the form of an input. */
function checked(read: unknown): Input {
  const input = read as Input;
  const is_text = (value: unknown) => typeof value === "string";
  const files = Object.entries(input?.files ?? {});
  if (files.length === 0 || !files.every(([, text]) => is_text(text))) throw new Error("it holds no files");
  const optional = [input.open, input.url, input.nginx, input.haproxy];
  if (!optional.every((value) => value === undefined || is_text(value))) throw new Error("it holds something else");
  return input;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytes_of(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (unit) => unit.charCodeAt(0));
}
