// Every page, in both colour schemes and at two widths: for people who do not
// see it, do not use a mouse, or hold it in a hand.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { Sandbox, browser, go, open } from "./harness.mjs";
import { receiver } from "./receiver.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PHONE = { width: 360, height: 740 };

let chromium;
let sandbox;
let hook;
let hashes;

before(async () => {
  [chromium, sandbox, hook] = await Promise.all([browser(), Sandbox.start(), receiver()]);
  await sandbox.api("POST", "/webhooks", { name: "all", to_url: hook.url, event_types: ["Loan.VALIDATED", "Loan.DECLINED", "CreditLine.BALANCE_UPDATED"] });
  // With a second account there is a choice of one on every page.
  await sandbox.control("POST", "/accounts", { name: "bert", key: "kb" });
  const borrower = await sandbox.borrower();
  const loan = await sandbox.loan({ borrower, auto_validate: true });
  const declined = await sandbox.loan({ borrower, scenario: "REJECT" });
  const failed = await sandbox.loan({ borrower, scenario: "FAIL", auto_validate: true });
  await sandbox.control("POST", "/trigger", { event: "loan.late", id: loan.id });
  for (let read = 0; read < 8; read += 1) {
    await sandbox.api("GET", `/loan/${declined.id}`);
    await sandbox.api("GET", `/loan/${failed.id}`);
  }
  const shown = await sandbox.api("GET", `/loan/${loan.id}`);
  hashes = [
    "#/loans",
    `#/loans/${loan.id}`,
    `#/loans/${declined.id}`,
    `#/loans/${failed.id}`,
    "#/loans/00000000-0000-4000-8000-000000000000",
    "#/invoices",
    `#/invoices/${shown.invoice_ids[0]}`,
    "#/borrowers",
    `#/borrowers/${borrower.id}`,
    "#/webhooks",
    "#/requests",
  ];
});

after(async () => {
  await chromium?.close();
  await sandbox?.stop();
  hook?.stop();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 1280, height: 900 }, PHONE]) {
    test(`no violation is found by axe: ${colorScheme}, ${viewport.width} wide`, async () => {
      // The rules are let in from outside; the page's own policy is tested elsewhere.
      const page = await open(chromium, sandbox, "", { colorScheme, viewport, bypassCSP: true });
      await page.addScriptTag({ path: AXE });
      for (const hash of hashes) {
        await go(page, hash);
        await page.locator("main details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`);
        assert.deepEqual(found, [], hash);
      }
      await page.context().close();
    });
  }
}

test("nothing is wider than a phone", async () => {
  const page = await open(chromium, sandbox, "", { viewport: PHONE });
  for (const hash of hashes) {
    await go(page, hash);
    await page.locator("main details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
    const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= inner, `${hash}: ${wide} > ${inner}`);
  }
});

test("a loan is found, opened and moved on by keys alone", async () => {
  const loan = await sandbox.loan({ name: "Keyboard & Sons" });
  const page = await open(chromium, sandbox);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const tabTo = async (text) => {
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press("Tab");
      if ((await focused()) === text) return;
    }
    assert.fail(`Tab does not lead to ${text}`);
  };
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(loan.id.slice(0, 8));
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "pending validation" }).waitFor();
  await tabTo("Make it to validate");
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "to validate" }).waitFor();
  await tabTo("Make it validated");
  await page.keyboard.press("Space");
  await page.locator("h1", { hasText: "validated" }).waitFor();
  await page.locator("#news").getByText("validated").waitFor();
  assert.equal((await sandbox.control("GET", `/view/loans/${loan.id}`)).loan.status, "VALIDATED");
  assert.deepEqual(page.wrong, []);
});
