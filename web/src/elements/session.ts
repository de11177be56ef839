/** When to warn that a session ends: plain values, without the page. */

/** Seconds before the end at which one is warned (WCAG 2.2.1 asks for 20 at least). */
export const WARNED_S = 120;

export type Stage = "quiet" | "warning" | "over";

/** How far a session is that lasts until `until`, both in milliseconds. */
export function stage(now: number, until: number): Stage {
  if (now >= until) return "over";
  return now >= until - WARNED_S * 1000 ? "warning" : "quiet";
}

/** Milliseconds after which to look again; a sleeping machine may look later. */
export function wait(now: number, until: number): number {
  const at = stage(now, until);
  if (at === "over") return 60_000;
  return Math.min(Math.max((at === "quiet" ? until - WARNED_S * 1000 : until) - now, 250), 60_000);
}

/** What another tab has heard counts here too, but for what is no moment. */
export function latest(own: number, stored: string | null): number {
  const other = Number(stored);
  return Number.isFinite(other) && other > own ? other : own;
}
