// The output of `nginx -T`: all files of a configuration in one text, each behind a line with its name.
import type { Files } from "./command";

/** What stands before a file, as `ngx_dump_config` prints it. */
const HEADER = /^# configuration file (.+):$/;

/** The files of a dump by their names below `/`; nothing for other texts. What nginx says before the first file is left out,
 * and the empty line that it prints behind each. */
export function files_of_dump(text: string): Files | undefined {
  const files: Files = {};
  let lines: string[] | undefined;
  let name = "";
  const end = () => {
    if (lines) files[name] ??= lines.join("\n").replace(/\n$/, "");
  };
  for (const line of text.split("\n")) {
    const header = HEADER.exec(line.trimEnd())?.[1];
    if (header === undefined) lines?.push(line);
    else {
      end();
      name = header.replace(/^\/+/, "");
      lines = [];
    }
  }
  end();
  return lines && files;
}
