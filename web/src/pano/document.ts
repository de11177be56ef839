/** What the server puts in the page of the workspace, and answers for one more picture. */

import type { State } from "./state.ts";

export interface Level {
  readonly width: number;
  readonly cols: number;
  readonly rows: number;
}

export interface Picture {
  readonly id: string;
  readonly year: number;
  /** The day it was taken, in words. */
  readonly date: string;
  readonly alt: string;
  readonly lon: number;
  readonly lat: number;
  /** Where its middle looks, clockwise from true north. */
  readonly heading: number;
  /** Where to look to see the parcel. */
  readonly bearing: number;
  /** Corners of the parcel: degrees to the right of the middle, and up. */
  readonly outline: readonly (readonly [number, number])[];
  readonly flat: string;
  readonly tiles: string;
  readonly levels: readonly Level[];
}

export interface ImageryDocument {
  readonly parcel: string;
  readonly lon: number;
  readonly lat: number;
  readonly outline: string;
  readonly language: string;
  readonly data: string;
  /** By year the picture that shows the parcel best. */
  readonly best: Readonly<Record<string, string>>;
  readonly pictures: Readonly<Record<string, Picture>>;
  readonly photos: readonly number[];
  readonly state: State;
}

export function read(): ImageryDocument {
  return JSON.parse(document.getElementById("imagery")?.textContent ?? "null") as ImageryDocument;
}

/** One more picture with the parcel in it. */
export async function fetchPicture(from: ImageryDocument, id: string): Promise<Picture> {
  const query = new URLSearchParams({ perceel: from.parcel, beeld: id, taal: from.language });
  const response = await fetch(`${from.data}?${query}`);
  if (!response.ok) throw new Error(`the picture answered ${response.status}`);
  return (await response.json()) as Picture;
}
