/** The route: where pictures were taken around the parcel, read once from our own open standards. */

import { type Place, nearest } from "./angles.ts";
import type { Spot } from "./ground.ts";

const AROUND = 0.0022;
const SAME_PLACE_M = 10;

interface Items {
  readonly features: readonly {
    readonly id: string;
    readonly geometry: { readonly coordinates: readonly [number, number] };
    readonly properties: { readonly year: number; readonly sequence: string | null; readonly rank: number | null };
  }[];
}

export async function fetchRoute({ lon, lat }: Place): Promise<Spot[]> {
  const bbox = [lon - AROUND * 1.6, lat - AROUND, lon + AROUND * 1.6, lat + AROUND].map((edge) => edge.toFixed(6)).join(",");
  const query = new URLSearchParams({ f: "json", limit: "2000", properties: "year,sequence,rank", bbox });
  const response = await fetch(`/ogc/collections/panoramas/items?${query}`);
  if (!response.ok) throw new Error(`the route answered ${response.status}`);
  const { features } = (await response.json()) as Items;
  return features.map(({ id, geometry, properties }) => ({
    id,
    lon: geometry.coordinates[0],
    lat: geometry.coordinates[1],
    year: properties.year,
    sequence: properties.sequence ?? "",
    rank: properties.rank ?? 0,
  }));
}

/** The next picture of the same run, before or after this one. */
export function beside(spots: readonly Spot[], id: string, step: number): Spot | null {
  const here = spots.find((spot) => spot.id === id);
  if (!here) return null;
  const run = spots.filter((spot) => spot.year === here.year && spot.sequence === here.sequence);
  run.sort((one, other) => one.rank - other.rank || one.id.localeCompare(other.id));
  return run[run.indexOf(here) + step] ?? null;
}

/** The picture of a year that was taken at the same place. */
export function sameSpot(spots: readonly Spot[], year: number, at: Place): Spot | null {
  return nearest(
    spots.filter((spot) => spot.year === year),
    at,
    SAME_PLACE_M,
  );
}
