import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { inspect } from "node:util";

import { Call, InvalidInputError, NotFoundError, RejectedError, ServerError, money } from "defacto-sdk";
import { Loan, Model } from "defacto-sdk/models";

import { answer, control, loanRequest, open, root } from "./support.mjs";

const client = open();
beforeEach(() => control("POST /reset"));

test("a first loan, from the request to the end", async () => {
  const request = await loanRequest(client);
  const { value: loan, creation, status, attempts } = await client.loans.create(request).withResponse();
  assert.deepEqual([creation, status, attempts], ["New", 201, 1]);
  assert.ok(loan instanceof Loan && loan instanceof Model);
  assert.equal(loan.amount, 10_000);
  assert.equal(loan.toRepayAt.getTime(), request.toRepayAt.getTime());
  let now = loan;
  while (now.status !== "TO_VALIDATE") now = await client.loans.get(loan.id);
  await client.loans.validate(loan.id);
  while (now.status !== "CLOSED") now = await client.loans.get(loan.id);
  const payments = await client.payments.list({ loanId: [loan.id] }).toArray();
  assert.ok(payments.length >= 2, `${payments.length} payments`);
});

test("every operation of the table has its method", () => {
  const table = readFileSync(join(root, "docs/operations.md"), "utf8");
  const names = [...table.matchAll(/^\| (\w+)\.(\w+) \|/gm)];
  assert.equal(names.length, 78, "77 operations and a wait");
  const camel = (name) => name.replace(/_(\w)/g, (_all, letter) => letter.toUpperCase());
  for (const [, group, name] of names) {
    assert.equal(typeof client[camel(group)][camel(name)], "function", `${group}.${name}`);
  }
});

test("hello needs no group", async () => {
  const { value, status } = await client.hello().withResponse();
  assert.deepEqual([value, status], [await client.testing.hello(), 200]);
  await control("POST /faults", { operation: "testing.hello", status: 503 });
  await assert.rejects(client.hello({ retries: 0 }), { kind: "Server", operation: "testing.hello" });
});

test("a call is a promise that is sent at once", async () => {
  const call = client.testing.hello();
  assert.ok(call instanceof Call && call instanceof Promise);
  const then = call.then((text) => text.length);
  assert.equal(then.constructor, Promise);
  assert.match(await call, /Hello/);
  assert.ok((await then) > 0);
});

test("an answer without a body is undefined", async () => {
  const business = await client.testing.generateBusiness();
  const borrower = await client.borrowers.create(business);
  assert.equal(await client.borrowers.deactivate(borrower.id), undefined);
});

test("errors have a class, a code and what the server says", async () => {
  const error = await client.loans.get("nothing").catch((error) => error);
  assert.ok(error instanceof NotFoundError && error instanceof Error);
  const { name, code, kind, operation, status, attempts, isRetryable, isOutcomeUnknown } = error;
  assert.deepEqual(
    { name, code, kind, operation, status, attempts, isRetryable, isOutcomeUnknown },
    {
      name: "NotFoundError",
      code: 5,
      kind: "NotFound",
      operation: "loans.get",
      status: 404,
      attempts: 1,
      isRetryable: false,
      isOutcomeUnknown: false,
    },
  );
  assert.equal(error.problem.status, 404);
});

test("a refused parameter is named", async () => {
  const unchecked = open({ localChecks: false });
  const request = { ...(await loanRequest(client)), amount: 0 };
  const error = await unchecked.loans.create(request).catch((error) => error);
  assert.ok(error instanceof RejectedError, inspect(error));
  assert.ok(error.invalidParams.length > 0);
  assert.equal(typeof error.invalidParams[0].name, "string");
});

test("a cause is an error", async () => {
  const lost = open({ baseUrl: "http://127.0.0.1:1", retries: 0 });
  const error = await lost.testing.hello().catch((error) => error);
  assert.equal(error.kind, "Connection");
  assert.ok(error.cause instanceof Error, inspect(error.cause));
});

test("no key and no account shows in what is printed", async () => {
  const secret = "key-that-must-not-show";
  const own = open({ apiKey: secret });
  await answer("loans.get", { title: `${secret} FR8811111015593603018280926` }, { status: 401 });
  const error = await own.loans.get("x").catch((error) => error);
  for (const text of [inspect(own, { depth: 9, showHidden: true }), inspect(error, { showHidden: true }), JSON.stringify(error), error.stack]) {
    assert.doesNotMatch(text, /must-not-show|FR8811111015593603018280926/);
  }
  await answer("testing.generate_iban", { iban: "FR8811111015593603018280926" });
  const iban = await client.testing.generateIban();
  assert.equal(iban.iban, "FR8811111015593603018280926");
  assert.doesNotMatch(inspect(iban), /FR88/);
});

test("options are of one call, or of a client's every call", async () => {
  const fault = { operation: "loans.get", status: 503, times: 9 };
  await control("POST /faults", fault);
  const attempts = (call) => call.catch((error) => error.attempts);
  assert.equal(await attempts(client.loans.get("x", { retries: 0 })), 1);
  assert.equal(await attempts(client.loans.get("x")), 3);
  const once = client.withOptions({ retries: 0 });
  assert.equal(await attempts(once.loans.get("x")), 1);
  assert.equal(await attempts(once.loans.get("x", { retries: 1 })), 2);
});

test("times are milliseconds", async () => {
  await control("POST /faults", { operation: "loans.get", delay_ms: 60_000 });
  const begun = Date.now();
  const error = await client.loans.get("x", { timeoutMs: 50, retries: 0 }).catch((error) => error);
  assert.equal(error.kind, "Timeout");
  assert.ok(Date.now() - begun < 30_000);
  assert.throws(() => open({ timeoutMs: "soon" }), { kind: "Configuration", message: /timeoutMs/ });
});

test("a setting and an option that are not known are refused", async () => {
  assert.throws(() => open({ apikey: "x" }), { code: 1 });
  await assert.rejects(client.testing.hello({ patience: 1 }), { kind: "Configuration", message: /patience/ });
});

test("what is missing is named, all at once", async () => {
  await assert.rejects(client.loans.create({}), (error) => {
    assert.ok(error instanceof InvalidInputError);
    assert.match(error.message, /amount is missing.*loan_to is missing/);
    return true;
  });
  await assert.rejects(client.loans.get(), { kind: "InvalidInput", message: /loan_id/ });
});

test("a file is uploaded with its fields", async () => {
  const { borrower } = await loanRequest(client);
  const file = { name: "a.pdf", content: Buffer.from("%PDF-1.4") };
  const params = { sellerIdentifier: borrower.identifier, metadata: '{"a":1}' };
  const result = await client.invoices.upload(params, file).catch((error) => error);
  // Whatever the sandbox makes of this file, it has read the form.
  assert.ok(!(result instanceof InvalidInputError), inspect(result));
  assert.notEqual(result.kind, "Decode");
});

test("any operation by its name, in the server's names", async () => {
  const iban = await client.invoke("testing.generate_iban", { query: { scenario: "FAIL" } });
  assert.match(iban.iban, /^FR/);
  assert.deepEqual((await client.invoke("loans.list", { query: { page_size: 5 } })).data, []);
  await answer("loans.list", '{"data":[{"id":"a","status":"é"}]}');
  assert.equal((await client.invoke("loans.list")).data[0].status, "é");
  await assert.rejects(client.invoke("loans.nothing"), { kind: "InvalidInput" });
});

test("a call that the server fails is told after its repeats", async () => {
  await control("POST /faults", { operation: "testing.hello", status: 500, times: 9 });
  await assert.rejects(client.testing.hello(), (error) => error instanceof ServerError && error.isRetryable);
});

test("interest, and what it refuses", () => {
  assert.equal(money.interest({ outstanding: 10_000, days: 60, dailyRate: "0.06" }), 360);
  assert.equal(money.interest({ outstanding: 50_000n, days: 30, dailyRate: 0.05 }), 750);
  assert.throws(() => money.interest({ outstanding: -1, days: 1, dailyRate: "0.05" }), InvalidInputError);
  assert.throws(() => money.interest({ days: 1 }), { message: /missing/ });
  assert.throws(() => money.interest({ outstanding: 2 ** 53, days: 1, dailyRate: 1 }), { message: /bigint/ });
});

test("headers of an answer come with it, as they were sent", async () => {
  const headers = { "X-Quote": 'a "b" \\c', "x-proto": "e" };
  await control("POST /faults", { operation: "testing.hello", status: 200, body: '"hi"', headers });
  const answer = await client.raw("GET", "/hello").withResponse();
  assert.equal(answer.headers["x-quote"], 'a "b" \\c');
  assert.equal(answer.headers["x-proto"], "e");
  assert.equal(answer.headers["constructor"], undefined);
});
