"use strict";

const { webhookHandler } = require("./notifications");
const { TrackerVerbs } = require("./verbs");

/** How long one call waits for a change, in seconds. */
const WAIT = 20;

/** A client that follows the loans. */
class Tracker extends TrackerVerbs {
  async *changes(consumer, { follow = false, signal } = {}) {
    // One that is not given leaves that of `withOptions`.
    const options = signal ? { signal } : undefined;
    const wait = follow ? WAIT : 0;
    try {
      await this.rewind(consumer, options);
      for (;;) {
        const { change } = await this.nextChange(consumer, { wait }, options);
        if (change !== null) yield this.#told(consumer, change);
        else if (!follow) return;
      }
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
  }

  webhookHandler() {
    return webhookHandler(this);
  }

  #told(consumer, change) {
    const ack = () => this.acknowledge(consumer, { seq: change.seq });
    return Object.defineProperty(change, "ack", { value: ack });
  }
}

module.exports = { Tracker };
