"use strict";

// How the resources call the addon.

const { Call } = require("./call");
const { native } = require("./failure");
const hub = require("./hub");
const { Page } = require("./model");
const { Pager } = require("./pager");
const { OPTIONS, TERMS } = require("./settings");
const { told } = require("./told");
const { About, Answered, Items } = require("./unread");
const { bytes, parse, refused, wellFormed, write } = require("./wire");

class Face {
  #door;
  #options;

  constructor(door, options) {
    this.#door = door;
    this.#options = options;
  }

  /** The same client with other options of its calls. */
  with(options) {
    return new Face(this.#door, { ...this.#options, ...options });
  }

  /** A tracker of the client's loans. */
  track(json) {
    return new Face(hub.openTracker(this.#door, json), this.#options);
  }

  close() {
    this.#door.close();
  }

  object(operation, Class, input, options) {
    return this.#send(operation, input, options, (json, about) => new Class(new Answered(json, about)));
  }
  page(operation, Class, input, options) {
    return this.#send(operation, input, options, (answer) => page(answer, Class));
  }
  value(operation, input, options) {
    const whole = (answer) => parse(typeof answer === "string" ? answer : answer.text());
    return this.#send(operation, input, options, whole);
  }
  nothing(operation, input, options) {
    return this.#send(operation, input, options, () => undefined);
  }

  #send(operation, input, options, make) {
    return Call.send((resolve, reject) => {
      try {
        if (typeof operation !== "string") throw refused("the operation", "is no text: pass a name such as loans.get");
        const [json, signal] = this.#input(operation, input, options);
        const file = upload(input.file);
        const send = (calls, id) => calls.submit(this.#door, id, operation, json, file);
        const done = (answer, told) => {
          const about = new About(told);
          try {
            resolve(make(answer, about), about);
          } catch (error) {
            reject(error);
          }
        };
        hub.start(this.#door, send, signal, done, reject);
      } catch (error) {
        reject(error);
      }
    });
  }

  list(operation, Class, input, options) {
    let pages;
    let signal;
    // What is wrong with the input is told where the list is read.
    const open = () => {
      if (pages) return pages;
      const [json, stop] = this.#input(operation, input, options);
      signal = stop;
      pages = native(() => this.#door.pages(operation, json));
      return pages;
    };
    const next = () =>
      new Promise((resolve, reject) => {
        const opened = open();
        const done = (answer) => resolve(answer === null ? undefined : page(answer, Class));
        const send = (calls, id) => calls.submitNext(opened, id);
        hub.start(this.#door, send, signal, done, reject);
      });
    return new Pager(() => pages, next);
  }

  /** The input's JSON, and what stops the call. */
  #input(operation, { path, query, body, wait, raw, shape = "" }, options) {
    const { signal, ...rest } = { ...this.#options, ...options };
    if (!isSignal(signal)) throw refused("signal", "is no AbortSignal: pass the `signal` of an AbortController");
    const parts = [];
    const add = (name, value, kind, place) => {
      const text = write(value, kind, place);
      if (text !== undefined) parts.push(`"${name}":${text}`);
    };
    add("path", path, "", "");
    add("query", query, shape, "");
    add("body", body, shape, "");
    add("raw", raw, "", "");
    if (wait) parts.push(`"wait":${told(wait, TERMS[operation])}`);
    const set = told(rest, OPTIONS);
    if (set !== "{}") parts.push(`"options":${set}`);
    return [`{${parts.join(",")}}`, signal ?? undefined];
  }
}

/** Also of another context, or of a library: what is used of it is there. */
function isSignal(signal) {
  if (signal === undefined || signal === null) return true;
  return typeof signal.aborted === "boolean" && typeof signal.addEventListener === "function";
}

/** A page of what the addon gave: JSON, or where its items are. */
function page(answer, Class) {
  return new Page(typeof answer === "string" ? answer : new Items(answer), Class);
}

function upload(file) {
  if (file === undefined || file === null) return undefined;
  if (typeof file !== "object") throw refused("file", "is no object: pass { name, content }");
  const { name, content, mediaType = "application/pdf" } = file;
  return {
    name: string(name, "file.name", "pass what the server is to call it"),
    mediaType: string(mediaType, "file.mediaType", "pass a media type such as application/pdf"),
    content: typeof content === "string" ? Buffer.from(wellFormed(content, "file.content")) : binary(content),
  };
}

function string(value, path, fix) {
  if (typeof value !== "string") throw refused(path, `is no text: ${fix}`);
  return wellFormed(value, path);
}

function binary(value) {
  if (ArrayBuffer.isView(value)) return bytes(value);
  throw refused("file.content", "is neither text nor bytes: pass a string, a Buffer or another Uint8Array");
}

module.exports = { Face };
