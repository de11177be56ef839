/** What the workspace says, as the server put it in its page (table [pano] of the texts). */

import { fill } from "../sentences.ts";

let known: Readonly<Record<string, string>> | undefined;

export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  known ??= JSON.parse(document.getElementById("pano-sentences")?.textContent ?? "{}") as Record<string, string>;
  return fill(known[key] ?? key, values);
}
