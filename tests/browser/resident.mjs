// One step of following a file, in Chromium; tests/journeys/test_alerts.py reads the mail in between.
//   node follow.mjs follow|confirm|stop <path> [scripts|plain|keyboard] <what to type or find>
import assert from "node:assert/strict";
import { WIDTHS, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const [step, path, manner, words] = process.argv.slice(2);
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

/** Goes to an element by Tab alone, at most 80 of them. */
async function tabTo(selector) {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

/** Follows a link or sends a form, and waits until the next page is there. */
async function press(selector) {
  const arrived = page.waitForNavigation();
  if (manner === "keyboard") {
    await tabTo(selector);
    await page.keyboard.press("Enter");
  } else {
    await page.click(selector);
  }
  await arrived;
}

await page.goto(path);
await sound();
if (step === "follow") {
  await press(".follow-form > button");
  assert.equal(await page.locator("#errors a").count(), 1, "the mailbox is missing");
  if (manner !== "plain") {
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors", "the faults have the focus");
  }
  await sound();
  await press("#errors a");
  await page.keyboard.type(words);
  assert.equal(await page.inputValue("#email"), words, "the link leads to the field");
  await press(".follow-form > button");
  assert.match(page.url(), /asked=follow$/);
} else if (step === "confirm") {
  await press("main form button");
  assert.match(await page.textContent("main"), new RegExp(words));
  assert.equal(await page.locator(".follows li").count(), 1);
} else {
  await press("main form button");
  assert.match(await page.textContent("h1"), new RegExp(words));
}
await sound();
assert.deepEqual(faults.filter((fault) => !fault.includes("status of 422")), []);
await browser.close();
