// Where `wslint` is: in the setting, in what the folder has installed for itself, or on the PATH.
import { posix, win32 } from "node:path";

/** What the search goes by. */
export interface Surroundings {
  /** The setting `wslint.path`; empty where there is none. */
  setting: string;
  /** The folders that are open, as paths of files. */
  folders: readonly string[];
  /** Whether the folders are trusted: what lies in others is not run. */
  trusted: boolean;
  platform: NodeJS.Platform;
  arch: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** A program, and why it is the one. */
export interface Binary {
  path: string;
  origin: "setting" | "virtual environment" | "node_modules" | "PATH";
}

/** Says whether a path is a file that can be run. */
export type CanRun = (path: string) => Promise<boolean>;

/** The places where `wslint` may be, the best one first. */
export function candidates(surroundings: Surroundings): Binary[] {
  const { setting, folders, trusted, platform, arch, env } = surroundings;
  const windows = platform === "win32";
  const { join, delimiter } = windows ? win32 : posix;
  const file = windows ? "wslint.exe" : "wslint";
  if (setting.trim() !== "") return [{ path: expanded(surroundings), origin: "setting" }];
  const found: Binary[] = [];
  const scripts = windows ? "Scripts" : "bin";
  if (trusted) {
    for (const folder of folders) {
      // The wheel puts the binary beside the interpreter of the environment.
      for (const environment of [".venv", "venv"])
        found.push({ path: join(folder, environment, scripts, file), origin: "virtual environment" });
      // The npm package `wslint` takes the binary from the package of the platform.
      found.push({
        path: join(folder, "node_modules", "@wslint", `${platform}-${arch}`, "bin", file),
        origin: "node_modules",
      });
    }
  }
  if (env.VIRTUAL_ENV) found.push({ path: join(env.VIRTUAL_ENV, scripts, file), origin: "virtual environment" });
  const path = (windows ? env.Path : undefined) ?? env.PATH ?? "";
  for (const folder of path.split(delimiter)) {
    // An empty entry means the working directory, which is the folder that may not be trusted.
    if (folder !== "" && (windows ? win32 : posix).isAbsolute(folder))
      found.push({ path: join(folder, file), origin: "PATH" });
  }
  return found;
}

/** The `wslint` to run; nothing if there is none. */
export async function find(surroundings: Surroundings, canRun: CanRun): Promise<Binary | undefined> {
  for (const candidate of candidates(surroundings)) {
    if (await canRun(candidate.path)) return candidate;
  }
  return undefined;
}

/** The setting with `~` and `${workspaceFolder}` replaced; a relative path starts from the first folder. */
function expanded({ setting, folders, platform, env }: Surroundings): string {
  const { join, isAbsolute } = platform === "win32" ? win32 : posix;
  const folder = folders[0] ?? "";
  const home = env.HOME ?? env.USERPROFILE ?? "";
  const path = setting.trim().replaceAll("${workspaceFolder}", () => folder).replace(/^~(?=[/\\])/, () => home);
  return isAbsolute(path) ? path : join(folder, path);
}
