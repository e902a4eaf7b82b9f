// The program's own log of what happens in the calls.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

import { baseUrl, control, loanRequest, open, seen } from "./support.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
beforeEach(() => control("POST /reset"));

/** A client and what it has logged. */
function logged(settings) {
  const notes = [];
  return { client: open({ ...settings, log: (note) => notes.push(note) }), notes };
}

/** A client that logs, in a program or a worker of its own. */
const head = (log) => `
  const { Client } = require("defacto-sdk");
  const client = new Client({ apiKey: "key-0123456789abcdef", baseUrl: "${baseUrl}", backoffMs: 1, log: ${log} });
`;
const program = (code, ...flags) => run(process.execPath, [...flags, "-e", code], { cwd: here, timeout: 60_000 });

test("each step of a call, in order, before the call ends", async () => {
  const { client, notes } = logged();
  await control("POST /faults", { operation: "testing.hello", status: 503 });
  await client.testing.hello();
  assert.deepEqual(notes.map(({ level }) => level), ["debug", "debug", "info", "debug", "debug", "debug"]);
  for (const [at, message] of [
    /^testing\.hello: sending, attempt 1$/,
    /^testing\.hello: attempt 1 answered 503 after /,
    /^testing\.hello: attempt 1 failed, again in /,
    /^testing\.hello: sending, attempt 2$/,
    /^testing\.hello: attempt 2 answered 200 after /,
    /^testing\.hello: done in .*, attempts 2$/,
  ].entries()) {
    assert.match(notes[at].message, message);
    assert.deepEqual(Object.keys(notes[at]), ["level", "operation", "message"]);
    assert.equal(notes[at].operation, "testing.hello");
  }
});

test("a change that may have been made is a warning with the way to find out", async () => {
  const { client, notes } = logged();
  const request = await loanRequest(client);
  await control("POST /faults", { operation: "loans.create", delay_ms: 600_000 });
  notes.length = 0;
  const stop = new AbortController();
  const call = client.loans.create({ ...request, saltId: "salt-1" }, { signal: stop.signal });
  await seen("loans.create", 1);
  stop.abort();
  await assert.rejects(call, { kind: "OutcomeUnknown" });
  const warnings = notes.filter(({ level }) => level === "warn");
  assert.equal(warnings.length, 1, JSON.stringify(notes));
  assert.match(warnings[0].message, /^loans\.create: outcome unknown: .*salt_id salt-1/);
});

test("lists, failures and options are logged; each client has its own log", async () => {
  const [one, other] = [logged(), logged({ retries: 0 })];
  await one.client.loans.list().toArray();
  await assert.rejects(other.client.withOptions({ timeoutMs: 20_000 }).loans.get("nothing"));
  assert.deepEqual([...new Set(one.notes.map(({ operation }) => operation))], ["loans.list"]);
  assert.deepEqual([...new Set(other.notes.map(({ operation }) => operation))], ["loans.get"]);
  assert.match(other.notes.at(-1).message, /failed \(NotFound\)/);
});

test("no key, no address, no header and no body is logged", async () => {
  const { client, notes } = logged({ apiKey: "key-that-must-not-show", headers: { "x-own": "header-must-not-show" } });
  const request = await loanRequest(client);
  await client.loans.create({ ...request, metadata: { note: "body-must-not-show" } });
  await control("POST /faults", { operation: "loans.get", status: 400, body: '{"title":"answer-must-not-show FR8811111015593603018280926"}' });
  await client.loans.get("path-must-not-show").catch(() => {});
  await client.loans.list({ query: "query-must-not-show" }).toArray();
  assert.ok(notes.length > 10);
  assert.doesNotMatch(JSON.stringify(notes), new RegExp(`must-not-show|FR88|127\\.0\\.0\\.1|${request.borrower.identifier}`));
});

test("a log that fails fails no call, and is told of as a warning", async () => {
  for (const log of ['() => { throw new Error("full"); }', 'async () => { throw new Error("full"); }']) {
    const { stdout, stderr } = await program(`${head(log)} client.testing.hello().then(console.log);`);
    assert.match(stdout, /Hello/);
    assert.match(stderr, /Warning: .*log.*full/);
  }
});

test("what is no function is refused", () => {
  for (const log of ["debug", 5, {}, console]) {
    assert.throws(() => open({ log }), { kind: "Configuration", message: /^log is no function: pass/ });
  }
  for (const log of [null, undefined]) open({ log });
});

test("a log keeps no program alive, and loses nothing at its end", async () => {
  const { stdout } = await program(`
    ${head("(note) => console.log(note.message)")}
    client.testing.hello().then(() => console.log("ended"));
  `);
  const lines = stdout.trim().split("\n");
  assert.match(lines.at(-2), /done in/);
  assert.equal(lines.at(-1), "ended");
  // Nothing is sent.
  assert.equal((await program(`${head("console.log")}`)).stdout, "");
});

test("a program exits with calls in flight that would log, or from its log", async () => {
  await control("POST /faults", { operation: "loans.get", delay_ms: 600_000, times: null });
  const calls = 'for (let n = 0; n < 20; n++) client.loans.get("x").catch(() => {});';
  const leaving = `${head("(note) => /sending/.test(note.message) && setImmediate(() => process.exit(3))")} ${calls}`;
  await assert.rejects(program(leaving), { code: 3 });
  await assert.rejects(program(`${head("() => process.exit(4)")} ${calls}`), { code: 4 });
});

test("workers end in the middle of calls that log", async () => {
  await control("POST /faults", { operation: "loans.get", status: 503, times: null });
  const code = `
    const { parentPort } = require("node:worker_threads");
    ${head("(note) => parentPort.postMessage(note.level)")}
    for (let n = 0; n < 5; n++) client.withOptions({ retries: 100 }).loans.get("x").catch(() => {});
  `;
  for (let round = 0; round < 10; round++) {
    const workers = Array.from({ length: 4 }, () => new Worker(code, { eval: true }));
    await Promise.all(workers.map(async (one) => {
      await once(one, "message");
      await one.terminate();
    }));
  }
  assert.match(await logged().client.testing.hello(), /Hello/);
});

test("a log may make calls, and a client that is dropped logs to its end", async () => {
  await control("POST /faults", { operation: "testing.hello", delay_ms: 50, times: 1 });
  const { stdout } = await program(`
    ${head("() => {}")}
    let asked = false;
    const log = ({ message }) => {
      console.log(message);
      if (!asked) client.loans.list().toArray().then(() => console.log("asked"));
      asked = true;
    };
    const open = (log) => new Client({ apiKey: "key-0123456789abcdef", baseUrl: "${baseUrl}", log });
    const call = open(log).testing.hello();
    for (let n = 0; n < 100; n++) open(() => {});
    setImmediate(() => gc());
    call.then(() => console.log("ended"));
  `, "--expose-gc");
  assert.match(stdout, /sending.*done in.*^ended$/ms);
  assert.match(stdout, /^asked$/m);
});

test("a client that is dropped takes its log with it", async () => {
  const { stdout } = await program(`
    ${head("() => {}")}
    const gone = new Set();
    const watched = new FinalizationRegistry((name) => gone.add(name));
    (() => {
      for (let n = 0; n < 20; n++) {
        const log = () => own;
        const own = new Client({ apiKey: "key-0123456789abcdef", baseUrl: "${baseUrl}", log });
        watched.register(log, n);
      }
    })();
    // Some rounds, since a finalizer runs when it likes.
    let rounds = 0;
    const round = () => {
      gc();
      if (gone.size === 20 || ++rounds === 500) return console.log(gone.size);
      setImmediate(round);
    };
    client.testing.hello().then(round);
  `, "--expose-gc");
  assert.equal(stdout.trim(), "20");
});
