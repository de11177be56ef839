// MapLibre GL on our style, and on our TileJSON: a page of somebody else's, that asks only us.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { BASE, launch } from "../browser/browser.mjs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const FILES = {
  "/": [
    "text/html",
    `<!doctype html><title>MapLibre</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/maplibre-gl.css">
     <style>body { margin: 0 } #map { height: 600px; width: 800px }</style>
     <div id="map"></div><script src="/maplibre-gl.js"></script>`,
  ],
  "/maplibre-gl.js": ["text/javascript", readFileSync(require.resolve("maplibre-gl/dist/maplibre-gl.js"))],
  "/maplibre-gl.css": ["text/css", readFileSync(require.resolve("maplibre-gl/dist/maplibre-gl.css"))],
};

let browser, server, home, middle;

before(async () => {
  browser = await launch();
  server = createServer((request, response) => {
    const [type, body] = FILES[request.url] ?? ["text/plain", ""];
    response.writeHead(FILES[request.url] ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  home = `http://127.0.0.1:${server.address().port}/`;
  const page = await (await fetch(`${BASE}/ogc/collections/buildings/items?limit=1`)).json();
  middle = page.features[0].geometry.coordinates.flat(3).slice(0, 2);
});
after(async () => {
  await browser.close();
  server.close();
});

/** Opens a map with a style, waits until it has drawn, and tells what it drew. */
async function drawn(style, name) {
  const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage();
  const faults = [];
  const asked = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!url.protocol.startsWith("http") || request.url().startsWith(home)) return;
    if (url.origin === new URL(BASE).origin) asked.push(url.pathname + url.search);
    else faults.push(`outside: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  await page.goto(home);
  const seen = await page.evaluate(
    ([style, center]) =>
      new Promise((tell) => {
        const errors = [];
        const map = new maplibregl.Map({ container: "map", style, center, zoom: 16, fadeDuration: 0 });
        map.on("error", (event) => errors.push(String(event.error?.message ?? event.error)));
        map.once("idle", () => {
          const counts = {};
          for (const feature of map.queryRenderedFeatures()) {
            counts[feature.sourceLayer] = (counts[feature.sourceLayer] ?? 0) + 1;
          }
          tell({ errors, counts });
        });
      }),
    [style, middle],
  );
  const picture = await page.screenshot({
    path: process.env.GEOLOKET_PICTURES && `${process.env.GEOLOKET_PICTURES}/maplibre-${name}.png`,
  });
  await page.context().close();
  return { ...seen, faults, asked, picture };
}

test("draws the style of the whole map", async () => {
  const { errors, counts, faults, asked, picture } = await drawn(`${BASE}/ogc/styles/basiskaart?f=mapbox`, "style");
  assert.deepEqual(errors, []);
  assert.deepEqual(faults, []);
  for (const layer of ["parcels", "buildings"]) assert.ok(counts[layer] > 5, `${layer}: ${JSON.stringify(counts)}`);
  assert.ok(asked.some((path) => path.includes("/tiles/WebMercatorQuad/")), "tiles were asked");
  assert.ok(picture.length > 20_000, "a picture with something on it");
});

test("draws the TileJSON of one collection with a style of its own", async () => {
  const url = `${BASE}/ogc/collections/parcels/tiles/WebMercatorQuad?f=tilejson`;
  const paint = { "fill-color": "#fbe9a7", "fill-outline-color": "#7a4b00" };
  const style = {
    version: 8,
    sources: { parcels: { type: "vector", url } },
    layers: [{ id: "parcels", type: "fill", source: "parcels", "source-layer": "parcels", paint }],
  };
  const { errors, counts, faults, picture } = await drawn(style, "tilejson");
  assert.deepEqual(errors, []);
  assert.deepEqual(faults, []);
  assert.deepEqual(Object.keys(counts), ["parcels"]);
  assert.ok(counts.parcels > 20);
  assert.ok(picture.length > 5_000);
});
