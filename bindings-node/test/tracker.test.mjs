// Following loans, on the sandbox: what is told, what is settled, what is closed.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Client, ConfigurationError, InvalidInputError, NotFoundError, OutcomeUnknownError, StoreError, Tracker } from "defacto-sdk";
import { TrackedChange } from "defacto-sdk/models";

import { Sandbox } from "../sandbox/index.mjs";
import { binary } from "./support.mjs";
import { arrived, statuses } from "./tracking.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "defacto-tracker-"));
after(() => rmSync(folder, { recursive: true }));
let stores = 0;
const file = () => join(folder, `loans-${(stores += 1)}.db`);

let sandbox;
let client;
before(async () => {
  sandbox = await Sandbox.start({ program: binary });
  client = new Client({ ...sandbox.credentials(), backoffMs: 1 });
});
after(() => sandbox.close());
beforeEach(() => sandbox.reset());

/** What a consumer is told, each acknowledged. */
async function told(tracker, consumer) {
  const all = [];
  for await (const change of tracker.changes(consumer)) {
    all.push(change);
    await change.ack();
  }
  return all;
}

test("the first loan to its end: each change told once", async () => {
  await sandbox.freeze("2030-01-01T00:00:00Z");
  await sandbox.configure({ policy: "calendar" });
  const tracker = client.tracker({ store: "memory", actor: "shop" });
  assert.ok(tracker instanceof Tracker && tracker instanceof Client);
  const { value: loan, creation } = await tracker.loans
    .create({ ...(await sandbox.loanRequest(tracker)), waitForValidation: true })
    .withResponse();
  assert.equal(creation, "New");
  const all = [];
  const passes = [];
  for (let steps = 0; steps < 50; steps++) {
    const { status, allowedActions } = await tracker.loan(loan.id);
    if (status === "CLOSED") break;
    if (allowedActions.includes("validate")) await tracker.loans.validate(loan.id);
    await sandbox.advanceToNextEvent(loan.id);
    passes.push(await tracker.sync());
    all.push(...(await told(tracker, "mailer")));
  }

  assert.deepEqual(all.map(({ seq }) => seq), [...new Set(all.map(({ seq }) => seq))].sort((a, b) => a - b));
  assert.ok(all.every((change) => change instanceof TrackedChange));
  const path = statuses(all, loan.id);
  // A step that was inferred is told again once it is known when that was.
  const seen = statuses(all.filter(({ inferred }) => !inferred), loan.id);
  assert.deepEqual([...new Set(seen)], seen);
  assert.equal(path.at(-1), "CLOSED");
  for (const status of ["SUBMITTED", "VALIDATED", "SCHEDULED", "TO_REPAY"]) assert.ok(path.includes(status), path.join());
  assert.deepEqual(await told(tracker, "mailer"), []);

  // What the passes gave is what was told after the answers' own changes.
  const found = passes.flatMap(({ changes }) => changes.map(({ seq }) => seq));
  assert.ok(found.length > 0 && found.every((seq) => all.some((change) => change.seq === seq)));
  assert.ok(passes[0].full && passes[0].requests > 0 && !passes.at(-1).full);

  const view = await tracker.loan(loan.id);
  assert.equal(view.outstanding, 0);
  assert.equal(view.facts.amount, 10_000);
  assert.ok(view.related.some(({ entity }) => entity === "payment"));
  const timeline = await tracker.timeline(loan.id);
  assert.deepEqual(statuses([...timeline], loan.id), path);
  const portfolio = await tracker.portfolio({ days: 7 });
  assert.equal(portfolio.loans, 1);
  assert.deepEqual(portfolio.byStatus, { CLOSED: 1 });
  const done = await tracker.intents({ state: "done" });
  assert.ok(done.data.some(({ operation, actor, subject }) => operation === "loans.create" && actor === "shop" && subject !== null));
  assert.equal((await tracker.reconcile()).isClean, true);
  await assert.rejects(tracker.loan("nothing"), NotFoundError);
});

test("what is not acknowledged is told again, in order", async () => {
  const tracker = client.tracker("memory");
  for (let count = 0; count < 3; count++) await tracker.loans.create(await sandbox.loanRequest(tracker));
  const first = [];
  for await (const change of tracker.changes("mailer")) {
    first.push(change);
    if (first.length === 1) await change.ack();
    if (first.length === 3) break;
  }
  const numbers = first.map(({ seq }) => seq);
  const again = await told(tracker, "mailer");
  assert.deepEqual(again.slice(0, 2).map(({ seq }) => seq), numbers.slice(1));
  // Another consumer has a place of its own, and everything is told once more from a place.
  const other = await told(tracker, "ledger");
  assert.deepEqual(other.slice(0, 3).map(({ seq }) => seq), numbers);
  await tracker.replay("mailer", { seq: numbers[0] });
  const { change } = await tracker.nextChange("mailer");
  assert.equal(change.seq, numbers[1]);
  // But for `ack` it is the change as any verb gives it.
  assert.deepEqual(JSON.parse(JSON.stringify(first[1])), change.raw);
  assert.deepEqual(Object.keys(first[1]), Object.keys(change));
});

test("following waits for the next change, and a signal ends it", async () => {
  const tracker = client.tracker("memory");
  const request = await sandbox.loanRequest(client);
  const stop = new AbortController();
  const changes = tracker.changes("mailer", { follow: true, signal: stop.signal });
  const next = changes.next();
  const loan = await tracker.loans.create(request);
  const { value, done } = await next;
  assert.deepEqual([value.id, done], [loan.id, false]);
  // To the end of what there is, and then a wait.
  const last = (await told(tracker, "other")).at(-1).seq;
  for (let seq = value.seq; seq < last; ) seq = (await changes.next()).value.seq;
  const waiting = changes.next();
  stop.abort();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  // One that is aborted before tells nothing.
  for await (const change of tracker.changes("mailer", { follow: true, signal: stop.signal })) assert.fail(String(change));
  await assert.rejects(tracker.changes("mailer", { signal: {} }).next(), InvalidInputError);
});

test("a loan whose answer was lost is settled: one loan", async () => {
  const hasty = new Client({ ...sandbox.credentials(), retries: 0 });
  const tracker = hasty.tracker("memory");
  const request = await sandbox.loanRequest(client);
  await sandbox.fault("loans.create", { reset: "after" });
  await assert.rejects(tracker.loans.create(request), OutcomeUnknownError);
  assert.equal((await tracker.health()).openIntents, 1);
  const { changes } = await tracker.sync();
  assert.equal((await tracker.health()).openIntents, 0);
  const loans = await client.loans.list().toArray();
  assert.equal(loans.length, 1);
  assert.ok(changes.some(({ id, kind }) => id === loans[0].id && kind === "appeared"));
  assert.ok((await tracker.loan(loans[0].id)).status);
});

test("a loan of a killed process is settled by the next: one loan", async () => {
  const store = file();
  const request = await sandbox.loanRequest(client);
  await sandbox.fault("loans.create", { delayMs: 600_000 });
  const program = `
    const { Client } = require("defacto-sdk");
    const tracker = new Client(${JSON.stringify(sandbox.credentials())}).tracker(${JSON.stringify(store)});
    tracker.loans.create(JSON.parse(process.argv[1]));
  `;
  const child = spawn(process.execPath, ["-e", program, JSON.stringify(request)], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
  await arrived(sandbox, "loans.create");
  child.kill("SIGKILL");
  await once(child, "exit");
  const tracker = client.tracker(store);
  assert.equal((await tracker.intents()).length, 1);
  const report = await tracker.settle();
  assert.equal(report.done, 1);
  assert.equal((await client.loans.list().toArray()).length, 1);
  tracker.close();
});

test("a file is open once, and is taken up again", async () => {
  const store = file();
  const tracker = client.tracker({ store });
  assert.throws(() => client.tracker(store), (error) => error instanceof StoreError && error.message.includes("loans-"));
  const loan = await tracker.loans.create(await sandbox.loanRequest(tracker));
  tracker.close();
  tracker.close();
  await assert.rejects(tracker.sync(), ConfigurationError);
  await assert.rejects(tracker.changes("mailer").next(), ConfigurationError);
  // The client has its own connections, and the next tracker what was known.
  assert.match(await client.hello(), /Hello/);
  const next = client.tracker(store);
  assert.equal((await next.loan(loan.id)).id, loan.id);
  assert.equal((await told(next, "mailer"))[0].id, loan.id);
  next.close();
});

test("what cannot be opened says why", () => {
  assert.throws(() => client.tracker({ store: "memory", tokens: [] }), { kind: "Configuration", message: /not known/ });
  assert.throws(() => client.tracker({}), { kind: "Configuration", message: /store/ });
  assert.throws(() => client.tracker(undefined), { kind: "Configuration", message: /store/ });
  assert.throws(() => client.tracker({ store: 5 }), { kind: "Configuration", message: /store/ });
  assert.throws(() => client.tracker(join(folder, "no/such/folder.db")), StoreError);
});

test("a verb of a tracker needs one", async () => {
  await assert.rejects(client.invoke("tracker.sync"), { kind: "InvalidInput", message: /tracker/ });
  const tracker = client.tracker("memory");
  const { requests } = await tracker.invoke("tracker.sync");
  assert.ok(requests > 0);
  // The same tracker, with other options of its calls.
  const patient = tracker.withOptions({ deadlineMs: 60_000 });
  assert.ok(patient instanceof Tracker);
  assert.equal((await patient.health()).lastFullPass.getTime(), (await tracker.health()).lastFullPass.getTime());
});

test("stop ends run", async () => {
  const tracker = client.tracker("memory");
  const run = tracker.run({ every: 3600 });
  await arrived(sandbox, "loans.list");
  await tracker.stop({ timeout: 30 });
  assert.equal(await run, undefined);
  // It may begin anew, and a signal leaves it.
  const stop = new AbortController();
  const again = tracker.run({ every: 3600 }, { signal: stop.signal });
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(again, (error) => error === reason);
});

test("a closed client refuses, and its tracker goes on", async () => {
  const own = new Client(sandbox.credentials());
  const tracker = own.tracker("memory");
  own.close();
  await assert.rejects(own.hello(), ConfigurationError);
  assert.throws(() => own.tracker("memory"), ConfigurationError);
  assert.ok((await tracker.sync()).full);
});

test("a tracker tells the log of its client, whoever has that", async () => {
  const program = `
    const { Client } = require("defacto-sdk");
    const lines = [];
    const log = ({ operation, message }) => lines.push(operation + " " + message);
    const open = () => new Client({ ...${JSON.stringify(sandbox.credentials())}, log }).tracker("memory");
    const tracker = open();
    for (let n = 0; n < 100; n++) open();
    setImmediate(async () => {
      gc();
      await tracker.hello();
      gc();
      await tracker.sync();
      console.log(lines.join("\\n"));
    });
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", "-e", program], { cwd: here, timeout: 60_000 });
  assert.match(stdout, /^testing\.hello .*done/m);
  assert.match(stdout, /^loans\.list .*done/m);
});
