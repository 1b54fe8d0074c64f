// The URL of a route to trace, as people type it.

/** Why a text cannot be traced; nothing if it can. */
export function invalidRoute(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return "A URL such as wss://example.com/socket.io/";
  }
  const schemes = ["ws:", "wss:", "http:", "https:"];
  return schemes.includes(url.protocol) ? undefined : `${url.protocol.slice(0, -1)} is none of ws, wss, http and https`;
}
