// What a page weighs on its way to a phone, and whether it jumps while it arrives.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drawn, launch, open } from "./browser.mjs";

const KB = 1024;
// Compressed: HTML, styles and font together; scripts before anybody touches anything.
const PAGES = [
  { address: "/", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/zoek?q=kerk", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/perceel/99001A0123-00B000", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/data", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/data/permits", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/over", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/privacy", text: 90 * KB, scripts: 12 * KB, shift: 0.02 },
  { address: "/kaart", text: 120 * KB, scripts: 160 * KB, shift: 0.05 },
];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const { address, text, scripts, shift } of PAGES) {
  test(`${address} is light and stands still`, async () => {
    const { page, close } = await open(browser, { width: 390, height: 844 });
    const sizes = { document: 0, stylesheet: 0, font: 0, script: 0 };
    const measured = [];
    page.on("requestfinished", (request) => {
      const type = request.resourceType();
      if (type in sizes)
        measured.push(request.sizes().then(({ responseBodySize }) => (sizes[type] += responseBodySize)));
    });
    await page.goto(address, { waitUntil: "networkidle" });
    await drawn(page);
    await Promise.all(measured);
    assert.ok(sizes.document > 0 && sizes.font > 0 && sizes.script > 0, "something was measured");
    const weight = sizes.document + sizes.stylesheet + sizes.font;
    assert.ok(weight <= text, `HTML, styles and font: ${weight} bytes`);
    assert.ok(sizes.script <= scripts, `scripts: ${sizes.script} bytes`);
    const moved = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 300);
        }),
    );
    assert.ok(moved <= shift, `layout shift ${moved}`);
    await close();
  });
}
