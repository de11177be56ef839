// One stretch of a resident's way, in Chromium; tests/journeys/test_resident.py reads the mail in between.
//   node resident.mjs follow|confirm|stop <path> scripts|plain|keyboard <JSON: what to type and to find>
import assert from "node:assert/strict";
import { WIDTHS, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const [stretch, path, manner, given] = process.argv.slice(2);
const wanted = JSON.parse(given);
const browser = await launch();
const { page, faults } = await open(browser, { javaScriptEnabled: manner !== "plain" });

/** What holds for every page, where scripts can look at it. */
async function sound() {
  if (manner === "plain") return;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    assert.deepEqual(await findings(page), [], `axe at ${width}`);
    assert.ok((await sideways(page)) <= 0, `the page scrolls sideways at ${width}`);
    assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels at ${width}`);
  }
}

/** Goes to an element by Tab alone, at most 120 of them. */
async function tabTo(selector) {
  for (let step = 0; step < 120; step += 1) {
    if (await page.evaluate((it) => document.activeElement.matches(it), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${selector}`);
}

/** Puts the cursor in a field and types. */
async function type(selector, text) {
  if (manner === "keyboard") await tabTo(selector);
  else await page.click(selector);
  await page.keyboard.type(text);
}

/** Follows a link or sends a form, and waits until the next page is there. */
async function press(selector, address) {
  const arrived = page.waitForURL(address, { waitUntil: "load" });
  if (manner === "keyboard") {
    await tabTo(selector);
    await page.keyboard.press("Enter");
  } else {
    await page.click(selector);
  }
  await arrived;
}

/** From an address to its parcel: a suggestion that is chosen, or the whole page of answers. */
async function search() {
  await type("#q", wanted.address);
  const arrived = page.waitForURL(`**${wanted.parcel}`);
  if (manner === "plain") {
    await page.keyboard.press("Enter");
  } else {
    const first = page.locator("[role=option]").first();
    await eventually(async () => assert.ok((await first.textContent({ timeout: 500 })).includes(wanted.address)));
    if (manner === "scripts") await first.click();
    else {
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    }
  }
  await arrived;
  assert.ok(await page.locator("svg.plan[role=img]").isVisible());
}

async function follow() {
  await search();
  await press(`main h3 a[href="/vergunning/${wanted.permit}"]`, `**/vergunning/${wanted.permit}`);
  assert.equal(await page.textContent("h1"), wanted.title);
  assert.ok(await page.locator(".tag").first().isVisible());
  assert.ok(await page.locator("svg.plan[role=img]").isVisible());
  if (manner === "scripts") {
    await type("#follow-email", wanted.mailbox);
    await press(".card form button", /asked=follow$/);
  } else {
    await press(".card a[href*='permit=']", /meldingen\?/);
    await sound();
    await press(".follow-form > button", /meldingen$/); // the mailbox is missing
    await page.waitForSelector("#errors a");
    if (manner === "keyboard") {
      await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.id), "errors"));
    }
    await sound();
    await press("#errors a", /#email$/);
    await page.keyboard.type(wanted.mailbox);
    assert.equal(await page.inputValue("#email"), wanted.mailbox, "the link leads to the field");
    await press(".follow-form > button", /asked=follow$/);
  }
}

async function confirm() {
  await page.goto(path);
  await sound();
  await press("main form button", /done=confirmed/);
  assert.ok((await page.textContent("main")).includes(wanted.found));
  assert.equal(await page.locator(".follows li").count(), 1);
}

async function stop() {
  await page.goto(path);
  await sound();
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  if (manner === "keyboard") {
    await tabTo("main form button");
    await page.keyboard.press("Enter");
  } else {
    await page.click("main form button");
  }
  await answered;
  await eventually(async () => assert.ok((await page.textContent("h1")).includes(wanted.found)));
}

if (stretch === "follow") await page.goto(path);
await { follow, confirm, stop }[stretch]();
await sound();
assert.deepEqual(faults.filter((fault) => !fault.includes("status of 422")), []);
await browser.close();
