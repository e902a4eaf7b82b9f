/** An object of the API. It keeps what the server sent and reads a field when it is asked for. */
export declare class Model {
  /** An object from its fields in the server's names, or from their JSON. */
  constructor(raw: Readonly<Record<string, unknown>> | string);
  /**
   * The object as the server sent it, in its own names. A whole number beyond 2^53 is a
   * bigint; a decimal of more than 15 digits, or beyond a double, is its text.
   */
  get raw(): Record<string, any>;
  /** Fields the server sent that this version does not know. */
  get extra(): Record<string, unknown>;
  /** What JSON.stringify writes: `raw`, with each bigint as its digits. */
  toJSON(): unknown;
  /** A copy as a plain object, to change and send. */
  toObject(): object;
}

/** One page of a list. */
export declare class Page<T> implements Iterable<T> {
  private constructor();
  /** The items. */
  get data(): T[];
  /** How many items this page has. */
  get length(): number;
  /** How many items the list has, where the server says it. */
  get total(): number | null;
  /** The page as the server sent it, in its own names. */
  get raw(): Record<string, any>;
  [Symbol.iterator](): Iterator<T>;
  toJSON(): unknown;
}
