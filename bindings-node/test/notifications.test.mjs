// A tracker behind a web server, to which the sandbox delivers.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { Client, InvalidInputError } from "defacto-sdk";

import { Sandbox } from "../sandbox/index.mjs";
import { binary } from "./support.mjs";
import { statuses } from "./tracking.mjs";

const TOKEN = "token-0123456789abcdef";
const LARGEST = 1 << 20;

let sandbox;
let client;
before(async () => {
  sandbox = await Sandbox.start({ program: binary });
  client = new Client({ ...sandbox.credentials(), backoffMs: 1 });
});
after(() => sandbox.close());
beforeEach(async () => {
  await sandbox.reset();
  await sandbox.freeze("2030-01-01T00:00:00Z");
  await sandbox.configure({ policy: "calendar" });
});

/** A server with this function behind it, until the test ends; gives its address. */
async function serve(t, handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/defacto`;
}

/** A tracker behind a server, with a subscription to it of the client's. */
async function receiving(t, wrapped = (handler) => handler, token = TOKEN) {
  const tracker = client.tracker({ store: "memory", webhookTokens: [TOKEN] });
  t.after(() => tracker.close());
  const url = await serve(t, wrapped(tracker.webhookHandler()));
  const webhook = await tracker.ensureWebhook({ name: "loans", toUrl: `${url}?a=b&token=${token}` });
  return { tracker, url, webhook };
}

/** A loan to its end, by the clock; what became of the notices of it. */
async function live() {
  const loan = await client.loans.create({ ...(await sandbox.loanRequest(client)), autoValidate: true });
  const sums = { delivered: 0, failed: 0, pending: 0 };
  for (let steps = 0; steps < 50 && (await client.loans.get(loan.id)).status !== "CLOSED"; steps++) {
    const { delivered, failed, pending } = await sandbox.advanceToNextEvent(loan.id);
    sums.delivered += delivered;
    sums.failed += failed;
    sums.pending = pending;
  }
  assert.equal((await client.loans.get(loan.id)).status, "CLOSED");
  return { loan, sums };
}

/** The statuses of a loan's timeline, each once and the end last. */
async function path(tracker, { id }) {
  const path = statuses((await tracker.timeline(id)).data, id);
  assert.deepEqual([...new Set(path)], path);
  assert.equal(path.at(-1), "CLOSED");
  return path;
}

/** Sends a request as it is; its status. */
function send(url, { body, method = "POST" } = {}) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, agent: false }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

test("what is delivered is stored, then read: each status once", async (t) => {
  const { tracker, webhook, url } = await receiving(t);
  // Once more changes nothing.
  assert.equal((await tracker.ensureWebhook({ name: "loans", toUrl: `${url}?a=b&token=${TOKEN}` })).id, webhook.id);
  const { loan, sums } = await live();
  assert.ok(sums.delivered > 3);
  assert.equal(sums.failed, 0);
  const before = await tracker.health();
  assert.deepEqual([before.refused, before.failed], [0, 0]);
  assert.equal(before.stored, before.unreadNotifications);
  const changes = await tracker.digest();
  assert.ok(changes.data.some(({ source }) => source === "webhook"));
  assert.equal((await tracker.health()).unreadNotifications, 0);
  assert.ok((await path(tracker, loan)).length > 3);
  assert.equal((await tracker.loan(loan.id)).outstanding, 0);
});

test("twice, late, in another order, or not at all: the same statuses", async (t) => {
  const { tracker } = await receiving(t);
  await sandbox.setDeliveryLevers([
    { action: "duplicate", times: null, copies: 3 },
    { action: "reorder", times: null, window: 3 },
    { action: "drop", skip: 2 },
  ]);
  const { loan, sums } = await live();
  assert.ok(sums.delivered > 6, JSON.stringify(sums));
  const log = await sandbox.deliveries();
  for (const lever of ["duplicate", "reorder", "drop"]) assert.ok(log.some(({ levers }) => levers.includes(lever)), lever);
  await tracker.digest();
  const seen = await path(tracker, loan);
  assert.ok(["VALIDATED", "TO_REPAY", "CLOSED"].every((status) => seen.includes(status)), seen.join());
  // Nothing is left to find.
  const { changes } = await tracker.sync();
  assert.deepEqual(statuses(changes, loan.id), []);
});

test("a wrong token is refused, and nothing of it is stored", async (t) => {
  const { tracker } = await receiving(t, undefined, `${TOKEN}x`);
  await client.loans.create({ ...(await sandbox.loanRequest(client)), autoValidate: true });
  const { delivered } = await sandbox.advanceToNextEvent();
  assert.equal(delivered, 0);
  const answers = (await sandbox.deliveries()).flatMap(({ attempts }) => attempts.map(({ status }) => status));
  assert.ok(answers.length > 0 && answers.every((status) => status === 401), answers.join());
  const { stored, refused } = await tracker.health();
  assert.deepEqual([stored, refused], [0, answers.length]);
  assert.equal((await tracker.digest()).length, 0);
});

test("a receiver that is slow gets it again, and it counts once", async (t) => {
  let slow = 1;
  const { tracker } = await receiving(t, (handler) => async (request, response) => {
    // Until the sandbox has given up.
    if (slow-- > 0) await once(response, "close");
    await handler(request, response);
  });
  await sandbox.setDeliveryLevers([], { timeoutMs: 300 });
  const { loan } = await live();
  const attempts = (await sandbox.deliveries()).map(({ attempts }) => attempts.map(({ status }) => status));
  assert.deepEqual(attempts[0], [null, 200]);
  await tracker.digest();
  await path(tracker, loan);
});

test("what is no notification is answered, and never fails the server", async (t) => {
  const { tracker, url } = await receiving(t);
  const at = `${url}?token=${TOKEN}`;
  const status = async (...given) => (await send(...given)).statusCode;
  const get = await send(at, { method: "GET" });
  assert.deepEqual([get.statusCode, get.headers.allow], [405, "POST"]);
  assert.equal(await status(at, { method: "DELETE" }), 405);
  assert.equal(await status(url, { body: "{}" }), 401);
  assert.equal(await status(`${url}?token=`, { body: "{}" }), 401);
  assert.equal(await status(at, { body: Buffer.from([0x7b, 0xff, 0x7d]) }), 400);
  // As large as it may be, one byte more, and more than is read; cut in a character, too.
  assert.equal(await status(at, { body: "x".repeat(LARGEST) }), 200);
  for (const body of ["x".repeat(LARGEST + 1), "x".repeat(5 * LARGEST), "é".repeat(LARGEST)]) {
    assert.equal(await status(at, { body }), 413);
    assert.equal(await status(url, { body }), 401);
  }
  const { stored, refused } = await tracker.health();
  assert.deepEqual([stored, refused], [1, 8]);
  // It is kept, and tells of nothing.
  assert.equal((await tracker.digest()).length, 0);
  tracker.close();
  assert.equal(await status(at, { body: "{}" }), 503);
});

test("a sender that hangs up leaves the server as it was", async (t) => {
  const handled = [];
  const { tracker, url } = await receiving(t, (handler) => (request, response) => handled.push(handler(request, response)));
  const sent = httpRequest(`${url}?token=${TOKEN}`, { method: "POST", agent: false });
  sent.once("error", () => {});
  sent.write("{");
  while (handled.length === 0) await new Promise((next) => setImmediate(next));
  sent.destroy();
  await Promise.all(handled);
  assert.equal((await tracker.health()).stored, 0);
  assert.equal((await send(`${url}?token=${TOKEN}`, { body: "{}" })).statusCode, 200);
});

test("a body that the framework has read is taken from there", async (t) => {
  let read = (text) => text;
  const { tracker, url } = await receiving(t, (handler) => async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    request.body = read(Buffer.concat(parts));
    await handler(request, response);
  });
  const at = `${url}?token=${TOKEN}`;
  const body = JSON.stringify({ event_id: "1", event_type: "Loan.CLOSED", name: "Café" });
  for (const each of [(bytes) => bytes, String, (bytes) => new Uint8Array(bytes), JSON.parse]) {
    read = each;
    assert.equal((await send(at, { body })).statusCode, 200, String(each));
  }
  for (const each of [() => undefined, () => "\ud800"]) {
    read = each;
    assert.equal((await send(at, { body })).statusCode, 400, String(each));
  }
  assert.equal((await tracker.health()).stored, 4);
});

test("a body that a framework has only announced is read", async (t) => {
  const { url } = await receiving(t, (handler) => (request, response) => handler(Object.assign(request, { body: {} }), response));
  assert.equal((await send(`${url}?token=${TOKEN}`, { body: Buffer.from([0xff]) })).statusCode, 400);
  assert.equal((await send(`${url}?token=${TOKEN}`, { body: "{}" })).statusCode, 200);
});

test("the parts by hand: receive says what to answer, ingest looks at no token", async () => {
  const tracker = client.tracker({ store: "memory", webhookTokens: ["old-token-0123456789", TOKEN] });
  const answer = async (query) => (await tracker.receive({ query, notification: "{}" })).status;
  assert.equal(await answer(`?token=${TOKEN}`), 200);
  assert.equal(await answer("a=b&token=old-token-0123456789"), 200);
  assert.equal(await answer("token=other"), 401);
  const { seq } = await tracker.ingest({ notification: "{}", receivedAt: new Date() });
  assert.ok(Number.isInteger(seq));
  await assert.rejects(tracker.receive({ query: "", notification: undefined }), InvalidInputError);
});
