"use strict";

// The base of all errors, and how a failure of the core becomes one.

const kinds = new Map();

class DefactoError extends Error {
  /** The failure as the core tells it, in its own names. */
  #raw;

  constructor(failure, options) {
    const raw = typeof failure === "string" ? { message: failure } : failure;
    super(raw.message, options);
    this.#raw = raw;
    if (this.code === undefined) {
      // Of a kind this version does not know.
      this.code = raw.code;
      this.kind = raw.kind;
    }
  }

  get raw() {
    return this.#raw;
  }
  get operation() {
    return this.#raw.operation ?? null;
  }
  get status() {
    return this.#raw.status ?? null;
  }
  get problem() {
    if (!this.#raw.problem) return null;
    const { Problem } = require("./models");
    return new Problem(this.#raw.problem);
  }
  get invalidParams() {
    return this.problem?.invalidParams ?? [];
  }
  get isRetryable() {
    return this.#raw.is_retryable ?? false;
  }
  get isOutcomeUnknown() {
    return this.#raw.is_outcome_unknown ?? false;
  }
  get attempts() {
    return this.#raw.attempts ?? 0;
  }
  get elapsedMs() {
    return (this.#raw.elapsed ?? 0) * 1000;
  }
  get saltId() {
    return this.#raw.salt_id ?? null;
  }
  get retryAfterMs() {
    return this.#raw.retry_after == null ? null : this.#raw.retry_after * 1000;
  }
  get recovery() {
    return this.#raw.recovery ?? null;
  }
  toJSON() {
    return { name: this.name, code: this.code, kind: this.kind, ...this.#raw };
  }
}
Object.defineProperty(DefactoError.prototype, "name", { value: "DefactoError" });

/** Gives a class its name, its kind and its number; a bundler may have given another name. */
function register(Class, kind, code) {
  const name = `${kind}Error`;
  Object.defineProperty(Class, "name", { value: name, configurable: true });
  Object.defineProperties(Class.prototype, {
    name: { value: name },
    kind: { value: kind },
    code: { value: code },
  });
  kinds.set(code, Class);
}

/** The error of a failure's JSON; `reason` is what the caller stopped the call for. */
function failed(text, reason) {
  const raw = JSON.parse(text);
  const { DefactoError } = require("./errors");
  const Class = kinds.get(raw.code) ?? DefactoError;
  let cause = raw.cause == null ? undefined : new Error(raw.cause);
  if (raw.is_outcome_unknown) cause = reason ?? cause;
  return new Class(raw, cause === undefined ? undefined : { cause });
}

/** Calls the addon; what it throws is a failure's JSON. */
function native(call) {
  try {
    return call();
  } catch (error) {
    if (!String(error?.message).startsWith("{")) throw error;
    throw failed(error.message);
  }
}

module.exports = { DefactoError, register, failed, native };
