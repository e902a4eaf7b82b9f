// The programs of examples/node that receive notifications, with the sandbox delivering
// to them: whatever goes wrong on the way, nothing is lost nor told twice.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { Client } from "defacto-sdk";

import { Sandbox } from "../sandbox/index.mjs";
import { binary, root } from "./support.mjs";
import { statuses } from "./tracking.mjs";

const TOKEN = "token-0123456789abcdef";
const DAY_MS = 24 * 60 * 60 * 1000;
// No program stands still there.
const skip = process.platform === "win32";

let sandbox;
let client;
const scratch = mkdtempSync(join(tmpdir(), "defacto-services-"));
before(async () => {
  sandbox = await Sandbox.start({ program: binary });
  client = new Client({ ...sandbox.credentials(), backoffMs: 1 });
});
after(async () => {
  await sandbox.close();
  rmSync(scratch, { recursive: true });
});

/** A program of the examples, until the test ends; what it prints, and its address. */
async function start(t, name, store) {
  const { baseUrl: DEFACTO_BASE_URL, apiKey: DEFACTO_API_KEY } = sandbox.credentials();
  const child = spawn(process.execPath, [name], {
    cwd: join(root, "examples/node"),
    env: { ...process.env, DEFACTO_WEBHOOK_TOKEN: TOKEN, DEFACTO_BASE_URL, DEFACTO_API_KEY, DEFACTO_STORE: store },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // One that stands still, too.
  t.after(() => child.kill("SIGKILL"));
  const printed = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => printed.push(line));
  await once(lines, "line");
  return { child, printed, url: printed[0] };
}

const eventTypes = ["Loan.SUBMITTED", "Loan.VALIDATED", "Loan.TO_REPAY", "Loan.CLOSED"];
const subscription = ({ url }, token) => ({ name: "service", toUrl: `${url}/defacto?token=${token}`, eventTypes });

async function subscribe(service, token) {
  return await client.webhooks.create(subscription(service, token));
}

/** Nothing is subscribed to, and nothing goes wrong. */
async function calm() {
  await sandbox.setDeliveryLevers([]);
  for await (const { id } of client.webhooks.list()) await client.webhooks.delete(id);
}

async function lend(more) {
  return await client.loans.create({ ...(await sandbox.loanRequest(client)), waitForValidation: false, autoValidate: true, ...more });
}

/** Leads a loan to its end, by the clock. */
async function live({ id }) {
  for (let steps = 0; (await client.loans.get(id)).status !== "CLOSED"; steps++) {
    assert.ok(steps < 50, "it does not end");
    // Resolves once what it leads to is delivered.
    await sandbox.advanceToNextEvent(id);
  }
  // What was held back, or failed until now.
  await sandbox.advance(DAY_MS);
}

/** The statuses that each notification of a loan was answered with. */
async function answers({ id }) {
  const log = await sandbox.deliveries({ entityId: id });
  return log.map(({ attempts }) => attempts.map(({ status }) => status));
}

/** Those to the first notification of a loan, once it was tried. */
async function firstAnswers(loan) {
  for (;;) {
    const [first] = await answers(loan);
    if (first?.length > 0) return first;
    await new Promise((next) => setImmediate(next));
  }
}

/** What happens on the way to a service; each leads a loan to its end meanwhile. */
const disturbances = {
  async "twice, in another order, or not at all"(service) {
    await subscribe(service, TOKEN);
    await sandbox.setDeliveryLevers([
      { action: "duplicate", times: null, copies: 3 },
      { action: "reorder", times: null, window: 3 },
      { action: "drop", event_type: "Loan.VALIDATED" },
    ]);
    const loan = await lend();
    await live(loan);
    const log = await sandbox.deliveries({ entityId: loan.id });
    for (const lever of ["duplicate", "reorder", "drop"]) assert.ok(log.some(({ levers }) => levers.includes(lever)), lever);
    const events = log.filter(({ state }) => state === "DELIVERED").map(({ event_type: event }) => event);
    const thrice = ["Loan.CLOSED", "Loan.SUBMITTED", "Loan.TO_REPAY"].flatMap((event) => [event, event, event]);
    assert.deepEqual(events.sort(), thrice);
    return loan;
  },

  async "a wrong token"(service) {
    const { id } = await subscribe(service, "wrong");
    const loan = await lend();
    assert.deepEqual(await firstAnswers(loan), [401]);
    await client.webhooks.update(id, subscription(service, TOKEN));
    await live(loan);
    assert.deepEqual(await firstAnswers(loan), [401, 200]);
    return loan;
  },

  async "too large"(service) {
    await subscribe(service, TOKEN);
    // A notification has the whole loan in it.
    const loan = await lend({ metadata: { note: "é".repeat(5 << 19) } });
    await live(loan);
    const [first, ...others] = await answers(loan);
    // As often as the sandbox tries, and never taken.
    assert.deepEqual(first, [413, 413, 413, 413, 413, 413]);
    assert.ok(others.flat().every((status) => status === 413), others.join());
    return loan;
  },

  // It stands still until the sandbox has given up, and goes on then.
  async "a slow receiver"(service) {
    await subscribe(service, TOKEN);
    await sandbox.setDeliveryLevers([], { timeoutMs: 200 });
    service.child.kill("SIGSTOP");
    const loan = await lend();
    assert.deepEqual(await firstAnswers(loan), [null]);
    await sandbox.setDeliveryLevers([]);
    service.child.kill("SIGCONT");
    await live(loan);
    assert.deepEqual(await firstAnswers(loan), [null, 200]);
    return loan;
  },
};

for (const name of ["webhooks_http.mjs", "webhooks_express.mjs", "webhooks_fastify.mjs"]) {
  test(`${name}: nothing is lost nor told twice`, { skip, timeout: 120_000 }, async (t) => {
    await sandbox.reset();
    await sandbox.freeze();
    await sandbox.configure({ policy: "calendar" });
    const store = join(scratch, `${name}.db`);
    const service = await start(t, name, store);
    const loans = {};
    for (const [what, disturb] of Object.entries(disturbances)) {
      await calm();
      loans[what] = await disturb(service);
    }
    const { id } = loans["a slow receiver"];
    if (name !== "webhooks_http.mjs") assert.equal((await (await fetch(`${service.url}/loans/${id}`)).json()).id, id);
    service.child.kill();
    assert.deepEqual(await once(service.child, "close"), [0, null]);
    // It told what a notification alone tells of.
    assert.ok(service.printed.includes(`${id} SUBMITTED (webhook)`), service.printed.join("\n"));

    const tracker = client.tracker({ store });
    t.after(() => tracker.close());
    await tracker.digest();
    // What nobody could tell of is found by a pass.
    await tracker.sync();
    const told = [];
    for await (const change of tracker.changes("test")) told.push(change);
    for (const [what, { id }] of Object.entries(loans)) {
      const ofLoan = told.filter((change) => change.id === id);
      // What was inferred and is seen after all is told as seen.
      const seen = statuses(ofLoan.filter(({ inferred }) => !inferred), id);
      assert.deepEqual([...new Set(seen)], seen, what);
      const all = statuses(ofLoan, id);
      for (const status of ["VALIDATED", "TO_REPAY", "CLOSED"]) assert.ok(all.includes(status), `${what}: ${all}`);
      assert.equal((await tracker.loan(id)).status, "CLOSED", what);
      assert.equal(ofLoan.some(({ source }) => source === "webhook"), what !== "too large", what);
    }
  });
}
