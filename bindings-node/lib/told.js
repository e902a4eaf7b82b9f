"use strict";

// Settings and options as the core takes them.

const { write } = require("./wire");

/** Their JSON. A name the table does not have is the core's to refuse. */
function told(given, table) {
  const parts = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    const [wire, isTime] = Object.hasOwn(table, name) ? table[name] : [name, false];
    const text = write(isTime && value !== null && value !== undefined ? seconds(name, value) : value, "", name);
    if (text !== undefined) parts.push(`${JSON.stringify(wire)}:${text}`);
  }
  return `{${parts.join(",")}}`;
}

function seconds(name, value) {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value / 1000;
  const { ConfigurationError } = require("./errors");
  throw new ConfigurationError(`${name} is no time: pass milliseconds, such as 30000`);
}

module.exports = { told };
