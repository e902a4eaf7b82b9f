import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OutcomeUnknownError } from "defacto-sdk";

import { control, loanRequest, open, seen } from "./support.mjs";

const client = open();
beforeEach(() => control("POST /reset"));

const slow = (operation) => control("POST /faults", { operation, delay_ms: 600_000 });

test("a signal that is aborted already sends nothing", async () => {
  const reason = new Error("not now");
  await assert.rejects(client.loans.get("x", { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  await assert.rejects(client.loans.list({}, { signal: AbortSignal.abort() }).toArray(), { name: "AbortError" });
  assert.deepEqual((await control("GET /journal")).requests, []);
});

test("an aborted read is rejected with the signal's reason", async () => {
  await slow("loans.get");
  const stop = new AbortController();
  const call = client.loans.get("x", { signal: stop.signal });
  await seen("loans.get", 1);
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(call, (error) => error === reason);
});

test("a wait is stopped between two reads", async () => {
  const body = JSON.stringify({ id: "l", status: "TO_REPAY" });
  await control("POST /faults", { operation: "loans.get", status: 200, body });
  const stop = new AbortController();
  const wait = client.loans.waitFor("l", ["CLOSED"], { shortestMs: 600_000 }, { signal: stop.signal });
  await seen("loans.get", 1);
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(wait, (error) => error === reason);
});

test("an aborted change that was sent is an unknown outcome, caused by the reason", async () => {
  const request = await loanRequest(client);
  await slow("loans.create");
  const stop = new AbortController();
  const call = client.loans.create(request, { signal: stop.signal });
  await seen("loans.create", 1);
  stop.abort();
  const error = await call.catch((error) => error);
  assert.ok(error instanceof OutcomeUnknownError, String(error));
  assert.equal(error.cause, stop.signal.reason);
  assert.equal(error.cause.name, "AbortError");
  assert.ok(error.isOutcomeUnknown && error.saltId);
});

test("a page is stopped, and a timeout's signal too", async () => {
  await slow("loans.list");
  const list = client.loans.list({}, { signal: AbortSignal.timeout(20) });
  await assert.rejects(list.toArray(), { name: "TimeoutError" });
});

test("an abort after the end changes nothing, and leaves no listener", async () => {
  const stop = new AbortController();
  const counts = [];
  const { addEventListener, removeEventListener } = stop.signal;
  stop.signal.addEventListener = (...given) => (counts.push(1), addEventListener.apply(stop.signal, given));
  stop.signal.removeEventListener = (...given) => (counts.push(-1), removeEventListener.apply(stop.signal, given));
  const text = await client.testing.hello({ signal: stop.signal });
  assert.deepEqual(counts, [1, -1]);
  stop.abort();
  assert.match(text, /Hello/);
});

test("many calls at once, half of them stopped", async () => {
  await control("POST /faults", { operation: "loans.get", delay_ms: 600_000, times: null });
  const warned = [];
  process.on("warning", (warning) => warned.push(warning.name));
  const stop = new AbortController();
  const reads = Array.from({ length: 50 }, () => client.loans.get("x", { signal: stop.signal }));
  const greetings = Array.from({ length: 50 }, () => client.testing.hello());
  await Promise.all(greetings);
  await seen("loans.get", 50);
  stop.abort("done");
  const ends = await Promise.allSettled(reads);
  assert.ok(ends.every(({ status, reason }) => status === "rejected" && reason === "done"));
  assert.deepEqual(warned, []);
});
