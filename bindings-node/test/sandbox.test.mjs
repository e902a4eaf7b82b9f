// The companion package: a sandbox as a user's test holds one.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Client } from "defacto-sdk";

import * as esm from "../sandbox/index.mjs";
import { binary } from "./support.mjs";

const { Sandbox, SandboxError, findProgram } = esm;
const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));

let sandbox;
let client;
before(async () => {
  sandbox = await Sandbox.start({ program: binary });
  client = new Client({ ...sandbox.credentials(), backoffMs: 1 });
});
after(() => sandbox.close());
beforeEach(() => sandbox.reset());

test("a loan in three lines, of the scenario asked for", async () => {
  const loan = await client.loans.create(await sandbox.loanRequest(client, { amount: 123_456 }));
  assert.equal(loan.amount, 123_456);
  let refused = await client.loans.create(await sandbox.loanRequest(client, { scenario: "REJECT" }));
  for (let reads = 0; reads < 20 && refused.status !== "DECLINED"; reads++) refused = await client.loans.get(refused.id);
  assert.equal(refused.status, "DECLINED");
});

test("the clock is read, stopped, moved and freed", async () => {
  const at = new Date("2030-01-01T00:00:00Z");
  assert.deepEqual(await sandbox.freeze(at), at);
  assert.deepEqual(await sandbox.advance("P1D"), new Date("2030-01-02T00:00:00Z"));
  assert.deepEqual(await sandbox.advance(90_000), new Date("2030-01-02T00:01:30Z"));
  assert.deepEqual(await sandbox.now(), new Date("2030-01-02T00:01:30Z"));
  await sandbox.unfreeze();
  assert.ok((await sandbox.now()) > new Date("2030-01-02T00:01:30Z"));
});

test("the clock goes to events, triggers are pulled, deliveries logged", async () => {
  await sandbox.freeze("2030-01-01T00:00:00Z");
  await sandbox.configure({ policy: "calendar" });
  const loan = await client.loans.create({ ...(await sandbox.loanRequest(client)), autoValidate: true });
  // Nobody listens there: each attempt fails at once.
  const toUrl = "http://127.0.0.1:9/?k=secret";
  const webhook = await client.webhooks.create({ name: "w", toUrl, eventTypes: ["Loan.TO_REPAY"] });
  await sandbox.setDeliveryLevers([{ action: "duplicate", event_type: "Loan.TO_REPAY" }], { timeoutMs: 1000 });
  await sandbox.advanceTo(new Date("2030-01-01T01:00:00Z"));
  let happened = await sandbox.advanceToNextEvent(loan.id);
  assert.deepEqual(happened.now, new Date("2030-01-02T00:00:00Z"));
  assert.equal(happened.events["Loan.INITIATED"], 1);
  happened = await sandbox.advanceToNextEvent();
  assert.deepEqual([happened.delivered, happened.pending], [0, 2]);
  const log = await sandbox.deliveries({ webhookId: webhook.id, limit: 10 });
  assert.deepEqual(log.map(({ levers }) => levers), [["duplicate"], ["duplicate"]]);
  assert.ok(!JSON.stringify(log).includes("secret"));
  assert.equal((await sandbox.redeliver(log[1].id)).redelivery_of, log[1].id);
  happened = await sandbox.trigger("loan.late", loan.id);
  assert.equal(happened.events.LOAN_PRINCIPAL_FALLEN_LATE, 1);
  assert.equal(happened.failed, 3);
  await sandbox.trigger("loan.repaid", undefined, { amount: 1 });
  assert.equal((await client.loans.get(loan.id)).repaidNominalAmount, 1);
  await assert.rejects(sandbox.advanceTo("2030-01-01T00:00:00Z"), /to: is past/);
  await sandbox.reset();
});

test("what goes wrong, and what arrived", async () => {
  await sandbox.fault("loans.get", { status: 503, times: null, headers: { "x-a": "b" } });
  await assert.rejects(client.loans.get("x", { retries: 1 }), { kind: "Server", attempts: 2 });
  const received = await sandbox.received("loans.get");
  assert.deepEqual(received[0], { operation: "loans.get", method: "GET", path: "/loan/x", status: 503, acted: false, fault: true });
  assert.equal(received.length, 2);
  await sandbox.clearFaults();
  await sandbox.fault("loans.get", { body: { id: "x", status: "CLOSED" } });
  assert.equal((await client.loans.get("x")).status, "CLOSED");
  await sandbox.configure({ saltReplay: "refuse" });
});

test("a snapshot is come back to", async () => {
  await sandbox.reset();
  await client.hello();
  await sandbox.snapshot("one-call");
  await sandbox.fault("testing.hello", { status: 500 });
  await assert.rejects(client.hello({ retries: 0 }));
  assert.equal(await sandbox.count("testing.hello"), 2);
  assert.equal(await sandbox.count("testing.hello", { acted: false }), 1);
  await sandbox.restore("one-call");
  assert.equal(await sandbox.count("testing.hello"), 1);
  await assert.rejects(sandbox.restore("none"), SandboxError);
});

test("what the control API refuses is an error that says why", async () => {
  await assert.rejects(sandbox.advance("soon"), (error) => error instanceof SandboxError && /advance/.test(error.message));
  await assert.rejects(sandbox.fault("loans.get", { times: -1 }), /times/);
});

test("the program is found by name, in the package, in the path", () => {
  assert.equal(findProgram({ DEFACTO_BIN: binary }), binary);
  assert.equal(findProgram({ PATH: `/nowhere:${binary.replace(/\/defacto$/, "")}` }), binary);
  assert.throws(() => findProgram({ DEFACTO_BIN: "/nowhere" }), /DEFACTO_BIN/);
  assert.throws(() => findProgram({}), SandboxError);
});

test("what is no sandbox is an error, not a wait", async () => {
  await assert.rejects(Sandbox.start({ program: "/nowhere/defacto" }), SandboxError);
  await assert.rejects(Sandbox.start({ program: process.execPath }), SandboxError);
  await assert.rejects(Sandbox.start({ program: binary, listen: "nowhere" }), SandboxError);
});

test("closing ends it, again does nothing, and it is disposable", async () => {
  const own = await Sandbox.start({ program: binary });
  await own[Symbol.asyncDispose]();
  await own.close();
  await assert.rejects(own.now(), SandboxError);
});

const program = `
  const { Sandbox } = require("../sandbox");
  Sandbox.start({ program: ${JSON.stringify(binary)} }).then((sandbox) => console.log(sandbox.baseUrl));
`;
const gone = async (url) => {
  for (;;) {
    const isThere = await fetch(url).then(() => true, () => false);
    if (!isThere) return;
  }
};

test("a forgotten sandbox keeps no program alive, and ends with it", async () => {
  const { stdout } = await run(process.execPath, ["-e", program], { cwd: here, timeout: 60_000 });
  await gone(stdout.trim());
});

test("a killed program leaves no sandbox behind", { skip: process.platform === "win32" }, async () => {
  const child = spawn(process.execPath, ["-e", `${program}; setInterval(() => {}, 1000)`], { cwd: here, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  child.kill("SIGKILL");
  await gone(line.trim());
});

test("both entry points give the same", () => {
  const cjs = createRequire(import.meta.url)("../sandbox");
  for (const [name, value] of Object.entries(cjs)) assert.equal(value, esm[name]);
});

test("faults, policies and accounts are arguments", async () => {
  const accounts = { anna: "key-a", bert: "key-b" };
  const own = await Sandbox.start({ program: binary, policy: { settles_fees: false }, accounts, demo: true });
  try {
    const of = (apiKey) => new Client({ apiKey, baseUrl: own.baseUrl, retries: 0 });
    const loans = await of("key-a").loans.list().toArray();
    assert.equal(loans.length, 8);
    assert.equal((await of("key-b").loans.list().toArray()).length, 0);
    await assert.rejects(of("key-c").loans.list().toArray(), { status: 401 });
    await own.fault("loans.*", { preset: "rate_limit", rate: { requests: 1, seconds: 60 } });
    await of("key-a").loans.get(loans[0].id);
    await assert.rejects(of("key-a").loans.get(loans[0].id), { status: 429 });
    await own.clearFaults();
    await own.fault("GET /loan/*", { set: { "/status": "NEW" }, slow: { bytes: 100, pauseMs: 1 }, delayMs: { from: 0, to: 1 } });
    assert.equal((await of("key-a").loans.get(loans[0].id)).status, "NEW");
    await own.configure({ policy: "calendar", daily_rate: "0.07" });
    await assert.rejects(own.configure({ no_such: 1 }), /no_such/);
  } finally {
    await own.close();
  }
});
