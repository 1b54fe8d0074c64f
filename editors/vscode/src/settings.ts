// The settings that the server begins with; whenever they change, it asks the editor for them.

/** Reads a setting of the section `wslint`. */
export type Setting = <T>(name: string) => T | undefined;

/** What the server is told: the section `wslint` of its own settings. A setting that is empty is left out. */
export interface ServerSettings {
  /** The settings of the command, in place of the `wslint.yaml` of the folder: a path. */
  config?: string;
  /** The least severity that is shown: `error`, `warning` or `info`. */
  severity?: string;
  /** Whether inlay hints are shown. */
  inlayHints: boolean;
  /** The nginx to predict. */
  nginxVersion?: string;
  /** The HAProxy to predict. */
  haproxyVersion?: string;
}

/** The settings for the server. */
export function serverSettings(setting: Setting): ServerSettings {
  const words = (["config", "severity", "nginxVersion", "haproxyVersion"] as const).map((name) => {
    const value = setting<unknown>(name);
    return [name, typeof value === "string" ? value.trim() : ""] as const;
  });
  const given = Object.fromEntries(words.filter(([, value]) => value !== ""));
  return { ...given, inlayHints: setting<unknown>("inlayHints") === true };
}
