"use strict";

// Notifications where no addon runs: whether one comes from Defacto, and what it says.
// The rules are those of core/src/webhook, which test/webhook.test.mjs holds it to.

const { parse: exactly } = require("./exact");
const { date } = require("./time");

/** The parameters of the query a token may stand in. */
const NAMES = ["token", "apikey"];

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/)?\//i;
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/;
const HALF = /[\ud800-\udfff]/u;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const DIGITS = "0123456789abcdef";
const [PERCENT, PLUS, SPACE] = ["%", "+", " "].map((letter) => letter.charCodeAt(0));

/** Why a body is no notification. What it says quotes nothing of the body. */
class NoticeError extends Error {}
Object.defineProperty(NoticeError, "name", { value: "NoticeError", configurable: true });
Object.defineProperty(NoticeError.prototype, "name", { value: "NoticeError" });

function authenticate(urlOrQuery, tokens) {
  const query = queryOf(urlOrQuery);
  const secrets = secretsOf(tokens);
  if (HALF.test(query)) return false;
  let accepted = false;
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    if (at < 0 || !NAMES.includes(pair.slice(0, at))) continue;
    const value = decoded(pair.slice(at + 1));
    // Every one, so that the time does not tell which it was.
    for (const secret of secrets) accepted = same(secret, value) || accepted;
  }
  return accepted;
}

function queryOf(given) {
  const isUrl = typeof given === "object" && given !== null && typeof given.href === "string";
  const text = isUrl ? given.href : given;
  if (typeof text !== "string") throw new TypeError("urlOrQuery is no text: pass the request's url, or its query");
  if (!ADDRESS.test(text)) return text.replace(/^\?+/, "");
  const [address] = text.split("#", 1);
  const at = address.indexOf("?");
  return at < 0 ? "" : address.slice(at + 1);
}

function secretsOf(tokens) {
  const all = typeof tokens === "string" ? [tokens] : tokens;
  if (!Array.isArray(all)) throw new TypeError("tokens is no list: pass those of the subscription's address");
  const wrong = all.findIndex((token) => typeof token !== "string" || HALF.test(token));
  // Not what it is: it may be a token in the wrong place.
  if (wrong >= 0) throw new TypeError(`tokens[${wrong}] is no text: pass a token of the subscription's address`);
  // An address without a token is never accepted.
  return all.filter((token) => token !== "").map((token) => ENCODER.encode(token));
}

/** Percent-encoding and `+` undone; what is not valid stays as it is. */
function decoded(text) {
  const bytes = ENCODER.encode(text);
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    const high = hex(bytes[at + 1]);
    const low = hex(bytes[at + 2]);
    if (bytes[at] === PERCENT && high >= 0 && low >= 0) {
      bytes[size++] = high * 16 + low;
      at += 2;
    } else {
      bytes[size++] = bytes[at] === PLUS ? SPACE : bytes[at];
    }
  }
  return bytes.subarray(0, size);
}

/** The digit a letter is; less than 0 where it is none. */
function hex(byte) {
  return byte === undefined ? -1 : DIGITS.indexOf(String.fromCharCode(byte).toLowerCase());
}

/** Compares without telling by its time where two texts differ. */
function same(one, other) {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one[at] ^ (at < other.length ? other[at] : ~one[at]);
  return difference === 0;
}

function parse(body) {
  const raw = objectOf(body);
  const type = needed(raw, "event_type");
  const timestamp = needed(raw, "timestamp");
  const id = needed(raw, "id");
  const at = INSTANT.test(timestamp) ? date(timestamp) : new Date(NaN);
  if (Number.isNaN(at.getTime())) throw new NoticeError("the timestamp of the notification is no instant");
  return {
    type,
    id,
    entityType: text(raw, "entity_type") || entityOf(type),
    status: text(raw, "status"),
    timestamp: at,
    transitionName: text(raw, "transition_name"),
    entityState: raw.entity_state ?? null,
    raw,
  };
}

function objectOf(body) {
  const value = typeof body === "string" || isBytes(body) ? json(body) : body;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  if (value === undefined) throw new NoticeError("the notification has no body: pass it as it came, or parsed");
  throw new NoticeError("the body is no notification: it is no JSON object");
}

function isBytes(body) {
  return ArrayBuffer.isView(body) || body instanceof ArrayBuffer;
}

function json(body) {
  let unread = body;
  if (typeof body !== "string") {
    try {
      unread = DECODER.decode(body);
    } catch {
      throw new NoticeError("the body is no notification: it is no UTF-8");
    }
  }
  try {
    return exactly(unread);
  } catch {
    // JSON's own message quotes the body.
    throw new NoticeError("the body is no notification: it is no JSON");
  }
}

/** The text of a field; null, where there is none. */
function text(raw, name) {
  const value = Object.hasOwn(raw, name) ? raw[name] : null;
  if (value === null || value === undefined) return null;
  if (typeof value !== "string") throw new NoticeError(`the ${name} of the notification is no text`);
  return value;
}

function needed(raw, name) {
  const value = text(raw, name);
  if (!value) throw new NoticeError(`the notification has no ${name}`);
  return value;
}

/** `loan` of `Loan.TO_REPAY`, `credit_line` of `CreditLine.CREATED`. */
function entityOf(type) {
  const [name] = type.split(".", 1);
  return name.replace(/[A-Z]/g, (letter, at) => (at > 0 ? "_" : "") + letter.toLowerCase());
}

module.exports = { authenticate, parse, NoticeError };
