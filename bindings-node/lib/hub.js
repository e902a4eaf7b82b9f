"use strict";

// The calls of this JavaScript context that are under way.

const { failed, native } = require("./failure");
const log = require("./log");
const addon = require("./native");

// By number. A number is used again: a Map that is always being emptied and filled
// leaves tables behind, each of which points to the next and to what was in it, and
// the garbage collector then kept half of all answers for a while.
const waiting = [];
const unused = [];
let hub;

// A call under way keeps the process alive, as an open socket would; the addon
// itself never does.
const alive = setInterval(() => {}, 0x7fffffff);
alive.unref();

function opened() {
  hub ??= new addon.Hub(deliver);
  return hub;
}

/**
 * Starts a call of a client with `send(hub, id)`. Ends with `done(answer, about)`, or
 * with `fail(error)`.
 */
function start(door, send, signal, done, fail) {
  if (signal?.aborted) return fail(signal.reason);
  const id = unused.pop() ?? waiting.push(undefined) - 1;
  try {
    const calls = opened();
    native(() => send(calls, id));
  } catch (error) {
    unused.push(id);
    return fail(error);
  }
  if (unused.length === waiting.length - 1) alive.ref();
  // The door too: its log is told of the call even if nobody else has it any more.
  waiting[id] = { door, done, fail, signal };
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
  const ended = hub.take();
  for (let at = 0; at < ended.length; at += 3) {
    const id = ended[at];
    const answer = ended[at + 1];
    const about = ended[at + 2];
    if (typeof about === "number") {
      log.tell(id, answer, about);
      continue;
    }
    const call = waiting[id];
    waiting[id] = undefined;
    unused.push(id);
    if (call.signal) unwatch(call.signal, id);
    // Of a failure nothing more is known, nor of the end of a list.
    if (about !== null || answer === null) call.done(answer, about);
    else call.fail(stopped(answer, call.signal));
  }
  if (unused.length === waiting.length) alive.unref();
}

/** Opens a client that logs. */
function openLogged(settings, tell) {
  return log.open(tell, (id) => opened().open(settings, id));
}

/** Opens a tracker of a client. */
function openTracker(door, settings) {
  const tracker = native(() => door.track(settings));
  log.share(door, tracker);
  return tracker;
}

/** The error of a call, which the caller may have stopped. */
function stopped(failure, signal) {
  const error = failed(failure, signal?.aborted ? signal.reason : undefined);
  // Only what came to nothing is a mere stop; a change may have been made.
  return error.kind === "Canceled" && signal?.aborted ? signal.reason : error;
}

module.exports = { openLogged, openTracker, start };
