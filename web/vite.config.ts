import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { packed } from "./packed.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [packed],
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
