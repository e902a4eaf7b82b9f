"use strict";

const { native } = require("./failure");
const addon = require("./native");
const { parse, write } = require("./wire");
const { whole } = require("./model");

/** A verb of the library that is not HTTP, with its arguments by name. */
function verb(name, given, fields) {
  const texts = [];
  for (const [field, value] of Object.entries(given ?? {})) {
    const [wire] = Object.hasOwn(fields, field) ? fields[field] : [field];
    const text = write(value, "", field);
    if (text !== undefined) texts.push(`${JSON.stringify(wire)}:${text}`);
  }
  return whole(parse(native(() => addon.verb(name, `{${texts.join(",")}}`))), name);
}

module.exports = { verb };
