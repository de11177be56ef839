/** Directions: degrees clockwise from true north outside, radians from the middle inside a viewer. */

/** The same direction, from 0 up to 360. */
export const bearing = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** The same turn, from -180 up to 180. */
export const turn = (degrees: number): number => bearing(degrees + 180) - 180;

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;
export const degrees = (radians: number): number => (radians * 180) / Math.PI;

const names = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;

/** The name of the wind that a direction is nearest to. */
export const wind = (degrees: number): (typeof names)[number] => names[Math.round(bearing(degrees) / 45) % 8] ?? "n";

/** What the right picture looks at when both keep together: what the left does, and the offset. */
export const beside = (left: number, offset: number): number => bearing(left + offset);

/** Metres between two places in degrees, near enough over a street. */
export function metres(a: Place, b: Place): number {
  const east = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
  return Math.hypot(east, radians(b.lat - a.lat)) * 6_371_000;
}

export interface Place {
  readonly lon: number;
  readonly lat: number;
}

/** The place that lies nearest, when it is not further than so many metres. */
export function nearest<T extends Place>(places: readonly T[], to: Place, within = Number.POSITIVE_INFINITY): T | null {
  let found: T | null = null;
  let best = within;
  for (const place of places) {
    const away = metres(place, to);
    if (away <= best) [found, best] = [place, away];
  }
  return found;
}

/** The corners of a cone on the map: metres east and north of where one stands, first itself. */
export function cone(looking: number, width: number, length: number, steps = 6): [number, number][] {
  const corners: [number, number][] = [[0, 0]];
  for (let step = 0; step <= steps; step += 1) {
    const at = radians(looking - width / 2 + (width * step) / steps);
    corners.push([Math.sin(at) * length, Math.cos(at) * length]);
  }
  return corners;
}
