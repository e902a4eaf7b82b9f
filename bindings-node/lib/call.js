"use strict";

/** A call under way: a promise of its value. */
class Call extends Promise {
  #about;

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

// What `then` gives is no call any more. And `await` wraps each promise that says
// it is of another class, which takes as long as half of all else here.
Object.defineProperty(Call.prototype, "constructor", { value: Promise });

module.exports = { Call };
