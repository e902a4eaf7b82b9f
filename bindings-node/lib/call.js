"use strict";

/** A call under way: a promise of its value. */
class Call extends Promise {
  #about;

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
    begin((value, about) => {
      call.#about = about;
      ends.resolve(value);
    }, ends.reject);
    return call;
  }

  withResponse() {
    return this.then((value) => ({ value, ...this.#about.response }));
  }
}

module.exports = { Call };
