// What holds for every page, at three widths and in two languages.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BASE, WIDTHS, drawn, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const PARCEL = "99001A0123-00B000";
/** The exhibition that began four days before today: it is always going on. */
const held = await (await fetch(`${BASE}/ogc/collections/events/items?f=json&limit=1000`)).json();
const EVENT = held.features.map((feature) => feature.id).find((id) => id.startsWith("beelden-in-het-park"));
const PAGES = {
  home: ["/", "/en/"],
  "search, with hits": ["/zoek?q=kerk", "/en/search?q=kerk"],
  "search, without": ["/zoek?q=Onbestaandestraat+9", "/en/search?q=Onbestaandestraat+9"],
  parcel: [`/perceel/${PARCEL}`, `/en/parcel/${PARCEL}`],
  "unknown parcel": ["/perceel/99001A9999-00Z999", "/en/parcel/99001A9999-00Z999"],
  events: ["/evenementen", "/en/events"],
  "events, none": ["/evenementen?plaats=nergens", "/en/events?plaats=nergens"],
  event: [`/evenement/${EVENT}`, `/en/event/${EVENT}`],
  permits: ["/vergunningen", "/en/permits"],
  "permits, what is typed is wrong": ["/vergunningen?adres=Nergensstraat+9&van=x", "/en/permits?adres=Nergensstraat+9&van=x"],
  "permits, none": ["/vergunningen?straat=Nergensstraat", "/en/permits?straat=Nergensstraat"],
  "unknown permit": ["/vergunning/OMV_0000000000", "/en/permit/OMV_0000000000"],
  map: ["/kaart", "/en/map"],
  "map, something chosen": [`/kaart?z=18&sel=parcels/${PARCEL}`, `/en/map?z=18&sel=parcels/${PARCEL}`],
  "data catalogue": ["/data", "/en/data"],
  dataset: ["/data/permits", "/en/data/permits"],
  accessibility: ["/toegankelijkheid", "/en/accessibility"],
  privacy: ["/privacy", "/en/privacy"],
  about: ["/over", "/en/about"],
  "help with the map": ["/help/kaart", "/en/help/map"],
  manual: ["/handleiding", "/en/manual"],
  "a page of the manual": ["/handleiding/layers", "/en/manual/layers"],
  "a long table in the manual": ["/handleiding/settings", "/en/manual/settings"],
  "map in a frame": ["/insluiten/kaart", "/en/embed/map"],
  alerts: ["/meldingen", "/en/alerts"],
  "alerts, around a point": ["/meldingen?kind=circle&lon=3.2254&lat=51.2103", "/en/alerts?kind=circle&lon=3.2254&lat=51.2103"],
  "alerts, look in your mailbox": ["/meldingen?asked=follow", "/en/alerts?asked=follow"],
  "alerts, a link that does not work": ["/meldingen/stop/verlopen", "/en/alerts/stop/verlopen"],
  "page that is not there": ["/bestaat-niet", "/en/bestaat-niet"],
};

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const [name, addresses] of Object.entries(PAGES)) {
  for (const address of addresses) {
    describe(`${name} (${address})`, () => {
      test(`is accessible at ${WIDTHS.join(", ")} pixels, and asks nothing from outside`, async () => {
        const { page, faults, close } = await open(browser);
        await page.goto(address);
        await drawn(page);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await findings(page), [], `axe at ${width}`);
          assert.ok((await sideways(page)) <= 0, `the page scrolls sideways at ${width}`);
          assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels at ${width}`);
        }
        assert.equal(await page.locator("h1").count(), 1, "one h1");
        const language = await page.getAttribute("html", "lang");
        assert.equal(language, address.startsWith("/en") ? "en" : "nl-BE");
        assert.deepEqual(faults, []);
        await close();
      });

      test("says which languages there are, and they lead to each other", async () => {
        const { page, close } = await open(browser);
        const response = await page.goto(address);
        const twins = await page.$$eval("link[hreflang]", (links) => links.map((link) => link.href));
        assert.equal(twins.length, response.status() === 404 ? 0 : 2);
        for (const twin of twins) {
          await page.goto(twin);
          const back = await page.$$eval("link[hreflang]", (links) => links.map((link) => link.href));
          assert.deepEqual(back.sort(), twins.sort());
        }
        await close();
      });

      test("the skip link comes first and leads to the content", async () => {
        const { page, close } = await open(browser);
        await page.goto(address);
        await drawn(page);
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#content");
        assert.equal(await page.locator("#content").count(), 1);
        await close();
      });
    });
  }
}

for (const [name, [address]] of Object.entries(PAGES)) {
  test(`${name} (${address}) is whole without scripts, in forced colours, and nothing moves by itself`, async () => {
    const { page, faults, close } = await open(browser, {
      width: 390,
      javaScriptEnabled: false,
      forcedColors: "active",
    });
    const response = await page.goto(address);
    assert.ok(await page.locator("h1").isVisible());
    assert.equal(await page.locator(".scripted:visible").count(), 0, "what needs scripts is not there");
    assert.ok((await sideways(page)) <= 0, "it scrolls sideways");
    assert.deepEqual(await unmarked(page), [], "statuses without a word or an edge");
    assert.deepEqual(await moving(page), [], "what moves though the visitor asked it not to");
    // The way on: every link that leads to a page of ours has an address of its own.
    const dead = await page.$$eval("main a", (links) => links.filter((link) => !link.getAttribute("href")).length);
    assert.equal(dead, 0, "links without an address");
    assert.ok(response.status() < 500);
    assert.deepEqual(faults, []);
    await close();
  });
}

test("the menu stands on one line of the smallest phone", async () => {
  const { page, close } = await open(browser, { width: 320 });
  for (const address of ["/vergunningen", "/evenementen", "/en/permits", "/en/events"]) {
    await page.goto(address);
    const tops = await page.$$eval(".nav li:not(.language) a", (links) => links.map((link) => link.getBoundingClientRect().top));
    assert.equal(tops.length, 4);
    assert.equal(new Set(tops).size, 1, address);
  }
  await close();
});

/** Tags that lean on colour alone: no word, or no edge where colours are those of the system. */
function unmarked(page) {
  return page.$$eval(".tag", (tags) =>
    tags
      .filter((tag) => tag.checkVisibility())
      .filter((tag) => !tag.textContent.trim() || getComputedStyle(tag).borderTopStyle === "none")
      .map((tag) => tag.outerHTML.slice(0, 90)),
  );
}

/** What still moves under `prefers-reduced-motion`. */
function moving(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return parseFloat(transitionDuration) > 0 || animationName !== "none";
      })
      .map((element) => element.outerHTML.slice(0, 90)),
  );
}
