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
  waiting.set(id, { done, fail, signal });
  if (waiting.size === 1) alive.ref();
  if (signal) watch(signal, id);
}

// The calls a signal stops. It has one listener of ours, since a signal that
// many calls share would warn of a leak.
const watched = new WeakMap();

function watch(signal, id) {
  let calls = watched.get(signal);
  if (!calls) {
    const ids = new Set();
    const stop = () => ids.forEach((each) => hub.cancel(each));
    calls = { ids, stop };
    watched.set(signal, calls);
    signal.addEventListener("abort", stop, { once: true });
  }
  calls.ids.add(id);
}

function unwatch(signal, id) {
  const { ids, stop } = watched.get(signal);
  ids.delete(id);
  if (ids.size > 0) return;
  watched.delete(signal);
  signal.removeEventListener("abort", stop);
}

function deliver() {
  for (const ended of hub.take()) {
    const call = waiting.get(ended.id);
    waiting.delete(ended.id);
    if (call.signal) unwatch(call.signal, ended.id);
    if (ended.failure === undefined) call.done(ended);
    else call.fail(stopped(ended.failure, call.signal));
  }
  if (waiting.size === 0) alive.unref();
}

/** The error of a call, which the caller may have stopped. */
function stopped(failure, signal) {
  const error = failed(failure, signal?.aborted ? signal.reason : undefined);
  // Only what came to nothing is a mere stop; a change may have been made.
  return error.kind === "Canceled" && signal?.aborted ? signal.reason : error;
}

module.exports = { start };
