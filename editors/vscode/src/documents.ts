// Which documents are shown to the server.

/** Languages of the files that hold configuration of nginx or HAProxy, or texts that are written to it. */
const languages = [
  "nginx",
  "haproxy",
  // What editors take `.conf` and `.cfg` for.
  "properties",
  "ini",
  // Files that hold configuration: manifests, scripts, images, stacks.
  "yaml",
  "dockercompose",
  "helm",
  "shellscript",
  "dockerfile",
  "makefile",
  "terraform",
  "nix",
  "jinja",
  "ansible",
];

/** Files whose names say what they are, whatever language they are taken for. */
const pattern = "**/{*.conf,*.cfg,*.conf.*,*.cfg.*,nginx/**,haproxy/**,sites-available/*,sites-enabled/*}";

/** What the client offers to the server: files only, since the server reads what they include from the disk. */
export const documents = [
  ...["file", "untitled"].flatMap((scheme) => languages.map((language) => ({ scheme, language }))),
  { scheme: "file", pattern },
];
