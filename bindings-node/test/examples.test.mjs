// The programs of examples/node and of the guide, each run as a user would.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

import { baseUrl, binary, control, loanRequest, open, root } from "./support.mjs";

const run = promisify(execFile);
const folder = join(root, "examples/node");
const env = { ...process.env, DEFACTO_BIN: binary, DEFACTO_BASE_URL: baseUrl, DEFACTO_API_KEY: "key-0123456789" };
// A program that is a test is one of its own, not a part of this.
delete env.NODE_TEST_CONTEXT;

// Beside the examples, so that the packages are found as they find them.
const scratch = mkdtempSync(join(folder, ".guide-"));
after(() => rmSync(scratch, { recursive: true }));

test("the first loan is closed", async () => {
  const { stdout } = await run(process.execPath, ["first_loan.mjs"], { cwd: folder, env, timeout: 60_000 });
  assert.match(stdout, /^loan {6}\S+, New$/m);
  assert.match(stdout, /\nclosed\n$/);
});

test("the Express service", async () => {
  const child = spawn(process.execPath, ["service.mjs"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const url = line.trim();
  try {
    const { amount, borrower, loanTo, invoices } = await loanRequest(open());
    const body = JSON.stringify({ amount, borrower, loanTo, invoices });
    const ask = () => fetch(`${url}/orders/17/loan`, { method: "PUT", headers: { "content-type": "application/json" }, body });
    const first = await (await ask()).json();
    assert.deepEqual((await (await ask()).json()).loan, first.loan);
    const read = await fetch(`${url}/loans/${first.loan}`);
    assert.equal((await read.json()).amount, amount);
    assert.equal((await fetch(`${url}/loans/nothing`)).status, 404);
    const wrong = await fetch(`${url}/orders/18/loan`, { method: "PUT", headers: { "content-type": "application/json" }, body: "{}" });
    assert.equal(wrong.status, 422);
    await control("POST /faults", { operation: "loans.get", status: 503, times: 9 });
    assert.equal((await fetch(`${url}/loans/${first.loan}`)).status, 503);
  } finally {
    child.kill();
  }
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

for (const name of ["docs/node.md", "bindings-node/README.md", "bindings-node/sandbox/README.md", "README.md"]) {
  const blocks = [...readFileSync(join(root, name), "utf8").matchAll(/^```js\n(.*?)^```(?:\n\n```text\n(.*?)^```)?/gms)];
  for (const [index, [, code, printed]] of blocks.entries()) {
    test(`${name}, program ${index + 1}`, async () => {
      const file = join(scratch, `${name.replaceAll("/", "-")}-${index}.mjs`);
      writeFileSync(file, code);
      const isTest = code.includes('from "node:test"');
      const { stdout, stderr } = await run(process.execPath, isTest ? ["--test", file] : [file], { cwd: scratch, env, timeout: 60_000 });
      // What console.assert finds wrong ends no program.
      assert.equal(stderr, "");
      // What it prints follows it, in README.md at least.
      if (printed !== undefined || name === "README.md") assert.equal(stdout, printed);
    });
  }
}

test("the guide has programs", () => {
  assert.ok(readFileSync(join(root, "docs/node.md"), "utf8").includes("```js\n"));
});
