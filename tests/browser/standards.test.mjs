// The pages of the open-data service: as accessible as the rest, and nothing from outside.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WIDTHS, drawn, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const PARCEL = "99001A0123-00B000";
const PAGES = [
  "/ogc",
  "/ogc/conformance",
  "/ogc/openapi?f=html",
  "/ogc/collections",
  "/ogc/collections/parcels",
  "/ogc/collections/parcels/items?limit=5",
  `/ogc/collections/parcels/items/${PARCEL}`,
  "/ogc/collections/permits/items?limit=5",
  "/ogc/collections/parcels/queryables",
  "/ogc/tiles/WebMercatorQuad",
  "/ogc/tileMatrixSets/WebMercatorQuad",
];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const address of PAGES) {
  describe(address, () => {
    test(`is accessible at ${WIDTHS.join(", ")} pixels, and asks nothing from outside`, async () => {
      const { page, faults, close } = await open(browser);
      await page.goto(address);
      await drawn(page);
      await page.evaluate(() => document.querySelector("details")?.setAttribute("open", ""));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await findings(page), [], `axe at ${width}`);
        assert.ok((await sideways(page)) <= 0, `the page scrolls sideways at ${width}`);
        assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels at ${width}`);
      }
      assert.equal(await page.locator("h1").count(), 1, "one h1");
      assert.deepEqual(faults, []);
      await close();
    });

    test("has a twin in the other language, that leads back", async () => {
      const { page, close } = await open(browser);
      await page.goto(address);
      const first = await page.getAttribute("html", "lang");
      const language = () => page.getAttribute("html", "lang");
      await page.click(".language a");
      await eventually(async () => assert.notEqual(await language(), first));
      await page.click(".language a");
      await eventually(async () => assert.equal(await language(), first));
      await close();
    });
  });
}
