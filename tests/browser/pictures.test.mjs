// Ten pages as one sees them, on a phone and on a desk: nothing blank, nothing cut off, text that can be read.
// GEOLOKET_PICTURES names a folder where the pictures stay, to be laid beside the design.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { BASE, drawn, launch, open, sideways } from "./browser.mjs";

const PARCEL = "/perceel/99001A0123-00B000";
const INK = "#16242B";
const BRAND = "#0B5563";
const PARCEL_EDGE = "#A49C8B";
/** Edges of permits on the map, by group of statuses; at least some of them are in view. */
const PERMIT_EDGES = ["#1F5FA6", "#4A5560", "#8F4700", "#0F6B4F", "#A3213C", "#62429A"];

const found = async (path) => (await (await fetch(BASE + path)).json()).features;
const files = await found("/vergunningen.geojson");
const events = await found("/ogc/collections/events/items?f=json&limit=1000");
const inquiry = files.find(({ properties }) => properties.status === "public_inquiry" && properties.address?.startsWith("Kerkstraat 12,"));
const PAGES = {
  home: "/",
  search: "/zoek?q=kerk",
  parcel: PARCEL,
  permit: `/vergunning/${inquiry.id}`,
  permits: "/vergunningen",
  event: `/evenement/${events.find(({ id }) => id.startsWith("beelden-in-het-park")).id}`,
  map: "/kaart?c=3.22540,51.21030&z=18",
  data: "/data",
  alerts: "/meldingen",
};

let browser;
let darkroom;
before(async () => {
  browser = await launch();
  darkroom = await browser.newPage();
});
after(() => browser.close());

/** Keeps a picture when somebody wants to look at it. */
function keep(name, picture) {
  const folder = process.env.GEOLOKET_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), picture);
}

/** What is in a picture: its size, and which share of it is light, dark, of one colour, and near given colours. */
function developed(picture, colours = []) {
  return darkroom.evaluate(
    async ([base64, wanted]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const { width, height } = image;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const targets = wanted.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
      const near = targets.map(() => 0);
      const counts = new Map();
      let light = 0;
      let dark = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
        const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        if (luminance > 220) light += 1;
        if (luminance < 100) dark += 1;
        const key = (red >> 3) * 1024 + (green >> 3) * 32 + (blue >> 3);
        counts.set(key, (counts.get(key) ?? 0) + 1);
        targets.forEach(([r, g, b], which) => {
          if (Math.abs(red - r) + Math.abs(green - g) + Math.abs(blue - b) < 30) near[which] += 1;
        });
      }
      const pixels = data.length / 4;
      return {
        width,
        height,
        colours: counts.size,
        commonest: Math.max(...counts.values()) / pixels,
        light: light / pixels,
        dark: dark / pixels,
        near: near.map((count) => count / pixels),
      };
    },
    [picture.toString("base64"), colours],
  );
}

/** Text that runs out of the window, or out of a box that hides what does not fit. */
function cutOff(page) {
  return page.evaluate(() => {
    const cut = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const node = words.currentNode;
      const box = node.parentElement;
      if (!node.data.trim() || !box.checkVisibility({ visibilityProperty: true })) continue;
      if (box.closest("svg, script, style, noscript, .visually-hidden, .skip")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const right = Math.max(...[...range.getClientRects()].map((rect) => rect.right));
      let edge = innerWidth;
      for (let around = box; around; around = around.parentElement) {
        const { overflowX } = getComputedStyle(around);
        if (overflowX === "auto" || overflowX === "scroll") edge = Infinity;
        if (around.clientWidth <= 1 && overflowX === "hidden") edge = Infinity; // for screen readers only
        else if (overflowX === "hidden" || overflowX === "clip") edge = Math.min(edge, around.getBoundingClientRect().right);
      }
      if (right > edge + 1) cut.push(`${node.data.trim().slice(0, 60)}: ${right} > ${edge}`);
    }
    return cut;
  });
}

/** What holds for any page with text on it. */
function readable({ colours, commonest, light, dark }) {
  assert.ok(colours > 40, `only ${colours} colours`);
  assert.ok(commonest < 0.97, `blank for ${commonest}`);
  assert.ok(light > 0.4, `dark ground: ${light} is light`);
  assert.ok(dark > 0.005 && dark < 0.4, `no dark text on light: ${dark} is dark`);
}

for (const width of [390, 1280]) {
  describe(`at ${width} pixels`, () => {
    for (const [name, address] of Object.entries(PAGES)) {
      test(`${name} (${address})`, async () => {
        const { page, faults, close } = await open(browser, { width, height: width < 600 ? 844 : 900 });
        await page.goto(address);
        await drawn(page);
        await page.evaluate(() => document.fonts.ready);
        const picture = await page.screenshot({ fullPage: true });
        keep(`${name}-${width}`, picture);
        const whole = await developed(picture, [INK, BRAND]);
        assert.equal(whole.width, width);
        readable(whole);
        for (const [at, colour] of [INK, BRAND].entries()) assert.ok(whole.near[at] > 0.0005, `no ${colour}`);
        assert.ok((await sideways(page)) <= 0, "it scrolls sideways");
        assert.deepEqual(await cutOff(page), []);
        const header = await developed(await page.locator("header.top").screenshot(), [BRAND]);
        assert.ok(header.near[0] > 0.001, "the mark in the header has its colour");
        if (name === "map") {
          const canvas = await developed(await page.locator(".map-canvas").screenshot(), [PARCEL_EDGE, ...PERMIT_EDGES]);
          const [parcels, ...permits] = canvas.near;
          assert.ok(parcels > 0.001, `parcels are drawn: ${parcels}`);
          assert.ok(permits.filter((share) => share > 0.0001).length >= 2, `permits are drawn: ${permits}`);
        }
        assert.deepEqual(faults, []);
        await close();
      });
    }
  });
}

test("the parcel dossier on paper", async () => {
  const folder = mkdtempSync(join(tmpdir(), "geoloket-"));
  try {
    const file = join(folder, "dossier.pdf");
    writeFileSync(file, Buffer.from(await (await fetch(`${BASE}${PARCEL}.pdf`)).arrayBuffer()));
    for (const number of [1, 2]) {
      const picture = join(folder, `${number}.png`);
      const options = ["-q", "-of", "PNG", "--config", "GDAL_PDF_DPI", "96"];
      execFileSync("gdal_translate", [...options, `PDF:${number}:${file}`, picture]);
      const sheet = readFileSync(picture);
      keep(`dossier-${number}`, sheet);
      const seen = await developed(sheet, [INK]);
      assert.ok(Math.abs(seen.height / seen.width - Math.SQRT2) < 0.01, "a sheet of A4");
      readable(seen);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
