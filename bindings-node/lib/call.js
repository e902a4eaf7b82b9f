"use strict";

/** A call under way: a promise of its value. */
class Call extends Promise {
  #response;

  // What `then` gives is no call any more.
  static get [Symbol.species]() {
    return Promise;
  }

  /** A call that `begin` starts and ends. */
  static send(begin) {
    let ends;
    const call = new Call((resolve, reject) => {
      ends = { resolve, reject };
    });
    begin((value, response) => {
      call.#response = response;
      ends.resolve(value);
    }, ends.reject);
    return call;
  }

  withResponse() {
    return this.then((value) => ({ value, ...this.#response }));
  }
}

module.exports = { Call };
