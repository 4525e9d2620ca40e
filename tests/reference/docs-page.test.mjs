import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { key, needsService, url } from "./service.mjs";

const browserPath = process.env.MAYFLY_CHROMIUM ?? "/usr/bin/chromium";
const skip = needsService || (existsSync(browserPath) ? false : `needs a browser: ${browserPath} is not there`);

// Where somebody wants to look at the pages: MAYFLY_SCREENSHOTS=DIR.
const pictures = process.env.MAYFLY_SCREENSHOTS;

describe("/docs in a browser", { skip }, () => {
  let browser;
  // Root's Chromium has no sandbox of its own; the page is ours.
  before(async () => (browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] })));
  after(() => browser?.close());

  /** Opens the page and remembers whatever it should not do. */
  async function open(colorScheme) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const wrong = [];
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("requestfailed", (request) => wrong.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on("response", (response) => response.status() >= 400 && wrong.push(`${response.status()}: ${response.url()}`));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => wrong.push(`uncaught: ${error}`));
    const answer = await page.goto(`${url}/docs`, { waitUntil: "networkidle" });
    await page.getByRole("heading", { name: "Runs one program" }).first().waitFor();
    return { page, wrong, requests, policy: answer.headers()["content-security-policy"], close: () => context.close() };
  }

  it("in light: every part is shown, nobody else is asked, nothing is complained of, and a program runs", async () => {
    const { page, wrong, requests, policy, close } = await open("light");
    assert.equal(await page.evaluate(() => document.body.classList.contains("dark-mode")), false);
    await look(page, "light");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy.match(/script-src ([^;]*)/)[1], /unsafe|https?:|\*/, "the policy allows no script but the page's own");

    await page.getByRole("button", { name: /Test Request.*execute/ }).first().click();
    await page.getByRole("textbox", { name: /token/i }).or(page.getByPlaceholder(/token/i)).first().fill(key);
    const answered = page.waitForResponse((response) => response.url().endsWith("/v1/code-sandbox/execute"));
    await page.getByRole("button", { name: /^Send/ }).first().click();
    const answer = await answered;
    assert.deepEqual([answer.status(), (await answer.json()).exitCode], [200, 0]);
    await page.getByText("200 OK").first().waitFor();
    await picture(page, "light-answer");
    assertOwn(requests);
    assert.deepEqual(wrong, []);
    await close();
  });

  it("in dark and on a telephone: the same", async () => {
    const { page, wrong, requests, close } = await open("dark");
    assert.equal(await page.evaluate(() => document.body.classList.contains("dark-mode")), true);
    await look(page, "dark");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => scrollTo(0, 0));
    await picture(page, "dark-telephone");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "something hangs over the edge");
    assertOwn(requests);
    assert.deepEqual(wrong, []);
    await close();
  });
});

/** Scrolls to one operation of each part: what is below is made when it comes into sight. */
async function look(page, scheme) {
  await picture(page, `${scheme}-top`);
  for (const part of ["Runs one program", "What the key's account was charged", "Makes an account", "New executions would be taken"]) {
    await page.getByRole("link", { name: part }).first().click();
    await page.getByRole("heading", { name: part }).first().waitFor();
    await picture(page, `${scheme}-${part.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`);
  }
  await page.waitForLoadState("networkidle");
}

function assertOwn(requests) {
  assert.deepEqual(requests.filter((asked) => !/^(data|blob):/.test(asked) && new URL(asked).origin !== new URL(url).origin), []);
}

async function picture(page, name) {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
