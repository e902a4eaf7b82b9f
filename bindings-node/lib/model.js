"use strict";

// The base of all answered objects, and how their fields are read.

// Nothing of Node is needed here: the models work on every runtime.
const { MODEL, fieldsOf, parse, part } = require("./wire");

// How many fields of an item are read one by one before it is parsed whole.
const MOST_READS = 8;

/** An item of a page that nobody has parsed yet. */
class Row {
  #index;
  #begin;
  reads = 0;

  constructor(index, row) {
    this.#index = index;
    this.#begin = row * index.width;
  }

  /** All of the item. */
  parse() {
    const { page, places, encoding, isExact } = this.#index;
    const text = page.toString(encoding, places[this.#begin], places[this.#begin + 1]);
    const item = isExact ? JSON.parse(text) : parse(text);
    if (item === null || typeof item !== "object") throw odd("data", "has an item that is no object");
    return item;
  }

  /** One field of it. */
  get(name) {
    const { page, places, encoding, columns } = this.#index;
    const column = columns.get(name);
    if (column === undefined) return undefined;
    const end = places[this.#begin + column + 1];
    return end === 0 ? undefined : part(page, places[this.#begin + column], end, encoding);
  }
}

/** What the addon tells of a page. */
function indexOf({ page, names, places, isAscii, isExact }) {
  return {
    page,
    places,
    isExact,
    // Of the two the quicker.
    encoding: isAscii ? "latin1" : "utf8",
    width: 2 + 2 * names.length,
    columns: new Map(names.map((name, index) => [name, 2 + 2 * index])),
  };
}

class Model {
  /** The object, or its JSON or its row of a page as long as nobody looked. */
  #raw;

  constructor(raw) {
    this.#raw = raw;
  }

  get raw() {
    if (typeof this.#raw === "string") this.#raw = parse(this.#raw);
    else if (this.#raw instanceof Row) this.#raw = this.#raw.parse();
    return this.#raw;
  }

  /** A field in the server's name, of an item read without the rest. */
  _get(name) {
    const row = this.#raw;
    return row instanceof Row && row.reads++ < MOST_READS ? row.get(name) : this.raw[name];
  }

  get [MODEL]() {
    return true;
  }

  get extra() {
    const known = new Set(Object.values(fieldsOf(this.constructor.name) ?? {}).map(([wire]) => wire));
    return Object.fromEntries(Object.entries(this.raw).filter(([name]) => !known.has(name)));
  }

  toJSON() {
    return digits(this.raw);
  }

  toObject() {
    return renamed(this.raw, `@${this.constructor.name}`);
  }

  /** Known plain fields only, secrets masked: an unknown one may hold anything. */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    const shown = {};
    for (const [name, [wire, kind]] of Object.entries(fieldsOf(this.constructor.name) ?? {})) {
      const value = this.raw[wire];
      if (value === null || value === undefined) continue;
      if (kind === "secret" || kind === "file") shown[name] = "***";
      else if (typeof value !== "object") shown[name] = value;
    }
    return `${this.constructor.name} ${inspect(shown, options)}`;
  }
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
  /** The page, or its JSON as long as nobody looked. */
  #raw;
  #Class;
  #data;
  #index;

  /** Of a page's object or JSON, or of what the addon gave. */
  constructor(raw, Class, given) {
    this.#raw = raw ?? given.page;
    this.#Class = Class;
    if (given?.page) this.#index = indexOf(given);
  }

  get raw() {
    if (typeof this.#raw === "string" || this.#raw instanceof Uint8Array) this.#raw = parse(this.#raw.toString());
    return this.#raw;
  }
  get data() {
    const Class = this.#Class;
    if (this.#index) {
      const index = this.#index;
      const length = index.places.length / index.width;
      this.#data = Array.from({ length }, (_none, row) => new Class(new Row(index, row)));
      this.#index = undefined;
    }
    this.#data ??= list(this.raw.data, "data", (raw) => object(raw, "data", Class));
    return this.#data;
  }
  get length() {
    return this.data.length;
  }
  get total() {
    return value(this.raw.total);
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

/** A whole number; one that a number does not hold exactly is never rounded. */
function whole(raw, name) {
  if (typeof raw === "bigint") {
    throw odd(name, `is ${raw}, beyond what a number holds exactly: read raw.${name}, a bigint`);
  }
  return raw ?? null;
}

/** An exact decimal is text. */
function decimal(raw) {
  if (typeof raw !== "number") return raw ?? null;
  const text = String(raw);
  return text.includes("e") ? plain(text) : text;
}

/** `1.5e-7` as `0.00000015`. */
function plain(text) {
  const [, sign, first, rest = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  const places = Number(exponent);
  if (places < 0) return `${sign}0.${"0".repeat(-places - 1)}${first}${rest}`;
  return `${sign}${first}${rest.padEnd(places, "0")}`;
}

const OFFSET = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

/** An instant; the API means UTC where it names no offset. */
function time(raw, name) {
  if (raw === null || raw === undefined) return null;
  const date = new Date(OFFSET.test(raw) ? raw : `${raw}Z`);
  if (Number.isNaN(date.getTime())) throw odd(name, "is no time: its text is in raw");
  return date;
}

function object(raw, name, Class) {
  if (raw === null || raw === undefined) return null;
  if (typeof raw !== "object" || Array.isArray(raw)) throw odd(name, "is no object: see raw");
  return new Class(raw);
}

function list(raw, name, make) {
  if (raw === null || raw === undefined) return [];
  if (!Array.isArray(raw)) throw odd(name, "is no list: see raw");
  return make ? raw.map((item) => make(item, name)) : [...raw];
}

function map(raw, name, make) {
  if (raw === null || raw === undefined) return {};
  if (typeof raw !== "object" || Array.isArray(raw)) throw odd(name, "is no object: see raw");
  const entries = Object.entries(raw);
  return Object.fromEntries(make ? entries.map(([key, item]) => [key, make(item, name)]) : entries);
}

module.exports = { Model, Page, value, whole, decimal, time, object, list, map };
