"use strict";

// The calls of this JavaScript context that are under way.

const { failed, native } = require("./failure");
const addon = require("./native");

const waiting = new Map();
let hub;
let last = 0;

// A call under way keeps the process alive, as an open socket would; the addon
// itself never does.
const alive = setInterval(() => {}, 0x7fffffff);
alive.unref();

function free() {
  do last = (last + 1) >>> 0;
  while (waiting.has(last));
  return last;
}

/**
 * Starts a call with `send(hub, id)`. Ends with `done(ended)`, or with
 * `fail(error)`.
 */
function start(send, signal, done, fail) {
  if (signal?.aborted) return fail(signal.reason);
  const id = free();
  try {
    hub ??= new addon.Hub(deliver);
    native(() => send(hub, id));
  } catch (error) {
    return fail(error);
  }
  const call = { done, fail, signal, stop: undefined };
  waiting.set(id, call);
  if (waiting.size === 1) alive.ref();
  if (signal) {
    call.stop = () => hub.cancel(id);
    signal.addEventListener("abort", call.stop, { once: true });
  }
}

function deliver() {
  for (const ended of hub.take()) {
    const call = waiting.get(ended.id);
    waiting.delete(ended.id);
    call.signal?.removeEventListener("abort", call.stop);
    if (ended.failure === undefined) call.done(ended);
    else call.fail(stopped(ended.failure, call.signal));
  }
  if (waiting.size === 0) alive.unref();
}

/** The error of a call, which the caller may have stopped. */
function stopped(failure, signal) {
  if (!signal?.aborted) return failed(failure);
  const error = failed(failure, signal.reason);
  // A change that may have been made must not look like a mere stop.
  return error.isOutcomeUnknown || error.kind !== "Canceled" ? error : signal.reason;
}

module.exports = { start };
