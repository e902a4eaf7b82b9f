"use strict";

const { native } = require("./failure");
const { Face } = require("./face");
const { openLogged } = require("./hub");
const addon = require("./native");
const { SETTINGS, TRACKER_SETTINGS } = require("./settings");
const { told } = require("./told");

const GIVEN = Symbol("face");

/** What every client has, whatever its groups. */
class BaseClient {
  #face;
  #groups = new Map();

  constructor(settings = {}) {
    this.#face = settings[GIVEN] ?? new Face(opened(settings));
  }

  withOptions(options) {
    return new this.constructor({ [GIVEN]: this.#face.with(options) });
  }

  invoke(operation, input = {}, options = undefined) {
    return this.#face.value(operation, input, options);
  }

  raw(method, path, { query, body } = {}, options = undefined) {
    return this.#face.value("raw", { raw: { method, path }, query, body }, options);
  }

  tracker(settings) {
    const json = told(typeof settings === "string" ? { store: settings } : settings, TRACKER_SETTINGS);
    // A tracker is a client too, of which this is the base.
    const { Tracker } = require("./tracker");
    return new Tracker({ [GIVEN]: this.#face.track(json) });
  }

  close() {
    this.#face.close();
  }

  /** How the verbs of a client made of this one call the addon. */
  get _face() {
    return this.#face;
  }

  _group(name, load) {
    let group = this.#groups.get(name);
    if (!group) {
      const Group = load();
      group = new Group(this.#face);
      this.#groups.set(name, group);
    }
    return group;
  }
}

function opened({ log, ...settings }) {
  const json = told(settings, SETTINGS);
  if (log === undefined || log === null) return native(() => new addon.Door(json));
  if (typeof log === "function") return native(() => openLogged(json, log));
  const { ConfigurationError } = require("./errors");
  throw new ConfigurationError("log is no function: pass one that takes a note, such as (note) => console.error(note.message)");
}

module.exports = { BaseClient };
