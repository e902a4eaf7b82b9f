import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Page } from "defacto-sdk";
import { Loan } from "defacto-sdk/models";

import { answer, control, open, seen } from "./support.mjs";

const client = open({ retries: 0 });
beforeEach(() => control("POST /reset"));

const item = (id) => ({ id, status: "CLOSED" });

/** Two pages of a list. */
async function pages() {
  await answer("loans.list", { data: [item("a"), item("b")], next_page: "/loans?cursor=2" });
  await answer("loans.list", { data: [item("c")], next_page: null, total: 3 });
}

test("item by item, each page read when it is needed", async () => {
  await pages();
  const found = [];
  for await (const loan of client.loans.list({ status: ["CLOSED"] })) {
    assert.ok(loan instanceof Loan);
    found.push(loan.id);
    const { requests } = await control("GET /journal?operation=loans.list");
    assert.equal(requests.length, loan.id === "c" ? 2 : 1);
  }
  assert.deepEqual(found, ["a", "b", "c"]);
});

test("nothing is sent before the list is read", async () => {
  client.loans.list();
  assert.deepEqual((await control("GET /journal?operation=loans.list")).requests, []);
});

test("page by page, with the cursor to go on from", async () => {
  await pages();
  const list = client.loans.list();
  assert.equal(list.cursor, null);
  const read = [];
  for await (const page of list.pages()) {
    assert.ok(page instanceof Page);
    read.push([page.length, page.total, list.cursor]);
  }
  assert.deepEqual(read, [
    [2, null, "2"],
    [1, 3, null],
  ]);
});

test("all at once, and once only", async () => {
  await pages();
  const list = client.loans.list();
  assert.equal((await list.toArray()).length, 3);
  assert.deepEqual(await list.toArray(), []);
  assert.equal((await seen("loans.list", 2)).length, 2);
});

test("a page that failed is read again", async () => {
  await answer("loans.list", { data: [item("a")], next_page: "/loans?cursor=2" });
  await answer("loans.list", "", { status: 503 });
  await answer("loans.list", { data: [item("b")], next_page: null });
  const list = client.loans.list();
  const found = [];
  const read = async () => {
    for await (const loan of list) found.push(loan.id);
  };
  await assert.rejects(read(), { kind: "Server" });
  await read();
  assert.deepEqual(found, ["a", "b"]);
});

test("items asked for at once come one after the other, as from a generator", async () => {
  await pages();
  const list = client.loans.list();
  const items = list[Symbol.asyncIterator]();
  const read = await Promise.all(Array.from({ length: 5 }, () => items.next()));
  assert.deepEqual(read.map(({ value, done }) => [value?.id, done]), [["a", false], ["b", false], ["c", false], [undefined, true], [undefined, true]]);
  assert.equal((await seen("loans.list", 2)).length, 2);
});

test("pages asked for at once, by one reader or several", async () => {
  await pages();
  const read = client.loans.list().pages();
  const [first, second, end] = await Promise.all([read.next(), read.next(), read.next()]);
  assert.deepEqual([first.value.length, second.value.length, end.done], [2, 1, true]);
  await pages();
  const shared = client.loans.list();
  const both = await Promise.all([shared.toArray(), shared.toArray()]);
  assert.deepEqual(both.flat().map(({ id }) => id).sort(), ["a", "b", "c"]);
});

test("an error is told to who asked, and who comes behind reads the page again", async () => {
  await answer("loans.list", "", { status: 503 });
  await pages();
  const items = client.loans.list()[Symbol.asyncIterator]();
  const [failed, next] = await Promise.allSettled([items.next(), items.next()]);
  assert.equal(failed.reason.kind, "Server");
  assert.equal(next.value.value.id, "a");
});

test("return waits its turn, and ends the iterator", async () => {
  await pages();
  const items = client.loans.list()[Symbol.asyncIterator]();
  const read = await Promise.all([items.next(), items.return("enough"), items.next()]);
  assert.deepEqual(read.map(({ value, done }) => [value?.id ?? value, done]), [["a", false], ["enough", true], [undefined, true]]);
});

test("what is wrong with the input is told where the list is read", async () => {
  const list = client.loans.list({ status: [Symbol("a")] });
  await assert.rejects(list.toArray(), { kind: "InvalidInput" });
  await assert.rejects(client.loans.list({}, { patience: 1 }).toArray(), { kind: "Configuration" });
});

test("a list that an operation answers at once is a page", async () => {
  await answer("loans.set_repayment_terms", { data: [item("a")] });
  const page = await client.loans.setRepaymentTerms({ repaymentTerms: [{ loanId: "a", repaymentDate: new Date(), repaymentMethod: "SCT" }] });
  assert.deepEqual([...page].map((loan) => loan.id), ["a"]);
});
