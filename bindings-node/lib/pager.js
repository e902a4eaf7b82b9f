"use strict";

const { Page } = require("./model");

/** A list; each page is read when it is needed. */
class Pager {
  #next;
  #pages;

  constructor(pages, next) {
    this.#pages = pages;
    this.#next = next;
  }

  get cursor() {
    return this.#pages()?.cursor ?? null;
  }

  pages() {
    const next = this.#next;
    return iterator(async () => {
      const page = await next();
      return page === undefined ? END : { done: false, value: page };
    });
  }

  [Symbol.asyncIterator]() {
    const next = this.#next;
    let items = [];
    let at = 0;
    return iterator(async () => {
      while (at >= items.length) {
        const page = await next();
        if (page === undefined) return END;
        items = page.data;
        at = 0;
      }
      return { done: false, value: items[at++] };
    });
  }

  async toArray() {
    const all = [];
    for await (const page of this.pages()) all.push(...page.data);
    return all;
  }
}

const END = Object.freeze({ done: true, value: undefined });

function iterator(next) {
  return {
    next,
    async return() {
      return END;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

module.exports = { Pager, Page };
