// Whose books are shown: chosen with the keyboard, and kept in the address.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox, browser, go, open } from "./harness.mjs";

let chromium;
let sandbox;

before(async () => {
  [chromium, sandbox] = await Promise.all([browser(), Sandbox.start()]);
});

after(async () => {
  await chromium?.close();
  await sandbox?.stop();
});

test("there is nothing to choose while there is one account", async () => {
  const page = await open(chromium, sandbox);
  assert.equal(await page.getByLabel("Account").count(), 0);
  await page.context().close();
});

test("each account is shown, live, and from its address", async () => {
  const mine = await sandbox.loan({ name: "First of all" });
  await sandbox.control("POST", "/accounts", { name: "bert", key: "kb" });
  const page = await open(chromium, sandbox, `#/loans/${mine.id}`);
  await page.locator("h1", { hasText: mine.id.slice(0, 8) }).waitFor();

  const choice = page.getByRole("combobox", { name: "Account" });
  await choice.focus();
  assert.equal(await choice.inputValue(), "default");
  await page.keyboard.press("b");
  // The loan is none of bert's: the list is.
  await page.getByText("No loan yet").waitFor();
  assert.equal(new URL(page.url()).search, "?account=bert");
  assert.equal(new URL(page.url()).hash, "#/loans");

  // What happens in it is seen without a reload, and nothing of the other's.
  const asBert = (method, path, body) =>
    fetch(sandbox.url + path, { method, headers: { authorization: "Bearer kb", "content-type": "application/json" }, body: JSON.stringify(body) });
  const made = await asBert("POST", "/borrowers", { identifier: "333333334", name: "Bert's own", signed_at: "2026-01-01T00:00:00Z" });
  assert.equal(made.status, 201);
  await go(page, "#/borrowers");
  await page.getByText("Bert's own").waitFor();
  assert.equal(await page.getByText("First of all").count(), 0);
  await go(page, "#/requests");
  await page.getByRole("row", { name: /POST \/borrowers/ }).waitFor();
  await asBert("GET", "/hello");
  await page.getByRole("row", { name: /GET \/hello/ }).waitFor();

  // The choice of the policy is of this account alone.
  await page.getByLabel("Loans go by the clock").check();
  await page.waitForFunction(async () => (await (await fetch("/_sandbox/settings?account=bert")).json()).timing === "calendar");
  assert.equal((await sandbox.control("GET", "/settings")).timing, "guide");

  await page.reload();
  await page.waitForSelector("main[data-view] h1");
  assert.equal(await choice.inputValue(), "bert");
  await page.getByRole("row", { name: /POST \/borrowers/ }).waitFor();
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await page.locator("h1", { hasText: mine.id.slice(0, 8) }).waitFor();
  assert.equal(await choice.inputValue(), "default");
  assert.deepEqual(page.wrong, []);
});

test("an account that is not there is said, and another can be chosen", async () => {
  const page = await chromium.newPage();
  await page.goto(`${sandbox.url}/?account=nobody#/loans`);
  await page.getByRole("alert").getByText("no account of this name").waitFor();
  await page.getByRole("combobox", { name: "Account" }).selectOption("default");
  await page.getByRole("link", { name: /^[0-9a-f]{8}$/ }).first().waitFor();
});

test("requests that name a loan in their body are among its calls", async () => {
  const loan = await sandbox.loan({ auto_validate: true });
  await sandbox.control("POST", "/trigger", { event: "loan.paid_out", id: loan.id });
  const { now } = await sandbox.control("GET", "/clock");
  const date = new Date(Date.parse(now) + 30 * 86_400_000).toISOString();
  const part = { amount: loan.amount, date, loans: [{ loan_id: loan.id, amount: loan.amount }] };
  await sandbox.api("POST", "/installment-plans", { payment_method: "SCT", installments: [part] });
  const page = await open(chromium, sandbox, `#/loans/${loan.id}`);
  await page.getByRole("row", { name: /POST \/installment-plans/ }).waitFor();
  await page.getByRole("row", { name: /POST \/loans/ }).waitFor();
  const { url } = await sandbox.api("POST", "/repay/now", { amount: 100, base_callback_url: "https://example.com" });
  assert.equal(await page.getByRole("row", { name: /POST \/repay\/now/ }).count(), 0);
  const paid = await fetch(url, { method: "POST", body: new URLSearchParams({ do: "pay" }) });
  assert.equal(paid.status, 200);
  await page.getByRole("row", { name: /POST \/repay\/now/ }).waitFor();
  assert.deepEqual(page.wrong, []);
});
