/** What /api/map answers: layers in drawing order, their styles, and where tiles are. */

import type { Instruction } from "./style.ts";

export interface MapLayer {
  readonly id: string;
  readonly group: "basis" | "thema";
  readonly minzoom: number;
  readonly on: boolean;
}

/** Images from elsewhere, in web mercator: an address with {z}, {x} and {y}. */
export interface Background {
  readonly tiles: string;
  readonly maxzoom: number;
}

export interface MapDocument {
  readonly center: readonly [number, number];
  /** Address of a tile, with places for {z}, {y}, {x} and the {collections} that it holds. */
  readonly tiles: string;
  readonly layers: readonly MapLayer[];
  readonly style: readonly Instruction[];
  readonly background: Background | null;
}

export async function load(): Promise<MapDocument> {
  const response = await fetch("/api/map");
  if (!response.ok) throw new Error(`the map answered ${response.status}`);
  return (await response.json()) as MapDocument;
}
