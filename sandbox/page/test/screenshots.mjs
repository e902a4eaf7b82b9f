// Draws the pictures of the documentation: node screenshots.mjs FOLDER.

import path from "node:path";

import { Sandbox, browser, go, open } from "./harness.mjs";
import { receiver } from "./receiver.mjs";

const [folder] = process.argv.slice(2);
const [chromium, sandbox, hook] = await Promise.all([browser(), Sandbox.start(), receiver()]);
await sandbox.control("POST", "/clock", { freeze: "2030-01-07T09:00:00Z" });
await sandbox.control("PUT", "/settings", { timing: "calendar" });
await sandbox.api("POST", "/webhooks", { name: "shop", to_url: hook.url, event_types: ["Loan.VALIDATED", "Loan.TO_REPAY", "Loan.CLOSED"] });

const names = ["Boulangerie Martin", "Atelier Nord", "Café Rivoli"];
const borrowers = [];
for (const name of names) borrowers.push(await sandbox.borrower(name));
const [first, second, third] = borrowers;
await sandbox.loan({ borrower: second, amount: 480_000, auto_validate: true });
await sandbox.loan({ borrower: third, amount: 75_000, scenario: "REJECT" });
const late = await sandbox.loan({ borrower: first, amount: 1_250_000, auto_validate: true });
await sandbox.loan({ borrower: third, amount: 310_000, scenario: "FAIL", auto_validate: true });
await sandbox.control("POST", "/clock", { advance: "P20D" });
await sandbox.loan({ borrower: first, amount: 620_000, auto_validate: true });
await sandbox.control("POST", "/trigger", { event: "loan.late_rate", id: late.id });
await sandbox.control("POST", "/trigger", { event: "loan.repaid", id: late.id, amount: 400_000 });
await sandbox.control("POST", "/clock", { advance: "P5D" });
await sandbox.loan({ borrower: second, amount: 199_000 });
await sandbox.api("GET", `/loan/${late.id}`);

const pictures = [
  ["loans", "#/loans", {}],
  ["loan", `#/loans/${late.id}`, { viewport: { width: 1280, height: 1180 } }],
  ["loan-dark", `#/loans/${late.id}`, { colorScheme: "dark" }],
  ["borrower", `#/borrowers/${first.id}`, {}],
  ["requests", "#/requests", { viewport: { width: 1280, height: 640 } }],
  ["webhooks", "#/webhooks", { viewport: { width: 1280, height: 640 } }],
  ["phone", `#/loans/${late.id}`, { viewport: { width: 390, height: 844 } }],
];
for (const [name, hash, options] of pictures) {
  const page = await open(chromium, sandbox, "", options);
  await go(page, hash);
  if (name === "phone") await page.getByRole("heading", { name: "State machine" }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: path.join(folder, `sandbox-${name}.png`), animations: "disabled" });
  await page.context().close();
}
await chromium.close();
await sandbox.stop();
hook.stop();
