import type { InvalidParam, Problem } from "./models";

/** What can go wrong; docs/errors.md says what to do about each kind. */
export declare class DefactoError extends Error {
  protected constructor();
  /** The number of the kind, the same in every language. */
  readonly code: number;
  /** The name of the kind, the same in every language. */
  readonly kind: string;
  /** What the server says of the problem, secrets masked. */
  get problem(): Problem | null;
  /** Which parameters were refused and why. */
  get invalidParams(): InvalidParam[];
  /** Whether the same request again is harmless and may help. */
  get isRetryable(): boolean;
  /** Whether the change may have been made all the same. */
  get isOutcomeUnknown(): boolean;
  /** The operation that failed, such as `loans.create`. */
  get operation(): string | null;
  /** The HTTP status, if there was an answer. */
  get status(): number | null;
  /** How many times the request was sent. */
  get attempts(): number;
  /** How long the call took, waits included, in milliseconds. */
  get elapsedMs(): number;
  /** The idempotency key that was sent. */
  get saltId(): string | null;
  /** How long the server asks to wait before the next request, in milliseconds. */
  get retryAfterMs(): number | null;
  /** How to find out what became of the change. */
  get recovery(): string | null;
  /** Everything known of the error, in the core's own names. */
  get raw(): Record<string, any>;
  toJSON(): unknown;
}
