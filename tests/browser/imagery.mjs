// A parcel through the years: two viewers that keep together, their address, keys, and no scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

const unexpected = (faults) => faults.filter((fault) => !/^outside: http:\/\/127\.0\.0\.1:\d+\/authorize/.test(fault));
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

test("a new house: from the list of staff to the years before and after its permit", async () => {
  const { page, faults, missing, close } = await open(browser);
  await page.goto("/medewerker");
  await page.click("main a.btn");
  await page.click('button:has-text("Mira Maes")');
  await page.waitForURL("**/medewerker");
  await page.click("main a:has-text('Beelden door de jaren')");
  const first = page.locator("[aria-labelledby=built] li").first();
  const [, granted] = /Nieuwbouw .*, vergund op \d+ \S+ (\d{4})/.exec(await first.textContent());
  await first.locator("a").click();
  await shown(page);
  assert.equal(query(page).get("perceel"), PARCEL);
  const years = (side) => Number(query(page).get(side));
  assert.ok(years("a") < Number(granted) && Number(granted) < years("b"), `${years("a")}, ${granted}, ${years("b")}`);
  const offered = await page.locator("#year-a option:not([disabled])").evaluateAll((all) => all.map((one) => Number(one.value)));
  assert.deepEqual(offered, [2021, 2023, 2025]);
  const { pictures, state } = JSON.parse(await page.locator("#imagery").textContent());
  for (const side of ["a", "b"]) {
    assert.ok(Math.abs(turned(pictures[state[side]].bearing, await degrees(page, side))) <= 2, `${side} faces the front`);
    assert.equal(await pane(page, side).locator(".psv-marker").count(), 2, `the outline stands in ${side}`);
  }
  assert.deepEqual(unexpected(faults), []);
  assert.deepEqual(missing, []);
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
  const { page, faults, missing, close } = await workspace(WORKSPACE, {}, (opened) =>
    opened.on("requestfinished", (request) => {
      if (request.resourceType() === "script" && !scripts.has(request.url())) scripts.set(request.url(), request.sizes());
    }),
  );
  const bytes = (await Promise.all(scripts.values())).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  assert.ok(bytes > 100 * 1024 && bytes <= 290 * 1024, `scripts as they were sent: ${bytes} bytes`);
  const addresses = [
    WORKSPACE,
    `/en/staff/imagery?perceel=${PARCEL}`,
    "/medewerker",
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
  assert.deepEqual(missing, [], "nothing that a page of staff asks for is missing");
  await close();
});

/** The colour of the map's canvas at a part of its width, in the middle of its height. */
function colour(page, part) {
  return page.evaluate((at) => {
    const layers = [...document.querySelectorAll(".map-canvas canvas")];
    for (const canvas of layers.reverse()) {
      const found = canvas.getContext("2d").getImageData(canvas.width * at, canvas.height * 0.35, 1, 1).data;
      if (found[3] > 0) return [...found.slice(0, 3)];
    }
    return null;
  }, part);
}
const isRed = ([red, , blue]) => red > blue + 80;
const isBlue = ([red, , blue]) => blue > red + 80;

test("aerial photos of the two years lie beside each other, and the line between them goes by keys", async () => {
  const { page, faults, close } = await workspace(`${WORKSPACE}&a=2021&b=2025`);
  assert.deepEqual([await page.inputValue("#photo-a"), await page.inputValue("#photo-b")], ["2021", "2025"]);
  await eventually(async () => {
    assert.ok(isRed(await colour(page, 0.1)), `left: ${await colour(page, 0.1)}`);
    assert.ok(isBlue(await colour(page, 0.9)), `right: ${await colour(page, 0.9)}`);
  });
  const range = page.locator("input[name=swipe]");
  await range.focus();
  await page.keyboard.press("Home");
  await eventually(async () => assert.ok(isBlue(await colour(page, 0.1))));
  await page.click("[data-do=swipe][data-step='5']");
  assert.equal(await range.inputValue(), "5");
  assert.equal(await range.getAttribute("aria-valuetext"), "luchtfoto 2021 links tot 5 procent, 2025 rechts");
  await page.fill("#swipe-number", "95");
  await page.keyboard.press("Enter");
  await eventually(async () => assert.ok(isRed(await colour(page, 0.85))));
  await page.selectOption("#photo-a", "2025");
  await eventually(async () => {
    assert.ok(isBlue(await colour(page, 0.1)));
    assert.deepEqual([query(page).get("veeg"), query(page).get("la")], ["95", "2025"]);
  });
  const link = page.url();
  await page.goto("/");
  await page.goto(link);
  await shown(page);
  assert.equal(await range.inputValue(), "95");
  assert.equal(await page.inputValue("#photo-a"), "2025");
  assert.deepEqual(unexpected(faults), []);
  await close();
});

test("a year without a picture is told as missing, and another one opens in its place", async () => {
  const { page, faults, close } = await workspace(`${WORKSPACE}&a=2022&b=2025`);
  assert.match(await pane(page, "a").locator(".eye-frame").textContent(), /Er is geen beeld van 2022 dat dit perceel toont/);
  assert.equal(await pane(page, "a").locator("canvas").count(), 0);
  assert.equal(await page.locator("#year-a option[value='2022']").getAttribute("disabled"), "");
  await pane(page, "b").locator(".eye").focus();
  await page.keyboard.press("Shift+J");
  await eventually(() => assert.deepEqual([query(page).get("a"), query(page).get("b")], ["2022", "2023"]));
  await page.selectOption("#year-a", "2021");
  await page.waitForURL("**a=2021**");
  await shown(page);
  assert.equal(await pane(page, "a").locator(".psv-marker").count(), 2);
  assert.equal(query(page).get("b"), "2023");
  assert.deepEqual(unexpected(faults), []);
  await close();
});

test("all of it goes by keys, and each key is listed", async () => {
  const { page, close } = await workspace(`${WORKSPACE}&a=2021&b=2025`);
  const wanted = await page.locator("main :is(a[href], button, select, input, summary, [tabindex='0'])").evaluateAll(
    (all) => all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== "hidden").length,
  );
  const reached = new Set();
  await page.locator("h1").focus();
  for (let times = 0; times <= wanted + 5; times += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const all = [...document.querySelectorAll("main *")];
      return document.activeElement?.closest("main") ? all.indexOf(document.activeElement) : -1;
    });
    if (at >= 0) reached.add(at);
  }
  assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} controls are reached`);
  await page.locator(".shortcuts summary").focus();
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".shortcuts dl").innerText(), /Pijltjes[\s\S]*Page Up[\s\S]*Shift\+J[\s\S]*Enter/);
  await pane(page, "a").locator(".eye").focus();
  await page.keyboard.press("b");
  assert.equal(await page.locator("[data-do=blink]").getAttribute("aria-pressed"), "true");
  await page.keyboard.press("b");
  await page.keyboard.press("j");
  await eventually(() => assert.equal(query(page).get("a"), "2023"));
  await close();
});

test("a resident points at a place, by mouse or by numbers", async () => {
  const { page, close } = await open(browser, { width: 390 });
  await page.goto("/beeld/c2023-1/vervagen");
  await page.check("#kind-person");
  await page.waitForFunction(() => customElements.get("point-at"));
  const frame = page.locator(".pointing");
  const { width, height } = await frame.boundingBox();
  await frame.click({ position: { x: width / 4, y: height / 2 } });
  assert.ok(Math.abs(Number(await page.inputValue("#point-x")) - 25) < 1);
  assert.ok(Math.abs(Number(await page.locator(".pointing .over").getAttribute("cx")) - 512) < 20);
  assert.equal(await page.locator("point-at [role=status]").textContent(), "De plek is aangewezen.");
  await page.fill("#point-x", "75");
  assert.equal(await page.locator(".pointing .over").getAttribute("cx"), "1536");
  assert.deepEqual(await findings(page), []);
  assert.ok((await sideways(page)) <= 0);
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
