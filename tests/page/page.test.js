// Opens the pages that the tests wrote in a headless Chromium and uses them as people do. Every sentence that starts with
// "no" or says what should be is an assertion; the first that fails ends the run.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const puppeteer = require("puppeteer-core");

const [folder, pictures] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const chromium = ["CHROMIUM", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .map((name) => (name.startsWith("/") ? name : process.env[name]))
  .find((name) => name && fs.existsSync(name));
assert.ok(chromium, "no Chromium: install it (apt-get install chromium) or name it in CHROMIUM");

async function opened(browser, name) {
  const page = await browser.newPage();
  const wrong = [];
  const url = `file://${path.resolve(folder, name)}`;
  page.on("console", (said) => wrong.push(`console: ${said.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== url) wrong.push(`request: ${request.url()}`); });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(url);
  return { page, quiet: () => assert.deepEqual(wrong, [], name) };
}

const shown = (page) => page.$$eval("#list > .finding", (all) => all.filter((one) => !one.hidden).length);
const total = (page) => page.$$eval("#list > .finding", (all) => all.length);

async function accessible(page, name) {
  // The page's own policy forbids scripts of others, so this one is given through the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run()).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`));
  assert.deepEqual(found, [], `axe-core on ${name}`);
}

async function story(browser) {
  const { page, quiet } = await opened(browser, "story.html");
  const all = await total(page);
  assert.ok(all > 10, "the story has findings");

  // Search and filters.
  await page.type("#q", "windows hello lck-8");
  const found = await shown(page);
  assert.ok(found > 0 && found < all, "a search finds some");
  const words = await page.$$eval("#list > .finding:not([hidden])", (some) => some.map((one) => one.textContent.toLowerCase()));
  assert.ok(words.every((text) => text.includes("windows hello") && text.includes("lck-8")), "and only what has the words");
  assert.match(await page.$eval("#shown", (own) => own.textContent), new RegExp(`^${found} of ${all} `));
  await page.click("#clear");
  await page.waitForFunction((all) => document.querySelectorAll("#list > .finding:not([hidden])").length === all, {}, all);
  await page.select("#side", "bypass");
  const sides = await page.$$eval("#list > .finding:not([hidden])", (some) => some.map((one) => one.dataset.side));
  assert.ok(sides.length > 0 && sides.every((side) => side === "bypass"), "a filter shows its own");
  await page.click("#clear");

  // A trace: the path is lit, the dead end has closed ways.
  const first = await page.$("#list > .finding[data-side=lockout]");
  await (await first.$("summary")).click();
  assert.ok(await first.evaluate((own) => own.open), "a click opens a finding");
  const lit = await first.$$eval("svg .taken", (all) => all.map((own) => own.getBoundingClientRect().width + own.getBoundingClientRect().height));
  assert.ok(lit.length > 3 && lit.every((size) => size > 0), "the way is drawn");
  assert.ok((await first.$$("svg .closed")).length > 0, "so are the closed ways on");
  assert.ok((await first.$$(".exits li")).length > 0, "and each is told with what closes it");
  await accessible(page, "the story with a finding open");
  if (pictures) await (await first.$("figure")).screenshot({ path: `${pictures}/trace.png` });
  await (await first.$("summary")).click();

  // The matrix leads to the findings of a cell.
  const cell = await page.$(".matrix td.is-bypass a, .matrix td.is-lockout a");
  const { kind } = await cell.evaluate((own) => ({ ...own.dataset }));
  await cell.click();
  const kinds = await page.$$eval("#list > .finding:not([hidden])", (some) => some.map((one) => one.dataset.kinds.split(" ")));
  assert.ok(kinds.length > 0 && kinds.length < all && kinds.every((own) => own.includes(kind)), "a cell shows its findings");
  await page.click("#clear");

  // The keyboard alone: the search by its key, a finding by Tab and Enter.
  await page.evaluate(() => { document.activeElement.blur(); });
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches(".finding > summary"))) break;
  }
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => document.activeElement.parentNode.open), "Enter opens the finding that has the focus");
  await page.evaluate(() => { document.activeElement.parentNode.open = false; scrollTo(0, 0); });

  // Light, dark, narrow; each readable.
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  if (pictures) await page.screenshot({ path: `${pictures}/report.png` });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  assert.notEqual(await ground(), light, "dark is another page to the eye");
  await accessible(page, "the story in the dark");
  if (pictures) await page.screenshot({ path: `${pictures}/report-dark.png` });
  await page.setViewport({ width: 400, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "a narrow page is not pushed sideways");

  // On paper.
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), "%PDF-");
  quiet();
  await page.close();
}

async function large(browser) {
  const { page, quiet } = await opened(browser, "large.html");
  assert.equal(await total(page), 500);
  const before = Date.now();
  await page.evaluate(() => { const q = document.getElementById("q"); q.value = "finding-499"; q.dispatchEvent(new Event("input", { bubbles: true })); });
  assert.equal(await shown(page), 1);
  console.log(`large: one of 500 findings found in ${Date.now() - before} ms`);
  await accessible(page, "a large report");
  quiet();
  await page.close();
}

async function hostile(browser) {
  const { page, quiet } = await opened(browser, "hostile.html");
  assert.ok((await page.title()).includes("<script>"), "what is hostile is shown as text");
  assert.equal(await page.evaluate(() => window.taken), undefined, "and runs nowhere");
  assert.equal((await page.$$("script")).length, 1);
  assert.equal((await page.$$("img, iframe, object, embed, link, base")).length, 0);
  await page.$$eval("details", (all) => all.forEach((own) => { own.open = true; }));
  quiet();
  await page.close();
}

(async () => {
  const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox"] });
  try {
    await story(browser);
    await large(browser);
    await hostile(browser);
    console.log("the page works");
  } finally {
    await browser.close();
  }
})().catch((error) => { console.error(error.message || error); process.exit(1); });
