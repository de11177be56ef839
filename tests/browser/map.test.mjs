// The map and its list tell the same; keyboard, address bar, themes, phone tabs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { drawn, eventually, findings, launch, open } from "./browser.mjs";

const PARCEL = "99001A0123-00B000";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens the map and waits for its first list. */
async function map(options = {}, query = "") {
  const opened = await open(browser, options);
  await opened.page.goto(`/kaart${query}`);
  await drawn(opened.page);
  return opened;
}

/** Moves the map and waits until the list was asked anew and shows it. */
async function refreshed(page, act) {
  const answer = page.waitForResponse((response) => response.url().includes("part=list"));
  await act();
  await (await answer).finished();
  await drawn(page);
}

const query = (page) => new URL(page.url()).searchParams;

describe("map and list", () => {
  test("the list holds what the API holds in the same box", async () => {
    const { page, faults, close } = await open(browser);
    let asked;
    page.on("request", (request) => {
      if (request.url().includes("part=list")) asked = new URL(request.url());
    });
    await page.goto("/kaart");
    await drawn(page);
    const box = asked.searchParams.get("bbox");
    const items = await (
      await page.request.get(`/ogc/collections/permits/items?f=json&limit=1000&bbox=${box}`)
    ).json();
    const keys = () => page.$$eval("[data-key^='permits/']", (all) => all.map((it) => it.dataset.key.slice(8)));
    await eventually(async () => {
      assert.equal(Number(await page.textContent(".count")), items.features.length);
      assert.equal((await keys()).length, Math.min(50, items.features.length));
    });
    const listed = await keys();
    const inView = new Set(items.features.map((feature) => String(feature.id)));
    assert.deepEqual(listed.filter((id) => !inView.has(id)), []);
    assert.deepEqual(faults, []);
    await close();
  });

  test("zooming in shortens the list and changes the address", async () => {
    const { page, close } = await map();
    const before = Number(await page.textContent(".count"));
    const zoom = Number(query(page).get("z"));
    await refreshed(page, () => page.click("[data-do=in]"));
    await eventually(async () => {
      const afterwards = Number(await page.textContent(".count"));
      assert.ok(afterwards < before, `${afterwards} of ${before}`);
      assert.equal(Number(query(page).get("z")), zoom + 1);
    });
    await close();
  });

  test("choosing in the list shows it on the map, and closing forgets it", async () => {
    const { page, close } = await map();
    const item = page.locator(".map-list [data-key]").first();
    const key = await item.getAttribute("data-key");
    const title = await item.locator("h3").textContent();
    await item.locator(".show").click();
    await page.waitForSelector(".map-choice .choice");
    await eventually(() => assert.equal(query(page).get("sel"), key));
    await eventually(async () => assert.equal(await page.textContent(".map-choice h2"), title));
    await page.waitForFunction((wanted) => document.querySelector(`[data-key="${wanted}"]`)?.hasAttribute("data-chosen"), key);
    assert.ok(await item.locator(".show").evaluate((button) => button === document.activeElement), "focus stays");
    await page.click("[data-do=close]");
    await eventually(() => assert.equal(query(page).get("sel"), null));
    await page.waitForSelector(".map-choice", { state: "hidden" });
    await close();
  });

  test("whoever chooses what lies at the edge stays in the list, though map and list move", async () => {
    const { page, close } = await map();
    const first = page.locator(".map-list [data-key]").first();
    const { key, lon, lat } = await first.evaluate((item) => ({ ...item.dataset }));
    const { width } = await page.locator(".map-canvas").boundingBox();
    const degrees = ((width / 2 - 20) * 360) / (256 * 2 ** 19);
    await page.goto(`/kaart?c=${Number(lon) + degrees},${lat}&z=19`);
    await drawn(page);
    const show = page.locator(`[data-key="${key}"] .show`);
    await show.focus();
    await refreshed(page, () => page.keyboard.press("Enter"));
    await eventually(() => assert.ok(Math.abs(Number(query(page).get("c").split(",")[0]) - Number(lon)) < 1e-4));
    await eventually(async () => assert.ok(await show.evaluate((button) => button === document.activeElement)));
    await close();
  });

  test("a link reopens the same view", async () => {
    const { page, close } = await map({}, `?c=3.22540,51.21030&z=18&lagen=permits,events&sel=parcels/${PARCEL}&thema=contrast`);
    await eventually(async () => {
      assert.equal(query(page).get("sel"), `parcels/${PARCEL}`);
      assert.equal(query(page).get("lagen"), "permits,events");
      assert.equal(query(page).get("thema"), "contrast");
      assert.match(await page.textContent(".map-choice"), /99001A0123\/00B000/);
    });
    const address = page.url();
    await page.reload();
    await drawn(page);
    await eventually(() => assert.equal(page.url(), address));
    await close();
  });

  test("a layer that is switched off is neither drawn nor listed", async () => {
    const { page, close } = await map();
    await page.click("summary:has-text('Lagen')");
    const without = (request) => request.url().includes("/tiles/") && !request.url().includes("permits");
    await Promise.all([page.waitForRequest(without), page.uncheck("input[name=layer][value=permits]")]);
    await page.waitForFunction(() => document.querySelectorAll("[data-key^='permits/']").length === 0);
    await eventually(() => assert.equal(query(page).get("lagen"), ""));
    await close();
  });
});

describe("the keyboard", () => {
  test("arrows pan, plus zooms, Enter chooses in the middle, Escape closes, Tab leaves", async () => {
    const { page, close } = await map({}, `?c=3.22540,51.21030&z=18&sel=parcels/${PARCEL}`);
    const lon = await page.getAttribute(".choice", "data-lon");
    const lat = await page.getAttribute(".choice", "data-lat");
    await page.goto(`/kaart?c=${lon},${lat}&z=19`);
    await drawn(page);
    await page.focus(".map-canvas");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".map-choice .choice");
    await eventually(async () => assert.match(await page.textContent(":scope geo-map > [role=status]"), /Gekozen/));
    await page.keyboard.press("Escape");
    await page.waitForSelector(".map-choice", { state: "hidden" });
    const longitude = () => Number(query(page).get("c").split(",")[0]);
    const before = longitude();
    await refreshed(page, () => page.keyboard.press("ArrowRight"));
    await eventually(() => assert.ok(longitude() > before));
    await refreshed(page, () => page.keyboard.press("-"));
    await eventually(() => assert.equal(Number(query(page).get("z")), 18));
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.do), "in");
    await close();
  });

  test("once at rest the map says where it is, how much there is, and the scale", async () => {
    const { page, close } = await map();
    await page.focus(".map-canvas");
    await page.keyboard.press("+");
    await page.waitForFunction(() => /in beeld. Schaal/.test(document.querySelector("geo-map > [role=status]").textContent));
    await close();
  });
});

describe("on a phone", () => {
  test("map and list are tabs that keep their state", async () => {
    const { page, close } = await map({ width: 390, height: 844 });
    assert.ok(await page.locator(".map-canvas").isVisible());
    assert.equal(await page.locator(".map-list").isVisible(), false);
    await page.click("[data-show=list]");
    await page.waitForSelector(".map-list", { state: "visible" });
    await page.waitForSelector(".map-canvas", { state: "hidden" });
    assert.equal(await page.getAttribute("[data-show=list]", "aria-pressed"), "true");
    assert.deepEqual(await findings(page), []);
    await page.locator(".map-list .show").first().click();
    await page.waitForSelector(".map-choice .choice");
    await page.waitForSelector(".map-canvas", { state: "visible" }); // it comes forward to show it
    await close();
  });

  test("the open panels have no findings either", async () => {
    const { page, close } = await map({ width: 390, height: 844 });
    for (const panel of [0, 1]) {
      await page.click(`summary >> nth=${panel}`);
      assert.deepEqual(await findings(page), []);
    }
    await close();
  });
});

test("without the map's data the list still works", async () => {
  const { page, close } = await open(browser);
  await page.route("**/api/map", (route) => route.abort());
  await page.goto("/kaart");
  await page.waitForSelector(".map-note");
  assert.match(await page.textContent(".map-note"), /De lijst werkt wel/);
  assert.ok((await page.locator(".map-list li a").count()) > 0);
  await close();
});

describe("tools of the map", () => {
  test("measures by keyboard alone, and says what it is in words", async () => {
    const { page, close } = await map({ reducedMotion: "reduce" });
    const says = (words) => eventually(async () => assert.match(await page.textContent(".measured"), words));
    await page.focus("details.ruler summary");
    await page.keyboard.press("Enter");
    await says(/^Nog geen punten\.$/);
    await page.focus(".map-canvas");
    await page.keyboard.press("Enter");
    await says(/1 punt/);
    await refreshed(page, () => page.keyboard.press("ArrowRight"));
    await page.keyboard.press("Enter");
    const distance = /2 punten\. Afstand: (\d+) m/;
    await says(distance);
    const metres = Number((await page.textContent(".measured")).match(distance)[1]);
    const pixels = await page.$eval(".scale-bar", (bar) => bar.getBoundingClientRect().width);
    const bar = Number((await page.textContent(".scale-text")).match(/(\d+) m/)[1]);
    assert.ok(Math.abs(metres / ((bar / pixels) * 128) - 1) < 0.05, `${metres} m for 128 pixels`);
    await refreshed(page, () => page.keyboard.press("ArrowDown"));
    await page.keyboard.press("Enter");
    await says(/3 punten\. Afstand: .+ Oppervlakte: .+ (m²|ha)\./);
    await eventually(async () =>
      assert.equal(await page.textContent("geo-map > [role=status]"), await page.textContent(".measured")),
    );
    assert.equal(query(page).get("sel"), null, "nothing was chosen meanwhile");
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Escape");
    await eventually(async () => assert.equal(await page.locator("details.ruler").getAttribute("open"), null));
    await close();
  });

  test("prints the map with legend, list and address, and no buttons", async () => {
    const { page, close } = await map();
    await page.emulateMedia({ media: "print" });
    for (const shown of [".map-canvas canvas", ".scale-text", "[data-legend=permits]", ".map-list .item", ".map-printed"])
      await page.locator(shown).first().waitFor({ state: "visible" });
    for (const hidden of [".map-buttons", ".map-list .show", ".map-head form", "details.ruler"])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    assert.match(await page.textContent(".map-printed"), /\/kaart\?c=/);
    await close();
  });
});
