// defacto-sdk/webhook: what the native receiver decides, where no addon is.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";

import { Client } from "defacto-sdk";
import { NoticeError, authenticate, parse } from "defacto-sdk/webhook";

import { folder, install, newProject, run, tool } from "./project.mjs";

// As npm packs it, and without a package of any platform.
const project = newProject();
await install(project, folder, "defacto-sdk");

const TOKENS = ["old secret", "new", "é+%&=", "%6", ""];

// Query and verdict; beside them random ones, of which only the native verdict is known.
const TABLE = [
  ["token=new", true],
  ["?token=new", true],
  ["??token=new", true],
  ["apikey=new", true],
  ["source=defacto&token=old%20secret", true],
  ["apikey=old+secret", true],
  ["token=wrong&token=new", true],
  ["token=new&token=wrong", true],
  ["token=%6E%65%77", true],
  ["token=%6e%65%77", true],
  ["token=%C3%A9%2B%25%26%3D", true],
  ["token=é%2b%&=", false],
  ["token=é%2b%%26=", true],
  ["token=%6", true],
  ["token=%256", true],
  ["", false],
  ["?", false],
  ["token", false],
  ["token=", false],
  ["apikey=", false],
  ["token=ne", false],
  ["token=newer", false],
  ["token=new%00", false],
  ["token=new%", false],
  ["token=New", false],
  ["Token=new", false],
  ["toke%6E=new", false],
  ["key=new", false],
  [" token=new", false],
  ["token =new", false],
  ["token=new#", false],
  ["token=new;token=new", false],
  ["a=token=new", false],
  ["token==new", false],
  ["token=n\u0010w", false],
  ["token=%\u0016e", false],
];

/** Random text of pieces that may make a difference, the same ones each time. */
function* random(count) {
  const pieces = ["token", "apikey", "=", "&", "?", "%", "+", " ", "new", "old", "secret", "6", "e", "E", "C3", "A9", "é", "\u0010", "#", "", ";"];
  let seed = 7;
  const next = (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let made = 0; made < count; made++) {
    const start = next(3) > 0 ? ["token=", "apikey=", "a=b&token="][next(3)] : "";
    yield start + Array.from({ length: 1 + next(3) }, () => pieces[next(pieces.length)]).join("");
  }
}

test("its verdicts are those of the native receiver", async () => {
  const client = new Client({ apiKey: "key-0123456789abcdef", baseUrl: "http://127.0.0.1:9" });
  for (const tokens of [TOKENS, ["new"], [""], []]) {
    const tracker = client.tracker({ store: "memory", webhookTokens: tokens });
    const native = async (query) => (await tracker.receive({ query, notification: "{}" })).status;
    const verdicts = [];
    for (const query of [...TABLE.map(([query]) => query), ...random(tokens === TOKENS ? 2_000 : 100)]) {
      const expected = await native(query);
      assert.ok([200, 401].includes(expected));
      verdicts.push(authenticate(query, tokens));
      assert.equal(verdicts.at(-1) ? 200 : 401, expected, JSON.stringify([query, tokens]));
    }
    // Both verdicts were there to be given, of the random ones too.
    const accepted = verdicts.slice(TABLE.length).filter(Boolean).length;
    if (tokens === TOKENS) assert.ok(accepted > 10, `${accepted}`);
    tracker.close();
  }
  for (const [query, verdict] of TABLE) assert.equal(authenticate(query, TOKENS), verdict, query);
});

test("an address is looked into behind its question mark alone", () => {
  for (const [address, verdict] of [
    ["https://example.com/defacto?token=new", true],
    [new URL("https://example.com/defacto?a=b&token=old secret"), true],
    ["HTTP://[::1]:8080/?token=new#part", true],
    ["/defacto?token=new", true],
    ["/defacto?a=b?&token=new", true],
    ["https://example.com/defacto", false],
    ["https://token=new/defacto", false],
    ["/defacto/token=new", false],
    ["/defacto&token=new", false],
    ["/defacto#?token=new", false],
    ["/defacto?token=new/", false],
    ["?token=\ud800", false],
  ]) {
    assert.equal(authenticate(address, ["old secret", "new", "\ufffd"]), verdict, `${address}`);
  }
  assert.equal(authenticate("token=new", "new"), true);
  // One token is no list of letters.
  assert.equal(authenticate("token=n", "new"), false);
});

test("what is not set is told, and no token with it", () => {
  for (const [given, said] of [
    [["token=a", [undefined]], /^tokens\[0\] is no text/],
    [["token=a", ["a", 17]], /^tokens\[1\] is no text/],
    [["token=a", ["a\ud800"]], /^tokens\[0\] is no text/],
    [["token=a", undefined], /^tokens is no list/],
    [["token=a", { a: "s3cr3t" }], /^tokens is no list/],
    [[undefined, ["a"]], /^urlOrQuery is no text/],
    [[{ url: "s3cr3t" }, ["a"]], /^urlOrQuery is no text/],
  ]) {
    assert.throws(() => authenticate(...given), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, said);
      assert.doesNotMatch(error.message, /s3cr3t/);
      return true;
    });
  }
});

const NOTICE = {
  event_type: "Loan.NEW_ONE",
  id: "a",
  timestamp: "2022-02-11T11:26:59.631326+00:00",
  entity_type: "loan",
  status: "NEW_ONE",
  transition_name: null,
  entity_state: { id: "a", amount: 10_000 },
  more: { deep: [1] },
};

test("a notification is read in every form it comes in", () => {
  const text = JSON.stringify(NOTICE);
  const bytes = new TextEncoder().encode(` ${text}`);
  for (const body of [text, bytes, bytes.subarray(1), Buffer.from(text), bytes.buffer, new DataView(bytes.buffer), NOTICE]) {
    const { raw, ...read } = parse(body);
    assert.deepEqual(read, {
      type: "Loan.NEW_ONE",
      id: "a",
      entityType: "loan",
      status: "NEW_ONE",
      timestamp: new Date("2022-02-11T11:26:59.631Z"),
      transitionName: null,
      entityState: { id: "a", amount: 10_000 },
    });
    assert.deepEqual(raw, NOTICE);
  }
  const least = parse('{"event_type":"CreditLine.CREATED","id":"b","timestamp":"2022-02-11T11:26:59","amount":9007199254740993}');
  assert.deepEqual([least.entityType, least.status, least.entityState], ["credit_line", null, null]);
  // The API's own times are UTC where they do not say.
  assert.equal(least.timestamp.toISOString(), "2022-02-11T11:26:59.000Z");
  assert.equal(least.raw.amount, 9007199254740993n);
});

test("what is no notification is named and not quoted", () => {
  const without = (name) => ({ ...NOTICE, [name]: undefined });
  for (const [body, said] of [
    ["", /no JSON$/],
    ['{"s3cr3t', /no JSON$/],
    [new Uint8Array([0x7b, 0xff, 0x7d]), /no UTF-8$/],
    ["[]", /no JSON object$/],
    ["null", /no JSON object$/],
    ['"s3cr3t"', /no JSON object$/],
    [[NOTICE], /no JSON object$/],
    [null, /no JSON object$/],
    [17, /no JSON object$/],
    [undefined, /no body: pass it/],
    [without("id"), /has no id$/],
    [{ ...NOTICE, id: "" }, /has no id$/],
    [without("event_type"), /has no event_type$/],
    [without("timestamp"), /has no timestamp$/],
    [{ ...NOTICE, id: 17 }, /the id of the notification is no text$/],
    [{ ...NOTICE, status: ["s3cr3t"] }, /the status of the notification is no text$/],
    [{ ...NOTICE, timestamp: "soon" }, /timestamp of the notification is no instant$/],
    [{ ...NOTICE, timestamp: "2030-13-01T00:00:00Z" }, /timestamp of the notification is no instant$/],
    [{ ...NOTICE, timestamp: "1 May 2030 " }, /timestamp of the notification is no instant$/],
  ]) {
    assert.throws(() => parse(body), (error) => {
      assert.ok(error instanceof NoticeError && error.name === "NoticeError");
      assert.match(error.message, said);
      assert.doesNotMatch(error.stack, /s3cr3t/);
      assert.equal(error.cause, undefined);
      return true;
    });
  }
});

const PROGRAM = `
  const given = { event_type: "Loan.CLOSED", id: "a", timestamp: "2030-01-01T00:00:00Z" };
  const verdicts = ["https://h/x?token=a%2Fb", "token=b"].map((at) => authenticate(at, ["a/b"]));
  let refused;
  try { parse("{"); } catch (error) { refused = [error.name, error instanceof NoticeError]; }
  const { type, entityType, timestamp } = parse(JSON.stringify(given));
  tell(JSON.stringify({ verdicts, refused, type, entityType, timestamp }));
`;
const PRINTED = {
  verdicts: [true, false],
  refused: ["NoticeError", true],
  type: "Loan.CLOSED",
  entityType: "loan",
  timestamp: "2030-01-01T00:00:00.000Z",
};
const IMPORT = 'import { NoticeError, authenticate, parse } from "defacto-sdk/webhook";\n';

test("it loads where the addon does not", async () => {
  const node = async (name, text) => {
    writeFileSync(join(project, name), text);
    return await run(process.execPath, [name], { cwd: project });
  };
  for (const [name, text] of [
    ["addon.mjs", 'import "defacto-sdk";'],
    ["addon.cjs", 'require("defacto-sdk");'],
  ]) {
    await assert.rejects(node(name, text), /has no addon/);
  }
  const tell = "const tell = console.log;\n";
  for (const [name, text] of [
    ["webhook.mjs", IMPORT + tell + PROGRAM],
    ["webhook.cjs", `const { NoticeError, authenticate, parse } = require("defacto-sdk/webhook");\n${tell}${PROGRAM}`],
  ]) {
    const { stdout, stderr } = await node(name, text);
    assert.deepEqual([JSON.parse(stdout), stderr], [PRINTED, ""], name);
  }
});

test("the worker of the README answers as a receiver does", async (t) => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, program] = /^```js\n((?:(?!^```).)*?defacto-sdk\/webhook.*?)^```/ms.exec(readme);
  writeFileSync(join(project, "worker.mjs"), program);
  const { default: worker } = await import(pathToFileURL(join(project, "worker.mjs")));
  const log = t.mock.method(console, "log", () => {});
  const status = async (query, body) => {
    const request = new Request(`https://example.com/hook${query}`, { method: "POST", body });
    return (await worker.fetch(request)).status;
  };
  const body = JSON.stringify(NOTICE);
  assert.equal(await status("?token=a-long-secret", body), 200);
  assert.deepEqual(log.mock.calls.map((call) => call.arguments.slice(0, 3)), [["Loan.NEW_ONE", "a", "NEW_ONE"]]);
  assert.equal(await status("?token=a-long", body), 401);
  assert.equal(await status("", body), 401);
  assert.equal(await status("?apikey=a-long-secret", "{"), 400);
});

for (const platform of ["neutral", "browser"]) {
  for (const options of [[], ["--minify"]]) {
    test(`bundled for ${platform} ${options.join(" ")}`, async () => {
      writeFileSync(join(project, "edge.mjs"), `${IMPORT}${PROGRAM}`);
      const line = ["edge.mjs", "--bundle", `--platform=${platform}`, "--format=iife", "--outfile=edge.js", "--log-level=warning", ...options];
      const { stderr } = await run(tool("esbuild"), line, { cwd: project });
      assert.equal(stderr, "");
      const bundle = readFileSync(join(project, "edge.js"), "utf8");
      // A worker has a limit, and nothing of the models is needed.
      assert.ok(bundle.length < 16_384, `${bundle.length} characters`);
      const told = [];
      // What every such runtime has, and nothing of Node's.
      runInNewContext(bundle, { TextEncoder, TextDecoder, tell: (text) => told.push(JSON.parse(text)) });
      assert.deepEqual(told, [PRINTED]);
    });
  }
}
