// A Chromium that the tests drive, and what every page is held to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The packages are those of web/, one place for all scripts.
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const BASE = process.env.GEOLOKET_BASE_URL;
assert.ok(BASE, "GEOLOKET_BASE_URL must be the address of a running Geoloket with the invented town");

export const WIDTHS = [320, 390, 1280];

/** Chromium; `CHROMIUM` names another binary than Debian's. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-background-networking",
    ],
  });
}

/** A page that remembers what must not happen: outside requests, console errors, exceptions; apart, what was not there. */
export async function open(browser, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    baseURL: BASE,
    locale: "nl-BE",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const faults = [];
  const missing = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== new URL(BASE).origin) faults.push(`outside: ${url}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    // Chromium also logs the 404 or 400 of a page that is meant to be one.
    const expected = /status of 40[04]/.test(message.text());
    if (expected) missing.push(message.location().url);
    if (message.type() === "error" && !expected) faults.push(`console: ${message.text()}`);
  });
  return { page, faults, missing, close: () => context.close() };
}

/** Waits until the map has drawn itself and its list tells the same, on a page that has one. */
export async function drawn(page) {
  if (!(await page.locator("geo-map").count())) return;
  await page.waitForSelector("geo-map[ready]", { timeout: 60_000 });
  await page.waitForSelector(".map-list:not([aria-busy])", { state: "attached", timeout: 60_000 });
}

/** Asserts what will hold in a moment: a page follows what was done to it in its own time. */
export async function eventually(assertion, { within = 30_000 } = {}) {
  const until = Date.now() + within;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** All findings of axe: WCAG 2.0 to 2.2, A and AA, and best practice. */
export async function findings(page) {
  // Through the debugger, not a script element: the pages' security policy refuses those.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}

/** Targets under 24 by 24 pixels that are not words in a sentence (WCAG 2.2, 2.5.8). */
export function smallTargets(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
      .filter((element) => element.checkVisibility() && !element.closest(".skip"))
      .filter((element) => !(element.tagName === "A" && element.parentElement?.tagName === "P"))
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(([element, box]) => `${element.outerHTML.slice(0, 90)} ${box.width}x${box.height}`),
  );
}

/** How many pixels the page is wider than its window. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
