// A day of an inspector: sign in, say for what, find today's visits, record an outcome, undo it, sign out.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WIDTHS, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const TODAY = "/medewerker/inspecties/vandaag";
const CHECKS = "/medewerker/woonstcontroles";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** To the page that is asked, by the provider and by the question for which task. */
async function enter(page, address, task) {
  await page.goto(address);
  if (page.url().includes("/aanmelden")) {
    await page.click("main a.btn");
    await page.waitForSelector("button[name=sub]");
    await page.click('button:has-text("Joris Wouters")');
    await page.waitForSelector(".staff-strip");
  }
  if (page.url().includes("/medewerker/doel")) {
    await page.check(`input[value=${task}]`);
    await page.click("main .btn");
  }
  await page.waitForURL(`**${address}`);
}

const tag = (page) => page.textContent(".head .tag");

for (const javaScriptEnabled of [true, false]) {
  test(`an inspector's round, ${javaScriptEnabled ? "with" : "without"} scripts`, async () => {
    const { page, close } = await open(browser, { javaScriptEnabled });
    await enter(page, TODAY, "inspection");
    assert.ok((await page.locator("svg.plan circle").count()) > 0, "the visits are on a plan");
    const visits = await page.locator("main ol.list h3 a").allTextContents();
    assert.ok(visits.length > 0, "there are visits today");
    assert.deepEqual(visits.map((text) => parseInt(text, 10)), visits.map((_, n) => n + 1));
    const address = visits[0].replace(/^\d+\. /, "");
    await page.click("main ol.list h3 a");
    await eventually(async () => assert.equal(await page.textContent("h1"), address));
    assert.match(await tag(page), /Bezoek gepland/);

    await page.fill("#visited-reason", "Bezoek van vandaag.");
    await page.click("section.step-form:has(#step-visited) .btn");
    await eventually(async () => assert.match(await tag(page), /Bezocht/));
    for (const [name, count] of [["defects_1", "7"], ["defects_2", "0"], ["defects_3", "0"], ["reason", "Verslag."]]) {
      await page.fill(`#report_drafted-${name}`, count);
    }
    await page.click("section.step-form:has(#step-report_drafted) .btn");
    await eventually(async () => assert.match(await page.textContent("#verdict + p"), /Ongeschikt.*7 gebreken/));
    assert.equal(await page.locator("#step-conform").count(), 0, "seven small defects are not conform");
    await page.fill("#unsuitable-reason", "Zeven gebreken.");
    await page.click("section.step-form:has(#step-unsuitable) .btn");
    await eventually(async () => assert.match(await tag(page), /Ongeschikt/));

    await page.fill("#undo-reason", "Verkeerd dossier.");
    await page.click(".undo-form .btn");
    await eventually(async () => assert.match(await tag(page), /Verslag opgemaakt/));
    assert.match(await page.textContent("#geschiedenis + ol li"), /ongedaan gemaakt.*Verkeerd dossier/s);
    await page.click(".strip-button");
    await page.waitForSelector("h1:has-text('Je bent afgemeld')");
    await close();
  });
}

describe("what is wrong with a form", () => {
  test("is said beside the field, and what was typed stays", async () => {
    const { page, close } = await open(browser, { javaScriptEnabled: false });
    await enter(page, "/medewerker/inspecties", "inspection");
    await page.goto("/medewerker/inspecties?status=scheduled");
    await page.click("main ol.list h3 a");
    await page.fill("#scheduled-planned_on", "2020-01-01");
    await page.fill("#scheduled-reason", "Te vroeg.");
    await page.click("section.step-form:has(#step-scheduled) .btn");
    await eventually(async () => assert.match(await page.textContent(".faults"), /Kies een dag vanaf vandaag/));
    assert.equal(await page.inputValue("#scheduled-planned_on"), "2020-01-01");
    assert.equal(await page.inputValue("#scheduled-reason"), "Te vroeg.");
    assert.deepEqual(await page.$$eval("[aria-invalid=true]", (all) => all.map((one) => one.id)), ["scheduled-planned_on"]);
    await close();
  });
});

describe("pages of inspections and residence checks", () => {
  test(`are accessible at ${WIDTHS.join(", ")} pixels in two languages`, async () => {
    const { page, close } = await open(browser);
    const held = async () => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await findings(page), [], `axe on ${page.url()} at ${width}`);
        assert.ok((await sideways(page)) <= 0, `${page.url()} scrolls sideways at ${width}`);
        assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels on ${page.url()} at ${width}`);
      }
      assert.equal(await page.locator("h1").count(), 1);
    };
    await enter(page, TODAY, "inspection");
    for (const address of [TODAY, "/en/staff/inspections?status=alle", "/medewerker/inspecties?tegen=ooit"]) {
      await page.goto(address);
      await held();
    }
    await page.goto("/medewerker/inspecties");
    await page.click("main ol.list h3 a");
    await page.waitForURL("**/medewerker/inspectie/**");
    await held();
    await page.goto("/en/staff/purpose?laag=residence_checks");
    await held();
    await enter(page, CHECKS, "residence");
    await held();
    await page.click("main ol.list h3 a");
    await page.waitForURL("**/medewerker/woonstcontrole/**");
    await held();
    await close();
  });
});
