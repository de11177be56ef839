// A report that opens from a disk: in a browser without any network it draws, and asks nobody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDTHS, eventually, findings, launch, sideways } from "./browser.mjs";

const REPORT = process.env.REPORT;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function opened(width) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, offline: true });
  const page = await context.newPage();
  const asked = [];
  const faults = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(REPORT);
  return { page, asked: () => asked.filter((url) => !url.startsWith("data:")), faults, close: () => context.close() };
}

for (const width of WIDTHS)
  test(`it draws at ${width} px and asks for nothing but itself`, async () => {
    const { page, asked, faults, close } = await opened(width);
    await eventually(async () => assert.equal(await page.locator(".folium-map path.leaflet-interactive").count(), 30));
    const photo = page.locator(".leaflet-image-layer");
    assert.ok(await photo.evaluate((image) => image.complete && image.naturalWidth > 100));
    assert.match(await page.locator(".leaflet-control-scale-line").first().innerText(), /\d+ k?m/);
    for (const picture of await page.locator("figure img").all()) {
      await picture.scrollIntoViewIfNeeded();
      await eventually(async () => assert.ok(await picture.evaluate((image) => image.naturalWidth > 50)));
    }
    assert.ok((await sideways(page)) <= 0);
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(asked(), [REPORT]);
    assert.deepEqual(faults, []);
    await close();
  });

test("a parcel says what it is, and what it is called is no markup", async () => {
  const { page, asked, faults, close } = await opened(1280);
  const parcel = page.locator(".folium-map path.leaflet-interactive").first();
  await parcel.dispatchEvent("click");
  const popup = page.locator(".leaflet-popup-content");
  await eventually(async () => assert.match(await popup.innerText(), /<b>99001A0000/));
  assert.match(await popup.innerText(), /60,0% \(± 2,0%\)/);
  await page.locator(".leaflet-control-zoom-in").click();
  await page.getByLabel("Luchtfoto").uncheck();
  await eventually(async () => assert.equal(await page.locator(".leaflet-image-layer").count(), 0));
  assert.deepEqual(asked(), [REPORT]);
  assert.deepEqual(faults, []);
  await close();
});
