// node docs/screenshots_of_pull_requests.mjs FOLDER CHROMIUM: a picture of every page in FOLDER, beside it.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(resolve(".browser", "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
  const page = await browser.newPage({ viewport: { width: 980, height: 600 }, deviceScaleFactor: 1.5 });
  await page.goto(pathToFileURL(join(folder, file)).href);
  await page.screenshot({ path: join(folder, file.replace(".html", ".png")), fullPage: true });
  await page.close();
}
await browser.close();
