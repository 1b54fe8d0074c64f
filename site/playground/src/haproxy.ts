// Colours for HAProxy's configuration: sections, keywords, quotes, variables, numbers with their units, comments.
import type { StreamParser } from "@codemirror/language";

/** The keywords that begin a section (HAProxy's configuration manual, section 2.1 and following). */
const SECTIONS =
  /^(global|defaults|frontend|backend|listen|peers|resolvers|userlist|mailers|program|http-errors|ring|log-forward|cache|fcgi-app|crt-store|traces)(?=\s|$)/;

interface Line {
  /** Whether the first word of the line was read. */
  begun: boolean;
  quote: string | null;
}

export const haproxy: StreamParser<Line> = {
  name: "haproxy",
  startState: () => ({ begun: false, quote: null }),
  token(stream, line) {
    if (stream.sol()) line.begun = false;
    if (line.quote) {
      while (!stream.eol()) {
        const next = stream.next();
        if (next === "\\" && line.quote === '"') stream.next();
        else if (next === line.quote) {
          line.quote = null;
          break;
        }
      }
      return "string";
    }
    if (stream.eatSpace()) return null;
    if (stream.peek() === "#") {
      stream.skipToEnd();
      return "comment";
    }
    if (!line.begun) {
      line.begun = true;
      if (stream.match(SECTIONS)) return "heading";
      if (stream.match(/^\.(if|elif|else|endif|notice|warning|alert|diag)/)) return "meta";
      stream.match(/^[^\s"'#\\]+/) || stream.next();
      return "keyword";
    }
    if (stream.match(/^["']/)) {
      line.quote = stream.current();
      return "string";
    }
    if (stream.match(/^(if|unless|or)(?=\s|$)|^[{}!]|^\|\|/)) return "controlKeyword";
    if (stream.match(/^\d+(us|ms|s|m|h|d|k|g)?(?=\s|$)/)) return "number";
    if (stream.match(/^%\[[^\]\s]*\]|^\$\{?\w+\}?/)) return "variableName";
    if (stream.eat("\\")) {
      stream.next();
      return "escape";
    }
    stream.match(/^[^\s"'\\$%]+/) || stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
};
