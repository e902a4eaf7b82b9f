// Contexts and processes: how they begin and end.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import vm from "node:vm";
import { Worker } from "node:worker_threads";

import * as esm from "defacto-sdk";
import * as esmModels from "defacto-sdk/models";

import { baseUrl, control, open, seen } from "./support.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
beforeEach(() => control("POST /reset"));

const head = `
  const { Client } = require("defacto-sdk");
  const client = new Client({ apiKey: "key-0123456789abcdef", baseUrl: "${baseUrl}" });
`;
/** A program of its own; fails unless it ends with 0 by itself. */
const program = (code) => run(process.execPath, ["-e", head + code], { cwd: here, timeout: 60_000 });
const worker = (code) => new Worker(head + code, { eval: true });

test("both entry points give the same classes", () => {
  const require = createRequire(import.meta.url);
  const cjs = require("defacto-sdk");
  const cjsModels = require("defacto-sdk/models");
  assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort());
  for (const name of Object.keys(cjs)) assert.equal(cjs[name], esm[name], name);
  assert.deepEqual(Object.keys(cjsModels).sort(), Object.keys(esmModels).sort());
  for (const name of Object.keys(cjsModels)) assert.equal(cjsModels[name], esmModels[name], name);
});

test("a program ends when its calls have ended, and not before", async () => {
  const { stdout } = await program("client.testing.hello().then(console.log)");
  assert.match(stdout, /Hello/);
});

test("an open client keeps no program alive", async () => {
  const { stdout } = await program(`
    client.loans.list();
    client.testing.hello().then(() => {
      setImmediate(() => console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => name !== "Immediate" && !/Pipe|TTY/.test(name)))));
    });
  `);
  assert.equal(stdout.trim(), "[]");
});

test("a program exits with calls in flight", async () => {
  await control("POST /faults", { delay_ms: 600_000, times: null });
  const { stdout } = await program(`
    for (let n = 0; n < 20; n++) client.loans.get("x").catch(() => {});
    client.testing.hello().catch(() => {});
    setTimeout(() => { console.log("leaving"); process.exit(0); }, 20);
  `);
  assert.equal(stdout.trim(), "leaving");
});

test("an error nobody waits for ends the program like any other", async () => {
  await assert.rejects(program('client.loans.get("x")'), (error) => error.code === 1 && /NotFoundError/.test(error.stderr));
});

test("calls in workers, and between them", async () => {
  const workers = Array.from({ length: 4 }, () =>
    worker(`
      const { parentPort } = require("node:worker_threads");
      Promise.all(Array.from({ length: 25 }, () => client.testing.hello())).then((all) => parentPort.postMessage(all.length));
    `),
  );
  const counts = await Promise.all(workers.map(async (one) => (await once(one, "message"))[0]));
  const codes = await Promise.all(workers.map(async (one) => one.threadId === -1 ? 0 : (await once(one, "exit"))[0]));
  assert.deepEqual([counts, codes], [[25, 25, 25, 25], [0, 0, 0, 0]]);
});

test("a hundred workers end in the middle of a call", async () => {
  await control("POST /faults", { operation: "loans.get", delay_ms: 50, times: null });
  await control("POST /faults", { operation: "loans.list", status: 200, body: '{"data":[{"id":"a","status":"b"}]}', times: null });
  for (let round = 0; round < 20; round++) {
    const workers = Array.from({ length: 5 }, () =>
      worker(`
        const { parentPort } = require("node:worker_threads");
        for (let n = 0; n < 5; n++) {
          client.loans.get("x").catch(() => {});
          client.loans.list().toArray().catch(() => {});
        }
        parentPort.postMessage("sent");
      `),
    );
    await Promise.all(workers.map(async (one) => {
      await once(one, "message");
      await one.terminate();
    }));
  }
  assert.match(await open().testing.hello(), /Hello/);
});

test("the addon outlives the only worker that loaded it", async () => {
  await control("POST /faults", { operation: "loans.get", delay_ms: 100, times: null });
  const code = JSON.stringify(`${head} client.loans.get("x").catch(() => {}); require("node:worker_threads").parentPort.postMessage("sent");`);
  const outer = `
    const { Worker } = require("node:worker_threads");
    const one = new Worker(${code}, { eval: true });
    one.once("message", async () => { await one.terminate(); setTimeout(() => console.log("alive"), 300); });
  `;
  const { stdout } = await run(process.execPath, ["-e", outer], { cwd: here, timeout: 60_000 });
  assert.equal(stdout.trim(), "alive");
});

test("values of another context are taken as what they are", async () => {
  const given = vm.runInNewContext('({ list: ["a"], date: new Date(0), map: { a: 1 } })');
  await control("POST /faults", { operation: "loans.list", status: 200, body: '{"data":[]}' });
  await open().loans.list({ status: given.list, createdAfter: given.date }).toArray();
  await seen("loans.list", 1);
});

test("many clients, and one dropped while its call is under way", async () => {
  await control("POST /faults", { operation: "testing.hello", delay_ms: 50, times: 1 });
  const { stdout } = await run(process.execPath, ["--expose-gc", "-e", `
    const { Client } = require("defacto-sdk");
    const open = () => new Client({ apiKey: "key-0123456789abcdef", baseUrl: "${baseUrl}" });
    const call = open().testing.hello();
    for (let n = 0; n < 100; n++) open();
    gc();
    call.then(console.log);
  `], { cwd: here, timeout: 60_000 });
  assert.match(stdout, /Hello/);
});
