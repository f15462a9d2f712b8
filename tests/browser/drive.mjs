// Drives a page of a graph in Chromium and prints what it saw as JSON.
// node drive.mjs MODULES CHROMIUM FOLDER: the folder holds pages and takes their screenshots.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const alone = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: [...quiet, ...alone] });

const violations = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document));
  return found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`);
};
const boxes = (page) => page.$$eval(".box", (all) => all.map((box) => box.getAttribute("transform").match(/-?[\d.]+/g).map(Number)));
const focused = (page) => page.evaluate(() => document.activeElement.querySelector?.("title")?.textContent ?? document.activeElement.id);

async function seen(name, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const troubles = [];
  const requests = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(resolve(folder, `${name}.html`)).href);
  const result = { name, colorScheme, troubles, boxes: await boxes(page) };
  result.harmed = await page.evaluate(() => globalThis.harmed ?? null);
  result.axe = await violations(page);
  result.lines = await page.$$eval("#lines > g", (all) => all.length);
  if (result.boxes.length) {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    result.keys = [await focused(page)];
    for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"]) {
      await page.keyboard.press(key);
      result.keys.push(await focused(page));
    }
    await page.keyboard.press("Enter");
    result.opened = [await focused(page), await page.textContent("#panel-title"), await page.textContent("#said")];
    result.panel = await page.textContent("#panel");
    result.axe.push(...(await violations(page)));
    await page.keyboard.press("Escape");
    result.closed = [await focused(page), await page.isHidden("#panel")];
    await page.keyboard.press("/");
    result.search = [await focused(page)];
    await page.keyboard.type("acme");
    result.search.push(await page.$$eval("#hits button", (all) => all.length), await page.textContent("#said"));
    result.axe.push(...(await violations(page)));
    await page.keyboard.press("Escape");
    await page.click("#kinds label >> nth=-1");
    result.filtered = (await boxes(page)).length;
    await page.click("#kinds label >> nth=-1");
    await page.click("#fold");
    result.unfolded = await boxes(page);
  }
  await page.click("#as-tables");
  result.rows = [await page.$$eval("#nodes tbody tr", (all) => all.length), await page.$$eval("#edges tbody tr", (all) => all.length)];
  result.counts = [await page.textContent("#nodes-count"), await page.textContent("#edges-count")];
  result.axe.push(...(await violations(page)));
  result.requests = requests.filter((url) => !url.startsWith("file:"));
  await context.close();
  return result;
}

const names = readdirSync(folder).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5)).sort();
const results = [];
for (const name of names) for (const scheme of ["light", "dark"]) results.push(await seen(name, scheme));
await browser.close();
process.stdout.write(JSON.stringify(results));
