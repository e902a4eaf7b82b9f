"use strict";

// How the resources call the addon.

const { Call } = require("./call");
const { native } = require("./failure");
const hub = require("./hub");
const { Page } = require("./model");
const { Pager } = require("./pager");
const { OPTIONS } = require("./settings");
const { told } = require("./told");
const { parse, write } = require("./wire");

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

  object(operation, Class, input, options) {
    return this.#send(operation, input, options, ({ json }) => new Class(json));
  }
  page(operation, Class, input, options) {
    return this.#send(operation, input, options, (ended) => new Page(ended.json, Class, ended));
  }
  value(operation, input, options) {
    return this.#send(operation, input, options, ({ json, page }) => parse(json ?? page.toString()));
  }
  nothing(operation, input, options) {
    return this.#send(operation, input, options, () => undefined);
  }

  #send(operation, input, options, make) {
    return Call.send((resolve, reject) => {
      try {
        const [json, signal] = this.#input(input, options);
        const file = upload(input.file);
        const send = (calls, id) => calls.submit(this.#door, id, operation, json, file);
        const done = (ended) => {
          const { status, attempts, elapsed } = ended;
          const creation = ended.creation ?? null;
          try {
            resolve(make(ended), { status, attempts, elapsedMs: elapsed * 1000, creation });
          } catch (error) {
            reject(error);
          }
        };
        hub.start(send, signal, done, reject);
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
      const [json, stop] = this.#input(input, options);
      signal = stop;
      pages = native(() => this.#door.pages(operation, json));
      return pages;
    };
    const next = () =>
      new Promise((resolve, reject) => {
        const opened = open();
        const done = (ended) => {
          const isEnd = ended.json === undefined && ended.page === undefined;
          resolve(isEnd ? undefined : new Page(ended.json, Class, ended));
        };
        hub.start((calls, id) => calls.submitNext(opened, id), signal, done, reject);
      });
    return new Pager(() => pages, next);
  }

  /** The input's JSON, and what stops the call. */
  #input({ path, query, body, shape = "" }, options) {
    const { signal, ...rest } = { ...this.#options, ...options };
    const parts = [];
    const add = (name, value, kind, place) => {
      const text = write(value, kind, place);
      if (text !== undefined) parts.push(`"${name}":${text}`);
    };
    add("path", path, "", "");
    add("query", query, shape, "");
    add("body", body, shape, "");
    const set = told(rest, OPTIONS);
    if (set !== "{}") parts.push(`"options":${set}`);
    return [`{${parts.join(",")}}`, signal ?? undefined];
  }
}

function upload(file) {
  if (file === undefined || file === null) return undefined;
  const { name, content, mediaType = "application/pdf" } = file;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { name, mediaType, content: Buffer.from(bytes) };
}

module.exports = { Face };
