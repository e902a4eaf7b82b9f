"use strict";

// Settings and options as the core takes them.

const { write } = require("./wire");

/** Their JSON. A name the table does not have is the core's to refuse. */
function told(given, table) {
  const out = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const [wire, isTime] = Object.hasOwn(table, name) ? table[name] : [name, false];
    out[wire] = isTime && value !== null && value !== undefined ? seconds(name, value) : value;
  }
  return write(out, "", "");
}

function seconds(name, value) {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value / 1000;
  const { ConfigurationError } = require("./errors");
  throw new ConfigurationError(`${name} is no time: pass milliseconds, such as 30000`);
}

module.exports = { told };
