// What happens is seen without a reload: requests, deliveries, credit.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox, browser, open } from "./harness.mjs";
import { receiver } from "./receiver.mjs";

let chromium;
let sandbox;

before(async () => {
  [chromium, sandbox] = await Promise.all([browser(), Sandbox.start()]);
});

after(async () => {
  await chromium?.close();
  await sandbox?.stop();
});

test("the log is live, filtered, and copied without a key or a body", async () => {
  const page = await open(chromium, sandbox, "#/requests", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByText("No request yet").waitFor();
  await sandbox.api("GET", "/hello");
  await page.getByRole("row", { name: /GET \/hello/ }).waitFor();
  const loan = await sandbox.loan({ name: "Secret name" });
  await sandbox.api("GET", `/loan/${loan.id}?token=secret`);
  await page.getByRole("row", { name: new RegExp(`GET /loan/${loan.id}`) }).waitFor();
  await page.getByLabel("Filter").fill(loan.id);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  const copied = async (name) => {
    await page.getByRole("button", { name: new RegExp(`as ${name}$`) }).click();
    await page.getByRole("status").getByText(`Copied as ${name}`).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const curl = await copied("curl");
  assert.ok(curl.includes(`--request GET '${sandbox.url}/loan/${loan.id}'`), curl);
  assert.ok(curl.includes("$DEFACTO_API_KEY"));
  const python = await copied("Python");
  assert.ok(python.includes(`base_url="${sandbox.url}", api_key=os.environ["DEFACTO_API_KEY"]`), python);
  assert.ok(python.includes(`client.loans.get("${loan.id}")`));
  const node = await copied("Node");
  assert.ok(node.includes("apiKey: process.env.DEFACTO_API_KEY"), node);
  assert.ok(node.includes(`client.loans.get("${loan.id}")`));
  await page.getByLabel("Filter").fill("loans.create");
  await page.getByRole("row", { name: /POST \/loans/ }).waitFor();
  assert.ok((await copied("curl")).includes("--data '{}'"));
  const all = await page.content();
  for (const secret of ["Bearer test", "token=secret", "Secret name"]) assert.ok(!all.includes(secret), secret);
  assert.deepEqual(page.wrong, []);
});

test("a delivery is seen, fails, and is sent again", async () => {
  const hook = await receiver();
  hook.status = 500;
  hook.answer = "<b>not now</b>";
  await sandbox.api("POST", "/webhooks", { name: "hook", to_url: `${hook.url}?token=secret`, event_types: ["Loan.VALIDATED"] });
  const page = await open(chromium, sandbox, "#/webhooks");
  await page.getByText("No delivery yet").waitFor();
  const loan = await sandbox.loan({});
  await sandbox.api("GET", `/loan/${loan.id}`);
  await sandbox.api("POST", `/loan/${loan.id}/validate`);
  const row = page.getByRole("row", { name: /Loan.VALIDATED/ });
  await row.getByText("1: 500").waitFor();
  assert.equal(await row.getByText("token=secret").count(), 0);
  hook.status = 200;
  await row.getByRole("button", { name: /Redeliver/ }).click();
  await page.getByRole("row", { name: /delivered again/ }).waitFor();
  assert.equal(hook.received.length, 2);
  await page.goto(`${sandbox.url}/#/loans/${loan.id}`);
  await page.getByRole("region", { name: "Webhooks about it" }).getByText("Loan.VALIDATED").first().waitFor();
  hook.stop();
  assert.deepEqual(page.wrong, []);
});

test("levers make a loan late, and it is repaid in parts and charged back", async () => {
  const loan = await sandbox.loan({ auto_validate: true });
  const page = await open(chromium, sandbox, `#/loans/${loan.id}`);
  await page.getByRole("button", { name: "loan.late_rate" }).click();
  await page.locator("h1", { hasText: "to repay" }).waitFor();
  await page.locator("h1 .badge", { hasText: /^late$/ }).waitFor();
  await page.getByRole("img", { name: /Fees over time/ }).waitFor();
  const ledger = page.getByRole("table", { name: "Ledger entries" });
  assert.equal(await ledger.getByRole("row").count(), 2);

  await page.getByRole("textbox", { name: "Repay" }).fill("40.00");
  await page.getByRole("button", { name: "Repay", exact: true }).click();
  await ledger.getByText("€40.00").waitFor();
  await page.getByRole("button", { name: "Make it closed" }).click();
  await page.locator("h1", { hasText: "closed" }).waitFor();
  await page.getByRole("button", { name: /Charge back: repayment nominal of €60.00/ }).click();
  await page.locator("h1", { hasText: "to repay" }).waitFor();
  const { loan: shown } = await sandbox.control("GET", `/view/loans/${loan.id}`);
  assert.equal(shown.status, "TO_REPAY");
  assert.deepEqual(page.wrong, []);
});

test("every move the page offers can be made", async () => {
  const made = new Set();
  const page = await open(chromium, sandbox);
  for (const path of [["TO_VALIDATE", "VALIDATED", "SCHEDULED", "INITIATED", "ISSUE_DETECTED", "SCHEDULED", "INITIATED", "TO_REPAY", "TO_REPAY_FEES", "CLOSED", "TO_REPAY", "CLOSED"], ["DECLINED"], ["DELETED"], ["VALIDATED", "CANCELED"]]) {
    const loan = await sandbox.loan({});
    await page.goto(`${sandbox.url}/#/loans/${loan.id}`);
    for (const to of path) {
      await page.locator(`button[data-move="${to}"]`).first().click();
      await page.locator("h1 .badge", { hasText: new RegExp(`^${to.toLowerCase().replaceAll("_", " ")}$`) }).waitFor();
      made.add(to);
    }
    const { history } = await sandbox.control("GET", `/view/loans/${loan.id}`);
    assert.deepEqual(history.slice(-path.length).map((moment) => moment.status), path);
  }
  assert.equal(made.size, 11);
  assert.deepEqual(page.wrong, []);
});

test("the credit of a borrower moves with its loans, and a refusal is read out", async () => {
  const borrower = await sandbox.borrower("Atelier Nord");
  const page = await open(chromium, sandbox, `#/borrowers/${borrower.id}`);
  await page.getByRole("img", { name: /Use of the credit line.*lent €0.00/ }).waitFor();
  const loan = await sandbox.loan({ borrower, auto_validate: true });
  await sandbox.control("POST", "/trigger", { event: "loan.paid_out", id: loan.id });
  await page.getByRole("img", { name: /Use of the credit line.*lent €100.00/ }).waitFor();
  await page.getByRole("button", { name: "borrower.kyb_refused" }).click();
  await page.getByRole("status").getByText("happened").waitFor();
  await page.getByRole("button", { name: "borrower.kyb_refused" }).click();
  await page.getByRole("status").getByText(/already/).waitFor();
  // The browser itself reports the refusal.
  assert.ok(page.wrong.every((text) => text.includes("400")), page.wrong.join());
});

test("a long list shows more when asked, and keeps the focus as it changes", async () => {
  const borrower = await sandbox.borrower("Many loans");
  for (let made = 0; made < 55; made += 1) await sandbox.loan({ borrower, amount: 1_000 + made });
  const page = await open(chromium, sandbox);
  const rows = page.locator("tbody tr");
  assert.equal(await rows.count(), 50);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length >= 55);

  const link = rows.nth(3).getByRole("link");
  const name = await link.textContent();
  await link.focus();
  const made = await sandbox.loan({ borrower });
  await page.getByRole("link", { name: made.id.slice(0, 8) }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);

  await page.getByLabel("Search").fill("nobody");
  await page.getByLabel("Status").selectOption("DELETED");
  await page.getByText("No loan yet").waitFor();
  assert.equal(await page.getByLabel("Search").inputValue(), "nobody");
  assert.deepEqual(page.wrong, []);
});

test("the sandbox stops at once while a page listens", async () => {
  const own = await Sandbox.start();
  const page = await open(chromium, own);
  await page.locator("#live", { hasText: /^live$/ }).waitFor();
  const begun = performance.now();
  await own.stop();
  assert.ok(performance.now() - begun < 3000);
  await page.locator("#live", { hasText: "not connected" }).waitFor();
});
