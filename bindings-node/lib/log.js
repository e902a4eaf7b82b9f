"use strict";

// The logs of this JavaScript context's clients, by number. A log lives as long as
// its client or a call of it, also where it holds the client itself.

const logs = new WeakMap();
const shared = new WeakMap();
const doors = new Map();
const dropped = new FinalizationRegistry((id) => doors.delete(id));
let last = 0;

/** Opens a client with `make(id)` that logs to this function. */
function open(log, make) {
  last += 1;
  const door = make(last);
  logs.set(door, log);
  doors.set(last, new WeakRef(door));
  dropped.register(door, last);
  return door;
}

/** A tracker tells its client's log, which then lives as long as the tracker does. */
function share(door, tracker) {
  shared.set(tracker, door);
}

/** Hands a note of the core's to its log; no call fails for that. */
function tell(id, json, number) {
  const door = doors.get(id)?.deref();
  if (door === undefined) return;
  const { operation, message } = JSON.parse(json);
  const level = number < 20 ? "debug" : number < 30 ? "info" : "warn";
  try {
    const result = logs.get(door)({ level, operation, message });
    if (typeof result?.then === "function") result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

function failed(error) {
  process.emitWarning(`the log of a defacto-sdk client failed: ${error?.stack ?? error}`);
}

module.exports = { open, share, tell };
