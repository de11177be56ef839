// A parcel through the years: two viewers that keep together, their address, keys, and no scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { WIDTHS, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const PARCEL = process.env.PARCEL;
const WORKSPACE = `/medewerker/beelden?perceel=${PARCEL}`;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** As Mira, on that page, with both viewers and the map there. */
async function workspace(address = WORKSPACE, options = {}, began = () => {}) {
  const opened = await open(browser, options);
  const { page } = opened;
  began(page);
  await page.goto(address);
  await page.click("main a.btn");
  await page.click('button:has-text("Mira Maes")');
  await page.waitForURL("**/medewerker/beelden**");
  if (options.javaScriptEnabled !== false) await shown(page);
  return opened;
}

async function shown(page) {
  await page.waitForSelector("imagery-workspace[ready]", { timeout: 90_000 });
  await page.waitForSelector("imagery-workspace[mapped]", { timeout: 90_000 });
}

const unexpected = (faults) => faults.filter((fault) => !/^outside: http:\/\/127\.0\.0\.1:\d+\/(authorize|favicon)/.test(fault));
const query = (page) => new URL(page.url()).searchParams;
const pane = (page, side) => page.locator(`.pane[data-side=${side}]`);
const degrees = async (page, side) => Number(/(\d+)°/.exec(await pane(page, side).locator(".looks").textContent())[1]);
const turned = (from, to) => ((to - from + 540) % 360) - 180;

test("two viewers turn together and keep the offset, and a link shows the same again", async () => {
  const { page, faults, close } = await workspace(`${WORKSPACE}&a=2021&b=2025`);
  for (const side of ["a", "b"]) {
    assert.ok(await pane(page, side).locator("canvas").isVisible());
    assert.equal(await pane(page, side).locator(".psv-marker").count(), 2, `the outline stands in ${side}`);
  }
  const before = [await degrees(page, "a"), await degrees(page, "b")];
  const offset = turned(...before);
  assert.notEqual(offset, 0, "they stand elsewhere and both look at the parcel");
  await pane(page, "a").locator(".eye").focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.equal(turned(before[0], await degrees(page, "a")), 30));
  assert.ok(Math.abs(turned(await degrees(page, "a"), await degrees(page, "b")) - offset) <= 1);
  await page.keyboard.press("+");
  await eventually(() => assert.equal(query(page).get("zoom"), "35"));

  await page.uncheck("input[name=same]");
  await pane(page, "b").locator(".eye").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  const own = turned(await degrees(page, "a"), await degrees(page, "b"));
  assert.ok(Math.abs(own - offset - 12) <= 1, `${own} is 12 more than ${offset}`);
  await page.check("input[name=same]");
  await pane(page, "b").locator(".eye").focus();
  await page.keyboard.press("ArrowLeft");
  await eventually(async () => assert.equal(turned(before[0], await degrees(page, "a")), 20));
  assert.ok(Math.abs(turned(await degrees(page, "a"), await degrees(page, "b")) - own) <= 1, "its own offset is kept");

  await eventually(async () => assert.equal(Math.round(Number(query(page).get("yaw"))) % 360, await degrees(page, "a")));
  const link = page.url();
  const seen = [await degrees(page, "a"), await degrees(page, "b")];
  await page.goto("/");
  await page.goto(link);
  await shown(page);
  assert.deepEqual([await degrees(page, "a"), await degrees(page, "b")], seen);
  assert.equal(page.url(), link);
  assert.deepEqual(unexpected(faults), []);
  await close();
});

test("years, points of the route, blinking and the words of all that", async () => {
  const { page, faults, close } = await workspace();
  const status = page.locator("imagery-workspace > [role=status]");
  assert.equal(await page.locator(".year.missing").count(), 2);
  await page.click(".year[data-year='2023'] a.as[data-side=b]");
  await eventually(() => assert.equal(query(page).get("b"), "2023"));
  assert.match(await pane(page, "b").locator(".looks").textContent(), /12 mei 2023/);
  assert.equal(await pane(page, "b").locator("select").inputValue(), "2023");
  await eventually(async () => assert.match(await status.textContent(), /^Beeld B kijkt naar het \S+, \d+°, 12 mei 2023$/));

  await page.click("[data-do=on][data-side=a]");
  await eventually(() => assert.deepEqual([query(page).get("pa"), query(page).get("pb")], ["c2021-2", "c2023-2"]));
  await page.click("[data-do=on][data-side=a]");
  await eventually(async () => assert.equal(await status.textContent(), "Hier eindigt de route."));
  assert.equal(await pane(page, "a").locator(".psv-marker").count(), 2);
  assert.match(await pane(page, "a").locator(".flat-link").getAttribute("href"), /c2021-2\/voorbeeld\.jpg$/);

  await page.click("[data-do=blink]");
  assert.equal(await page.locator("[data-do=blink]").getAttribute("aria-pressed"), "true");
  assert.equal(await pane(page, "b").isVisible(), false);
  await pane(page, "a").locator(".eye").focus();
  await page.keyboard.press("k");
  await eventually(async () => assert.ok(await pane(page, "b").isVisible()));
  assert.equal(await pane(page, "a").isVisible(), false);
  await page.keyboard.press("k");
  await eventually(async () => assert.ok(await pane(page, "a").isVisible()));
  await page.click("[data-do=blink]");
  assert.ok(await pane(page, "b").isVisible());
  assert.deepEqual(unexpected(faults), []);
  await close();
});

test("a click on the map goes there", async () => {
  const { page, close } = await workspace(`${WORKSPACE}&a=2021&b=2025&pa=c2021-2`);
  const canvas = page.locator(".map-canvas");
  await canvas.focus();
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await page.locator("imagery-workspace > [role=status]").textContent(), "Hier is geen opnamepunt."));
  assert.equal(query(page).get("pa"), "c2021-2");
  await close();
});

test("the page is light, and accessible in two languages", async () => {
  const scripts = new Map();
  const { page, faults, close } = await workspace(WORKSPACE, {}, (opened) =>
    opened.on("response", (response) => {
      if (response.request().resourceType() === "script") scripts.set(response.url(), response.body());
    }),
  );
  const bytes = (await Promise.all(scripts.values())).reduce((sum, body) => sum + gzipSync(body).length, 0);
  assert.ok(bytes > 100 * 1024 && bytes <= 320 * 1024, `scripts: ${bytes} bytes`);
  const addresses = [
    WORKSPACE,
    `/en/staff/imagery?perceel=${PARCEL}`,
    "/medewerker/beelden",
    `/medewerker/beelden/rapport?perceel=${PARCEL}`,
    "/medewerker/beelden/nazicht",
    "/medewerker/beelden/vervagen/c2021-1",
    "/beeld/c2023-1/vervagen",
    `/perceel/${PARCEL}`,
  ];
  for (const address of addresses) {
    await page.goto(address);
    if (await page.locator("imagery-workspace").count()) await shown(page);
    for (const width of address === WORKSPACE ? WIDTHS : [390]) {
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await findings(page), [], `axe on ${address} at ${width}`);
      assert.ok((await sideways(page)) <= 0, `${address} scrolls sideways at ${width}`);
      assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels on ${address} at ${width}`);
    }
    assert.equal(await page.locator("h1").count(), 1);
  }
  assert.deepEqual(unexpected(faults), []);
  await close();
});

test("without scripts: flat pictures, facts, and a form for the years", async () => {
  const { page, faults, close } = await workspace(WORKSPACE, { javaScriptEnabled: false });
  assert.equal(await page.locator(".pane .cutout").count(), 2);
  assert.ok((await page.locator(".year .cutout").count()) >= 3);
  await page.selectOption("#year-b", "2023");
  await pane(page, "b").locator("noscript button, button:visible").first().click();
  await page.waitForURL("**b=2023**");
  assert.match(await pane(page, "b").locator(".looks").textContent(), /12 mei 2023/);
  await page.goto("/medewerker/beelden/vervagen/c2025-0");
  for (const [name, value] of Object.entries({ x: "10", y: "50", width: "5", height: "8" })) await page.fill(`#area-${name}`, value);
  await page.click(".area-form button");
  await page.waitForSelector("text=Gebied 1");
  assert.deepEqual(unexpected(faults), []);
  await close();
});
