/** The state of the map in the address: ?c=lon,lat&z=17&lagen=permits,events&sel=permits/OMV_…&thema=contrast */

/** Our own map in light or in strong colours, or under it all a background from elsewhere. */
export type Theme = "light" | "contrast" | "elsewhere";

const themes = new Map<string, Theme>([
  ["contrast", "contrast"],
  ["elders", "elsewhere"],
]);

export interface MapState {
  readonly center: readonly [number, number];
  readonly zoom: number;
  /** Layers on top of the base map that are shown; null for those that are on by themselves. */
  readonly layers: readonly string[] | null;
  readonly selected: string | null;
  readonly theme: Theme;
}

/** The state in a query; what is missing or unusable is taken from `otherwise`. */
export function read(query: string, otherwise: MapState): MapState {
  const given = new URLSearchParams(query);
  const center = (given.get("c") ?? "").split(",").map(Number);
  const usable = center.length === 2 && given.get("c") !== "" && center.every(Number.isFinite);
  const zoom = Number(given.get("z") ?? Number.NaN);
  const layers = given.get("lagen");
  return {
    center: usable ? [center[0] ?? 0, center[1] ?? 0] : otherwise.center,
    zoom: zoom > 0 && zoom <= 22 ? zoom : otherwise.zoom,
    layers: layers === null ? otherwise.layers : layers.split(",").filter(Boolean),
    selected: given.get("sel") || null,
    theme: themes.get(given.get("thema") ?? "") ?? "light",
  };
}

/** The query of a state, with readable separators. */
export function write(state: MapState): string {
  const [lon, lat] = state.center;
  const parts = [`c=${lon.toFixed(5)},${lat.toFixed(5)}`, `z=${trim(state.zoom)}`];
  if (state.layers) parts.push(`lagen=${state.layers.map(encodeURIComponent).join(",")}`);
  if (state.selected) {
    const [layer = "", id = ""] = state.selected.split(/\/(.*)/s);
    parts.push(`sel=${encodeURIComponent(layer)}/${encodeURIComponent(id)}`);
  }
  const theme = [...themes].find(([, theme]) => theme === state.theme)?.[0];
  if (theme) parts.push(`thema=${theme}`);
  return `?${parts.join("&")}`;
}

const trim = (zoom: number): string => String(Math.round(zoom * 100) / 100);
