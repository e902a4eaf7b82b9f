"use strict";

// How JSON becomes values, and values JSON.

/** What marks an object of the API, without loading its classes. */
const MODEL = Symbol("defacto-sdk.model");

let shapes;
function fieldsOf(name) {
  shapes ??= require("./shapes");
  return shapes[name];
}

function refused(path, problem) {
  const { InvalidInputError } = require("./errors");
  return new InvalidInputError(`${path || "the value"} ${problem}`);
}

/**
 * A value as JSON text, in the server's names; undefined for what is not there.
 * A name that the shape does not know is sent as it is.
 */
function write(value, kind, path) {
  try {
    return text(value, kind, undefined);
  } catch {
    // Again, to say where: to note it on the way takes as long as to write.
    return text(value, kind, path);
  }
}

function text(value, kind, path) {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "string":
      return quoted(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value.toString();
    case "number":
      if (!Number.isFinite(value)) throw refused(path, `is ${value}: pass a finite number`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw refused(path, "is beyond what a number holds exactly: pass a bigint");
      }
      return `${value}`;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return writeList(value, kind, path);
      if (Object.getPrototypeOf(value) === Object.prototype) return writeObject(value, kind, path);
      if (isDate(value)) return writeDate(value, kind, path);
      if (ArrayBuffer.isView(value) && kind === "file") {
        const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        return `"${bytes.toString("base64")}"`;
      }
      if (value[MODEL]) return writeObject(value.raw, "", path);
      // A Map, a Set or bytes would be sent as an empty object.
      if (Object.prototype.toString.call(value) === "[object Object]") return writeObject(value, kind, path);
      throw refused(path, `is a ${value.constructor?.name ?? "host object"}, which cannot be sent: pass plain data`);
    default:
      throw refused(path, `is a ${typeof value}, which cannot be sent`);
  }
}

// What stands in JSON as it is.
const PLAIN = /^[^"\\\u0000-\u001f\ud800-\udfff]*$/;

function quoted(text) {
  return text.length < 100 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Also of another context, whose Date is not ours. */
function isDate(value) {
  return Object.prototype.toString.call(value) === "[object Date]";
}

function writeList(values, kind, path) {
  const item = kind.startsWith("[]") ? kind.slice(2) : "";
  const at = (index) => (path === undefined ? undefined : `${path}[${index}]`);
  const texts = values.map((value, index) => text(value, item, at(index)) ?? "null");
  return `[${texts.join(",")}]`;
}

function writeDate(value, kind, path) {
  if (Number.isNaN(value.getTime())) throw refused(path, "is an invalid Date");
  if (kind === "day") {
    throw refused(path, 'is a calendar day, which a Date is only in a time zone: pass text such as "2030-01-31"');
  }
  return `"${value.toISOString()}"`;
}

function writeObject(values, kind, path) {
  const fields = kind[0] === "@" ? writtenOf(kind.slice(1)) : undefined;
  const every = kind.startsWith("{}") ? kind.slice(2) : "";
  let written = "";
  for (const name of Object.keys(values)) {
    const field = fields?.get(name);
    const at = path ? `${path}.${name}` : path === undefined ? undefined : name;
    const value = text(values[name], field ? field.kind : every, at);
    if (value === undefined) continue;
    const key = field ? field.key : `${quoted(name)}:`;
    written = written === "" ? key + value : `${written},${key}${value}`;
  }
  return `{${written}}`;
}

const keys = new Map();

/** By our names, how the fields of a shape are written. */
function writtenOf(shape) {
  let fields = keys.get(shape);
  if (fields === undefined) {
    const all = Object.entries(fieldsOf(shape) ?? {});
    fields = new Map(all.map(([name, [wire, kind]]) => [name, { key: `"${wire}":`, kind }]));
    keys.set(shape, fields);
  }
  return fields;
}

/** The part of an object that a shape knows, in our names or the server's. */
function pick(value, shape) {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => knows(shape, name)));
}

/** The part of an object that a shape does not know. */
function omit(value, shape) {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => !knows(shape, name)));
}

function knows(shape, name) {
  const fields = fieldsOf(shape);
  return Object.hasOwn(fields, name) || Object.values(fields).some(([wire]) => wire === name);
}

// A number with 16 digits or more, or with an exponent that may be more than a double
// has; in text it would have a quote before it.
const LONG = /(?:^|[:,[\s])-?\d(?:[\d.]{15}|[\d.]*[eE][+-]?\d{3})/;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * The value of JSON text. No number loses a digit: a whole one beyond 2^53 is a
 * bigint; a decimal of more than 15 digits, or outside of what a double holds, is its text.
 */
function parse(text) {
  return LONG.test(text) ? parseExactly(text) : JSON.parse(text);
}

/** Whether a number holds what these digits say. */
function isExact(token) {
  const number = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(number);
  const digits = token.replace(/^-?[0.]*|[eE].*$/g, "").replace(".", "");
  if (digits === "") return true;
  // Below, a double has fewer digits.
  return digits.length <= 15 && Number.isFinite(number) && Math.abs(number) >= 2.2250738585072014e-308;
}

function parseExactly(text) {
  // No text of the server can hold it, since nobody can know it.
  const mark = globalThis.crypto.randomUUID();
  const marked = text.replace(TOKENS, (token) => (token[0] === '"' || isExact(token) ? token : `"${mark}${token}"`));
  return JSON.parse(marked, (_name, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return /^-?\d+$/.test(digits) ? BigInt(digits) : digits;
  });
}

module.exports = { MODEL, write, parse, pick, omit, fieldsOf };
