// What a client sent is text on the page, whatever it looks like.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";

import { Sandbox, browser, go, open } from "./harness.mjs";

const NAMES = [
  `<img src=x onerror="alert(1)">`,
  `"><script>alert(2)</script>`,
  `<svg onload=alert(3)>`,
  `</script><script>alert(4)</script>`,
  "javascript:alert(5)",
  `{{constructor.constructor("alert(6)")()}}`,
  "\u202Egnissorc\u0000&lt;b&gt;",
];

let chromium;
let sandbox;

before(async () => {
  [chromium, sandbox] = await Promise.all([browser(), Sandbox.start()]);
});

after(async () => {
  await chromium?.close();
  await sandbox?.stop();
});

test("names that look like scripts are shown as they are and run nothing", async () => {
  const page = await open(chromium, sandbox);
  const isClean = async (hash, name) => {
    await go(page, hash);
    const text = await page.locator("main").textContent();
    assert.ok(text.includes(name), `${hash} shows ${name}`);
    assert.equal(await page.locator("main script, main iframe, main [onerror], main [onload], main img").count(), 0);
    assert.deepEqual(page.wrong, [], hash);
  };
  for (const name of NAMES) {
    const borrower = await sandbox.borrower(name);
    const loan = await sandbox.loan({ borrower, name, metadata: { [name]: name } });
    const shown = await sandbox.api("GET", `/loan/${loan.id}`);
    for (const hash of [`#/loans/${loan.id}`, `#/borrowers/${borrower.id}`, `#/invoices/${shown.invoice_ids[0]}`]) await isClean(hash, name);
  }
  for (const hash of ["#/loans", "#/borrowers", "#/invoices"]) for (const name of NAMES) await isClean(hash, name);
  // What a browser or fetch would have encoded; the server refuses < and > there.
  const odd = `/"onerror='alert(1)'{}`;
  const { hostname, port } = new URL(sandbox.url);
  const [answer] = await once(request({ hostname, port, path: odd }).end(), "response");
  answer.resume();
  await go(page, "#/requests");
  await page.getByText(`GET ${odd}`).waitFor();
  await isClean("#/requests", odd);
});

test("an address that looks like a script leads to the loans", async () => {
  for (const hash of ["#/<img src=x onerror=alert(1)>", "#/loans/../../reset", "#/loans/%2e%2e%2f", "#/constructor"]) {
    const page = await open(chromium, sandbox, hash);
    assert.equal(await page.locator("h1").textContent(), "Loans");
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  }
});

test("the policy lets nothing in from elsewhere and nothing inline", async () => {
  for (const path of ["/", "/_sandbox/page/main.js", "/_sandbox/page/app.css"]) {
    const { headers } = await fetch(sandbox.url + path);
    const policy = headers.get("content-security-policy");
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"]) {
      assert.ok(policy.includes(part), `${path}: ${part}`);
    }
    assert.ok(!policy.includes("unsafe"));
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
  const page = await open(chromium, sandbox);
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<b>x</b>";
      return "";
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(refused, "TypeError");
});
