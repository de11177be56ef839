// Staff: signing in at the demo's provider, seeing what is theirs, signing out.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WIDTHS, eventually, findings, launch, open, sideways, smallTargets } from "./browser.mjs";

const HOUSING = "/ogc/collections/housing_inspections";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** From the page that says so to the provider, and back as somebody. */
async function signIn(page, name) {
  await page.goto("/medewerker");
  await page.waitForURL(/\/aanmelden\?return_to=/);
  await page.click("main a.btn");
  await page.waitForSelector("button[name=sub]");
  await page.click(`button:has-text("${name}")`);
  await page.waitForURL("**/medewerker");
  await page.waitForSelector(`.staff-strip a:has-text("${name}")`);
}

/** What must not happen, save that one goes to the provider. */
const unexpected = (faults) => faults.filter((fault) => !/^outside: http:\/\/127\.0\.0\.1:\d+\/(authorize|end)/.test(fault));

for (const javaScriptEnabled of [true, false]) {
  describe(`staff, ${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    test("sign in, see housing inspections, sign out, gone", async () => {
      const { page, faults, close } = await open(browser, { javaScriptEnabled });
      assert.equal((await page.goto(HOUSING)).status(), 404);
      await signIn(page, "Joris Wouters");
      await page.click(`main a[href='${HOUSING}']`);
      await page.waitForURL(`**${HOUSING}`);
      await eventually(async () => assert.match(await page.textContent("h1"), /Woningcontroles/));
      const items = await page.goto(`${HOUSING}/items?f=json&limit=2`);
      assert.equal(items.status(), 200);
      assert.equal(items.headers()["cache-control"], "private, no-store");
      assert.ok((await items.json()).numberMatched > 0);
      await page.goto("/medewerker");
      await page.click(".strip-button");
      await page.waitForURL("**/afmelden");
      await page.waitForSelector("h1:has-text('Je bent afgemeld')");
      assert.equal(await page.locator(".staff-strip").count(), 0);
      assert.equal((await page.goto(HOUSING)).status(), 404);
      await page.goto("/medewerker");
      await page.waitForURL(/\/aanmelden\?return_to=/);
      assert.deepEqual(unexpected(faults), []);
      await close();
    });
  });
}

describe("roles", () => {
  test("who is staff alone does not see housing inspections", async () => {
    const { page, close } = await open(browser);
    await signIn(page, "Mira Maes");
    assert.equal(await page.locator(`main a[href='${HOUSING}']`).count(), 0);
    assert.equal((await page.goto(HOUSING)).status(), 404);
    await close();
  });
});

describe("a session that ends", () => {
  test("is warned of, goes on by one press, and takes nothing that was typed", async () => {
    const { page, close } = await open(browser);
    await signIn(page, "Mira Maes");
    await page.clock.install();
    await page.reload();
    await page.waitForFunction(() => customElements.get("session-timer"));
    const dialog = page.getByRole("alertdialog");
    await page.fill("#q", "Kerkstr");
    assert.equal(await dialog.count(), 0);
    await page.clock.fastForward("29:00");
    await dialog.waitFor();
    assert.deepEqual(await findings(page), []);
    await eventually(async () => assert.equal(await page.textContent(":focus"), "Blijf aangemeld"));
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await page.inputValue("#q"), "Kerkstr");

    // Signed out behind its back; then in again, as in another tab.
    const before = await page.inputValue("input[name=form_token] >> nth=0");
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.clock.fastForward("31:00");
    await page.waitForSelector("dialog:has-text('Je bent afgemeld')");
    assert.equal(await page.inputValue("#q"), "Kerkstr");
    await page.context().addCookies(cookies);
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await dialog.waitFor({ state: "detached" });
    assert.notEqual(await page.inputValue("input[name=form_token] >> nth=0"), before);
    assert.equal(await page.inputValue("#q"), "Kerkstr");
    await close();
  });
});

describe("pages of staff", () => {
  test(`are accessible at ${WIDTHS.join(", ")} pixels in two languages`, async () => {
    const { page, faults, close } = await open(browser);
    const held = async (address) => {
      await page.goto(address);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await findings(page), [], `axe on ${address} at ${width}`);
        assert.ok((await sideways(page)) <= 0, `${address} scrolls sideways at ${width}`);
        assert.deepEqual(await smallTargets(page), [], `targets under 24 pixels on ${address} at ${width}`);
      }
      assert.equal(await page.locator("h1").count(), 1);
    };
    for (const address of ["/aanmelden", "/en/sign-in", "/afmelden", "/en/sign-out", "/aanmelden/terug"]) await held(address);
    await signIn(page, "Joris Wouters");
    for (const address of ["/medewerker", "/en/staff", "/afmelden", "/", "/kaart", "/medewerker/verwerkingsregister", "/medewerker/toegang", "/medewerker/taken"]) await held(address);
    await page.goto("/medewerker");
    await page.click(".strip-button");
    await page.waitForSelector("h1:has-text('Je bent afgemeld')");
    await signIn(page, "Noor Claes");
    for (const address of ["/medewerker/logboek", "/en/staff/log"]) await held(address);
    assert.deepEqual(unexpected(faults).filter((fault) => !/status of 403/.test(fault)), []);
    await close();
  });
});
