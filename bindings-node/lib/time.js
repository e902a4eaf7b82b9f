"use strict";

// Instants as text. The form in which the API mostly writes them is read here:
// a Date from text takes twice as long, and a loan has nine.

const [DASH, T, COLON, DOT, Z, PLUS, ZERO] = ["-", "T", ":", ".", "Z", "+", "0"].map((letter) => letter.charCodeAt(0));
const OFFSET = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

/** The digit there; not a number if it is none. */
function digit(text, at) {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : NaN;
}

function two(text, at) {
  return digit(text, at) * 10 + digit(text, at + 1);
}

/** The time of `2030-01-09T10:00:00.123456+00:00`, also without the offset or with Z. */
function usual(text) {
  const { length } = text;
  const isUtc =
    length === 26 ||
    (length === 27 && text.charCodeAt(26) === Z) ||
    (length === 32 && text.charCodeAt(26) === PLUS && text.charCodeAt(29) === COLON && two(text, 27) + two(text, 30) === 0);
  const isUsual =
    isUtc &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === DOT;
  if (!isUsual) return NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  // A leap day is not decided here, nor what no calendar has.
  const days = month === 2 ? 28 : 30 + ((month + (month >> 3)) & 1);
  if (!(year > 99 && month > 0 && month < 13 && day > 0 && day <= days)) return NaN;
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (!(hour < 24 && minute < 60 && second < 60 && two(text, 23) + digit(text, 25) >= 0)) return NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second, two(text, 20) * 10 + digit(text, 22));
}

/** The Date of an instant; the API means UTC where it names no offset. */
function date(text) {
  const time = typeof text === "string" ? usual(text) : NaN;
  if (!Number.isNaN(time)) return new Date(time);
  return new Date(OFFSET.test(text) ? text : `${text}Z`);
}

module.exports = { date };
