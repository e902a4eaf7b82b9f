// What cannot be sent is told before anything is: which field, what is wrong, what to do.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { InvalidInputError } from "defacto-sdk";
import { Loan } from "defacto-sdk/models";

import { control, open } from "./support.mjs";

const client = open();
const id = "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11";
beforeEach(() => control("POST /reset"));

/** The call comes to nothing, with this message, and nothing was sent. */
async function refused(call, message) {
  await assert.rejects(call(), (error) => {
    assert.ok(error instanceof InvalidInputError, error.stack);
    assert.match(error.message, message);
    return true;
  });
  assert.deepEqual((await control("GET /journal")).requests, []);
}

const update = (metadata) => () => client.loans.update(id, { metadata });

test("a value that is inside of itself", async () => {
  const object = { a: { list: [1] } };
  object.a.list.push(object);
  await refused(update(object), /^metadata\.a\.list\[1\] holds itself.*: pass/);
  const list = [];
  list.push([list]);
  await refused(update({ list }), /^metadata\.list\[0\]\[0\] holds itself/);
  await refused(() => client.loans.create(object), /^a\.list\[1\] holds itself/);
  const raw = { id: "a", status: "b" };
  raw.raw = raw;
  await refused(update({ loan: new Loan(raw) }), /^metadata\.loan\.raw holds itself/);
  // Twice, but not inside of itself.
  const twice = { a: 1 };
  await assert.rejects(update({ twice, again: [twice, twice] })(), { kind: "NotFound" });
});

test("a value of more levels than JSON may have", async () => {
  let deep = "end";
  for (let level = 0; level < 120; level++) deep = level % 2 ? [deep] : { a: deep };
  await refused(update(deep), /^metadata(\[0\]|\.a)+ is more than \d+ levels deep: pass/);
  for (let level = 0; level < 100_000; level++) deep = [deep];
  await refused(update({ deep }), /^metadata\.deep(\[0\])+ is more than \d+ levels deep/);
  let most = "end";
  for (let level = 0; level < 90; level++) most = [most];
  await assert.rejects(update({ most })(), { kind: "NotFound" });
});

test("half of a character", async () => {
  for (const text of ["\ud83c", "a\udfe6b", "\udfe6\ud83c", `${"x".repeat(200)}\ud83c`, '"\ud83c\\']) {
    await refused(update({ a: [text] }), /^metadata\.a\[0\] has half of a character.*toWellFormed/);
    await refused(update({ [text]: 1 }), /^metadata has a name with half of a character.*toWellFormed/);
    await refused(() => client.loans.get(text), /^loan_id has half of a character/);
    await refused(() => client.loans.list({ query: text }).toArray(), /^query has half of a character/);
    await refused(() => client.loans.get(id, { headers: { "x-a": text } }), /^headers\.x-a has half of a character/);
    await refused(() => client.loans.get(id, { extraQuery: { [text]: "a" } }), /^extraQuery has a name with half/);
  }
  await assert.rejects(update({ "🏦": "\u0000 🏦" })(), { kind: "NotFound" });
});

test("numbers that JSON has no form for, or no exact one", async () => {
  for (const [value, message] of [
    [NaN, /^metadata\.a is NaN: pass a finite number/],
    [-Infinity, /^metadata\.a is -Infinity: pass a finite number/],
    [2 ** 53, /^metadata\.a is beyond what a number holds exactly: pass a bigint/],
    [2n ** 64n, /^metadata\.a is beyond what the API holds, 64 bits: pass/],
    [-(2n ** 63n) - 1n, /^metadata\.a is beyond what the API holds, 64 bits: pass/],
  ]) {
    await refused(update({ a: value }), message);
  }
  await assert.rejects(update({ a: [2n ** 64n - 1n, -(2n ** 63n), 0.1, -0] })(), { kind: "NotFound" });
});

test("what is no data", async () => {
  for (const [value, message] of [
    [() => 1, /^metadata\.a is a function, which cannot be sent: pass plain data/],
    [class A {}, /^metadata\.a is a function/],
    [Symbol("s"), /^metadata\.a is a symbol, which cannot be sent: pass plain data/],
    [new Date(NaN), /^metadata\.a is an invalid Date: pass/],
    [Promise.resolve(1), /^metadata\.a is a Promise, which cannot be sent: await it/],
    [new Map(), /^metadata\.a is a Map, which cannot be sent: pass plain data/],
    [new WeakMap(), /^metadata\.a is a WeakMap/],
    [/x/, /^metadata\.a is a RegExp/],
    [new String("x"), /^metadata\.a is a String/],
    [new ArrayBuffer(1), /^metadata\.a is a ArrayBuffer/],
  ]) {
    await refused(update({ a: value }), message);
    await refused(() => client.loans.list({ status: [value] }).toArray(), /^status\[0\] is a/);
    await refused(() => client.loans.create({ borrower: { identifier: value } }), /^borrower\.identifier is a/);
  }
});

test("a file that is none", async () => {
  const content = Buffer.from("%PDF-1.4");
  for (const [file, message] of [
    ["a.pdf", /^file is no object: pass \{ name, content \}/],
    [{ content }, /^file\.name is no text: pass/],
    [{ name: 5, content }, /^file\.name is no text/],
    [{ name: "\ud83c", content }, /^file\.name has half of a character/],
    [{ name: "a.pdf" }, /^file\.content is neither text nor bytes: pass/],
    [{ name: "a.pdf", content: 5 }, /^file\.content is neither text nor bytes/],
    [{ name: "a.pdf", content: [1, 2] }, /^file\.content is neither text nor bytes/],
    [{ name: "a.pdf", content: "\ud83c" }, /^file\.content has half of a character/],
    [{ name: "a.pdf", content, mediaType: 5 }, /^file\.mediaType is no text/],
  ]) {
    await refused(() => client.invoices.upload({}, file), message);
  }
});

test("a signal that is none stops the call before it is sent", async () => {
  for (const signal of [5, "x", {}, new AbortController()]) {
    await refused(() => client.loans.get(id, { signal }), /^signal is no AbortSignal: pass the `signal` of an AbortController/);
    await refused(() => client.loans.list({}, { signal }).toArray(), /^signal is no AbortSignal/);
  }
  await refused(() => client.invoke(Symbol("x")), /^the operation is no text/);
});

test("a getter's own error comes through", async () => {
  const own = new Error("mine");
  const metadata = { get a() { throw own; } };
  await assert.rejects(update(metadata)(), (error) => error === own);
});
