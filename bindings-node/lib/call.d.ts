/** A result, and what is known of the call that gave it. */
export interface Response<T> {
  /** The result. */
  readonly value: T;
  /** The HTTP status. */
  readonly status: number;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** How long the call took, waits included, in milliseconds. */
  readonly elapsedMs: number;
  /** Of a creation: whether it is new. */
  readonly creation: "New" | "Existing" | "Unstated" | null;
  /**
   * The headers of the answer, with their names in lower case; one that came more than once
   * is joined with commas.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** A call under way: a promise of its result. It is sent at once. */
export declare class Call<T> extends Promise<T> {
  /** The result with its status and attempts. */
  withResponse(): Promise<Response<T>>;
}
