"use strict";

const { Page } = require("./model");

/** A list; each page is read when it is needed. */
class Pager {
  #next;
  #pages;

  constructor(pages, next) {
    this.#pages = pages;
    // One page at a time, whoever reads: the next one begins where it ends.
    const inOrder = queue();
    this.#next = () => inOrder(next);
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

/** An iterator whose calls wait for each other, as those of a generator do. */
function iterator(next) {
  const inOrder = queue();
  let isOver = false;
  return {
    next: () => inOrder(() => (isOver ? END : next())),
    return: (value) =>
      inOrder(() => {
        isOver = true;
        return { done: true, value };
      }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Runs one after the other; what fails is told to who asked for it. */
function queue() {
  let last = Promise.resolve();
  return (run) => {
    const turn = () => run();
    last = last.then(turn, turn);
    return last;
  };
}

module.exports = { Pager, Page };
