/** A background from elsewhere: images under what people choose, asked for only while it is shown. */

import TileLayer from "ol/layer/Tile.js";
import XYZ from "ol/source/XYZ.js";
import type { Background } from "./document.ts";
import { Rounds } from "./rounds.ts";

/** The layer of that background; `tell` hears whether images of it came where the map is. */
export function background({ tiles, maxzoom }: Background, tell: (came: boolean) => void): TileLayer<XYZ> {
  const source = new XYZ({ url: tiles, maxZoom: maxzoom, transition: 0 });
  const rounds = new Rounds(tell);
  source.on("tileloadstart", () => rounds.asked());
  source.on("tileloadend", () => rounds.came());
  source.on("tileloaderror", () => rounds.failed());
  return new TileLayer({ source });
}
