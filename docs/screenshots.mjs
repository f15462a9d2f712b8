// node docs/screenshots.mjs FOLDER CHROMIUM: takes the pictures that docs/screenshots.py asks for.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(resolve(".browser", "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});

const pictures = [
  { name: "graph-page", page: "sixty", colorScheme: "light", choose: "lynx-embed-20m" },
  { name: "graph-page-dark", page: "many", colorScheme: "dark", choose: null },
];
for (const { name, page: file, colorScheme, choose } of pictures) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, reducedMotion: "reduce" });
  await page.goto(pathToFileURL(join(folder, `${file}.html`)).href);
  if (choose) {
    await page.keyboard.press("/");
    await page.keyboard.type(choose);
    await page.keyboard.press("Enter");
  }
  await page.screenshot({ path: join("docs", "images", `${name}.png`) });
}
await browser.close();
