"use strict";

// How values become JSON.

const { parse } = require("./exact");

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

// What the core reads has a few more around it, and 128 at most.
const DEEPEST = 100;

/**
 * A value as JSON text, in the server's names; undefined for what is not there.
 * A name that the shape does not know is sent as it is.
 */
function write(value, kind, path) {
  try {
    return text(value, kind, undefined, 0);
  } catch {
    // Again, to say where: to note it on the way takes as long as to write.
    return text(value, kind, { path }, 0);
  }
}

/** `place` is where the value is: its path, what it is in, and where that is. */
function text(value, kind, place, depth) {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "string":
      return quoted(value, place);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
        throw refused(place?.path, "is beyond what the API holds, 64 bits: pass a smaller number, or text");
      }
      return value.toString();
    case "number":
      if (!Number.isFinite(value)) throw refused(place?.path, `is ${value}: pass a finite number`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw refused(place?.path, "is beyond what a number holds exactly: pass a bigint");
      }
      return `${value}`;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return writeList(value, kind, place, depth);
      if (Object.getPrototypeOf(value) === Object.prototype) return writeObject(value, kind, place, depth);
      if (isDate(value)) return writeDate(value, kind, place);
      if (ArrayBuffer.isView(value) && kind === "file") return `"${bytes(value).toString("base64")}"`;
      if (value[MODEL]) return writeObject(value.raw, "", place, depth);
      // A Map, a Set or bytes would be sent as an empty object.
      if (Object.prototype.toString.call(value) === "[object Object]") return writeObject(value, kind, place, depth);
      throw refused(place?.path, foreign(value));
    default:
      throw refused(place?.path, `is a ${typeof value}, which cannot be sent: pass plain data`);
  }
}

function foreign(value) {
  const name = value.constructor?.name || "host object";
  return `is a ${name}, which cannot be sent: ${typeof value.then === "function" ? "await it" : "pass plain data"}`;
}

// What stands in JSON as it is.
const PLAIN = /^[^"\\\u0000-\u001f\ud800-\udfff]*$/;

function quoted(text, place) {
  if (text.length < 100 && PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(wellFormed(text, place?.path));
}

/** Text that is Unicode, and so can be sent. */
function wellFormed(text, path, what = "has half of a character") {
  if (text.isWellFormed()) return text;
  throw refused(path, `${what} (a lone surrogate): pass whole text, such as toWellFormed() gives`);
}

function named(name, place) {
  if (PLAIN.test(name)) return `"${name}"`;
  return JSON.stringify(wellFormed(name, place?.path, "has a name with half of a character"));
}

function bytes(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** Also of another context, whose Date is not ours. */
function isDate(value) {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** Goes into a list or an object, which must not be without end. */
function enter(value, place, depth) {
  for (let around = place; around !== undefined; around = around.above) {
    if (around.value === value) throw refused(place.path, "holds itself and has no end: pass a copy without the cycle");
  }
  if (depth >= DEEPEST) throw refused(place?.path, `is more than ${DEEPEST} levels deep: pass flatter data`);
}

function writeList(values, kind, place, depth) {
  enter(values, place, depth);
  const item = kind.startsWith("[]") ? kind.slice(2) : "";
  const at = (index) => place && { path: `${place.path}[${index}]`, value: values, above: place };
  const texts = values.map((value, index) => text(value, item, at(index), depth + 1) ?? "null");
  return `[${texts.join(",")}]`;
}

function writeDate(value, kind, place) {
  if (Number.isNaN(value.getTime())) throw refused(place?.path, "is an invalid Date: pass a time there is");
  if (kind === "day") {
    throw refused(place?.path, 'is a calendar day, which a Date is only in a time zone: pass text such as "2030-01-31"');
  }
  return `"${value.toISOString()}"`;
}

function writeObject(values, kind, place, depth) {
  enter(values, place, depth);
  const fields = kind[0] === "@" ? writtenOf(kind.slice(1)) : undefined;
  const every = kind.startsWith("{}") ? kind.slice(2) : "";
  const at = (name) => place && { path: place.path ? `${place.path}.${name}` : name, value: values, above: place };
  let written = "";
  for (const name of Object.keys(values)) {
    const field = fields?.get(name);
    const value = text(values[name], field ? field.kind : every, at(name), depth + 1);
    if (value === undefined) continue;
    const key = field ? field.key : `${named(name, place)}:`;
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

module.exports = { MODEL, refused, wellFormed, bytes, write, parse, pick, omit, fieldsOf };
