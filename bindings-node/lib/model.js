"use strict";

// The base of all answered objects, and how their fields are read.

// Nothing of Node is needed here: the models work on every runtime.
const { date } = require("./time");
const { Items, Row, Unread, WHOLE } = require("./unread");
const { MODEL, fieldsOf, parse } = require("./wire");

/** Under what name a class and those made of it have their fields. */
const SHAPE = Symbol("shape");

class Model {
  /** The object, or its JSON or what is unread of it as long as nobody looked. */
  #raw;

  constructor(raw) {
    this.#raw = raw;
  }

  get raw() {
    if (typeof this.#raw === "string") this.#raw = parse(this.#raw);
    else if (this.#raw instanceof Unread) this.#raw = this.#raw.parse();
    return this.#raw;
  }

  /** A field in the server's name, without the rest where that is cheaper. */
  _get(name) {
    const raw = this.#raw;
    if (typeof raw === "string") return this.raw[name];
    if (!(raw instanceof Unread)) return raw[name];
    const field = raw.get(name);
    return field === WHOLE ? this.raw[name] : field;
  }

  get [MODEL]() {
    return true;
  }

  get extra() {
    const known = new Set(Object.values(fieldsOf(this.constructor[SHAPE]) ?? {}).map(([wire]) => wire));
    return Object.fromEntries(Object.entries(this.raw).filter(([name]) => !known.has(name)));
  }

  toJSON() {
    return digits(this.raw);
  }

  toObject() {
    return renamed(this.raw, `@${this.constructor[SHAPE]}`);
  }

  /** Known plain fields only, secrets masked: an unknown one may hold anything. */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    const shown = {};
    for (const [name, [wire, kind]] of Object.entries(fieldsOf(this.constructor[SHAPE]) ?? {})) {
      const value = this.raw[wire];
      if (value === null || value === undefined) continue;
      if (kind === "secret" || kind === "file") shown[name] = "***";
      else if (typeof value !== "object") shown[name] = value;
    }
    return `${this.constructor.name} ${inspect(shown, options)}`;
  }
}

/** Names the classes what they are called here: a bundler may have given others. */
function named(classes) {
  for (const [name, Class] of Object.entries(classes)) {
    Object.defineProperty(Class, "name", { value: name, configurable: true });
    Class[SHAPE] = name;
  }
  return classes;
}

/** What JSON.stringify can write without losing a digit. */
function digits(value) {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(digits);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, digits(inner)]));
}

/** A copy in our names. */
function renamed(value, kind) {
  if (Array.isArray(value)) return value.map((item) => renamed(item, kind.slice(2)));
  if (value === null || typeof value !== "object") return value;
  if (kind.startsWith("{}")) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renamed(item, kind.slice(2))]));
  }
  if (kind[0] !== "@") return structuredClone(value);
  const left = { ...value };
  const copy = {};
  for (const [name, [wire, inner]] of Object.entries(fieldsOf(kind.slice(1)))) {
    if (!Object.hasOwn(left, wire)) continue;
    copy[name] = renamed(left[wire], inner);
    delete left[wire];
  }
  return Object.assign(copy, left);
}

class Page {
  /** The page, or its JSON or its items as long as nobody looked. */
  #raw;
  #Class;
  #data;

  constructor(raw, Class) {
    this.#raw = raw;
    this.#Class = Class;
  }

  get raw() {
    if (typeof this.#raw === "string") this.#raw = parse(this.#raw);
    else if (this.#raw instanceof Items) this.#raw = this.#raw.parse();
    return this.#raw;
  }
  get data() {
    const Class = this.#Class;
    const items = this.#raw;
    if (this.#data === undefined && items instanceof Items) {
      const data = [];
      for (let row = 0; row < items.length; row++) data.push(new Class(new Row(items, row)));
      this.#data = data;
    }
    this.#data ??= list(this.raw.data, "data", (raw) => object(raw, "data", Class));
    return this.#data;
  }
  get length() {
    return this.data.length;
  }
  get total() {
    return whole(this.raw.total, "total");
  }
  [Symbol.iterator]() {
    return this.data[Symbol.iterator]();
  }
  toJSON() {
    return digits(this.raw);
  }
}

function odd(name, problem) {
  const { DecodeError } = require("./errors");
  return new DecodeError(`${name} ${problem}`);
}

function value(raw) {
  return raw ?? null;
}

// A value of another type than the field's is a DecodeError where it is read, as it is
// one of the whole object in a language that reads all of it at once. It is whole in
// `raw`, and what is null or not there is null.

function text(raw, name) {
  if (typeof raw === "string") return raw;
  return none(raw, name, "is no text: see raw");
}

function flag(raw, name) {
  if (typeof raw === "boolean") return raw;
  return none(raw, name, "is neither true nor false: see raw");
}

/** A whole number; one that a number does not hold exactly is never rounded. */
function whole(raw, name) {
  if (Number.isSafeInteger(raw)) return raw;
  if (typeof raw === "bigint") {
    throw odd(name, `is ${raw}, beyond what a number holds exactly: read raw.${name}, a bigint`);
  }
  return none(raw, name, "is no whole number that a number holds exactly: see raw");
}

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/;

/** An exact decimal is text. */
function decimal(raw, name) {
  const isNumber = typeof raw === "number" || typeof raw === "bigint";
  const digits = isNumber ? String(raw) : raw;
  if (typeof digits === "string" && DECIMAL.test(digits)) return /e/i.test(digits) ? plain(digits) : digits;
  return none(raw, name, "is no decimal: see raw");
}

/** `1.5e-7` as `0.00000015`. */
function plain(digits) {
  const [, sign, whole, fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i.exec(digits);
  const point = whole.length + Number(exponent);
  const all = `${"0".repeat(Math.max(1 - point, 0))}${whole}${fraction}`.padEnd(point, "0");
  const before = all.slice(0, Math.max(point, 1)).replace(/^0+(?=\d)/, "");
  const behind = all.slice(Math.max(point, 1));
  return `${sign}${before}${behind && `.${behind}`}`;
}

/** An instant. */
function time(raw, name) {
  if (typeof raw !== "string") return none(raw, name, "is no time: see raw");
  const read = date(raw);
  if (Number.isNaN(read.getTime())) throw odd(name, "is no time: its text is in raw");
  return read;
}

/** An object of free keys, as it came. */
function free(raw, name) {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return raw;
  return none(raw, name, "is no object: see raw");
}

function object(raw, name, Class) {
  const fields = free(raw, name);
  return fields === null ? null : new Class(fields);
}

function list(raw, name, make) {
  if (Array.isArray(raw)) return make ? raw.map((item) => inner(item, name, make)) : [...raw];
  return none(raw, name, "is no list: see raw") ?? [];
}

function map(raw, name, make) {
  const entries = Object.entries(free(raw, name) ?? {});
  return Object.fromEntries(make ? entries.map(([key, item]) => [key, inner(item, name, make)]) : entries);
}

function inner(item, name, make) {
  const made = make(item, name);
  if (made === null) throw odd(name, "has a null in it: see raw");
  return made;
}

/** What may not be null: without it an object is of no use. */
function needed(made, name) {
  if (made === null) throw odd(name, "is missing: see raw");
  return made;
}

/** Null for no value; any other has the wrong type. */
function none(raw, name, problem) {
  if (raw === null || raw === undefined) return null;
  throw odd(name, problem);
}

module.exports = { Model, Page, named, value, text, flag, whole, decimal, time, free, object, list, map, needed };
