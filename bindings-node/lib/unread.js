"use strict";

// What came and nobody has parsed yet, and how single fields of it are read.

const { parse } = require("./wire");

// How many fields of an item are read one by one before it is parsed whole.
const MOST_READS = 4;

/** That a field is no cheaper to read than everything. */
const WHOLE = Symbol("whole");

/** An object as long as nobody looked: `get` gives a field or `WHOLE`. */
class Unread {}

/** The items of a page, whose bytes the addon has. */
class Items {
  #sheet;
  #columns = new Map();
  #parse;
  /** The first item somebody looked at. */
  first = -1;

  constructor(sheet) {
    this.#sheet = sheet;
    this.length = sheet.count();
    this.#parse = sheet.isExact() ? JSON.parse : parse;
  }

  /** All of the page. */
  parse() {
    return this.#parse(this.#sheet.text());
  }

  item(row) {
    return this.#parse(this.#sheet.item(row));
  }

  field(row, name) {
    const text = this.#sheet.field(row, name);
    return text === null ? undefined : this.#value(text);
  }

  /** One field of all items. */
  column(name) {
    let column = this.#columns.get(name);
    if (column === undefined) {
      const text = this.#sheet.column(name);
      column = text === null ? [] : this.#parse(text);
      this.#columns.set(name, column);
    }
    return column;
  }

  // The exact parser wants to see what is before a number.
  #value(text) {
    return this.#parse(`[${text}]`)[0];
  }
}

/** An item of a page. */
class Row extends Unread {
  #items;
  #row;
  #reads = 0;

  constructor(items, row) {
    super();
    this.#items = items;
    this.#row = row;
  }

  parse() {
    const item = this.#items.item(this.#row);
    if (item === null || typeof item !== "object") {
      const { DecodeError } = require("./errors");
      throw new DecodeError("data has an item that is no object");
    }
    return item;
  }

  get(name) {
    const items = this.#items;
    if (items.first < 0) items.first = this.#row;
    // Who reads a field of a second item will read it of the others.
    if (items.first !== this.#row) return items.column(name)[this.#row];
    return this.#reads++ < MOST_READS ? items.field(this.#row, name) : WHOLE;
  }
}

/** An answered object, and what is known of its answer. */
class Answered extends Unread {
  #json;
  #about;

  constructor(json, about) {
    super();
    this.#json = json;
    this.#about = about;
  }

  parse() {
    return parse(this.#json);
  }

  get(name) {
    const { head } = this.#about.read();
    return Object.hasOwn(head, name) ? head[name] : WHOLE;
  }
}

/** What is known of an answer: how it came, and the fields most callers look at. */
class About {
  #told;

  constructor(json) {
    this.#told = json;
  }

  read() {
    if (typeof this.#told === "string") this.#told = parse(this.#told);
    return this.#told;
  }

  get response() {
    const { status, attempts, elapsed, creation = null, headers: lines } = this.read();
    // No prototype: a server may send a header of any name.
    const headers = Object.create(null);
    for (const line of lines.split("\n").slice(0, -1)) {
      const end = line.indexOf(":");
      const name = line.slice(0, end);
      const value = line.slice(end + 1);
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    }
    return { status, attempts, elapsedMs: elapsed * 1000, creation, headers };
  }
}

module.exports = { About, Answered, Items, Row, Unread, WHOLE };
