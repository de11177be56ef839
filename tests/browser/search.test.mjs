// From an address to its parcel: with the mouse, with the keyboard, without scripts.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, launch, open } from "./browser.mjs";

const ADDRESS = "Kerkstraat 12, 9999 Zandwijk";
const PARCEL = "/perceel/99001A0123-00B000";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const pathOf = (page) => new URL(page.url()).pathname;
const active = (page) => page.getAttribute("#q", "aria-activedescendant");

describe("without scripts", () => {
  test("an address leads to its parcel", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/");
    await page.fill("#q", ADDRESS);
    await Promise.all([page.waitForURL(`**${PARCEL}`), page.press("#q", "Enter")]);
    assert.equal(await page.textContent("h1"), ADDRESS);
    assert.ok(await page.locator("svg.plan[role=img]").isVisible());
    await close();
  });

  for (const typed of ["99001A0123/00B000", "99001A0123-00B000", "99001_A_0123_B_000_00"]) {
    test(`the key ${typed} leads to its parcel`, async () => {
      const { page, close } = await open(browser, { javaScriptEnabled: false });
      await page.goto(`/zoek?q=${typed}`);
      assert.equal(pathOf(page), PARCEL);
      await page.goto(`/perceel/${typed}`);
      assert.equal(pathOf(page), PARCEL);
      await close();
    });
  }

  test("the coordinates that the page gives lead back to it", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto(PARCEL);
    const values = await page.$$eval("dl.facts dd", (all) => all.map((value) => value.textContent));
    for (const system of ["m", "°"]) {
      for (const value of values.filter((text) => text.includes(",") && text.includes(system))) {
        if (!/^[\d\s.,°mNOE\u202f]+$/.test(value)) continue;
        await page.goto(`/zoek?q=${encodeURIComponent(value)}`);
        assert.equal(pathOf(page), PARCEL, value);
      }
    }
    await close();
  });

  test("nothing found: what was tried, and help", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/zoek?q=99001A0123/00Z000");
    const text = await page.textContent("main");
    assert.match(text, /Niets gevonden/);
    assert.match(text, /perceel met de sleutel 99001A0123\/00Z000/);
    assert.match(text, /Misschien bedoel je/);
    await close();
  });

  test("the map page has the list and says what is missing", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/kaart");
    assert.match(await page.textContent(".map-note"), /JavaScript/);
    assert.ok((await page.locator(".map-list li").count()) > 0);
    assert.ok(await page.locator(".map-list li a").first().isVisible());
    assert.equal(await page.locator("button:visible").count(), 1, "only the search button does something");
    await close();
  });
});

describe("the combobox", () => {
  test("opens after two letters, tells how many there are, and goes where Enter says", async () => {
    const { page, close } = await open(browser);
    await page.goto("/");
    await page.focus("#q");
    await page.keyboard.type("Kerkstraat 12");
    await page.waitForSelector("[role=option]");
    await eventually(async () => {
      assert.equal(await page.getAttribute("#q", "aria-expanded"), "true");
      assert.match(await page.textContent("address-search [role=status]"), /voorstel/);
      assert.match(await page.textContent("[role=option] >> nth=0"), /Kerkstraat 12/, "all that was typed");
    });
    assert.equal(await active(page), null, "nothing is chosen before the visitor chooses");
    await page.keyboard.press("ArrowDown");
    await eventually(async () => assert.ok(await active(page)));
    const marked = await active(page);
    assert.equal(await page.getAttribute(`#${marked}`, "aria-selected"), "true");
    assert.match(await page.textContent(`#${marked}`), /Kerkstraat 12/);
    await Promise.all([page.waitForURL(`**${PARCEL}`), page.keyboard.press("Enter")]);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assert.equal(await page.textContent("h1"), ADDRESS);
    await close();
  });

  test("Escape closes, then clears", async () => {
    const { page, close } = await open(browser);
    await page.goto("/");
    await page.fill("#q", "kerk");
    await page.waitForSelector("[role=option]");
    await page.press("#q", "Escape");
    await eventually(async () => assert.equal(await page.getAttribute("#q", "aria-expanded"), "false"));
    assert.equal(await page.inputValue("#q"), "kerk");
    await page.press("#q", "Escape");
    await eventually(async () => assert.equal(await page.inputValue("#q"), ""));
    await close();
  });

  test("Tab moves on without picking", async () => {
    const { page, close } = await open(browser);
    await page.goto("/");
    await page.fill("#q", "kerk");
    await page.waitForSelector("[role=option]");
    await page.press("#q", "ArrowDown");
    await page.press("#q", "Tab");
    await eventually(async () => assert.equal(await page.getAttribute("#q", "aria-expanded"), "false"));
    assert.equal(pathOf(page), "/");
    assert.equal(await page.inputValue("#q"), "kerk");
    await close();
  });

  test("the mouse picks too, in the English pages as well", async () => {
    const { page, close } = await open(browser);
    await page.goto("/en/");
    await page.fill("#q", "Kerkstraat 12");
    await Promise.all([page.waitForURL("**/en/parcel/**"), page.click("[role=option] >> nth=0")]);
    await close();
  });

  test("what is typed is only asked of our own search page", async () => {
    const { page, faults, close } = await open(browser);
    const asked = [];
    await page.goto("/", { waitUntil: "networkidle" });
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.fill("#q", "kerkstraat");
    await page.waitForSelector("[role=option]");
    assert.deepEqual([...new Set(asked.filter((path) => path !== "/static/icon.svg"))], ["/zoek"]);
    assert.deepEqual(faults, []);
    await close();
  });
});

describe("my location", () => {
  const HERE = { latitude: 51.2101405, longitude: 3.2254267 };
  const status = (page) => page.textContent("my-location [role=status]");
  const ask = async (page) => {
    await page.goto("/");
    assert.equal(await status(page), "", "the live region is there before it speaks");
    await page.focus("my-location button");
    await page.keyboard.press("Enter");
  };

  test("leads to the parcel that one stands on, by keyboard", async () => {
    const { page, faults, close } = await open(browser, { geolocation: HERE, permissions: ["geolocation"] });
    await ask(page);
    await page.waitForURL(`**${PARCEL}`);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assert.deepEqual(faults, []);
    await close();
  });

  test("in the street it gives the addresses around, nearest first", async () => {
    const geolocation = { ...HERE, latitude: HERE.latitude - 0.00004 };
    const { page, close } = await open(browser, { geolocation, permissions: ["geolocation"] });
    await ask(page);
    await page.waitForURL("**/zoek?**");
    const hits = await page.$$eval(".hit a", (all) => all.map((link) => link.textContent));
    assert.ok(hits.includes(ADDRESS), hits.join());
    await close();
  });

  test("tells in words that the browser may not say where it is", async () => {
    const { page, close } = await open(browser, { permissions: [] });
    await ask(page);
    await page.waitForFunction(() => document.querySelector("my-location [role=status]")?.textContent?.includes("browser"));
    assert.match(await status(page), /Sta dat toe in de instellingen van je browser, of typ een adres/);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BUTTON", "the focus stays");
    await close();
  });

  test("without scripts there is no button that does nothing", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/");
    assert.equal(await page.locator("my-location button").isVisible(), false);
    await close();
  });
});
