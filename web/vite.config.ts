import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { packed } from "./packed.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Leaflet as it is, beside our own scripts: reports that open from a disk have it written into them. */
const leaflet: Plugin = {
  name: "leaflet",
  apply: "build",
  generateBundle() {
    for (const file of ["leaflet.js", "leaflet.css"]) {
      const source = readFileSync(here(`node_modules/leaflet/dist/${file}`), "utf8");
      this.emitFile({ type: "asset", fileName: `leaflet/${file}`, source });
    }
  },
};

export default defineConfig({
  root: here("."),
  plugins: [leaflet, packed],
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    // The manifest is how web/view.py finds the hashed names.
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        site: here("src/styles/site.css"),
        page: here("src/page.ts"),
        map: here("src/map/page.ts"),
        pano: here("src/pano/page.ts"),
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
