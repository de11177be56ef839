/** The state of the workspace in its address; the server reads the same (web/imagery/asked.py). */

export interface State {
  /** Names of the two pictures; the year stands in the address as well, for people. */
  a: string | null;
  b: string | null;
  bearing: number | null;
  pitch: number;
  zoom: number;
  /** How much further the right one looks; null while both look at the parcel. */
  turned: number | null;
  loose: boolean;
  swipe: number;
  photoA: number | null;
  photoB: number | null;
}

/** Of which years the two pictures are, and whether they are the best of these. */
export interface Chosen {
  readonly year: number;
  readonly best: boolean;
}

/** The query of a state, without what is usual. */
export function write(parcel: string, state: State, a: Chosen | null, b: Chosen | null): string {
  const parts: [string, string | number][] = [["perceel", parcel]];
  const put = (name: string, value: string | number | null | false, usual?: number): void => {
    if (value !== null && value !== false && value !== usual) parts.push([name, value]);
  };
  put("a", a?.year ?? null);
  put("b", b?.year ?? null);
  put("pa", a && !a.best && state.a);
  put("pb", b && !b.best && state.b);
  put("yaw", rounded(state.bearing), 360);
  put("pitch", rounded(state.pitch), 0);
  put("zoom", Math.round(state.zoom), 25);
  put("draai", rounded(state.turned));
  put("los", state.loose && 1);
  put("veeg", Math.round(state.swipe), 50);
  put("la", state.photoA);
  put("lb", state.photoB);
  return `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10);
