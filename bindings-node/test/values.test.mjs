import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DecodeError, InvalidInputError, money } from "defacto-sdk";
import { CreateBorrower, LightBusiness, Loan } from "defacto-sdk/models";

import { answer, control, loanRequest, open } from "./support.mjs";

const client = open();
beforeEach(() => control("POST /reset"));

/** The loan that this text is. */
async function loan(fields) {
  await answer("loans.get", `{"id":"x","status":"CLOSED"${fields}}`);
  return client.loans.get("x");
}

test("a whole number beyond 2^53 is a bigint, and never rounded", async () => {
  for (const digits of ["9007199254740993", "9223372036854775807", "-9223372036854775808"]) {
    const big = await loan(`,"amount":${digits}`);
    assert.equal(big.raw.amount, BigInt(digits));
    assert.throws(() => big.amount, (error) => error instanceof DecodeError && error.message.includes(digits));
    assert.match(JSON.stringify(big), new RegExp(`"amount":"${digits}"`));
  }
  assert.equal((await loan(',"amount":9007199254740991')).amount, 9007199254740991);
});

test("text that looks like a long number stays text", async () => {
  const text = String.raw`{"id":"x","status":"CLOSED","amount":9007199254740993,"comment":" 9007199254740993 \" :1234567890123456789"}`;
  await answer("loans.get", text);
  const { raw } = await client.loans.get("x");
  assert.equal(raw.amount, 9007199254740993n);
  assert.equal(raw.comment, ' 9007199254740993 " :1234567890123456789');
});

test("id and status are read without the rest, and are what the rest says", async () => {
  for (const [text, id, status] of [
    ['{"borrower":{"id":"inner","status":"inner"},"status":"CLOSED","id":"x"}', "x", "CLOSED"],
    [String.raw`{ "\u0069d" : "\u00e9\"\\" , "status" : "a", "status" : "b" }`, 'é"\\', "b"],
    ['{"id":"日本","status":"CLOSED","amount":1}', "日本", "CLOSED"],
  ]) {
    await answer("loans.get", text);
    const found = await client.loans.get("x");
    assert.deepEqual([found.id, found.status, found.id], [id, status, id]);
    assert.equal(found.amount, JSON.parse(text).amount ?? null);
    assert.deepEqual([found.id, found.status], [id, status]);
    assert.deepEqual(found.raw, JSON.parse(text));
  }
});

test("a rate is its decimal digits", async () => {
  for (const [sent, read] of [
    ["0.0547", "0.0547"],
    ["1.5e-7", "0.00000015"],
    ["0.12345678901234567890", "0.12345678901234567890"],
    ["5e-324", `0.${"0".repeat(323)}5`],
    // No double is near these.
    ["1e-400", `0.${"0".repeat(399)}1`],
    ["1.25e400", `125${"0".repeat(398)}`],
    ["4e-324", `0.${"0".repeat(323)}4`],
    ["-1E2", "-100"],
    ["12345678901234567890", "12345678901234567890"],
    ['"0.0547"', "0.0547"],
  ]) {
    await answer("borrowers.list_financial_products", `{"data":[{"id":"x","fees_daily_rate":${sent}}]}`);
    const [product] = await client.borrowers.listFinancialProducts("x").toArray();
    assert.equal(product.feesDailyRate, read, sent);
  }
  for (const sent of ['"soon"', '""', "[]", "true", "1e999999999", '"1e999999999"']) {
    await answer("borrowers.list_financial_products", `{"data":[{"id":"x","fees_daily_rate":${sent}}]}`);
    const [product] = await client.borrowers.listFinancialProducts("x").toArray();
    assert.throws(() => product.feesDailyRate, { kind: "Decode", message: /^fees_daily_rate/ }, sent);
  }
});

test("a time is a Date, UTC where it names no offset, exact in raw", async () => {
  for (const text of ["2030-01-09T10:00:00.123456", "2030-01-09T10:00:00.123456+00:00", "2030-01-09T12:30:00.123+02:30"]) {
    const { toPayAt, raw } = await loan(`,"to_pay_at":"${text}"`);
    assert.equal(toPayAt.toISOString(), "2030-01-09T10:00:00.123Z");
    assert.equal(raw.to_pay_at, text);
  }
  const odd = await loan(',"to_pay_at":"soon"');
  assert.throws(() => odd.toPayAt, DecodeError);
});

test("a time is the same however it is read", () => {
  const numbers = ["00", "01", "02", "09", "10", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60", "1x", "-1"];
  let seed = 5;
  const pick = (from) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((seed / 2 ** 32) * from.length)];
  };
  const day = () => `${pick(["0000", "0050", "0100", "1970", "2024", "2030", "9999", "20x0"])}-${pick(numbers)}-${pick(numbers)}`;
  const clock = () => `${pick(["T", "T", "T", " "])}${pick(numbers)}:${pick(numbers)}:${pick(numbers)}`;
  let valid = 0;
  for (let round = 0; round < 200_000; round++) {
    const text = day() + clock() + pick([".123456", ".000999", ".999", "", ".12345x"]) + pick(["", "Z", "+00:00", "-00:00", "+02:30", "+0000"]);
    const expected = new Date(/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`).getTime();
    let read = NaN;
    try {
      read = new Loan({ to_pay_at: text }).toPayAt.getTime();
      valid += 1;
    } catch (error) {
      assert.ok(error instanceof DecodeError);
    }
    assert.equal(read, expected, text);
  }
  assert.ok(valid > 5_000, valid);
});

test("null and what is not there are null, of lists and maps empty", async () => {
  const empty = await loan(',"amount":null');
  assert.deepEqual([empty.amount, empty.currency, empty.documents, empty.deposits], [null, null, [], {}]);
});

test("an unknown status and an unknown field come through", async () => {
  await answer("loans.get", { id: "x", status: "LATER", tomorrow: { a: [1, null] } });
  const later = await client.loans.get("x");
  assert.equal(later.status, "LATER");
  assert.deepEqual(later.extra, { tomorrow: { a: [1, null] } });
  assert.deepEqual(JSON.parse(JSON.stringify(later)), later.raw);
});

test("a name the server chose cannot reach the prototype", async () => {
  const odd = await loan(',"__proto__":{"amount":5},"constructor":1');
  assert.equal(odd.amount, null);
  assert.equal({}.amount, undefined);
});

test("a value of another type is a DecodeError where it is read, and whole in raw", async () => {
  for (const [json, name, wire = name] of [
    ["12.5", "amount"],
    ['"12"', "amount"],
    ["true", "amount"],
    ["[1]", "amount"],
    ["1e400", "amount"],
    ["-1e400", "amount"],
    ["1e22", "amount"],
    ["1.5e3000", "amount"],
    ["1e-400", "amount"],
    ["5", "currency"],
    ["{}", "currency"],
    ["[1]", "invoiceIds", "invoice_ids"],
    ["[]", "metadata"],
    ["5", "documents"],
    ["[null]", "documents"],
    ["[]", "borrower"],
    ['"x"', "borrower"],
    ["{}", "toPayAt", "to_pay_at"],
    ["0", "toPayAt", "to_pay_at"],
  ]) {
    const odd = (error) => error instanceof DecodeError && error.message.startsWith(`${wire} `);
    const one = await loan(`,"${wire}":${json}`);
    assert.throws(() => one[name], odd, `${wire} ${json}`);
    assert.deepEqual(one.raw[wire], /e-?\d{3}/.test(json) ? json : JSON.parse(json));
    assert.throws(() => one[name], odd, `${wire} ${json} after raw`);
    // In a page too, the first item looked at or not.
    await answer("loans.list", `{"data":[${`{"id":"x","status":"b","${wire}":${json}},`.repeat(2).slice(0, -1)}]}`);
    for (const each of await client.loans.list().toArray()) {
      assert.throws(() => each[name], odd, `${wire} ${json} in a page`);
      assert.deepEqual(each.raw, { ...one.raw, status: "b" });
    }
  }
  assert.throws(() => new Loan({ amount: 1 }).id, { kind: "Decode", message: /^id is missing/ });
  assert.throws(() => new Loan({ id: 5 }).id, DecodeError);
  assert.throws(() => new LightBusiness({ is_active: 1 }).isActive, { kind: "Decode", message: /^is_active/ });
});

test("a whole number is one however it is written", async () => {
  for (const [json, amount] of [["12.0", 12], ["1e3", 1000], ["120e-1", 12], ["9007199254740991", 9007199254740991]]) {
    assert.equal((await loan(`,"amount":${json}`)).amount, amount);
  }
});

test("an object is copied, changed and sent", () => {
  const borrower = new CreateBorrower({ name: "A", address: { address_line_1: "1 rue" }, signed_at: "2030-01-01T00:00:00Z", later: 1 });
  assert.deepEqual({ ...borrower.toObject(), name: "B" }, {
    name: "B",
    address: { addressLine1: "1 rue" },
    signedAt: "2030-01-01T00:00:00Z",
    later: 1,
  });
});

test("a Date or text goes in, an invalid one does not", async () => {
  const request = await loanRequest(client);
  const text = request.toPayAt.toISOString();
  const sent = await client.loans.create({ ...request, toPayAt: text });
  assert.equal(sent.toPayAt.toISOString(), text);
  await assert.rejects(client.loans.create({ ...request, toPayAt: new Date("soon") }), { kind: "InvalidInput", message: /toPayAt/ });
  await assert.rejects(client.loans.create({ ...request, toPayAt: "soon" }), { kind: "InvalidInput", message: /to_pay_at/ });
});

test("a number that cannot be sent exactly is refused, a bigint is sent", async () => {
  const request = await loanRequest(client);
  for (const amount of [2 ** 53, NaN, Infinity, Symbol("a")]) {
    await assert.rejects(client.loans.create({ ...request, amount }), InvalidInputError);
  }
  assert.equal((await client.loans.create({ ...request, amount: 10_000n })).amount, 10_000);
});

test("free keys and every letter go there and back", async () => {
  const request = await loanRequest(client);
  const metadata = { "naïve ключ": "Zoë 日本 🏦 \u0000\u001f \"\\/ é ‮", camelCase: "kept" };
  const { id } = await client.loans.create({ ...request, metadata });
  assert.deepEqual((await client.loans.get(id)).metadata, metadata);
});

test("null clears, undefined leaves as it is", async () => {
  const request = await loanRequest(client);
  const made = await client.loans.create({ ...request, metadata: { a: "1" } });
  let now = made;
  while (now.status !== "TO_VALIDATE") now = await client.loans.get(made.id);
  assert.deepEqual((await client.loans.update(made.id, { amount: 9_000, metadata: undefined })).metadata, { a: "1" });
  const cleared = await client.loans.update(made.id, { metadata: null });
  assert.equal(cleared.raw.metadata?.a, undefined);
});

test("what JSON has no form for is refused, and not sent as an empty object", async () => {
  for (const value of [new Map([["order", "42"]]), new Set([1]), new Error("x"), new Uint8Array(2)]) {
    await assert.rejects(
      client.loans.update("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11", { metadata: { value } }),
      (error) => error instanceof InvalidInputError && /metadata\.value is a/.test(error.message),
    );
  }
});

test("a number that is all of a text loses no digit either", () => {
  const beyond = { outstanding: 9007199254740993n, days: 1, dailyRate: "100" };
  assert.throws(() => money.interest(beyond), DecodeError);
});
