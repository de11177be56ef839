// Frames a second while the map is dragged, in headless Chromium without a GPU: the target is 40.
//
//   GEOLOKET_BASE_URL=http://127.0.0.1:8000 node tests/bench/map_panning.mjs [longitude,latitude [zoom]]
//
// Against a server that holds what is to be drawn; map_panning.py starts one with the parcels of Leuven.
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
const box = await page.locator(".map-canvas").boundingBox();
const gaps = [];
for (let drag = 0; drag < DRAGS; drag += 1) {
  const away = drag % 2 ? -1 : 1;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const before = page.url();
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Moved by the page itself, a little in each frame: else one counts frames in which nothing is drawn.
  const at = await page.evaluate(
    ([x, y, away, steps]) =>
      new Promise((done) => {
        const map = document.querySelector(".map-canvas canvas");
        const moments = [];
        const frame = (moment) => {
          moments.push(moment);
          const step = moments.length;
          if (step > steps) return done(moments);
          const spot = { clientX: x + away * step * 5, clientY: y + away * step * 3 };
          const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, buttons: 1 };
          map.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, ...pointer, ...spot }));
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    [x, y, away, STEPS],
  );
  await page.mouse.up();
  await page.waitForURL((url) => String(url) !== before); // it did move
  gaps.push(...at.slice(1).map((moment, i) => moment - at[i]));
}
await browser.close();
gaps.sort((one, other) => one - other);
const share = (part) => gaps[Math.floor((gaps.length - 1) * part)];
const rate = 1000 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length);
console.log(`${gaps.length} frames: ${rate.toFixed(1)} a second on average`);
console.log(`between two frames: median ${share(0.5).toFixed(1)} ms, 95 in 100 under ${share(0.95).toFixed(1)} ms`);
console.log(rate >= TARGET ? "target reached" : `target of ${TARGET} missed`);
process.exitCode = rate >= TARGET ? 0 : 1;
