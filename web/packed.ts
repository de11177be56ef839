/** Part of the build: beside each script and style the same, packed as small as can be. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const SMALLEST_BYTES = 1024;

/** Once here, at its best, and not for each visitor; `geoloket/main/built.py` serves them. */
export const packed: Plugin = {
  name: "packed",
  apply: (_, { mode }) => mode === "production",
  writeBundle({ dir = "dist" }, bundle) {
    for (const name of Object.keys(bundle).filter((one) => /\.(js|css)$/.test(one))) {
      const file = join(dir, name);
      const bytes = readFileSync(file);
      if (bytes.length < SMALLEST_BYTES) continue;
      writeFileSync(`${file}.br`, brotliCompressSync(bytes));
      writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    }
  },
};
