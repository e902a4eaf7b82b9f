import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox, browser, open } from "./harness.mjs";

let chromium;
let sandbox;

before(async () => {
  [chromium, sandbox] = await Promise.all([browser(), Sandbox.start()]);
});

after(async () => {
  await chromium?.close();
  await sandbox?.stop();
});

const status = (page, text) => page.locator("h1 .badge", { hasText: new RegExp(`^${text}$`) }).waitFor();

test("a loan made through the API appears, and closes as the clock is moved", async () => {
  await sandbox.control("POST", "/clock", { freeze: "2030-01-07T09:00:00Z" });
  const page = await open(chromium, sandbox);
  await page.getByText("No loan yet").waitFor();

  const loan = await sandbox.loan({ auto_validate: true });
  await page.getByRole("link", { name: loan.id.slice(0, 8) }).click();
  await status(page, "pending validation");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "the focus follows");

  await page.getByLabel("Loans go by the clock").check();
  await page.getByRole("button", { name: /^Jump to/ }).waitFor();
  await page.getByRole("button", { name: "+ 1 hour" }).click();
  await status(page, "scheduled");
  const machine = page.getByRole("img", { name: /State machine/ });
  const before = await machine.screenshot();
  for (let days = 0; days < 90; days += 30) {
    const before = await page.locator("#now").textContent();
    await page.getByRole("button", { name: "+ 30 days" }).click();
    await page.waitForFunction((before) => document.getElementById("now").textContent !== before, before);
  }
  await status(page, "closed");
  await page.getByRole("img", { name: /The loan is closed/ }).waitFor();
  assert.ok(!before.equals(await machine.screenshot()), "another state is lit");
  assert.equal((await sandbox.api("GET", `/loan/${loan.id}`)).status, "CLOSED");
  assert.deepEqual(page.wrong, []);
});
