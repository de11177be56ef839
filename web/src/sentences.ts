/** The sentences that scripts say, as the server put them in the page (table [script] of the texts). */

let known: Readonly<Record<string, string>> | undefined;

/** A sentence with its values filled in; the key itself when the page does not have it. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  known ??= JSON.parse(document.getElementById("sentences")?.textContent ?? "{}") as Record<string, string>;
  return fill(known[key] ?? key, values);
}

/** Fills `{name}` in; what has no value stays. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
