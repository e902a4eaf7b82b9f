// A page's items are read field by field, without the rest being parsed: what
// comes must be what parsing all of it gives.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Loan } from "defacto-sdk/models";

import { answer, control, open } from "./support.mjs";

const client = open({ retries: 0 });
beforeEach(() => control("POST /reset"));

const FIELDS = {
  amount: "amount",
  contractUrl: "contract_url",
  currency: "currency",
  metadata: "metadata",
  id: "id",
  status: "status",
};

async function page(text) {
  await answer("loans.list", text);
  const { value } = await client.loans.list().pages().next();
  return value;
}

/** Each field read alone, and all of them parsed. */
async function same(text) {
  const expected = JSON.parse(text).data;
  const fresh = (await page(text)).data;
  const parsed = (await page(text)).data.map((loan) => loan.raw);
  assert.deepEqual(parsed, expected);
  assert.equal(fresh.length, expected.length);
  for (const [index, loan] of fresh.entries()) {
    for (const [name, wire] of Object.entries(FIELDS)) {
      const wanted = expected[index][wire] ?? (name === "metadata" ? loan[name] : null);
      assert.deepEqual(loan[name], wanted, `${wire} of item ${index} in ${text}`);
    }
  }
}

test("letters of every width, escapes, and fields in any order", async () => {
  await same(JSON.stringify({
    data: [
      { id: "é", status: "日本", contract_url: "🏦🏦\n\"\\{}", amount: 1 },
      { status: "b", id: "a", metadata: { "}": "{🏦" }, amount: -5 },
      { contract_url: null, id: "x", later: [1, { id: "inner" }], status: "c" },
    ],
    note: "é",
  }));
  await same('{"next_page":null,"data":[ { "id" : "a" , "status":"b", "amount" : 12 } ,\n{"id":"c","status":"d"}\n] , "total": 2 }');
});

test("what is odd is read all the same", async () => {
  await same('{"data":[]}');
  await same('{"data":[{"id":"a","status":"b","contract\\u005furl":"x"}]}');
  await assert.rejects(same('{"data":[{}]}'), { kind: "Decode" });
  await same('{"data":[{"id":"a","amount":1,"amount":2,"status":"b"}]}');
  await same('{"data":[{"id":"a","status":"b"}],"data":[{"id":"c","status":"d"}]}');
});

test("a long number keeps its digits in a page too", async () => {
  const text = '{"data":[{"id":"a","status":"b","amount":9007199254740993},{"id":"a","status":"b","amount":-9223372036854775808}]}';
  const [first, second] = (await page(text)).data;
  assert.throws(() => first.amount, /9007199254740993/);
  assert.throws(() => second.amount, /-9223372036854775808/);
  assert.equal(first.raw.amount, 9007199254740993n);
  // Wherever it stands, and whatever is around it.
  for (let place = 0; place < 40; place++) {
    for (const [before, behind] of [["", ""], [" ", " "], ["-", ""], ["[", "]"]]) {
      const number = `${before}9007199254740993${behind}`;
      const [{ raw }] = (await page(`{"data":[{"id":"${"x".repeat(place)}","status":"b","amount":${number}}]}`)).data;
      assert.equal(String(raw.amount), number.replace(/[[\] ]/g, ""));
    }
  }
});

test("numbers of every form", async () => {
  for (const number of ["0", "-0", "7", "-7", "1e3", "50E-1", "12e0", "999999999999999", "1234567890123456", "9007199254740991", "-9007199254740991"]) {
    const [{ amount }] = (await page(`{"data":[{"id":"a","status":"b","amount":${number}}]}`)).data;
    assert.equal(amount, JSON.parse(number), number);
  }
  for (const number of ["0.5", "1E-2", "-7.25", "1e-100"]) {
    const [loan] = (await page(`{"data":[{"id":"a","status":"b","amount":${number}}]}`)).data;
    assert.throws(() => loan.amount, { kind: "Decode", message: /^amount is no whole number/ });
    assert.equal(loan.raw.amount, JSON.parse(number), number);
  }
});

test("a field is the same read alone, read often, and after raw", async () => {
  const [loan] = (await page('{"data":[{"id":"a","status":"b","amount":5,"documents":[{"id":"d"}]}]}')).data;
  assert.ok(loan instanceof Loan);
  for (let reads = 0; reads < 20; reads++) assert.deepEqual([loan.amount, loan.documents[0].raw.id], [5, "d"]);
  assert.deepEqual(loan.raw, { id: "a", status: "b", amount: 5, documents: [{ id: "d" }] });
  assert.equal(loan.amount, 5);
});

test("every field of every item, the first one looked at not the first", async () => {
  const data = Array.from({ length: 9 }, (_none, row) => ({
    id: `i${row}`,
    status: "b",
    ...(row % 3 === 0 ? {} : { amount: row, currency: row % 2 === 0 ? null : "EUR" }),
    metadata: { row: String(row) },
    contract_url: "é".repeat(row),
  }));
  const loans = (await page(JSON.stringify({ data }))).data;
  for (const row of [4, 2, 4, 0, 8, 4, 1, 3, 5, 6, 7]) {
    const { amount = null, currency = null, id, metadata, contract_url } = data[row];
    const loan = loans[row];
    assert.deepEqual(
      [loan.amount, loan.currency, loan.id, loan.metadata, loan.contractUrl, loan.comment ?? null],
      [amount, currency, id, metadata, contract_url, null],
    );
    assert.deepEqual(loan.raw, data[row]);
  }
});

test("random pages", async (context) => {
  let seed = Number(process.env.DEFACTO_SEED ?? Date.now()) >>> 0;
  context.diagnostic(`DEFACTO_SEED=${seed}`);
  const random = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const letters = ["a", "é", "日", "🏦", '"', "\\", "{", "}", "[", ",", ":", " ", "\n"];
  const text = () => Array.from({ length: random(6) }, () => letters[random(letters.length)]).join("");
  const value = (depth) => {
    switch (random(depth > 2 ? 4 : 6)) {
      case 0:
        return text();
      case 1:
        return random(1000) - 500;
      case 2:
        return [null, true, false][random(3)];
      case 3:
        return random(1000) / 8;
      case 4:
        return Array.from({ length: random(3) }, () => value(depth + 1));
      default:
        return Object.fromEntries(Array.from({ length: random(3) }, () => [text(), value(depth + 1)]));
    }
  };
  for (let round = 0; round < 50; round++) {
    const data = Array.from({ length: random(6) }, () => {
      const fields = Object.values(FIELDS).filter((name) => random(4) > 0 || /^(id|status)$/.test(name));
      const item = fields.map((name) => [name, name === "amount" ? random(9999) : name === "metadata" ? { [text()]: value(0) } : text()]);
      if (random(3) === 0) item.push([`later${text()}`, value(0)]);
      item.sort(() => random(3) - 1);
      return Object.fromEntries([...item, ["end", value(0)]]);
    });
    await same(JSON.stringify({ data, total: value(0) }, null, random(2)));
  }
});
