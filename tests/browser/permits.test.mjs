// Permit files: their pages in every kind of state. The way to them from an address: resident.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BASE, WIDTHS, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const PARCEL = "/perceel/99001A0123-00B000";
const TITLE = "Verbouwen van een eengezinswoning";

let browser;
let files;
before(async () => {
  browser = await launch();
  files = (await (await fetch(`${BASE}/vergunningen.geojson`)).json()).features;
});
after(() => browser.close());

const pathOf = (page) => new URL(page.url()).pathname;
const withStatus = (status) => files.find((file) => file.properties.status === status).id;

describe("the page of a file", () => {
  for (const status of ["public_inquiry", "awaiting_supplement", "granted", "tacitly_refused", "appeal_pending", "annulled", "recorded", "lapsed"]) {
    test(`${status}: accessible at ${WIDTHS.join(", ")} pixels in two languages, and nothing from outside`, async () => {
      const { page, faults, close } = await open(browser);
      for (const address of [`/vergunning/${withStatus(status)}`, `/en/permit/${withStatus(status)}`]) {
        await page.goto(address);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await findings(page), [], `axe on ${address} at ${width}`);
          assert.ok((await sideways(page)) <= 0, `${address} scrolls sideways at ${width}`);
          assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels on ${address} at ${width}`);
        }
        assert.equal(await page.locator("h1").count(), 1);
        assert.equal(await page.locator("link[hreflang]").count(), 2);
      }
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test("both key dates are in the first screen of a phone", async () => {
    const { page, close } = await open(browser, { width: 390, height: 844 });
    await page.goto(`/vergunning/${withStatus("public_inquiry")}`);
    const dates = await page.$$eval(".key-dates .big", (all) => all.map((date) => date.getBoundingClientRect().bottom));
    assert.equal(dates.length, 2);
    assert.ok(Math.max(...dates) < 844, String(dates));
    await close();
  });

  test("printed it keeps dates, steps, plan and its address, and no menus", async () => {
    const { page, close } = await open(browser);
    await page.goto(`/vergunning/${withStatus("public_inquiry")}`);
    await page.emulateMedia({ media: "print" });
    for (const shown of [".key-dates", ".way", "svg.plan", ".how", ".foot .print-only"]) {
      assert.ok(await page.locator(shown).isVisible(), shown);
    }
    for (const gone of [".nav", ".bar", ".actions"]) {
      assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    }
    await close();
  });
});

describe("the page of an open inquiry", () => {
  test("tells without scripts until when one can react, and leads to its parcel", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto(PARCEL);
    await Promise.all([page.waitForURL("**/vergunning/*"), page.click(`h3 a:has-text("${TITLE}") >> nth=0`)]);
    assert.match(pathOf(page), /^\/vergunning\/OMV_\d{10}$/);
    assert.match(await page.textContent(".key-dates"), /Je kan reageren tot en met/);
    assert.ok(await page.locator("#how").evaluate((details) => details.open));
    await Promise.all([page.waitForURL(`**${PARCEL}`), page.click(".facts a[href^='/perceel/']")]);
    await close();
  });

  test("leads by keyboard to where one reacts", async () => {
    const { page, close } = await open(browser);
    await page.goto(`/vergunning/${withStatus("public_inquiry")}`);
    const there = () => page.evaluate(() => document.activeElement.matches("a") && document.activeElement.textContent.includes("Reageer"));
    for (let i = 0; i < 60 && !(await there()); i += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await eventually(() => assert.equal(new URL(page.url()).hash, "#documents"));
    await close();
  });
});

describe("the list", () => {
  test("is filtered by a form that needs no scripts", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/vergunningen");
    await page.fill("#adres", "Kerkstraat 12");
    await page.selectOption("#straal", "100");
    await page.check("input[name=onderzoek]");
    await Promise.all([page.waitForURL(/adres=Kerkstraat\+12/), page.click("text=Toon dossiers")]);
    assert.ok((await page.locator(".list .item").count()) > 0);
    assert.equal(await page.inputValue("#adres"), "Kerkstraat 12");
    assert.ok(await page.isChecked("input[name=onderzoek]"));
    await Promise.all([page.waitForURL(/\/en\/permits\?.*adres=Kerkstraat/), page.click(".language a")]);
    assert.ok(await page.isChecked("input[name=onderzoek]"));
    await Promise.all([page.waitForURL((url) => url.search === ""), page.click("text=Clear the choice")]);
    await close();
  });

  test("leads on to the next files and back", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await page.goto("/vergunningen?status=granted");
    const first = await page.locator(".list h3 a").first().getAttribute("href");
    const begins = () => page.locator(".list h3 a").first().getAttribute("href");
    await page.click("text=Volgende dossiers");
    await eventually(async () => assert.notEqual(await begins(), first));
    await page.click("text=Terug naar het begin");
    await eventually(async () => assert.equal(await begins(), first));
    await close();
  });
});
