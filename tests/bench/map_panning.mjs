// Frames a second while the map is dragged, in headless Chromium without a GPU: the target is 40.
//
//   GEOLOKET_BASE_URL=http://127.0.0.1:8000 node tests/bench/map_panning.mjs [longitude,latitude [zoom]]
//
// Against a server that holds what is to be drawn, such as the parcels of Leuven (4.7009,50.8798).
import { launch } from "../browser/browser.mjs";

const TARGET = 40;
const DRAGS = 6;
const STEPS = 60;
const [center, zoom = "17"] = process.argv.slice(2);
const base = process.env.GEOLOKET_BASE_URL ?? "http://127.0.0.1:8000";

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(`${base}/kaart?z=${zoom}${center ? `&c=${center}` : ""}`);
await page.waitForSelector("geo-map[ready]");
await page.evaluate(() => {
  window.frames_at = [];
  const note = (at) => {
    window.frames_at.push(at);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
});
const box = await page.locator(".map-canvas").boundingBox();
const gaps = [];
for (let drag = 0; drag < DRAGS; drag += 1) {
  const away = drag % 2 ? -1 : 1;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.evaluate(() => (window.frames_at.length = 0));
  for (let step = 0; step < STEPS; step += 1)
    await page.mouse.move(box.x + box.width / 2 + away * step * 5, box.y + box.height / 2 + away * step * 3);
  const at = await page.evaluate(() => [...window.frames_at]);
  await page.mouse.up();
  gaps.push(...at.slice(1).map((moment, i) => moment - at[i]));
}
await browser.close();
gaps.sort((one, other) => one - other);
const share = (part) => gaps[Math.floor((gaps.length - 1) * part)];
const rate = 1000 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length);
console.log(`${gaps.length} frames: ${rate.toFixed(1)} a second on average`);
console.log(`between two frames: median ${share(0.5).toFixed(1)} ms, 95 in 100 under ${share(0.95).toFixed(1)} ms`);
console.log(rate >= TARGET ? "target reached" : `target of ${TARGET} missed`);
