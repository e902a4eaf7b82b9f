// Runs the cases of this folder through the Node package, as a user would:
// driver.mjs COMMON.json CASES.json... BASE_URL. See ../README.md.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { Client, DefactoError, Pager, Tracker, money } from "../../bindings-node/index.mjs";

const TIMES = ["timeout", "deadline", "connect_timeout", "backoff", "idle_timeout", "shortest", "longest"];

class Failed extends Error {}

const camel = (name) => name.replace(/_(\w)/g, (_all, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Settings and options as this face names them, times in milliseconds. */
function told(given) {
  const entries = Object.entries(given ?? {}).map(([name, value]) => {
    if (!TIMES.includes(name)) return [camel(name), value];
    return [`${camel(name)}Ms`, typeof value === "number" ? value * 1000 : value];
  });
  return Object.fromEntries(entries);
}

function at(value, pointer) {
  for (const step of pointer.split("/").slice(1)) {
    value = value?.[step.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return value;
}

const isPointer = (key) => key === "" || key.startsWith("/");
const text = (value) =>
  typeof value === "string" ? value : JSON.stringify(value, (_name, inner) => (typeof inner === "bigint" ? Number(inner) : inner));

function fill(value, saved) {
  if (typeof value === "string") {
    const whole = /^\$\{(\w+)\}$/.exec(value);
    return whole ? saved[whole[1]] : value.replace(/\$\{(\w+)\}/g, (_all, name) => text(saved[name]));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, saved));
  if (value === null || typeof value !== "object") return value;
  if (value.$with) return Object.assign({}, ...value.$with.map((part) => fill(part, saved)));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part, saved)]));
}

const RULES = {
  $present: () => true,
  $contains: (found, argument) => text(found).includes(text(argument)),
  $lacks: (found, argument) => !text(found).includes(text(argument)),
  $length: (found, argument) => (Array.isArray(found) ? found : [...text(found)]).length === argument,
  $integer: (found, argument) => /number|bigint/.test(typeof found) && String(found) === argument,
  $decimal: (found, argument) => String(found) === argument,
  $time: (found, argument) => instant(found) === instant(argument),
};

/** Microseconds since 1970, which a Date does not hold. */
function instant(text) {
  const micros = /\.\d{3}(\d{3})/.exec(text)?.[1] ?? "0";
  return new Date(text).getTime() * 1000 + Number(micros);
}

function holds(expected, found) {
  const isThere = found !== undefined && found !== null;
  const [rule] = expected && typeof expected === "object" ? Object.keys(expected) : [""];
  if (!rule?.startsWith("$")) return isThere ? isDeepStrictEqual(found, expected) : expected === null;
  if (rule === "$absent" || !isThere) return rule === "$absent" && !isThere;
  return RULES[rule](found, expected[rule]);
}

function compare(expected, value, about) {
  for (const [key, wanted] of Object.entries(expected ?? {})) {
    const found = isPointer(key) ? at(value, key) : about(key);
    if (!holds(wanted, found)) throw new Failed(`${key} should be ${text(wanted)} and is ${text(found ?? null).slice(0, 300)}`);
  }
}

function expectError(expected, error) {
  const inSeconds = (ms) => (ms === null ? null : ms / 1000);
  compare(expected, error.raw, (key) => (key === "retry_after" ? inSeconds(error.retryAfterMs) : error[camel(key)]));
}

/** A call's result, and what is known of it by name. */
async function answered(call) {
  const { value, ...about } = await call.withResponse();
  const named = (key) => (key.startsWith("header:") ? about.headers[key.slice(7)] : about[key]);
  return [value?.raw ?? value, named];
}

class Run {
  constructor(baseUrl, common) {
    const scratch = mkdtempSync(join(tmpdir(), "defacto-case-"));
    Object.assign(this, { baseUrl, common, saved: { base_url: baseUrl, scratch }, trackers: [] });
  }

  async start() {
    await this.control("POST /reset");
    await this.control("PUT /settings", { salt_replay: "existing", policy: "guide" });
    this.plain = this.client = this.open({});
    return this;
  }

  /** The stores are closed before their folder goes. */
  end() {
    for (const tracker of this.trackers) tracker.close();
    rmSync(this.saved.scratch, { recursive: true });
  }

  /** Closes the tracker that is in use, if there is one. */
  untrack() {
    if (this.client instanceof Tracker) this.client.close();
    this.client = this.plain;
  }

  /** Opens a tracker of the client. */
  track(settings) {
    this.untrack();
    this.client = this.plain.tracker(told(settings));
    this.trackers.push(this.client);
  }

  open(settings) {
    return new Client({ apiKey: "key-0123456789abcdef", backoffMs: 1, baseUrl: this.baseUrl, ...told(settings) });
  }

  async control(request, body) {
    const [method, path] = request.split(" ");
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.baseUrl}/_sandbox${path}`, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.text();
    if (!response.ok) throw new Failed(`the control API answers ${response.status}: ${answer}`);
    return answer === "" ? null : JSON.parse(answer);
  }

  /** The method of the operation, called with the input by its parameters' names. */
  method(operation, { path = {}, query, body, file, options }) {
    const [group, name] = operation.split(".").map(camel);
    const isVerb = group === "tracker";
    // A client has no verbs of a tracker: they can only be said by name.
    if (isVerb && !(this.client instanceof Tracker)) return this.client.invoke(operation, { path, body }, told(options));
    const owner = isVerb ? this.client : this.client[group];
    const method = owner[name];
    const names = /\((.*?)\)/.exec(method)[1].split(", ");
    const given = Object.entries({ ...query, ...body }).map(([field, value]) => [camel(field), value]);
    const upload = file && { name: file.name, content: file.text };
    const own = { params: given.length ? Object.fromEntries(given) : undefined, file: upload, options: told(options) };
    const fits = Object.keys(path).every((field) => names.includes(camel(field))) && (names.includes("params") || !own.params);
    // What no method takes can only be said by name.
    if (!fits) return this.client.invoke(operation, { path, query, body, file: upload }, told(options));
    return method.apply(owner, names.map((field) => (field in own ? own[field] : path[snake(field)])));
  }

  async call(operation, step) {
    return answered(this.method(operation, step.input ?? {}));
  }

  async wait(name, { input: { path, wait, options } }) {
    const [group, verb] = name.split(".").map(camel);
    const { statuses, ...terms } = wait;
    return answered(this.client[group][verb](...Object.values(path), statuses, told(terms), told(options)));
  }

  async raw(request, { input: { options, ...input } = {} }) {
    return answered(this.client.raw(...request.split(" "), input, told(options)));
  }

  async list(operation, step) {
    const pager = this.method(operation, step.input ?? {});
    if (!(pager instanceof Pager)) throw new Failed(`${operation} is no list`);
    const items = [];
    let { fails, pages: most = Infinity } = step;
    let count = 0;
    const pages = pager.pages();
    while (count < most) {
      try {
        const { done, value: page } = await pages.next();
        if (done) break;
        items.push(...page.data.map((item) => item.raw));
        count += 1;
      } catch (error) {
        if (!(error instanceof DefactoError)) throw error;
        if (!fails) {
          if (!error.isRetryable && !(await pages.next()).done) throw new Failed("the list goes on after its end");
          throw error;
        }
        expectError(fails, error);
        fails = undefined;
      }
    }
    if (fails) throw new Failed("no page failed");
    return [items, (key) => ({ count: items.length, pages: count, cursor: pager.cursor })[key]];
  }

  async function(name, step) {
    const verb = money[camel(name.split(".")[1])];
    const given = Object.entries(step.input ?? {}).map(([field, value]) => [camel(field), value]);
    return [verb(Object.fromEntries(given))];
  }

  async journal(operation) {
    const { requests } = await this.control(`GET /journal?operation=${operation}`);
    const acted = requests.filter((entry) => entry.acted).length;
    return [requests, (key) => ({ requests: requests.length, acted })[key]];
  }

  async steps(steps) {
    for (const [index, step] of steps.entries()) {
      try {
        if (step.use) await this.steps(this.common[step.use]);
        else await this.step(fill(step, this.saved));
      } catch (error) {
        throw new Failed(`step ${index}: ${error.message}`);
      }
    }
  }

  async step(step) {
    let value, about;
    try {
      const kind = ["call", "list", "function", "journal", "wait", "raw"].find((kind) => kind in step);
      if (kind) [value, about] = await this[kind](step[kind], step);
      else if (step.control) value = await this.control(step.control, step.body);
      else if (step.client) {
        this.untrack();
        this.plain = this.client = this.open(step.client);
      }
      else if (step.tracker) this.track(step.tracker);
      Object.assign(this.saved, step.let);
    } catch (error) {
      if (!(error instanceof DefactoError) || !step.error) throw error;
      return expectError(step.error, error);
    }
    if (step.error) throw new Failed(`an error was expected, and ${text(value ?? null)} came`);
    for (const [name, from] of Object.entries(step.save ?? {})) {
      const found = isPointer(from) ? at(value, from) : about(from);
      if (found === undefined) throw new Failed(`${from} is not there to save`);
      this.saved[name] = found;
    }
    compare(step.expect, value, about);
  }
}

const read = (name) => JSON.parse(readFileSync(name, "utf8"));
const [common, ...rest] = process.argv.slice(2);
const baseUrl = rest.pop();
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const test of rest.flatMap(read)) {
  if (test.skip?.node) {
    counts.skipped += 1;
    continue;
  }
  const run = new Run(baseUrl, read(common));
  const problem = await (await run.start()).steps(test.steps).catch((error) => error);
  run.end();
  // A case that is known to fail may not pass.
  const isRight = Boolean(problem) === Boolean(test.known);
  counts[isRight ? (test.known ? "skipped" : "passed") : "failed"] += 1;
  if (!isRight) console.error(`${test.name}: ${problem?.message ?? "passes, so not known"}`);
}
console.log(`node: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
