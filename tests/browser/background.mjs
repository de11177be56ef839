// A background from elsewhere: asked for only when it is chosen, and our own map where it fails.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { WIDTHS, drawn, eventually, findings, launch, open, sideways } from "./browser.mjs";

const ELSEWHERE = process.env.ELSEWHERE;
const HERE = "c=3.22540,51.21030&z=18";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(() => fetch(`${ELSEWHERE}/be/fine`));

const asked = async () => (await fetch(`${ELSEWHERE}/asked`)).json();
const query = (page) => new URL(page.url()).searchParams;

async function map(search, options = {}) {
  const opened = await open(browser, options);
  await opened.page.goto(`/kaart?${search}`);
  await drawn(opened.page);
  return opened;
}

/** Chooses a background in the panel of layers. */
async function choose(page, value) {
  await page.locator("details[name=tools]").last().evaluate((panel) => (panel.open = true));
  await page.check(`input[name=theme][value=${value}]`);
}

/** What is wrong, apart from images of that one service. */
const others = (faults) => faults.filter((fault) => !fault.startsWith(`outside: ${ELSEWHERE}/tiles?`));
/** The same, and apart from the errors that Chromium logs where those fail. */
const surprises = (faults) => others(faults).filter((fault) => !fault.includes("status of 500"));

/** Part of the middle of the map that has the colour of the images from elsewhere. */
async function share(page) {
  const picture = await page.locator(".map-canvas").screenshot();
  return page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (it) => it.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let same = 0;
    for (let at = 0; at < data.length; at += 4)
      if (Math.abs(data[at] - 0x7f) + data[at + 1] + (0xff - data[at + 2]) < 12) same += 1;
    return same / (data.length / 4);
  }, picture.toString("base64"));
}

test("our own map is what one gets, and nobody else is asked", async () => {
  const { page, faults, close } = await map(HERE);
  assert.ok((await share(page)) < 0.01);
  assert.ok(await page.locator("input[name=theme][value=light]").isChecked());
  assert.equal(await page.locator(".source-elsewhere").isVisible(), false);
  assert.deepEqual(await asked(), []);
  assert.deepEqual(faults, []);
  await close();
});

test("who chooses it sees it, with its owner, and has it in the address", async () => {
  const { page, faults, close } = await map(`${HERE}&lagen=`);
  await choose(page, "elsewhere");
  await eventually(async () => assert.ok((await share(page)) > 0.5));
  await page.waitForSelector(".source-elsewhere", { state: "visible" });
  assert.match(await page.textContent(".source"), /; achtergrond: Dienst Elders & Co$/);
  await eventually(() => assert.equal(query(page).get("thema"), "elders"));
  for (const request of await asked()) {
    assert.match(request.path, /^\/tiles\?matrix=1[78]&row=\d+&column=\d+$/);
    assert.equal(request.Cookie, undefined);
    assert.equal(new URL(request.Referer).pathname, "/", "the page itself is not told");
  }
  assert.equal(await page.locator("[data-legend=buildings]").evaluate((it) => it.hidden), true, "the legend is of what one sees");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    assert.deepEqual(await findings(page), [], `axe at ${width}`);
    assert.ok((await sideways(page)) <= 0, `it scrolls sideways at ${width}`);
  }
  await page.reload();
  await drawn(page);
  assert.ok(await page.locator("input[name=theme][value=elsewhere]").isChecked());
  await eventually(async () => assert.ok((await share(page)) > 0.5));
  assert.deepEqual(others(faults), []);
  await close();
});

test("parcels are still to be chosen over it, and our own map comes back", async () => {
  const { page, faults, close } = await map(`${HERE}&lagen=&thema=elders`);
  await eventually(async () => assert.ok((await share(page)) > 0.5));
  const { width, height } = await page.locator(".map-canvas").boundingBox();
  await page.locator(".map-canvas").click({ position: { x: width / 2, y: height / 2 } });
  await page.waitForSelector(".map-choice .choice");
  await eventually(() => assert.match(query(page).get("sel"), /^parcels\//));
  await choose(page, "light");
  await eventually(async () => assert.ok((await share(page)) < 0.01));
  await page.waitForSelector(".source-elsewhere", { state: "hidden" });
  await eventually(() => assert.equal(query(page).get("thema"), null));
  assert.deepEqual(others(faults), []);
  await close();
});

test("where it fails the map says so and shows our own; where it comes again, it shows that", async () => {
  await fetch(`${ELSEWHERE}/be/broken`);
  const { page, faults, close } = await map(`${HERE}&lagen=`, { width: 390, height: 844 });
  await choose(page, "elsewhere");
  await page.waitForSelector(".map-trouble", { state: "visible" });
  assert.match(await page.textContent(".map-trouble"), /“Kaart van elders” komt hier niet door\. Je ziet onze eigen kaart\./);
  await eventually(async () => assert.match(await page.textContent("geo-map > [role=status]"), /komt hier niet door/));
  assert.ok((await share(page)) < 0.01);
  assert.equal(await page.locator(".source-elsewhere").isVisible(), false);
  assert.deepEqual(await findings(page), []);
  await fetch(`${ELSEWHERE}/be/fine`);
  await page.click("[data-do=out]");
  await page.click("[data-do=out]");
  await page.waitForSelector(".map-trouble", { state: "hidden" });
  await eventually(async () => assert.ok((await share(page)) > 0.3));
  assert.deepEqual(surprises(faults), []);
  await close();
});

test("the map in a frame offers it as well", async () => {
  const { page, faults, close } = await open(browser);
  await page.goto(`/insluiten/kaart?${HERE}&lagen=&thema=elders`);
  await drawn(page);
  await eventually(async () => assert.ok((await share(page)) > 0.5));
  assert.deepEqual(others(faults), []);
  await close();
});
