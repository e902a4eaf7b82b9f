"use strict";

// How JSON becomes values.

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

module.exports = { parse };
