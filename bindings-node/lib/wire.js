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
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value.toString();
    case "number":
      if (!Number.isFinite(value)) throw refused(path, `is ${value}: pass a finite number`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw refused(path, "is beyond what a number holds exactly: pass a bigint");
      }
      return JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return writeList(value, kind, path);
      if (isDate(value)) return writeDate(value, kind, path);
      if (ArrayBuffer.isView(value) && kind === "file") {
        const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        return `"${bytes.toString("base64")}"`;
      }
      if (value[MODEL]) return writeObject(value.raw, "", path);
      return writeObject(value, kind, path);
    default:
      throw refused(path, `is a ${typeof value}, which cannot be sent`);
  }
}

/** Also of another context, whose Date is not ours. */
function isDate(value) {
  return Object.prototype.toString.call(value) === "[object Date]";
}

function writeList(values, kind, path) {
  const item = kind.startsWith("[]") ? kind.slice(2) : "";
  const texts = values.map((value, index) => write(value, item, `${path}[${index}]`) ?? "null");
  return `[${texts.join(",")}]`;
}

function writeDate(value, kind, path) {
  if (Number.isNaN(value.getTime())) throw refused(path, "is an invalid Date");
  if (kind === "day") {
    throw refused(path, 'is a calendar day, which a Date is only in a time zone: pass text such as "2030-01-31"');
  }
  return `"${value.toISOString()}"`;
}

function writeObject(value, kind, path) {
  const fields = kind[0] === "@" ? fieldsOf(kind.slice(1)) : undefined;
  const every = kind.startsWith("{}") ? kind.slice(2) : "";
  const texts = [];
  for (const name of Object.keys(value)) {
    const field = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
    const [wire, inner] = field ?? [name, every];
    const text = write(value[name], inner, path ? `${path}.${name}` : name);
    if (text !== undefined) texts.push(`${JSON.stringify(wire)}:${text}`);
  }
  return `{${texts.join(",")}}`;
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

// A number with 16 digits or more; in text it would have a quote before it.
const LONG = /[:,[\s-]\d[\d.]{15}/;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * The value of JSON text. No number loses a digit: a whole one beyond 2^53 is a
 * bigint, a decimal of more than 15 digits is its text.
 */
function parse(text) {
  return LONG.test(text) ? parseExactly(text) : JSON.parse(text);
}

function parseExactly(text) {
  // No text of the server can hold it, since nobody can know it.
  const mark = globalThis.crypto.randomUUID();
  const marked = text.replace(TOKENS, (token, fraction) => {
    if (token[0] === '"') return token;
    const digits = token.replace(/^-?[0.]*|[eE].*$/g, "").replace(".", "");
    const isExact = fraction === undefined ? Number.isSafeInteger(Number(token)) : digits.length <= 15;
    return isExact ? token : `"${mark}${token}"`;
  });
  return JSON.parse(marked, (_name, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return /^-?\d+$/.test(digits) ? BigInt(digits) : digits;
  });
}

/** The number of these digits, without a string on the way; -1 if there is more than digits. */
function digits(bytes, begin, end) {
  let whole = 0;
  for (let at = begin; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    whole = whole * 10 + digit;
  }
  return whole;
}

const [QUOTE, MINUS, ZERO, NINE] = ['"', "-", "0", "9"].map((letter) => letter.charCodeAt(0));

/** The value of a part of JSON bytes, as `parse` of their text gives it. */
function part(bytes, begin, end, encoding) {
  const first = bytes[begin];
  if (first === QUOTE) {
    const text = bytes.toString(encoding, begin + 1, end - 1);
    return text.includes("\\") ? JSON.parse(`"${text}"`) : text;
  }
  if (first >= ZERO && first <= NINE && end - begin < 16) {
    const whole = digits(bytes, begin, end);
    if (whole >= 0) return whole;
  }
  const text = bytes.toString(encoding, begin, end);
  if (first < MINUS || first > NINE) return parse(text);
  return text.length < 16 ? Number(text) : parse(`[${text}]`)[0];
}

module.exports = { MODEL, write, parse, part, pick, omit, fieldsOf };
